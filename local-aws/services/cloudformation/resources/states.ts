/**
 * AWS::StepFunctions::StateMachine, StateMachineVersion and StateMachineAlias.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_StepFunctions.html
 */
import {
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  DeleteStateMachineAliasCommand,
  DeleteStateMachineCommand,
  DeleteStateMachineVersionCommand,
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  PublishStateMachineVersionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateStateMachineAliasCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { parse } from 'yaml';
import * as z from 'zod';
import { AwsError } from '../../../kernel/errors.ts';
import { bytesOf } from '../template-source.ts';
import type { ResourceContext, ResourceProvider, ResourceState } from '../provider.ts';
import { unlessGone } from './gone.ts';
import { refuseTaken } from './taken.ts';
import { count, flag, readProperties, tagList } from './shapes.ts';
import { own } from '../../../kernel/own.ts';

const machine = z.strictObject({
  DefinitionString: z.string().optional(),
  DefinitionS3Location: z
    .strictObject({ Bucket: z.string(), Key: z.string(), Version: z.string().optional() })
    .optional(),
  Definition: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  DefinitionSubstitutions: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  RoleArn: z.string(),
  StateMachineName: z.string().optional(),
  StateMachineType: z.enum(['STANDARD', 'EXPRESS']).optional(),
  TracingConfiguration: z.strictObject({ Enabled: flag.optional() }).optional(),
  LoggingConfiguration: z
    .strictObject({
      Level: z.enum(['ALL', 'ERROR', 'FATAL', 'OFF']).optional(),
      IncludeExecutionData: flag.optional(),
      Destinations: z
        .array(z.strictObject({ CloudWatchLogsLogGroup: z.strictObject({ LogGroupArn: z.string() }).optional() }))
        .optional(),
    })
    .optional(),
  Tags: tagList.optional(),
});

type MachineProperties = z.output<typeof machine>;

/**
 * The definition with its substitutions made; one that lacks a value stays as it is, as in CloudFormation.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
 */
async function definitionOf(wanted: MachineProperties, context: ResourceContext): Promise<string> {
  const { DefinitionString, Definition, DefinitionS3Location, DefinitionSubstitutions = {} } = wanted;
  const given = [DefinitionString, Definition, DefinitionS3Location].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw new AwsError(
      'ValidationError',
      'Exactly one of DefinitionString, Definition and DefinitionS3Location is required.',
    );
  const text =
    DefinitionS3Location === undefined
      ? (DefinitionString ?? (typeof Definition === 'string' ? Definition : JSON.stringify(Definition)))
      : await definitionIn(DefinitionS3Location, context);
  return text.replace(/\$\{([^}]+)\}/g, (whole, key: string) => {
    const value = own(DefinitionSubstitutions, key);
    return value === undefined ? whole : String(value);
  });
}

/** A file of JSON or YAML, which CloudFormation reads as the role of the stack. */
async function definitionIn(
  { Bucket, Key, Version }: NonNullable<MachineProperties['DefinitionS3Location']>,
  { kernel, caller }: ResourceContext,
): Promise<string> {
  const object = { Bucket, Key, ...(Version === undefined ? {} : { VersionId: Version }) };
  const { Body } = await kernel.send(caller, new GetObjectCommand(object));
  const text = bytesOf(Body).toString('utf8');
  return /\.ya?ml$/i.test(Key) ? JSON.stringify(parse(text)) : text;
}

async function configurationOf(
  wanted: MachineProperties,
  context: ResourceContext,
): Promise<{
  definition: string;
  roleArn: string;
  tracingConfiguration: { enabled: boolean };
  loggingConfiguration: {
    level: 'ALL' | 'ERROR' | 'FATAL' | 'OFF';
    includeExecutionData: boolean;
    destinations?: { cloudWatchLogsLogGroup: { logGroupArn: string } }[];
  };
}> {
  const { Level = 'OFF', IncludeExecutionData = false, Destinations } = wanted.LoggingConfiguration ?? {};
  const destinations = Destinations?.map(({ CloudWatchLogsLogGroup }) => ({
    cloudWatchLogsLogGroup: { logGroupArn: CloudWatchLogsLogGroup?.LogGroupArn ?? '' },
  }));
  return {
    definition: await definitionOf(wanted, context),
    roleArn: wanted.RoleArn,
    tracingConfiguration: { enabled: wanted.TracingConfiguration?.Enabled ?? false },
    loggingConfiguration: {
      level: Level,
      includeExecutionData: IncludeExecutionData,
      ...(destinations === undefined ? {} : { destinations }),
    },
  };
}

