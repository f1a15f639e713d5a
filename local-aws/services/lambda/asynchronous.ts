import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { deliver, type Delivery } from './destinations.ts';
import type { Invoked, Invoker } from './invoker.ts';
import { arnOf, isVersion } from './names.ts';
import { assumeRole } from './roles.ts';
import { versionOf, type EventInvokeRecord, type FunctionRecord, type FunctionStore, type Settings } from './store.ts';
import { recordMetric } from './telemetry.ts';

/** An event on Lambda's internal queue. */
export interface QueuedEvent {
  readonly record: FunctionRecord;
  readonly qualifier: string | undefined;
  readonly requestId: string;
  readonly event: string;
  readonly clientContext: unknown;
}

interface Attempted extends QueuedEvent {
  /** Engine milliseconds. */
  readonly queuedAt: number;
  /** Attempts that ran and failed. */
  readonly failures: number;
  /** Times in a row that the event was throttled. */
  readonly throttles: number;
  readonly last: Invoked | undefined;
}

const DEFAULT_RETRIES = 2;
const DEFAULT_AGE_SECONDS = 21_600;
/** A minute before the first retry, two before the second. */
const RETRY_MILLISECONDS = [60_000, 120_000];
const LONGEST_BACKOFF = 300_000;

/**
 * Asynchronous invocation: queued, retried twice after an error and for up to six hours when throttled, then given to the
 * dead-letter target and the on-failure destination.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class AsynchronousInvocations {
  constructor(
    private readonly kernel: Kernel,
    private readonly store: FunctionStore,
    private readonly invoker: Invoker,
  ) {}

  queue(event: QueuedEvent): void {
    this.count(event, 'AsyncEventsReceived');
    const attempted = { ...event, queuedAt: this.kernel.clock.now(), failures: 0, throttles: 0, last: undefined };
    this.kernel.background('an asynchronous invocation', () => this.attempt(attempted));
  }

  private async attempt(event: Attempted): Promise<void> {
    // What was queued for a function that is gone, or was made anew, is dropped.
    if (this.store.find({ ...event.record, qualifier: undefined }) !== event.record) return;
    const config = event.record.eventInvoke.get(event.qualifier ?? '$LATEST');
    if (this.tooOld(event, config, 0)) return this.giveUp(event, config, 'EventAgeExceeded');
    let invoked: Invoked;
    try {
      invoked = await this.invoker.invoke({ ...event, nested: false });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return this.later(
        { ...event, throttles: event.throttles + 1 },
        config,
        Math.min(LONGEST_BACKOFF, 1_000 * 2 ** event.throttles),
      );
    }
    if (!invoked.failed) return this.succeed(event, config, invoked);
    const next = { ...event, failures: event.failures + 1, throttles: 0, last: invoked };
    const retries = config?.maximumRetryAttempts ?? DEFAULT_RETRIES;
    if (next.failures > retries) return this.giveUp(next, config, 'RetriesExhausted');
    return this.later(next, config, RETRY_MILLISECONDS[event.failures] ?? LONGEST_BACKOFF);
  }

  private async later(event: Attempted, config: EventInvokeRecord | undefined, wait: number): Promise<void> {
    if (this.tooOld(event, config, wait)) return this.giveUp(event, config, 'EventAgeExceeded');
    this.kernel.clock.after(
      wait,
      () => this.attempt(event),
      `the next attempt of ${event.record.name} ${event.requestId}`,
    );
  }

  private tooOld(event: Attempted, config: EventInvokeRecord | undefined, wait: number): boolean {
    const age = (config?.maximumEventAgeInSeconds ?? DEFAULT_AGE_SECONDS) * 1_000;
    return this.kernel.clock.now() + wait - event.queuedAt > age;
  }

  private async succeed(event: Attempted, config: EventInvokeRecord | undefined, invoked: Invoked): Promise<void> {
    const target = config?.destinations.OnSuccess?.Destination;
    if (target === undefined) return;
    const body = recordOf(this.kernel, event, 'Success', invoked);
    await this.send(event, { target, body, attributes: {}, detailType: 'Lambda Function Invocation Result - Success' });
  }

  private async giveUp(
    event: Attempted,
    config: EventInvokeRecord | undefined,
    condition: 'RetriesExhausted' | 'EventAgeExceeded',
  ): Promise<void> {
    this.count(event, 'AsyncEventsDropped');
    const detailType = 'Lambda Function Invocation Result - Failure';
    const target = config?.destinations.OnFailure?.Destination;
    if (target !== undefined) {
      const body = recordOf(this.kernel, event, condition, event.last);
      await this.send(event, { target, body, attributes: {}, detailType });
    }
    const letter = settingsOf(event).deadLetterTarget;
    if (letter === undefined) return;
    const attributes = { RequestID: event.requestId, ErrorCode: '200', ErrorMessage: messageIn(event.last) };
    await this.send(event, { target: letter, body: event.event, attributes, detailType });
  }

  private async send(event: Attempted, delivery: Omit<Delivery, 'functionArn'>): Promise<void> {
    const { record, qualifier } = event;
    try {
      const caller = assumeRole(this.kernel, settingsOf(event).role, record);
      await deliver(this.kernel, caller, { ...delivery, functionArn: arnOf(record, qualifier ?? '$LATEST') });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const isLetter = delivery.target === settingsOf(event).deadLetterTarget;
      this.count(event, isLetter ? 'DeadLetterErrors' : 'DestinationDeliveryFailures');
    }
  }

  private count({ record, qualifier }: QueuedEvent, metric: string): void {
    recordMetric(this.kernel, { record, qualifier, executedVersion: undefined }, metric, 1, 'Count');
  }
}

/** The settings by which a failed event is delivered: its version's, or where the alias is gone `$LATEST`'s. */
function settingsOf({ record, qualifier }: QueuedEvent): Settings {
  const known = qualifier === undefined || isVersion(qualifier) || record.aliases.has(qualifier);
  if (!known || (qualifier !== undefined && isVersion(qualifier) && !record.versions.has(qualifier)))
    return record.latest.settings;
  return versionOf(record, qualifier).settings;
}

/** What a destination gets. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function recordOf(kernel: Kernel, event: Attempted, condition: string, invoked: Invoked | undefined): string {
  return JSON.stringify({
    version: '1.0',
    timestamp: kernel.clock.date().toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: arnOf(event.record, event.qualifier ?? '$LATEST'),
      condition,
      approximateInvokeCount: event.failures + (condition === 'Success' ? 1 : 0),
    },
    requestPayload: parsed(event.event),
    ...(invoked === undefined
      ? {}
      : {
          responseContext: {
            statusCode: 200,
            executedVersion: invoked.executedVersion,
            ...(invoked.failed ? { functionError: 'Unhandled' } : {}),
          },
          responsePayload: parsed(invoked.payload),
        }),
  });
}

function parsed(json: string): unknown {
  return JSON.parse(json);
}

function messageIn(invoked: Invoked | undefined): string {
  const payload = invoked === undefined ? undefined : parsed(invoked.payload);
  if (typeof payload !== 'object' || payload === null || !('errorMessage' in payload)) return '';
  return typeof payload.errorMessage === 'string' ? payload.errorMessage.slice(0, 1_024) : '';
}
