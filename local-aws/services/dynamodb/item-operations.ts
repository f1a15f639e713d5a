import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  type QueryInput,
  type ReturnValuesOnConditionCheckFailure,
  type ScanInput,
} from '@aws-sdk/client-dynamodb';
import type { Caller } from '../../kernel/principal.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { fromItem } from './attribute-values.ts';
import { consumedCapacity, readUnits, usageOfRead, type Usage } from './capacity.ts';
import { capacityOf, itemOf, itemsOf, keyOf, meter, numberOf, write, type Wanted, type WriteAction } from './items.ts';
import { onItems } from './leading-keys.ts';
import { recordOf, tableArn, tableName, type Realms } from './tables.ts';

const CONDITION = [
  'TableName',
  'ReturnValues',
  'ReturnConsumedCapacity',
  'ConditionExpression',
  'Expected',
  'ConditionalOperator',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ReturnValuesOnConditionCheckFailure',
];
const READ = [
  'TableName',
  'AttributesToGet',
  'ConsistentRead',
  'ReturnConsumedCapacity',
  'ProjectionExpression',
  'ExpressionAttributeNames',
];
const LIST = [
  ...READ,
  'IndexName',
  'Limit',
  'Select',
  'ConditionalOperator',
  'ExclusiveStartKey',
  'FilterExpression',
  'ExpressionAttributeValues',
];

/** PutItem, UpdateItem, DeleteItem, GetItem, Query and Scan. */
export function itemOperations(realms: Realms): AnyOperation[] {
  return [
    operation({
      command: PutItemCommand,
      accepts: [...CONDITION, 'Item'],
      authorize: (input, { caller }) =>
        onItems(realms, 'dynamodb:PutItem', tableArn(input.TableName, caller), [input.Item]),
      handle: async (input, { caller }) => writeItem(realms, caller, 'putItem', input),
    }),
    operation({
      command: UpdateItemCommand,
      accepts: [...CONDITION, 'Key', 'UpdateExpression', 'AttributeUpdates'],
      authorize: (input, { caller }) =>
        onItems(realms, 'dynamodb:UpdateItem', tableArn(input.TableName, caller), [input.Key]),
      handle: async (input, { caller }) => writeItem(realms, caller, 'updateItem', input),
    }),
    operation({
      command: DeleteItemCommand,
      accepts: [...CONDITION, 'Key'],
      authorize: (input, { caller }) =>
        onItems(realms, 'dynamodb:DeleteItem', tableArn(input.TableName, caller), [input.Key]),
      handle: async (input, { caller }) => writeItem(realms, caller, 'deleteItem', input),
    }),
    operation({
      command: GetItemCommand,
      accepts: [...READ, 'Key'],
      authorize: (input, { caller }) =>
        onItems(realms, 'dynamodb:GetItem', tableArn(input.TableName, caller), [input.Key]),
      handle: async (input, { caller }) => {
        const realm = realms.caller(caller);
        const name = recordOf(realm, tableName(input.TableName, caller)).name;
        return realm.store.alone(async () => {
          const request = realm.store.validate('getItem', { ...input, TableName: name });
          const result = await realm.store.act('getItem', request);
          const table = await realm.store.table(name);
          const whole = await realm.store.item(table, keyOf(table, itemOf(request['Key']) ?? {}) ?? {});
          const usage = usageOfRead(readUnits(whole, input.ConsistentRead === true));
          meter(realms, realm, name, usage);
          const item = itemOf(result['Item']);
          return {
            ...(item === undefined ? {} : { Item: fromItem(item) }),
            ...capacity(name, usage, input.ReturnConsumedCapacity),
          };
        });
      },
    }),
    operation({
      command: QueryCommand,
      accepts: [...LIST, 'KeyConditions', 'QueryFilter', 'ScanIndexForward', 'KeyConditionExpression'],
      authorize: onIndex('dynamodb:Query'),
      handle: async (input, { caller }) => list(realms, caller, 'query', input),
    }),
    operation({
      command: ScanCommand,
      accepts: [...LIST, 'ScanFilter', 'TotalSegments', 'Segment'],
      authorize: onIndex('dynamodb:Scan'),
      handle: async (input, { caller }) => list(realms, caller, 'scan', input),
    }),
  ];
}

function onIndex(action: string) {
  return (
    input: { TableName?: string | undefined; IndexName?: string | undefined; Select?: string | undefined },
    { caller }: { caller: Caller },
  ) => {
    const table = tableArn(input.TableName, caller);
    const resource = input.IndexName === undefined ? table : `${table}/index/${input.IndexName}`;
    // Absent where a request does not say it: the service's own choice is no part of the request.
    return { action, resource, context: input.Select === undefined ? {} : { 'dynamodb:Select': input.Select } };
  };
}

interface WriteInput {
  readonly TableName: string | undefined;
  readonly ReturnConsumedCapacity?: Wanted;
  readonly ReturnValuesOnConditionCheckFailure?: ReturnValuesOnConditionCheckFailure | undefined;
}

async function writeItem(realms: Realms, caller: Caller, action: WriteAction, input: WriteInput) {
  const realm = realms.caller(caller);
  const name = recordOf(realm, tableName(input.TableName, caller)).name;
  const { ReturnValuesOnConditionCheckFailure: onFailure, ...engine } = input;
  const request = realm.store.validate(action, { ...engine, TableName: name });
  const written = await realm.store.alone(() => write(realms, realm, action, request, onFailure));
  return {
    ...(written.attributes === undefined ? {} : { Attributes: fromItem(written.attributes) }),
    ...capacity(name, written.usage, input.ReturnConsumedCapacity),
  };
}

async function list(realms: Realms, caller: Caller, action: 'query' | 'scan', input: QueryInput | ScanInput) {
  const realm = realms.caller(caller);
  const name = recordOf(realm, tableName(input.TableName, caller)).name;
  // Dynalite's own count is of what was read before filters, which is what DynamoDB bills.
  const counted = { ...input, TableName: name, ReturnConsumedCapacity: 'TOTAL' };
  const result = await realm.store.alone(() => realm.store.run(action, counted));
  const least = input.ConsistentRead === true ? 1 : 0.5;
  const units = Math.max(least, capacityOf(result));
  const table = await realm.store.table(name);
  const usage = usageOfList(table, input.IndexName, units);
  meter(realms, realm, name, usage);
  const items = itemsOf(result['Items']);
  const last = itemOf(result['LastEvaluatedKey']);
  return {
    Count: numberOf(result['Count']),
    ScannedCount: numberOf(result['ScannedCount']),
    ...(items === undefined ? {} : { Items: items.map(fromItem) }),
    ...(last === undefined ? {} : { LastEvaluatedKey: fromItem(last) }),
    ...capacity(name, usage, input.ReturnConsumedCapacity),
  };
}

function usageOfList(table: DynaliteTable, index: string | undefined, units: number): Usage {
  if (index === undefined) return usageOfRead(units);
  const isLocal = table.LocalSecondaryIndexes?.some(({ IndexName }) => IndexName === index) ?? false;
  const read = { [index]: units };
  return { kind: 'read', table: 0, global: isLocal ? {} : read, local: isLocal ? read : {} };
}

function capacity(table: string, usage: Usage, wanted: Wanted) {
  const consumed = consumedCapacity(table, usage, wanted);
  return consumed === undefined ? {} : { ConsumedCapacity: consumed };
}
