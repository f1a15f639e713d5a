/**
 * AWS::DynamoDB::Table.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
 */
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTagsOfResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  type GlobalSecondaryIndexDescription,
  type StreamSpecification,
  type TableDescription,
  type UpdateTableInput,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { NotImplemented } from '../../../kernel/errors.ts';
import type { ResourceContext, ResourceProvider, ResourceState } from '../provider.ts';
import { ifThere, unlessGone } from './gone.ts';
import { count, differ, flag, readProperties, tagList } from './shapes.ts';

const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const projection = z.strictObject({
  ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']).optional(),
  NonKeyAttributes: z.array(z.string()).optional(),
});
const throughput = z.strictObject({ ReadCapacityUnits: count, WriteCapacityUnits: count });
const localIndex = z.strictObject({ IndexName: z.string(), KeySchema: keySchema, Projection: projection });

const tableSchema = z.strictObject({
  TableName: z.string().optional(),
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema: keySchema,
  BillingMode: z.enum(['PAY_PER_REQUEST', 'PROVISIONED']).optional(),
  ProvisionedThroughput: throughput.optional(),
  GlobalSecondaryIndexes: z.array(localIndex.extend({ ProvisionedThroughput: throughput.optional() })).optional(),
  LocalSecondaryIndexes: z.array(localIndex).optional(),
  SSESpecification: z
    .strictObject({
      SSEEnabled: flag,
      SSEType: z.literal('KMS').optional(),
      KMSMasterKeyId: z.string().optional(),
    })
    .optional(),
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string(), Enabled: flag }).optional(),
  PointInTimeRecoverySpecification: z
    .strictObject({ PointInTimeRecoveryEnabled: flag.optional(), RecoveryPeriodInDays: count.optional() })
    .optional(),
  DeletionProtectionEnabled: flag.optional(),
  StreamSpecification: z
    .strictObject({ StreamViewType: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']) })
    .optional(),
  TableClass: z.enum(['STANDARD', 'STANDARD_INFREQUENT_ACCESS']).optional(),
  Tags: tagList.optional(),
});
type TableProperties = z.infer<typeof tableSchema>;

const TABLE = 'AWS::DynamoDB::Table';
const table: ResourceProvider = {
  type: TABLE,
  properties: Object.keys(tableSchema.shape),
  createOnly: ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],
  attributes: ['Arn', 'StreamArn'],
  create: async (properties, context) => {
    const wanted = readProperties(TABLE, tableSchema, properties);
    const name = wanted.TableName ?? context.name(255);
    const {
      TimeToLiveSpecification,
      PointInTimeRecoverySpecification,
      SSESpecification,
      StreamSpecification,
      ...rest
    } = wanted;
    await context.kernel.send(
      context.caller,
      new CreateTableCommand({
        ...rest,
        TableName: name,
        SSESpecification: encryption(SSESpecification),
        ...(StreamSpecification === undefined ? {} : { StreamSpecification: enabled(StreamSpecification) }),
      }),
    );
    try {
      await configure(name, { TimeToLiveSpecification, PointInTimeRecoverySpecification }, {}, context);
    } catch (error) {
      // What was half made has no physical id yet by which the stack could remove it.
      await remove(name, context);
      throw error;
    }
    return state(name, context);
  },
  update: async (name, properties, previous, context) => {
    const wanted = readProperties(TABLE, tableSchema, properties);
    const was = readProperties(TABLE, tableSchema, previous);
    const changed = differ(wanted.GlobalSecondaryIndexes, was.GlobalSecondaryIndexes);
    if (changed) throw new NotImplemented('changing GlobalSecondaryIndexes of an AWS::DynamoDB::Table');
    await updateTable(name, wanted, was, context);
    await restream(name, wanted, was, context);
    await configure(name, wanted, was, context);
    await retag(name, wanted, was, context);
    return state(name, context);
  },
  delete: async (name, _properties, context) => remove(name, context),
  importing: { identifier: 'TableName', read: readTable },
};

type Reader = Pick<ResourceContext, 'kernel' | 'caller'>;

