import {
  DeleteFunctionEventInvokeConfigCommand,
  GetFunctionEventInvokeConfigCommand,
  ListFunctionEventInvokeConfigsCommand,
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionEventInvokeConfigCommand,
  type DestinationConfig,
  type PutFunctionEventInvokeConfigRequest,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../kernel/errors.ts';
import { operation, type AnyOperation, type Call } from '../../kernel/service.ts';
import { onlyMembers } from '../only-members.ts';
import { ask, page, type Lambda } from './lambda.ts';
import { arnOf, isVersion, readReference } from './names.ts';
import { assumeRole, checkTarget } from './roles.ts';
import { aliasOf, invalid, versionOf, type EventInvokeRecord, type FunctionRecord } from './store.ts';

interface Named {
  readonly FunctionName: string | undefined;
  readonly Qualifier?: string | undefined;
}

const MEMBERS = [
  'FunctionName',
  'Qualifier',
  'MaximumRetryAttempts',
  'MaximumEventAgeInSeconds',
  'DestinationConfig',
] as const;

/** How asynchronous invocations are retried. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html */
export function eventInvokeOperations(lambda: Lambda): AnyOperation[] {
  return [
    operation({
      command: PutFunctionEventInvokeConfigCommand,
      accepts: MEMBERS,
      authorize: (input, call) => ask(lambda, 'PutFunctionEventInvokeConfig', input, call),
      handle: async (input, call) => set(lambda, input, call, undefined),
    }),
    operation({
      command: UpdateFunctionEventInvokeConfigCommand,
      accepts: MEMBERS,
      authorize: (input, call) => ask(lambda, 'UpdateFunctionEventInvokeConfig', input, call),
      handle: async (input, call) => {
        const { config } = existing(lambda, input, call);
        return set(lambda, input, call, config);
      },
    }),
    operation({
      command: GetFunctionEventInvokeConfigCommand,
      accepts: ['FunctionName', 'Qualifier'],
      authorize: (input, call) => ask(lambda, 'GetFunctionEventInvokeConfig', input, call),
      handle: async (input, call) => {
        const { record, qualifier, config } = existing(lambda, input, call);
        return describe(record, qualifier, config);
      },
    }),
    operation({
      command: DeleteFunctionEventInvokeConfigCommand,
      accepts: ['FunctionName', 'Qualifier'],
      authorize: (input, call) => ask(lambda, 'DeleteFunctionEventInvokeConfig', input, call),
      handle: async (input, call) => {
        const { record, qualifier } = existing(lambda, input, call);
        record.eventInvoke.delete(qualifier);
        return {};
      },
    }),
    operation({
      command: ListFunctionEventInvokeConfigsCommand,
      accepts: ['FunctionName', 'Marker', 'MaxItems'],
      authorize: (input, call) => ask(lambda, 'ListFunctionEventInvokeConfigs', input, call),
      handle: async (input, { caller }) => {
        const record = lambda.store.named(input.FunctionName, caller);
        const all = [...record.eventInvoke].map(([qualifier, config]) => describe(record, qualifier, config));
        const { items, next } = page(all, input.Marker, input.MaxItems);
        return { FunctionEventInvokeConfigs: [...items], NextMarker: next };
      },
    }),
  ];
}

function find(lambda: Lambda, input: Named, { caller }: Call): { record: FunctionRecord; qualifier: string } {
  const reference = readReference(input.FunctionName, caller, input.Qualifier);
  const record = lambda.store.get(reference);
  const qualifier = reference.qualifier ?? '$LATEST';
  if (isVersion(qualifier)) versionOf(record, qualifier);
  else aliasOf(record, qualifier);
  return { record, qualifier };
}

function existing(
  lambda: Lambda,
  input: Named,
  call: Call,
): { record: FunctionRecord; qualifier: string; config: EventInvokeRecord } {
  const { record, qualifier } = find(lambda, input, call);
  const config = record.eventInvoke.get(qualifier);
  if (config === undefined)
    throw new AwsError(
      'ResourceNotFoundException',
      `The function ${arnOf(record, qualifier)} doesn't have an EventInvokeConfig`,
      404,
      { Type: 'User' },
    );
  return { record, qualifier, config };
}

function set(
  lambda: Lambda,
  input: PutFunctionEventInvokeConfigRequest,
  call: Call,
  before: EventInvokeRecord | undefined,
) {
  const { record, qualifier } = find(lambda, input, call);
  if (
    input.MaximumRetryAttempts === undefined &&
    input.MaximumEventAgeInSeconds === undefined &&
    input.DestinationConfig === undefined
  )
    throw invalid('You must specify at least one of error handling or destination setting.');
  range('maximumRetryAttempts', input.MaximumRetryAttempts, 0, 2);
  range('maximumEventAgeInSeconds', input.MaximumEventAgeInSeconds, 60, 21_600);
  if (input.DestinationConfig !== undefined) checkDestinations(lambda, record, qualifier, input.DestinationConfig);
  const config: EventInvokeRecord = {
    maximumRetryAttempts: input.MaximumRetryAttempts ?? before?.maximumRetryAttempts,
    maximumEventAgeInSeconds: input.MaximumEventAgeInSeconds ?? before?.maximumEventAgeInSeconds,
    destinations: input.DestinationConfig ?? before?.destinations ?? {},
    lastModified: lambda.kernel.clock.now(),
  };
  record.eventInvoke.set(qualifier, config);
  return describe(record, qualifier, config);
}

function checkDestinations(
  lambda: Lambda,
  record: FunctionRecord,
  qualifier: string,
  { OnSuccess, OnFailure }: DestinationConfig,
): void {
  for (const target of [OnSuccess, OnFailure]) onlyMembers(target, ['Destination'], 'a destination');
  const targets = [OnSuccess?.Destination, OnFailure?.Destination].filter((target) => target !== undefined);
  if (targets.length === 0) return;
  const caller = assumeRole(lambda.kernel, versionOf(record, qualifier).settings.role, record);
  for (const target of targets) checkTarget(lambda.kernel, caller, target);
}

function describe(record: FunctionRecord, qualifier: string, config: EventInvokeRecord) {
  return {
    FunctionArn: arnOf(record, qualifier),
    LastModified: new Date(config.lastModified),
    MaximumRetryAttempts: config.maximumRetryAttempts,
    MaximumEventAgeInSeconds: config.maximumEventAgeInSeconds,
    DestinationConfig: { OnSuccess: {}, OnFailure: {}, ...config.destinations },
  };
}

function range(member: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must have value between ${least} and ${most}`,
  );
}
