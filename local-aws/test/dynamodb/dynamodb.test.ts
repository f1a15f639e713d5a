import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  IdempotentParameterMismatchException,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateBackupCommand,
  DeleteItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';

let aws: LocalAws;
let client: DynamoDBClient;
let table: string;
let tables = 0;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0 });
  client = aws.client(DynamoDBClient, { account: '111111111111', region: 'us-east-1' });
});
afterAll(() => aws.close());

beforeEach(async () => {
  table = `table-${++tables}`;
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'gsi'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'open',
          KeySchema: [{ AttributeName: 'gsi', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
});

const key = (sk: string) => ({ pk: { S: 'a' }, sk: { S: sk } });
const put = (sk: string, more: Record<string, { S: string }> = {}) =>
  client.send(new PutItemCommand({ TableName: table, Item: { ...key(sk), ...more } }));
const get = async (sk: string) =>
  (await client.send(new GetItemCommand({ TableName: table, Key: key(sk), ConsistentRead: true }))).Item;

describe('tables', () => {
  it('are active when first described, at engine time, and gone when deleted', async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      TableArn: `arn:aws:dynamodb:us-east-1:111111111111:table/${table}`,
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    });
    expect(Math.abs((Table?.CreationDateTime?.getTime() ?? 0) - aws.clock.now())).toBeLessThan(5_000);
    await client.send(new DeleteTableCommand({ TableName: table }));
    await expect(client.send(new DescribeTableCommand({ TableName: table }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('are kept by deletion protection', async () => {
    await client.send(new UpdateTableCommand({ TableName: table, DeletionProtectionEnabled: true }));
    await expect(client.send(new DeleteTableCommand({ TableName: table }))).rejects.toThrow(
      /protected against deletion/,
    );
  });

  it('are apart by account and region', async () => {
    const other = aws.client(DynamoDBClient, { account: '222222222222', region: 'us-east-1' });
    await expect(other.send(new DescribeTableCommand({ TableName: table }))).rejects.toThrow(/not found/);
  });
});

describe('single writes', () => {
  it('round-trip every kind of value', async () => {
    const item = {
      ...key('1'),
      n: { N: '1.5' },
      b: { B: new Uint8Array([1, 2, 255]) },
      empty: { S: '' },
      nothing: { NULL: true },
      list: { L: [{ BOOL: false }, { M: { deep: { SS: ['x', 'y'] } } }] },
    };
    await client.send(new PutItemCommand({ TableName: table, Item: item }));
    expect(await get('1')).toEqual(item);
  });

  it('give the item that stood in the way', async () => {
    await put('1', { status: { S: 'open' } });
    const refused = client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: key('1'),
        UpdateExpression: 'SET #s = :new',
        ConditionExpression: '#s = :old',
        ExpressionAttributeNames: { '#s': 'status' },
        ExpressionAttributeValues: { ':new': { S: 'closed' }, ':old': { S: 'held' } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    await expect(refused).rejects.toBeInstanceOf(ConditionalCheckFailedException);
    await expect(refused).rejects.toMatchObject({ Item: { ...key('1'), status: { S: 'open' } } });
  });

  it('are serialised: of many conditional puts one wins', async () => {
    const attempts = Array.from({ length: 20 }, () =>
      client.send(
        new PutItemCommand({
          TableName: table,
          Item: key('race'),
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      ),
    );
    const results = await Promise.allSettled(attempts);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('an item of more than 400 KB', () => {
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html: names count, too.
  const most = 400 * 1024;
  const itemOf = (bytes: number) => ({
    ...key('large'),
    text: { S: 'x'.repeat(bytes - 'pkask'.length - 'largetext'.length) },
  });
  const put = (bytes: number): Promise<unknown> =>
    client.send(new PutItemCommand({ TableName: table, Item: itemOf(bytes) }));
  const transact = (bytes: number): Promise<unknown> => {
    const Put = { TableName: table, Item: itemOf(bytes) };
    return client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }] }));
  };

  it.each([
    ['put', put],
    ['a transaction', transact],
  ])('is refused by %s, and one of 400 KB is not', async (_, command) => {
    const message: unknown = expect.stringContaining('Item size has exceeded the maximum allowed size');
    await expect(command(most + 1)).rejects.toMatchObject({ name: 'ValidationException', message });
    await command(most);
  });

  it('is refused where an update makes it so large', async () => {
    const grow = (bytes: number) => ({
      ...{ TableName: table, Key: key('large'), UpdateExpression: 'SET more = :more' },
      ExpressionAttributeValues: { ':more': { S: 'x'.repeat(bytes - 'more'.length) } },
    });
    await put(most - 1000);
    await expect(client.send(new UpdateItemCommand(grow(1001)))).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Item size to update has exceeded the maximum allowed size',
    });
    const Update = grow(1001);
    await expect(client.send(new TransactWriteItemsCommand({ TransactItems: [{ Update }] }))).rejects.toMatchObject({
      CancellationReasons: [{ Code: 'ValidationError' }],
    });
    await client.send(new UpdateItemCommand(grow(1000)));
  });
});

describe('queries', () => {
  it('page, filter and read indexes', async () => {
    for (const sk of ['e#1', 'e#2', 'e#3', 'f#1']) await put(sk, sk === 'e#2' ? { gsi: { S: 'open' } } : {});
    const first = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :p AND begins_with(sk, :s)',
        ExpressionAttributeValues: { ':p': { S: 'a' }, ':s': { S: 'e#' } },
        Limit: 2,
      }),
    );
    expect(first.Items?.map(({ sk }) => sk?.S)).toEqual(['e#1', 'e#2']);
    expect(first.LastEvaluatedKey).toEqual(key('e#2'));
    const index = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: 'open',
        KeyConditionExpression: 'gsi = :g',
        ExpressionAttributeValues: { ':g': { S: 'open' } },
      }),
    );
    expect(index.Items?.map(({ sk }) => sk?.S)).toEqual(['e#2']);
  });
});

