import { expect, it } from 'vitest';
import { releaseStatuses } from '../../core/release/status.ts';
import { didYouMean } from '../../cli/like.ts';
import { namesLike } from '../../core/values/alike.ts';

it.each([
  ['Succeded', releaseStatuses, ['Succeeded']],
  ['rolledback', releaseStatuses, ['RolledBack']],
  ['order', ['orders', 'payments', 'order-history'], ['orders']],
  ['prod', ['staging', 'production'], ['production']],
  ['stage', ['staging', 'production'], ['staging']],
  ['billing', ['orders', 'payments'], []],
  ['x', ['staging', 'xylophone'], []],
  ['orders-1.4.2-a2', ['orders-1.4.2-a1', 'orders-1.4.1-a1'], ['orders-1.4.2-a1']],
])('of what is there, %s means', (word, names, meant) => {
  expect(namesLike(word, names)).toEqual(meant);
});

it('asks in a sentence, of one or several', () => {
  expect(didYouMean('order', ['orders'])).toBe('Did you mean orders?');
  expect(didYouMean('eu', ['eu1', 'eu2'])).toBe('Did you mean one of eu1, eu2?');
  expect(didYouMean('zzzzzz', ['orders'])).toBeUndefined();
});
