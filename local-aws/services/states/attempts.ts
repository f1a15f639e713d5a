import type { Clock, Timer } from '../../kernel/clock.ts';
import { Aborted } from './failures.ts';
import type { Outcome } from './host.ts';

/** One attempt at a Task on its way to an outcome, with its timeout and heartbeat on the clock. */
export class Attempt {
  private timeout: Timer | undefined;
  private heartbeat: Timer | undefined;
  private heartbeatSeconds: number | undefined;
  private open = true;
  private readonly onCutOff: (() => void)[] = [];
  private resolve: (outcome: Outcome) => void = () => undefined;
  private reject: (error: Error) => void = () => undefined;
  private readonly promise: Promise<Outcome>;

  constructor(
    private readonly clock: Clock,
    private readonly label: string,
  ) {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // An attempt may end before anybody waits for it.
    this.promise.catch(() => undefined);
  }

  get isOpen(): boolean {
    return this.open;
  }

  /** Starts the clocks; without a timeout a task may take about three years, which is as good as none. */
  start(timeoutSeconds: number | undefined, heartbeatSeconds: number | undefined): void {
    if (timeoutSeconds !== undefined)
      this.timeout = this.after(timeoutSeconds, { kind: 'timedOut', missedHeartbeat: false }, 'timeout');
    this.heartbeatSeconds = heartbeatSeconds;
    this.beat();
  }

  /** A sign of life. */
  beat(): void {
    this.heartbeat?.cancel();
    if (this.open && this.heartbeatSeconds !== undefined)
      this.heartbeat = this.after(this.heartbeatSeconds, { kind: 'timedOut', missedHeartbeat: true }, 'heartbeat');
  }

  /** The first outcome counts; later ones change nothing. */
  end(outcome: Outcome): void {
    if (!this.close()) return;
    this.resolve(outcome);
    if (outcome.kind === 'timedOut') for (const clean of this.onCutOff) clean();
  }

  /** Ends the attempt with an error that is not the task's: it surfaces where the outcome is awaited. */
  abandon(error: unknown): void {
    if (this.close()) this.reject(error instanceof Error ? error : new Error(String(error)));
  }

  /** Calls `clean` when the attempt times out or is aborted: what it started is to be stopped. At once if it was already. */
  whenCutOff(clean: () => void): void {
    if (this.open) this.onCutOff.push(clean);
    else clean();
  }

  /** Resolves with the outcome. @throws Aborted when the signal fires first */
  async outcome(signal: AbortSignal): Promise<Outcome> {
    const cutOff = (): void => {
      if (!this.close()) return;
      this.reject(new Aborted());
      for (const clean of this.onCutOff) clean();
    };
    if (signal.aborted) cutOff();
    signal.addEventListener('abort', cutOff);
    try {
      return await this.promise;
    } finally {
      signal.removeEventListener('abort', cutOff);
    }
  }

  private close(): boolean {
    if (!this.open) return false;
    this.open = false;
    this.timeout?.cancel();
    this.heartbeat?.cancel();
    return true;
  }

  private after(seconds: number, outcome: Outcome, what: string): Timer {
    return this.clock.after(seconds * 1_000, () => this.end(outcome), `the ${what} of ${this.label}`);
  }
}
