import type { ReleaseKind } from '../../release/kind.ts';
import type { Closure } from './closure.ts';
import { occurrencesOf } from './occurrences.ts';
import type { ReleaseWindow, Windows } from './windows-schema.ts';

/** How far the next opening is looked for: windows that come once a year are found. */
const HORIZON_MILLISECONDS = 400 * 86_400_000;
/** Windows that take turns with each other are not followed for ever. */
const MOST_STEPS = 5000;

/** May something begin now? */
type Opening = { readonly open: true } | { readonly open: false; readonly closed: Closure };

/** Closed at a moment: why, and when to look again. */
interface Shut {
  readonly why: string;
  readonly zone: string;
  readonly lookAt: number | undefined;
}

/**
 * Is the environment open to this kind of release, or when will it be? A freeze wins over an allow; where `allow` is given, all else is
 * closed. A window that excepts the kind is not there for it.
 * @param instant ISO 8601
 */
export function whenOpen(windows: Windows, instant: string, kind: ReleaseKind): Opening {
  const shutAt = reader(windows, kind);
  const begin = Date.parse(instant);
  const first = shutAt(begin);
  if (first === undefined) return { open: true };
  const { why, zone } = first;
  let { lookAt } = first;
  for (let step = 0; step < MOST_STEPS && lookAt !== undefined && lookAt - begin <= HORIZON_MILLISECONDS; step += 1) {
    const shut = shutAt(lookAt);
    if (shut === undefined) return { open: false, closed: { why, zone, until: new Date(lookAt).toISOString() } };
    ({ lookAt } = shut);
  }
  return { open: false, closed: { why, zone } };
}

function reader({ freeze = [], allow = [] }: Windows, kind: ReleaseKind): (time: number) => Shut | undefined {
  const counts = ({ except = [] }: ReleaseWindow): boolean => !except.some((one) => one === kind);
  const read = (window: ReleaseWindow) => ({ window, occurrences: occurrencesOf(window) });
  const freezes = freeze.filter(counts).map(read);
  const allowed = allow.filter(counts).map(read);
  return (time) => {
    for (const { window, occurrences } of freezes) {
      const lookAt = occurrences.endAt(time);
      if (lookAt !== undefined) return { why: `the freeze ${describeWindow(window)}`, zone: window.zone, lookAt };
    }
    const [one] = allowed;
    if (one === undefined || allowed.some(({ occurrences }) => occurrences.endAt(time) !== undefined)) return undefined;
    const starts = allowed.map(({ occurrences }) => occurrences.nextStart(time)).filter((next) => next !== undefined);
    const all = allowed.map(({ window }) => describeWindow(window)).join(', ');
    const lookAt = starts.length === 0 ? undefined : Math.min(...starts);
    return { why: `outside of what is allowed, ${all}`, zone: one.window.zone, lookAt };
  };
}

/** `"0 16 * * 5" for PT60H (Europe/Berlin)`. */
export function describeWindow(window: ReleaseWindow): string {
  const when = 'cron' in window ? `"${window.cron}" for ${window.for}` : `from ${window.from} until ${window.until}`;
  return `${when} (${window.zone})`;
}
