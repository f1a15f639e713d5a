import {
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  type AttributeValue,
  type CancellationReason,
  type ConsumedCapacity,
  type TransactGetItemsInput,
  type TransactWriteItem,
  type TransactWriteItemsInput,
} from '@aws-sdk/client-dynamodb';
import database from 'dynalite/db/index.js';
import { AwsError } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';
import { operation, type AnyOperation, type Authorization } from '../../kernel/service.ts';
import { onlyMembers } from '../only-members.ts';
import { fromItem, itemBytes, toDynalite } from './attribute-values.ts';
import {
  addUsages,
  consumedCapacity,
  readUnits,
  usageOfRead,
  usageOfRefusal,
  usageOfWrite,
  type Usage,
} from './capacity.ts';
import { onItems } from './leading-keys.ts';
import { itemOf, keyOf, meter, type Wanted, type WriteAction } from './items.ts';
import { recordOf, tableArn, tableName, type Realm, type Realms } from './tables.ts';

/** How long a ClientRequestToken is remembered: ten minutes. */
const TOKEN_MILLISECONDS = 10 * 60 * 1000;
const MOST_ITEMS = 100;
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * TransactWriteItems and TransactGetItems over dynalite, which has neither. A store runs one operation at a time, so a
 * transaction is alone: it checks every condition, then writes, and puts back what it wrote where a write is refused.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export function transactionOperations(realms: Realms): AnyOperation[] {
  return [
    operation({
      command: TransactWriteItemsCommand,
      accepts: ['TransactItems', 'ClientRequestToken', 'ReturnConsumedCapacity'],
      authorize: (input, { caller }) =>
        (input.TransactItems ?? []).map((item) => authorizationOf(realms, item, caller)),
      handle: async (input, { caller }) => transactWrite(realms, caller, input),
    }),
    operation({
      command: TransactGetItemsCommand,
      accepts: ['TransactItems', 'ReturnConsumedCapacity'],
      authorize: (input, { caller }) =>
        (input.TransactItems ?? []).map(({ Get }) =>
          onItems(realms, 'dynamodb:GetItem', tableArn(Get?.TableName, caller), [Get?.Key]),
        ),
      handle: async (input, { caller }) => transactGet(realms, caller, input),
    }),
  ];
}

/**
 * IAM knows no action for a transaction: each of its items is authorised as what it does, by itself.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
function authorizationOf(
  realms: Realms,
  { Put, Update, Delete, ConditionCheck }: TransactWriteItem,
  caller: Caller,
): Authorization {
  const on = (action: string, table: string | undefined, item: Record<string, AttributeValue> | undefined) =>
    onItems(realms, action, tableArn(table, caller), [item]);
  if (Put !== undefined) return on('dynamodb:PutItem', Put.TableName, Put.Item);
  if (Update !== undefined) return on('dynamodb:UpdateItem', Update.TableName, Update.Key);
  if (Delete !== undefined) return on('dynamodb:DeleteItem', Delete.TableName, Delete.Key);
  return on('dynamodb:ConditionCheckItem', ConditionCheck?.TableName, ConditionCheck?.Key);
}

/** One item of a transaction, validated. */
interface Step {
  readonly action: WriteAction | 'check';
  readonly request: DynaliteRequest;
  readonly table: DynaliteTable;
  /** Undefined where the key does not fit the table's schema. */
  readonly key: DynaliteItem | undefined;
  readonly returnOld: boolean;
}

async function transactWrite(realms: Realms, caller: Caller, input: TransactWriteItemsInput) {
  const realm = realms.caller(caller);
  const items = input.TransactItems ?? [];
  refuseCount(items.length);
  return realm.store.alone(async () => {
    const steps: Step[] = [];
    for (const item of items) steps.push(await prepare(realm, caller, item));
    refuseTwice(steps);
    refuseBytes(steps);
    const fingerprint = JSON.stringify(toDynalite(input.TransactItems));
    const token = input.ClientRequestToken;
    if (token !== undefined && remembered(realms, realm, token, fingerprint))
      return consumed(await readAgain(realms, realm, steps), input.ReturnConsumedCapacity);
    const usages = await commit(realms, realm, steps);
    if (token !== undefined) realm.tokens.set(token, { request: fingerprint, at: realms.kernel.clock.now() });
    return consumed(usages, input.ReturnConsumedCapacity);
  });
}

