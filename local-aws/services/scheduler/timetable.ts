import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { FlexibleTimeWindow, Target } from '@aws-sdk/client-scheduler';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { randomUUID } from 'node:crypto';
import type { Timer } from '../../kernel/clock.ts';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller } from '../../kernel/principal.ts';
import { errorCodeOf, nextAttempt } from '../retries.ts';
import { readSchedule } from '../schedule-expression.ts';

export const SCHEDULER = 'scheduler.amazonaws.com';

/** A schedule of EventBridge Scheduler, as it was set. */
export interface Schedule {
  readonly arn: string;
  readonly name: string;
  readonly group: string;
  readonly account: string;
  readonly region: string;
  readonly createdAt: Date;
  readonly changedAt: Date;
  /** The first time of a rate, milliseconds since the epoch. */
  readonly anchor: number;
  readonly expression: string;
  readonly timezone: string;
  readonly start?: Date | undefined;
  readonly end?: Date | undefined;
  readonly enabled: boolean;
  readonly description?: string | undefined;
  readonly deleteWhenDone: boolean;
  readonly window: FlexibleTimeWindow;
  readonly target: Target & { readonly Arn: string; readonly RoleArn: string };
}

interface Firing {
  readonly schedule: Schedule;
  readonly id: string;
  /** When the schedule meant it to be, milliseconds since the epoch. */
  readonly at: number;
  readonly retries: number;
}

/**
 * What is due when. Only enabled schedules with a next time have a timer on the clock.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule.html
 */
export class Timetable {
  private readonly timers = new Map<string, Timer>();

  constructor(
    private readonly kernel: Kernel,
    /** Called when a schedule that is to be deleted after its completion has completed. */
    private readonly completed: (schedule: Schedule) => void,
  ) {}

  /** Sets the schedule's next time, or one in the window behind it; whatever stood before under its ARN is forgotten. */
  arm(schedule: Schedule): void {
    this.disarm(schedule.arn);
    if (!schedule.enabled) return;
    // From the moment it was set: time may have passed since, and a rate's first time is that very moment.
    this.next(schedule, schedule.changedAt.getTime() - 1);
  }

  disarm(arn: string): void {
    this.timers.get(arn)?.cancel();
    this.timers.delete(arn);
  }

  private next(schedule: Schedule, after: number): void {
    const from = Math.max(after, (schedule.start?.getTime() ?? 0) - 1);
    const at = readSchedule(schedule.expression, schedule.anchor, schedule.timezone)?.next(from);
    if (at === undefined || at > (schedule.end?.getTime() ?? Infinity)) {
      // A schedule that never had a time does not complete.
      if (schedule.deleteWhenDone && this.timers.has(schedule.arn)) this.completed(schedule);
      this.timers.delete(schedule.arn);
      return;
    }
    const fire = (): void => {
      this.attempt({ schedule, id: randomUUID(), at, retries: 0 });
      this.next(schedule, at);
    };
    const late = Math.random() * (schedule.window.MaximumWindowInMinutes ?? 0) * 60_000;
    this.timers.set(schedule.arn, this.kernel.clock.at(at + late, fire, `the schedule ${schedule.name}`));
  }

  private attempt(firing: Firing): void {
    const { schedule } = firing;
    this.kernel.background(`the schedule ${schedule.name}`, async () => {
      try {
        await deliver(this.kernel, firing);
      } catch (error) {
        // What the local AWS does not implement is nothing to retry quietly.
        if (!(error instanceof AwsError) || error.status === 501) throw error;
        this.failed(firing, error);
      }
    });
  }

  private failed(firing: Firing, error: AwsError): void {
    const { clock } = this.kernel;
    const { schedule, at, retries } = firing;
    const next = nextAttempt(error, { retries, since: at, now: clock.now() }, schedule.target.RetryPolicy);
    if ('wait' in next) {
      clock.after(next.wait, () => this.attempt({ ...firing, retries: retries + 1 }), `a retry of ${schedule.name}`);
      return;
    }
    try {
      bury(this.kernel, firing, error, next.giveUp);
    } catch (refusal) {
      // AWS drops what it may not put on the dead-letter queue.
      if (!(refusal instanceof AwsError) || refusal.status === 501) throw refusal;
    }
  }
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html */
function bury(kernel: Kernel, firing: Firing, error: AwsError, exhausted: Readonly<Record<string, string>>): void {
  const { schedule, id, at, retries } = firing;
  const queue = schedule.target.DeadLetterConfig?.Arn;
  if (queue === undefined) return;
  kernel.port.queues.send(asRole(kernel, schedule), queue, inputFor(firing), {
    ERROR_CODE: errorCodeOf(error),
    ERROR_MESSAGE: error.message,
    EXECUTION_ID: id,
    RETRY_ATTEMPTS: String(retries),
    SCHEDULE_ARN: schedule.arn,
    SCHEDULED_TIME: time(at),
    TARGET_ARN: schedule.target.Arn,
    ...exhausted,
  });
}

/** Universal targets and services other than Lambda, SQS and Step Functions are refused. @throws NotImplemented */
export function checkTargetArn(arn: string): 'function' | 'queue' | 'machine' {
  if (/^arn:aws:lambda:[^:]+:\d{12}:function:/.test(arn)) return 'function';
  if (/^arn:aws:sqs:[^:]+:\d{12}:(?!.*\.fifo$)/.test(arn)) return 'queue';
  if (/^arn:aws:states:[^:]+:\d{12}:stateMachine:/.test(arn)) return 'machine';
  throw new NotImplemented(`Scheduler targets such as ${arn}`);
}

async function deliver(kernel: Kernel, firing: Firing): Promise<void> {
  const { schedule } = firing;
  const { Arn } = schedule.target;
  const caller = asRole(kernel, schedule);
  const input = inputFor(firing);
  switch (checkTargetArn(Arn)) {
    case 'queue':
      return kernel.port.queues.send(caller, Arn, input);
    case 'machine':
      await kernel.send(caller, new StartExecutionCommand({ stateMachineArn: Arn, input }));
      return;
    case 'function':
      await kernel.send(
        caller,
        new InvokeCommand({ FunctionName: Arn, InvocationType: 'Event', Payload: Buffer.from(input) }),
      );
  }
}

/** The role acts for the schedule's group: that is the source its trust policy can name. */
export function asRole(
  kernel: Kernel,
  { account, region, group, target }: Pick<Schedule, 'account' | 'region' | 'group' | 'target'>,
): Caller {
  return kernel.port.iam.assumeForService({
    roleArn: target.RoleArn,
    service: SCHEDULER,
    region,
    sessionName: randomUUID().replaceAll('-', ''),
    sourceArn: `arn:aws:scheduler:${region}:${account}:schedule-group/${group}`,
  });
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
function inputFor({ schedule, id, at, retries }: Firing): string {
  const { Input: input } = schedule.target;
  if (input !== undefined)
    return input
      .replaceAll('<aws.scheduler.schedule-arn>', schedule.arn)
      .replaceAll('<aws.scheduler.scheduled-time>', time(at))
      .replaceAll('<aws.scheduler.execution-id>', id)
      .replaceAll('<aws.scheduler.attempt-number>', String(retries + 1));
  return JSON.stringify({
    version: '0',
    id,
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: schedule.account,
    time: time(at),
    region: schedule.region,
    resources: [schedule.arn],
    detail: '{}',
  });
}

function time(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
