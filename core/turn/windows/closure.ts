import * as z from 'zod';
import { instant } from '../../values/identifiers.ts';

/** An environment is closed to a release by a window: until when, and by which. */
export const closureSchema = z.strictObject({
  /** Absent where it does not open as far as was looked. */
  until: instant.exactOptional(),
  why: z.string(),
  /** The zone in which the window is written. */
  zone: z.string(),
});
export type Closure = z.infer<typeof closureSchema>;

/** `the freeze "0 16 * * 5" for PT60H (Europe/Berlin), until 2026-11-30 03:00 UTC (2026-11-30 04:00 Europe/Berlin)`. */
export function describeClosure({ until, why, zone }: Closure): string {
  return until === undefined ? `${why}; it does not open in the next year` : `${why}, until ${spellTimes(until, zone)}`;
}

/** A moment in UTC and by the clocks of a zone. */
export function spellTimes(at: string, zone: string): string {
  const universal = `${spellInZone(at, 'UTC')} UTC`;
  return zone === 'UTC' ? universal : `${universal} (${spellInZone(at, zone)} ${zone})`;
}

/** `2026-11-30 04:00`. */
function spellInZone(at: string, timeZone: string): string {
  // Swedish writes dates and times as ISO 8601 does.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return format.format(new Date(at));
}

/** Do both say the same? */
export function sameClosure(one: Closure | undefined, other: Closure | undefined): boolean {
  return one?.until === other?.until && one?.why === other?.why;
}
