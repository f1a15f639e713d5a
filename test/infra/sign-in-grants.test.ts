import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { type LocalAws, startLocalAws } from 'local-aws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as keys from '../../core/ledger/keys.ts';
import { documentOf } from '../../infra/constructs/permissions.ts';
import { ledgerPermissions } from '../../infra/release-engine/ledger-permissions.ts';

// What the function that signs people in may do with the ledger, tried on items of every kind.

const place = { account: '111111111111', region: 'us-east-1' };
const TableName = 'ledger';
const target = { environment: 'staging', ...place };
const [release, service, environment] = ['session#-1-a1', 'session#', 'staging'];

/** One of each partition that the ledger has, of a service that is named as sessions are where a name could do. */
const others: readonly keys.Key[] = [
  ...[keys.headKey(release), keys.eventKey(release, 1), keys.approvalKey(release, 'a'), keys.waitKey(release, 'w')],
  ...[keys.planningKey('session#'), keys.planningLeaseKey(service), keys.uploadScanKey, keys.digestChainKey],
  ...[keys.versionKey(service, '1'), keys.liveKey(service, target), keys.servedKey(service, target, 'now', 'c')],
  ...[keys.weekKey(service, environment, 'w'), keys.turnKey(service, environment), keys.holdKey(service, environment)],
  ...[keys.stackClaimKey(place, 'session#'), keys.correlationItemKey('session#')],
  { pk: 'Session#a', sk: 'session' },
];

let aws: LocalAws;
let client: DynamoDBClient;
beforeAll(async () => {
  aws = await startLocalAws();
  await aws.client(DynamoDBClient, place).send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  const iam = aws.client(IAMClient, place);
  const RoleName = 'sluice-sign-in';
  const Statement = { Effect: 'Allow', Principal: { AWS: place.account }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  const table = `arn:aws:dynamodb:us-east-1:111111111111:table/${TableName}`;
  const PolicyDocument = JSON.stringify(documentOf(ledgerPermissions('sign-in', table)));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'permissions', PolicyDocument }));
  const { Credentials: given } = await aws
    .client(STSClient, place)
    .send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::111111111111:role/${RoleName}`, RoleSessionName: 'me' }));
  client = new DynamoDBClient({
    endpoint: aws.endpoint,
    region: place.region,
    credentials: {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
    },
  });
});
afterAll(() => aws.close());

const stored = ({ pk, sk }: keys.Key) => ({ pk: { S: pk }, sk: { S: sk } });

const uses: Readonly<Record<string, (key: keys.Key) => Promise<unknown>>> = {
  GetItem: (key) => client.send(new GetItemCommand({ TableName, Key: stored(key) })),
  PutItem: (key) => client.send(new PutItemCommand({ TableName, Item: stored(key) })),
  DeleteItem: (key) => client.send(new DeleteItemCommand({ TableName, Key: stored(key) })),
  'PutItem in a transaction': (key) => write(key, keys.sessionKey('another')),
  'PutItem in a transaction after a session': (key) => write(keys.sessionKey('another'), key),
};

function write(...items: readonly keys.Key[]): Promise<unknown> {
  const TransactItems = items.map((key) => ({ Put: { TableName, Item: stored(key) } }));
  return client.send(new TransactWriteItemsCommand({ TransactItems }));
}

describe.each(Object.entries(uses))('%s', (_, use) => {
  it('may touch a session', async () => {
    await expect(use(keys.sessionKey('a token'))).resolves.toBeDefined();
  });

  it.each(others)('may not touch $pk', async (key) => {
    await expect(use(key)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
