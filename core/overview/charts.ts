import type { MeasuredSlice, MeasuredVersion } from '../checks/evidence.ts';
import type { ReleaseEvent } from '../release/events.ts';
import type { Verdict } from '../checks/verdict.ts';

/** One line of a chart: what was measured at each time. */
interface ChartLine {
  readonly name: string;
  readonly of: 'new' | 'old';
  readonly points: readonly { readonly at: string; readonly value: number }[];
}

/** Something that was measured over time, with what was allowed. */
export interface Chart {
  readonly title: string;
  readonly unit: '' | '%' | 'ms';
  readonly lines: readonly ChartLine[];
  /** What the manifest allows. */
  readonly limit?: number;
  /** The largest value that it has to show. */
  readonly top: number;
}

/** Charts of one check, over the slices of synthetic traffic. */
export interface CheckCharts {
  readonly check: string;
  readonly charts: readonly Chart[];
}

/** When all users came to the new version, or went back from it: no slice is measured then. */
interface Moved {
  readonly at: string;
  /** Per cent of the users that are on the new version from then on. */
  readonly weight: number;
}

/** Where the users of a target went in the end, as far as these transitions tell. */
export function movesOf(events: readonly ReleaseEvent[], environment: string, target: string): Moved[] {
  return events.flatMap((event) => {
    if (event.type !== 'shifted' && event.type !== 'trafficRestored') return [];
    if (event.environment !== environment || event.target !== target) return [];
    return [{ at: event.at, weight: event.type === 'shifted' ? 100 : 0 }];
  });
}

/**
 * What a series tells: by check, how users came to the new version, and what both versions answered.
 * @param verdicts that judge it @param moves after the last slice
 */
export function chartsOf(
  slices: readonly MeasuredSlice[],
  verdicts: readonly Verdict[] = [],
  moves: readonly Moved[] = [],
): CheckCharts[] {
  const checks = [...new Set(slices.flatMap((slice) => slice.checks.map(({ check }) => check)))];
  return checks.map((check) => {
    const seen = slices.flatMap(({ at, checks: of }) => {
      const found = of.find((one) => one.check === check);
      return found === undefined ? [] : [{ at, ...found }];
    });
    const limits = verdicts.find((verdict) => verdict.check === `${check} during the shift`)?.limits ?? {};
    const compare = (
      title: string,
      unit: Chart['unit'],
      measure: (version: MeasuredVersion) => number | undefined,
      limit?: number,
    ) =>
      chartOf(
        title,
        unit,
        [
          lineOf('new version', 'new', seen, ({ newVersion }) => measure(newVersion)),
          lineOf('old version', 'old', seen, ({ oldVersion }) => measure(oldVersion)),
        ],
        limit,
      );
    return {
      check,
      charts: [
        chartOf(
          'Users on the new version',
          '%',
          [
            movedTo(
              lineOf('new version', 'new', seen, ({ weight }) => weight),
              moves,
            ),
          ],
          undefined,
          100,
        ),
        compare('Requests', '', ({ requests }) => requests),
        compare('Errors', '%', errorPercent, limits['errorPercent']),
        compare(
          '95th percentile of latency',
          'ms',
          ({ latencies }) => latencies['p95Milliseconds'],
          limits['p95Milliseconds'],
        ),
      ].filter(({ lines }) => lines.length > 0),
    };
  });
}

type SeenSlice = MeasuredSlice['checks'][number] & { readonly at: string };

function lineOf(
  name: string,
  of: ChartLine['of'],
  seen: readonly SeenSlice[],
  measure: (slice: SeenSlice) => number | undefined,
): ChartLine {
  const points = seen.flatMap((slice) => {
    const value = measure(slice);
    return value === undefined ? [] : [{ at: slice.at, value }];
  });
  return { name, of, points };
}

function movedTo(line: ChartLine, moves: readonly Moved[]): ChartLine {
  const last = line.points.at(-1)?.at;
  if (last === undefined) return line;
  const after = moves.filter(({ at }) => at > last).map(({ at, weight }) => ({ at, value: weight }));
  return { ...line, points: [...line.points, ...after] };
}

function chartOf(title: string, unit: Chart['unit'], all: readonly ChartLine[], limit?: number, least = 0): Chart {
  const lines = all.filter(({ points }) => points.length > 0);
  const values = lines.flatMap(({ points }) => points.map(({ value }) => value));
  return { title, unit, lines, ...(limit === undefined ? {} : { limit }), top: Math.max(least, limit ?? 0, ...values) };
}

function errorPercent({ requests, errors }: MeasuredVersion): number | undefined {
  if (requests === 0) return undefined;
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  return Math.round((failed * 10_000) / requests) / 100;
}
