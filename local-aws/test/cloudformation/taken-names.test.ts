import { CreateStackCommand, CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { AwsError } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';
import type { Properties, ResourceContext } from '../../services/cloudformation/provider.ts';
import { allResources } from '../../services/cloudformation/resources/all.ts';

const account = '111111111111';
const region = 'us-east-1';
const where = { account, region };
const role = `arn:aws:iam::${account}:role/services`;
const identityPolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }],
};
const topicArn = `arn:aws:sns:${region}:${account}:taken`;
const queueArn = `arn:aws:sqs:${region}:${account}:taken`;
const machineArn = `arn:aws:states:${region}:${account}:stateMachine:taken`;
const authorizerUri = `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/arn:aws:lambda:${region}:${account}:function:taken/invocations`;
const tokenHeader = 'method.request.header.Authorization';
const metric = {
  Namespace: 'Orders',
  MetricName: 'Failed',
  Statistic: 'Sum',
  Period: 60,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanThreshold',
};
const schedule = {
  ScheduleExpression: 'rate(5 minutes)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: `arn:aws:sqs:${region}:${account}:taken`, RoleArn: role },
};

/** One resource of each type that has a name of its owner's choice, in an order in which each finds what it needs. */
const NAMED: readonly (readonly [string, Properties])[] = [
  ['AWS::SNS::Topic', { TopicName: 'taken' }],
  ['AWS::SQS::Queue', { QueueName: 'taken' }],
  ['AWS::CloudWatch::Alarm', { AlarmName: 'taken', ...metric }],
  ['AWS::CloudWatch::CompositeAlarm', { AlarmName: 'both', AlarmRule: 'ALARM(taken)' }],
  ['AWS::Events::EventBus', { Name: 'taken' }],
  ['AWS::Events::Rule', { Name: 'taken', EventPattern: { source: ['a'] } }],
  ['AWS::Events::Rule', { Name: 'taken', EventBusName: 'taken', EventPattern: { source: ['a'] } }],
  [
    'AWS::Events::EventBusPolicy',
    { EventBusName: 'taken', StatementId: 'taken', Action: 'events:PutEvents', Principal: '*' },
  ],
  ['AWS::S3::Bucket', { BucketName: 'taken' }],
  ['AWS::S3::BucketPolicy', { Bucket: 'taken', PolicyDocument: policyOn('arn:aws:s3:::taken/*', 's3:GetObject') }],
  ['AWS::IAM::Role', { RoleName: 'taken', AssumeRolePolicyDocument: trust('lambda') }],
  ['AWS::IAM::ManagedPolicy', { ManagedPolicyName: 'taken', PolicyDocument: identityPolicy }],
  ['AWS::Lambda::Function', { FunctionName: 'taken', Role: role, Handler: 'index.handler', Runtime: 'nodejs24.x' }],
  ['AWS::Lambda::Version', { FunctionName: 'taken' }],
  ['AWS::Lambda::Alias', { FunctionName: 'taken', Name: 'live', FunctionVersion: '1' }],
  ['AWS::Lambda::EventSourceMapping', { FunctionName: 'taken', EventSourceArn: queueArn }],
  ['AWS::Lambda::EventInvokeConfig', { FunctionName: 'taken', Qualifier: 'live', MaximumRetryAttempts: 1 }],
  ['AWS::DynamoDB::Table', table()],
  ['AWS::KMS::Alias', { AliasName: 'alias/taken' }],
  ['AWS::Logs::LogGroup', { LogGroupName: '/taken' }],
  ['AWS::SSM::Parameter', { Name: '/taken', Type: 'String', Value: 'x' }],
  ['AWS::SecretsManager::Secret', { Name: 'taken', SecretString: 'x' }],
  ['AWS::SES::EmailIdentity', { EmailIdentity: 'taken.example' }],
  ['AWS::Scheduler::ScheduleGroup', { Name: 'taken' }],
  ['AWS::Scheduler::Schedule', { Name: 'taken', GroupName: 'taken', ...schedule }],
  ['AWS::CodeDeploy::Application', { ApplicationName: 'taken', ComputePlatform: 'Lambda' }],
  ['AWS::CodeDeploy::DeploymentConfig', deploymentConfig()],
  [
    'AWS::CodeDeploy::DeploymentGroup',
    {
      ApplicationName: 'taken',
      DeploymentGroupName: 'taken',
      ServiceRoleArn: role,
      DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
    },
  ],
  ['AWS::StepFunctions::StateMachine', machine()],
  ['AWS::StepFunctions::StateMachineAlias', machineAlias()],
  ['AWS::ApiGateway::Resource', { RestApiId: '<restApi>', ParentId: '<root>', PathPart: 'taken' }],
  ['AWS::ApiGateway::Method', { RestApiId: '<restApi>', ResourceId: '<root>', HttpMethod: 'PUT' }],
  ['AWS::ApiGateway::Model', { RestApiId: '<restApi>', Name: 'taken' }],
  ['AWS::ApiGateway::Stage', { RestApiId: '<restApi>', StageName: 'taken', DeploymentId: '<deployment>' }],
  [
    'AWS::ApiGateway::Authorizer',
    { RestApiId: '<restApi>', Name: 'taken', Type: 'TOKEN', AuthorizerUri: authorizerUri, IdentitySource: tokenHeader },
  ],
  [
    'AWS::ApiGatewayV2::Authorizer',
    {
      ApiId: '<api>',
      ...{ Name: 'taken', AuthorizerType: 'REQUEST', AuthorizerPayloadFormatVersion: '2.0' },
      ...{ AuthorizerUri: authorizerUri, IdentitySource: ['$request.header.Authorization'] },
    },
  ],
  ['AWS::ApiGatewayV2::Route', { ApiId: '<api>', RouteKey: 'GET /' }],
  ['AWS::ApiGatewayV2::Stage', { ApiId: '<api>', StageName: 'taken', AutoDeploy: true }],
];

