import type {
  ContinuousBackupsDescription,
  SSEDescription,
  TableClass,
  TableDescription,
  TimeToLiveDescription,
} from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller } from '../../kernel/principal.ts';
import { Store } from './store.ts';
import type { TableStream } from './streams.ts';

/** What the local AWS keeps about a table beside dynalite. */
export interface TableRecord {
  readonly name: string;
  readonly arn: string;
  /** The attribute that is the partition key; undefined where the table was made without. */
  readonly partitionKey: string | undefined;
  readonly createdAt: Date;
  tags: Map<string, string>;
  deletionProtection: boolean;
  encryption: SSEDescription | undefined;
  tableClass: TableClass | undefined;
  timeToLive: TimeToLiveDescription;
  backups: ContinuousBackupsDescription;
  stream: TableStream | undefined;
}

/** The DynamoDB of one account and region. */
export interface Realm {
  readonly account: string;
  readonly region: string;
  readonly store: Store;
  readonly tables: Map<string, TableRecord>;
  /** Answers of transactions by ClientRequestToken. */
  readonly tokens: Map<string, RememberedTransaction>;
}

interface RememberedTransaction {
  readonly request: string;
  readonly at: number;
}

/** All of DynamoDB: a realm per account and region, made at first use. */
export class Realms {
  private readonly realms = new Map<string, Realm>();

  constructor(readonly kernel: Kernel) {}

  of(account: string, region: string): Realm {
    const key = `${account} ${region}`;
    const known = this.realms.get(key);
    if (known !== undefined) return known;
    const realm: Realm = {
      account,
      region,
      store: new Store(account, region),
      tables: new Map(),
      tokens: new Map(),
    };
    this.realms.set(key, realm);
    return realm;
  }

  /**
   * A stream has none of its table's tags: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/abac-streams.html
   * @param arn of a table, or of an index of one
   */
  tagsOf(arn: string): ReadonlyMap<string, string> | undefined {
    return this.tableOf(arn)?.tags;
  }

  /** @param arn of a table */
  partitionKeyOf(arn: string): string | undefined {
    return this.tableOf(arn)?.partitionKey;
  }

  /** @param arn of a stream */
  streamOf(arn: string): TableStream | undefined {
    const [, region = '', account = '', name = ''] =
      /^arn:aws:dynamodb:([^:]*):(\d*):table\/([^/]+)\/stream\//.exec(arn) ?? [];
    const stream = this.realms.get(`${account} ${region}`)?.tables.get(name)?.stream;
    return stream?.arn === arn ? stream : undefined;
  }

  caller(caller: Caller): Realm {
    return this.of(caller.account, caller.region);
  }

  private tableOf(arn: string): TableRecord | undefined {
    const [, region = '', account = '', name = ''] =
      /^arn:aws:dynamodb:([^:]*):(\d*):table\/([^/]+)(?!.*\/stream\/)/.exec(arn) ?? [];
    return this.realms.get(`${account} ${region}`)?.tables.get(name);
  }

  async close(): Promise<void> {
    for (const { store } of this.realms.values()) await store.close();
  }
}

/** The plain name of a table that was given by name or ARN. */
export function tableName(nameOrArn: string | undefined, caller: Caller): string {
  if (nameOrArn === undefined)
    throw new AwsError(
      'ValidationException',
      "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null",
    );
  if (!nameOrArn.startsWith('arn:')) return nameOrArn;
  const [, , service, region, account, resource] = nameOrArn.split(':');
  const name = resource?.replace(/^table\//, '');
  if (service !== 'dynamodb' || name === undefined) throw new AwsError('ValidationException', 'Invalid TableArn');
  // Across accounts a table is reached by its resource policy alone, which the local AWS does not keep.
  if (account !== caller.account || region !== caller.region)
    throw new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${nameOrArn} not found`);
  return name;
}

export function tableArn(nameOrArn: string | undefined, caller: Caller): string {
  if (nameOrArn?.startsWith('arn:') === true) return nameOrArn;
  return `arn:aws:dynamodb:${caller.region}:${caller.account}:table/${tableName(nameOrArn, caller)}`;
}

/** @throws AwsError ResourceNotFoundException */
export function recordOf(realm: Realm, name: string): TableRecord {
  const record = realm.tables.get(name);
  if (record === undefined)
    throw new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
  return record;
}

/** A table as DescribeTable shows it: dynalite's description with what is kept beside it and engine times. */
export function describe(table: DynaliteTable, record: TableRecord, status = table.TableStatus): TableDescription {
  const { TableName, TableArn, TableId, KeySchema, AttributeDefinitions } = table;
  return {
    TableName,
    TableArn,
    TableId,
    KeySchema,
    AttributeDefinitions,
    TableStatus: status,
    CreationDateTime: record.createdAt,
    ItemCount: 0,
    TableSizeBytes: 0,
    ProvisionedThroughput: throughput(table.ProvisionedThroughput),
    DeletionProtectionEnabled: record.deletionProtection,
    ...(table.BillingModeSummary === undefined
      ? {}
      : {
          BillingModeSummary: { ...table.BillingModeSummary, LastUpdateToPayPerRequestDateTime: record.createdAt },
        }),
    ...(table.GlobalSecondaryIndexes === undefined
      ? {}
      : { GlobalSecondaryIndexes: table.GlobalSecondaryIndexes.map((index) => describeIndex(index, status)) }),
    ...(table.LocalSecondaryIndexes === undefined
      ? {}
      : { LocalSecondaryIndexes: table.LocalSecondaryIndexes.map((index) => describeIndex(index, undefined)) }),
    ...(record.encryption === undefined ? {} : { SSEDescription: record.encryption }),
    ...(record.stream === undefined
      ? {}
      : {
          StreamSpecification: { StreamEnabled: true, StreamViewType: record.stream.viewType },
          LatestStreamArn: record.stream.arn,
          LatestStreamLabel: record.stream.label,
        }),
    ...(record.tableClass === undefined ? {} : { TableClassSummary: { TableClass: record.tableClass } }),
  };
}

function describeIndex(index: DynaliteIndex, status: DynaliteTable['TableStatus'] | undefined) {
  const { IndexName, IndexArn, KeySchema, Projection } = index;
  return {
    IndexName,
    IndexArn,
    KeySchema,
    Projection,
    ItemCount: 0,
    IndexSizeBytes: 0,
    ...(status === undefined
      ? {}
      : { IndexStatus: status, ProvisionedThroughput: throughput(index.ProvisionedThroughput) }),
  };
}

function throughput(given: DynaliteThroughput | undefined) {
  return {
    ReadCapacityUnits: given?.ReadCapacityUnits ?? 0,
    WriteCapacityUnits: given?.WriteCapacityUnits ?? 0,
    NumberOfDecreasesToday: given?.NumberOfDecreasesToday ?? 0,
  };
}
