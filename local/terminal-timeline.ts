import type { WriteStream } from 'node:tty';
import { growTimeline } from '../cli/progress.ts';
import type { Clock } from 'local-aws/clock';
import type { ScenarioListener } from './scenario-runner.ts';

/** The timeline of a scenario on the terminal, as `sluice watch` draws it, by the clock of the local AWS. */
export interface TerminalTimeline {
  readonly listener: ScenarioListener;
  line(text: string): void;
  /** Draws progress bars by this clock. */
  useClock(clock: Clock): void;
  /** Draws no progress bars any more. */
  stopProgress(): void;
}

export function createTerminalTimeline(out: WriteStream): TerminalTimeline {
  let clock: Clock | undefined;
  const { line, transition, forget, rest } = growTimeline(out, () => clock?.now());
  const listener: ScenarioListener = {
    dropped: (key) => line(`\nDropped ${key} into the release bucket.`),
    transition,
    observed: (sentence) => line(`Observed: ${sentence}.`),
    ended: ({ id, status, advice }) => {
      forget();
      line(`${id}: ${status}. ${advice}`);
    },
  };
  return {
    listener,
    line,
    useClock: (watched) => {
      clock = watched;
    },
    stopProgress: rest,
  };
}
