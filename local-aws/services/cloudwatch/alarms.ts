import type { AlarmHistoryItem } from '@aws-sdk/client-cloudwatch';
import type { Timer } from '../../kernel/clock.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { EXTRA_PERIODS, judge, type Rule } from './evaluation.ts';
import { keyOf, MetricSpace, type MetricId } from './metrics.ts';
import { publishStateChange } from './state-change.ts';
import { offsetTime } from './offset-time.ts';
import { metricOf, periodOf, valuesOf } from './queries.ts';
import type { AlarmRecord, AlarmState, MetricAlarmRecord } from './alarm-records.ts';

/** Metrics and alarms of one account and region; evaluates its alarms on the clock. */
export class AlarmSpace {
  readonly metrics = new MetricSpace();
  readonly alarms = new Map<string, AlarmRecord>();
  readonly history: (AlarmHistoryItem & { readonly Timestamp: Date })[] = [];
  private readonly timers = new Map<string, Timer>();

  constructor(
    private readonly kernel: Kernel,
    readonly account: string,
    readonly region: string,
  ) {}

  /** Adds or replaces an alarm; a replaced one keeps its state until it is evaluated. */
  put(alarm: AlarmRecord): void {
    this.alarms.set(alarm.name, alarm);
    this.timers.get(alarm.name)?.cancel();
    this.timers.delete(alarm.name);
    if (alarm.kind === 'metric') this.schedule(alarm);
    else this.evaluateComposites();
  }

  remove(name: string): void {
    this.alarms.delete(name);
    this.timers.get(name)?.cancel();
    this.timers.delete(name);
  }

  /** Data came in: the alarms that watch it will be evaluated. */
  touched(id: MetricId): void {
    const key = keyOf(id);
    for (const alarm of this.alarms.values())
      if (alarm.kind === 'metric' && watches(alarm).has(key)) this.schedule(alarm);
  }

  /** Evaluates at the next tick, unless that is planned already. */
  schedule(alarm: MetricAlarmRecord): void {
    if (this.timers.has(alarm.name)) return;
    const interval = intervalOf(alarm);
    const at = (Math.floor(this.kernel.clock.now() / interval) + 1) * interval;
    const evaluate = (): void => {
      this.timers.delete(alarm.name);
      this.evaluate(alarm.name, at);
    };
    this.timers.set(alarm.name, this.kernel.clock.at(at, evaluate, `the evaluation of alarm ${alarm.name}`));
  }

  /** Moves an alarm to a state, tells everybody, and looks at the composite alarms above it. */
  enter(name: string, state: AlarmState): void {
    const before = this.alarms.get(name);
    if (before === undefined || before.state.value === state.value) return;
    const after = { ...before, state };
    this.alarms.set(name, after);
    this.remember(after, 'StateUpdate', `Alarm updated from ${before.state.value} to ${state.value}`, {
      version: '1.0',
      oldState: { stateValue: before.state.value, stateReason: before.state.reason },
      newState: { stateValue: state.value, stateReason: state.reason },
    });
    publishStateChange(this.kernel, this, before, after);
    this.evaluateComposites();
  }

  remember(
    alarm: AlarmRecord,
    type: 'ConfigurationUpdate' | 'StateUpdate' | 'Action',
    summary: string,
    data: unknown,
  ): void {
    this.history.push({
      AlarmName: alarm.name,
      AlarmType: alarm.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm',
      Timestamp: this.kernel.clock.date(),
      HistoryItemType: type,
      HistorySummary: summary,
      HistoryData: JSON.stringify(data),
    });
  }

  private evaluate(name: string, at: number): void {
    const alarm = this.alarms.get(name);
    if (alarm?.kind !== 'metric') return;
    const period = periodOf(alarm.queries);
    const periods = alarm.rule.evaluationPeriods + EXTRA_PERIODS;
    const from = at - periods * period;
    const values = valuesOf(this.metrics, alarm.queries, alarm.watched, { from, until: at, period });
    const range = Array.from({ length: periods }, (_, index) => {
      const start = from + index * period;
      return { at: start, value: values.get(start) };
    });
    const verdict = judge(ruleFor(alarm), range, alarm.state.value);
    this.enter(name, {
      value: verdict.state,
      reason: verdict.reason,
      reasonData: reasonData(alarm, verdict.decidedOn, period, at),
      at: this.kernel.clock.now(),
    });
    // Once nothing it watches is in sight its state stays as it is until data comes.
    const insight = alarm.queries.some(
      ({ MetricStat }) => MetricStat !== undefined && this.metrics.hasData(metricOf(MetricStat), from, Infinity),
    );
    const present = this.alarms.get(name);
    if (insight && present?.kind === 'metric') this.schedule(present);
  }

  private evaluateComposites(): void {
    for (const alarm of [...this.alarms.values()]) {
      if (alarm.kind !== 'composite') continue;
      const value = alarm.rule.holds((name) => this.alarms.get(name)?.state.value) ? 'ALARM' : 'OK';
      if (value === this.alarms.get(alarm.name)?.state.value) continue;
      const triggers = [...alarm.rule.alarms].flatMap((name) => this.alarms.get(name) ?? []);
      const [first] = triggers;
      this.enter(alarm.name, {
        value,
        reason:
          first === undefined
            ? `The rule evaluates to ${value === 'ALARM'}`
            : `${first.arn} transitioned to ${first.state.value} at ${new Date(first.state.at).toUTCString()}`,
        reasonData: JSON.stringify({
          triggeringAlarms: triggers.map(({ arn, state }) => ({
            arn,
            state: { value: state.value, timestamp: offsetTime(state.at) },
          })),
        }),
        at: this.kernel.clock.now(),
      });
    }
  }
}

/** Alarms on AWS/DynamoDB ignore missing data whatever they say. */
function ruleFor({ rule, queries }: MetricAlarmRecord): Rule {
  const dynamo = queries.some(({ MetricStat }) => MetricStat?.Metric?.Namespace === 'AWS/DynamoDB');
  return dynamo ? { ...rule, treatMissing: 'ignore' } : rule;
}

function watches({ queries }: MetricAlarmRecord): Set<string> {
  return new Set(queries.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [keyOf(metricOf(MetricStat))])));
}

/** Alarms are evaluated every minute; high-resolution ones every ten seconds, those that look back days every hour. */
function intervalOf({ queries, rule }: MetricAlarmRecord): number {
  const period = periodOf(queries);
  if (period < 60_000) return 10_000;
  return period * rule.evaluationPeriods > 86_400_000 ? 3_600_000 : 60_000;
}

function reasonData(
  { queries, rule, math }: MetricAlarmRecord,
  decidedOn: readonly { readonly at: number; readonly value: number }[],
  period: number,
  at: number,
): string {
  const [first] = decidedOn;
  return JSON.stringify({
    version: '1.0',
    queryDate: offsetTime(at),
    ...(first === undefined ? {} : { startDate: offsetTime(first.at) }),
    ...(math ? {} : { statistic: queries[0]?.MetricStat?.Stat }),
    period: period / 1_000,
    recentDatapoints: decidedOn.map(({ value }) => value),
    threshold: rule.threshold,
    evaluatedDatapoints: decidedOn
      .toReversed()
      .map((point) => ({ timestamp: offsetTime(point.at), value: point.value })),
  });
}