function refuseCount(count: number): void {
  if (count >= 1 && count <= MOST_ITEMS) return;
  const rule = count === 0 ? 'greater than or equal to 1' : `less than or equal to ${MOST_ITEMS}`;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length ${rule}`,
  );
}

async function prepare(realm: Realm, caller: Caller, item: TransactWriteItem): Promise<Step> {
  const given = Object.entries(item).filter(([, value]) => value !== undefined);
  if (given.length !== 1)
    throw new AwsError('ValidationException', 'TransactItems can only contain one of Check, Put, Update or Delete');
  const { Put, Update, Delete, ConditionCheck } = item;
  const [action, write] = Put
    ? (['putItem', Put] as const)
    : Update
      ? (['updateItem', Update] as const)
      : Delete
        ? (['deleteItem', Delete] as const)
        : (['check', ConditionCheck ?? onlyKnown(item)] as const);
  if (action === 'check' && write.ConditionExpression === undefined)
    throw new AwsError('ValidationException', 'The ConditionExpression of a ConditionCheck must not be null');
  const { ReturnValuesOnConditionCheckFailure, ...engine } = write;
  const TableName = recordOf(realm, tableName(write.TableName, caller)).name;
  // A condition check is validated as a delete: both take a key and a condition.
  const request = realm.store.validate(action === 'check' ? 'deleteItem' : action, { ...engine, TableName });
  const table = await realm.store.table(TableName);
  const key = keyOf(table, itemOf(request['Item']) ?? itemOf(request['Key']) ?? {});
  return { action, request, table, key, returnOld: ReturnValuesOnConditionCheckFailure === 'ALL_OLD' };
}

function onlyKnown(item: TransactWriteItem): never {
  onlyMembers(item, ['Put', 'Update', 'Delete', 'ConditionCheck'], 'TransactItems');
  throw new AwsError('ValidationException', 'An item of a transaction must be a Check, Put, Update or Delete');
}

function refuseTwice(steps: readonly Step[]): void {
  const seen = new Set<string>();
  for (const { table, key } of steps) {
    if (key === undefined) continue;
    const name = `${table.TableName} ${database.createKey(key, table)}`;
    if (seen.has(name))
      throw new AwsError('ValidationException', 'Transaction request cannot include multiple operations on one item');
    seen.add(name);
  }
}

function refuseBytes(steps: readonly Step[]): void {
  let bytes = 0;
  for (const { request } of steps) bytes += itemBytes(itemOf(request['Item']) ?? {});
  if (bytes > MOST_BYTES)
    throw new AwsError('ValidationException', 'Transaction request exceeds the maximum size of 4 MB');
}

/** Whether this token was used for the same request in the last ten minutes. */
function remembered(realms: Realms, realm: Realm, token: string, request: string): boolean {
  const now = realms.kernel.clock.now();
  for (const [name, { at }] of realm.tokens) if (at + TOKEN_MILLISECONDS < now) realm.tokens.delete(name);
  const known = realm.tokens.get(token);
  if (known === undefined) return false;
  if (known.request === request) return true;
  throw new AwsError(
    'IdempotentParameterMismatchException',
    'The request uses the same client token as a previous, but non-identical request.',
  );
}

interface TableUsage {
  readonly table: string;
  readonly usage: Usage;
}

/** A repeated transaction reads its items again and writes nothing. */
async function readAgain(realms: Realms, realm: Realm, steps: readonly Step[]): Promise<TableUsage[]> {
  const usages: TableUsage[] = [];
  for (const { table, key } of steps) {
    const item = key === undefined ? undefined : await realm.store.item(table, key);
    usages.push({ table: table.TableName, usage: usageOfRead(2 * readUnits(item, true)) });
  }
  return metered(realms, realm, usages);
}

async function commit(realms: Realms, realm: Realm, steps: readonly Step[]): Promise<TableUsage[]> {
  const before: (DynaliteItem | undefined)[] = [];
  for (const { table, key } of steps) before.push(key === undefined ? undefined : await realm.store.item(table, key));
  const reasons = steps.map((step, index) => refusal(step, before[index]));
  if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(realms, realm, steps, before, reasons);
  const usages: TableUsage[] = [];
  const written: (DynaliteItem | undefined)[] = [];
  for (const [index, step] of steps.entries()) {
    try {
      if (step.action !== 'check')
        await realm.store.act(step.action, { ...step.request, ReturnConsumedCapacity: undefined });
    } catch (error) {
      for (let done = index - 1; done >= 0; done--) await putBack(realm, steps[done], before[done]);
      if (!(error instanceof AwsError)) throw error;
      reasons[index] = { Code: 'ValidationError', Message: error.message };
      throw cancelled(realms, realm, steps, before, reasons);
    }
    const after = step.key === undefined ? undefined : await realm.store.item(step.table, step.key);
    written.push(after);
    usages.push({ table: step.table.TableName, usage: usageOfWrite(step.table, before[index], after, 2) });
  }
  for (const [index, { table }] of steps.entries())
    realm.tables.get(table.TableName)?.stream?.add(table, before[index], written[index]);
  return metered(realms, realm, usages);
}

/** Why a step cannot be done, `None` where it can. */
function refusal(step: Step, existing: DynaliteItem | undefined): CancellationReason {
  const { request, table } = step;
  const item = itemOf(request['Item']);
  const invalid =
    item === undefined ? database.validateKey(itemOf(request['Key']) ?? {}, table) : database.validateItem(item, table);
  if (invalid) return { Code: 'ValidationError', Message: invalid.message };
  const unmet = database.checkConditional(request, existing);
  if (!unmet) return { Code: 'None' };
  return {
    Code: 'ConditionalCheckFailed',
    Message: unmet.message,
    ...(step.returnOld && existing !== undefined ? { Item: fromItem(existing) } : {}),
  };
}

function cancelled(
  realms: Realms,
  realm: Realm,
  steps: readonly Step[],
  before: readonly (DynaliteItem | undefined)[],
  reasons: readonly CancellationReason[],
): AwsError {
  for (const [index, { table }] of steps.entries())
    meter(realms, realm, table.TableName, usageOfRefusal(before[index], 2));
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    { CancellationReasons: reasons },
  );
}

async function putBack(realm: Realm, step: Step | undefined, before: DynaliteItem | undefined): Promise<void> {
  if (step === undefined || step.action === 'check' || step.key === undefined) return;
  const TableName = step.table.TableName;
  if (before === undefined) await realm.store.act('deleteItem', { TableName, Key: step.key });
  else await realm.store.act('putItem', { TableName, Item: before });
}

function metered(realms: Realms, realm: Realm, usages: TableUsage[]): TableUsage[] {
  for (const { table, usage } of usages) meter(realms, realm, table, usage);
  return usages;
}

function consumed(usages: readonly TableUsage[], wanted: Wanted): { ConsumedCapacity?: ConsumedCapacity[] } {
  const all: ConsumedCapacity[] = [];
  for (const table of new Set(usages.map((each) => each.table))) {
    const own = usages.filter((each) => each.table === table).map(({ usage }) => usage);
    const total = addUsages(own[0]?.kind ?? 'write', own);
    const capacity = consumedCapacity(table, total, wanted);
    if (capacity !== undefined)
      all.push({
        ...capacity,
        ...(total.kind === 'write'
          ? { WriteCapacityUnits: capacity.CapacityUnits }
          : { ReadCapacityUnits: capacity.CapacityUnits }),
      });
  }
  return all.length > 0 ? { ConsumedCapacity: all } : {};
}

async function transactGet(realms: Realms, caller: Caller, input: TransactGetItemsInput) {
  const realm = realms.caller(caller);
  refuseCount(input.TransactItems?.length ?? 0);
  return realm.store.alone(async () => {
    const responses = [];
    const usages: TableUsage[] = [];
    for (const { Get } of input.TransactItems ?? []) {
      const TableName = recordOf(realm, tableName(Get?.TableName, caller)).name;
      const request = realm.store.validate('getItem', { ...Get, TableName, ConsistentRead: true });
      const table = await realm.store.table(TableName);
      const item = itemOf((await realm.store.act('getItem', request))['Item']);
      const whole = await realm.store.item(table, itemOf(request['Key']) ?? {});
      usages.push({ table: TableName, usage: usageOfRead(2 * readUnits(whole, true)) });
      responses.push(item === undefined ? {} : { Item: fromItem(item) });
    }
    return { Responses: responses, ...consumed(metered(realms, realm, usages), input.ReturnConsumedCapacity) };
  });
}
