import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countClearance, type Counted, countOutcome, writeWeeks } from '../../../core/metrics/count.ts';
import { MOST_KEPT, type WeekItem } from '../../../core/metrics/items.ts';
import { metricsOf } from '../../../core/metrics/metrics.ts';
import { weekOf, weeksFrom } from '../../../core/metrics/weeks.ts';
import type { Origin } from '../../../core/release/origin.ts';

const place = { service: 'orders', environment: 'production' };
const HOUR = 3600;
/** Monday, 16 November 2026, and so many hours. */
const hour = (hours: number): string => new Date(Date.UTC(2026, 10, 16) + hours * HOUR * 1000).toISOString();

interface Told {
  readonly name: string;
  readonly at: number;
  readonly all?: number;
  readonly back?: number;
  readonly committed?: number;
  readonly uploaded?: number;
  readonly origin?: Origin;
  readonly rolledBack?: string;
}

const rollback: Origin = { kind: 'rollback', environments: ['production'] };
const hotfix: Origin = { kind: 'promotion', environments: ['production'], hotfix: true };

/** A deployment, which was seen to be bad an hour before all were back. */
function counted({ name, at, all, back, committed, uploaded = at - 1, origin, rolledBack }: Told): Counted {
  return {
    head: {
      ...{ release: `orders-${name}-a1`, service: 'orders', startedAt: hour(uploaded) },
      ...(origin === undefined ? {} : { origin }),
    },
    outcome: {
      environment: 'production',
      firstUserAt: hour(at),
      ...(all === undefined ? {} : { allUsersAt: hour(all) }),
      ...(back === undefined
        ? {}
        : { failure: { how: 'rolledBack' as const, seenAt: hour(back - 1), restoredAt: hour(back) } }),
    },
    committedAt: committed === undefined ? undefined : hour(committed),
    uploadedAt: hour(uploaded),
    rolledBack: rolledBack === undefined ? undefined : `orders-${rolledBack}-a1`,
  };
}

/** The ledger's weeks after some releases, one after another. */
function weeksAfter(...told: Told[]): WeekItem[] {
  const weeks = new Map<string, WeekItem>();
  for (const one of told)
    for (const week of countOutcome(counted(one), [...weeks.values()])) {
      const known = weeks.get(week.week);
      expect(week.revision).toBe((known?.revision ?? 0) + 1);
      weeks.set(week.week, week);
    }
  return [...weeks.values()];
}

const measure = (weeks: readonly WeekItem[], now = hour(24 * 14)) =>
  metricsOf(weeks, { last: weekOf(hour(24 * 7)), count: 2 }, now);

describe('weeks', () => {
  it('begin on Monday in UTC', () => {
    expect(['2026-11-16T00:00:00.000Z', '2026-11-22T23:59:59.999Z', '1969-12-31T00:00:00Z'].map(weekOf)).toEqual([
      '2026-11-16',
      '2026-11-16',
      '1969-12-29',
    ]);
    expect([weeksFrom('2026-11-16', -3), weeksFrom('2026-12-28', 1)]).toEqual(['2026-10-26', '2027-01-04']);
  });
});

describe('deployment frequency and lead time', () => {
  it('count what users came to, from the commit, else from the upload', () => {
    const { weeks, total } = measure(
      weeksAfter(
        { name: '1', at: 10, all: 12, committed: 2 },
        { name: '2', at: 20, all: 24, uploaded: 18 },
        { name: '3', at: 200, all: 201, committed: 199.5, uploaded: 199 },
      ),
    );
    expect(weeks).toMatchObject([
      { week: '2026-11-16', deployments: 2, leadTime: { seconds: 8 * HOUR, sinceCommit: 1, sinceUpload: 1 } },
      // A commit after its upload is no commit.
      { week: '2026-11-23', deployments: 1, leadTime: { seconds: 2 * HOUR, sinceCommit: 0, sinceUpload: 1 } },
    ]);
    expect(total).toMatchObject({ deployments: 3, deploymentsPerWeek: 1.5, failures: 0, changeFailurePercent: 0 });
  });

  it('count a week under way as far as it has passed', () => {
    const weeks = weeksAfter({ name: '1', at: 10, all: 12 });
    const half = measure(weeks, hour(24 * 7 + 12 * 7));
    expect(half.total.deploymentsPerWeek).toBe(0.7);
    expect(half.weeks.map(({ underWay }) => underWay)).toEqual([undefined, true]);
  });

  it('count the weeks since the first deployment, and all where there was one before', () => {
    const weeks = weeksAfter({ name: '1', at: 170, all: 171 }, { name: '2', at: 171, all: 172 });
    expect(measure(weeks).total.deploymentsPerWeek).toBe(2);
    expect(measure(weeks, hour(173)).total.deploymentsPerWeek).toBe(2);
    const before = weeksAfter({ name: '0', at: -300, all: -299 });
    expect(measure([...before, ...weeks]).total).toMatchObject({ deployments: 2, deploymentsPerWeek: 1 });
  });

  it('say nothing of a week in which nothing was deployed', () => {
    expect(measure([]).weeks[0]).toEqual({ week: '2026-11-16', deployments: 0, failures: 0, unrestored: 0 });
  });
});

