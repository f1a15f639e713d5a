import type { Dimension, MetricDataQuery, MetricStat } from '@aws-sdk/client-cloudwatch';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import { onlyMembers } from '../only-members.ts';
import { evaluate, type SeriesValues } from './expression.ts';
import type { MetricId, MetricSpace } from './metrics.ts';

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
    if (/SELECT/i.test(query.Expression ?? '')) throw new NotImplemented('Metrics Insights queries');
  }
  // Reading each expression once finds what it refers to and what it may not contain.
  for (const { Expression } of queries)
    if (Expression !== undefined)
      evaluate(Expression, (id) => {
        if (!ids.has(id)) throw new AwsError('ValidationError', `The expression refers to an unknown id: ${id}`);
        return new Map();
      });
}

/** The values of one query of several; expressions may refer to the others by id. */
export function valuesOf(
  space: MetricSpace,
  queries: readonly MetricDataQuery[],
  id: string,
  span: Span,
  depth = 0,
): SeriesValues {
  const query = queries.find(({ Id }) => Id === id);
  if (query === undefined || depth > queries.length)
    throw new AwsError('ValidationError', `The query ${id} does not exist or refers to itself.`);
  const { MetricStat, Expression } = query;
  if (MetricStat !== undefined) {
    const points = space.points(metricOf(MetricStat), MetricStat.Stat ?? '', span, MetricStat.Unit);
    return new Map(points.map(({ at, value }) => [at, value]));
  }
  const value = evaluate(Expression ?? '', (other) => valuesOf(space, queries, other, span, depth + 1));
  if (typeof value !== 'number') return value;
  const constant = new Map<number, number>();
  for (let at = span.from; at < span.until; at += span.period) constant.set(at, value);
  return constant;
}

/** The longest period of the queries, milliseconds. */
export function periodOf(queries: readonly MetricDataQuery[]): number {
  return Math.max(...queries.map(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? 60)) * 1_000;
}
