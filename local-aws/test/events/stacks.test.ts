import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { DescribeEventBusCommand, DescribeRuleCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetApisCommand } from '@aws-sdk/client-apigatewayv2';
import {
  GetPolicyVersionCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import { GetScheduleCommand } from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller } from '../../kernel/principal.ts';
import { createHttpApi } from '../../services/api-gateway/service.ts';
import { apiGatewayResources } from '../../services/cloudformation/resources/api-gateway.ts';
import { eventsResources } from '../../services/cloudformation/resources/events.ts';
import { iamResources } from '../../services/cloudformation/resources/iam.ts';
import { schedulerResources } from '../../services/cloudformation/resources/scheduler.ts';
import { createCloudFormation } from '../../services/cloudformation/service.ts';
import { administrator, smallAws } from './small-aws.ts';

const account = '111111111111';
let kernel: Kernel;
let me: Caller;

beforeEach(() => {
  const aws = smallAws();
  kernel = aws.kernel;
  aws.clock.setPace('max');
  const resources = [...apiGatewayResources, ...eventsResources, ...iamResources, ...schedulerResources];
  kernel.install([...createCloudFormation(kernel, resources).services, ...createHttpApi(kernel).services], kernel.port);
  me = administrator(kernel, account);
});
afterEach(() => kernel.close());

const trust = (service: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
});
const grant = (action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
});

/** Roles, policies, a bus with its policy, a rule, a schedule and an HTTP API, as CDK synthesizes them. */
function template({ action = 's3:GetObject', state = 'ENABLED', target = 'one', extra = true } = {}): string {
  return JSON.stringify({
    Resources: {
      Boundary: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: { ManagedPolicyName: 'boundary', PolicyDocument: grant(action) },
      },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: 'worker',
          AssumeRolePolicyDocument: trust('scheduler.amazonaws.com'),
          PermissionsBoundary: { Ref: 'Boundary' },
          ManagedPolicyArns: extra ? ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'] : [],
          Policies: [{ PolicyName: 'own', PolicyDocument: grant('s3:ListBucket') }],
        },
      },
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: { PolicyName: 'added', PolicyDocument: grant(action), Roles: [{ Ref: 'Role' }] },
      },
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'engine' } },
      BusPolicy: {
        Type: 'AWS::Events::EventBusPolicy',
        Properties: {
          EventBusName: { Ref: 'Bus' },
          StatementId: 'targets',
          Statement: {
            Effect: 'Allow',
            Principal: { AWS: ['222222222222', '333333333333'] },
            Action: 'events:PutEvents',
            Resource: { 'Fn::GetAtt': ['Bus', 'Arn'] },
          },
        },
      },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          Name: 'changes',
          EventBusName: { Ref: 'Bus' },
          EventPattern: { source: ['my.app'] },
          State: state,
          Targets: [
            {
              Id: target,
              Arn: `arn:aws:lambda:us-east-1:${account}:function:wake`,
              RetryPolicy: { MaximumRetryAttempts: 3 },
            },
          ],
        },
      },
      Schedule: {
        Type: 'AWS::Scheduler::Schedule',
        Properties: {
          Name: 'reconcile',
          ScheduleExpression: 'rate(1 minute)',
          State: 'DISABLED',
          FlexibleTimeWindow: { Mode: 'OFF' },
          Target: {
            Arn: `arn:aws:lambda:us-east-1:${account}:function:wake`,
            RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
          },
        },
      },
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'ledger', ProtocolType: 'HTTP' } },
      Integration: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: {
          ApiId: { Ref: 'Api' },
          IntegrationType: 'AWS_PROXY',
          IntegrationUri: `arn:aws:lambda:us-east-1:${account}:function:read`,
          PayloadFormatVersion: '2.0',
        },
      },
      Route: {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: {
          ApiId: { Ref: 'Api' },
          RouteKey: 'GET /v1/live',
          AuthorizationType: 'AWS_IAM',
          Target: { 'Fn::Sub': 'integrations/${Integration}' },
        },
      },
      Stage: {
        Type: 'AWS::ApiGatewayV2::Stage',
        Properties: { ApiId: { Ref: 'Api' }, StageName: '$default', AutoDeploy: true },
      },
    },
    Outputs: {
      Url: { Value: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } },
      Rule: { Value: { Ref: 'Rule' } },
      RuleArn: { Value: { 'Fn::GetAtt': ['Rule', 'Arn'] } },
    },
  });
}

