import type { WriteStream } from 'node:tty';
import { growTimeline } from '../cli/progress.ts';
import type { Clock } from 'local-aws/clock';
import type { Audience } from './scenario-runner.ts';

/** The timeline of what happens, as `sluice watch` draws it, by the local AWS's clock. */
export interface Screen {
  readonly audience: Audience;
  line(text: string): void;
  /** Draws progress by this clock from now on. */
  watchClock(clock: Clock): void;
  /** Draws no more bars. */
  rest(): void;
}

export function createScreen(out: WriteStream): Screen {
  let clock: Clock | undefined;
  const { line, transition, forget, rest } = growTimeline(out, () => clock?.now());
  const audience: Audience = {
    dropped: (key) => line(`\nDropped ${key} into the release bucket.`),
    transition,
    noted: (sentence) => line(`Seen: ${sentence}.`),
    ended: ({ id, status, advice }) => {
      forget();
      line(`${id}: ${status}. ${advice}`);
    },
  };
  return {
    audience,
    line,
    watchClock: (watched) => {
      clock = watched;
    },
    rest,
  };
}
