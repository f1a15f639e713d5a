/** Execution logs in CloudWatch Logs. https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html */
import { CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { HistoryEvent, LogLevel } from '@aws-sdk/client-sfn';
import { randomBytes, randomUUID } from 'node:crypto';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { serviceCaller } from '../../kernel/principal.ts';
import { schemaOf, type SdkCommand } from '../../kernel/service.ts';
import type { Execution } from './execution.ts';
import { withoutData } from './history.ts';
import type { Machine } from './machines.ts';

const FATAL: ReadonlySet<string> = new Set(['ExecutionFailed', 'ExecutionTimedOut', 'ExecutionAborted']);
const ERROR = /(Failed|TimedOut|Aborted)$/;

function isLogged(level: LogLevel, type: string): boolean {
  switch (level) {
    case 'ALL':
      return true;
    case 'ERROR':
      return ERROR.test(type);
    case 'FATAL':
      return FATAL.has(type);
    case 'OFF':
      return false;
  }
}

/** Delivers history events to the log groups that machines name. */
export class ExecutionLogs {
  private readonly streams = new Map<string, string>();
  private readonly queues = new Map<string, { timestamp: number; message: string }[]>();

  constructor(private readonly kernel: Kernel) {}

  deliver(execution: Execution, event: HistoryEvent): void {
    const { level = 'OFF', includeExecutionData = false, destinations = [] } = execution.revision.logging;
    if (!isLogged(level, event.type ?? '')) return;
    const message = lineOf(execution, includeExecutionData ? event : withoutData(event));
    for (const destination of destinations) {
      const group = /:log-group:([^:]+)/.exec(destination.cloudWatchLogsLogGroup?.logGroupArn ?? '')?.[1];
      if (group !== undefined) this.enqueue(execution.machine, group, message);
    }
  }

  private enqueue(machine: Machine, group: string, message: string): void {
    const key = `${machine.arn} ${group}`;
    const entry = { timestamp: this.kernel.clock.now(), message };
    const queue = this.queues.get(key);
    if (queue !== undefined) {
      queue.push(entry);
      return;
    }
    const fresh = [entry];
    this.queues.set(key, fresh);
    this.kernel.background(`logs of ${machine.name}`, async () => {
      await Promise.resolve();
      this.queues.delete(key);
      await this.put(machine, group, key, fresh);
    });
  }

  private async put(
    machine: Machine,
    logGroupName: string,
    key: string,
    logEvents: { timestamp: number; message: string }[],
  ): Promise<void> {
    try {
      let logStreamName = this.streams.get(key);
      if (logStreamName === undefined) {
        const minute = this.kernel.clock.date().toISOString().slice(0, 16).replace(/[T:]/g, '-');
        logStreamName = `states/${machine.name}/${minute}/${randomBytes(4).toString('hex')}`;
        this.streams.set(key, logStreamName);
        await this.internally(machine, new CreateLogStreamCommand({ logGroupName, logStreamName }));
      }
      await this.internally(machine, new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    } catch (error) {
      // A log group that is gone loses its events, as in AWS; anything else is ours.
      if (!(error instanceof AwsError) || error.code !== 'ResourceNotFoundException') throw error;
      this.streams.delete(key);
    }
  }

  /** Log delivery writes by a resource policy that AWS sets up by itself, so nobody's permissions are asked. */
  private async internally<I, O>(machine: Machine, command: SdkCommand<I, O>): Promise<void> {
    const schema = schemaOf(command);
    const caller = serviceCaller('delivery.logs.amazonaws.com', machine.account, machine.region, machine.arn);
    const { operation } = this.kernel.find(schema[1], schema[2]);
    await operation.run(command.input, { caller, requestId: randomUUID() }, () => undefined);
  }
}

function lineOf(execution: Execution, event: HistoryEvent): string {
  const { id, type, timestamp, previousEventId, ...rest } = event;
  const details: unknown = Object.values(rest)[0] ?? {};
  return JSON.stringify({
    id: String(id),
    type,
    details,
    previous_event_id: String(previousEventId ?? 0),
    event_timestamp: String(timestamp?.getTime() ?? 0),
    execution_arn: execution.arn,
  });
}
