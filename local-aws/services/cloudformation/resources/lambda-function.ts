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
import { CFN_RESPONSE, CFN_RESPONSE_PYTHON } from '../custom/cfn-response.ts';
import type { Properties, ResourceContext, ResourceProvider, ResourceState } from '../provider.ts';
import { unlessGone } from './gone.ts';
import { count, differ, flag, readProperties, tagList } from './shapes.ts';

const FUNCTION = 'AWS::Lambda::Function';
const PERMISSION = 'AWS::Lambda::Permission';

const functionProperties = z.strictObject({
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
  Timeout: count.default(3),
  MemorySize: count.default(128),
  Architectures: z.array(z.enum(Architecture)).default(['x86_64']),
  Environment: z
    .strictObject({ Variables: z.record(z.string(), z.coerce.string()).default({}) })
    .default({ Variables: {} }),
  TracingConfig: z.strictObject({ Mode: z.enum(TracingMode) }).default({ Mode: 'PassThrough' }),
  EphemeralStorage: z.strictObject({ Size: count }).default({ Size: 512 }),
  DeadLetterConfig: z.strictObject({ TargetArn: z.string() }).default({ TargetArn: '' }),
  LoggingConfig: z
    .strictObject({
      LogFormat: z.enum(LogFormat).default('Text'),
      LogGroup: z.string().optional(),
      ApplicationLogLevel: z.enum(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']).optional(),
      SystemLogLevel: z.enum(['DEBUG', 'INFO', 'WARN']).optional(),
    })
    .default({ LogFormat: 'Text' }),
  Layers: z.array(z.string()).default([]),
  VpcConfig: z
    .strictObject({ SubnetIds: z.array(z.string()).default([]), SecurityGroupIds: z.array(z.string()).default([]) })
    .default({ SubnetIds: [], SecurityGroupIds: [] }),
  ReservedConcurrentExecutions: count.optional(),
  Tags: tagList.default([]),
  PackageType: z.enum(['Zip', 'Image']).optional(),
});
type FunctionProperties = z.infer<typeof functionProperties>;

/** Inline code becomes `index.js` or `index.py`, with the module that answers for custom resources where it asks for it. */
function codeOf({ Code: { ZipFile, ...rest }, Runtime: runtime }: FunctionProperties): FunctionCode {
  if (ZipFile === undefined) return rest;
  const python = runtime?.startsWith('python') === true;
  const [name, wanted, file, module] = python
    ? (['index.py', 'cfnresponse', 'cfnresponse.py', CFN_RESPONSE_PYTHON] as const)
    : (['index.js', 'cfn-response', 'node_modules/cfn-response/index.js', CFN_RESPONSE] as const);
  const beside = ZipFile.includes(wanted) ? { [file]: strToU8(module) } : {};
  return { ZipFile: zipSync({ [name]: strToU8(ZipFile), ...beside }) };
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
    Layers: given.Layers,
    VpcConfig: given.VpcConfig,
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
  type: FUNCTION,
  properties: Object.keys(functionProperties.shape),
  createOnly: ['FunctionName', 'PackageType'],
  attributes: ['Arn'],
  create: async (properties, context) => {
    const given = readProperties(FUNCTION, functionProperties, properties);
    const { kernel, caller } = context;
    const name = given.FunctionName ?? context.name(64);
    const { DeadLetterConfig, ReservedConcurrentExecutions } = given;
    await kernel.send(
      caller,
      new CreateFunctionCommand({
        FunctionName: name,
        Code: codeOf(given),
        Architectures: given.Architectures,
        ...configurationOf(given),
        ...(DeadLetterConfig.TargetArn === '' ? {} : { DeadLetterConfig }),
        ...(given.Tags.length === 0 ? {} : { Tags: tagsOf(given) }),
        ...(given.PackageType === undefined ? {} : { PackageType: given.PackageType }),
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
    const given = readProperties(FUNCTION, functionProperties, properties);
    const before = readProperties(FUNCTION, functionProperties, previous);
    const { kernel, caller } = context;
    if (differ(given.Code, before.Code) || differ(given.Architectures, before.Architectures))
      await kernel.send(
        caller,
        new UpdateFunctionCodeCommand({
          FunctionName: name,
          Architectures: given.Architectures,
          ...codeOf(given),
        }),
      );
    const letters = differ(given.DeadLetterConfig, before.DeadLetterConfig);
    if (letters || differ(configurationOf(given), configurationOf(before)))
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
    unlessGone(kernel.send(caller, new DeleteFunctionCommand({ FunctionName: name })), GONE),
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
  if (!differ(wanted, before)) return;
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(wanted, key));
  if (gone.length > 0) await kernel.send(caller, new UntagResourceCommand({ Resource: arn, TagKeys: gone }));
  if (Object.keys(wanted).length > 0)
    await kernel.send(caller, new TagResourceCommand({ Resource: arn, Tags: wanted }));
}

const GONE = 'ResourceNotFoundException';

const permissionProperties = z.strictObject({
  FunctionName: z.string(),
  Action: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.coerce.string().optional(),
  EventSourceToken: z.string().optional(),
  FunctionUrlAuthType: z.enum(['NONE', 'AWS_IAM']).optional(),
  InvokedViaFunctionUrl: flag.optional(),
});

export const permissionProvider: ResourceProvider = {
  type: PERMISSION,
  properties: Object.keys(permissionProperties.shape),
  createOnly: Object.keys(permissionProperties.shape),
  attributes: ['Id'],
  create: async (properties, context) => {
    const StatementId = context.name(100);
    await context.kernel.send(
      context.caller,
      new AddPermissionCommand({ StatementId, ...readProperties(PERMISSION, permissionProperties, properties) }),
    );
    return { physicalId: StatementId, attributes: { Id: StatementId } };
  },
  update: async (physicalId) => ({ physicalId, attributes: { Id: physicalId } }),
  delete: (StatementId, properties: Properties, { kernel, caller }) =>
    unlessGone(
      kernel.send(
        caller,
        new RemovePermissionCommand({
          FunctionName: readProperties(PERMISSION, permissionProperties, properties).FunctionName,
          StatementId,
        }),
      ),
      GONE,
    ),
};
