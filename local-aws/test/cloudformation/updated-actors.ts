import { APIGatewayClient, GetRestApiCommand } from '@aws-sdk/client-api-gateway';
import { CodeDeployClient, GetDeploymentGroupCommand } from '@aws-sdk/client-codedeploy';
import { DescribeRuleCommand, EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import {
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { GetEventSourceMappingCommand, GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { LocalAws } from '../../aws.ts';
import { invoke, where } from '../lambda/functions.ts';
import { role, trusting, code, consumer, tagged, retagged, type Kind } from './updated-kinds.ts';

export const actors = (aws: () => LocalAws): readonly Kind[] => [
  {
    type: 'AWS::Lambda::Function',
    good: { ...code, Timeout: 5, MemorySize: 256, ...tagged },
    bad: [
      { Runtime: 'nodejs99.x', Timeout: 9 },
      { Timeout: 'five' },
      { MemorySize: 20000, ...retagged, Code: { ZipFile: 'exports.handler = async () => 2;' } },
      { ReservedConcurrentExecutions: 100_000, Timeout: 9 },
      { Code: { ZipFile: 'exports.handler = async () => 2;', Surprise: 1 } },
    ],
    beside: { Role: consumer.Role },
    read: async (FunctionName) => {
      const client = aws().client(LambdaClient, where);
      const { Tags, Configuration, Concurrency } = await client.send(new GetFunctionCommand({ FunctionName }));
      const { Runtime, Timeout, MemorySize } = Configuration ?? {};
      const { payload } = await invoke(client, FunctionName);
      return { Tags, Concurrency, payload, Runtime, Timeout, MemorySize };
    },
  },
  {
    type: 'AWS::CodeDeploy::DeploymentGroup',
    good: {
      ApplicationName: { Ref: 'App' },
      DeploymentGroupName: 'group',
      ServiceRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
      DeploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
      DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
    },
    bad: [
      { DeploymentStyle: { DeploymentType: 'PURPLE' } },
      { DeploymentConfigName: 'NoSuchConfig' },
      { AutoRollbackConfiguration: { Enabled: 'sometimes' } },
    ],
    beside: {
      Role: role('codedeploy.amazonaws.com'),
      App: {
        Type: 'AWS::CodeDeploy::Application',
        Properties: { ApplicationName: 'rolling', ComputePlatform: 'Lambda' },
      },
    },
    read: async () => {
      const command = new GetDeploymentGroupCommand({ applicationName: 'rolling', deploymentGroupName: 'group' });
      const { deploymentGroupInfo } = await aws().client(CodeDeployClient, where).send(command);
      return [deploymentGroupInfo?.deploymentConfigName, deploymentGroupInfo?.deploymentStyle];
    },
  },
  {
    type: 'AWS::ApiGateway::RestApi',
    good: { Name: 'shop', Description: 'first' },
    bad: [
      { Description: 'second', EndpointConfiguration: { Types: ['NEARBY'] } },
      { Description: 'second', DisableExecuteApiEndpoint: 'maybe' },
    ],
    read: async (restApiId) => {
      const { name, description } = await aws()
        .client(APIGatewayClient, where)
        .send(new GetRestApiCommand({ restApiId }));
      return { name, description };
    },
  },
  {
    type: 'AWS::Lambda::EventSourceMapping',
    good: { EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] }, FunctionName: { Ref: 'Fn' }, BatchSize: 5 },
    bad: [{ BatchSize: 'many' }, { BatchSize: 100_000 }, { BatchSize: 6, FunctionResponseTypes: ['Nothing'] }],
    beside: consumer,
    read: async (UUID) =>
      (await aws().client(LambdaClient, where).send(new GetEventSourceMappingCommand({ UUID }))).BatchSize,
  },
  {
    type: 'AWS::Events::Rule',
    good: {
      Name: 'nightly',
      ScheduleExpression: 'rate(1 day)',
      Targets: [{ Id: 'a', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
    },
    bad: [
      { State: 'SLEEPY', Description: 'second' },
      { ScheduleExpression: 'now and then' },
      { ScheduleExpression: 'rate(2 days)', Targets: [{ Id: 'b', Arn: 'nonsense' }] },
    ],
    beside: { Queue: consumer.Queue },
    read: async () => {
      const client = aws().client(EventBridgeClient, where);
      const { ScheduleExpression, State, Description } = await client.send(
        new DescribeRuleCommand({ Name: 'nightly' }),
      );
      const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: 'nightly' }));
      return { ScheduleExpression, State, Description, Targets };
    },
  },
  {
    type: 'AWS::StepFunctions::StateMachine',
    good: {
      RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
      DefinitionString: '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}',
      ...tagged,
    },
    bad: [
      { DefinitionString: '{"StartAt":"B","States":{}}', ...retagged },
      { DefinitionString: 5 },
      { LoggingConfiguration: { Level: 'LOUD' } },
    ],
    beside: { Role: role('states.amazonaws.com') },
    read: async (stateMachineArn) =>
      (await aws().client(SFNClient, where).send(new DescribeStateMachineCommand({ stateMachineArn }))).definition,
  },
  {
    type: 'AWS::IAM::Role',
    good: { AssumeRolePolicyDocument: trusting('lambda.amazonaws.com'), MaxSessionDuration: 3600 },
    bad: [
      { MaxSessionDuration: 'hour' },
      { Description: 'second', MaxSessionDuration: 5 },
      {
        Description: 'second',
        Policies: [{ PolicyName: 'made', PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } }], // prettier-ignore
        ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn:aws:iam::222222222222:policy/no-such'],
      },
    ],
    read: async (RoleName) => {
      const client = aws().client(IAMClient, where);
      const { Role } = await client.send(new GetRoleCommand({ RoleName }));
      const { PolicyNames } = await client.send(new ListRolePoliciesCommand({ RoleName }));
      const { AttachedPolicies } = await client.send(new ListAttachedRolePoliciesCommand({ RoleName }));
      return [Role?.Description ?? '', Role?.MaxSessionDuration, PolicyNames, AttachedPolicies];
    },
  },
];
