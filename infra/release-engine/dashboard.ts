import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  Metric,
  SingleValueWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { engineMetrics, type EngineMetricName, metricNamespace } from '../../core/contract/engine-metrics.ts';
import { dashboardName } from './names.ts';

/** What the dashboard shows beside the metrics of the engine. */
export interface EngineDashboardProps {
  /** Base URL of the pages. */
  readonly apiUrl: string;
  readonly apiId: string;
  readonly releaseMachineArn: string;
  /** Names of the functions, as AWS has them. */
  readonly functions: readonly string[];
  /** Names of the dead-letter queues, by what is in them. */
  readonly deadLetters: Readonly<Record<string, string>>;
  /** ARNs of the alarms on the engine. */
  readonly alarms: readonly string[];
}

const minute = Duration.minutes(1);
const hour = Duration.hours(1);
const narrow = { width: 8, height: 6 };

/** The engine at a glance: how releases end, what keeps them, what nobody was told, and whether it is well. */
export class EngineDashboard extends Construct {
  /** Where people see it. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: EngineDashboardProps) {
    super(scope, id);
    const { region } = Stack.of(this);
    const name = dashboardName(region);
    new Dashboard(this, 'Dashboard', {
      dashboardName: name,
      defaultInterval: Duration.days(7),
      widgets: [this.heading(props), releases(), delivery(props), machinery(props)],
    });
    this.url = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${name}`;
  }

  private heading({ apiUrl, alarms }: EngineDashboardProps): IWidget[] {
    const markdown = [
      '# Sluice',
      `[The pages](${apiUrl}/) show what is live where, and each release. What to do about an alarm is in docs/operating.md. This dashboard comes with the stack \`ReleaseEngine\`: what is changed here by hand is lost with its next deployment.`,
    ].join('\n');
    return [
      new TextWidget({ markdown, width: 12, height: 4 }),
      new AlarmStatusWidget({
        title: 'Alarms',
        alarms: alarms.map((arn, index) => Alarm.fromAlarmArn(this, `Alarm${index + 1}`, arn)),
        width: 12,
        height: 4,
      }),
    ];
  }
}

function releases(): IWidget[] {
  return [
    new GraphWidget({
      title: 'Releases that ended, by how',
      left: ofEach('Releases', { statistic: Stats.SUM, period: hour }),
      stacked: true,
      ...narrow,
    }),
    new GraphWidget({
      title: 'Time in each gate, in seconds: longest',
      left: ofEach('GateSeconds', { statistic: Stats.MAXIMUM, period: hour }),
      ...narrow,
    }),
    new SingleValueWidget({
      title: 'Time in each gate, in seconds: median',
      metrics: ofEach('GateSeconds', { statistic: Stats.percentile(50), period: hour }),
      setPeriodToTimeRange: true,
      ...narrow,
    }),
  ];
}

function delivery({ deadLetters }: EngineDashboardProps): IWidget[] {
  const waiting = Object.entries(deadLetters).map(
    ([label, QueueName]) =>
      new Metric({
        namespace: 'AWS/SQS',
        metricName: 'ApproximateNumberOfMessagesVisible',
        dimensionsMap: { QueueName },
        statistic: Stats.MAXIMUM,
        period: minute,
        label,
      }),
  );
  return [
    new GraphWidget({ title: 'Dead letters', left: waiting, ...narrow }),
    new GraphWidget({
      title: 'Recipients who were not reached',
      left: [own('Undelivered', { statistic: Stats.MAXIMUM, period: minute })],
      ...narrow,
    }),
    new GraphWidget({
      title: 'Lag of the reconciler, in seconds',
      left: [own('ReconcilerLag', { statistic: Stats.MAXIMUM, period: minute })],
      ...narrow,
    }),
  ];
}

function machinery({ functions, releaseMachineArn, apiId }: EngineDashboardProps): IWidget[] {
  const counted = (namespace: string, metricName: string, dimensionsMap: Record<string, string>, label: string) =>
    new Metric({ namespace, metricName, dimensionsMap, statistic: Stats.SUM, period: Duration.minutes(5), label });
  const errors = functions.flatMap((FunctionName) => [
    counted('AWS/Lambda', 'Errors', { FunctionName }, FunctionName),
    counted('AWS/Lambda', 'Throttles', { FunctionName }, `${FunctionName}, throttled`),
  ]);
  const executions = ['ExecutionsStarted', 'ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'].map((name) =>
    counted('AWS/States', name, { StateMachineArn: releaseMachineArn }, name.replace('Executions', '')),
  );
  const answers = ['4xx', '5xx'].map((name) => counted('AWS/ApiGateway', name, { ApiId: apiId }, name));
  return [
    new GraphWidget({ title: 'Errors of functions (a check that fails is one, too)', left: errors, ...narrow }),
    new GraphWidget({ title: 'Executions of releases', left: executions, ...narrow }),
    new GraphWidget({ title: 'Refusals and failures of the API and the pages', left: answers, ...narrow }),
  ];
}

type Look = Pick<Metric, 'statistic' | 'period'>;

/** A metric of the engine without a dimension. */
function own(metricName: EngineMetricName, look: Look): IMetric {
  return new Metric({ namespace: metricNamespace, metricName, label: metricName, ...look });
}

/** A metric of the engine for each value of its dimension. */
function ofEach(metricName: 'Releases' | 'GateSeconds', look: Look): IMetric[] {
  const { name, values } = engineMetrics[metricName].dimension;
  return values.map(
    (value) =>
      new Metric({
        namespace: metricNamespace,
        metricName,
        dimensionsMap: { [name]: value },
        label: value,
        ...look,
      }),
  );
}