/** Types of which nobody chooses the name, and why a second one is nothing to refuse. */
const NAMELESS: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::Account': 'an account has these settings once, and CloudFormation writes over them',
  'AWS::ApiGateway::Deployment': 'its id is made by the service',
  'AWS::ApiGateway::RestApi': 'its id is made by the service; names need not differ',
  'AWS::ApiGatewayV2::Api': 'its id is made by the service; names need not differ',
  'AWS::ApiGatewayV2::Integration': 'its id is made by the service',
  'AWS::CDK::Metadata': 'nothing stands',
  'AWS::CloudWatch::Dashboard': 'CloudWatch writes over a dashboard of the same name',
  'AWS::CloudFormation::WaitConditionHandle': 'nothing stands',
  'AWS::IAM::Policy': 'CloudFormation writes over an inline policy of the same name',
  'AWS::KMS::Key': 'its id is made by the service',
  'AWS::Lambda::LayerVersion': 'its number is made by the service',
  'AWS::Lambda::LayerVersionPermission': 'its id is made by CloudFormation',
  'AWS::Lambda::Permission': 'its id is made by CloudFormation',
  'AWS::Lambda::Url': 'a function or an alias has one, and its address is made by the service',
  'AWS::SNS::Subscription': 'SNS answers with the subscription that is there',
  'AWS::SNS::TopicPolicy': 'CloudFormation writes over the policy',
  'AWS::SQS::QueuePolicy': 'CloudFormation writes over the policy',
  'AWS::StepFunctions::StateMachineVersion': 'its number is made by the service',
};

function policyOn(Resource: string, Action: string) {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action, Resource }] };
}

function trust(...services: readonly string[]) {
  const Service = services.map((name) => `${name}.amazonaws.com`);
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
  };
}

function table() {
  return {
    TableName: 'taken',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  };
}

function deploymentConfig() {
  return {
    DeploymentConfigName: 'taken',
    ComputePlatform: 'Lambda',
    TrafficRoutingConfig: { Type: 'TimeBasedCanary', TimeBasedCanary: { CanaryPercentage: 10, CanaryInterval: 5 } },
  };
}

function machine() {
  const States = { End: { Type: 'Succeed' } };
  return {
    StateMachineName: 'taken',
    RoleArn: role,
    Definition: { QueryLanguage: 'JSONata', StartAt: 'End', States },
  };
}

function machineAlias() {
  return { Name: 'live', RoutingConfiguration: [{ StateMachineVersionArn: `${machineArn}:1`, Weight: 100 }] };
}

