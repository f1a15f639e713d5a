import { CreateTableCommand, DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';

const where = { account: '111111111111', region: 'us-east-1' };
const TableName = 'history';
let aws: LocalAws;
let client: DynamoDBClient;

beforeAll(async () => {
  aws = await startLocalAws();
  client = aws.client(DynamoDBClient, where);
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'day', 'time'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byDay',
          KeySchema: [
            { AttributeName: 'day', KeyType: 'HASH' },
            { AttributeName: 'time', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
});
afterAll(() => aws.close());

it('fills a table and its indexes as puts would, without counting anything', async () => {
  const items = Array.from({ length: 300 }, (_, number) => ({
    pk: { S: `item-${number}` },
    // The last has no place in the index.
    ...(number === 299 ? {} : { day: { S: `day-${number % 3}` } }),
    time: { S: String(number).padStart(3, '0') },
    bytes: { B: new Uint8Array([number % 256]) },
  }));
  await aws.loadTable(where, TableName, items);
  expect(aws.meters.read().writeUnits).toBe(0);
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: { pk: { S: 'item-7' } } }));
  expect(Item).toEqual(items[7]);
  const page = await client.send(
    new QueryCommand({
      TableName,
      IndexName: 'byDay',
      KeyConditionExpression: '#day = :day',
      ExpressionAttributeNames: { '#day': 'day' },
      ExpressionAttributeValues: { ':day': { S: 'day-2' } },
      ScanIndexForward: false,
      Limit: 2,
    }),
  );
  expect(page.Items).toEqual([
    { pk: { S: 'item-296' }, day: { S: 'day-2' }, time: { S: '296' } },
    { pk: { S: 'item-293' }, day: { S: 'day-2' }, time: { S: '293' } },
  ]);
  await expect(aws.loadTable(where, TableName, [{ time: { S: 'no key' } }])).rejects.toThrow(/key/i);
  await expect(aws.loadTable(where, 'nowhere', items)).rejects.toThrow(/not found/);
});
