import { CloudFormationClient, CreateStackCommand, DescribeStackEventsCommand } from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { readBackTypes } from '../../services/cloudformation/handler-reads.ts';
import { allResources } from '../../services/cloudformation/resources/all.ts';

const where = { account: '222222222222', region: 'us-east-1' };
const READS = ['logs:DescribeLogGroups', 'logs:DescribeResourcePolicies', 'logs:GetDataProtectionPolicy'];

let aws: LocalAws;
beforeEach(async () => {
  aws = await startLocalAws({ pace: 'max' });
});
afterEach(() => aws.close());

/** Makes a log group by a stack whose role may do `actions`; gives the resource's last status and reason. */
const createLogGroup = (actions: readonly string[]): Promise<{ status?: string; reason: string }> =>
  create({ Type: 'AWS::Logs::LogGroup' }, actions, '*');

/** Makes a resource by a stack whose role may do `actions` on `on`, but for some; gives the resource's last status and reason. */
async function create(
  resource: object,
  actions: readonly string[],
  on: string,
  but: readonly string[] = [],
): Promise<{ status?: string; reason: string }> {
  const iam = aws.client(IAMClient, where);
  const trust = [{ Effect: 'Allow', Principal: { Service: 'cloudformation.amazonaws.com' }, Action: 'sts:AssumeRole' }];
  const document = (Statement: unknown): string => JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new CreateRoleCommand({ RoleName: 'maker', AssumeRolePolicyDocument: document(trust) }));
  const PolicyDocument = document([
    { Effect: 'Allow', Action: actions, Resource: on },
    ...(but.length === 0 ? [] : [{ Effect: 'Deny', Action: but, Resource: '*' }]),
  ]);
  await iam.send(new PutRolePolicyCommand({ RoleName: 'maker', PolicyName: 'all', PolicyDocument }));
  const cloudformation = aws.client(CloudFormationClient, where);
  await cloudformation.send(
    new CreateStackCommand({
      StackName: 'small',
      TemplateBody: JSON.stringify({ Resources: { It: resource } }),
      RoleARN: 'arn:aws:iam::222222222222:role/maker',
    }),
  );
  await expect.poll(async () => (await eventsOfIt()).some(isEnd), { timeout: 10_000 }).toBe(true);
  return (await eventsOfIt()).find(isEnd) ?? { reason: 'none' };
}

const isEnd = ({ status = '' }: { status?: string }): boolean => /^CREATE_(COMPLETE|FAILED)$/.test(status);

async function eventsOfIt(): Promise<{ status?: string; reason: string }[]> {
  const { StackEvents = [] } = await aws
    .client(CloudFormationClient, where)
    .send(new DescribeStackEventsCommand({ StackName: 'small' }));
  return StackEvents.filter(({ LogicalResourceId }) => LogicalResourceId === 'It').map((event) => ({
    ...(event.ResourceStatus === undefined ? {} : { status: event.ResourceStatus }),
    reason: event.ResourceStatusReason ?? '',
  }));
}

it('reads a resource back as the stack’s role, as AWS’s handlers do', async () => {
  const all = ['logs:CreateLogGroup', ...READS, 'logs:ListTagsForResource', 'logs:DescribeIndexPolicies'];
  expect(await createLogGroup(all)).toMatchObject({ status: 'CREATE_COMPLETE' });
});

it('fails the resource where the role may not read it back', async () => {
  const { status, reason } = await createLogGroup(['logs:CreateLogGroup', ...READS, 'logs:DescribeIndexPolicies']);
  expect(status).toBe('CREATE_FAILED');
  expect(reason).toContain('logs:ListTagsForResource');
});

it.each([
  [undefined, 'nightly'],
  ['default', 'nightly'],
  ['arn:aws:events:us-east-1:222222222222:event-bus/default', 'nightly'],
])('reads a rule on the default bus, named as %s, by an ARN without a bus', async (EventBusName, Name) => {
  const rule = {
    Type: 'AWS::Events::Rule',
    Properties: { Name, EventBusName, EventPattern: { source: ['a'] } },
  };
  const on = 'arn:aws:events:us-east-1:222222222222:rule/nightly';
  expect(await create(rule, ['events:*'], on)).toMatchObject({ status: 'CREATE_COMPLETE' });
});

// A new type fails here until it is said what AWS's handler reads, by its schema in CloudFormation's registry.
it('reads back every type but those of which AWS reads nothing', () => {
  const types = allResources.map(({ type }) => type);
  expect(types.filter((type) => !readBackTypes.has(type)).sort()).toEqual([
    'AWS::CDK::Metadata',
    'AWS::CloudFormation::WaitConditionHandle',
    'AWS::IAM::Policy',
    'AWS::SNS::TopicPolicy',
    'AWS::SQS::QueuePolicy',
  ]);
});

// What the handlers of these types ask for, by their schemas in CloudFormation's registry.
it.each([
  ['AWS::CloudWatch::Dashboard', { DashboardBody: '{"widgets":[]}' }, 'cloudwatch', 'ListTagsForResource'],
  ['AWS::KMS::Key', { KeyPolicy: keyPolicy() }, 'kms', 'GetKeyRotationStatus'],
  ['AWS::Scheduler::ScheduleGroup', {}, 'scheduler', 'ListTagsForResource'],
  ['AWS::SecretsManager::Secret', { GenerateSecretString: {} }, 'secretsmanager', 'DescribeSecret'],
  ['AWS::SES::EmailIdentity', { EmailIdentity: 'example.com' }, 'ses', 'GetEmailIdentity'],
  ['AWS::SSM::Parameter', { Type: 'String', Value: 'a' }, 'ssm', 'ListTagsForResource'],
])('does not make %s for whoever may not read it back', async (Type, Properties, service, action) => {
  const { status, reason } = await create({ Type, Properties }, [`${service}:*`], '*', [`${service}:${action}`]);
  expect(status).toBe('CREATE_FAILED');
  expect(reason).toContain(`${service}:${action}`);
});

it.each([
  [
    'AWS::CloudWatch::Dashboard',
    { DashboardName: 'all', DashboardBody: '{"widgets":[]}' },
    'cloudwatch::222222222222:dashboard/all',
  ],
  ['AWS::Scheduler::ScheduleGroup', { Name: 'nightly' }, 'scheduler:us-east-1:222222222222:schedule-group/nightly'],
  ['AWS::SSM::Parameter', { Name: '/a/b', Type: 'String', Value: 'a' }, 'ssm:us-east-1:222222222222:parameter/a/b'],
])('reads %s by its ARN', async (Type, Properties, on) => {
  const [service = ''] = on.split(':');
  const made = await create({ Type, Properties }, [`${service}:*`], `arn:aws:${on}`);
  expect(made).toMatchObject({ status: 'CREATE_COMPLETE' });
});

function keyPolicy(): object {
  const Principal = { AWS: 'arn:aws:iam::222222222222:root' };
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' }] };
}
