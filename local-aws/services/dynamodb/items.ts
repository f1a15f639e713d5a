import type { ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../kernel/errors.ts';
import { fromItem } from './attribute-values.ts';
import { totalUnits, usageOfRefusal, usageOfWrite, type Usage } from './capacity.ts';
import type { Action } from './store.ts';
import type { Realm, Realms } from './tables.ts';

/** What a write left behind. */
export interface Written {
  readonly before: DynaliteItem | undefined;
  readonly usage: Usage;
  /** Attributes as ReturnValues asked for them. */
  readonly attributes: DynaliteItem | undefined;
}

export type WriteAction = Extract<Action, 'putItem' | 'updateItem' | 'deleteItem'>;

/** Counts capacity units for the meters. */
export function meter(realms: Realms, realm: Realm, table: string, usage: Usage): void {
  const kind = usage.kind === 'read' ? 'readUnits' : 'writeUnits';
  realms.kernel.meters.count(kind, realm.account, table, totalUnits(usage));
}

/**
 * One write, checked, done and metered; must run alone in its store.
 * @throws AwsError ConditionalCheckFailedException, with the item where `onFailure` is ALL_OLD
 */
export async function write(
  realms: Realms,
  realm: Realm,
  action: WriteAction,
  request: DynaliteRequest,
  onFailure?: ReturnValuesOnConditionCheckFailure,
): Promise<Written> {
  const { store } = realm;
  const table = await store.table(request.TableName ?? '');
  const key = keyOf(table, itemOf(request['Item']) ?? itemOf(request['Key']) ?? {});
  // Dynalite refuses a key that does not fit the schema; there is nothing to look up then.
  const before = key === undefined ? undefined : await store.item(table, key);
  try {
    const result = await store.act(action, request);
    const after = action === 'deleteItem' || key === undefined ? undefined : await store.item(table, key);
    const usage = usageOfWrite(table, before, after);
    meter(realms, realm, table.TableName, usage);
    realm.tables.get(table.TableName)?.stream?.add(table, before, after);
    return { before, usage, attributes: itemOf(result['Attributes']) };
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'ConditionalCheckFailedException') throw error;
    meter(realms, realm, table.TableName, usageOfRefusal(before));
    if (onFailure !== 'ALL_OLD' || before === undefined) throw error;
    throw new AwsError(error.code, error.message, error.status, { Item: fromItem(before) });
  }
}

/** The key attributes of an item or key; undefined where one is missing or of the wrong type. */
export function keyOf(table: DynaliteTable, item: DynaliteItem): DynaliteItem | undefined {
  const key: DynaliteItem = {};
  for (const { AttributeName } of table.KeySchema) {
    const value = item[AttributeName];
    const type = table.AttributeDefinitions.find((each) => each.AttributeName === AttributeName)?.AttributeType;
    if (value === undefined || type === undefined || value[type] === undefined) return undefined;
    key[AttributeName] = value;
  }
  return key;
}

/** Dynalite's requests and results are checked by dynalite itself; an object in an item's place is an item. */
export function itemOf(value: unknown): DynaliteItem | undefined {
  return isItem(value) ? value : undefined;
}

export function itemsOf(value: unknown): DynaliteItem[] | undefined {
  return Array.isArray(value) ? value.filter(isItem) : undefined;
}

function isItem(value: unknown): value is DynaliteItem {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

export function capacityOf(result: DynaliteRequest): number {
  const capacity = result['ConsumedCapacity'];
  if (typeof capacity !== 'object' || capacity === null || !('CapacityUnits' in capacity)) return 0;
  return numberOf(capacity.CapacityUnits) ?? 0;
}

export type Wanted = ReturnConsumedCapacity | undefined;
