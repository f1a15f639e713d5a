import { engineRoleName, type FunctionName } from '../../../core/contract/names.ts';
import type { Measurement } from '../../../core/contract/engine-metrics.ts';
import type { InvocationContext } from '../../../engine/handler/handler.ts';

/** A clock that moves a millisecond at each look, from a day of its own. */
export class FakeClock {
  #time = Date.parse('2026-11-20T10:00:00.000Z');
  /** No two secrets are the same. */
  #secrets = 0;
  /** What was measured, in whichever invocation. */
  readonly measured: Measurement[] = [];

  readonly now = (): string => new Date((this.#time += 1)).toISOString();

  pass(seconds: number): void {
    this.#time += seconds * 1000;
  }

  /** What an invocation of a function has. */
  invocationOf(name: FunctionName): InvocationContext {
    let ids = 0;
    const nothing = (): void => undefined;
    return {
      actor: engineRoleName(name),
      now: this.now,
      newId: () => String((ids += 1)).padStart(32, '0'),
      newSecret: () => `secret-${String((this.#secrets += 1)).padStart(40, '0')}`,
      random: () => 0.5,
      pause: () => Promise.resolve(),
      log: { info: nothing, warn: nothing, error: nothing },
      measure: (measurement) => void this.measured.push(measurement),
      about: nothing,
      of: () => this.invocationOf(name),
    };
  }
}