let aws: LocalAws;
let context: ResourceContext;
const ids = new Map<string, string>();

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
  const principal = aws.kernel.port.iam.identify(aws.administrator(account).accessKeyId)?.principal;
  if (principal === undefined) throw new Error('No administrator');
  const caller: Caller = { principal, account, region };
  let names = 0;
  context = {
    kernel: aws.kernel,
    caller,
    account,
    region,
    stackName: 'first',
    stackId: `arn:aws:cloudformation:${region}:${account}:stack/first/1`,
    logicalId: 'Logical',
    type: 'AWS::Any::Thing',
    name: () => `first-logical-${++names}`,
  };
  const AssumeRolePolicyDocument = JSON.stringify(trust('lambda', 'states', 'codedeploy', 'scheduler'));
  await aws.client(IAMClient, where).send(new CreateRoleCommand({ RoleName: 'services', AssumeRolePolicyDocument }));
  await aws.client(IAMClient, where).send(
    new PutRolePolicyCommand({
      RoleName: 'services',
      PolicyName: 'services',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: queueArn }],
      }),
    }),
  );
  const made = async (type: string, properties: Properties) =>
    (await provider(type).create(properties, context)).physicalId;
  ids.set('api', await made('AWS::ApiGatewayV2::Api', { Name: 'taken', ProtocolType: 'HTTP' }));
  const Body = {
    ...{ swagger: '2.0', info: { title: 'taken' } },
    paths: { '/': { get: { 'x-amazon-apigateway-integration': { type: 'mock' } } } },
  };
  const restApi = await provider('AWS::ApiGateway::RestApi').create({ Body }, context);
  ids.set('restApi', restApi.physicalId);
  ids.set('root', String(restApi.attributes['RootResourceId']));
  ids.set('deployment', await made('AWS::ApiGateway::Deployment', { RestApiId: restApi.physicalId }));
  ids.set('key', await made('AWS::KMS::Key', { KeyPolicy: policyOn('*', 'kms:*') }));
});
afterAll(() => aws.close());

function provider(type: string) {
  const found = allResources.find((each) => each.type === type);
  if (found === undefined) throw new Error(`No provider of ${type}`);
  return found;
}

/** Fills in what is known only once other resources stand. */
function complete(type: string, properties: Properties): Properties {
  if (type === 'AWS::KMS::Alias') return { ...properties, TargetKeyId: ids.get('key') };
  if (properties['ApiId'] !== undefined) return { ...properties, ApiId: ids.get('api') };
  if (properties['RestApiId'] !== undefined)
    return Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [
        name,
        ids.get(String(value).replace(/^<(\w+)>$/, '$1')) ?? value,
      ]),
    );
  if (type === 'AWS::Lambda::Function') return { ...properties, Code: { ZipFile: 'exports.handler = () => 1' } };
  return properties;
}

describe('a name that is taken', () => {
  it('is tried for every type', () => {
    const tried = [...new Set([...NAMED.map(([type]) => type), ...Object.keys(NAMELESS)])].sort();
    expect(tried).toEqual(allResources.map(({ type }) => type).sort());
  });

  it.each(NAMED)('is refused for a second %s', async (type, given) => {
    const properties = complete(type, given);
    const { physicalId } = await provider(type).create(properties, context);
    if (type === 'AWS::StepFunctions::StateMachine')
      await provider('AWS::StepFunctions::StateMachineVersion').create({ StateMachineArn: physicalId }, context);
    // A version that was published in the very moment is not told apart from one that was there.
    await aws.clock.sleep(1_000, 'the second one comes later');
    const second = { ...context, stackName: 'second', logicalId: 'Other' };
    await expect(provider(type).create(properties, second)).rejects.toSatisfy(
      (error: unknown) => error instanceof AwsError && /Exist(s|ed)?|Conflict|InUse|AlreadyOwned/.test(error.code),
    );
  });

  it('leaves what was there as it was when the second stack is rolled back', async () => {
    const cloudformation = aws.client(CloudFormationClient, where);
    const stack = async (StackName: string, DisplayName: string): Promise<string | undefined> => {
      const topic = { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'orders', DisplayName } };
      await cloudformation.send(
        new CreateStackCommand({ StackName, TemplateBody: JSON.stringify({ Resources: { Topic: topic } }) }),
      );
      for (;;) {
        await aws.clock.sleep(1_000, 'the stack goes on');
        const { Stacks = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
        const status = Stacks[0]?.StackStatus;
        if (status?.endsWith('_IN_PROGRESS') !== true) return status;
      }
    };
    expect(await stack('orders', 'Orders')).toBe('CREATE_COMPLETE');
    expect(await stack('copy', 'Copy')).toBe('ROLLBACK_COMPLETE');
    const TopicArn = topicArn.replace('taken', 'orders');
    const { Attributes } = await aws.client(SNSClient, where).send(new GetTopicAttributesCommand({ TopicArn }));
    expect(Attributes?.['DisplayName']).toBe('Orders');
  });
});
