import type { StateValue } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { judge, type Rule } from '../../services/cloudwatch/evaluation.ts';
import { evaluate } from '../../services/cloudwatch/expression.ts';
import { readAlarmRule } from '../../services/cloudwatch/alarm-rule.ts';

// X breaches, 0 does not, - is missing; oldest first, as in the tables of
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
const THREE_OF_THREE: [string, ...StateValue[]][] = [
  ['0-X-X', 'OK', 'OK', 'OK', 'OK'],
  ['0----', 'OK', 'OK', 'OK', 'OK'],
  ['-----', 'INSUFFICIENT_DATA', 'OK', 'ALARM', 'OK'],
  ['0XX-X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['--X--', 'ALARM', 'OK', 'ALARM', 'OK'],
];
const TWO_OF_THREE: [string, ...StateValue[]][] = [
  ['0-X-X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['00X0X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0-X--', 'OK', 'OK', 'ALARM', 'OK'],
  ['----0', 'OK', 'OK', 'ALARM', 'OK'],
  ['---X-', 'ALARM', 'OK', 'ALARM', 'OK'],
];

function stateOf(points: string, datapointsToAlarm: number, treatMissing: Rule['treatMissing']): StateValue {
  const rule: Rule = {
    operator: 'GreaterThanThreshold',
    threshold: 5,
    evaluationPeriods: 3,
    datapointsToAlarm,
    treatMissing,
  };
  const value = (mark: string): number | undefined => (mark === '-' ? undefined : mark === 'X' ? 9 : 0);
  const range = [...points].map((mark, index) => ({ at: index * 60_000, value: value(mark) }));
  return judge(rule, range, 'OK').state;
}

describe('missing data', () => {
  it.each(THREE_OF_THREE)('3 of 3: %s', (points, ...states) => {
    expect(TREATMENTS.map((treatment) => stateOf(points, 3, treatment))).toEqual(states);
  });
  it.each(TWO_OF_THREE)('2 of 3: %s', (points, ...states) => {
    expect(TREATMENTS.map((treatment) => stateOf(points, 2, treatment))).toEqual(states);
  });
  it('says why, as CloudWatch words it', () => {
    const rule: Rule = {
      operator: 'GreaterThanOrEqualToThreshold',
      threshold: 1,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissing: 'notBreaching',
    };
    const at = Date.UTC(2026, 10, 20, 10);
    expect(judge(rule, [{ at, value: 3 }], 'OK').reason).toBe(
      'Threshold Crossed: 1 out of the last 1 datapoint [3.0 (20/11/26 10:00:00)] was greater than or equal to the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).',
    );
    expect(judge(rule, [{ at, value: undefined }], 'ALARM').reason).toBe(
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    );
  });
});

describe('metric math', () => {
  const series = new Map([
    [
      'errors',
      new Map([
        [0, 1],
        [60, 2],
        [120, 3],
      ]),
    ],
    [
      'calls',
      new Map([
        [0, 4],
        [60, 0],
      ]),
    ],
  ]);
  const of = (id: string) => series.get(id) ?? new Map<number, number>();

  it('computes where both sides have data, and nothing from a division by zero', () => {
    expect(evaluate('100 * (errors / calls)', of)).toEqual(new Map([[0, 25]]));
    expect(evaluate('errors - -1 * 2', of)).toEqual(
      new Map([
        [0, 3],
        [60, 4],
        [120, 5],
      ]),
    );
  });
  it('refuses functions by name', () => {
    expect(() => evaluate('ANOMALY_DETECTION_BAND(errors, 2)', of)).toThrow('ANOMALY_DETECTION_BAND');
  });
});

describe('the rule of a composite alarm', () => {
  const states: Record<string, StateValue> = { a: 'ALARM', 'b c': 'OK', d: 'INSUFFICIENT_DATA' };
  it.each([
    ['ALARM(a) AND OK("b c")', true],
    ['ALARM("b c") OR NOT ALARM(d)', true],
    ['NOT (ALARM(a) OR ALARM(d)) OR FALSE', false],
    ['INSUFFICIENT_DATA(arn:aws:cloudwatch:us-east-1:111111111111:alarm:d) AND TRUE', true],
  ])('%s', (text, expected) => {
    expect(readAlarmRule(text).holds((name) => states[name])).toBe(expected);
  });
  it('is refused where it cannot be read', () => {
    expect(() => readAlarmRule('ALARM(a) AND')).toThrow('AlarmRule is not valid');
  });
});
