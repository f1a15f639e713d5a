import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { FenceLost, LedgerConflict } from '../../../core/contract/errors.ts';
import { type IndexName, indexes } from '../../../core/ledger/index-names.ts';
import type { Key } from '../../../core/ledger/keys.ts';
import { type Condition, intentKey, type WriteIntent } from '../../../core/ledger/write-intent.ts';
import type { Ledger, StoredItem } from '../../../adapters/dynamodb/ledger.ts';

const row = z.record(z.string(), z.unknown());
type Item = z.infer<typeof row>;
type Range = Parameters<Ledger['query']>[1];

/**
 * A ledger in memory, for tests that read and write thousands of times: what it does is tried against a real table by
 * `memory-ledger.test.ts`, and an expression that it does not know is refused.
 */
export class MemoryLedger implements Ledger {
  #rows = new Map<string, Item>();

  readonly get: Ledger['get'] = async (key) => structuredClone(this.#rows.get(nameOf(key)));

  readonly getAll: Ledger['getAll'] = async (keys) =>
    keys.flatMap((key) => {
      const row = this.#rows.get(nameOf(key));
      return row === undefined ? [] : [structuredClone(row)];
    });

  readonly query: Ledger['query'] = async (partition, range) => {
    const { items, next } = this.#select('pk', 'sk', partition, range);
    return { items: items.map((item) => structuredClone(item)), next };
  };

  readonly queryIndex: Ledger['queryIndex'] = async (index: IndexName, partition, range) => {
    const { items, next } = this.#select(indexes[index].partition, indexes[index].sort, partition, range);
    return { items: items.map(keyOf), next };
  };

  readonly write: Ledger['write'] = async (intents) => {
    const names = intents.map((intent) => nameOf(intentKey(intent)));
    if (new Set(names).size < names.length) throw new Error('A transaction writes an item once.');
    requireTaken(intents);
    const lost = new Set(intents.flatMap((intent) => (this.#holds(intent) ? [] : [intent.lost])));
    if (lost.has('AlreadyDone')) return 'already';
    if (lost.has('FenceLost')) throw new FenceLost('The release no longer holds the turn of the environment.');
    if (lost.has(undefined)) throw new Error('A condition was lost that no one expects to be lost.');
    if (lost.size > 0) throw new LedgerConflict(`The ledger changed before the write: ${[...lost].join(', ')}.`);
    for (const intent of intents) this.#apply(intent);
    return 'done';
  };

  /** All rows, to begin from there again. */
  snapshot(): ReadonlyMap<string, StoredItem> {
    return structuredClone(this.#rows);
  }

  restore(rows: ReadonlyMap<string, StoredItem>): void {
    this.#rows = new Map([...rows].map(([name, row]) => [name, structuredClone({ ...row })]));
  }

  #select(partitionName: string, sortName: string, partition: string, range: Range = {}): Page {
    const { prefix = '', after, upTo, newestFirst = false, limit, start } = range;
    const sortIn = (item: Item): string => String(item[sortName]);
    // Of two with the same sort key in an index, the table's keys decide.
    const placed = (item: Item): string => `${sortIn(item)}\u0000${nameOf(keyOf(item))}`;
    const found = [...this.#rows.values()].filter((item) => {
      if (item[partitionName] !== partition || item[sortName] === undefined) return false;
      const sort = sortIn(item);
      return sort.startsWith(prefix) && (after === undefined || sort > after) && (upTo === undefined || sort <= upTo);
    });
    const ordered = found.sort((a, b) => (placed(a) < placed(b) ? -1 : 1));
    if (newestFirst) ordered.reverse();
    // The keys of the table and of the index, as in a LastEvaluatedKey.
    const placeOf = (item: Item): Item => ({
      ...keyOf(item),
      [partitionName]: item[partitionName],
      [sortName]: item[sortName],
    });
    const isPast = (item: Item): boolean => {
      if (start === undefined) return true;
      const [here, there] = [placed(item), placed({ ...start })];
      return newestFirst ? here < there : here > there;
    };
    const items = ordered.filter(isPast).slice(0, limit);
    const last = items.at(-1);
    return { items, next: limit === items.length && last !== undefined ? placeOf(last) : undefined };
  }

  #holds(intent: WriteIntent): boolean {
    const { condition } = intent;
    if (condition === undefined) return true;
    const more = intent.write === 'update' ? intent : { names: {}, values: {} };
    const names = { ...condition.names, ...more.names };
    const values = { ...condition.values, ...more.values };
    return holds({ expression: condition.expression, names, values }, this.#rows.get(nameOf(intentKey(intent))) ?? {});
  }

  #apply(intent: WriteIntent): void {
    const key = intentKey(intent);
    switch (intent.write) {
      case 'put':
        // As a document client does it: without what is undefined.
        this.#rows.set(nameOf(key), row.parse(JSON.parse(JSON.stringify(intent.item))));
        return;
      case 'update':
        this.#rows.set(nameOf(key), updated(intent, { ...key, ...structuredClone(this.#rows.get(nameOf(key))) }));
        return;
      case 'delete':
        this.#rows.delete(nameOf(key));
        return;
      case 'check':
        return;
    }
  }
}

interface Page {
  readonly items: Item[];
  readonly next: Item | undefined;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
function requireTaken(intents: readonly WriteIntent[]): void {
  if (intents.length > 100) throw new Error('A transaction has at most 100 writes.');
  for (const intent of intents)
    if (intent.write === 'put' && Buffer.byteLength(JSON.stringify(intent.item)) > 400 * 1024)
      throw new Error('An item has at most 400 KB.');
}

function nameOf({ pk, sk }: Key): string {
  return JSON.stringify([pk, sk]);
}

function keyOf({ pk, sk }: Item): Key {
  return { pk: String(pk), sk: String(sk) };
}

function holds({ expression, names = {}, values = {} }: Condition, item: Item): boolean {
  return expression
    .split(' OR ')
    .some((all) => all.split(' AND ').every((one) => isTrue(one.trim(), item, { names, values })));
}

interface Terms {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

function isTrue(term: string, item: Item, terms: Terms): boolean {
  const exists = /^attribute_(not_)?exists\(([#\w.]+)\)$/.exec(term);
  if (exists !== null) return (valueAt(exists[2] ?? '', item, terms) === undefined) === (exists[1] !== undefined);
  const size = /^size\(([#\w.]+)\) = (:\w+)$/.exec(term);
  if (size !== null) {
    const list = valueAt(size[1] ?? '', item, terms);
    return Array.isArray(list) && list.length === terms.values[size[2] ?? ''];
  }
  const compared = /^([#\w.]+) (=|<=) (:\w+)$/.exec(term);
  if (compared === null) throw new Error(`This ledger does not know the condition ${term}`);
  const [left, right] = [valueAt(compared[1] ?? '', item, terms), terms.values[compared[3] ?? '']];
  if (compared[2] === '=') return left !== undefined && isDeepStrictEqual(left, right);
  return typeof left === 'number' && typeof right === 'number' && left <= right;
}

function valueAt(path: string, item: Item, { names }: Terms): unknown {
  return path.split('.').reduce<unknown>((value, part) => {
    const name = part.startsWith('#') ? names[part] : part;
    return rowOf(value)[name ?? ''];
  }, item);
}

/** What is no map has no members. */
function rowOf(value: unknown): Item {
  return row.safeParse(value).data ?? {};
}

function updated(intent: Extract<WriteIntent, { write: 'update' }>, item: Item): Item {
  const { expression, condition } = intent;
  const names = { ...condition?.names, ...intent.names };
  const values = { ...condition?.values, ...intent.values };
  const [, verb, list] = /^(SET|REMOVE) (.+)$/.exec(expression) ?? [];
  if (verb === undefined || list === undefined) throw new Error(`This ledger does not know the update ${expression}`);
  return list.split(', ').reduce((changed, one) => {
    const [path = '', value = ''] = one.split(' = ');
    const parts = path.split('.').map((part) => names[part] ?? part);
    if (verb === 'REMOVE') return withValue(changed, parts, undefined);
    if (!Object.hasOwn(values, value)) throw new Error(`This ledger does not know the update ${one}`);
    return withValue(changed, parts, structuredClone(values[value]));
  }, item);
}

/** @param value undefined removes what is there */
function withValue(item: Item, [name = '', ...more]: readonly string[], value: unknown): Item {
  if (more.length > 0) return { ...item, [name]: withValue(rowOf(item[name]), more, value) };
  const others = Object.fromEntries(Object.entries(item).filter(([other]) => other !== name));
  return value === undefined ? others : { ...others, [name]: value };
}
