import type { ServedItem } from '../ledger/items.ts';

/** A time in which one version served in a target. */
export interface ServedSpan {
  /** Absent where no release brought what served. */
  readonly version?: string;
  readonly release?: string;
  readonly from: string;
  /** Absent while it serves. */
  readonly to?: string;
}

/**
 * What served when, newest first: changes after which the same release serves are one span. Users who are moved count from the
 * moment in which the first of them is.
 * @param items of one target, newest first
 */
export function spansOf(items: readonly ServedItem[]): ServedSpan[] {
  const spans: ServedSpan[] = [];
  let serving: ServedSpan | undefined;
  for (const { at, live } of [...items].reverse()) {
    if (serving !== undefined && live !== undefined && isSame(serving, live)) continue;
    if (serving !== undefined) spans.push({ ...serving, to: at });
    serving =
      live === undefined
        ? undefined
        : {
            ...(live.version === undefined ? {} : { version: live.version }),
            ...(live.release === undefined ? {} : { release: live.release }),
            from: at,
          };
  }
  if (serving !== undefined) spans.push(serving);
  return spans.reverse();
}

function isSame(a: Pick<ServedSpan, 'version' | 'release'>, b: Pick<ServedSpan, 'version' | 'release'>): boolean {
  return a.version === b.version && a.release === b.release;
}

/** Releases that served here before, newest first, each once: what `sluice rollback` can bring back. */
export function servedBefore(spans: readonly ServedSpan[]): ServedSpan[] {
  const [now] = spans;
  const seen = new Set([now?.release]);
  return spans.filter(({ release, to }) => {
    if (release === undefined || to === undefined || seen.has(release)) return false;
    seen.add(release);
    return true;
  });
}