function tagsOf({ Tags = [] }: MachineProperties): { key: string; value: string }[] {
  return Tags.map(({ Key, Value }) => ({ key: Key, value: Value }));
}

async function machineState(arn: string, { kernel, caller }: ResourceContext): Promise<ResourceState> {
  const { name, revisionId } = await kernel.send(caller, new DescribeStateMachineCommand({ stateMachineArn: arn }));
  return { physicalId: arn, attributes: { Arn: arn, Name: name, StateMachineRevisionId: revisionId ?? 'INITIAL' } };
}

async function refuseTakenMachine(name: string, { kernel, caller, account, region }: ResourceContext): Promise<void> {
  const stateMachineArn = `arn:aws:states:${region}:${account}:stateMachine:${name}`;
  const read = kernel.send(caller, new DescribeStateMachineCommand({ stateMachineArn }));
  // One that is being deleted is the service's to refuse.
  const there = read.then(({ status }) => (status === 'DELETING' ? undefined : name));
  await refuseTaken(stateMachine.type, stateMachineArn, there, 'StateMachineDoesNotExist');
}

async function refuseTakenAlias(
  name: string,
  [route]: readonly { readonly stateMachineVersionArn: string }[],
  { kernel, caller }: ResourceContext,
): Promise<void> {
  const machineArn = route?.stateMachineVersionArn.replace(/:\d+$/, '') ?? '';
  const stateMachineAliasArn = `${machineArn}:${name}`;
  const read = kernel.send(caller, new DescribeStateMachineAliasCommand({ stateMachineAliasArn }));
  await refuseTaken(stateMachineAlias.type, stateMachineAliasArn, read, ...GONE);
}

const stateMachine: ResourceProvider = {
  type: 'AWS::StepFunctions::StateMachine',
  properties: Object.keys(machine.shape),
  createOnly: ['StateMachineName', 'StateMachineType'],
  attributes: ['Arn', 'Name', 'StateMachineRevisionId'],
  async create(properties, context) {
    const wanted = readProperties(stateMachine.type, machine, properties);
    const tags = tagsOf(wanted);
    // The service takes the same machine a second time for the first request said again.
    if (wanted.StateMachineName !== undefined) await refuseTakenMachine(wanted.StateMachineName, context);
    const { stateMachineArn } = await context.kernel.send(
      context.caller,
      new CreateStateMachineCommand({
        // AWS leaves the stack's name out of it.
        name: wanted.StateMachineName ?? context.name(80, { prefix: '' }),
        type: wanted.StateMachineType ?? 'STANDARD',
        ...(await configurationOf(wanted, context)),
        ...(tags.length === 0 ? {} : { tags }),
      }),
    );
    return machineState(stateMachineArn ?? '', context);
  },
  async update(stateMachineArn, properties, previous, context) {
    const { kernel, caller } = context;
    const wanted = readProperties(stateMachine.type, machine, properties);
    const configuration = await configurationOf(wanted, context);
    await kernel.send(caller, new UpdateStateMachineCommand({ stateMachineArn, ...configuration }));
    const tags = tagsOf(wanted);
    const kept = new Set(tags.map(({ key }) => key));
    const tagKeys = tagsOf(readProperties(stateMachine.type, machine, previous)).flatMap(({ key }) =>
      kept.has(key) ? [] : [key],
    );
    if (tags.length > 0) await kernel.send(caller, new TagResourceCommand({ resourceArn: stateMachineArn, tags }));
    if (tagKeys.length > 0)
      await kernel.send(caller, new UntagResourceCommand({ resourceArn: stateMachineArn, tagKeys }));
    return machineState(stateMachineArn, context);
  },
  async delete(stateMachineArn, _properties, { kernel, caller }) {
    await kernel.send(caller, new DeleteStateMachineCommand({ stateMachineArn }));
  },
};

