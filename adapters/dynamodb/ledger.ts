import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { FenceLost, LedgerConflict } from '../../core/contract/errors.ts';
import { type IndexName, indexes, tableKeys } from '../../core/ledger/index-names.ts';
import type { Key } from '../../core/ledger/keys.ts';
import { intentKey, type LostCondition, type WriteIntent } from '../../core/ledger/write-intent.ts';

/** An item as the table has it; core's schemas parse it. */
export type StoredItem = Readonly<Record<string, unknown>>;

/** One page of a list. */
interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page starts; absent at the end. */
  readonly next?: StoredItem | undefined;
}

/** Which part of a partition, and how much of it. */
interface Range {
  /** Prefix of the sort keys; all of them when not given. */
  readonly prefix?: string;
  /** Sort keys above this one, itself excluded. */
  readonly after?: string;
  /** Sort keys up to this one, itself included. */
  readonly upTo?: string;
  readonly newestFirst?: boolean;
  readonly limit?: number;
  /** From the page before. */
  readonly start?: StoredItem | undefined;
}

/** The one table. Reads are consistent, except those of an index, from which nothing is decided. */
export interface Ledger {
  get(key: Key): Promise<StoredItem | undefined>;
  /** The items that exist, in no order. */
  getAll(keys: readonly Key[]): Promise<readonly StoredItem[]>;
  query(partition: string, range?: Range): Promise<Page<StoredItem>>;
  /** Keys only. */
  queryIndex(index: IndexName, partition: string, range?: Range): Promise<Page<Key>>;
  /**
   * All of the writes or none. `already` when a lost condition means that another call did the same.
   * @throws LedgerConflict when another write came first: read and decide again
   * @throws FenceLost when the turn is no longer held
   */
  write(intents: readonly WriteIntent[]): Promise<'done' | 'already'>;
}

/** @param table name of the ledger's table */
export function createLedger(client: DynamoDBDocumentClient, table: string): Ledger {
  const page = async (input: Omit<QueryCommandInput, 'TableName'>): Promise<Page<StoredItem>> => {
    const { Items = [], LastEvaluatedKey } = await client.send(new QueryCommand({ TableName: table, ...input }));
    return { items: Items, next: LastEvaluatedKey };
  };
  return {
    get: async (key) =>
      (await client.send(new GetCommand({ TableName: table, Key: { ...key }, ConsistentRead: true }))).Item,
    getAll: (keys) => getAll(client, table, keys),
    query: (partition, range = {}) => page({ ...rangeInput(tableKeys, partition, range), ConsistentRead: true }),
    queryIndex: async (index, partition, range = {}) => {
      const { items, next } = await page({ ...rangeInput(indexes[index], partition, range), IndexName: index });
      return { items: items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })), next };
    },
    write: async (intents) => {
      try {
        await send(client, table, intents);
        return 'done';
      } catch (problem) {
        return readLoss(problem, intents);
      }
    },
  };
}

// One write alone costs half of what it costs in a transaction.
async function send(client: DynamoDBDocumentClient, table: string, intents: readonly WriteIntent[]): Promise<unknown> {
  const [first, ...more] = intents.map((intent) => transactItem(table, intent));
  if (more.length === 0 && first?.Put !== undefined) return client.send(new PutCommand(first.Put));
  if (more.length === 0 && first?.Update !== undefined) return client.send(new UpdateCommand(first.Update));
  if (more.length === 0 && first?.Delete !== undefined) return client.send(new DeleteCommand(first.Delete));
  return client.send(new TransactWriteCommand({ TransactItems: first === undefined ? [] : [first, ...more] }));
}

async function getAll(
  client: DynamoDBDocumentClient,
  table: string,
  keys: readonly Key[],
): Promise<readonly StoredItem[]> {
  const found: StoredItem[] = [];
  let left: Record<string, unknown>[] = keys.map((key) => ({ ...key }));
  while (left.length > 0) {
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: left.slice(0, 100), ConsistentRead: true } } }),
    );
    found.push(...(Responses?.[table] ?? []));
    left = [...(UnprocessedKeys?.[table]?.Keys ?? []), ...left.slice(100)];
  }
  return found;
}