async function finished(): Promise<Stack | undefined> {
  for (;;) {
    const { Stacks: [stack] = [] } = await kernel.send(me, new DescribeStacksCommand({ StackName: 'all' }));
    if (stack?.StackStatus?.endsWith('_IN_PROGRESS') !== true) return stack;
    await kernel.clock.sleep(500, 'the test looks again');
  }
}
const input = (body: string) => ({
  StackName: 'all',
  TemplateBody: body,
  Capabilities: ['CAPABILITY_NAMED_IAM' as const],
});

it('makes, changes and deletes what a stack says', async () => {
  await kernel.send(me, new CreateStackCommand(input(template())));
  const stack = await finished();
  expect(stack?.StackStatusReason).toBeUndefined();
  expect(stack?.StackStatus).toBe('CREATE_COMPLETE');
  const outputs = new Map(stack?.Outputs?.map((output) => [output.OutputKey, output.OutputValue]));
  expect(outputs.get('Rule')).toBe('engine|changes');
  expect(outputs.get('RuleArn')).toBe(`arn:aws:events:us-east-1:${account}:rule/engine/changes`);
  expect((await fetch(`${outputs.get('Url') ?? ''}/v1/live`)).status).toBe(403);
  const { Role: role } = await kernel.send(me, new GetRoleCommand({ RoleName: 'worker' }));
  expect(role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(`arn:aws:iam::${account}:policy/boundary`);
  const { Policy: policy = '' } = await kernel.send(me, new DescribeEventBusCommand({ Name: 'engine' }));
  expect(policy).toContain('333333333333');

  await kernel.send(
    me,
    new UpdateStackCommand(input(template({ action: 's3:PutObject', state: 'DISABLED', target: 'two', extra: false }))),
  );
  expect((await finished())?.StackStatus).toBe('UPDATE_COMPLETE');
  const rule = { Name: 'changes', EventBusName: 'engine' };
  expect(await kernel.send(me, new DescribeRuleCommand(rule))).toMatchObject({ State: 'DISABLED' });
  const { Targets: targets } = await kernel.send(
    me,
    new ListTargetsByRuleCommand({ Rule: 'changes', EventBusName: 'engine' }),
  );
  expect(targets?.map(({ Id: id }) => id)).toEqual(['two']);
  const { PolicyVersion: version } = await kernel.send(
    me,
    new GetPolicyVersionCommand({ PolicyArn: `arn:aws:iam::${account}:policy/boundary`, VersionId: 'v2' }),
  );
  expect(version?.IsDefaultVersion).toBe(true);
  expect(decodeURIComponent(version?.Document ?? '')).toContain('s3:PutObject');
  const { AttachedPolicies: attached } = await kernel.send(
    me,
    new ListAttachedRolePoliciesCommand({ RoleName: 'worker' }),
  );
  expect(attached).toEqual([]);
  const { PolicyNames: names } = await kernel.send(me, new ListRolePoliciesCommand({ RoleName: 'worker' }));
  expect(names).toEqual(['added', 'own']);

  await kernel.send(me, new DeleteStackCommand({ StackName: 'all' }));
  await kernel.clock.sleep(600_000, 'the deletion');
  expect((await kernel.send(me, new ListRolesCommand({}))).Roles).toEqual([]);
  expect((await kernel.send(me, new GetApisCommand({}))).Items).toEqual([]);
  await expect(kernel.send(me, new DescribeEventBusCommand({ Name: 'engine' }))).rejects.toThrow('does not exist');
  await expect(kernel.send(me, new GetScheduleCommand({ Name: 'reconcile' }))).rejects.toThrow('does not exist');
});
