import type {
  DestinationConfig,
  EventSourceMappingConfiguration,
  EventSourcePosition,
  FilterCriteria,
  FunctionResponseType,
} from '@aws-sdk/client-lambda';
import { arnOf, type FunctionReference } from '../names.ts';

/** What can be mapped here. */
export type SourceKind = 'queue' | 'stream';

/** What a mapping is set to, with AWS's defaults. Replaced, never changed. */
export interface MappingSettings {
  /** The function, version or alias that is invoked. */
  readonly target: FunctionReference;
  readonly enabled: boolean;
  readonly batchSize: number;
  /** Seconds. */
  readonly batchingWindow: number;
  readonly filters: FilterCriteria | undefined;
  readonly responseTypes: readonly FunctionResponseType[];
  /** Of queues: how many batches are handled at once. */
  readonly maximumConcurrency: number | undefined;
  /** Of streams, from here on. */
  readonly parallelization: number;
  readonly destination: DestinationConfig | undefined;
  readonly bisect: boolean;
  /** -1: as long as the record is there. */
  readonly retries: number;
  /** Seconds; -1: as long as the record is there. */
  readonly recordAge: number;
}

export interface MappingRecord {
  readonly uuid: string;
  readonly account: string;
  readonly region: string;
  readonly kind: SourceKind;
  readonly source: string;
  readonly startingPosition: EventSourcePosition | undefined;
  settings: MappingSettings;
  tags: Record<string, string>;
  /** Milliseconds since the epoch. */
  lastModified: number;
  /** Of streams: the place of the first record that was not taken yet. */
  checkpoint: number;
  /** How the last batch went. */
  lastResult: string;
}

export function mappingArn({ account, region, uuid }: Pick<MappingRecord, 'account' | 'region' | 'uuid'>): string {
  return `arn:aws:lambda:${region}:${account}:event-source-mapping:${uuid}`;
}

/** A mapping as the API shows it; `state` where it is on its way to another one. */
export function describeMapping(mapping: MappingRecord, state?: string): EventSourceMappingConfiguration {
  const { settings, kind } = mapping;
  return {
    UUID: mapping.uuid,
    EventSourceMappingArn: mappingArn(mapping),
    EventSourceArn: mapping.source,
    FunctionArn: arnOf(settings.target, settings.target.qualifier),
    LastModified: new Date(mapping.lastModified),
    State: state ?? (settings.enabled ? 'Enabled' : 'Disabled'),
    StateTransitionReason: kind === 'queue' ? 'USER_INITIATED' : 'User action',
    LastProcessingResult: mapping.lastResult,
    BatchSize: settings.batchSize,
    MaximumBatchingWindowInSeconds: settings.batchingWindow,
    FunctionResponseTypes: [...settings.responseTypes],
    ...(settings.filters === undefined ? {} : { FilterCriteria: settings.filters }),
    ...(settings.maximumConcurrency === undefined
      ? {}
      : { ScalingConfig: { MaximumConcurrency: settings.maximumConcurrency } }),
    ...(kind === 'stream' ? describeStream(mapping) : {}),
  };
}

function describeStream({ settings, startingPosition }: MappingRecord): EventSourceMappingConfiguration {
  return {
    StartingPosition: startingPosition,
    ParallelizationFactor: settings.parallelization,
    DestinationConfig: settings.destination ?? { OnFailure: {} },
    BisectBatchOnFunctionError: settings.bisect,
    MaximumRetryAttempts: settings.retries,
    MaximumRecordAgeInSeconds: settings.recordAge,
    TumblingWindowInSeconds: 0,
  };
}

interface Where {
  readonly account: string;
  readonly region: string;
}

/** Every event source mapping. */
export interface Mappings {
  add(mapping: MappingRecord): void;
  /** Reads on by the mapping's present settings. */
  restart(mapping: MappingRecord): void;
  remove(mapping: MappingRecord): void;
  /** @throws AwsError ResourceNotFoundException */
  get(uuid: string | undefined, where: Where): MappingRecord;
  find(uuid: string | undefined, where: Where): MappingRecord | undefined;
  of(where: Where): MappingRecord[];
}
