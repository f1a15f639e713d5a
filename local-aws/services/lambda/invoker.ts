import { randomBytes } from 'node:crypto';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Ended, FunctionError } from './environment.ts';
import { arnOf, isVersion } from './names.ts';
import type { EnvironmentPool, Slot } from './pool.ts';
import { aliasOf, versionOf, type FunctionRecord, type VersionRecord } from './store.ts';
import { InvocationLog, recordMetric, type MetricSubject } from './telemetry.ts';
import { sendTrace } from './tracing.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const ACCOUNT_CONCURRENCY = 1_000;
const LARGEST_RESPONSE = 6_291_556;

export interface InvocationRequest {
  readonly record: FunctionRecord;
  readonly qualifier: string | undefined;
  readonly requestId: string;
  /** JSON. */
  readonly event: string;
  readonly clientContext: unknown;
  /** Made by a function that is itself running. */
  readonly nested: boolean;
}

export interface Invoked {
  readonly executedVersion: string;
  /** The response, or the error as `{errorType, errorMessage, trace}`; JSON. */
  readonly payload: string;
  readonly failed: boolean;
  /** The end of the log, Base64. */
  readonly logTail: string;
}

/** Runs invocations: routes by alias weights, throttles, measures, writes the log. */
export class Invoker {
  private readonly running = new Map<FunctionRecord, number>();

  constructor(
    private readonly kernel: Kernel,
    private readonly pool: EnvironmentPool,
    private readonly random: () => number,
    /** The concurrency that functions of an account and region reserve in all. */
    private readonly reserved: (where: { readonly account: string; readonly region: string }) => number,
  ) {}

  /** @throws AwsError TooManyRequestsException, ResourceNotFoundException */
  async invoke(request: InvocationRequest): Promise<Invoked> {
    const { record, qualifier } = request;
    const version = this.route(record, qualifier);
    const byAlias = qualifier !== undefined && !isVersion(qualifier);
    const subject = { record, qualifier, executedVersion: byAlias ? version.version : undefined };
    const leave = this.admit(subject);
    try {
      return await this.pool.use(record, version, request.nested, (slot, failed) =>
        this.runIn(slot, failed, version, request, subject),
      );
    } finally {
      leave();
    }
  }

  /** The version that serves this invocation: an alias with an additional version draws by its weight. */
  private route(record: FunctionRecord, qualifier: string | undefined): VersionRecord {
    if (qualifier === undefined || isVersion(qualifier)) return versionOf(record, qualifier);
    const { version, additional } = aliasOf(record, qualifier);
    return versionOf(
      record,
      additional !== undefined && this.random() < additional.weight ? additional.version : version,
    );
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html */
  private admit(subject: MetricSubject): () => void {
    const { record } = subject;
    const inUse = this.running.get(record) ?? 0;
    const reserved = record.reservedConcurrency;
    const full =
      reserved === undefined ? this.unreservedInUse(record) >= this.unreservedLimit(record) : inUse >= reserved;
    if (full) {
      recordMetric(this.kernel, subject, 'Throttles', 1, 'Count');
      const reason = `${reserved === undefined ? 'Concurrent' : 'ReservedFunctionConcurrent'}InvocationLimitExceeded`;
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, { Type: 'User', Reason: reason });
    }
    this.running.set(record, inUse + 1);
    recordMetric(this.kernel, subject, 'ConcurrentExecutions', inUse + 1, 'Count');
    return () => {
      const left = (this.running.get(record) ?? 1) - 1;
      if (left === 0) this.running.delete(record);
      else this.running.set(record, left);
    };
  }

  private unreservedInUse({ account, region }: FunctionRecord): number {
    let total = 0;
    for (const [record, count] of this.running)
      if (record.account === account && record.region === region && record.reservedConcurrency === undefined)
        total += count;
    return total;
  }

  private unreservedLimit(record: FunctionRecord): number {
    return ACCOUNT_CONCURRENCY - this.reserved(record);
  }

