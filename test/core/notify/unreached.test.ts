import { expect, it } from 'vitest';
import type { MessageItem, Recipient } from '../../../core/notify/outbox.ts';
import { countUndelivered } from '../../../core/notify/unreached.ts';
import { moment, release } from '../samples.ts';

const message = (attempts: number, ...pending: Recipient[]): MessageItem => ({
  ...{ release, about: { kind: 'end' }, attempts, notBefore: moment(0), pending },
  undelivered: [{ to: 'mail:given.up@example.com', problem: 'No such mailbox.' }],
});

it('counts those whom an attempt did not reach, and nobody who is given up or was not tried yet', () => {
  const failed = message(2, { to: 'page', problem: 'No topic.' }, { to: 'mail:a@example.com' });
  expect(countUndelivered([failed, message(0, { to: 'bus' }), message(3)], moment(60))).toBe(1);
});

it('counts those of a message that nobody delivers, once it is due for two minutes', () => {
  const forgotten = message(0, { to: 'page' }, { to: 'slack' });
  expect(countUndelivered([forgotten], moment(120))).toBe(0);
  expect(countUndelivered([forgotten], moment(121))).toBe(2);
});
