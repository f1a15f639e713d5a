import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateEventSourceMappingCommand,
  type UpdateEventSourceMappingRequest,
} from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { NotImplemented } from '../../../kernel/errors.ts';
import type { Properties, ResourceContext, ResourceProvider, ResourceState } from '../provider.ts';
import { unlessGone } from './gone.ts';
import { count, differ, flag, readProperties, tagList } from './shapes.ts';

const MAPPING = 'AWS::Lambda::EventSourceMapping';
const destination = z.strictObject({ Destination: z.string().optional() }).optional();

const mappingProperties = z.strictObject({
  EventSourceArn: z.string().optional(),
  FunctionName: z.string(),
  Enabled: flag.default(true),
  BatchSize: count.optional(),
  MaximumBatchingWindowInSeconds: count.optional(),
  FilterCriteria: z
    .strictObject({ Filters: z.array(z.strictObject({ Pattern: z.string().optional() })).optional() })
    .optional(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).optional(),
  ScalingConfig: z.strictObject({ MaximumConcurrency: count.optional() }).optional(),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP']).optional(),
  ParallelizationFactor: count.optional(),
  DestinationConfig: z.strictObject({ OnFailure: destination }).optional(),
  BisectBatchOnFunctionError: flag.optional(),
  MaximumRetryAttempts: count.optional(),
  MaximumRecordAgeInSeconds: count.optional(),
  TumblingWindowInSeconds: count.optional(),
  Tags: tagList.optional(),
});
type MappingProperties = z.infer<typeof mappingProperties>;

/** What Lambda has where a template that said something says nothing any more. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  MaximumBatchingWindowInSeconds: 0,
  FilterCriteria: {},
  FunctionResponseTypes: [],
  ScalingConfig: {},
  ParallelizationFactor: 1,
  DestinationConfig: { OnFailure: {} },
  BisectBatchOnFunctionError: false,
  MaximumRetryAttempts: -1,
  MaximumRecordAgeInSeconds: -1,
  TumblingWindowInSeconds: 0,
};

function batchSizeOf({ EventSourceArn = '' }: MappingProperties): number {
  return EventSourceArn.split(':')[2] === 'sqs' ? 10 : 100;
}

/** Everything but what makes another mapping, and tags. */
function settingsOf(given: MappingProperties) {
  return mappingProperties.omit({ EventSourceArn: true, StartingPosition: true, Tags: true }).strip().parse(given);
}

/** A change in Lambda's words: what the template gives, and defaults for what it gave before. */
function changeOf(given: MappingProperties, before: MappingProperties): Omit<UpdateEventSourceMappingRequest, 'UUID'> {
  const settings = settingsOf(given);
  const dropped = Object.keys(settingsOf(before)).filter((name) => !(name in settings));
  const restored = Object.fromEntries(
    dropped.map((name) => [name, name === 'BatchSize' ? batchSizeOf(given) : DEFAULTS[name]]),
  );
  return { ...restored, ...settings };
}

function tagsOf({ Tags = [] }: MappingProperties): Record<string, string> {
  return Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
}

function stateOf(UUID: string, { account, region }: ResourceContext): ResourceState {
  const EventSourceMappingArn = `arn:aws:lambda:${region}:${account}:event-source-mapping:${UUID}`;
  return { physicalId: UUID, attributes: { Id: UUID, EventSourceMappingArn } };
}

async function retag(
  arn: string,
  given: MappingProperties,
  before: MappingProperties,
  { kernel, caller }: ResourceContext,
): Promise<void> {
  const [wanted, was] = [tagsOf(given), tagsOf(before)];
  if (!differ(wanted, was)) return;
  const TagKeys = Object.keys(was).filter((key) => !(key in wanted));
  if (TagKeys.length > 0) await kernel.send(caller, new UntagResourceCommand({ Resource: arn, TagKeys }));
  if (Object.keys(wanted).length > 0)
    await kernel.send(caller, new TagResourceCommand({ Resource: arn, Tags: wanted }));
}

/** Ref is the mapping's UUID. */
export const eventSourceMappingProvider: ResourceProvider = {
  type: MAPPING,
  properties: Object.keys(mappingProperties.shape),
  createOnly: ['EventSourceArn', 'StartingPosition'],
  attributes: ['Id', 'EventSourceMappingArn'],
  create: async (properties, context) => {
    const given = readProperties(MAPPING, mappingProperties, properties);
    const { EventSourceArn, StartingPosition, Tags } = given;
    if (EventSourceArn === undefined) throw new NotImplemented(`${MAPPING} without EventSourceArn`);
    const { UUID = '' } = await context.kernel.send(
      context.caller,
      new CreateEventSourceMappingCommand({
        ...settingsOf(given),
        EventSourceArn,
        StartingPosition,
        ...(Tags === undefined ? {} : { Tags: tagsOf(given) }),
      }),
    );
    return stateOf(UUID, context);
  },
  update: async (UUID, properties: Properties, previous, context) => {
    const given = readProperties(MAPPING, mappingProperties, properties);
    const before = readProperties(MAPPING, mappingProperties, previous);
    const { kernel, caller } = context;
    const state = stateOf(UUID, context);
    if (differ(settingsOf(given), settingsOf(before)))
      await kernel.send(caller, new UpdateEventSourceMappingCommand({ UUID, ...changeOf(given, before) }));
    await retag(String(state.attributes['EventSourceMappingArn']), given, before, context);
    return state;
  },
  delete: (UUID, _, { kernel, caller }) =>
    unlessGone(kernel.send(caller, new DeleteEventSourceMappingCommand({ UUID })), 'ResourceNotFoundException'),
};
