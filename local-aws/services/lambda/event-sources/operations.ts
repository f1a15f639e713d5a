import { randomUUID } from 'node:crypto';
import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
  type CreateEventSourceMappingRequest,
} from '@aws-sdk/client-lambda';
import type { Caller } from '../../../kernel/principal.ts';
import { operation, type AnyOperation, type Authorization, type Call } from '../../../kernel/service.ts';
import { page, type Lambda } from '../lambda.ts';
import { arnOf, readReference, type FunctionReference } from '../names.ts';
import { conflict, invalid, versionOf } from '../store.ts';
import { checkSource } from './check-source.ts';
import { describeMapping, mappingArn, type MappingRecord, type SourceKind } from './mapping.ts';
import { kindOf, mappingSettings } from './settings.ts';

const SETTINGS = [
  'FunctionName',
  'Enabled',
  'BatchSize',
  'FilterCriteria',
  'MaximumBatchingWindowInSeconds',
  'DestinationConfig',
  'MaximumRecordAgeInSeconds',
  'BisectBatchOnFunctionError',
  'MaximumRetryAttempts',
  'ParallelizationFactor',
  'TumblingWindowInSeconds',
  'FunctionResponseTypes',
  'ScalingConfig',
] as const;

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html and its neighbours. */
export function eventSourceOperations(lambda: Lambda): AnyOperation[] {
  return [create(lambda), update(lambda), ...readers(lambda), remove(lambda)];
}

function create(lambda: Lambda): AnyOperation {
  return operation({
    command: CreateEventSourceMappingCommand,
    accepts: [...SETTINGS, 'EventSourceArn', 'StartingPosition', 'Tags'],
    authorize: (input, { caller }) => {
      const context = { 'lambda:FunctionArn': targetArn(readReference(input.FunctionName, caller)) };
      return { action: 'lambda:CreateEventSourceMapping', resource: '*', context };
    },
    handle: async (input, { caller }) => {
      const mapping = newMapping(lambda, input, caller);
      await checkSource(lambda, mapping);
      refuseSecond(lambda, mapping);
      lambda.sources.add(mapping);
      return describeMapping(mapping, mapping.settings.enabled ? 'Creating' : 'Disabled');
    },
  });
}

function newMapping(lambda: Lambda, input: CreateEventSourceMappingRequest, caller: Caller): MappingRecord {
  const kind = kindOf(input);
  const source = input.EventSourceArn ?? '';
  checkPosition(kind, input);
  const target = existing(lambda, readReference(input.FunctionName, caller));
  return {
    uuid: randomUUID(),
    account: caller.account,
    region: caller.region,
    kind,
    source,
    startingPosition: input.StartingPosition,
    settings: mappingSettings(kind, source, target, input),
    tags: { ...input.Tags },
    checkpoint: input.StartingPosition === 'LATEST' ? (lambda.streams(source)?.end ?? 0) : 0,
    lastModified: lambda.kernel.clock.now(),
    lastResult: 'No records processed',
  };
}

function checkPosition(kind: SourceKind, { StartingPosition }: CreateEventSourceMappingRequest): void {
  if (kind === 'queue' && StartingPosition !== undefined)
    throw invalid('StartingPosition is not supported for SQS event sources.');
  if (kind === 'stream' && StartingPosition === undefined)
    throw invalid('StartingPosition is required for DynamoDB event sources.');
  if (StartingPosition === 'AT_TIMESTAMP')
    throw invalid('Unsupported starting position for arn type. Please use either TRIM_HORIZON or LATEST.');
}

/** The function, and the version or alias that was named. @throws AwsError ResourceNotFoundException */
function existing(lambda: Lambda, target: FunctionReference): FunctionReference {
  versionOf(lambda.store.get(target), target.qualifier);
  return target;
}

function targetArn(target: FunctionReference): string {
  return arnOf(target, target.qualifier);
}

