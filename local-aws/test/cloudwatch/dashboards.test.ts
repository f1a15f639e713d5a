import {
  CloudWatchClient,
  DashboardInvalidInputError,
  DeleteDashboardsCommand,
  GetDashboardCommand,
  ListDashboardsCommand,
  ListTagsForResourceCommand,
  PutDashboardCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  UpdateStackCommand,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';

// After https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html and its page on bodies,
// CloudWatch-Dashboard-Body-Structure.html.
const account = '333333333333';
let aws: LocalAws;
let cloudwatch: CloudWatchClient;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max', strict: true });
  cloudwatch = aws.client(CloudWatchClient, { account, region: 'us-east-1' });
});
afterAll(() => aws.close());

type Widget = Record<string, unknown>;
const metric = (properties: Widget): Widget => ({ type: 'metric', properties: { region: 'us-east-1', ...properties } });
const cpu = ['AWS/EC2', 'CPUUtilization', 'InstanceId', 'i-012345'];
const put = (body: unknown, DashboardName = 'tried') =>
  cloudwatch.send(
    new PutDashboardCommand({
      DashboardName,
      DashboardBody: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  );
/** What a body is refused for: `path message`. */
async function refusal(body: unknown): Promise<string[]> {
  const error: unknown = await put(body).catch((problem: unknown) => problem);
  if (!(error instanceof DashboardInvalidInputError)) throw new Error(`Not refused: ${JSON.stringify(error)}`);
  return (error.dashboardValidationMessages ?? []).map(({ DataPath = '', Message = '' }) =>
    `${DataPath} ${Message}`.trim(),
  );
}

describe('a body', () => {
  it.each<[string, unknown]>([
    ['of nothing', { widgets: [] }],
    ['with times and periods', { start: '-PT6H', periodOverride: 'inherit', widgets: [] }],
    ['of a fixed time', { start: '2018-12-17T06:00:00.000Z', end: '2018-12-18T06:00:00.000Z', widgets: [] }],
    [
      'with metrics as the ones before, drawn otherwise, and math',
      {
        widgets: [
          metric({
            metrics: [
              ['AWS/EC2', 'DiskReadBytes', 'InstanceId', 'i-123', { id: 'm1' }],
              ['.', '.', '.', 'i-abc', { id: 'm2', yAxis: 'right', label: 'abc', period: 3600, stat: 'Maximum' }],
              ['...', 'i-def'],
              ['AWS/EC2', 'CPUUtilization', { stat: 'Maximum' }],
              [{ expression: 'SUM(METRICS())', label: 'Sum of DiskReadBytes', id: 'e3' }],
            ],
            ...{ view: 'timeSeries', stacked: true, period: 300, stat: 'Average', timezone: '+0300', liveData: false },
            legend: { position: 'right' },
            yAxis: { left: { min: 0, max: 100 }, right: { min: 50, showUnits: false } },
            annotations: {
              horizontal: [
                { visible: true, color: '#9467bd', label: 'Critical range', value: 20, fill: 'above', yAxis: 'right' },
                [{ label: 'Band top', value: 200 }, { value: 95.5 }],
              ],
              vertical: [{ value: '2018-08-28T15:25:26Z', fill: 'after' }],
            },
          }),
        ],
      },
    ],
    ['with the graph of an alarm', { widgets: [metric({ annotations: { alarms: ['arn1'] } })] }],
    ['with a gauge', { widgets: [metric({ metrics: [cpu], view: 'gauge', yAxis: { left: { min: 0, max: 100 } } })] }],
    ['with text', { widgets: [{ type: 'text', x: 0, y: 7, width: 3, height: 3, properties: { markdown: 'Hello' } }] }],
    [
      'with a query of logs',
      {
        widgets: [
          {
            type: 'log',
            properties: { region: 'us-east-1', query: "SOURCE 'a' | fields @message", view: 'table', title: 'Errors' },
          },
        ],
      },
    ],
    [
      'with the states of alarms',
      { widgets: [{ type: 'alarm', properties: { alarms: ['arn1'], sortBy: 'timestamp', states: ['ALARM'] } }] },
    ],
    [
      'with an explorer',
      {
        widgets: [
          {
            type: 'explorer',
            properties: {
              metrics: [{ metricName: 'CPUUtilization', resourceType: 'AWS::EC2::Instance', stat: 'Average' }],
              aggregateBy: { key: 'InstanceType', func: 'MAX' },
              labels: [{ key: 'State', value: 'running' }],
              widgetOptions: { legend: { position: 'bottom' }, view: 'timeSeries', rowsPerPage: 8, widgetsPerRow: 2 },
            },
          },
        ],
      },
    ],
    [
      'with variables',
      {
        widgets: [],
        variables: [
          { type: 'property', property: 'region', inputType: 'input', id: 'region', label: 'Region', visible: true },
          { type: 'pattern', pattern: 'x', inputType: 'radio', id: 'unique_id_1', values: [{ label: 'a', value: 1 }] },
        ],
      },
    ],
  ])('%s is taken', async (_, body) => {
    expect((await put(body)).DashboardValidationMessages ?? []).toEqual([]);
  });

  it.each<[string, unknown, string[]]>([
    ['that is no JSON', 'widgets', ['The field DashboardBody must be a valid JSON object']],
    ['without widgets', {}, ["Should have required property 'widgets'"]],
    [
      'with a widget of no kind',
      { widgets: [{ type: 'chart', properties: {} }] },
      ['/widgets/0/type Should be equal to one of the allowed values'],
    ],
    [
      'with a widget without properties',
      { widgets: [{ type: 'text' }] },
      ["/widgets/0 Should have required property 'properties'"],
    ],
    [
      'with a text without its markdown',
      { widgets: [{ type: 'text', properties: {} }] },
      ["/widgets/0/properties Should have required property 'markdown'"],
    ],
    [
      'with a column too far',
      { widgets: [{ ...metric({ metrics: [cpu] }), x: 24, y: 0 }] },
      ['/widgets/0/x Should be <= 23'],
    ],
    [
      'with a row and no column',
      { widgets: [{ ...metric({ metrics: [cpu] }), y: 3 }] },
      ["/widgets/0 Should have required property 'x'"],
    ],
    [
      'with a widget that is too wide',
      { widgets: [{ ...metric({ metrics: [cpu] }), width: 25 }] },
      ['/widgets/0/width Should be <= 24'],
    ],
    [
      'with metrics of no Region',
      { widgets: [{ type: 'metric', properties: { metrics: [cpu] } }] },
      ["/widgets/0/properties Should have required property 'region'"],
    ],
    [
      'with neither metrics nor an alarm',
      { widgets: [metric({ title: 'nothing' })] },
      ["/widgets/0/properties Should have required property 'metrics'"],
    ],
    [
      'with dimensions as an object',
      { widgets: [metric({ metrics: [['AWS/ECS', 'CPUUtilization', { ClusterName: 'orders' }]] })] },
      ['/widgets/0/properties/metrics/0 Should NOT have more than 2 items'],
    ],
    [
      'with dimensions before other parts',
      { widgets: [metric({ metrics: [['AWS/ECS', 'CPU', { ClusterName: 'orders' }, 'x', { stat: 'Sum' }]] })] },
      ['/widgets/0/properties/metrics/0/2 Invalid metric field type, only "String" type is allowed'],
    ],
    [
      'with a dimension without a value',
      { widgets: [metric({ metrics: [['AWS/EC2', 'CPUUtilization', 'InstanceId']] })] },
      ['/widgets/0/properties/metrics/0 Should NOT have more than 2 items'],
    ],
    [
      'with a metric without its name',
      { widgets: [metric({ metrics: [['AWS/EC2']] })] },
      ['/widgets/0/properties/metrics/0 Should NOT have fewer than 2 items'],
    ],
    [
      'with a first metric that is as the one before',
      { widgets: [metric({ metrics: [['AWS/EC2', '.']] })] },
      ['/widgets/0/properties/metrics/0/1 There is no metric before the first one'],
    ],
    [
      'with a period of half a minute',
      { widgets: [metric({ metrics: [cpu], period: 30 })] },
      ['/widgets/0/properties/period Should be multiple of 60', '/widgets/0/properties/period Should be >= 60'],
    ],
    [
      'with a view of no kind',
      { widgets: [metric({ metrics: [cpu], view: 'map' })] },
      ['/widgets/0/properties/view Should be equal to one of the allowed values'],
    ],
    [
      'with a gauge without its ends',
      { widgets: [metric({ metrics: [cpu], view: 'gauge', yAxis: { left: { min: 0 } } })] },
      ["/widgets/0/properties/yAxis/left Should have required property 'max'"],
    ],
    [
      'with an alarm beside metrics',
      { widgets: [metric({ metrics: [cpu], annotations: { alarms: ['arn1'] } })] },
      ['/widgets/0/properties/metrics Should NOT be there beside an alarm annotation'],
    ],
    [
      'with an alarm beside another annotation',
      { widgets: [metric({ annotations: { alarms: ['arn1'], horizontal: [{ value: 1 }] } })] },
      ['/widgets/0/properties/annotations Should NOT have both an alarm and other annotations'],
    ],
    [
      'with a widget of no alarms',
      { widgets: [{ type: 'alarm', properties: { alarms: [] } }] },
      ['/widgets/0/properties/alarms Should NOT have fewer than 1 items'],
    ],
    [
      'with 501 widgets',
      { widgets: Array.from({ length: 501 }, () => metric({ metrics: [cpu] })) },
      ['/widgets Should NOT have more than 500 items'],
    ],
    [
      'with an end and no start',
      { widgets: [], end: '2018-12-17T06:00:00.000Z' },
      ["Should have required property 'start'"],
    ],
    [
      'with a start that is no time',
      { widgets: [], start: 'PT6H' },
      ['/start Should match a relative or an absolute time'],
    ],
  ])('%s is refused', async (_, body, messages) => {
    expect(await refusal(body)).toEqual(messages);
  });

  it('says how many errors there are, and each with its path', async () => {
    await expect(put({ widgets: [{ type: 'text', properties: {} }, metric({})] })).rejects.toThrow(
      /The dashboard body is invalid, there are 2 validation errors:[^]*"dataPath": "\/widgets\/0\/properties"[^]*"dataPath": "\/widgets\/1\/properties"/,
    );
  });

  it('with something that is not known is taken, with a warning', async () => {
    const { DashboardValidationMessages } = await put({
      widgets: [{ type: 'text', properties: { markdown: '', colour: 1 } }],
    });
    expect(DashboardValidationMessages).toEqual([
      { DataPath: '/widgets/0/properties/colour', Message: 'Unknown property colour, it is ignored' },
    ]);
  });
});

it('is replaced as a whole, listed by prefix, and of the account, whatever the Region', async () => {
  const elsewhere = aws.client(CloudWatchClient, { account, region: 'eu-west-1' });
  await put({ widgets: [] }, 'kept-one');
  await put({ widgets: [], start: '-PT6H' }, 'kept-one');
  await put({ widgets: [] }, 'kept-two');
  expect(await elsewhere.send(new GetDashboardCommand({ DashboardName: 'kept-one' }))).toMatchObject({
    DashboardArn: `arn:aws:cloudwatch::${account}:dashboard/kept-one`,
    DashboardBody: '{"widgets":[],"start":"-PT6H"}',
  });
  const { DashboardEntries } = await elsewhere.send(new ListDashboardsCommand({ DashboardNamePrefix: 'kept-' }));
  expect(DashboardEntries?.map(({ DashboardName, Size }) => [DashboardName, Size])).toEqual([
    ['kept-one', 30],
    ['kept-two', 14],
  ]);
  const other = aws.client(CloudWatchClient, { account: '444444444444', region: 'us-east-1' });
  expect((await other.send(new ListDashboardsCommand({}))).DashboardEntries).toEqual([]);
});

it('is deleted with as many others as there are', async () => {
  await put({ widgets: [] }, 'gone');
  const deleting = cloudwatch.send(new DeleteDashboardsCommand({ DashboardNames: ['never', 'gone'] }));
  await expect(deleting).rejects.toThrow('Dashboard never does not exist');
  await expect(cloudwatch.send(new GetDashboardCommand({ DashboardName: 'gone' }))).rejects.toMatchObject({
    name: 'ResourceNotFound',
    message: 'Dashboard gone does not exist',
  });
});

it('has a name of letters, digits, - and _', async () => {
  await expect(put({ widgets: [] }, 'my.dashboard')).rejects.toThrow('The dashboard name my.dashboard is invalid.');
});

describe('in a stack', () => {
  const body = (markdown: string): string => JSON.stringify({ widgets: [{ type: 'text', properties: { markdown } }] });
  const template = (Properties: object): string =>
    JSON.stringify({
      Resources: { Board: { Type: 'AWS::CloudWatch::Dashboard', Properties } },
      Outputs: { Name: { Value: { Ref: 'Board' } } },
    });
  it('is made, changed in place and deleted; one with a wrong body fails with its errors', async () => {
    const client = aws.client(CloudFormationClient, { account, region: 'us-east-1' });
    const patience = { client, maxWaitTime: 20, minDelay: 0.05, maxDelay: 0.1 };
    const StackName = 'boards';
    const named = (markdown: string) =>
      template({
        ...{ DashboardName: 'of-a-stack', DashboardBody: body(markdown) },
        Tags: [{ Key: 'text', Value: markdown }],
      });
    await client.send(new CreateStackCommand({ StackName, TemplateBody: named('one') }));
    await waitUntilStackCreateComplete(patience, { StackName });
    await client.send(new UpdateStackCommand({ StackName, TemplateBody: named('two') }));
    await waitUntilStackUpdateComplete(patience, { StackName });
    const shown = await cloudwatch.send(new GetDashboardCommand({ DashboardName: 'of-a-stack' }));
    expect(shown.DashboardBody).toBe(body('two'));
    const ResourceARN = `arn:aws:cloudwatch::${account}:dashboard/of-a-stack`;
    const { Tags } = await cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN }));
    expect(Tags).toEqual([{ Key: 'text', Value: 'two' }]);
    await client.send(new DeleteStackCommand({ StackName }));
    await waitUntilStackDeleteComplete(patience, { StackName });
    await expect(cloudwatch.send(new GetDashboardCommand({ DashboardName: 'of-a-stack' }))).rejects.toThrow(
      'does not exist',
    );

    await client.send(new CreateStackCommand({ StackName: 'wrong', TemplateBody: template({ DashboardBody: '{}' }) }));
    await expect(waitUntilStackCreateComplete(patience, { StackName: 'wrong' })).rejects.toThrow('ROLLBACK');
    const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: 'wrong' }));
    expect(StackEvents.map(({ ResourceStatusReason = '' }) => ResourceStatusReason).join(' ')).toContain(
      'The dashboard body is invalid, there are 1 validation errors',
    );
  });
});
