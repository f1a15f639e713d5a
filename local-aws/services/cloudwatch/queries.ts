import type { Dimension, MetricDataQuery, MetricStat } from '@aws-sdk/client-cloudwatch';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import { onlyMembers } from '../only-members.ts';
import { evaluate, type SeriesValues } from './expression.ts';
import { checkStatistic, MetricSpace, type MetricId } from './metrics.ts';

/** Periods of `period` milliseconds, from `from` to `until`. */
export interface Span {
  readonly from: number;
  readonly until: number;
  readonly period: number;
}

export function dimensionsOf(dimensions: readonly Dimension[] | undefined): Record<string, string> {
  return Object.fromEntries((dimensions ?? []).map(({ Name, Value }) => [Name ?? '', Value ?? '']));
}

export function metricOf({ Metric }: MetricStat): MetricId {
  return {
    namespace: Metric?.Namespace ?? '',
    name: Metric?.MetricName ?? '',
    dimensions: dimensionsOf(Metric?.Dimensions),
  };
}

/** @throws NotImplemented, AwsError ValidationError for queries that cannot be answered */
export function checkQueries(queries: readonly MetricDataQuery[]): void {
  const ids = new Set<string>();
  for (const query of queries) {
    onlyMembers(query, ['Id', 'MetricStat', 'Expression', 'Label', 'ReturnData', 'Period'], 'a MetricDataQuery');
    if (!/^[a-z][a-zA-Z0-9_]*$/.test(query.Id ?? '') || ids.has(query.Id ?? ''))
      throw new AwsError('ValidationError', `The value ${query.Id ?? ''} for parameter Id is invalid or used twice.`);
    ids.add(query.Id ?? '');
    if ((query.MetricStat === undefined) === (query.Expression === undefined))
      throw new AwsError('ValidationError', `The query ${query.Id ?? ''} must have either MetricStat or Expression.`);
    if (query.MetricStat !== undefined) checkStatistic(query.MetricStat.Stat ?? '', 'MetricStat.Stat');
    checkPeriod(query.MetricStat?.Period ?? query.Period ?? 60);
    if (/SELECT/i.test(query.Expression ?? '')) throw new NotImplemented('Metrics Insights queries');
  }
  // Computing each over no time finds what it refers to, in circles too, and what it may not contain.
  const nothing = new MetricSpace();
  for (const { Id } of queries) valuesOf(nothing, queries, Id ?? '', { from: 0, until: 0, period: 60_000 });
}

/** @throws AwsError ValidationError unless it is 1, 5, 10, 20, 30 or a multiple of 60 seconds, and no longer than a day */
export function checkPeriod(seconds: number): void {
  const isWhole = [1, 5, 10, 20, 30].includes(seconds) || (seconds >= 60 && seconds % 60 === 0);
  if (!isWhole || seconds > 7 * 86_400)
    throw new AwsError('ValidationError', 'Period must be 1, 5, 10, 20, 30 or a multiple of 60 seconds.');
}

/** The values of one query of several; expressions may refer to the others by id. */
export function valuesOf(
  space: MetricSpace,
  queries: readonly MetricDataQuery[],
  id: string,
  span: Span,
  /** What was computed before: each query is computed once, however often others refer to it; undefined while it is under way. */
  known = new Map<string, SeriesValues | undefined>(),
): SeriesValues {
  const query = queries.find(({ Id }) => Id === id);
  const before = known.get(id);
  if (before !== undefined) return before;
  if (query === undefined || known.has(id))
    throw new AwsError('ValidationError', `The query ${id} does not exist or refers to itself.`);
  known.set(id, undefined);
  const values = compute(space, queries, query, span, known);
  known.set(id, values);
  return values;
}

function compute(
  space: MetricSpace,
  queries: readonly MetricDataQuery[],
  { MetricStat, Expression }: MetricDataQuery,
  span: Span,
  known: Map<string, SeriesValues | undefined>,
): SeriesValues {
  if (MetricStat !== undefined) {
    const points = space.points(metricOf(MetricStat), MetricStat.Stat ?? '', span, MetricStat.Unit);
    return new Map(points.map(({ at, value }) => [at, value]));
  }
  const value = evaluate(Expression ?? '', (other) => valuesOf(space, queries, other, span, known));
  if (typeof value !== 'number') return value;
  const constant = new Map<number, number>();
  for (let at = span.from; at < span.until; at += span.period) constant.set(at, value);
  return constant;
}

/** The longest period of the queries, milliseconds. */
export function periodOf(queries: readonly MetricDataQuery[]): number {
  return Math.max(...queries.map(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? 60)) * 1_000;
}
