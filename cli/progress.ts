import type { WriteStream } from 'node:tty';
import type { TransitionDocument } from '../core/contract/api/documents.ts';
import { parseRollout, rolloutMinutes } from '../core/values/rollout.ts';
import { progressBar, timelineLine, type Awaited } from './timeline.ts';

/** A timeline that grows: plain lines, and on a terminal a progress bar below them of what takes a known time. */
export interface GrowingTimeline {
  readonly line: (text: string) => void;
  readonly transition: (transition: TransitionDocument, startedAt: string) => void;
  /** Clears what is awaited. */
  readonly forget: () => void;
  /** Stops drawing bars. */
  readonly rest: () => void;
}

const FRAME_MILLISECONDS = 120;
/** What a line with a bar holds besides label and bar. */
const FRAME_CHARACTERS = 24;

/** @param now the engine's clock in milliseconds since the epoch; undefined while it is not known */
export function growTimeline(
  out: Pick<WriteStream, 'write' | 'columns'> & { readonly isTTY?: boolean },
  now: () => number | undefined,
): GrowingTimeline {
  const draws = out.isTTY === true && process.env['TERM'] !== 'dumb';
  let awaited: Awaited | undefined;
  let drawn = false;
  const erase = (): void => {
    if (drawn) out.write('\r\u001b[2K');
    drawn = false;
  };
  const draw = (): void => {
    const time = now();
    if (!draws || time === undefined || awaited === undefined) return;
    erase();
    const room = out.columns - awaited.label.length - FRAME_CHARACTERS;
    out.write(`  ${progressBar(awaited, time, Math.min(Math.max(room, 3), 30))}`);
    drawn = true;
  };
  const frames = draws ? setInterval(draw, FRAME_MILLISECONDS).unref() : undefined;
  const line = (text: string): void => {
    erase();
    out.write(`${text}\n`);
    draw();
  };
  const forget = (): void => {
    awaited = undefined;
    erase();
  };
  return {
    line,
    transition: (transition, startedAt) => {
      awaited = awaitedAfter(transition, awaited);
      line(timelineLine(transition, startedAt));
      // Where no bar can be drawn, a line names what is awaited.
      if (!draws && awaited?.from === Date.parse(transition.at)) line(`          … ${awaited.label}`);
    },
    forget,
    rest: () => {
      forget();
      clearInterval(frames);
    },
  };
}

/** What is awaited after a transition: what it starts; otherwise nothing, because the transition ended what was awaited. */
function awaitedAfter(transition: TransitionDocument, before: Awaited | undefined): Awaited | undefined {
  const begun = beginningWith(transition);
  if (begun !== undefined || transition.type === 'approvalRequested') return begun;
  return before !== undefined && Date.parse(transition.at) < before.from ? before : undefined;
}

/** What a transition starts that takes a known time. */
function beginningWith({ type, at, environment = '', evidence = {} }: TransitionDocument): Awaited | undefined {
  const { rollout, seconds } = evidence;
  const from = Date.parse(at);
  const lasting = (label: string, length: number): Awaited | undefined =>
    length === 0 ? undefined : { label: `${label} in ${environment}`, from, until: from + length * 1000 };
  if (type === 'bakeStarted' && typeof seconds === 'number') return lasting('baking', seconds);
  if (type === 'monitoringStarted' && typeof seconds === 'number') return lasting('monitoring', seconds);
  if (type === 'shiftStarted' && typeof rollout === 'string')
    return lasting(rollout, rolloutMinutes(parseRollout(rollout)) * 60);
  return undefined;
}
