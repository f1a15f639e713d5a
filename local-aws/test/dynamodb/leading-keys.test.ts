import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type ScalarAttributeType,
} from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html

const place = { account: '111111111111', region: 'us-east-1' };
const items = `BatchGetItem BatchWriteItem ConditionCheckItem DeleteItem GetItem PutItem UpdateItem`
  .split(' ')
  .map((name) => `dynamodb:${name}`);
const own = {
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['session#*'] },
  Null: { 'dynamodb:LeadingKeys': 'false' },
};

let aws: LocalAws;
let client: DynamoDBClient;
beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
  const trust = { Effect: 'Allow', Principal: { AWS: place.account }, Action: 'sts:AssumeRole' };
  await aws.client(IAMClient, place).send(
    new CreateRoleCommand({
      RoleName: 'keeper',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: trust }),
    }),
  );
  await allow(items, own);
  const { Credentials: given } = await aws
    .client(STSClient, place)
    .send(new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::111111111111:role/keeper', RoleSessionName: 'me' }));
  const credentials = {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  };
  client = new DynamoDBClient({ endpoint: aws.endpoint, region: place.region, credentials });
  for (const [TableName, type] of [
    ['texts', 'S'],
    ['numbers', 'N'],
    ['bytes', 'B'],
  ] as const)
    await createTable(TableName, type);
});
afterAll(() => aws.close());

function createTable(TableName: string, AttributeType: ScalarAttributeType) {
  return aws.client(DynamoDBClient, place).send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      // The sort key stands first: the partition key is known by its kind, not by its place.
      AttributeDefinitions: [
        { AttributeName: 'sk', AttributeType: 'S' },
        { AttributeName: 'pk', AttributeType },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
}

function allow(Action: readonly string[], Condition: object) {
  const Statement = [{ Effect: 'Allow', Action, Resource: '*', Condition }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  return aws
    .client(IAMClient, place)
    .send(new PutRolePolicyCommand({ RoleName: 'keeper', PolicyName: 'own', PolicyDocument }));
}

/** The sort key looks like what is allowed, too, and does not count. */
const key = (pk: string) => ({ pk: { S: pk }, sk: { S: 'session#' } });
const on = (pk: string) => ({ TableName: 'texts', Key: key(pk) });
const put = (pk: string) => ({ TableName: 'texts', Item: key(pk) });
const checked = (pk: string) => ({ ...on(pk), ConditionExpression: 'attribute_not_exists(never)' });
const [mine, other] = ['session#a', 'lock#session#a'] as const;

/** `allowed`, or the name of the action that is denied. */
async function outcome(asked: Promise<unknown>): Promise<string> {
  return asked.then(
    () => 'allowed',
    (error: unknown) => {
      const text = String(error);
      return /not authorized to perform: dynamodb:(\w+)/.exec(text)?.[1] ?? text;
    },
  );
}

describe('items whose partition key a policy names', () => {
  it.each<[string, (pk: string) => Promise<unknown>]>([
    ['PutItem', (pk) => client.send(new PutItemCommand(put(pk)))],
    ['GetItem', (pk) => client.send(new GetItemCommand(on(pk)))],
    ['UpdateItem', (pk) => client.send(new UpdateItemCommand(on(pk)))],
    ['DeleteItem', (pk) => client.send(new DeleteItemCommand(on(pk)))],
  ])('are reached by %s, and no other', async (action, ask) => {
    expect([await outcome(ask(mine)), await outcome(ask(other))]).toEqual(['allowed', action]);
  });

  it('are known by the name of the table as by its ARN', async () => {
    const TableName = 'arn:aws:dynamodb:us-east-1:111111111111:table/texts';
    expect(await outcome(client.send(new GetItemCommand({ ...on(mine), TableName })))).toBe('allowed');
    expect(await outcome(client.send(new GetItemCommand({ ...on(other), TableName })))).toBe('GetItem');
  });

  it('are all of a batch: a second one denies it', async () => {
    const get = (...keys: string[]) =>
      client.send(new BatchGetItemCommand({ RequestItems: { texts: { Keys: keys.map(key) } } }));
    expect(await outcome(get(mine, 'session#b'))).toBe('allowed');
    expect(await outcome(get(mine, other))).toBe('BatchGetItem');
    const write = (deleted: string, written: string) => {
      const texts = [{ DeleteRequest: { Key: key(deleted) } }, { PutRequest: { Item: key(written) } }];
      return client.send(new BatchWriteItemCommand({ RequestItems: { texts } }));
    };
    expect(await outcome(write(mine, 'session#b'))).toBe('allowed');
    expect(await outcome(write(mine, other))).toBe('BatchWriteItem');
    expect(await outcome(write(other, mine))).toBe('BatchWriteItem');
  });

  it.each<[string, (pk: string) => object]>([
    ['PutItem', (pk) => ({ Put: put(pk) })],
    ['UpdateItem', (pk) => ({ Update: { ...on(pk), UpdateExpression: 'REMOVE x' } })],
    ['DeleteItem', (pk) => ({ Delete: on(pk) })],
    ['ConditionCheckItem', (pk) => ({ ConditionCheck: checked(pk) })],
  ])('are each judged by itself in a transaction: one of two is denied its %s', async (action, item) => {
    const write = (pk: string) =>
      client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: put('session#first') }, item(pk)] }));
    expect([await outcome(write(mine)), await outcome(write(other))]).toEqual(['allowed', action]);
  });

  it('are each judged by itself where a transaction reads', async () => {
    const get = (...keys: string[]) =>
      client.send(new TransactGetItemsCommand({ TransactItems: keys.map((pk) => ({ Get: on(pk) })) }));
    expect([await outcome(get(mine, 'session#b')), await outcome(get(mine, other))]).toEqual(['allowed', 'GetItem']);
  });
});