describe('transactions', () => {
  it('write all or nothing, and say why', async () => {
    await put('1', { status: { S: 'open' } });
    const transaction = client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName: table, Item: key('2') } },
          {
            ConditionCheck: {
              TableName: table,
              Key: key('1'),
              ConditionExpression: 'attribute_not_exists(pk)',
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            },
          },
        ],
      }),
    );
    await expect(transaction).rejects.toBeInstanceOf(TransactionCanceledException);
    await expect(transaction).rejects.toMatchObject({
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Item: { ...key('1'), status: { S: 'open' } } },
      ],
    });
    expect(await get('2')).toBeUndefined();
  });

  it('put back what they wrote when a later write is refused', async () => {
    await put('1', { status: { S: 'open' } });
    const transaction = client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName: table, Item: { ...key('1'), status: { S: 'closed' } } } },
          { Put: { TableName: table, Item: key('new') } },
          {
            Update: {
              TableName: table,
              Key: key('2'),
              UpdateExpression: 'SET n = n + :one',
              ExpressionAttributeValues: { ':one': { N: '1' } },
            },
          },
        ],
      }),
    );
    await expect(transaction).rejects.toMatchObject({
      CancellationReasons: [{ Code: 'None' }, { Code: 'None' }, { Code: 'ValidationError' }],
    });
    expect((await get('1'))?.['status']).toEqual({ S: 'open' });
    expect(await get('new')).toBeUndefined();
  });

  it('are done once per token for ten minutes', async () => {
    const add = (ClientRequestToken: string, by = '1') =>
      client.send(
        new TransactWriteItemsCommand({
          ClientRequestToken,
          TransactItems: [
            {
              Update: {
                TableName: table,
                Key: key('n'),
                UpdateExpression: 'ADD n :by',
                ExpressionAttributeValues: { ':by': { N: by } },
              },
            },
          ],
        }),
      );
    await add('token');
    await add('token');
    expect((await get('n'))?.['n']).toEqual({ N: '1' });
    await expect(add('token', '2')).rejects.toBeInstanceOf(IdempotentParameterMismatchException);
    await aws.clock.advance(10 * 60 * 1000 + 1);
    await add('token');
    expect((await get('n'))?.['n']).toEqual({ N: '2' });
  });

  it('refuse an item twice, and more than 100', async () => {
    const twice = [1, 2].map(() => ({ Put: { TableName: table, Item: key('1') } }));
    await expect(client.send(new TransactWriteItemsCommand({ TransactItems: twice }))).rejects.toThrow(
      /multiple operations on one item/,
    );
    const many = Array.from({ length: 101 }, (_, n) => ({ Put: { TableName: table, Item: key(String(n)) } }));
    await expect(client.send(new TransactWriteItemsCommand({ TransactItems: many }))).rejects.toThrow(
      /less than or equal to 100/,
    );
  });

  it('read together', async () => {
    await put('1');
    const { Responses } = await client.send(
      new TransactGetItemsCommand({
        TransactItems: [{ Get: { TableName: table, Key: key('1') } }, { Get: { TableName: table, Key: key('2') } }],
      }),
    );
    expect(Responses).toEqual([{ Item: key('1') }, {}]);
  });
});

