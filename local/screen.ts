import type { WriteStream } from 'node:tty';
import type { TransitionDocument } from '../core/api/documents.ts';
import { parseRollout, rolloutMinutes } from '../core/rollout.ts';
import { progressBar, timelineLine, type Awaited } from '../cli/timeline.ts';
import type { Clock } from './aws/kernel/clock.ts';
import type { Audience } from './theatre.ts';

/** The timeline of what happens: plain lines, and on a terminal a progress bar below them. */
export interface Screen {
  readonly audience: Audience;
  line(text: string): void;
  /** Draws progress by this clock from now on. */
  watchClock(clock: Clock): void;
  /** Draws no more bars. */
  rest(): void;
}

const FRAME_MILLISECONDS = 120;

export function createScreen(out: WriteStream): Screen {
  let clock: Clock | undefined;
  let awaited: Awaited | undefined;
  let drawn = false;
  const erase = (): void => {
    if (drawn) out.write('\r\u001b[2K');
    drawn = false;
  };
  const draw = (): void => {
    if (!out.isTTY || clock === undefined || awaited === undefined) return;
    erase();
    out.write(`  ${progressBar(awaited, clock.now())}`);
    drawn = true;
  };
  const frames = setInterval(draw, FRAME_MILLISECONDS);
  frames.unref();
  const line = (text: string): void => {
    erase();
    out.write(`${text}\n`);
    draw();
  };
  const audience: Audience = {
    dropped: (key) => line(`\nDropped ${key} into the release bucket.`),
    transition: (transition, startedAt) => {
      awaited =
        awaitedAfter(transition) ??
        (transition.type === 'approvalRequested' ? undefined : awaitedStill(awaited, transition));
      line(timelineLine(transition, startedAt));
      // Where no bar can be drawn, a line says what is awaited.
      if (!out.isTTY && awaited?.from === Date.parse(transition.at)) line(`          … ${awaited.label}`);
    },
    ended: ({ id, status, advice }) => {
      awaited = undefined;
      line(`${id}: ${status}. ${advice}`);
    },
  };
  return {
    audience,
    line,
    watchClock: (watched) => {
      clock = watched;
    },
    rest: () => {
      awaited = undefined;
      clearInterval(frames);
      erase();
    },
  };
}

/** What a transition begins that takes a known time. */
function awaitedAfter({ type, at, environment = '', evidence = {} }: TransitionDocument): Awaited | undefined {
  const from = Date.parse(at);
  const seconds = secondsOf(type, evidence);
  if (seconds === undefined || seconds === 0) return undefined;
  const what =
    type === 'bakeStarted' ? 'baking' : typeof evidence['rollout'] === 'string' ? evidence['rollout'] : 'traffic';
  return { label: `${what} in ${environment}`, from, until: from + seconds * 1000 };
}

function secondsOf(type: string, evidence: Readonly<Record<string, unknown>>): number | undefined {
  if (type === 'bakeStarted') return typeof evidence['seconds'] === 'number' ? evidence['seconds'] : undefined;
  if (type === 'shiftStarted')
    return typeof evidence['rollout'] === 'string' ? rolloutMinutes(parseRollout(evidence['rollout'])) * 60 : undefined;
  return undefined;
}

/** Whatever comes next ends it. */
function awaitedStill(awaited: Awaited | undefined, transition: TransitionDocument): Awaited | undefined {
  return awaited !== undefined && Date.parse(transition.at) < awaited.from ? awaited : undefined;
}
