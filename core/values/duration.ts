import * as z from 'zod';

const pattern =
  /^P(?=[0-9T])(?:(?<w>[0-9]+)W)?(?:(?<d>[0-9]+)D)?(?:T(?=[0-9])(?:(?<h>[0-9]+)H)?(?:(?<m>[0-9]+)M)?(?:(?<s>[0-9]+)S)?)?$/;
const LONGEST_SECONDS = 60 * 86_400;

/** ISO 8601 duration of units with a fixed length (weeks, days, hours, minutes, seconds), at most 60 days. */
export const isoDuration = z
  .string()
  .regex(pattern, 'must be an ISO 8601 duration of weeks, days, hours, minutes or seconds, such as "PT10M" or "P7D"')
  .refine((text) => !pattern.test(text) || durationSeconds(text) <= LONGEST_SECONDS, {
    error: 'must be at most 60 days',
  })
  .meta({ examples: ['PT10M', 'P7D'] });

/** A duration between two, in seconds. @param sentence what it must be */
export function lastsBetween(least: number, most: number, sentence: string) {
  return isoDuration.refine(
    (text) => {
      // That problem is reported already.
      if (!isoDuration.safeParse(text).success) return true;
      const seconds = durationSeconds(text);
      return seconds >= least && seconds <= most;
    },
    { error: sentence },
  );
}

/** Seconds of a duration. Throws RangeError for anything else; schemas have checked it before. */
export function durationSeconds(text: string): number {
  const groups = pattern.exec(text)?.groups;
  if (groups === undefined) throw new RangeError(`${text} is no duration`);
  const { w = '0', d = '0', h = '0', m = '0', s = '0' } = groups;
  return (Number(w) * 7 + Number(d)) * 86_400 + Number(h) * 3600 + Number(m) * 60 + Number(s);
}

/** A length of time for people: `6 h`, `1 d 30 min`. */
export function spellSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ].filter(([count]) => count !== 0);
  return parts.length === 0 ? '0 s' : parts.map((part) => part.join(' ')).join(' ');
}

/** The time `seconds` after an instant. */
export function addSeconds(instant: string, seconds: number): string {
  return new Date(Date.parse(instant) + seconds * 1000).toISOString();
}

/** Seconds from one instant to another. */
export function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
