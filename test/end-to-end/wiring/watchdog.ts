import type { LocalAws } from 'local-aws';
import type { Observation } from 'local-aws/observation';

/** Nothing at all happened for this long, in real milliseconds, and nothing is planned: it hangs. Longer than a busy machine takes for anything. */
const SILENCE = 10_000;
/** The ledger stood still for this long, in engine milliseconds: longer than any canary or bake of the probe. */
const STANDSTILL = 25 * 60_000;
/** The longest a part of the probe may take, in real milliseconds: on a busy machine the longest takes minutes. */
const LONGEST = 600_000;
const LOOK_EVERY = 250;
/** What a function of the engine says that lacks a variable. It is called again and again, so that to wait for what comes of it takes minutes. */
const MISCONFIGURED = /The environment of function \S+ is wrong: [^"\\]*/;

/** IAM's decision about a role of Sluice or of its service, or about an AWS service that steps for it. */
export type OwnDecision = Extract<Observation, { kind: 'decision' }>;

export interface WatchdogOptions {
  /** Whether a refusal is only noted; it fails the probe when left out. */
  readonly notesRefusals?: boolean;
  /** Called with each decision that would have been noted, or failed the probe, had it been a refusal. */
  readonly onAllowed?: (decision: OwnDecision) => void;
}

/**
 * Observes the local AWS while the probe runs, and fails the probe as soon as a role of Sluice or of its service is denied an
 * action, a function of the engine lacks a variable, or nothing makes progress.
 */
export class Watchdog {
  /** Rejects with what went wrong. */
  readonly failure: Promise<never>;
  private fail: (error: Error) => void = () => undefined;
  private ended: Error | undefined;
  private refusalsExpected = 0;
  private refused: string | undefined;
  private readonly listeners = new Set<(observation: Observation) => void>();
  private observedAt = performance.now();
  private progressAt: number;
  private began = performance.now();
  private readonly stop: () => void;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly aws: LocalAws,
    private readonly options: WatchdogOptions = {},
  ) {
    this.failure = new Promise<never>((_, reject) => {
      this.fail = reject;
    });
    this.failure.catch(() => undefined);
    this.progressAt = aws.clock.now();
    this.stop = aws.kernel.onObservation((observation) => this.observe(observation));
    this.timer = setInterval(() => this.check(), LOOK_EVERY);
  }

  close(): void {
    this.stop();
    clearInterval(this.timer);
  }

  /** What was refused first, of what should not be. */
  get refusal(): string | undefined {
    return this.refused;
  }

  /** A part of the probe begins. */
  begin(): void {
    this.began = performance.now();
    this.progressAt = this.aws.clock.now();
  }

  /** Does something, as long as nothing goes wrong. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    return Promise.race([work(), this.failure]);
  }

  /** What is refused meanwhile is meant to be refused. */
  async expectingRefusals<T>(work: () => Promise<T>): Promise<T> {
    this.refusalsExpected += 1;
    try {
      return await work();
    } finally {
      this.refusalsExpected -= 1;
    }
  }

  /** The first thing observed from now on that `find` makes something of. */
  next<T>(find: (observation: Observation) => T | undefined): Promise<T> {
    return awaitLater(this.first(find));
  }

  private async first<T>(find: (observation: Observation) => T | undefined): Promise<T> {
    let listener: (observation: Observation) => void = () => undefined;
    const found = new Promise<T>((resolve) => {
      listener = (observation) => {
        const one = find(observation);
        if (one !== undefined) resolve(one);
      };
      this.listeners.add(listener);
    });
    try {
      return await Promise.race([found, this.failure]);
    } finally {
      this.listeners.delete(listener);
    }
  }

  /** Fails the probe with an error that happened elsewhere. */
  report(error: unknown): void {
    this.end(error instanceof Error ? error.message : String(error));
  }

  private observe(observation: Observation): void {
    this.observedAt = performance.now();
    if (isProgress(observation)) this.progressAt = this.aws.clock.now();
    if (isOwnDecision(observation) && this.refusalsExpected === 0) this.heed(observation);
    const [misconfigured] = (observation.kind === 'log' && MISCONFIGURED.exec(observation.line)) || [];
    if (misconfigured !== undefined) this.end(misconfigured);
    for (const listener of this.listeners) listener(observation);
  }

  private heed(decision: OwnDecision): void {
    if (decision.allowed) return this.options.onAllowed?.(decision);
    const refusal = `${decision.caller.principal.arn} may not ${requestIn(decision)}.`;
    this.refused ??= refusal;
    if (this.options.notesRefusals !== true) this.end(refusal);
  }

  /** Whether nothing is under way in the local AWS, and nothing planned. */
  isAtRest(): boolean {
    const { clock } = this.aws;
    return !clock.isBusy() && clock.pending().length === 0;
  }

  private check(): void {
    const { clock } = this.aws;
    const silent = performance.now() - this.observedAt > SILENCE;
    if (silent && this.isAtRest()) this.end('Nothing happens any more.');
    if (performance.now() - this.began > LONGEST) this.end('This part of the probe takes too long.');
    const still = clock.now() - this.progressAt;
    if (still > STANDSTILL) this.end(`The ledger has stood still for ${Math.round(still / 60_000)} minutes.`);
  }

  private end(reason: string): void {
    this.ended ??= new Error(reason);
    this.fail(this.ended);
  }
}

/**
 * A promise that is awaited later: when the probe ends before that, its rejection is ignored.
 */
export function awaitLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

function isProgress(observation: Observation): boolean {
  return (
    observation.kind === 'call' &&
    observation.error === undefined &&
    ['TransactWriteItems', 'PutItem', 'Publish', 'SendMessage'].includes(observation.operation)
  );
}

function isOwnDecision(observation: Observation): observation is OwnDecision {
  if (observation.kind !== 'decision') return false;
  const { principal } = observation.caller;
  return principal.type === 'service' || (principal.type === 'assumedRole' && principal.roleName.startsWith('sluice-'));
}

/** What was asked for: `kms:Sign on arn:…`. */
export function requestIn({ ask: { action, resource } }: OwnDecision): string {
  return `${action} on ${resource}`;
}
