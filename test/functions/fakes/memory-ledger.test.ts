import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { equals, isAbsent, type LostCondition, type WriteIntent } from '../../../core/ledger/write-intent.ts';
import type { Ledger, StoredItem } from '../../../adapters/dynamodb/ledger.ts';
import { MemoryLedger } from './memory-ledger.ts';
import { startTestLedgers, type TestLedgers } from './test-ledgers.ts';

let ledgers: TestLedgers;
beforeAll(async () => {
  ledgers = await startTestLedgers();
});
afterAll(() => ledgers.close());

const number = fc.integer({ min: 0, max: 2 });
const lost = fc.constantFrom<LostCondition>('HeadMoved', 'AlreadyDone', 'FenceLost');
const key = fc.constantFrom('a', 'ab', 'b').map((sk) => ({ pk: 'p', sk }));
const names = { '#n': 'n', '#m': 'm', '#x': 'x', '#list': 'list' };
const condition = fc.oneof(
  fc.constant(isAbsent),
  number.map((value) => equals('n', value)),
  number.map((value) => ({ expression: '#n <= :c', names: { '#n': 'n' }, values: { ':c': value } })),
  number.map((value) => ({ expression: 'size(#list) = :c', names: { '#list': 'list' }, values: { ':c': value } })),
  number.map((value) => ({ expression: 'attribute_not_exists(pk) OR #n = :c', names: { '#n': 'n' }, values: { ':c': value } })), // prettier-ignore
  number.map((value) => ({ expression: '#n = :c AND attribute_exists(#m)', names: { '#n': 'n', '#m': 'm' }, values: { ':c': value } })), // prettier-ignore
  number.map((value) => ({ expression: '#m.#x = :c', names: { '#m': 'm', '#x': 'x' }, values: { ':c': value } })),
);
const put = fc
  .record({ key, n: number, x: number, list: fc.array(number, { maxLength: 2 }), m: fc.boolean(), index: fc.boolean() })
  .map(({ key: at, n, x, list, m, index }): WriteIntent => {
    const more = index ? { gsi1pk: 'g', gsi1sk: `${n}-${at.sk}` } : {};
    return { write: 'put', item: { ...at, n, list, ...(m ? { m: { x } } : {}), ...more } };
  });
const update = fc
  .record({ key, n: number, change: fc.constantFrom('SET #n = :n', 'REMOVE #list', 'SET #n = :n, #m = :m') })
  .map(({ key: at, n, change }): WriteIntent => {
    const used = Object.entries(names).filter(([name]) => change.includes(name));
    const values = Object.entries({ ':n': n, ':m': { x: n } }).filter(([name]) => change.includes(`= ${name}`));
    return { write: 'update', key: at, expression: change, names: Object.fromEntries(used), ...(values.length === 0 ? {} : { values: Object.fromEntries(values) }) }; // prettier-ignore
  });
const remove = key.map((at): WriteIntent => ({ write: 'delete', key: at }));
const conditional = fc
  .tuple(fc.oneof(put, update, remove), fc.option(fc.record({ condition, lost }), { nil: undefined }))
  .map(([intent, more]): WriteIntent => ({ ...intent, ...more }));
const check = fc.record({ key, condition, lost }).map((given): WriteIntent => ({ write: 'check', ...given }));
const writes = fc.uniqueArray(fc.oneof({ weight: 5, arbitrary: conditional }, { weight: 1, arbitrary: check }), {
  minLength: 1,
  maxLength: 3,
  selector: (intent) => (intent.write === 'put' ? intent.item.sk : intent.key.sk),
});

async function attempt(ledger: Ledger, intents: readonly WriteIntent[]): Promise<string> {
  return ledger.write(intents).catch((problem: unknown) => (problem instanceof Error ? problem.name : String(problem)));
}

async function rows(ledger: Ledger): Promise<unknown> {
  return [
    (await ledger.query('p')).items,
    (await ledger.query('p', { prefix: 'a', newestFirst: true, limit: 1 })).items,
    (await ledger.query('p', { after: 'a' })).items,
    (await ledger.queryIndex('byService', 'g')).items,
    await pages((start) => ledger.query('p', { limit: 1, start })),
    await pages((start) => ledger.queryIndex('byService', 'g', { limit: 2, newestFirst: true, start })),
  ];
}

/** Each page by itself, the empty one at the end, too. */
async function pages(
  read: (
    start: StoredItem | undefined,
  ) => Promise<{ readonly items: readonly unknown[]; readonly next?: StoredItem | undefined }>,
): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let start: StoredItem | undefined; ;) {
    const { items, next } = await read(start);
    found.push(items);
    if (next === undefined) return found;
    start = next;
  }
}

it('does what a table does, write by write', async () => {
  const table = await ledgers.open();
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(writes, { minLength: 4, maxLength: 12 }), async (steps) => {
      for (const { pk, sk } of (await table.query('p')).items)
        await table.write([{ write: 'delete', key: { pk: String(pk), sk: String(sk) } }]);
      const memory = new MemoryLedger();
      for (const step of steps) {
        const did = await attempt(memory, step);
        seen.add(did);
        expect(did).toBe(await attempt(table, step));
        expect(await rows(memory)).toEqual(await rows(table));
      }
    }),
    { numRuns: 30, seed: 7 },
  );
  expect([...seen].sort()).toEqual(['FenceLost', 'LedgerConflict', 'already', 'done']);
});
