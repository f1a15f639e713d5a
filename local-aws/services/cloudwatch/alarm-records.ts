import type { MetricDataQuery, StateValue } from '@aws-sdk/client-cloudwatch';
import type { Rule } from './evaluation.ts';
import type { AlarmRule } from './alarm-rule.ts';

export interface AlarmState {
  readonly value: StateValue;
  readonly reason: string;
  readonly reasonData: string | undefined;
  readonly at: number;
}

interface AlarmBase {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly actionsEnabled: boolean;
  readonly actions: Readonly<Record<StateValue, readonly string[]>>;
  readonly configuredAt: number;
  readonly state: AlarmState;
  readonly tags: Readonly<Record<string, string>>;
}

export interface MetricAlarmRecord extends AlarmBase {
  readonly kind: 'metric';
  readonly rule: Rule;
  /** What it watches; a single metric is one query. */
  readonly queries: readonly MetricDataQuery[];
  /** The query whose values are judged. */
  readonly watched: string;
  /** As it was put: by one metric or by metric math. */
  readonly math: boolean;
  readonly evaluateLowSampleCountPercentile: string | undefined;
}

export interface CompositeAlarmRecord extends AlarmBase {
  readonly kind: 'composite';
  readonly ruleText: string;
  readonly rule: AlarmRule;
}

export type AlarmRecord = MetricAlarmRecord | CompositeAlarmRecord;
