import type { ComparisonOperator, StateValue } from '@aws-sdk/client-cloudwatch';
import { NotImplemented } from '../../kernel/errors.ts';

export interface Rule {
  readonly operator: ComparisonOperator;
  readonly threshold: number;
  /** N: how many datapoints are looked at. */
  readonly evaluationPeriods: number;
  /** M: how many of them must breach. */
  readonly datapointsToAlarm: number;
  readonly treatMissing: 'breaching' | 'notBreaching' | 'ignore' | 'missing';
}

export interface Verdict {
  readonly state: StateValue;
  /** The datapoints it was decided on, oldest first. */
  readonly decidedOn: readonly { readonly at: number; readonly value: number }[];
  readonly reason: string;
}

/** How many periods further back than N CloudWatch looks for real datapoints: with N = 3 its documentation shows a range of 5. */
export const EXTRA_PERIODS = 2;

/**
 * The state of an alarm from the periods of its evaluation range, oldest first; `undefined` is a missing datapoint.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html and alarms-and-missing-data.html
 */
export function judge(
  rule: Rule,
  range: readonly { readonly at: number; readonly value: number | undefined }[],
  present: StateValue,
): Verdict {
  const real = range.flatMap(({ at, value }) => (value === undefined ? [] : [{ at, value }]));
  const decidedOn = real.slice(-rule.evaluationPeriods);
  const state = stateOf(rule, range, decidedOn, present);
  return { state, decidedOn, reason: reasonOf(rule, decidedOn, state, present) };
}

function stateOf(
  rule: Rule,
  range: readonly { readonly value: number | undefined }[],
  real: readonly { readonly value: number }[],
  present: StateValue,
): StateValue {
  const { evaluationPeriods, datapointsToAlarm, treatMissing } = rule;
  const missing = Math.max(0, evaluationPeriods - real.length);
  const breaching = real.filter(({ value }) => breaches(rule, value)).length;
  if (breaching >= datapointsToAlarm) return 'ALARM';
  if (missing === 0) return 'OK';
  if (treatMissing === 'breaching') return breaching + missing >= datapointsToAlarm ? 'ALARM' : 'OK';
  if (treatMissing === 'notBreaching') return 'OK';
  if (real.length > breaching) return 'OK';
  if (treatMissing === 'ignore') return present;
  if (real.length === 0) return 'INSUFFICIENT_DATA';
  // All there is breaches: an alarm once the oldest of it is as old as M.
  const recent = range.slice(-evaluationPeriods);
  const age = recent.length - recent.findIndex(({ value }) => value !== undefined);
  return recent.some(({ value }) => value !== undefined) && age >= datapointsToAlarm ? 'ALARM' : present;
}

function breaches({ operator, threshold }: Rule, value: number): boolean {
  switch (operator) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
    case 'LessThanThreshold':
      return value < threshold;
    default:
      throw new NotImplemented(`the alarm operator ${operator}`);
  }
}

const WORDS: Partial<Record<ComparisonOperator, string>> = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanOrEqualToThreshold: 'less than or equal to',
  LessThanThreshold: 'less than',
};

function reasonOf(
  rule: Rule,
  decidedOn: readonly { readonly at: number; readonly value: number }[],
  state: StateValue,
  present: StateValue,
): string {
  const { evaluationPeriods, datapointsToAlarm, treatMissing, operator, threshold } = rule;
  const count = (number: number): string => `${number} datapoint${number === 1 ? '' : 's'}`;
  if (decidedOn.length === 0) {
    if (treatMissing === 'missing' || treatMissing === 'ignore')
      return `Insufficient Data: ${count(evaluationPeriods)} ${evaluationPeriods === 1 ? 'was' : 'were'} unknown.`;
    const as = treatMissing === 'breaching' ? 'Breaching' : 'NonBreaching';
    const plural = evaluationPeriods === 1;
    return `Threshold Crossed: no datapoints were received for ${evaluationPeriods} period${plural ? '' : 's'} and ${evaluationPeriods} missing datapoint${plural ? ' was' : 's were'} treated as [${as}].`;
  }
  const relevant = decidedOn.filter(({ value }) => breaches(rule, value) === (state === 'ALARM'));
  const shown = (relevant.length === 0 ? decidedOn : relevant).toReversed();
  const list = shown.map(({ at, value }) => `${decimal(value)} (${stamp(at)})`).join(', ');
  const verb = `${shown.length === 1 ? 'was' : 'were'}${state === 'ALARM' ? '' : ' not'} ${WORDS[operator] ?? operator}`;
  const least = state === 'ALARM' ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1;
  return `Threshold Crossed: ${shown.length} out of the last ${count(evaluationPeriods)} [${list}] ${verb} the threshold (${decimal(threshold)}) (minimum ${count(least)} for ${present} -> ${state} transition).`;
}

function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** `dd/mm/yy hh:mm:ss`, as CloudWatch writes times in reasons. */
function stamp(at: number): string {
  const [date = '', time = ''] = new Date(at).toISOString().split('T');
  const [year = '', month, day] = date.split('-');
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`;
}
