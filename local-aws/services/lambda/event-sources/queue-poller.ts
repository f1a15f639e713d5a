import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import type { Timer } from '../../../kernel/clock.ts';
import { AwsError } from '../../../kernel/errors.ts';
import type { Caller } from '../../../kernel/principal.ts';
import type { Pattern } from '../../events/pattern.ts';
import type { Lambda } from '../lambda.ts';
import { failedItems } from './batch-response.ts';
import { readFilters } from './filter.ts';
import type { MappingRecord } from './mapping.ts';
import { invokeTarget, isThrottle, readerOf, type Poller } from './poller.ts';
import { filteredAs, queueRecord, queueUrl } from './queue-record.ts';

/** Lambda begins with five pollers; it adds more under load, which are not simulated. */
const CONCURRENT_BATCHES = 5;
const MOST_OF_A_RECEIVE = 10;
const LARGEST_BATCH_BYTES = 6_291_456;
/** How long after a refusal it asks again. */
const RETRY_MILLISECONDS = 60_000;
const LONGEST_BACKOFF = 30_000;

/**
 * Reads a queue for a mapping. Where Lambda polls without pause, this waits to be told that messages can be received: an empty queue
 * keeps no clock busy. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export class QueuePoller implements Poller {
  private running = 0;
  private told = false;
  private stopped = false;
  private retry: Timer | undefined;
  private forget: () => void = () => undefined;
  private readonly arrivals = new Set<() => void>();
  private readonly matches: Pattern;

  constructor(
    private readonly lambda: Lambda,
    private readonly mapping: MappingRecord,
  ) {
    this.matches = readFilters(mapping.settings.filters);
  }

  start(): void {
    this.forget = this.lambda.kernel.onReadable(this.mapping.source, () => this.wake());
    this.wake();
  }

  stop(): void {
    this.stopped = true;
    this.forget();
    this.retry?.cancel();
    for (const end of this.arrivals) end();
  }

  private wake(): void {
    if (this.stopped) return;
    this.told = true;
    for (const arrived of this.arrivals) arrived();
    if (this.running >= (this.mapping.settings.maximumConcurrency ?? CONCURRENT_BATCHES)) return;
    this.running += 1;
    this.lambda.kernel.background('an event source mapping', () => this.work());
  }

  /** Handles batches until the queue is empty. */
  private async work(): Promise<void> {
    try {
      do {
        this.told = false;
        while (await this.handleBatch());
      } while (this.told && !this.stopped);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.mapping.lastResult = `PROBLEM: ${error.message}`;
      this.retry?.cancel();
      this.retry = this.lambda.kernel.clock.after(
        RETRY_MILLISECONDS,
        () => this.wake(),
        'an event source mapping asks again',
      );
    } finally {
      this.running -= 1;
    }
  }

  /** Whether there was one. @throws AwsError where the role may not read the queue, or something is gone */
  private async handleBatch(): Promise<boolean> {
    if (this.stopped) return false;
    const caller = readerOf(this.lambda, this.mapping);
    const visibility = await this.visibilityOf(caller);
    const until = this.lambda.kernel.clock.now() + visibility * 1_000;
    const received = await this.gather(caller);
    if (received.length === 0) return false;
    const wanted = received.filter((message) => this.matches(filteredAs(queueRecord(message, this.mapping.source))));
    // What no filter matches is taken from the queue, too.
    const done = received.filter((message) => !wanted.includes(message));
    if (wanted.length > 0) done.push(...(await this.invoke(wanted, until)));
    await this.remove(done, caller);
    return true;
  }

  private async visibilityOf(caller: Caller): Promise<number> {
    const asked = new GetQueueAttributesCommand({ QueueUrl: this.url, AttributeNames: ['VisibilityTimeout'] });
    const { Attributes } = await this.lambda.kernel.send(caller, asked);
    return Number(Attributes?.['VisibilityTimeout']);
  }

  /** A batch: what is there, and what comes within the batching window. */
  private async gather(caller: Caller): Promise<Message[]> {
    const { clock } = this.lambda.kernel;
    const { batchSize, batchingWindow } = this.mapping.settings;
    const batch = await this.receive(caller, batchSize);
    if (batch.length === 0) return batch;
    const end = clock.now() + batchingWindow * 1_000;
    let bytes = bytesOf(batch);
    while (batch.length < batchSize && bytes < LARGEST_BATCH_BYTES && !this.stopped) {
      const more = batchingWindow === 0 ? [] : await this.receive(caller, batchSize - batch.length);
      batch.push(...more);
      bytes += bytesOf(more);
      if (more.length > 0) continue;
      if (clock.now() >= end) break;
      await this.arrival(end);
    }
    return batch;
  }

  private async receive(caller: Caller, most: number): Promise<Message[]> {
    const { Messages = [] } = await this.lambda.kernel.send(
      caller,
      new ReceiveMessageCommand({
        QueueUrl: this.url,
        MaxNumberOfMessages: Math.min(most, MOST_OF_A_RECEIVE),
        WaitTimeSeconds: 0,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages;
  }

  /** Until something can be received, or the window ends (`end`, milliseconds since the epoch). */
  private arrival(end: number): Promise<void> {
    const { clock } = this.lambda.kernel;
    return clock.waiting(
      () =>
        new Promise<void>((resolve) => {
          const done = (): void => {
            timer.cancel();
            this.arrivals.delete(done);
            resolve();
          };
          const timer = clock.at(end, done, 'the batching window of an event source mapping');
          this.arrivals.add(done);
        }),
    );
  }

  /** The messages that the function took; what it did not take comes back once its visibility ends. */
  private async invoke(messages: readonly Message[], until: number): Promise<Message[]> {
    const { clock } = this.lambda.kernel;
    const records = messages.map((message) => queueRecord(message, this.mapping.source));
    for (let throttles = 0; ; throttles += 1) {
      try {
        const invoked = await invokeTarget(this.lambda, this.mapping, records);
        const reports = this.mapping.settings.responseTypes.includes('ReportBatchItemFailures');
        const ids = records.map(({ messageId }) => messageId);
        const failed = failedItems(invoked, reports, ids);
        this.mapping.lastResult = failed === 'all' ? 'PROBLEM: Function call failed' : 'OK';
        return failed === 'all' ? [] : messages.filter(({ MessageId = '' }) => !failed.has(MessageId));
      } catch (error) {
        if (!isThrottle(error)) throw error;
        const wait = Math.min(LONGEST_BACKOFF, 1_000 * 2 ** throttles);
        if (this.stopped || clock.now() + wait >= until) return [];
        await clock.waiting(() => clock.sleep(wait, 'a throttled event source mapping'));
      }
    }
  }

  private async remove(messages: readonly Message[], caller: Caller): Promise<void> {
    for (let from = 0; from < messages.length; from += MOST_OF_A_RECEIVE) {
      const Entries = messages
        .slice(from, from + MOST_OF_A_RECEIVE)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await this.lambda.kernel.send(caller, new DeleteMessageBatchCommand({ QueueUrl: this.url, Entries }));
    }
  }

  private get url(): string {
    return queueUrl(this.lambda.kernel.endpoint(), this.mapping.source);
  }
}

function bytesOf(messages: readonly Message[]): number {
  return messages.reduce((total, { Body = '' }) => total + Buffer.byteLength(Body), 0);
}