/** What a table is, in the words of a template. */
async function readTable(TableName: string, { kernel, caller }: Reader): Promise<TableProperties | undefined> {
  const found = await ifThere(
    kernel.send(caller, new DescribeTableCommand({ TableName })),
    'ResourceNotFoundException',
  );
  const { Table: it } = found ?? {};
  if (it === undefined) return undefined;
  const [{ Tags }, { TimeToLiveDescription }, { ContinuousBackupsDescription }] = await Promise.all([
    kernel.send(caller, new ListTagsOfResourceCommand({ ResourceArn: it.TableArn })),
    kernel.send(caller, new DescribeTimeToLiveCommand({ TableName })),
    kernel.send(caller, new DescribeContinuousBackupsCommand({ TableName })),
  ]);
  const expires = TimeToLiveDescription?.TimeToLiveStatus === 'ENABLED';
  const recovery = ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  return readProperties(
    TABLE,
    tableSchema,
    known({
      TableName,
      AttributeDefinitions: it.AttributeDefinitions,
      KeySchema: it.KeySchema,
      BillingMode: it.BillingModeSummary?.BillingMode,
      ProvisionedThroughput: it.BillingModeSummary?.BillingMode === 'PAY_PER_REQUEST' ? undefined : throughputOf(it),
      GlobalSecondaryIndexes: it.GlobalSecondaryIndexes?.map(indexOf),
      LocalSecondaryIndexes: it.LocalSecondaryIndexes?.map(indexOf),
      TimeToLiveSpecification: expires
        ? { AttributeName: TimeToLiveDescription.AttributeName, Enabled: true }
        : undefined,
      PointInTimeRecoverySpecification:
        recovery?.PointInTimeRecoveryStatus === 'ENABLED'
          ? { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: recovery.RecoveryPeriodInDays }
          : undefined,
      DeletionProtectionEnabled: it.DeletionProtectionEnabled === true ? true : undefined,
      StreamSpecification:
        it.StreamSpecification === undefined ? undefined : { StreamViewType: it.StreamSpecification.StreamViewType },
      TableClass: it.TableClassSummary?.TableClass,
      Tags: Tags?.length === 0 ? undefined : Tags,
    }),
  );
}

function indexOf({ IndexName, KeySchema, Projection }: GlobalSecondaryIndexDescription): object {
  return { IndexName, KeySchema, Projection };
}

function throughputOf({ ProvisionedThroughput }: TableDescription): object {
  const { ReadCapacityUnits, WriteCapacityUnits } = ProvisionedThroughput ?? {};
  return { ReadCapacityUnits, WriteCapacityUnits };
}