function rangeInput(
  names: { readonly partition: string; readonly sort: string },
  partition: string,
  { prefix, after, upTo, newestFirst = false, limit, start }: Range,
): Omit<QueryCommandInput, 'TableName'> {
  const conditions = ['#partition = :partition'];
  const values: Record<string, string> = { ':partition': partition };
  const add = (condition: string, name: string, value: string | undefined): void => {
    if (value === undefined) return;
    conditions.push(condition);
    values[name] = value;
  };
  // DynamoDB allows one condition on the sort key.
  if (prefix !== undefined) add('begins_with(#sort, :prefix)', ':prefix', prefix);
  else if (after !== undefined) add('#sort > :after', ':after', after);
  else add('#sort <= :upTo', ':upTo', upTo);
  return {
    KeyConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: {
      '#partition': names.partition,
      ...(conditions.length > 1 ? { '#sort': names.sort } : {}),
    },
    ExpressionAttributeValues: values,
    ScanIndexForward: !newestFirst,
    ...(limit === undefined ? {} : { Limit: limit }),
    ...(start === undefined ? {} : { ExclusiveStartKey: { ...start } }),
  };
}

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

function transactItem(table: string, intent: WriteIntent): TransactItem {
  const { condition } = intent;
  const names = { ...condition?.names, ...('names' in intent ? intent.names : {}) };
  const values = { ...condition?.values, ...('values' in intent ? intent.values : {}) };
  const common = {
    TableName: table,
    ...(Object.keys(names).length === 0 ? {} : { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
  };
  const conditional = condition === undefined ? {} : { ConditionExpression: condition.expression };
  const Key = { ...intentKey(intent) };
  switch (intent.write) {
    case 'put':
      return { Put: { ...common, ...conditional, Item: { ...intent.item } } };
    case 'update':
      return { Update: { ...common, ...conditional, Key, UpdateExpression: intent.expression } };
    case 'delete':
      return { Delete: { ...common, ...conditional, Key } };
    case 'check':
      return { ConditionCheck: { ...common, Key, ConditionExpression: intent.condition.expression } };
  }
}

function readLoss(problem: unknown, intents: readonly WriteIntent[]): 'already' {
  if (problem instanceof TransactionConflictException) {
    throw new LedgerConflict('Another write to the ledger was in progress: try again.', { cause: problem });
  }
  const lost = lostConditions(problem, intents);
  if (lost.has('AlreadyDone')) return 'already';
  if (lost.has('FenceLost')) {
    throw new FenceLost('The release no longer holds the turn of the environment.', { cause: problem });
  }
  if (lost.size === 0 && !wasBusy(problem)) throw problem;
  const why = lost.size === 0 ? 'another transaction was in progress' : [...lost].join(', ');
  throw new LedgerConflict(`The ledger changed before the write: ${why}.`, { cause: problem });
}

function lostConditions(problem: unknown, intents: readonly WriteIntent[]): Set<LostCondition> {
  if (problem instanceof ConditionalCheckFailedException) return new Set(intents.flatMap(({ lost }) => lost ?? []));
  if (!(problem instanceof TransactionCanceledException)) return new Set();
  const reasons = problem.CancellationReasons ?? [];
  return new Set(
    reasons.flatMap(({ Code }, index) => (Code === 'ConditionalCheckFailed' ? (intents[index]?.lost ?? []) : [])),
  );
}

function wasBusy(problem: unknown): boolean {
  if (!(problem instanceof TransactionCanceledException)) return false;
  const reasons = problem.CancellationReasons ?? [];
  return reasons.some(({ Code = '' }) => /^(TransactionConflict|ThrottlingError|Provisioned)/.test(Code));
}
