/** Weeks are those of ISO 8601: they begin on Monday, and here at 00:00 UTC. They are named by that day. */

const DAY = 86_400_000;

/** Milliseconds of a week. */
export const WEEK = 7 * DAY;

/** The week in which an instant lies: `2026-11-23`. */
export function weekOf(instant: string): string {
  const day = Math.floor(Date.parse(instant) / DAY);
  // 1 January 1970 was a Thursday.
  const monday = day - ((((day + 3) % 7) + 7) % 7);
  return dateOf(monday * DAY);
}

/** The week so many weeks after another; before it where the number is negative. */
export function weeksFrom(week: string, count: number): string {
  return dateOf(Date.parse(week) + count * WEEK);
}

function dateOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}
