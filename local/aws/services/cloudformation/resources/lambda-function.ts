import {
  AddPermissionCommand,
  Architecture,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  GetFunctionCommand,
  LogFormat,
  PutFunctionConcurrencyCommand,
  RemovePermissionCommand,
  Runtime,
  TagResourceCommand,
  TracingMode,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  type FunctionCode,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import * as z from 'zod';
import { AwsError } from '../../../kernel/errors.ts';
import type { Properties, ResourceContext, ResourceProvider, ResourceState } from '../provider.ts';

const tags = z.array(z.object({ Key: z.string(), Value: z.string() })).default([]);

const functionProperties = z.object({
  FunctionName: z.string().optional(),
  Code: z.strictObject({
    ZipFile: z.string().optional(),
    S3Bucket: z.string().optional(),
    S3Key: z.string().optional(),
    S3ObjectVersion: z.string().optional(),
  }),
  Role: z.string(),
  Handler: z.string().optional(),
  Runtime: z.enum(Runtime).optional(),
  Description: z.string().default(''),
  Timeout: z.coerce.number().default(3),
  MemorySize: z.coerce.number().default(128),
  Architectures: z.array(z.enum(Architecture)).default(['x86_64']),
  Environment: z
    .strictObject({ Variables: z.record(z.string(), z.coerce.string()).default({}) })
    .default({ Variables: {} }),
  TracingConfig: z.strictObject({ Mode: z.enum(TracingMode) }).default({ Mode: 'PassThrough' }),
  EphemeralStorage: z.strictObject({ Size: z.coerce.number() }).default({ Size: 512 }),
  DeadLetterConfig: z.strictObject({ TargetArn: z.string() }).default({ TargetArn: '' }),
  LoggingConfig: z
    .strictObject({
      LogFormat: z.enum(LogFormat).default('Text'),
      LogGroup: z.string().optional(),
      ApplicationLogLevel: z.enum(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']).optional(),
      SystemLogLevel: z.enum(['DEBUG', 'INFO', 'WARN']).optional(),
    })
    .default({ LogFormat: 'Text' }),
  ReservedConcurrentExecutions: z.coerce.number().optional(),
  Tags: tags,
});
type FunctionProperties = z.infer<typeof functionProperties>;

/** Inline code becomes `index.js`. */
function codeOf({ ZipFile, ...rest }: FunctionProperties['Code']): FunctionCode {
  return ZipFile === undefined ? rest : { ZipFile: zipSync({ 'index.js': strToU8(ZipFile) }) };
}

function configurationOf(given: FunctionProperties) {
  const { Role, Description, Timeout, MemorySize, Environment, TracingConfig, EphemeralStorage } = given;
  return {
    Role,
    Description,
    Timeout,
    MemorySize,
    Environment,
    TracingConfig,
    EphemeralStorage,
    LoggingConfig: given.LoggingConfig,
    Handler: given.Handler,
    Runtime: given.Runtime,
  };
}

function tagsOf(given: { readonly Tags: readonly { Key: string; Value: string }[] }): Record<string, string> {
  return Object.fromEntries(given.Tags.map(({ Key, Value }) => [Key, Value]));
}

async function stateOf(name: string, { kernel, caller }: ResourceContext): Promise<ResourceState> {
  // CloudFormation waits until the function is active, which takes lambda:GetFunction.
  const { Configuration } = await kernel.send(caller, new GetFunctionCommand({ FunctionName: name }));
  return { physicalId: name, attributes: { Arn: Configuration?.FunctionArn ?? '' } };
}

export const functionProvider: ResourceProvider = {
  type: 'AWS::Lambda::Function',
  properties: Object.keys(functionProperties.shape).concat('PackageType'),
  createOnly: ['FunctionName', 'PackageType'],
  attributes: ['Arn'],
  create: async (properties, context) => {
    const given = functionProperties.parse(properties);
    const { kernel, caller } = context;
    const name = given.FunctionName ?? context.name(64);
    const { DeadLetterConfig, ReservedConcurrentExecutions } = given;
    await kernel.send(
      caller,
      new CreateFunctionCommand({
        FunctionName: name,
        Code: codeOf(given.Code),
        Architectures: given.Architectures,
        ...configurationOf(given),
        ...(DeadLetterConfig.TargetArn === '' ? {} : { DeadLetterConfig }),
        ...(given.Tags.length === 0 ? {} : { Tags: tagsOf(given) }),
        ...(properties['PackageType'] === undefined
          ? {}
          : { PackageType: z.enum(['Zip', 'Image']).parse(properties['PackageType']) }),
      }),
    );
    if (ReservedConcurrentExecutions !== undefined)
      await kernel.send(
        caller,
        new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions }),
      );
    return stateOf(name, context);
  },
  update: async (name, properties, previous, context) => {
    const given = functionProperties.parse(properties);
    const before = functionProperties.parse(previous);
    const { kernel, caller } = context;
    if (differs(given.Code, before.Code) || differs(given.Architectures, before.Architectures))
      await kernel.send(
        caller,
        new UpdateFunctionCodeCommand({
          FunctionName: name,
          Architectures: given.Architectures,
          ...codeOf(given.Code),
        }),
      );
    const letters = differs(given.DeadLetterConfig, before.DeadLetterConfig);
    if (letters || differs(configurationOf(given), configurationOf(before)))
      await kernel.send(
        caller,
        new UpdateFunctionConfigurationCommand({
          FunctionName: name,
          ...configurationOf(given),
          ...(letters ? { DeadLetterConfig: given.DeadLetterConfig } : {}),
        }),
      );
    await updateConcurrency(name, given, before, context);
    const state = await stateOf(name, context);
    await updateTags(String(state.attributes['Arn']), tagsOf(given), tagsOf(before), context);
    return state;
  },
  delete: (name, _, { kernel, caller }) =>
    unlessGone(() => kernel.send(caller, new DeleteFunctionCommand({ FunctionName: name }))),
};

