/**
 * Windows as somebody would follow them who looks at a clock on the wall every minute. It knows zones by `Intl.DateTimeFormat` alone, and
 * reads crons by itself: it shares nothing with what it judges.
 */
import type { ReleaseWindow, Windows } from '../../../../core/turn/windows/windows-schema.ts';

const MINUTE = 60_000;
const HALF_AN_HOUR = 30;
const formats = new Map<string, Intl.DateTimeFormat>();
const walls = new Map<string, Map<number, number>>();

/** What the clocks of a zone show in a minute, as minutes since 1970 of a calendar without zones. @param minute minutes since the epoch */
export function wallOf(zone: string, minute: number): number {
  const begin = minute - (minute % HALF_AN_HOUR);
  const offset = shown(zone, begin) - begin;
  // Where the clocks change within the half hour, each of its minutes is read.
  const steady = shown(zone, begin + HALF_AN_HOUR) - begin - HALF_AN_HOUR === offset;
  return steady ? minute + offset : shown(zone, minute);
}

function shown(zone: string, minute: number): number {
  const known = walls.get(zone) ?? new Map<number, number>();
  walls.set(zone, known);
  const wall = known.get(minute) ?? readClock(zone, minute);
  known.set(minute, wall);
  return wall;
}

function readClock(zone: string, minute: number): number {
  const format = formats.get(zone) ?? formatOf(zone);
  formats.set(zone, format);
  // 26/11/2026, 14:45
  const [, day, month, year, hour, minutes] =
    /^(\d\d)\/(\d\d)\/(\d{4}), (\d\d):(\d\d)$/.exec(format.format(minute * MINUTE)) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minutes)) / MINUTE;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
    hourCycle: 'h23',
  });
}

/** Minutes since the epoch in which the clocks of a zone change: the first minute of the new time. */
export function changesOf(zone: string, from: number, until: number): number[] {
  const offset = (minute: number): number => wallOf(zone, minute) - minute;
  const found: number[] = [];
  for (let hour = from; hour < until; hour += 60) {
    if (offset(hour) === offset(hour + 60)) continue;
    let minute = hour + 1;
    while (offset(minute) === offset(hour)) minute += 1;
    found.push(minute);
  }
  return found;
}

/** The minutes of a stretch of time in which an environment is open to ordinary releases, and what was read for it. */
export class Calendar {
  readonly #open: boolean[];
  readonly #from: number;

  constructor({ freeze = [], allow }: Windows, from: number, until: number) {
    this.#from = from;
    const frozen = freeze.map((window) => minutesIn(window, from, until));
    const allowed = allow?.map((window) => minutesIn(window, from, until));
    this.#open = Array.from(
      { length: until - from },
      (_, index) =>
        !frozen.some((one) => one[index] === true) &&
        (allowed === undefined || allowed.some((one) => one[index] === true)),
    );
  }

  isOpen(minute: number): boolean {
    return this.#open[minute - this.#from] === true;
  }

  /** The first open minute from one on; undefined where the stretch has none. */
  opensAt(minute: number): number | undefined {
    const index = this.#open.indexOf(true, minute - this.#from);
    return index === -1 ? undefined : index + this.#from;
  }
}

function minutesIn(window: ReleaseWindow, from: number, until: number): boolean[] {
  const inside = new Array<boolean>(until - from).fill(false);
  if (!('cron' in window)) {
    const [begin, end] = [readWall(window.from), readWall(window.until)];
    for (let minute = from; minute < until; minute += 1) {
      // Both are times that clocks show exactly once, so what is between them on the wall is between them.
      const wall = wallOf(window.zone, minute);
      inside[minute - from] = wall >= begin && wall < end;
    }
    return inside;
  }
  const length = minutesOf(window.for);
  let left = 0;
  const clock = new WallClock(window.cron, window.zone, from - length - 1);
  for (let minute = from - length; minute < until; minute += 1) {
    if (clock.begins(minute)) left = length;
    if (left > 0 && minute >= from) inside[minute - from] = true;
    left -= 1;
  }
  return inside;
}

/** Follows the minutes one after another. */
class WallClock {
  readonly #fields: Set<number>[];
  readonly #fixed: boolean;
  readonly #either: boolean;
  readonly #zone: string;
  #before: number;
  #furthest: number;

  constructor(cron: string, zone: string, before: number) {
    const texts = cron.split(' ');
    const [minutes = '', hours = '', days = '', , weekdays = ''] = texts;
    this.#fields = texts.map((text, index) => readField(text, ranges[index] ?? [0, 0]));
    this.#fixed = !/[*/]/.test(minutes + hours);
    this.#either = days !== '*' && weekdays !== '*';
    this.#zone = zone;
    this.#before = wallOf(zone, before);
    // A day is enough to know which times are shown a second time.
    this.#furthest = Math.max(...Array.from({ length: 1440 }, (_, index) => wallOf(zone, before - index)));
  }

  begins(minute: number): boolean {
    const wall = wallOf(this.#zone, minute);
    const skipped = wall - this.#before - 1;
    const again = wall <= this.#furthest;
    this.#before = wall;
    this.#furthest = Math.max(this.#furthest, wall);
    if (!this.#fixed) return this.#says(wall);
    if (again) return false;
    return (
      this.#says(wall) ||
      Array.from({ length: Math.max(0, skipped) }, (_, n) => wall - 1 - n).some((one) => this.#says(one))
    );
  }

  #says(wall: number): boolean {
    const date = new Date(wall * MINUTE);
    const shown = [
      date.getUTCMinutes(),
      date.getUTCHours(),
      date.getUTCDate(),
      date.getUTCMonth() + 1,
      date.getUTCDay(),
    ];
    const [minute, hour, day, month, weekday] = shown.map((value, index) => this.#fields[index]?.has(value) === true);
    const today = this.#either ? day === true || weekday === true : day === true && weekday === true;
    return minute === true && hour === true && month === true && today;
  }
}

const ranges: readonly (readonly [number, number])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
];

/** `*`, `5`, `1-5`, `1,3`, `*`/15, `0-30/10`; Sunday is 0 and 7. */
function readField(text: string, [least, most]: readonly [number, number]): Set<number> {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', step = '1'] = part.split('/');
    const [first = '', last = first] = range === '*' ? [String(least), String(most)] : range.split('-');
    for (let value = Number(first); value <= Number(last); value += Number(step))
      values.add(most === 7 ? value % 7 : value);
  }
  return values;
}

function readWall(local: string): number {
  return Date.parse(`${local}:00Z`) / MINUTE;
}

function minutesOf(length: string): number {
  const [, days = '0', hours = '0', minutes = '0'] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(length) ?? [];
  return (Number(days) * 24 + Number(hours)) * 60 + Number(minutes);
}
