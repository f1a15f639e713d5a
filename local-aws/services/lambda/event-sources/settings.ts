import {
  type CreateEventSourceMappingRequest,
  type FilterCriteria,
  type UpdateEventSourceMappingRequest,
} from '@aws-sdk/client-lambda';
import { AwsError, NotImplemented } from '../../../kernel/errors.ts';
import { onlyMembers } from '../../only-members.ts';
import type { FunctionReference } from '../names.ts';
import { invalid } from '../store.ts';
import { readFilters } from './filter.ts';
import type { MappingSettings, SourceKind } from './mapping.ts';

/** What an input sets, whether it makes a mapping or changes one. */
export type Given = Omit<UpdateEventSourceMappingRequest, 'UUID' | 'FunctionName'>;

const NAMES: Readonly<Record<string, string>> = {
  kinesis: 'Amazon Kinesis',
  kafka: 'Amazon MSK',
  mq: 'Amazon MQ',
  rds: 'Amazon DocumentDB',
};

/** @throws NotImplemented naming sources that are not simulated, AwsError InvalidParameterValueException */
export function kindOf({ EventSourceArn }: CreateEventSourceMappingRequest): SourceKind {
  if (EventSourceArn === undefined)
    throw invalid('Unrecognized event source, must be kinesis, dynamodb stream or sqs.');
  const [, , service = ''] = EventSourceArn.split(':');
  if (service === 'sqs') return 'queue';
  if (service === 'dynamodb' && /:table\/[^/]+\/stream\/.+$/.test(EventSourceArn)) return 'stream';
  const name = NAMES[service];
  if (name !== undefined) throw new NotImplemented(`event source mappings of ${name} (${EventSourceArn})`);
  throw invalid('Unrecognized event source, must be kinesis, dynamodb stream or sqs.');
}

const DEFAULTS: Readonly<Record<SourceKind, Omit<MappingSettings, 'target'>>> = {
  queue: {
    enabled: true,
    batchSize: 10,
    batchingWindow: 0,
    filters: undefined,
    responseTypes: [],
    maximumConcurrency: undefined,
    parallelization: 1,
    destination: undefined,
    bisect: false,
    retries: -1,
    recordAge: -1,
  },
  stream: {
    enabled: true,
    batchSize: 100,
    batchingWindow: 0,
    filters: undefined,
    responseTypes: [],
    maximumConcurrency: undefined,
    parallelization: 1,
    destination: undefined,
    bisect: false,
    retries: -1,
    recordAge: -1,
  },
};

/**
 * The settings of a mapping: what is given in place of what was, or of AWS's defaults.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html, services-ddb-params.html
 * @throws AwsError InvalidParameterValueException, NotImplemented
 */
export function mappingSettings(
  kind: SourceKind,
  source: string,
  target: FunctionReference,
  given: Given,
  before?: MappingSettings,
): MappingSettings {
  refuseOthers(kind, given);
  const was = before ?? { ...DEFAULTS[kind], target };
  const { ScalingConfig } = given;
  const settings: MappingSettings = {
    target,
    enabled: given.Enabled ?? was.enabled,
    batchSize: given.BatchSize ?? was.batchSize,
    batchingWindow: given.MaximumBatchingWindowInSeconds ?? was.batchingWindow,
    filters: given.FilterCriteria === undefined ? was.filters : filtersIn(given.FilterCriteria),
    responseTypes: given.FunctionResponseTypes ?? was.responseTypes,
    maximumConcurrency: ScalingConfig === undefined ? was.maximumConcurrency : ScalingConfig.MaximumConcurrency,
    parallelization: given.ParallelizationFactor ?? was.parallelization,
    destination: given.DestinationConfig ?? was.destination,
    bisect: given.BisectBatchOnFunctionError ?? was.bisect,
    retries: given.MaximumRetryAttempts ?? was.retries,
    recordAge: given.MaximumRecordAgeInSeconds ?? was.recordAge,
  };
  readFilters(settings.filters);
  checkBatches(kind, source, settings);
  return settings;
}

function filtersIn(criteria: FilterCriteria): FilterCriteria | undefined {
  onlyMembers(criteria, ['Filters'], 'FilterCriteria');
  for (const filter of criteria.Filters ?? []) onlyMembers(filter, ['Pattern'], 'a filter of FilterCriteria');
  if ((criteria.Filters ?? []).length > 5) throw invalid('A maximum of 5 filters can be defined.');
  return (criteria.Filters ?? []).length === 0 ? undefined : criteria;
}

/** What the other kind of source has. */
function refuseOthers(kind: SourceKind, given: Given): void {
  onlyMembers(given.ScalingConfig, ['MaximumConcurrency'], 'ScalingConfig');
  onlyMembers(given.DestinationConfig, ['OnFailure', 'OnSuccess'], 'DestinationConfig');
  const others: readonly (keyof Given)[] =
    kind === 'queue'
      ? [
          'BisectBatchOnFunctionError',
          'DestinationConfig',
          'MaximumRecordAgeInSeconds',
          'MaximumRetryAttempts',
          'ParallelizationFactor',
          'TumblingWindowInSeconds',
        ]
      : ['ScalingConfig'];
  const wrong = others.find((member) => given[member] !== undefined);
  if (wrong !== undefined)
    throw invalid(`Unsupported ${wrong} for event source type ${kind === 'queue' ? 'SQS' : 'DynamoDB'}.`);
  if (given.TumblingWindowInSeconds !== undefined && given.TumblingWindowInSeconds !== 0)
    throw new NotImplemented('TumblingWindowInSeconds of event source mappings');
  if (given.DestinationConfig?.OnSuccess?.Destination !== undefined)
    throw invalid('OnSuccess destination is not supported for event source mappings.');
  const failures = given.DestinationConfig?.OnFailure?.Destination ?? '';
  if (failures.startsWith('arn:aws:s3:'))
    throw new NotImplemented('a bucket as the on-failure destination of an event source mapping');
}

function checkBatches(kind: SourceKind, source: string, settings: MappingSettings): void {
  const { batchSize, batchingWindow, maximumConcurrency } = settings;
  const fifo = kind === 'queue' && source.endsWith('.fifo');
  range('batchSize', batchSize, 1, fifo ? 10 : 10_000);
  range('maximumBatchingWindowInSeconds', batchingWindow, 0, 300);
  if (maximumConcurrency !== undefined) range('scalingConfig.maximumConcurrency', maximumConcurrency, 2, 1_000);
  if (fifo && batchingWindow > 0) throw invalid('Batching window is not supported for FIFO queues');
  if (kind === 'queue' && batchSize > 10 && batchingWindow < 1)
    throw invalid('Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10');
  range('parallelizationFactor', settings.parallelization, 1, 10);
  range('maximumRetryAttempts', settings.retries, -1, 10_000);
  if (settings.recordAge !== -1) range('maximumRecordAgeInSeconds', settings.recordAge, 60, 604_800);
}

function range(member: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new AwsError(
    'InvalidParameterValueException',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must have value between ${least} and ${most}`,
  );
}