function refuseSecond(lambda: Lambda, mapping: MappingRecord): void {
  const { target } = mapping.settings;
  const same = lambda.sources.of(mapping).find(({ uuid, source, settings }) => {
    return uuid !== mapping.uuid && source === mapping.source && targetArn(settings.target) === targetArn(target);
  });
  if (same === undefined) return;
  const name = target.qualifier === undefined ? target.name : `${target.name}:${target.qualifier}`;
  const what =
    mapping.kind === 'queue'
      ? `An event source mapping with SQS arn (" ${mapping.source} ") and function (" ${name} ") already exists.`
      : `The event source arn (" ${mapping.source} ") and function (" ${name} ") provided mapping already exists.`;
  throw conflict(`${what} Please update or delete the existing mapping with UUID ${same.uuid}`);
}

function update(lambda: Lambda): AnyOperation {
  return operation({
    command: UpdateEventSourceMappingCommand,
    accepts: ['UUID', ...SETTINGS],
    authorize: (input, call) => ask(lambda, 'UpdateEventSourceMapping', input.UUID, call),
    handle: async (input, { caller }) => {
      const mapping = lambda.sources.get(input.UUID, caller);
      const { target } = mapping.settings;
      const next =
        input.FunctionName === undefined ? target : existing(lambda, readReference(input.FunctionName, caller));
      const { kind, source } = mapping;
      const changed = { ...mapping, settings: mappingSettings(kind, source, next, input, mapping.settings) };
      await checkSource(lambda, changed);
      refuseSecond(lambda, changed);
      mapping.settings = changed.settings;
      mapping.lastModified = lambda.kernel.clock.now();
      lambda.sources.restart(mapping);
      return describeMapping(mapping, 'Updating');
    },
  });
}

function readers(lambda: Lambda): AnyOperation[] {
  return [
    operation({
      command: GetEventSourceMappingCommand,
      accepts: ['UUID'],
      authorize: (input, call) => ask(lambda, 'GetEventSourceMapping', input.UUID, call),
      handle: async (input, { caller }) => describeMapping(lambda.sources.get(input.UUID, caller)),
    }),
    operation({
      command: ListEventSourceMappingsCommand,
      accepts: ['EventSourceArn', 'FunctionName', 'Marker', 'MaxItems'],
      authorize: () => ({ action: 'lambda:ListEventSourceMappings', resource: '*' }),
      handle: async (input, { caller }) => {
        const target = input.FunctionName === undefined ? undefined : readReference(input.FunctionName, caller);
        const all = lambda.sources
          .of(caller)
          .filter(({ source }) => input.EventSourceArn === undefined || source === input.EventSourceArn)
          .filter(({ settings }) => target === undefined || targetArn(settings.target) === targetArn(target));
        const { items, next } = page(all, input.Marker, input.MaxItems ?? 100);
        return { EventSourceMappings: items.map((mapping) => describeMapping(mapping)), NextMarker: next };
      },
    }),
  ];
}

function remove(lambda: Lambda): AnyOperation {
  return operation({
    command: DeleteEventSourceMappingCommand,
    accepts: ['UUID'],
    authorize: (input, call) => ask(lambda, 'DeleteEventSourceMapping', input.UUID, call),
    handle: async (input, { caller }) => {
      const mapping = lambda.sources.get(input.UUID, caller);
      lambda.sources.remove(mapping);
      return describeMapping(mapping, 'Deleting');
    },
  });
}

/** Asks for an action on a mapping, with the function it leads to. */
function ask(lambda: Lambda, action: string, uuid: string | undefined, { caller }: Call): Authorization {
  const mapping = lambda.sources.find(uuid, caller);
  const { account, region } = caller;
  return {
    action: `lambda:${action}`,
    resource: mappingArn({ account, region, uuid: uuid ?? '' }),
    ...(mapping === undefined ? {} : { context: { 'lambda:FunctionArn': targetArn(mapping.settings.target) } }),
  };
}
