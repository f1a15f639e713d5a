/**
 * Synthetic traffic during a shift runs in slices, however long the shift takes: each is one short invocation, started by the
 * reconciler, which runs once a minute anyway.
 */

/** Most slices of one shift: in a longer shift they are further apart. */
export const MOST_SLICES = 30;

/** Seconds that a slice's requests may be spread over. */
export const SLICE_SECONDS = 90;

const MINUTE = 60_000;

// Each slice is an invocation: one every minute would cost more and show no more of the new version.
const CLOSEST = 2 * MINUTE;

// The reconciler's interval varies: a minute that is slightly short must not skip a slice.
const TOLERANCE = 5000;

/** The progress of a shift's slices. */
export interface SliceProgress {
  /** When the shift began. */
  readonly startedAt: string;
  /** From the first user to all users; hooks may make the shift longer. */
  readonly rolloutMinutes: number;
  /** Slices started so far. */
  readonly slices: number;
  /** When the latest of them started. */
  readonly lastSliceAt?: string;
  readonly now: string;
}

/** Is a slice due? The first about a minute after the start, the others at least about two minutes apart, at most 30. */
export function sliceDue({ startedAt, rolloutMinutes, slices, lastSliceAt, now }: SliceProgress): boolean {
  if (slices >= MOST_SLICES) return false;
  if (lastSliceAt === undefined) return since(startedAt, now) >= MINUTE - TOLERANCE;
  const apart = Math.max(CLOSEST, (rolloutMinutes * MINUTE) / MOST_SLICES);
  return since(lastSliceAt, now) >= apart - TOLERANCE;
}

function since(earlier: string, now: string): number {
  return Date.parse(now) - Date.parse(earlier);
}
