import { CreateLogGroupCommand, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Slot } from './pool.ts';
import type { FunctionRecord, VersionRecord } from './store.ts';

/** The last this many bytes of a log are what LogType Tail gives. */
const TAIL_BYTES = 4_096;

/** The log of one invocation: told to observers line by line, delivered to CloudWatch Logs when the invocation has ended. */
export class InvocationLog {
  private readonly events: { timestamp: number; message: string }[] = [];

  constructor(
    private readonly kernel: Kernel,
    private readonly record: FunctionRecord,
    private readonly version: VersionRecord,
    private readonly slot: Slot,
  ) {}

  write(message: string): void {
    this.events.push({ timestamp: this.kernel.clock.now(), message });
    const { account, region } = this.record;
    this.kernel.observe({ kind: 'log', account, region, group: this.group, line: message });
  }

  /** A line of the platform itself: `text` in the Text format, an event object in JSON (level INFO). */
  platform(type: string, text: string, record: Readonly<Record<string, unknown>>): void {
    const { LogFormat, SystemLogLevel } = this.version.settings.logging;
    if (LogFormat !== 'JSON') this.write(text);
    else if (SystemLogLevel !== 'WARN')
      this.write(JSON.stringify({ time: this.kernel.clock.date().toISOString(), type: `platform.${type}`, record }));
  }

  tail(): string {
    const all = Buffer.from(this.events.map(({ message }) => `${message}\n`).join(''));
    return all.subarray(Math.max(0, all.length - TAIL_BYTES)).toString('base64');
  }

  /** Puts the log into CloudWatch Logs as the function's role; what the role may not write is lost, as in AWS. */
  deliver(): void {
    if (this.slot.logging === 'refused' || this.events.length === 0) return;
    this.kernel.background('a function’s log', () => this.put());
  }

  private get group(): string {
    return this.version.settings.logging.LogGroup;
  }

  private async put(): Promise<void> {
    const names = { logGroupName: this.group, logStreamName: this.slot.logStream };
    try {
      if (this.slot.logging === 'unknown') await this.createStream(names);
      this.slot.logging = 'ready';
      await this.kernel.send(this.slot.caller, new PutLogEventsCommand({ ...names, logEvents: this.events }));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (error.status === 403) this.slot.logging = 'refused';
    }
  }

  private async createStream(names: { logGroupName: string; logStreamName: string }): Promise<void> {
    const create = async (): Promise<void> => {
      await ignoring('ResourceAlreadyExistsException', () =>
        this.kernel.send(this.slot.caller, new CreateLogStreamCommand(names)),
      );
    };
    try {
      await create();
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'ResourceNotFoundException') throw error;
      await ignoring('ResourceAlreadyExistsException', () =>
        this.kernel.send(this.slot.caller, new CreateLogGroupCommand({ logGroupName: names.logGroupName })),
      );
      await create();
    }
  }
}

async function ignoring(code: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== code) throw error;
  }
}

/** What an invocation was made by, for the dimensions of its metrics. */
export interface MetricSubject {
  readonly record: FunctionRecord;
  readonly qualifier: string | undefined;
  /** Where an alias was invoked: the version it led to. */
  readonly executedVersion: string | undefined;
}

/**
 * Records one value of a metric of AWS/Lambda under each combination of dimensions AWS publishes.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export function recordMetric(
  kernel: Kernel,
  { record, qualifier, executedVersion }: MetricSubject,
  name: string,
  value: number,
  unit: 'Count' | 'Milliseconds',
): void {
  const FunctionName = record.name;
  const Resource = qualifier === undefined ? FunctionName : `${FunctionName}:${qualifier}`;
  const dimensions: Record<string, string>[] = [{}, { FunctionName }, { FunctionName, Resource }];
  if (executedVersion !== undefined) dimensions.push({ FunctionName, Resource, ExecutedVersion: executedVersion });
  for (const each of dimensions) {
    kernel.port.metrics.record({
      account: record.account,
      region: record.region,
      namespace: 'AWS/Lambda',
      name,
      dimensions: each,
      value,
      unit,
    });
  }
}
