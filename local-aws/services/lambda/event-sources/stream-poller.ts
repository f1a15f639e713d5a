import { createHash } from 'node:crypto';
import type { Timer } from '../../../kernel/clock.ts';
import { AwsError } from '../../../kernel/errors.ts';
import type { StreamRecord, TableStream } from '../../dynamodb/streams.ts';
import type { Pattern } from '../../events/pattern.ts';
import type { Invoked } from '../invoker.ts';
import type { Lambda } from '../lambda.ts';
import { failedItems } from './batch-response.ts';
import { readFilters } from './filter.ts';
import type { MappingRecord } from './mapping.ts';
import { invokeTarget, isThrottle, readerOf, type Poller } from './poller.ts';
import { discard } from './stream-discards.ts';

const RETRY_MILLISECONDS = 60_000;
const LONGEST_BACKOFF = 60_000;

/** Records of some partition keys, read in their order. */
interface Lane {
  readonly number: number;
  /** The place of the record to read next. */
  next: number;
  running: boolean;
}

/**
 * Reads a table's stream for a mapping, in order for each partition key; it waits to be told of records.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export class StreamPoller implements Poller {
  private readonly lanes: Lane[];
  private readonly arrivals = new Set<() => void>();
  private readonly matches: Pattern;
  private stopped = false;
  private retry: Timer | undefined;
  private forget: () => void = () => undefined;

  constructor(
    private readonly lambda: Lambda,
    private readonly mapping: MappingRecord,
    private readonly stream: TableStream,
  ) {
    this.matches = readFilters(mapping.settings.filters);
    this.lanes = Array.from({ length: mapping.settings.parallelization }, (_, number) => ({
      number,
      next: mapping.checkpoint,
      running: false,
    }));
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
    for (const arrived of this.arrivals) arrived();
    for (const lane of this.lanes) {
      if (this.stopped || lane.running || this.waiting(lane).length === 0) continue;
      lane.running = true;
      this.lambda.kernel.background('an event source mapping', () => this.work(lane));
    }
  }

  private waiting(lane: Lane): readonly StreamRecord[] {
    const records = this.stream.from(lane.next);
    if (this.lanes.length === 1) return records;
    return records.filter(({ partition }) => laneOf(partition, this.lanes.length) === lane.number);
  }

  private async work(lane: Lane): Promise<void> {
    try {
      while (!this.stopped && this.waiting(lane).length > 0) {
        const batch = await this.gather(lane);
        const wanted = batch.filter(({ record }) => this.matches(record));
        if (!(await this.process(wanted, 0))) return;
        lane.next = (batch.at(-1)?.index ?? lane.next) + 1;
        this.mapping.checkpoint = Math.min(...this.lanes.map(({ next }) => next));
      }
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.mapping.lastResult = `PROBLEM: ${error.message}`;
      this.retry?.cancel();
      if (!this.stopped)
        this.retry = this.lambda.kernel.clock.after(RETRY_MILLISECONDS, () => this.wake(), 'a stream is read again');
    } finally {
      lane.running = false;
    }
  }

  /** A batch: what is there, and what comes within the batching window. @throws AwsError where the role may not read */
  private async gather(lane: Lane): Promise<readonly StreamRecord[]> {
    const { clock, port } = this.lambda.kernel;
    const { batchSize, batchingWindow } = this.mapping.settings;
    port.iam.authorize(readerOf(this.lambda, this.mapping), [
      { action: 'dynamodb:GetRecords', resource: this.mapping.source },
    ]);
    const end = clock.now() + batchingWindow * 1_000;
    while (this.waiting(lane).length < batchSize && clock.now() < end && !this.stopped) await this.arrival(end);
    return this.waiting(lane).slice(0, batchSize);
  }

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

  /** Whether all were taken or given up; not where the poller was stopped before. */
  private async process(given: readonly StreamRecord[], attempted: number): Promise<boolean> {
    const { settings } = this.mapping;
    let records = given;
    for (let attempts = attempted, throttles = 0; records.length > 0;) {
      if (this.stopped) return false;
      const invoked = await this.invoke(records);
      if (invoked !== undefined) {
        const left = this.leftOf(records, invoked);
        if (left.length === 0) return true;
        const half = Math.ceil(left.length / 2);
        // Splitting takes nothing from the retries.
        if (settings.bisect && left.length > 1 && left.length === records.length)
          return (await this.process(left.slice(0, half), attempts)) && this.process(left.slice(half), attempts);
        records = left;
        attempts += 1;
        throttles = 0;
        if (settings.retries !== -1 && attempts > settings.retries)
          return this.giveUp(records, 'RetryAttemptsExhausted', attempts, invoked);
      } else throttles += 1;
      await this.pause(Math.min(LONGEST_BACKOFF, 1_000 * 2 ** (attempts + throttles - 1)));
      const kept = records.filter((record) => !this.tooOld(record));
      const gone = records.filter((record) => this.tooOld(record));
      if (gone.length > 0) await this.giveUp(gone, 'RecordAgeExceeded', attempts, invoked);
      records = kept;
    }
    return true;
  }

  /** Undefined when it was throttled. */
  private async invoke(records: readonly StreamRecord[]): Promise<Invoked | undefined> {
    try {
      return await invokeTarget(
        this.lambda,
        this.mapping,
        records.map(({ record }) => record),
      );
    } catch (error) {
      if (!isThrottle(error)) throw error;
      return undefined;
    }
  }

  /** What has to be tried again: all from the first record that failed. */
  private leftOf(records: readonly StreamRecord[], invoked: Invoked): readonly StreamRecord[] {
    const reports = this.mapping.settings.responseTypes.includes('ReportBatchItemFailures');
    const ids = records.map(({ sequenceNumber }) => sequenceNumber);
    const failed = failedItems(invoked, reports, ids);
    this.mapping.lastResult = failed === 'all' ? 'PROBLEM: Function call failed' : 'OK';
    if (failed === 'all') return records;
    const first = ids.findIndex((id) => failed.has(id));
    return first === -1 ? [] : records.slice(first);
  }

  private tooOld({ at }: StreamRecord): boolean {
    const { recordAge } = this.mapping.settings;
    const age = recordAge === -1 ? 86_400 : Math.min(recordAge, 86_400);
    return at + age * 1_000 < this.lambda.kernel.clock.now();
  }

  private async giveUp(
    records: readonly StreamRecord[],
    condition: string,
    attempts: number,
    invoked: Invoked | undefined,
  ): Promise<true> {
    await discard(this.lambda, this.mapping, { records, condition, attempts, invoked });
    return true;
  }

  private async pause(milliseconds: number): Promise<void> {
    const { clock } = this.lambda.kernel;
    await clock.waiting(() => clock.sleep(milliseconds, 'an event source mapping tries again'));
  }
}

function laneOf(partition: string, lanes: number): number {
  return createHash('md5').update(partition).digest().readUInt32BE(0) % lanes;
}
