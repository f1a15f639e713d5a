import { Cron } from 'croner';
import { Temporal } from 'temporal-polyfill';
import { durationSeconds } from '../../values/duration.ts';
import type { RecurringWindow, ReleaseWindow, SingleWindow } from './windows-schema.ts';

/** When a window is there. Times are milliseconds since the epoch. */
interface Occurrences {
  /** When the occurrence ends that is there at a time; of several, the first that began. Undefined where none is. */
  endAt(time: number): number | undefined;
  /** When the next one begins, after a time; undefined where none does. */
  nextStart(after: number): number | undefined;
}

/** @throws Error where the cron, the zone or a time is none */
export function occurrencesOf(window: ReleaseWindow): Occurrences {
  return 'cron' in window ? recurring(window) : single(window);
}

/**
 * A cron whose minute and hour are fixed begins once a day that it names: where clocks skip the time, right after the gap; where they
 * show it twice, the first time. One with `*` or a step there begins as often as clocks show what it says.
 * https://github.com/Hexagon/croner#pattern, after Vixie cron
 */
export function parseCron({
  cron,
  zone,
}: Pick<RecurringWindow, 'cron' | 'zone'>): (after: number) => number | undefined {
  const pattern = new Cron(cron, { timezone: zone, paused: true, mode: '5-part', fixedTimeRule: 'no-wildcard' });
  return (after) => pattern.nextRun(new Date(after))?.getTime();
}

/** The moment of a local time; the one that `disambiguation` chooses where clocks skip it or show it twice. */
export function instantOf(local: string, zone: string, disambiguation: 'compatible' | 'reject'): number {
  return Temporal.PlainDateTime.from(local, { overflow: 'reject' }).toZonedDateTime(zone, { disambiguation })
    .epochMilliseconds;
}

function recurring(window: RecurringWindow): Occurrences {
  const nextStart = parseCron(window);
  const length = durationSeconds(window.for) * 1000;
  return {
    nextStart,
    endAt: (time) => {
      // Occurrences begin and end at whole seconds.
      const second = Math.floor(time / 1000) * 1000;
      const start = nextStart(second - length);
      return start !== undefined && start <= second ? start + length : undefined;
    },
  };
}

function single({ from, until, zone }: SingleWindow): Occurrences {
  const start = instantOf(from, zone, 'compatible');
  const end = instantOf(until, zone, 'compatible');
  return {
    nextStart: (after) => (start > after ? start : undefined),
    endAt: (time) => (start <= time && time < end ? end : undefined),
  };
}
