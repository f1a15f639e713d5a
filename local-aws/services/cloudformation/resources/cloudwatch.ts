/**
 * AWS::CloudWatch::Alarm, CompositeAlarm and Dashboard.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_CloudWatch.html
 */
import {
  ComparisonOperator,
  DeleteAlarmsCommand,
  DeleteDashboardsCommand,
  DescribeAlarmsCommand,
  GetDashboardCommand,
  PutCompositeAlarmCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  StandardUnit,
  Statistic,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import type { Properties, ResourceContext, ResourceProvider, ResourceState } from '../provider.ts';
import { unlessGone } from './gone.ts';
import { count, differ, flag, readProperties, tagList } from './shapes.ts';
import { refuseTaken } from './taken.ts';

const actions = z.array(z.string()).optional();
const base = {
  AlarmName: z.string().optional(),
  AlarmDescription: z.string().optional(),
  ActionsEnabled: flag.optional(),
  AlarmActions: actions,
  OKActions: actions,
  InsufficientDataActions: actions,
  Tags: tagList.optional(),
};
const dimensions = z.array(z.strictObject({ Name: z.string(), Value: z.string() })).optional();

const metricAlarm = z.strictObject({
  ...base,
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: dimensions,
  Statistic: z.enum(Statistic).optional(),
  ExtendedStatistic: z.string().optional(),
  Period: count.optional(),
  Unit: z.enum(StandardUnit).optional(),
  EvaluationPeriods: count.optional(),
  DatapointsToAlarm: count.optional(),
  Threshold: count.optional(),
  ComparisonOperator: z.enum(ComparisonOperator),
  TreatMissingData: z.string().optional(),
  EvaluateLowSampleCountPercentile: z.string().optional(),
  Metrics: z
    .array(
      z.strictObject({
        Id: z.string(),
        Expression: z.string().optional(),
        Label: z.string().optional(),
        ReturnData: flag.optional(),
        Period: count.optional(),
        MetricStat: z
          .strictObject({
            Metric: z.strictObject({
              Namespace: z.string().optional(),
              MetricName: z.string().optional(),
              Dimensions: dimensions,
            }),
            Period: count,
            Stat: z.string(),
            Unit: z.enum(StandardUnit).optional(),
          })
          .optional(),
      }),
    )
    .optional(),
});

const compositeAlarm = z.strictObject({ ...base, AlarmRule: z.string() });

function stateOf(name: string, { account, region }: ResourceContext): ResourceState {
  return { physicalId: name, attributes: { Arn: `arn:aws:cloudwatch:${region}:${account}:alarm:${name}` } };
}

async function alarmNamed(name: string, { kernel, caller }: ResourceContext): Promise<unknown> {
  const { MetricAlarms = [], CompositeAlarms = [] } = await kernel.send(
    caller,
    new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
  );
  return [...MetricAlarms, ...CompositeAlarms][0];
}

async function remove(name: string, { kernel, caller }: ResourceContext): Promise<void> {
  await unlessGone(kernel.send(caller, new DeleteAlarmsCommand({ AlarmNames: [name] })), 'ResourceNotFound');
}

async function putMetricAlarm(
  AlarmName: string,
  properties: Properties,
  context: ResourceContext,
): Promise<ResourceState> {
  const given = readProperties('AWS::CloudWatch::Alarm', metricAlarm, properties);
  // The API asks for N; CloudFormation takes an alarm without it as one of one period.
  const input = { EvaluationPeriods: 1, ...given, AlarmName };
  await context.kernel.send(context.caller, new PutMetricAlarmCommand(input));
  return stateOf(AlarmName, context);
}

async function putCompositeAlarm(
  AlarmName: string,
  properties: Properties,
  context: ResourceContext,
): Promise<ResourceState> {
  const given = readProperties('AWS::CloudWatch::CompositeAlarm', compositeAlarm, properties);
  await context.kernel.send(context.caller, new PutCompositeAlarmCommand({ ...given, AlarmName }));
  return stateOf(AlarmName, context);
}

const tags = tagList.default([]);
type Tags = z.output<typeof tags>;

async function retag(ResourceARN: string, wanted: Tags, before: Tags, context: ResourceContext): Promise<void> {
  if (!differ(wanted, before)) return;
  const { kernel, caller } = context;
  const TagKeys = before.map(({ Key }) => Key).filter((key) => !wanted.some(({ Key }) => Key === key));
  if (TagKeys.length > 0) await kernel.send(caller, new UntagResourceCommand({ ResourceARN, TagKeys }));
  if (wanted.length > 0) await kernel.send(caller, new TagResourceCommand({ ResourceARN, Tags: wanted }));
}

function provider(
  type: string,
  schema: { readonly shape: object },
  put: (name: string, properties: Properties, context: ResourceContext) => Promise<ResourceState>,
): ResourceProvider {
  return {
    type,
    properties: Object.keys(schema.shape),
    createOnly: ['AlarmName'],
    attributes: ['Arn'],
    create: async (properties, context) => {
      const name = properties['AlarmName'];
      if (typeof name !== 'string') return put(context.name(255), properties, context);
      await refuseTaken(type, name, alarmNamed(name, context));
      return put(name, properties, context);
    },
    update: async (name, properties, previous, context) => {
      // The tags of an alarm that stands are no business of PutMetricAlarm and PutCompositeAlarm.
      const { Tags, ...rest } = properties;
      const wanted = tags.parse(Tags);
      const state = await put(name, rest, context);
      await retag(String(state.attributes['Arn']), wanted, tags.parse(previous['Tags']), context);
      return state;
    },
    delete: (name, _, context) => remove(name, context),
  };
}

const dashboard = z.strictObject({
  DashboardName: z.string().optional(),
  DashboardBody: z.string(),
  Tags: tagList.optional(),
});

async function putDashboard(
  DashboardName: string,
  properties: Properties,
  { kernel, caller }: ResourceContext,
): Promise<ResourceState> {
  const given = readProperties('AWS::CloudWatch::Dashboard', dashboard, properties);
  await kernel.send(caller, new PutDashboardCommand({ ...given, DashboardName }));
  return { physicalId: DashboardName, attributes: {} };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-dashboard.html */
const dashboards: ResourceProvider = {
  type: 'AWS::CloudWatch::Dashboard',
  properties: Object.keys(dashboard.shape),
  createOnly: ['DashboardName'],
  attributes: [],
  create: async (properties, context) => {
    const name = properties['DashboardName'];
    if (typeof name !== 'string') return putDashboard(context.name(255), properties, context);
    const read = context.kernel.send(context.caller, new GetDashboardCommand({ DashboardName: name }));
    await refuseTaken('AWS::CloudWatch::Dashboard', name, read, 'DashboardNotFoundError');
    return putDashboard(name, properties, context);
  },
  update: async (name, properties, previous, context) => {
    const { Tags, ...rest } = properties;
    const wanted = tags.parse(Tags);
    const state = await putDashboard(name, rest, context);
    const arn = `arn:aws:cloudwatch::${context.account}:dashboard/${name}`;
    await retag(arn, wanted, tags.parse(previous['Tags']), context);
    return state;
  },
  delete: (name, _, { kernel, caller }) =>
    unlessGone(kernel.send(caller, new DeleteDashboardsCommand({ DashboardNames: [name] })), 'DashboardNotFoundError'),
};

export const cloudwatchResources: ResourceProvider[] = [
  provider('AWS::CloudWatch::Alarm', metricAlarm, putMetricAlarm),
  provider('AWS::CloudWatch::CompositeAlarm', compositeAlarm, putCompositeAlarm),
  dashboards,
];
