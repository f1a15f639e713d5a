import {
  APIGatewayClient,
  GetMethodCommand,
  GetResourcesCommand,
  GetRestApiCommand,
  GetRestApisCommand,
} from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client, GetApiCommand } from '@aws-sdk/client-apigatewayv2';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetRoleCommand, GetRolePolicyCommand, IAMClient, GetPolicyCommand } from '@aws-sdk/client-iam';
import { GetAliasCommand, GetFunctionUrlConfigCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetTopicAttributesCommand, ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import type { LocalAws } from '../../aws.ts';
import { where } from '../lambda/functions.ts';
import { consumer, role, trusting, type Kind } from './updated-kinds.ts';

function allowing(Action: string): object {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] };
}

const functionRole = { Role: consumer.Role, Fn: consumer.Fn };
const noSuchPolicy = 'arn:aws:iam::222222222222:policy/no-such';

/** Updates that do something before they are refused. */
export const halfway = (aws: () => LocalAws): readonly Kind[] => [
  {
    type: 'AWS::Events::EventBus',
    good: { Name: 'orders', Description: 'first' },
    bad: [{ Description: 'second', Policy: { Statement: 'none' } }, { Description: 5 }],
    read: async (Name) => {
      const { Description, Policy } = await aws()
        .client(EventBridgeClient, where)
        .send(new DescribeEventBusCommand({ Name }));
      return { Description, Policy };
    },
  },
  {
    type: 'AWS::IAM::Role',
    good: { RoleName: 'bounded', AssumeRolePolicyDocument: trusting('lambda.amazonaws.com') },
    bad: [{ Description: 'second', PermissionsBoundary: noSuchPolicy }],
    read: async (RoleName) => {
      const { Role } = await aws().client(IAMClient, where).send(new GetRoleCommand({ RoleName }));
      return [Role?.Description ?? '', Role?.PermissionsBoundary];
    },
  },
  {
    type: 'AWS::IAM::Policy',
    good: { PolicyName: 'first', PolicyDocument: allowing('sqs:SendMessage'), Roles: [{ Ref: 'Role' }] },
    bad: [{ PolicyDocument: allowing('sns:Publish'), Roles: [{ Ref: 'Role' }, 'no-such'] }, { Roles: 5 }],
    beside: { Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'holder', AssumeRolePolicyDocument: trusting('lambda.amazonaws.com') } } }, // prettier-ignore
    read: async () => {
      const command = new GetRolePolicyCommand({ RoleName: 'holder', PolicyName: 'first' });
      return (await aws().client(IAMClient, where).send(command)).PolicyDocument;
    },
  },
  {
    type: 'AWS::IAM::ManagedPolicy',
    good: { PolicyDocument: allowing('sqs:SendMessage') },
    bad: [{ Roles: [{ Ref: 'Role' }, 'no-such'] }, { Users: ['nobody'] }, { PolicyDocument: 5 }],
    beside: { Role: role('lambda.amazonaws.com') },
    read: async (PolicyArn) => {
      const command = new GetPolicyCommand({ PolicyArn });
      return (await aws().client(IAMClient, where).send(command)).Policy?.AttachmentCount;
    },
  },
  {
    type: 'AWS::SNS::Topic',
    good: { DisplayName: 'first' },
    bad: [{ DisplayName: 'second', Subscription: [{ Protocol: 'pigeon', Endpoint: 'x' }] }],
    read: async (TopicArn) => {
      const client = aws().client(SNSClient, where);
      const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn }));
      const { Subscriptions } = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
      return [Attributes?.DisplayName, Subscriptions];
    },
  },
  {
    type: 'AWS::ApiGateway::RestApi',
    good: { Name: 'media', Description: 'first' },
    bad: [{ Description: 'second', BinaryMediaTypes: ['image/png'], Body: { openapi: 'none' } }],
    read: async (restApiId) => {
      const command = new GetRestApiCommand({ restApiId });
      const { description, binaryMediaTypes } = await aws().client(APIGatewayClient, where).send(command);
      return { description, binaryMediaTypes };
    },
  },
  {
    type: 'AWS::ApiGateway::Method',
    good: {
      RestApiId: { Ref: 'Api' },
      ResourceId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
      HttpMethod: 'GET',
      AuthorizationType: 'NONE',
      Integration: { Type: 'MOCK' },
    },
    bad: [
      { AuthorizationType: 'NEVER' },
      { ApiKeyRequired: 'maybe' },
      { ApiKeyRequired: true, Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri: 'no-arn' } },
    ],
    beside: { Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'methods' } } },
    read: async () => {
      const client = aws().client(APIGatewayClient, where);
      const { items: apis = [] } = await client.send(new GetRestApisCommand({}));
      const restApiId = apis.find(({ name }) => name === 'methods')?.id;
      const { items = [] } = await client.send(new GetResourcesCommand({ restApiId }));
      const command = new GetMethodCommand({ restApiId, resourceId: items[0]?.id, httpMethod: 'GET' });
      const { authorizationType, apiKeyRequired, methodIntegration } = await client.send(command);
      return [authorizationType, apiKeyRequired, methodIntegration?.type];
    },
  },
  {
    type: 'AWS::ApiGatewayV2::Api',
    good: { Name: 'first', ProtocolType: 'HTTP' },
    bad: [
      { Name: 'second', CorsConfiguration: 5 },
      { Name: 'second', IpAddressType: 'ipv5' },
    ],
    read: async (ApiId) => (await aws().client(ApiGatewayV2Client, where).send(new GetApiCommand({ ApiId }))).Name,
  },
  {
    type: 'AWS::CloudWatch::CompositeAlarm',
    good: { AlarmName: 'all', AlarmRule: 'FALSE', AlarmDescription: 'first' },
    bad: [{ AlarmRule: 'PERHAPS(' }, { AlarmDescription: 'second', ActionsEnabled: 'maybe' }],
    read: async (name) => {
      const command = new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ['CompositeAlarm'] });
      const { CompositeAlarms: [it] = [] } = await aws().client(CloudWatchClient, where).send(command);
      return [it?.AlarmRule, it?.AlarmDescription];
    },
  },
  {
    type: 'AWS::Scheduler::Schedule',
    good: {
      Name: 'report',
      ScheduleExpression: 'rate(1 day)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: 'arn:aws:sqs:us-east-1:222222222222:jobs', RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } },
    },
    bad: [{ ScheduleExpression: 'now and then' }, { FlexibleTimeWindow: { Mode: 'SOMETIMES' } }],
    beside: { Role: role('scheduler.amazonaws.com') },
    read: async (Name) =>
      (await aws().client(SchedulerClient, where).send(new GetScheduleCommand({ Name }))).ScheduleExpression,
  },
  {
    type: 'AWS::Lambda::Alias',
    good: { FunctionName: { Ref: 'Fn' }, Name: 'live', FunctionVersion: '$LATEST', Description: 'first' },
    bad: [{ Description: 'second', FunctionVersion: '99' }, { Description: 5 }],
    beside: functionRole,
    read: async (arn) => {
      const FunctionName = arn.split(':').slice(0, -1).join(':');
      const command = new GetAliasCommand({ FunctionName, Name: 'live' });
      const { Description, FunctionVersion } = await aws().client(LambdaClient, where).send(command);
      return { Description, FunctionVersion };
    },
  },
  {
    type: 'AWS::Lambda::Url',
    good: { TargetFunctionArn: { Ref: 'Fn' }, AuthType: 'AWS_IAM' },
    bad: [{ AuthType: 'MAYBE' }, { AuthType: 'NONE', InvokeMode: 'SLOW' }],
    beside: functionRole,
    read: async (FunctionName) =>
      (await aws().client(LambdaClient, where).send(new GetFunctionUrlConfigCommand({ FunctionName }))).AuthType,
  },
];
