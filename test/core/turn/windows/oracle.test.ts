import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { whenOpen } from '../../../../core/turn/windows/when-open.ts';
import type { ReleaseWindow, Windows } from '../../../../core/turn/windows/windows-schema.ts';
import { Calendar, changesOf, wallOf } from './oracle.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Random instants, and every which minute around a change of clocks is asked for. */
    readonly windowInstants: number;
    readonly windowMinutes: number;
  }
}

const MINUTE = 60_000;
const DAY = 1440;
const begin = Date.UTC(2026, 10, 1) / MINUTE;
const end = Date.UTC(2028, 10, 1) / MINUTE;
/** Summer time at 1, 2 and 24 o'clock UTC or local, by an hour and by half of one, north and south, and for Ramadan. */
const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Santiago', 'Atlantic/Azores'];
const lookahead = 70 * DAY;

/** How often the oracle was asked, for the report of the long run. */
let asked = 0;

/** Does the product say of a minute what the oracle says? The oracle sees only as far as its calendar goes. */
function compare(windows: Windows, calendar: Calendar, minute: number, millisecond: number, until: number): void {
  asked += 1;
  const instant = new Date(minute * MINUTE + millisecond).toISOString();
  const said = whenOpen(windows, instant, 'release');
  const expected = calendar.isOpen(minute) ? 'open' : calendar.opensAt(minute);
  const found = said.open
    ? 'open'
    : said.closed.until === undefined
      ? undefined
      : Date.parse(said.closed.until) / MINUTE;
  const beyond = expected === undefined && (found === undefined || (typeof found === 'number' && found >= until));
  if (found !== expected && !beyond) {
    const spell = (one: number | 'open' | undefined): string =>
      typeof one === 'number' ? new Date(one * MINUTE).toISOString() : (one ?? 'never');
    throw new Error(
      `${JSON.stringify(windows)} at ${instant}: ${spell(found)}, and the oracle says ${spell(expected)}`,
    );
  }
}

/** A local time, so many minutes from what the clocks show in a minute. */
function localAt(zone: string, minute: number): string {
  return new Date(wallOf(zone, minute) * MINUTE).toISOString().slice(0, 16);
}

/** Windows that begin or end in what is skipped or shown twice, and around it. */
function around(zone: string, change: number): Windows[] {
  const before = new Date(wallOf(zone, change - 1) * MINUTE);
  const after = new Date(wallOf(zone, change) * MINUTE);
  const [hour, other] = [before.getUTCHours(), after.getUTCHours()];
  const cron = (text: string, length: string): ReleaseWindow => ({ cron: text, for: length, zone });
  const freezes = [
    cron(`${before.getUTCMinutes()} ${hour} * * *`, 'PT30M'),
    cron(`15 ${other} * * *`, 'PT1H'),
    cron(`45 ${other} * * *`, 'PT2H'),
    // Of the half hour that Lord Howe skips, and of an hour elsewhere.
    cron(`10,50 ${hour},${(hour + 1) % 24},${other} * * *`, 'PT5M'),
    cron(`*/20 ${Math.min(hour, other)}-${Math.max(hour, other)} * * *`, 'PT10M'),
    cron(`30 */1 * * *`, 'PT7M'),
    cron(`0 ${(hour + 20) % 24} * * ${before.getUTCDay()}`, 'PT12H'),
    cron(`0 0 ${before.getUTCDate()} * *`, 'P1D'),
    { from: localAt(zone, change - 300), until: localAt(zone, change + 300), zone },
  ];
  return [...freezes.map((one) => ({ freeze: [one] })), ...freezes.map((one) => ({ allow: [one] }))];
}

