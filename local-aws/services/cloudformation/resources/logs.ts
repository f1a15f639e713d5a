/** AWS::Logs::LogGroup. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html */
import {
  AssociateKmsKeyCommand,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DisassociateKmsKeyCommand,
  ListTagsForResourceCommand,
  LogGroupClass,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import * as z from 'zod';
import type { ResourceContext, ResourceProvider, ResourceState } from '../provider.ts';
import { unlessGone } from './gone.ts';
import { count, readProperties, tagList } from './shapes.ts';

const schema = z.strictObject({
  LogGroupName: z.string().optional(),
  RetentionInDays: count.optional(),
  KmsKeyId: z.string().optional(),
  LogGroupClass: z.enum(LogGroupClass).optional(),
  Tags: tagList.default([]),
});
type Given = z.infer<typeof schema>;

function stateOf(name: string, { account, region }: ResourceContext): ResourceState {
  return { physicalId: name, attributes: { Arn: `arn:aws:logs:${region}:${account}:log-group:${name}:*` } };
}

function tagsOf({ Tags }: Given): Record<string, string> {
  return Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
}

const logGroupProvider: ResourceProvider = {
  type: 'AWS::Logs::LogGroup',
  properties: Object.keys(schema.shape),
  createOnly: ['LogGroupName'],
  attributes: ['Arn'],
  create: async (properties, context) => {
    const given = readProperties('AWS::Logs::LogGroup', schema, properties);
    const { kernel, caller } = context;
    const logGroupName = given.LogGroupName ?? context.name(512);
    await kernel.send(
      caller,
      new CreateLogGroupCommand({
        logGroupName,
        ...(given.KmsKeyId === undefined ? {} : { kmsKeyId: given.KmsKeyId }),
        ...(given.LogGroupClass === undefined ? {} : { logGroupClass: given.LogGroupClass }),
        ...(given.Tags.length === 0 ? {} : { tags: tagsOf(given) }),
      }),
    );
    await setRetention(logGroupName, given.RetentionInDays, undefined, context);
    return stateOf(logGroupName, context);
  },
  update: async (name, properties, previous, context) => {
    const given = readProperties('AWS::Logs::LogGroup', schema, properties);
    const before = readProperties('AWS::Logs::LogGroup', schema, previous);
    await setRetention(name, given.RetentionInDays, before.RetentionInDays, context);
    await setKey(name, given.KmsKeyId, before.KmsKeyId, context);
    await setTags(name, tagsOf(given), tagsOf(before), context);
    return stateOf(name, context);
  },
  delete: async (logGroupName, _, { kernel, caller }) => {
    await unlessGone(kernel.send(caller, new DeleteLogGroupCommand({ logGroupName })), 'ResourceNotFoundException');
  },
  importing: { identifier: 'LogGroupName', read: readLogGroup },
};

async function readLogGroup(
  name: string,
  { kernel, caller }: Pick<ResourceContext, 'kernel' | 'caller'>,
): Promise<Given | undefined> {
  const { logGroups = [] } = await kernel.send(caller, new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
  const found = logGroups.find(({ logGroupName }) => logGroupName === name);
  if (found === undefined) return undefined;
  const { tags = {} } = await kernel.send(caller, new ListTagsForResourceCommand({ resourceArn: found.logGroupArn }));
  return {
    LogGroupName: name,
    ...(found.retentionInDays === undefined ? {} : { RetentionInDays: found.retentionInDays }),
    ...(found.kmsKeyId === undefined ? {} : { KmsKeyId: found.kmsKeyId }),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  };
}

async function setRetention(
  logGroupName: string,
  wanted: number | undefined,
  before: number | undefined,
  { kernel, caller }: ResourceContext,
): Promise<void> {
  if (wanted === before) return;
  if (wanted === undefined) await kernel.send(caller, new DeleteRetentionPolicyCommand({ logGroupName }));
  else await kernel.send(caller, new PutRetentionPolicyCommand({ logGroupName, retentionInDays: wanted }));
}

async function setKey(
  logGroupName: string,
  wanted: string | undefined,
  before: string | undefined,
  { kernel, caller }: ResourceContext,
): Promise<void> {
  if (wanted === before) return;
  if (wanted === undefined) await kernel.send(caller, new DisassociateKmsKeyCommand({ logGroupName }));
  else await kernel.send(caller, new AssociateKmsKeyCommand({ logGroupName, kmsKeyId: wanted }));
}

async function setTags(
  name: string,
  wanted: Record<string, string>,
  before: Record<string, string>,
  { kernel, caller, account, region }: ResourceContext,
): Promise<void> {
  const resourceArn = `arn:aws:logs:${region}:${account}:log-group:${name}`;
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(wanted, key));
  const changed = Object.entries(wanted).filter(([key, value]) => before[key] !== value);
  if (gone.length > 0) await kernel.send(caller, new UntagResourceCommand({ resourceArn, tagKeys: gone }));
  if (changed.length > 0)
    await kernel.send(caller, new TagResourceCommand({ resourceArn, tags: Object.fromEntries(changed) }));
}

export const logsResources: ResourceProvider[] = [logGroupProvider];
