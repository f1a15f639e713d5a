import type { WriteStream } from 'node:tty';
import { formatElapsed } from '../cli/timeline.ts';
import { growTimeline } from '../cli/progress.ts';
import type { Clock } from 'local-aws/clock';
import type { ScenarioListener } from './scenario-runner.ts';

/** The timeline of a scenario on the terminal, as `sluice watch` draws it, by the clock of the local AWS. */
export interface TerminalTimeline {
  readonly listener: ScenarioListener;
  line(text: string): void;
  /** A line to copy: a break of ours would be copied with it. */
  asItIs(text: string): void;
  /** A line of what is being done now: on a terminal, seconds count beside it until the next line. */
  step(text: string): void;
  /** Draws progress bars by this clock. */
  useClock(clock: Clock): void;
  /** Draws no progress bars any more. */
  stopProgress(): void;
}

export function createTerminalTimeline(out: WriteStream): TerminalTimeline {
  let clock: Clock | undefined;
  const { line: write, asItIs, transition, forget, rest } = growTimeline(out, () => clock?.now());
  const activity = createActivity(out);
  const line = (text: string): void => {
    activity.end();
    write(text);
  };
  const listener: ScenarioListener = {
    dropped: (key) => line(`\nDropped ${key} into the release bucket.`),
    transition: (one, startedAt) => {
      activity.end();
      transition(one, startedAt);
    },
    observed: (sentence) => line(`Observed: ${sentence}.`),
    ended: ({ id, status, advice }) => {
      forget();
      line(`${id}: ${status}. ${advice}`);
    },
  };
  return {
    listener,
    line,
    asItIs: (text) => {
      activity.end();
      asItIs(text);
    },
    step: (text) => {
      line(text);
      activity.begin();
    },
    useClock: (watched) => {
      activity.end();
      clock = watched;
    },
    stopProgress: rest,
  };
}

/** Seconds that count in the last line of a terminal; nothing elsewhere. */
function createActivity(out: WriteStream): { begin(): void; end(): void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    begin: () => {
      if (!out.isTTY || process.env['TERM'] === 'dumb') return;
      const began = performance.now();
      timer = setInterval(() => {
        out.write(`\r\u001b[2K  … ${formatElapsed(performance.now() - began)}`);
      }, 1_000).unref();
    },
    end: () => {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      out.write('\r\u001b[2K');
    },
  };
}