describe('batches', () => {
  it('write and read', async () => {
    await client.send(
      new BatchWriteItemCommand({
        RequestItems: { [table]: ['1', '2'].map((sk) => ({ PutRequest: { Item: key(sk) } })) },
      }),
    );
    const { Responses } = await client.send(
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys: [key('1'), key('3')] } } }),
    );
    expect(Responses?.[table]).toEqual([key('1')]);
  });
});

describe('capacity', () => {
  const units = async (work: () => Promise<unknown>) => {
    const before = aws.meters.read({ of: (of) => of === table });
    await work();
    const after = aws.meters.read({ of: (of) => of === table });
    return [after.writeUnits - before.writeUnits, after.readUnits - before.readUnits];
  };

  it('is counted by size, index entry and transaction', async () => {
    expect(await units(() => put('1'))).toEqual([1, 0]);
    expect(await units(() => put('2', { text: { S: 'x'.repeat(1024) } }))).toEqual([2, 0]);
    expect(await units(() => put('3', { gsi: { S: 'open' } }))).toEqual([2, 0]);
    expect(await units(() => put('3', { gsi: { S: 'open' } }))).toEqual([1, 0]);
    expect(await units(() => put('3', { gsi: { S: 'shut' } }))).toEqual([3, 0]);
    const remove = new DeleteItemCommand({ TableName: table, Key: key('3') });
    expect(await units(() => client.send(remove))).toEqual([2, 0]);
    const transaction = new TransactWriteItemsCommand({
      TransactItems: [{ Put: { TableName: table, Item: key('4') } }],
    });
    expect(await units(() => client.send(transaction))).toEqual([2, 0]);
    expect(await units(() => get('2'))).toEqual([0, 1]);
    const eventual = new GetItemCommand({ TableName: table, Key: key('2') });
    expect(await units(() => client.send(eventual))).toEqual([0, 0.5]);
  });

  it('is told to who asks', async () => {
    const { ConsumedCapacity } = await client.send(
      new PutItemCommand({
        TableName: table,
        Item: { ...key('1'), gsi: { S: 'open' } },
        ReturnConsumedCapacity: 'INDEXES',
      }),
    );
    expect(ConsumedCapacity).toEqual({
      TableName: table,
      CapacityUnits: 2,
      Table: { CapacityUnits: 1 },
      GlobalSecondaryIndexes: { open: { CapacityUnits: 1 } },
    });
  });
});

describe('what is not implemented', () => {
  it('is refused by name: operations, parameters, nested parameters', async () => {
    await expect(client.send(new CreateBackupCommand({ TableName: table, BackupName: 'b' }))).rejects.toThrow(
      /CreateBackup/,
    );
    await expect(
      client.send(new UpdateTableCommand({ TableName: table, MultiRegionConsistency: 'STRONG' })),
    ).rejects.toThrow(/MultiRegionConsistency in dynamodb:UpdateTable/);
    await expect(
      client.send(
        new CreateTableCommand({
          TableName: 'other',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          GlobalSecondaryIndexes: [
            {
              IndexName: 'index',
              KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'ALL' },
              OnDemandThroughput: { MaxReadRequestUnits: 1 },
            },
          ],
        }),
      ),
    ).rejects.toThrow(/OnDemandThroughput in a global index/);
  });
});