describe('what changes nothing in the weeks that are read', () => {
  const weeks = weeksAfter({ name: '1', at: 1, all: 2 }, { name: '2', at: 10, all: 11 });

  it.each<[string, Counted]>([
    [
      'a rollback of what is in none of them',
      counted({ name: '1', at: 201, all: 203, origin: rollback, rolledBack: '9' }),
    ],
    ['a rollback of nobody knows what', counted({ name: '1', at: 201, all: 203, origin: rollback })],
    [
      'a hotfix to which no user came',
      { ...counted({ name: '3', at: 20, origin: hotfix }), outcome: { environment: 'production' } },
    ],
    ['a hotfix before which there was nothing', counted({ name: '1', at: 0, all: 2, origin: hotfix })],
  ])('is %s', (_, one) => {
    expect(countOutcome(one, weeks)).toEqual([]);
  });

  it('is the clearance of what was not bad', () => {
    expect(countClearance(weeks, 'orders-2-a1', hour(12))).toEqual([]);
    expect(countClearance(weeks, 'orders-9-a1', hour(12))).toEqual([]);
  });

  it('is a second correction that has brought nobody back', () => {
    const bad = weeksAfter({ name: '1', at: 1, all: 2 }, { name: '2', at: 10, back: 13 });
    expect(countOutcome(counted({ name: '1', at: 20, origin: rollback, rolledBack: '2' }), bad)).toEqual([]);
  });
});

describe('what a hotfix mends', () => {
  it('is the newest deployment before it, in whatever order they are read', () => {
    const weeks = weeksAfter(
      { name: '2', at: 10, all: 11 },
      { name: '1', at: 1, all: 2 },
      { name: '3', at: 40, all: 41 },
    );
    const [week] = countOutcome(counted({ name: '4', at: 30, all: 31, origin: hotfix }), weeks);
    expect(week?.deployments.filter(({ failure }) => failure !== undefined).map(({ release }) => release)).toEqual([
      'orders-2-a1',
    ]);
  });
});

