import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  ListTablesCommand,
  UpdateTableCommand,
  type CreateTableInput,
  type SSEDescription,
  type SSESpecification,
  type UpdateTableInput,
} from '@aws-sdk/client-dynamodb';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { onlyMembers } from '../only-members.ts';
import { streamOf } from './streams.ts';
import { describe, recordOf, tableArn, tableName, type Realm, type Realms, type TableRecord } from './tables.ts';

const INDEX_MEMBERS = ['IndexName', 'KeySchema', 'Projection', 'ProvisionedThroughput'];

/** CreateTable, DescribeTable, UpdateTable (throughput, billing, protection, encryption, class), DeleteTable, ListTables. */
export function tableOperations(realms: Realms): AnyOperation[] {
  return [
    operation({
      command: CreateTableCommand,
      accepts: [
        'TableName',
        'AttributeDefinitions',
        'KeySchema',
        'LocalSecondaryIndexes',
        'GlobalSecondaryIndexes',
        'BillingMode',
        'ProvisionedThroughput',
        'SSESpecification',
        'Tags',
        'TableClass',
        'DeletionProtectionEnabled',
        'StreamSpecification',
      ],
      authorize: (input, { caller }) => {
        const resource = tableArn(input.TableName, caller);
        const create = { action: 'dynamodb:CreateTable', resource };
        return input.Tags === undefined ? create : [create, { action: 'dynamodb:TagResource', resource }];
      },
      handle: async (input, { caller }) => createTable(realms, realms.caller(caller), input),
    }),
    operation({
      command: DescribeTableCommand,
      accepts: ['TableName'],
      authorize: onTable('dynamodb:DescribeTable'),
      handle: async (input, { caller }) => {
        const realm = realms.caller(caller);
        const record = recordOf(realm, tableName(input.TableName, caller));
        return { Table: describe(await realm.store.table(record.name), record) };
      },
    }),
    operation({
      command: UpdateTableCommand,
      accepts: [
        'TableName',
        'BillingMode',
        'ProvisionedThroughput',
        'SSESpecification',
        'TableClass',
        'DeletionProtectionEnabled',
        'StreamSpecification',
      ],
      authorize: onTable('dynamodb:UpdateTable'),
      handle: async (input, { caller }) =>
        updateTable(realms, realms.caller(caller), { ...input, TableName: tableName(input.TableName, caller) }),
    }),
    operation({
      command: DeleteTableCommand,
      accepts: ['TableName'],
      authorize: onTable('dynamodb:DeleteTable'),
      handle: async (input, { caller }) => deleteTable(realms.caller(caller), tableName(input.TableName, caller)),
    }),
    operation({
      command: ListTablesCommand,
      accepts: ['ExclusiveStartTableName', 'Limit'],
      authorize: () => ({ action: 'dynamodb:ListTables', resource: '*' }),
      handle: async (input, { caller }) => {
        const after = input.ExclusiveStartTableName ?? '';
        const limit = input.Limit ?? 100;
        const names = [...realms.caller(caller).tables.keys()].sort().filter((name) => name > after);
        const page = names.slice(0, limit);
        const last = page.at(-1);
        return { TableNames: page, ...(names.length > limit && last ? { LastEvaluatedTableName: last } : {}) };
      },
    }),
  ];
}

/** Asks for an action on the table that the input names. */
export function onTable(action: string) {
  return (input: { TableName?: string | undefined }, { caller }: { caller: Caller }) => ({
    action,
    resource: tableArn(input.TableName, caller),
  });
}

async function createTable(realms: Realms, realm: Realm, input: CreateTableInput) {
  const { SSESpecification, Tags, TableClass, DeletionProtectionEnabled, StreamSpecification, ...engine } = input;
  for (const index of engine.GlobalSecondaryIndexes ?? []) onlyMembers(index, INDEX_MEMBERS, 'a global index');
  for (const index of engine.LocalSecondaryIndexes ?? [])
    onlyMembers(index, ['IndexName', 'KeySchema', 'Projection'], 'a local index');
  const name = input.TableName ?? '';
  if (realm.tables.has(name)) throw new AwsError('ResourceInUseException', `Table already exists: ${name}`);
  const arn = `arn:aws:dynamodb:${realm.region}:${realm.account}:table/${name}`;
  const stream = streamOf(realms.kernel, arn, StreamSpecification);
  return realm.store.alone(async () => {
    await realm.store.run('createTable', engine);
    const record: TableRecord = {
      name,
      arn,
      partitionKey: input.KeySchema?.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName,
      stream,
      createdAt: realms.kernel.clock.date(),
      tags: new Map((Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
      deletionProtection: DeletionProtectionEnabled ?? false,
      encryption: encryption(SSESpecification, realm),
      tableClass: TableClass,
      timeToLive: { TimeToLiveStatus: 'DISABLED' },
      backups: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
      },
    };
    realm.tables.set(name, record);
    await realm.store.whenTableReady(name);
    // The answer says CREATING as AWS's does; the table is ACTIVE by the time anybody can ask again.
    return { TableDescription: describe(await realm.store.table(name), record, 'CREATING') };
  });
}

async function updateTable(realms: Realms, realm: Realm, input: UpdateTableInput) {
  const record = recordOf(realm, input.TableName ?? '');
  const { BillingMode, ProvisionedThroughput } = input;
  return realm.store.alone(async () => {
    if (BillingMode !== undefined || ProvisionedThroughput !== undefined) {
      const engine = { TableName: record.name, BillingMode, ProvisionedThroughput };
      await realm.store.run('updateTable', engine);
      await realm.store.whenTableReady(record.name);
    }
    if (input.DeletionProtectionEnabled !== undefined) record.deletionProtection = input.DeletionProtectionEnabled;
    if (input.SSESpecification !== undefined) record.encryption = encryption(input.SSESpecification, realm);
    record.stream = streamOf(realms.kernel, record.arn, input.StreamSpecification, record.stream);
    if (input.TableClass !== undefined) record.tableClass = input.TableClass;
    return { TableDescription: describe(await realm.store.table(record.name), record, 'UPDATING') };
  });
}

async function deleteTable(realm: Realm, name: string) {
  const record = recordOf(realm, name);
  if (record.deletionProtection)
    throw new AwsError(
      'ValidationException',
      `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.`,
    );
  return realm.store.alone(async () => {
    const description = describe(await realm.store.table(name), record, 'DELETING');
    await realm.store.run('deleteTable', { TableName: name });
    await realm.store.whenTableReady(name);
    realm.tables.delete(name);
    return { TableDescription: description };
  });
}

function encryption(given: SSESpecification | undefined, realm: Realm): SSEDescription | undefined {
  onlyMembers(given, ['Enabled', 'SSEType', 'KMSMasterKeyId'], 'SSESpecification');
  if (given?.Enabled !== true) return undefined;
  // With a customer's key, AWS asks every reader for kms:Decrypt on it; that is not implemented.
  if (given.KMSMasterKeyId !== undefined && given.KMSMasterKeyId !== 'alias/aws/dynamodb')
    throw new NotImplemented('KMSMasterKeyId (a customer managed key) in SSESpecification of dynamodb');
  const arn = `arn:aws:kms:${realm.region}:${realm.account}:alias/aws/dynamodb`;
  return { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: arn };
}
