import type { Clock } from '../../kernel/clock.ts';

/**
 * What one function waits for by itself (`setTimeout` of `node:timers/promises`), on the engine's clock. A function that pauses
 * keeps nobody busy: its invocation counts as waiting meanwhile, and only what it has in flight besides keeps time real.
 */
export class Pauses {
  private readonly open = new Set<() => void>();
  /** Ends the time in which the invocation counts as waiting. */
  private wake: (() => void) | undefined;
  private woken: Promise<void> = Promise.resolve();

  constructor(private readonly clock: Clock) {}

  /** Resolves when so much engine time has passed, or at once when the invocation ends before. */
  async pass(milliseconds: number): Promise<void> {
    this.rest();
    await new Promise<void>((resolve) => {
      const end = (): void => {
        timer.cancel();
        this.open.delete(end);
        resolve();
      };
      const timer = this.clock.after(milliseconds, end, 'a pause of a function');
      this.open.add(end);
    });
    // Of several side by side the first that ends wakes the invocation: nobody knows what it does beside the others.
    this.wake?.();
    this.wake = undefined;
    await this.woken;
  }

  /** The invocation is over: nothing is waited for any more. */
  end(): void {
    for (const end of [...this.open]) end();
  }

  private rest(): void {
    if (this.wake !== undefined) return;
    this.woken = this.clock.waiting(() => new Promise<void>((resolve) => (this.wake = resolve)));
  }
}