describe('change failure rate and time to restore', () => {
  it('count a deployment that was rolled back by itself', () => {
    const { total } = measure(weeksAfter({ name: '1', at: 1, all: 2 }, { name: '2', at: 10, back: 13 }));
    expect(total).toMatchObject({
      ...{ deployments: 2, failures: 1, changeFailurePercent: 50, unrestored: 0 },
      timeToRestore: { seconds: HOUR, restored: 1 },
      leadTime: { seconds: 2 * HOUR },
    });
  });

  it('count what people rolled back in the week of its deployment, and their rollback as none', () => {
    const weeks = weeksAfter(
      { name: '1', at: 1, all: 2 },
      { name: '2', at: 10, all: 11 },
      { name: '1b', at: 201, all: 203, uploaded: 200, origin: rollback, rolledBack: '2' },
    );
    expect(measure(weeks).weeks).toMatchObject([
      { deployments: 2, failures: 1, timeToRestore: { seconds: 3 * HOUR } },
      { deployments: 0, failures: 0 },
    ]);
  });

  it('count what a hotfix replaces, once, and the hotfix as a deployment', () => {
    const bad: Told[] = [
      { name: '1', at: 1, all: 2 },
      { name: '2', at: 10, back: 13 },
    ];
    const again = measure(weeksAfter(...bad, { name: '3', at: 20, all: 22, origin: hotfix }));
    expect(again.total).toMatchObject({ deployments: 3, failures: 1, timeToRestore: { seconds: HOUR } });
    const served = measure(weeksAfter({ name: '1', at: 1, all: 2 }, { name: '3', at: 20, all: 22, origin: hotfix }));
    expect(served.total).toMatchObject({ deployments: 2, failures: 1, timeToRestore: { seconds: 3 * HOUR } });
  });

  it('count as not restored what a rollback did not mend, until one does, or a person says so', () => {
    const before = weeksAfter(
      { name: '1', at: 1, all: 2 },
      { name: '0', at: 5, back: 9, uploaded: 4, origin: rollback, rolledBack: '1' },
    );
    expect(measure(before).total).toMatchObject({ deployments: 1, failures: 1, unrestored: 1 });
    expect(measure(before).total).not.toHaveProperty('timeToRestore');
    const mended = { name: '00', at: 20, all: 24, uploaded: 19, origin: rollback, rolledBack: '1' };
    const after = countOutcome(counted(mended), before);
    expect(measure(after).total).toMatchObject({ unrestored: 0, timeToRestore: { seconds: 20 * HOUR } });
    const cleared = countClearance(before, 'orders-1-a1', hour(6));
    expect(measure(cleared).total).toMatchObject({ unrestored: 0, timeToRestore: { seconds: 2 * HOUR } });
    expect(countClearance(cleared, 'orders-1-a1', hour(9))).toEqual([]);
  });
});

describe('the weeks in the ledger', () => {
  it('stay of one size: what is too much for a week is counted alone', () => {
    const told = Array.from({ length: MOST_KEPT + 3 }, (_, index) => ({ name: `${index}`, at: 1, back: 3 }));
    const weeks = weeksAfter(...told);
    expect(weeks).toMatchObject([{ further: 3, furtherFailed: 3 }]);
    const good = countOutcome(counted({ name: 'good', at: 1, all: 2 }), weeks);
    expect(good).toMatchObject([{ further: 4, furtherFailed: 3 }]);
    expect(weeks[0]?.deployments).toHaveLength(MOST_KEPT);
    expect(measure(weeks).total).toMatchObject({ deployments: MOST_KEPT + 3, failures: MOST_KEPT + 3 });
    expect(JSON.stringify(weeks).length).toBeLessThan(60_000);
  });

  it('are written once: a release that is counted again changes nothing', () => {
    const one = { name: '1', at: 1, all: 2 };
    const weeks = weeksAfter(one);
    expect(countOutcome(counted(one), weeks)).toEqual([]);
    expect(writeWeeks(weeks)).toMatchObject([
      {
        item: { pk: 'deployments#orders#production', sk: '2026-11-16', ...place },
        condition: { expression: 'attribute_not_exists(pk)' },
        lost: 'HeadMoved',
      },
    ]);
  });

  it('give what all the releases together give, in any order of their ends', () => {
    const release = fc.record({
      at: fc.integer({ min: 0, max: 335 }),
      length: fc.integer({ min: 1, max: 9 }),
      bad: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(release, { maxLength: 30 }), (releases) => {
        const told = releases.map(({ at, length, bad }, index): Told => ({
          ...{ name: `${index}`, at },
          ...(bad ? { back: at + length } : { all: at + length }),
        }));
        const { weeks, total } = measure(weeksAfter(...told));
        for (const [index, week] of weeks.entries()) {
          const own = told.filter(({ at }) => Math.floor(at / 168) === index);
          expect(week.deployments).toBe(own.length);
          expect(week.failures).toBe(own.filter(({ back }) => back !== undefined).length);
          const leads = own.flatMap(({ at, all }) => (all === undefined ? [] : [all - at + 1])).sort((a, b) => a - b);
          const [low, high] = [leads[Math.ceil(leads.length / 2) - 1], leads[Math.floor(leads.length / 2)]];
          expect(week.leadTime?.seconds).toBe(
            low === undefined || high === undefined ? undefined : ((low + high) / 2) * HOUR,
          );
        }
        expect(total.deployments).toBe(told.length);
      }),
    );
  });
});
