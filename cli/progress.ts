import type { WriteStream } from 'node:tty';
import type { TransitionDocument } from '../core/contract/api/documents.ts';
import { parseRollout, rolloutMinutes } from '../core/values/rollout.ts';
import { plain, type Paint } from './paint.ts';
import { countdown, progressBar, timelineLine, wrapLine, type Awaited } from './timeline.ts';

/** A timeline that grows: plain lines, and on a terminal, below them and drawn anew in its place, a board and a bar of what takes a known time. */
export interface GrowingTimeline {
  readonly line: (text: string) => void;
  /** A line to copy: a break of ours would be copied with it. */
  readonly asItIs: (text: string) => void;
  readonly transition: (transition: TransitionDocument, startedAt: string) => void;
  /** Is this a terminal on which something is drawn in its place? */
  readonly draws: boolean;
  /** What is drawn from now on, line by line. */
  readonly board: (draw: Board) => void;
  /** Clears what is awaited. */
  readonly forget: () => void;
  /** Stops drawing bars. */
  readonly rest: () => void;
}

/** Lines of what stands below the timeline, none as long as the terminal is wide. @param now in milliseconds since the epoch */
type Board = (now: number, columns: number) => readonly string[];

const FRAME_MILLISECONDS = 120;
const ERASE_LINE = '\r\u001b[2K';
const UP = '\u001b[1A';
/** What a line with a bar holds besides label and bar. */
const FRAME_CHARACTERS = 30;
const LEAST_BAR = 3;
/** Of a terminal that does not say how wide it is. */
const COLUMNS = 80;

/** @param now the engine's clock in milliseconds since the epoch; undefined while it is not known */
export function growTimeline(
  out: Pick<WriteStream, 'write' | 'columns'> & { readonly isTTY?: boolean; readonly rows?: number },
  now: () => number | undefined,
  paint: Paint = plain,
): GrowingTimeline {
  const draws = out.isTTY === true && process.env['TERM'] !== 'dumb';
  const columns = (): number => (out.columns > 0 ? out.columns : COLUMNS);
  let awaited: Awaited | undefined;
  let board: Board = () => [];
  let drawn: readonly string[] = [];
  const erase = (): void => {
    if (drawn.length > 0) out.write(`${ERASE_LINE}${`${UP}${ERASE_LINE}`.repeat(drawn.length - 1)}`);
    drawn = [];
  };
  const bar = (time: number): string[] => {
    if (awaited === undefined) return [];
    const room = columns() - awaited.label.length - FRAME_CHARACTERS;
    if (room >= LEAST_BAR) return [`  ${progressBar(awaited, time, Math.min(room, 30))}`];
    return [`  ${countdown(awaited, time, columns() - 3)}`];
  };
  const draw = (): void => {
    const time = now();
    if (!draws || time === undefined) return;
    // Where the board is as high as the terminal, lines that have scrolled away could not be drawn anew.
    const lines = [...board(time, columns()), ...bar(time)].slice(-Math.max(1, (out.rows ?? 24) - 1));
    if (lines.join('\n') === drawn.join('\n')) return;
    erase();
    out.write(lines.join('\n'));
    drawn = lines;
  };
  const frames = draws ? setInterval(draw, FRAME_MILLISECONDS).unref() : undefined;
  const asItIs = (text: string): void => {
    erase();
    out.write(`${text}\n`);
    draw();
  };
  const line = (text: string): void => asItIs(draws ? wrapLine(text, columns()) : text);
  const forget = (): void => {
    awaited = undefined;
    board = () => [];
    erase();
  };
  return {
    line,
    asItIs,
    draws,
    board: (next) => {
      board = next;
      draw();
    },
    transition: (transition, startedAt) => {
      awaited = awaitedAfter(transition, awaited);
      line(timelineLine(transition, startedAt, paint));
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
