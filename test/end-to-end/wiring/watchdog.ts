import type { LocalAws } from '../../../local-aws/aws.ts';
import type { Observation } from '../../../local-aws/kernel/kernel.ts';

/** Nothing at all happened for this long, in real milliseconds, and nothing is planned: it hangs. */
const SILENCE = 3_000;
/** The ledger stood still for this long, in engine milliseconds: longer than any canary or bake of the probe. */
const STANDSTILL = 25 * 60_000;
/** The longest a part of the probe may take, in real milliseconds. */
const LONGEST = 120_000;
const LOOK_EVERY = 250;

/**
 * Watches everything that happens on the local AWS while the probe plays, and ends the play at the first thing that must
 * never happen: somebody of ours is refused, or nothing moves on.
 */
export class Watch {
  /** Rejects with what went wrong. */
  readonly trouble: Promise<never>;
  private fail: (error: Error) => void = () => undefined;
  private ended: Error | undefined;
  private refusalsExpected = 0;
  private readonly listeners = new Set<(observation: Observation) => void>();
  private heard = performance.now();
  private moved: number;
  private began = performance.now();
  private readonly stop: () => void;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly aws: LocalAws) {
    this.trouble = new Promise<never>((_, reject) => {
      this.fail = reject;
    });
    this.trouble.catch(() => undefined);
    this.moved = aws.clock.now();
    this.stop = aws.kernel.onObservation((observation) => this.hear(observation));
    this.timer = setInterval(() => this.look(), LOOK_EVERY);
  }

  close(): void {
    this.stop();
    clearInterval(this.timer);
  }

  /** A part of the probe begins. */
  begin(): void {
    this.began = performance.now();
    this.moved = this.aws.clock.now();
  }

  /** Does something, as long as nothing goes wrong. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    return Promise.race([work(), this.trouble]);
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
    return held(this.first(find));
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
      return await Promise.race([found, this.trouble]);
    } finally {
      this.listeners.delete(listener);
    }
  }

  /** Ends the play with an error that happened elsewhere. */
  report(error: unknown): void {
    this.end(error instanceof Error ? error.message : String(error));
  }

  private hear(observation: Observation): void {
    this.heard = performance.now();
    if (isProgress(observation)) this.moved = this.aws.clock.now();
    const refusal = refusalIn(observation);
    if (refusal !== undefined && this.refusalsExpected === 0) this.end(refusal);
    for (const listener of this.listeners) listener(observation);
  }

  private look(): void {
    const { clock } = this.aws;
    const silent = performance.now() - this.heard > SILENCE;
    if (silent && !clock.isBusy() && clock.pending().length === 0) this.end('Nothing happens any more.');
    if (performance.now() - this.began > LONGEST) this.end('This part of the probe takes too long.');
    const still = clock.now() - this.moved;
    if (still > STANDSTILL) this.end(`The ledger has stood still for ${Math.round(still / 60_000)} minutes.`);
  }

  private end(reason: string): void {
    this.ended ??= new Error(reason);
    this.fail(this.ended);
  }
}

/**
 * A promise that may be awaited later: when the play ends before that, its rejection is nobody's business any more.
 */
export function held<T>(promise: Promise<T>): Promise<T> {
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

/** What a role of Sluice or of its service, or an AWS service that acts for it, was not allowed to do. */
function refusalIn(observation: Observation): string | undefined {
  if (observation.kind !== 'decision' || observation.allowed) return undefined;
  const { principal } = observation.caller;
  const ours =
    principal.type === 'service' || (principal.type === 'assumedRole' && principal.roleName.startsWith('sluice-'));
  if (!ours) return undefined;
  const { action, resource } = observation.ask;
  return `${principal.arn} may not ${action} on ${resource}.`;
}
