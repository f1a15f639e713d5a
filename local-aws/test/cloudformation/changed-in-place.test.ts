import { ApiGatewayV2Client, GetApiCommand } from '@aws-sdk/client-apigatewayv2';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { where } from '../lambda/functions.ts';

// "Update requires: No interruption", by the types' pages in
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/

let aws: LocalAws;
let stacks: CloudFormationClient;
beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
  stacks = aws.client(CloudFormationClient, where);
});
afterAll(() => aws.close());

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const allowing = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }] };

/** Of a stack with `It`, once before a change of its properties and once after. */
async function changed(StackName: string, Type: string, before: object, after: object, more: object = {}) {
  const templateOf = (Properties: object): string =>
    JSON.stringify({ Resources: { It: { Type, Properties }, ...more } });
  const Capabilities = ['CAPABILITY_NAMED_IAM' as const];
  const first = { StackName, TemplateBody: templateOf(before), Capabilities };
  await stacks.send(new CreateStackCommand(first));
  const created = await settled(StackName);
  await stacks.send(new UpdateStackCommand({ ...first, TemplateBody: templateOf(after) }));
  return { before: created, after: await settled(StackName) };
}

async function settled(StackName: string): Promise<{ status: string; id: string }> {
  for (;;) {
    const { Stacks: [stack] = [] } = await stacks.send(new DescribeStacksCommand({ StackName }));
    const { StackStatus: status = '' } = stack ?? {};
    if (!status.endsWith('_IN_PROGRESS')) {
      const command = new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'It' });
      return { status, id: (await stacks.send(command)).StackResourceDetail?.PhysicalResourceId ?? '' };
    }
    await aws.clock.sleep(500, 'the test looks again');
  }
}

it('an inline policy gets another name, and the one before goes', async () => {
  const role = { Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'runs', AssumeRolePolicyDocument: trust } } };
  const named = (PolicyName: string) => ({ PolicyName, PolicyDocument: allowing, Roles: [{ Ref: 'Role' }] });
  const { before, after } = await changed('policy', 'AWS::IAM::Policy', named('first'), named('second'), role);
  expect(after).toEqual({ status: 'UPDATE_COMPLETE', id: before.id });
  const listed = await aws.client(IAMClient, where).send(new ListRolePoliciesCommand({ RoleName: 'runs' }));
  expect(listed.PolicyNames).toEqual(['second']);
});

it('an HTTP API gets another type of address, and an expression for routes that is no other', async () => {
  const api = { Name: 'shop', ProtocolType: 'HTTP' };
  const wanted = { ...api, IpAddressType: 'dualstack', RouteSelectionExpression: '${request.method} ${request.path}' };
  const { before, after } = await changed('api', 'AWS::ApiGatewayV2::Api', api, wanted);
  expect(after).toEqual({ status: 'UPDATE_COMPLETE', id: before.id });
  const shown = await aws.client(ApiGatewayV2Client, where).send(new GetApiCommand({ ApiId: after.id }));
  expect(shown).toMatchObject({
    IpAddressType: 'dualstack',
    RouteSelectionExpression: '$request.method $request.path',
  });
  const back = JSON.stringify({ Resources: { It: { Type: 'AWS::ApiGatewayV2::Api', Properties: api } } });
  await stacks.send(new UpdateStackCommand({ StackName: 'api', TemplateBody: back }));
  await settled('api');
  const again = await aws.client(ApiGatewayV2Client, where).send(new GetApiCommand({ ApiId: after.id }));
  expect(again.IpAddressType).toBe('ipv4');
});

it('an HTTP API takes no other expression for routes', async () => {
  const api = { Name: 'shop', ProtocolType: 'HTTP' };
  const { after } = await changed('expression', 'AWS::ApiGatewayV2::Api', api, {
    ...api,
    RouteSelectionExpression: '$request.body.action',
  });
  expect(after.status).toBe('UPDATE_ROLLBACK_COMPLETE');
});

it('a schedule is not found in another group: the update fails, as nothing is replaced', async () => {
  const more = {
    Group: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'nightly' } },
    Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: schedulerTrust } },
  };
  const schedule = {
    Name: 'report',
    ScheduleExpression: 'rate(1 day)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: 'arn:aws:sqs:us-east-1:222222222222:jobs', RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } },
  };
  const moved = { ...schedule, GroupName: { Ref: 'Group' } };
  const { before, after } = await changed('schedule', 'AWS::Scheduler::Schedule', schedule, moved, more);
  expect(after).toEqual({ status: 'UPDATE_ROLLBACK_COMPLETE', id: before.id });
  const { StackEvents = [] } = await stacks.send(new DescribeStackEventsCommand({ StackName: 'schedule' }));
  const failed = StackEvents.find(({ ResourceStatus }) => ResourceStatus === 'UPDATE_FAILED');
  expect(failed?.ResourceStatusReason).toMatch(/does not exist|not found/i);
});

const schedulerTrust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
