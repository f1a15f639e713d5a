import { readFileSync } from 'node:fs';
import { CloudWatchClient, PutDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { startLocalAws } from 'local-aws';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { metricIdentities, type MetricIdentity, metricNamespace } from '../../core/contract/engine-metrics.ts';
import { reservedResources } from '../../core/contract/owned.ts';
import { policyOfEveryFunction, resourcesOf, synthesize, templateOf, type Template } from './synthesized.ts';

let engine: Template;
let target: Template;
beforeAll(() => {
  const assembly = synthesize({ 'sluice:policy': policyOfEveryFunction() });
  engine = templateOf(assembly, 'ReleaseEngine');
  target = templateOf(assembly, 'ReleaseTarget-333333333333-us-east-1');
}, 120_000);

const intrinsic = z.union([
  z.object({ Ref: z.string() }).transform(({ Ref }) => Ref),
  z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }).transform(({ 'Fn::GetAtt': of }) => of.join('.')),
]);
const joined = z.object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.union([z.string(), intrinsic]))]) });
const widget = z.object({
  type: z.string(),
  properties: z.looseObject({
    title: z.string().optional(),
    alarms: z.array(z.string()).optional(),
    metrics: z.array(z.array(z.unknown())).optional(),
    region: z.string().optional(),
  }),
});

function dashboard() {
  const [[, found] = []] = resourcesOf(engine, 'AWS::CloudWatch::Dashboard');
  const body = joined.parse(found?.Properties['DashboardBody'])['Fn::Join'][1].join('');
  const { widgets } = z.object({ widgets: z.array(widget) }).parse(JSON.parse(body));
  return { name: String(found?.Properties['DashboardName']), widgets, body };
}

/** The metrics of a widget, with what each has from the one before. */
function metricsOf({ properties: { metrics = [] } }: z.infer<typeof widget>): MetricIdentity[] {
  let before: readonly string[] = [];
  return metrics.map((entry) => {
    const names = entry.filter((part) => typeof part === 'string');
    before = names.map((part, index) => (part === '.' ? (before[index] ?? '') : part));
    const [namespace = '', name = '', ...rest] = before;
    return { namespace, name, dimensions: pairs(rest) };
  });
}

function pairs(flat: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: flat.length / 2 }, (_, index) => [flat[index * 2] ?? '', flat[index * 2 + 1] ?? '']),
  );
}

const alarmShape = z.object({
  AlarmDescription: z.string(),
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.unknown() })).default([]),
  TreatMissingData: z.string(),
  AlarmActions: z.array(z.unknown()),
});
const alarmsOf = (template: Template) =>
  resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([id, { Properties }]) => ({
    id,
    ...alarmShape.parse(Properties),
  }));

const sorted = (metrics: readonly MetricIdentity[]): string[] => [
  ...new Set(metrics.map((metric) => JSON.stringify(metric)).sort()),
];

describe('the dashboard', () => {
  it('is one that CloudWatch takes, and draws all of', async () => {
    const aws = await startLocalAws();
    try {
      const client = aws.client(CloudWatchClient, { account: '111111111111', region: 'us-east-1' });
      const { name, body } = dashboard();
      const put = await client.send(new PutDashboardCommand({ DashboardName: name, DashboardBody: body }));
      expect(put.DashboardValidationMessages ?? []).toEqual([]);
    } finally {
      await aws.close();
    }
  });

  it('shows every metric that the engine writes, and no other by its name', () => {
    const own = dashboard()
      .widgets.flatMap(metricsOf)
      .filter(({ namespace }) => namespace === metricNamespace);
    expect(sorted(own)).toEqual(sorted(metricIdentities()));
  });

  it('shows metrics of AWS under the dimensions that AWS has them', () => {
    const others = dashboard()
      .widgets.flatMap(metricsOf)
      .filter(({ namespace }) => namespace !== metricNamespace);
    const kinds = new Set(
      others.map(({ namespace, name, dimensions }) => [namespace, name, ...Object.keys(dimensions)].join(' ')),
    );
    expect([...kinds].sort()).toEqual([
      'AWS/ApiGateway 4xx ApiId',
      'AWS/ApiGateway 5xx ApiId',
      'AWS/Lambda Errors FunctionName',
      'AWS/Lambda Throttles FunctionName',
      'AWS/SQS ApproximateNumberOfMessagesVisible QueueName',
      ...['Aborted', 'Failed', 'Started', 'TimedOut'].map((end) => `AWS/States Executions${end} StateMachineArn`),
    ]);
  });

  it('shows every queue, every function and every alarm of the engine', () => {
    const { widgets } = dashboard();
    const shown = (name: string): string[] =>
      widgets.flatMap(metricsOf).flatMap(({ dimensions }) => (name in dimensions ? (dimensions[name] ?? []) : []));
    const idsOf = (type: string): string[] => resourcesOf(engine, type).map(([id]) => id);
    expect(shown('QueueName').sort()).toEqual(
      idsOf('AWS::SQS::Queue')
        .map((id) => `${id}.QueueName`)
        .sort(),
    );
    const functions = resourcesOf(engine, 'AWS::Lambda::Function').map(([, { Properties }]) =>
      String(Properties['FunctionName']),
    );
    expect([...new Set(shown('FunctionName'))].sort()).toEqual(functions.sort());
    const [status] = widgets.filter(({ type }) => type === 'alarm');
    expect(status?.properties.alarms?.toSorted()).toEqual(
      idsOf('AWS::CloudWatch::Alarm')
        .map((id) => `${id}.Arn`)
        .sort(),
    );
  });

  it('has a name of its Region, as dashboards are of an account, that no service may have', () => {
    const { name } = dashboard();
    expect(name).toBe('ReleaseEngine-us-east-1');
    expect(reservedResources).toContain('ReleaseEngine-*');
  });
});

describe('the alarms', () => {
  it('watch metrics that the engine writes, with their dimensions', () => {
    const own = alarmsOf(engine).filter(({ Namespace }) => Namespace === metricNamespace);
    expect(own.map(({ MetricName }) => MetricName).sort()).toEqual(['ReconcilerLag', 'Undelivered']);
    for (const { Namespace, MetricName, Dimensions } of own) {
      const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, String(Value)]));
      expect(metricIdentities()).toContainEqual({ namespace: Namespace, name: MetricName, dimensions });
    }
  });

  it('are quiet where nothing is released, and tell somebody', () => {
    for (const { id, TreatMissingData, AlarmActions } of alarmsOf(engine)) {
      expect([id, TreatMissingData]).toEqual([id, 'notBreaching']);
      expect(AlarmActions).toHaveLength(1);
    }
  });

  it('say what they mean, and where it is written what to do', () => {
    const page = readFileSync('docs/operating.md', 'utf8');
    const anchors = [...page.matchAll(/^##+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\- ]/gu, '')
        .replaceAll(' ', '-'),
    );
    for (const { id, AlarmDescription } of [...alarmsOf(engine), ...alarmsOf(target)]) {
      const [, anchor = ''] = /: docs\/operating\.md#([a-z-]+)$/.exec(AlarmDescription) ?? [];
      expect([id, anchors.includes(anchor) ? anchor : `no heading ${anchor}`]).toEqual([id, anchor]);
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
      expect(AlarmDescription.length).toBeLessThanOrEqual(1024);
    }
  });
});
