import type { ConsumedCapacity, ReturnConsumedCapacity } from '@aws-sdk/client-dynamodb';
import database from 'dynalite/db/index.js';
import { itemBytes } from './attribute-values.ts';

/** Capacity units that an operation used on one table: by the table itself and by each of its indexes. */
export interface Usage {
  readonly kind: 'read' | 'write';
  readonly table: number;
  readonly global: Readonly<Record<string, number>>;
  readonly local: Readonly<Record<string, number>>;
}

/** One unit per started kilobyte. */
function writeUnits(item: DynaliteItem | undefined): number {
  return item === undefined ? 1 : Math.max(1, Math.ceil(itemBytes(item) / 1024));
}

/** One unit per started four kilobytes, half of that when eventually consistent. */
export function readUnits(item: DynaliteItem | undefined, consistent: boolean): number {
  const units = item === undefined ? 1 : Math.max(1, Math.ceil(itemBytes(item) / 4096));
  return consistent ? units : units / 2;
}

/** What replacing `old` by `new` costs: the larger of the two, and a write per index entry that changes. */
export function usageOfWrite(
  table: DynaliteTable,
  before: DynaliteItem | undefined,
  after: DynaliteItem | undefined,
  factor = 1,
): Usage {
  const units = Math.max(writeUnits(before), writeUnits(after));
  return {
    kind: 'write',
    table: units * factor,
    global: indexUnits(table, table.GlobalSecondaryIndexes, before, after),
    local: indexUnits(table, table.LocalSecondaryIndexes, before, after),
  };
}

/** A write whose condition was not met: it costs the item it looked at. */
export function usageOfRefusal(before: DynaliteItem | undefined, factor = 1): Usage {
  return { kind: 'write', table: writeUnits(before) * factor, global: {}, local: {} };
}

export function usageOfRead(units: number): Usage {
  return { kind: 'read', table: units, global: {}, local: {} };
}

function indexUnits(
  table: DynaliteTable,
  indexes: readonly DynaliteIndex[] = [],
  before: DynaliteItem | undefined,
  after: DynaliteItem | undefined,
): Record<string, number> {
  const units: Record<string, number> = {};
  for (const index of indexes) {
    const old = entry(table, index, before);
    const fresh = entry(table, index, after);
    const cost = entryUnits(old, fresh);
    if (cost > 0) units[index.IndexName] = cost;
  }
  return units;
}

interface IndexEntry {
  readonly key: string;
  readonly item: DynaliteItem;
}

function entryUnits(old: IndexEntry | undefined, fresh: IndexEntry | undefined): number {
  if (old === undefined || fresh === undefined) {
    const only = old ?? fresh;
    return only === undefined ? 0 : writeUnits(only.item);
  }
  if (old.key !== fresh.key) return writeUnits(old.item) + writeUnits(fresh.item);
  if (JSON.stringify(sorted(old.item)) === JSON.stringify(sorted(fresh.item))) return 0;
  return Math.max(writeUnits(old.item), writeUnits(fresh.item));
}

function sorted(item: DynaliteItem): [string, DynaliteValue][] {
  return Object.entries(item).sort(([left], [right]) => (left < right ? -1 : 1));
}

function entry(table: DynaliteTable, index: DynaliteIndex, item: DynaliteItem | undefined): IndexEntry | undefined {
  if (item === undefined) return undefined;
  if (!index.KeySchema.every(({ AttributeName }) => item[AttributeName] !== undefined)) return undefined;
  const keys = [...index.KeySchema, ...table.KeySchema].map(({ AttributeName }) => AttributeName);
  const kept = new Set([...keys, ...(index.Projection.NonKeyAttributes ?? [])]);
  const all = (index.Projection.ProjectionType ?? 'ALL') === 'ALL';
  return {
    key: database.createIndexKey(item, table, index.KeySchema),
    item: Object.fromEntries(Object.entries(item).filter(([name]) => all || kept.has(name))),
  };
}

export function totalUnits(usage: Usage): number {
  return usage.table + totalOf(usage.global) + totalOf(usage.local);
}

function totalOf(units: Readonly<Record<string, number>>): number {
  return Object.values(units).reduce((total, each) => total + each, 0);
}

/** Adds usages of one table up. */
export function addUsages(kind: Usage['kind'], usages: readonly Usage[]): Usage {
  const global: Record<string, number> = {};
  const local: Record<string, number> = {};
  let table = 0;
  for (const usage of usages) {
    table += usage.table;
    for (const [name, units] of Object.entries(usage.global)) global[name] = (global[name] ?? 0) + units;
    for (const [name, units] of Object.entries(usage.local)) local[name] = (local[name] ?? 0) + units;
  }
  return { kind, table, global, local };
}

/** What ReturnConsumedCapacity asked to see, undefined when it asked for nothing. */
export function consumedCapacity(
  tableName: string,
  usage: Usage,
  wanted: ReturnConsumedCapacity | undefined,
): ConsumedCapacity | undefined {
  if (wanted !== 'TOTAL' && wanted !== 'INDEXES') return undefined;
  const total: ConsumedCapacity = { TableName: tableName, CapacityUnits: totalUnits(usage) };
  if (wanted === 'TOTAL') return total;
  return {
    ...total,
    Table: { CapacityUnits: usage.table },
    ...(Object.keys(usage.global).length > 0 ? { GlobalSecondaryIndexes: capacities(usage.global) } : {}),
    ...(Object.keys(usage.local).length > 0 ? { LocalSecondaryIndexes: capacities(usage.local) } : {}),
  };
}

function capacities(units: Readonly<Record<string, number>>): Record<string, { CapacityUnits: number }> {
  return Object.fromEntries(Object.entries(units).map(([name, CapacityUnits]) => [name, { CapacityUnits }]));
}
