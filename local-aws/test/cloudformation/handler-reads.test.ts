import { CloudFormationClient, CreateStackCommand, DescribeStackEventsCommand } from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';

const where = { account: '222222222222', region: 'us-east-1' };
const READS = ['logs:DescribeLogGroups', 'logs:DescribeResourcePolicies', 'logs:GetDataProtectionPolicy'];

let aws: LocalAws;
beforeEach(async () => {
  aws = await startLocalAws({ pace: 'max' });
});
afterEach(() => aws.close());

/** Makes a log group by a stack whose role may do `actions`; gives the resource's last status and reason. */
async function createLogGroup(actions: readonly string[]): Promise<{ status?: string; reason: string }> {
  const iam = aws.client(IAMClient, where);
  const trust = [{ Effect: 'Allow', Principal: { Service: 'cloudformation.amazonaws.com' }, Action: 'sts:AssumeRole' }];
  const document = (Statement: unknown): string => JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new CreateRoleCommand({ RoleName: 'maker', AssumeRolePolicyDocument: document(trust) }));
  const PolicyDocument = document([{ Effect: 'Allow', Action: actions, Resource: '*' }]);
  await iam.send(new PutRolePolicyCommand({ RoleName: 'maker', PolicyName: 'all', PolicyDocument }));
  const cloudformation = aws.client(CloudFormationClient, where);
  await cloudformation.send(
    new CreateStackCommand({
      StackName: 'logs',
      TemplateBody: JSON.stringify({ Resources: { Log: { Type: 'AWS::Logs::LogGroup' } } }),
      RoleARN: 'arn:aws:iam::222222222222:role/maker',
    }),
  );
  await expect.poll(async () => (await logEvents()).some(isEnd), { timeout: 10_000 }).toBe(true);
  return (await logEvents()).find(isEnd) ?? { reason: 'none' };
}

const isEnd = ({ status = '' }: { status?: string }): boolean => /^CREATE_(COMPLETE|FAILED)$/.test(status);

async function logEvents(): Promise<{ status?: string; reason: string }[]> {
  const { StackEvents = [] } = await aws
    .client(CloudFormationClient, where)
    .send(new DescribeStackEventsCommand({ StackName: 'logs' }));
  return StackEvents.filter(({ LogicalResourceId }) => LogicalResourceId === 'Log').map((event) => ({
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
