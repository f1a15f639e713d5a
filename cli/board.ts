import type { MeasuredSlice } from '../core/checks/evidence.ts';
import type { LiveDocument, ReleaseDocument } from '../core/contract/api/documents.ts';
import { toneOf, type Paint } from './paint.ts';
import { formatElapsed } from './timeline.ts';

/** What a board shows. */
export interface Shown {
  readonly release: ReleaseDocument;
  /** What serves where of its service, while users are moved. */
  readonly live: readonly LiveDocument[];
  /** What was measured slice by slice where users are moved, by `placeOf` environment and target. */
  readonly slices: ReadonlyMap<string, readonly MeasuredSlice[]>;
  /** What checks said last, by `placeOf` environment and target. */
  readonly verdicts: ReadonlyMap<string, string>;
  /** The engine's clock, in milliseconds since the epoch. */
  readonly now: number;
  /** Of the terminal. */
  readonly columns: number;
  readonly paint: Paint;
}

type Environment = ReleaseDocument['environments'][number];
type Target = Environment['targets'][number];

/** Where a release is: its environments in order, the targets of those it has come to, and where their users are. A line each, none longer than the terminal. */
export function drawBoard(shown: Shown): string[] {
  const { release, now, columns, paint } = shown;
  const head = `${release.id}  ${release.status}  ${formatElapsed(now - Date.parse(release.startedAt))}`;
  const names = Math.max(0, ...release.environments.map(({ name }) => name.length));
  return [
    paint(toneOf(release.status), cut(head, columns)),
    ...release.environments.flatMap((environment) => [
      paint(
        toneOf(environment.phase),
        cut(`  ${environment.name.padEnd(names)}  ${words(environment.phase)}`, columns),
      ),
      ...targetsOf(environment).flatMap((target) => [
        ...targetLines(shown, environment, target).map((line) => paint(toneOf(target.phase), cut(line, columns))),
        ...slicesOf(shown, environment, target),
      ]),
    ]),
  ];
}

/** A terminal with fewer columns has a line for each part of what stands in one. */
const NARROW = 56;

function targetLines(shown: Shown, environment: Environment, target: Target): string[] {
  const place = `    ${target.account}/${target.region}`;
  const stands = standing(shown, environment, target);
  if (shown.columns >= NARROW) return [`${place}  ${stands}`];
  return [place, ...stands.split(', ').map((part) => `      ${part}`)];
}

/** Those of an environment that something happens in: of a hundred that wait, none says anything. */
function targetsOf({ phase, targets }: Environment): readonly Target[] {
  return ['waiting', 'notReached', 'done', 'superseded'].includes(phase) ? [] : targets;
}

/** A target of an environment. @param target `<account>/<region>`; empty for all of them */
export function placeOf(environment: string, target: string): string {
  return `${environment} ${target}`;
}

/** Slices that are shown of each target: the last ones. */
const SLICES = 5;

/** The last slices of a canary, a line each: how many users were on the new version, what it answered there, and how it stood then. */
function slicesOf({ slices, columns, paint }: Shown, { name }: Environment, target: Target): string[] {
  const measured = slices.get(placeOf(name, `${target.account}/${target.region}`)) ?? [];
  const last = measured.slice(-SLICES).map((slice) => ({ number: String(slice.slice), ...sumOf(slice) }));
  if (last.length === 0) return [];
  if (columns < NARROW)
    return last.map(({ number, users, requests, errors, verdict }) => {
      const told = [users, `${errors}/${requests} failed`, verdict].filter((part) => part !== '');
      return paint(toneOf(verdict), cut(`  ${number}: ${told.join(', ')}`, columns));
    });
  const line = (...cells: readonly string[]): string =>
    `      ${cells.map((cell, index) => (index < WIDTHS.length ? cell.padStart(WIDTHS[index] ?? 0) : cell)).join('  ')}`;
  return [
    paint('quiet', cut(line('slice', 'users', 'requests', 'errors', 'verdict so far'), columns)),
    ...last.map(({ number, users, requests, errors, verdict }) =>
      paint(toneOf(verdict), cut(line(number, users, requests, errors, verdict), columns)),
    ),
  ];
}

/** Of slice, users, requests and errors. */
const WIDTHS = [5, 5, 8, 6];

/** A slice over all of its checks: of the new version, what it answered; of their verdicts, the worst. */
function sumOf({ checks }: MeasuredSlice): Readonly<Record<'users' | 'requests' | 'errors' | 'verdict', string>> {
  const weights = checks.flatMap(({ weight }) => weight ?? []);
  const sum = (of: readonly number[]): string => String(of.reduce((total, one) => total + one, 0));
  const verdicts = checks.map(({ verdict }) => verdict);
  return {
    users: weights.length === 0 ? '' : `${Math.max(...weights)} %`,
    requests: sum(checks.map(({ newVersion }) => newVersion.requests)),
    errors: sum(checks.flatMap(({ newVersion }) => Object.values(newVersion.errors))),
    verdict: (['failed', 'inconclusive', 'passed'] as const).find((one) => verdicts.includes(one)) ?? '',
  };
}

function standing(shown: Shown, environment: Environment, target: Target): string {
  const said = shown.verdicts.get(placeOf(environment.name, `${target.account}/${target.region}`));
  return `${traffic(shown, environment, target)}${said === undefined ? '' : `, ${said}`}`;
}

function traffic({ release, live }: Shown, { name }: Environment, { account, region, phase }: Target): string {
  if (phase !== 'shifting') return words(phase);
  const served = live.find((one) => one.environment === name && one.account === account && one.region === region);
  const percent = served?.serves.find((one) => one.release === release.id)?.percent;
  return percent === undefined ? words(phase) : `${words(phase)}: ${percent} % on ${release.version}`;
}

function words(phase: string): string {
  return phase.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** A line that was cut says so, and never wraps. */
function cut(line: string, columns: number): string {
  return line.length < columns ? line : `${line.slice(0, Math.max(1, columns - 2))}…`;
}
