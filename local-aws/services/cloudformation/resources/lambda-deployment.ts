import {
  CreateAliasCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  DeleteFunctionEventInvokeConfigCommand,
  GetFunctionEventInvokeConfigCommand,
  PublishVersionCommand,
  PutFunctionEventInvokeConfigCommand,
  UpdateAliasCommand,
  UpdateFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { AwsError } from '../../../kernel/errors.ts';
import type { Properties, ResourceContext, ResourceProvider, ResourceState } from '../provider.ts';
import { unlessGone } from './gone.ts';
import { count, readProperties } from './shapes.ts';
import { refuseTaken } from './taken.ts';

const GONE = 'ResourceNotFoundException';

const versionProperties = z.strictObject({
  FunctionName: z.string(),
  CodeSha256: z.string().optional(),
  Description: z.string().optional(),
});

/** Ref is the version's ARN. */
export const versionProvider: ResourceProvider = {
  type: 'AWS::Lambda::Version',
  properties: Object.keys(versionProperties.shape),
  createOnly: Object.keys(versionProperties.shape),
  attributes: ['Version', 'FunctionArn'],
  create: async (properties, { kernel, caller }) => {
    const begun = kernel.clock.now();
    const published = await kernel.send(
      caller,
      new PublishVersionCommand(readProperties('AWS::Lambda::Version', versionProperties, properties)),
    );
    const Version = published.Version ?? '';
    // Lambda gives the last version again where nothing changed; CloudFormation refuses to own it twice.
    if (Date.parse(published.LastModified ?? '') < begun)
      throw new AwsError(
        'AlreadyExists',
        `A version for this Lambda function exists ( ${Version} ). Modify the function to create a new version.`,
      );
    const arn = published.FunctionArn ?? '';
    return { physicalId: arn, attributes: { Version, FunctionArn: arn } };
  },
  update: async (physicalId) => ({
    physicalId,
    attributes: { Version: physicalId.split(':').at(-1) ?? '', FunctionArn: physicalId },
  }),
  delete: (arn, _, { kernel, caller }) =>
    unlessGone(kernel.send(caller, new DeleteFunctionCommand({ FunctionName: arn })), GONE),
};

const aliasProperties = z.strictObject({
  FunctionName: z.string(),
  Name: z.string(),
  FunctionVersion: z.coerce.string(),
  Description: z.string().default(''),
  RoutingConfig: z
    .strictObject({
      AdditionalVersionWeights: z
        .array(z.strictObject({ FunctionVersion: z.coerce.string(), FunctionWeight: count }))
        .default([]),
    })
    .default({ AdditionalVersionWeights: [] }),
});

function aliasInput(properties: Properties) {
  const { RoutingConfig, ...rest } = readProperties('AWS::Lambda::Alias', aliasProperties, properties);
  const weights = RoutingConfig.AdditionalVersionWeights.map(({ FunctionVersion, FunctionWeight }) => [
    FunctionVersion,
    FunctionWeight,
  ]);
  const routing: Record<string, number> = z.record(z.string(), z.number()).parse(Object.fromEntries(weights));
  return { ...rest, RoutingConfig: { AdditionalVersionWeights: routing } };
}

/** Ref is the alias's ARN. */
export const aliasProvider: ResourceProvider = {
  type: 'AWS::Lambda::Alias',
  properties: Object.keys(aliasProperties.shape),
  createOnly: ['FunctionName', 'Name'],
  attributes: ['AliasArn'],
  create: async (properties, { kernel, caller }) => {
    const { AliasArn = '' } = await kernel.send(caller, new CreateAliasCommand(aliasInput(properties)));
    return { physicalId: AliasArn, attributes: { AliasArn } };
  },
  update: async (physicalId, properties, _, { kernel, caller }) => {
    await kernel.send(caller, new UpdateAliasCommand(aliasInput(properties)));
    return { physicalId, attributes: { AliasArn: physicalId } };
  },
  delete: (_, properties, { kernel, caller }) => {
    const { FunctionName, Name } = readProperties('AWS::Lambda::Alias', aliasProperties, properties);
    return unlessGone(kernel.send(caller, new DeleteAliasCommand({ FunctionName, Name })), GONE);
  },
};

const destination = z.strictObject({ Destination: z.string() }).optional();
const EVENT_INVOKE = 'AWS::Lambda::EventInvokeConfig';
const eventInvokeProperties = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.string(),
  MaximumRetryAttempts: count.optional(),
  MaximumEventAgeInSeconds: count.optional(),
  DestinationConfig: z.strictObject({ OnSuccess: destination, OnFailure: destination }).optional(),
});

async function setEventInvoke(
  Command: typeof PutFunctionEventInvokeConfigCommand | typeof UpdateFunctionEventInvokeConfigCommand,
  properties: Properties,
  { kernel, caller }: ResourceContext,
): Promise<ResourceState> {
  const given = readProperties(EVENT_INVOKE, eventInvokeProperties, properties);
  await kernel.send(caller, new Command(given));
  return { physicalId: `${given.FunctionName.split(':').at(-1) ?? ''}|${given.Qualifier}`, attributes: {} };
}

export const eventInvokeConfigProvider: ResourceProvider = {
  type: EVENT_INVOKE,
  properties: Object.keys(eventInvokeProperties.shape),
  createOnly: ['FunctionName', 'Qualifier'],
  attributes: [],
  create: async (properties, context) => {
    const { FunctionName, Qualifier } = readProperties(EVENT_INVOKE, eventInvokeProperties, properties);
    const read = new GetFunctionEventInvokeConfigCommand({ FunctionName, Qualifier });
    await refuseTaken(EVENT_INVOKE, `${FunctionName}|${Qualifier}`, context.kernel.send(context.caller, read), GONE);
    return setEventInvoke(PutFunctionEventInvokeConfigCommand, properties, context);
  },
  update: (_, properties, __, context) => setEventInvoke(UpdateFunctionEventInvokeConfigCommand, properties, context),
  delete: (_, properties, { kernel, caller }) => {
    const { FunctionName, Qualifier } = readProperties(EVENT_INVOKE, eventInvokeProperties, properties);
    return unlessGone(
      kernel.send(caller, new DeleteFunctionEventInvokeConfigCommand({ FunctionName, Qualifier })),
      GONE,
    );
  },
};