const version = z.strictObject({
  StateMachineArn: z.string(),
  StateMachineRevisionId: z.string().optional(),
  Description: z.string().optional(),
});

const stateMachineVersion: ResourceProvider = {
  type: 'AWS::StepFunctions::StateMachineVersion',
  properties: Object.keys(version.shape),
  createOnly: Object.keys(version.shape),
  attributes: ['Arn'],
  async create(properties, { kernel, caller }) {
    const { StateMachineArn, StateMachineRevisionId, Description } = readProperties(
      stateMachineVersion.type,
      version,
      properties,
    );
    const { stateMachineVersionArn: arn = '' } = await kernel.send(
      caller,
      new PublishStateMachineVersionCommand({
        stateMachineArn: StateMachineArn,
        ...(StateMachineRevisionId === undefined ? {} : { revisionId: StateMachineRevisionId }),
        ...(Description === undefined ? {} : { description: Description }),
      }),
    );
    return { physicalId: arn, attributes: { Arn: arn } };
  },
  update(arn) {
    return Promise.resolve({ physicalId: arn, attributes: { Arn: arn } });
  },
  async delete(stateMachineVersionArn, _properties, { kernel, caller }) {
    await unlessGone(kernel.send(caller, new DeleteStateMachineVersionCommand({ stateMachineVersionArn })), ...GONE);
  },
};

const alias = z
  .strictObject({
    Name: z.string().optional(),
    Description: z.string().optional(),
    RoutingConfiguration: z.array(z.strictObject({ StateMachineVersionArn: z.string(), Weight: count })).optional(),
    DeploymentPreference: z
      .strictObject({ StateMachineVersionArn: z.string(), Type: z.literal('ALL_AT_ONCE') })
      .optional(),
  })
  .refine(
    ({ RoutingConfiguration, DeploymentPreference }) =>
      (RoutingConfiguration === undefined) !== (DeploymentPreference === undefined),
    'Exactly one of RoutingConfiguration and DeploymentPreference is required.',
  );

function routesOf({ RoutingConfiguration, DeploymentPreference }: z.output<typeof alias>): {
  stateMachineVersionArn: string;
  weight: number;
}[] {
  const all = DeploymentPreference && [
    { StateMachineVersionArn: DeploymentPreference.StateMachineVersionArn, Weight: 100 },
  ];
  return (RoutingConfiguration ?? all ?? []).map(({ StateMachineVersionArn, Weight }) => ({
    stateMachineVersionArn: StateMachineVersionArn,
    weight: Weight,
  }));
}

const stateMachineAlias: ResourceProvider = {
  type: 'AWS::StepFunctions::StateMachineAlias',
  properties: Object.keys(alias.shape),
  createOnly: ['Name'],
  attributes: ['Arn'],
  async create(properties, context) {
    const wanted = readProperties(stateMachineAlias.type, alias, properties);
    if (wanted.Name !== undefined) await refuseTakenAlias(wanted.Name, routesOf(wanted), context);
    const { stateMachineAliasArn: arn = '' } = await context.kernel.send(
      context.caller,
      new CreateStateMachineAliasCommand({
        name: wanted.Name ?? context.name(80),
        routingConfiguration: routesOf(wanted),
        ...(wanted.Description === undefined ? {} : { description: wanted.Description }),
      }),
    );
    return { physicalId: arn, attributes: { Arn: arn } };
  },
  async update(arn, properties, _previous, { kernel, caller }) {
    const wanted = readProperties(stateMachineAlias.type, alias, properties);
    await kernel.send(
      caller,
      new UpdateStateMachineAliasCommand({
        stateMachineAliasArn: arn,
        routingConfiguration: routesOf(wanted),
        description: wanted.Description ?? '',
      }),
    );
    return { physicalId: arn, attributes: { Arn: arn } };
  },
  async delete(stateMachineAliasArn, _properties, { kernel, caller }) {
    await unlessGone(kernel.send(caller, new DeleteStateMachineAliasCommand({ stateMachineAliasArn })), ...GONE);
  },
};

/** Deleting a machine deletes its versions and aliases. */
const GONE = ['StateMachineDoesNotExist', 'ResourceNotFound'] as const;

export const statesResources: ResourceProvider[] = [stateMachine, stateMachineVersion, stateMachineAlias];
