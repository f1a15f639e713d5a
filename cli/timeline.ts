import { stripVTControlCharacters } from 'node:util';
import { describeLeft, recordedLeft } from '../core/release/left.ts';
import { describeServing, recordedServing } from '../core/release/serving.ts';
import { problemLine, recordedProblems } from '../core/values/problems.ts';
import { visibleDocument } from '../core/values/text.ts';
import { plain, toneOf, type Paint } from './paint.ts';

/** A transition of the API, as far as a timeline shows it. */
export interface ShownTransition {
  readonly sequence: number;
  readonly type: string;
  readonly at: string;
  readonly actor: string;
  readonly environment?: string | undefined;
  /** `<account>/<region>` */
  readonly target?: string | undefined;
  readonly reason?: string | undefined;
  readonly evidence?: Readonly<Record<string, unknown>> | undefined;
}

/** Something that is awaited and whose length is known: a bake, a canary. */
export interface Awaited {
  readonly label: string;
  /** Milliseconds since the epoch, on the engine's clock. */
  readonly from: number;
  readonly until: number;
}

const WIDTH = { elapsed: 8, environment: 11, account: 13, region: 10 };

/** One transition as one line: elapsed time, environment, account, region, state, reason. Problems, and what serves at the end, have a line each below. */
export function timelineLine(recorded: ShownTransition, startedAt: string, paint: Paint = plain): string {
  const transition = visibleDocument(recorded);
  const [account = '', region = ''] = (transition.target ?? '').split('/');
  const elapsed = formatElapsed(Date.parse(transition.at) - Date.parse(startedAt));
  const columns = [
    elapsed.padStart(WIDTH.elapsed),
    (transition.environment ?? '').padEnd(WIDTH.environment),
    account.padEnd(WIDTH.account),
    region.padEnd(WIDTH.region),
    paint(toneOf(transition.type), inWords(transition.type)),
  ];
  const problems = recordedProblems(transition.evidence);
  const reason = problems.length === 0 ? transition.reason : counted(problems.length);
  const by = isPerson(transition.actor) ? ` by ${transition.actor}` : '';
  const line = `${columns.join('  ')}${by}${reason === undefined ? '' : ` – ${reason}`}`;
  const { evidence } = transition;
  const told = [...describeServing(recordedServing(evidence)), ...describeLeft(recordedLeft(evidence))];
  const further = [...problems.map(problemLine), ...told];
  return [line, ...further.map((one) => `${' '.repeat(WIDTH.elapsed)}  ${one}`)].join('\n');
}

/** Where a terminal has fewer columns, what is not there leaves no gap. */
const NARROW = 60;

/**
 * Lines on a terminal: what is too long goes on below and breaks between words, in a timeline under what comes after the time. A word that
 * is wider (a link) is left whole, so that it can be copied.
 * @param columns of the terminal
 */
export function wrapLine(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => (columns < NARROW ? line.replace(/(?<=\S) {3,}/g, '  ') : line))
    .flatMap((line) => wrapped(line, columns, indentBelow(line)))
    .join('\n');
}

function indentBelow(line: string): string {
  if (/^ *(\d+:)?\d+:\d\d {2}/.test(line)) return ' '.repeat(WIDTH.elapsed + 2);
  return `${/^ */.exec(line)?.[0] ?? ''}  `;
}

function wrapped(line: string, columns: number, indent: string): string[] {
  const rows: string[] = [];
  let row: string | undefined;
  for (const word of line.split(/(?<=\S) /)) {
    if (row === undefined) row = word;
    else if (widthOf(row) + 1 + widthOf(word.trimEnd()) <= columns) row += ` ${word}`;
    else {
      rows.push(row.trimEnd());
      row = `${indent}${word.trimStart()}`;
    }
  }
  return [...rows, row ?? ''];
}

/** Characters that a terminal shows, without colours. */
function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}

/** People act by their e-mail address, and the engine by its functions' roles. */
function isPerson(actor: string): boolean {
  return actor.includes('@');
}

function counted(problems: number): string {
  return problems === 1 ? '1 problem' : `${problems} problems`;
}

/** `m:ss` or `h:mm:ss`. */
export function formatElapsed(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const pad = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

/** `turnGivenBack` → `turn given back`. */
function inWords(type: string): string {
  return type.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

/** How long is awaited still, where no bar has room: the time is whole, the label as long as it may be. @param width characters at most */
export function countdown({ label, until }: Awaited, now: number, width: number): string {
  const left = `${formatElapsed(until - now)} left: `;
  const room = width - left.length;
  return `${left}${label.length <= room ? label : `${label.slice(0, Math.max(0, room - 1))}…`}`.slice(0, width);
}

/** A bar of what is awaited at a moment, e.g. `baking in production ▕██████░░░░▏ 1:48 left of 5:00`. */
export function progressBar(awaited: Awaited, now: number, width = 30): string {
  const total = Math.max(1, awaited.until - awaited.from);
  const done = Math.min(Math.max(0, now - awaited.from), total);
  const filled = Math.round((done / total) * width);
  return `${awaited.label} ▕${'█'.repeat(filled)}${'░'.repeat(width - filled)}▏ ${formatElapsed(total - done)} left of ${formatElapsed(total)}`;
}