async function updateConcurrency(
  name: string,
  { ReservedConcurrentExecutions }: FunctionProperties,
  before: FunctionProperties,
  { kernel, caller }: ResourceContext,
): Promise<void> {
  if (ReservedConcurrentExecutions === before.ReservedConcurrentExecutions) return;
  if (ReservedConcurrentExecutions === undefined)
    await kernel.send(caller, new DeleteFunctionConcurrencyCommand({ FunctionName: name }));
  else
    await kernel.send(caller, new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions }));
}

async function updateTags(
  arn: string,
  wanted: Record<string, string>,
  before: Record<string, string>,
  { kernel, caller }: ResourceContext,
): Promise<void> {
  if (!differs(wanted, before)) return;
  const gone = Object.keys(before).filter((key) => !(key in wanted));
  if (gone.length > 0) await kernel.send(caller, new UntagResourceCommand({ Resource: arn, TagKeys: gone }));
  if (Object.keys(wanted).length > 0)
    await kernel.send(caller, new TagResourceCommand({ Resource: arn, Tags: wanted }));
}

function differs(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}

/** Deleting what is gone already is done. */
export async function unlessGone(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AwsError) || error.status !== 404) throw error;
  }
}

const permissionProperties = z.object({
  FunctionName: z.string(),
  Action: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.coerce.string().optional(),
  EventSourceToken: z.string().optional(),
});

export const permissionProvider: ResourceProvider = {
  type: 'AWS::Lambda::Permission',
  properties: Object.keys(permissionProperties.shape),
  createOnly: Object.keys(permissionProperties.shape),
  attributes: ['Id'],
  create: async (properties, context) => {
    const StatementId = context.name(100);
    await context.kernel.send(
      context.caller,
      new AddPermissionCommand({ StatementId, ...permissionProperties.parse(properties) }),
    );
    return { physicalId: StatementId, attributes: { Id: StatementId } };
  },
  update: async (physicalId) => ({ physicalId, attributes: { Id: physicalId } }),
  delete: (StatementId, properties: Properties, { kernel, caller }) =>
    unlessGone(() =>
      kernel.send(
        caller,
        new RemovePermissionCommand({ FunctionName: permissionProperties.parse(properties).FunctionName, StatementId }),
      ),
    ),
};