function known(properties: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

function remove(TableName: string, { kernel, caller }: ResourceContext): Promise<void> {
  return unlessGone(kernel.send(caller, new DeleteTableCommand({ TableName })), 'ResourceNotFoundException');
}

function arn(name: string, { account, region }: ResourceContext): string {
  return `arn:aws:dynamodb:${region}:${account}:table/${name}`;
}

async function state(TableName: string, context: ResourceContext): Promise<ResourceState> {
  // The handler reads the table once it is made, or changed.
  const { Table } = await context.kernel.send(context.caller, new DescribeTableCommand({ TableName }));
  return { physicalId: TableName, attributes: { Arn: arn(TableName, context), StreamArn: Table?.LatestStreamArn } };
}

type Stream = NonNullable<TableProperties['StreamSpecification']>;

function enabled({ StreamViewType }: Stream) {
  return { StreamEnabled: true, StreamViewType };
}

/** Another view takes another stream. */
async function restream(
  TableName: string,
  { StreamSpecification: wanted }: TableProperties,
  { StreamSpecification: was }: TableProperties,
  { kernel, caller }: ResourceContext,
): Promise<void> {
  if (!differ(wanted, was)) return;
  // What stands, as an update may have failed before it came to the stream.
  const { Table } = await kernel.send(caller, new DescribeTableCommand({ TableName }));
  const stands = Table?.StreamSpecification?.StreamEnabled === true ? Table.StreamSpecification : undefined;
  if (wanted?.StreamViewType === stands?.StreamViewType) return;
  const set = (StreamSpecification: StreamSpecification) =>
    kernel.send(caller, new UpdateTableCommand({ TableName, StreamSpecification }));
  if (stands !== undefined) await set({ StreamEnabled: false });
  if (wanted !== undefined) await set(enabled(wanted));
}

function encryption(given: TableProperties['SSESpecification']) {
  if (given === undefined) return undefined;
  return { Enabled: given.SSEEnabled, SSEType: given.SSEType, KMSMasterKeyId: given.KMSMasterKeyId };
}

async function updateTable(
  TableName: string,
  wanted: TableProperties,
  was: TableProperties,
  { kernel, caller }: ResourceContext,
): Promise<void> {
  const change: Omit<UpdateTableInput, 'TableName'> = {};
  if (differ(wanted.BillingMode, was.BillingMode)) change.BillingMode = wanted.BillingMode ?? 'PROVISIONED';
  if (differ(wanted.ProvisionedThroughput, was.ProvisionedThroughput))
    change.ProvisionedThroughput = wanted.ProvisionedThroughput;
  if (differ(wanted.SSESpecification, was.SSESpecification))
    change.SSESpecification = encryption(wanted.SSESpecification) ?? { Enabled: false };
  if (differ(wanted.DeletionProtectionEnabled, was.DeletionProtectionEnabled))
    change.DeletionProtectionEnabled = wanted.DeletionProtectionEnabled ?? false;
  if (differ(wanted.TableClass, was.TableClass)) change.TableClass = wanted.TableClass ?? 'STANDARD';
  if (Object.keys(change).length > 0) await kernel.send(caller, new UpdateTableCommand({ TableName, ...change }));
}

type Settings = Pick<TableProperties, 'TimeToLiveSpecification' | 'PointInTimeRecoverySpecification'>;

async function configure(TableName: string, wanted: Settings, was: Settings, context: ResourceContext): Promise<void> {
  const { kernel, caller } = context;
  const off = was.TimeToLiveSpecification && { ...was.TimeToLiveSpecification, Enabled: false };
  const TimeToLiveSpecification = wanted.TimeToLiveSpecification ?? off;
  const enabled = (settings: Settings) => settings.TimeToLiveSpecification?.Enabled === true;
  const changed = differ(TimeToLiveSpecification, was.TimeToLiveSpecification) && (enabled(wanted) || enabled(was));
  if (TimeToLiveSpecification !== undefined && changed) await setExpiry(TableName, TimeToLiveSpecification, context);
  if (differ(wanted.PointInTimeRecoverySpecification, was.PointInTimeRecoverySpecification))
    await kernel.send(
      caller,
      new UpdateContinuousBackupsCommand({
        TableName,
        PointInTimeRecoverySpecification: {
          PointInTimeRecoveryEnabled: wanted.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled ?? false,
          RecoveryPeriodInDays: wanted.PointInTimeRecoverySpecification?.RecoveryPeriodInDays,
        },
      }),
    );
}

/** DynamoDB refuses to do it a second time, and an update may have failed before it came to it. */
async function setExpiry(
  TableName: string,
  wanted: NonNullable<Settings['TimeToLiveSpecification']>,
  { kernel, caller }: ResourceContext,
): Promise<void> {
  const { TimeToLiveDescription: stands } = await kernel.send(caller, new DescribeTimeToLiveCommand({ TableName }));
  const enabled = stands?.TimeToLiveStatus === 'ENABLED';
  const same = wanted.Enabled ? enabled && stands.AttributeName === wanted.AttributeName : !enabled;
  if (!same) await kernel.send(caller, new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: wanted }));
}

async function retag(
  name: string,
  wanted: TableProperties,
  was: TableProperties,
  context: ResourceContext,
): Promise<void> {
  if (!differ(wanted.Tags, was.Tags)) return;
  const { kernel, caller } = context;
  const ResourceArn = arn(name, context);
  const Tags = wanted.Tags ?? [];
  const TagKeys = (was.Tags ?? []).map(({ Key }) => Key).filter((key) => !Tags.some(({ Key }) => Key === key));
  if (TagKeys.length > 0) await kernel.send(caller, new UntagResourceCommand({ ResourceArn, TagKeys }));
  if (Tags.length > 0) await kernel.send(caller, new TagResourceCommand({ ResourceArn, Tags }));
}

export const dynamodbResources: ResourceProvider[] = [table];