  private async runIn(
    slot: Slot,
    failed: FunctionError | undefined,
    version: VersionRecord,
    request: InvocationRequest,
    subject: MetricSubject,
  ): Promise<Invoked> {
    const log = new InvocationLog(this.kernel, request.record, version, slot);
    const { requestId } = request;
    for (const line of slot.early.splice(0)) log.write(line);
    log.platform('start', `START RequestId: ${requestId} Version: ${version.version}`, {
      requestId,
      version: version.version,
    });
    const init = slot.initDuration;
    slot.initDuration = 0;
    slot.environment.onLine = (line) => log.write(line);
    const { account, name: functionName } = request.record;
    const environment = slot.environment.id;
    this.kernel.observe({ kind: 'invocation', account, functionName, environment, event: request.event });
    const begun = { engine: this.kernel.clock.now(), real: performance.now() };
    const ended: Ended =
      failed === undefined
        ? await slot.environment.run(this.runOf(request, version, begun.engine))
        : { kind: 'gone', error: failed };
    // Engine time in whole milliseconds; real time is finer and the same unless the clock jumped meanwhile.
    const duration = Math.max(performance.now() - begun.real, this.kernel.clock.now() - begun.engine - 1);
    slot.environment.onLine = (line) => slot.early.push(line);
    const { payload, error } = answerOf(ended);
    if (ended.kind === 'gone')
      log.write(`${this.kernel.clock.date().toISOString()} ${requestId} ${ended.error.errorMessage}`);
    this.report(log, version, requestId, ended, duration, init);
    this.measure(subject, version, duration, init, error);
    const logTail = log.tail();
    log.deliver();
    if (version.settings.tracing === 'Active') sendTrace(this.kernel, slot.caller);
    return { executedVersion: version.version, payload, failed: error, logTail };
  }

  private runOf(request: InvocationRequest, version: VersionRecord, now: number) {
    const sampled = version.settings.tracing === 'Active' ? '1' : '0';
    const root = `1-${Math.floor(now / 1_000).toString(16)}-${randomBytes(12).toString('hex')}`;
    return {
      requestId: request.requestId,
      event: request.event,
      invokedFunctionArn: arnOf(request.record, request.qualifier),
      traceId: `Root=${root};Parent=${randomBytes(8).toString('hex')};Sampled=${sampled}`,
      clientContext: request.clientContext,
      timeout: version.settings.timeout * 1_000,
    };
  }

  private report(
    log: InvocationLog,
    { settings }: VersionRecord,
    requestId: string,
    ended: Ended,
    duration: number,
    init: number,
  ): void {
    const used =
      ended.kind === 'gone' ? settings.memorySize : Math.min(settings.memorySize, Math.ceil(ended.memory / 1_048_576));
    const billed = Math.ceil(duration + init);
    if (settings.logging.LogFormat !== 'JSON') log.write(`END RequestId: ${requestId}`);
    log.platform(
      'report',
      `REPORT RequestId: ${requestId}\tDuration: ${duration.toFixed(2)} ms\tBilled Duration: ${billed} ms\tMemory Size: ${settings.memorySize} MB\tMax Memory Used: ${used} MB${init > 0 ? `\tInit Duration: ${init.toFixed(2)} ms` : ''}`,
      {
        requestId,
        status: ended.kind === 'done' ? 'success' : 'error',
        metrics: {
          durationMs: duration,
          billedDurationMs: billed,
          memorySizeMB: settings.memorySize,
          maxMemoryUsedMB: used,
          ...(init > 0 ? { initDurationMs: init } : {}),
        },
      },
    );
  }

  private measure(
    subject: MetricSubject,
    { settings }: VersionRecord,
    duration: number,
    init: number,
    failed: boolean,
  ): void {
    const { account, name } = subject.record;
    recordMetric(this.kernel, subject, 'Invocations', 1, 'Count');
    recordMetric(this.kernel, subject, 'Errors', failed ? 1 : 0, 'Count');
    recordMetric(this.kernel, subject, 'Throttles', 0, 'Count');
    recordMetric(this.kernel, subject, 'Duration', duration, 'Milliseconds');
    this.kernel.meters.count('invocations', account, name);
    const gigabyteSeconds = (Math.ceil(duration + init) / 1_000) * (settings.memorySize / 1_024);
    this.kernel.meters.count('gigabyteSeconds', account, name, gigabyteSeconds);
  }
}

function answerOf(ended: Ended): { readonly payload: string; readonly error: boolean } {
  if (ended.kind !== 'done') return { payload: JSON.stringify(ended.error), error: true };
  if (Buffer.byteLength(ended.payload) <= LARGEST_RESPONSE) return { payload: ended.payload, error: false };
  return {
    payload: JSON.stringify({
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: `Response payload size exceeded maximum allowed payload size (${LARGEST_RESPONSE} bytes).`,
    }),
    error: true,
  };
}
