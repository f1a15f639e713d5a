import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type AttributeValue,
  type BatchGetItemInput,
  type BatchWriteItemInput,
  type ConsumedCapacity,
} from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { fromItem, toItem } from './attribute-values.ts';
import { addUsages, consumedCapacity, readUnits, usageOfRead, type Usage } from './capacity.ts';
import { itemOf, itemsOf, keyOf, meter, write } from './items.ts';
import { onItems } from './leading-keys.ts';
import { recordOf, tableArn, tableName, type Realms } from './tables.ts';

/** BatchGetItem and BatchWriteItem. Nothing is throttled, so nothing but what exceeds 16 MB stays unprocessed. */
export function batchOperations(realms: Realms): AnyOperation[] {
  return [
    operation({
      command: BatchGetItemCommand,
      accepts: ['RequestItems', 'ReturnConsumedCapacity'],
      authorize: (input, { caller }) =>
        Object.entries(input.RequestItems ?? {}).map(([table, { Keys = [] }]) =>
          onItems(realms, 'dynamodb:BatchGetItem', tableArn(table, caller), Keys),
        ),
      handle: async (input, { caller }) => batchGet(realms, caller, input),
    }),
    operation({
      command: BatchWriteItemCommand,
      accepts: ['RequestItems', 'ReturnConsumedCapacity'],
      authorize: (input, { caller }) =>
        Object.entries(input.RequestItems ?? {}).map(([table, writes]) => {
          const items = writes.map(({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key);
          return onItems(realms, 'dynamodb:BatchWriteItem', tableArn(table, caller), items);
        }),
      handle: async (input, { caller }) => batchWrite(realms, caller, input),
    }),
  ];
}

async function batchGet(realms: Realms, caller: Caller, input: BatchGetItemInput) {
  const realm = realms.caller(caller);
  const requests = byName(input.RequestItems, caller);
  return realm.store.alone(async () => {
    const result = await realm.store.run('batchGetItem', { RequestItems: requests });
    const consumed: ConsumedCapacity[] = [];
    for (const [name, request] of Object.entries(requests)) {
      const table = await realm.store.table(recordOf(realm, name).name);
      const usages: Usage[] = [];
      for (const key of request.Keys ?? []) {
        const item = await realm.store.item(table, keyOf(table, toItem(key)) ?? {});
        usages.push(usageOfRead(readUnits(item, request.ConsistentRead === true)));
      }
      const usage = addUsages('read', usages);
      meter(realms, realm, name, usage);
      const capacity = consumedCapacity(name, usage, input.ReturnConsumedCapacity);
      if (capacity !== undefined) consumed.push(capacity);
    }
    const responses: Record<string, Record<string, AttributeValue>[]> = {};
    for (const [name, items] of Object.entries(itemOf(result['Responses']) ?? {}))
      responses[name] = (itemsOf(items) ?? []).map(fromItem);
    return {
      Responses: responses,
      UnprocessedKeys: unprocessed(result),
      ...(consumed.length > 0 ? { ConsumedCapacity: consumed } : {}),
    };
  });
}

function unprocessed(result: DynaliteRequest): Record<string, { Keys: Record<string, AttributeValue>[] }> {
  const left: Record<string, { Keys: Record<string, AttributeValue>[] }> = {};
  for (const [name, request] of Object.entries(itemOf(result['UnprocessedKeys']) ?? {}))
    left[name] = { Keys: ('Keys' in request ? (itemsOf(request.Keys) ?? []) : []).map(fromItem) };
  return left;
}

async function batchWrite(realms: Realms, caller: Caller, input: BatchWriteItemInput) {
  const realm = realms.caller(caller);
  const requests = byName(input.RequestItems, caller);
  realm.store.validate('batchWriteItem', { RequestItems: requests });
  return realm.store.alone(async () => {
    for (const [name, writes] of Object.entries(requests)) {
      const table = await realm.store.table(recordOf(realm, name).name);
      const keys = writes.map((each) =>
        JSON.stringify(keyOf(table, toItem(each.PutRequest?.Item ?? each.DeleteRequest?.Key))),
      );
      if (keys.includes(JSON.stringify(undefined)))
        throw new AwsError('ValidationException', 'The provided key element does not match the schema');
      if (new Set(keys).size < keys.length)
        throw new AwsError('ValidationException', 'Provided list of item keys contains duplicates');
    }
    const consumed: ConsumedCapacity[] = [];
    for (const [TableName, writes] of Object.entries(requests)) {
      const usages: Usage[] = [];
      for (const { PutRequest, DeleteRequest } of writes) {
        const put = PutRequest !== undefined;
        const action = put ? 'putItem' : 'deleteItem';
        const one = put ? { TableName, Item: PutRequest.Item } : { TableName, Key: DeleteRequest?.Key };
        const { usage } = await write(realms, realm, action, realm.store.validate(action, one));
        usages.push(usage);
      }
      const capacity = consumedCapacity(TableName, addUsages('write', usages), input.ReturnConsumedCapacity);
      if (capacity !== undefined) consumed.push(capacity);
    }
    return { UnprocessedItems: {}, ...(consumed.length > 0 ? { ConsumedCapacity: consumed } : {}) };
  });
}

/** Requests by the plain names of their tables. */
function byName<T>(requests: Record<string, T> | undefined, caller: Caller): Record<string, T> {
  return Object.fromEntries(Object.entries(requests ?? {}).map(([table, value]) => [tableName(table, caller), value]));
}
