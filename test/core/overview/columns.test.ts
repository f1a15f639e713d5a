import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergeOrders } from '../../../core/overview/columns.ts';

it.each([
  [[['staging', 'production']], ['staging', 'production']],
  [
    [
      ['staging', 'production'],
      ['dev', 'staging'],
    ],
    ['dev', 'staging', 'production'],
  ],
  [
    [
      ['a', 'c'],
      ['b', 'c'],
    ],
    ['a', 'b', 'c'],
  ],
  // The earlier order wins.
  [
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    ['a', 'b'],
  ],
  [[], []],
])('%j is %j', (orders, merged) => {
  expect(mergeOrders(orders)).toEqual(merged);
});

it('has every environment once, and keeps every order of a policy, whichever services pass which of its environments', () => {
  const all = ['dev', 'test', 'staging', 'production', 'dr'];
  fc.assert(
    fc.property(fc.array(fc.subarray(all)), (orders) => {
      const merged = mergeOrders(orders);
      expect([...merged].sort()).toEqual([...new Set(orders.flat())].sort());
      for (const order of orders) expect(merged.filter((one) => order.includes(one))).toEqual(order);
    }),
  );
});

it('ends with every environment once where orders contradict one another', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd');
  fc.assert(
    fc.property(fc.array(fc.uniqueArray(name)), (orders) => {
      expect([...mergeOrders(orders)].sort()).toEqual([...new Set(orders.flat())].sort());
    }),
  );
});