describe('an environment opens and closes as a clock on the wall says', () => {
  const changes = zones.flatMap((zone) => changesOf(zone, begin, end).map((change) => ({ zone, change })));

  it('and the clocks change in every zone', () => {
    expect(new Set(changes.map(({ zone }) => zone))).toEqual(new Set(zones));
    expect(changes).toHaveLength(20);
    const hops = changes.map(({ zone, change }) => Math.abs(wallOf(zone, change) - wallOf(zone, change - 1) - 1));
    expect(new Set(hops)).toEqual(new Set([60, 30]));
  });

  const every = inject('windowMinutes');
  // A sample has the first two changes of a zone: one each way.
  const tried =
    every === 1 ? changes : zones.slice(0, 3).flatMap((zone) => changes.filter((one) => one.zone === zone).slice(0, 2));
  it.each(tried)('where they change in $zone (minute $change)', ({ zone, change }) => {
    for (const windows of around(zone, change)) {
      const [from, until] = [change - 2 * DAY, change + 8 * DAY];
      const calendar = new Calendar(windows, from, until);
      for (let minute = change - 240; minute < change + 300; minute += every)
        compare(windows, calendar, minute, 0, until);
    }
  });

  const number = (least: number, most: number): fc.Arbitrary<string> =>
    fc.integer({ min: least, max: most }).map(String);
  const minuteField = fc.oneof(number(0, 59), fc.constantFrom('0', '30', '0,30', '5-7'));
  const hourField = fc.oneof(number(0, 23), number(0, 4), fc.constantFrom('*', '*/2', '1-3', '2,14', '0-23/3'));
  const days = fc.oneof({ weight: 3, arbitrary: fc.constant('*') }, { weight: 1, arbitrary: number(1, 31) });
  const months = fc.oneof(
    { weight: 5, arbitrary: fc.constant('*') },
    { weight: 1, arbitrary: fc.constantFrom('3', '10', '1-6', '*/2') },
  );
  const weekdays = fc.oneof(fc.constant('*'), fc.constantFrom('0', '7', '5', '1-5', '6,0', '0,1,2,3'));
  const zone = fc.constantFrom(...zones);
  const lengths = (hour: string): fc.Arbitrary<string> =>
    /[*/]/.test(hour)
      ? fc.constantFrom('PT1M', 'PT10M', 'PT25M')
      : fc.constantFrom('PT1M', 'PT30M', 'PT2H', 'PT8H', 'P1D', 'PT60H');
  const cronWindow = fc
    .tuple(minuteField, hourField, days, months, weekdays, zone)
    .chain(([minute, hour, day, month, weekday, place]) =>
      lengths(hour).map((length): ReleaseWindow => ({
        cron: [minute, hour, day, month, weekday].join(' '),
        for: length,
        zone: place,
      })),
    );
  const start = fc.integer({ min: begin, max: end - lookahead });
  /** Begins and ends at noon, which no clock skips. */
  const spanWindow = (from: number): fc.Arbitrary<ReleaseWindow> =>
    fc.tuple(zone, fc.integer({ min: -3, max: 20 }), fc.integer({ min: 1, max: 30 })).map(([place, first, length]) => {
      const noon = (days_: number): string =>
        `${new Date((from + days_ * DAY) * MINUTE).toISOString().slice(0, 10)}T12:00`;
      return { from: noon(first), until: noon(first + length), zone: place };
    });
  const scene = start.chain((from) => {
    const window = fc.oneof({ weight: 3, arbitrary: cronWindow }, { weight: 1, arbitrary: spanWindow(from) });
    const some = fc.array(window, { minLength: 1, maxLength: 3 });
    const windows: fc.Arbitrary<Windows> = fc.oneof(
      fc.record({ freeze: some }),
      fc.record({ allow: some }),
      fc.record({ freeze: some, allow: some }),
    );
    const instants = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 * DAY }), fc.integer({ min: 0, max: 59_999 })), {
      minLength: 20,
      maxLength: 20,
    });
    return fc.record({ from: fc.constant(from), windows, instants });
  });

  it('at random instants, for random windows', () => {
    fc.assert(
      fc.property(scene, ({ from, windows, instants }) => {
        const until = from + lookahead;
        const calendar = new Calendar(windows, from, until);
        for (const [minute, millisecond] of instants) compare(windows, calendar, from + minute, millisecond, until);
      }),
      { numRuns: Math.ceil(inject('windowInstants') / 20) },
    );
    console.info(`${asked} instants were compared with the oracle.`);
  });
});
