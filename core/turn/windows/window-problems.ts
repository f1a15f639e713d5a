import { durationSeconds } from '../../values/duration.ts';
import { problem, type Problem } from '../../values/problems.ts';
import { instantOf, parseCron } from './occurrences.ts';
import { whenOpen } from './when-open.ts';
import type { RecurringWindow, ReleaseWindow, SingleWindow, Windows } from './windows-schema.ts';

/** A release waits no longer for its turn. */
const LONGEST_FREEZE_DAYS = 60;
/** So many occurrences of a cron are looked at, from now on. */
const SAMPLE = 120;

/** An environment of the policy. */
interface NamedWindows extends Windows {
  readonly name: string;
}

/**
 * Everything that is wrong with an environment's windows, besides their shape: for the moment in which the policy is read, since a
 * window may be over.
 * @param now ISO 8601
 */
export function windowProblems({ name, freeze = [], allow = [] }: NamedWindows, now: string): Problem[] {
  const at = `environments.${name}`;
  const each = [
    ...freeze.flatMap((window, index) => problemsOf(window, `${at}.freeze[${index}]`, now)),
    ...allow.flatMap((window, index) => problemsOf(window, `${at}.allow[${index}]`, now)),
  ];
  // Windows that are wrong in themselves cannot be followed.
  if (each.length > 0) return each;
  const long = freeze.flatMap((window, index) => tooLong(window, `${at}.freeze[${index}]`));
  if (long.length > 0) return long;
  const opening = whenOpen({ freeze, allow }, now, 'release');
  if (opening.open || opening.closed.until !== undefined) return [];
  const sentence = `"${at}" is closed now by ${opening.closed.why}, and no opening was found in the next 400 days: every release would wait for nothing. Leave a time that no "freeze" covers and that "allow", if there is one, names.`;
  return [problem('policy.window-never-open', at, sentence)];
}

function problemsOf(window: ReleaseWindow, path: string, now: string): Problem[] {
  const { zone } = window;
  if (refusalOf(() => new Intl.DateTimeFormat('en', { timeZone: zone })) !== undefined) {
    const sentence = `"${path}.zone" is "${zone}", which is no time zone that is known: name one of the IANA database, such as "Europe/Berlin".`;
    return [problem('policy.window-zone', `${path}.zone`, sentence)];
  }
  return 'cron' in window ? cronProblems(window, path, now) : spanProblems(window, path);
}

function cronProblems(window: RecurringWindow, path: string, now: string): Problem[] {
  const { cron } = window;
  const refusal = refusalOf(() => parseCron(window));
  if (refusal !== undefined) {
    const sentence = `"${path}.cron" is "${cron}", which is no cron: ${refusal}`;
    return [problem('policy.window-cron', `${path}.cron`, sentence)];
  }
  const pause = longestPause(window, Date.parse(now));
  if (pause === undefined) {
    const sentence = `"${path}.cron" is "${cron}", a time that never comes: correct the day or the month.`;
    return [problem('policy.window-cron', `${path}.cron`, sentence)];
  }
  // Some may run into the next (a Saturday and a Sunday); if all do, the cron says nothing.
  if (durationSeconds(window.for) * 1000 < pause) return [];
  const sentence = `"${path}.for" is ${window.for}, and "${cron}" comes again before that is over, each time: the window would never end. Make it shorter, or the cron rarer.`;
  return [problem('policy.window-endless', `${path}.for`, sentence)];
}

/** The longest time between the begins of the next occurrences; undefined where there are none. */
function longestPause(window: RecurringWindow, now: number): number | undefined {
  const next = parseCron(window);
  let before = next(now);
  let longest: number | undefined;
  for (let seen = 0; before !== undefined && seen < SAMPLE; seen += 1) {
    const start = next(before);
    longest = Math.max(longest ?? 0, (start ?? Number.POSITIVE_INFINITY) - before);
    before = start;
  }
  return longest;
}

function spanProblems(window: SingleWindow, path: string): Problem[] {
  const { from, until, zone } = window;
  const wrong = (['from', 'until'] as const).flatMap((field) => timeProblems(window[field], zone, `${path}.${field}`));
  if (wrong.length > 0 || spanOf(window) > 0) return wrong;
  const sentence = `"${path}" is from ${from} until ${until}, which is not later: exchange them, or correct the year.`;
  return [problem('policy.window-empty', path, sentence)];
}

function timeProblems(local: string, zone: string, path: string): Problem[] {
  if (refusalOf(() => instantOf(local, zone, 'compatible')) !== undefined) {
    const sentence = `"${path}" is ${local}, which no calendar has: correct the date.`;
    return [problem('policy.window-time', path, sentence)];
  }
  if (refusalOf(() => instantOf(local, zone, 'reject')) === undefined) return [];
  const sentence = `"${path}" is ${local}, which the clocks of ${zone} skip or show twice, because they change then: choose a time an hour earlier or later.`;
  return [problem('policy.window-time', path, sentence)];
}

/** A release that meets it would end Expired. */
function tooLong(window: ReleaseWindow, path: string): Problem[] {
  if ('cron' in window || spanOf(window) <= LONGEST_FREEZE_DAYS * 86_400_000) return [];
  const sentence = `"${path}" is longer than ${LONGEST_FREEZE_DAYS} days, and a release waits no longer: make it shorter, or take the environment away from the services for so long.`;
  return [problem('policy.window-too-long', path, sentence)];
}

function spanOf({ from, until, zone }: SingleWindow): number {
  return instantOf(until, zone, 'compatible') - instantOf(from, zone, 'compatible');
}

/** What it says where it throws. */
function refusalOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return String(error).replace(/^\w+: (?:CronPattern: )?/, '');
  }
}