describe('a request without a partition key', () => {
  const without = { TableName: 'texts', Key: { sk: { S: 'session#' } } };

  it('is denied by Null, and let through to its refusal by ForAllValues alone', async () => {
    expect(await outcome(client.send(new GetItemCommand(without)))).toBe('GetItem');
    await allow(items, { 'ForAllValues:StringLike': own['ForAllValues:StringLike'] });
    expect(await outcome(client.send(new GetItemCommand(without)))).toContain('ValidationException');
    await allow(items, own);
  });

  it('is denied where one of a batch has none, or the table is unknown', async () => {
    const Keys = [key(mine), without.Key];
    expect(await outcome(client.send(new BatchGetItemCommand({ RequestItems: { texts: { Keys } } })))).toBe(
      'BatchGetItem',
    );
    expect(await outcome(client.send(new GetItemCommand({ ...on(mine), TableName: 'none' })))).toBe('GetItem');
  });
});

it('is a number, or bytes in base64, as text', async () => {
  await allow(items, { ...own, 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['7', 'AQI='] } });
  const sk = { S: 'any' };
  const get = (TableName: string, pk: { N: string } | { B: Uint8Array }) =>
    outcome(client.send(new GetItemCommand({ TableName, Key: { pk, sk } })));
  expect([await get('numbers', { N: '7' }), await get('numbers', { N: '8' })]).toEqual(['allowed', 'GetItem']);
  expect(await get('bytes', { B: Uint8Array.of(1, 2) })).toBe('allowed');
  expect(await get('bytes', { B: Uint8Array.of(1, 3) })).toBe('GetItem');
});

it('is refused by name where requests do not have it here, and with a plain operator', async () => {
  await expect(allow(['dynamodb:GetItem', 'dynamodb:Query'], own)).rejects.toThrow(
    'the condition key dynamodb:LeadingKeys with dynamodb:Query',
  );
  await expect(allow(['dynamodb:GetItem'], { StringLike: { 'dynamodb:LeadingKeys': ['session#*'] } })).rejects.toThrow(
    'StringLike on the condition key dynamodb:LeadingKeys, which has several values',
  );
});
