/**
 * Synthetic traffic beside a shift comes in slices, however long the shift takes: each is one short invocation, begun by the
 * reconciler, which looks once a minute anyway.
 */

/** Most slices of one shift: a longer one has them further apart. */
export const MOST_SLICES = 30;

/** Seconds that a slice's requests may be spread over. */
export const SLICE_SECONDS = 90;

const MINUTE = 60_000;

// Every minute would show no more of the new version for the same money, and each slice is an invocation.
const CLOSEST = 2 * MINUTE;

// The reconciler's minutes are not all of the same length: one that is a moment short must not cost a slice.
const TOLERANCE = 5000;

/** How far the slices of a shift have come. */
export interface SliceProgress {
  /** When the shift began. */
  readonly startedAt: string;
  /** From the first user to all users; hooks may make the shift longer. */
  readonly rolloutMinutes: number;
  /** Slices begun so far. */
  readonly slices: number;
  /** When the latest of them began. */
  readonly lastSliceAt?: string;
  readonly now: string;
}

/** Is a slice due? The first about a minute after the start, none closer to another than about two, at most 30. */
export function sliceDue({ startedAt, rolloutMinutes, slices, lastSliceAt, now }: SliceProgress): boolean {
  if (slices >= MOST_SLICES) return false;
  if (lastSliceAt === undefined) return since(startedAt, now) >= MINUTE - TOLERANCE;
  const apart = Math.max(CLOSEST, (rolloutMinutes * MINUTE) / MOST_SLICES);
  return since(lastSliceAt, now) >= apart - TOLERANCE;
}

function since(earlier: string, now: string): number {
  return Date.parse(now) - Date.parse(earlier);
}
