import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import {
  CodeDeployClient,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  CreateDeploymentGroupCommand,
} from '@aws-sdk/client-codedeploy';
import { CreateLogGroupCommand, CreateLogStreamCommand, CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  APIGatewayClient,
  CreateDeploymentCommand as DeployRestApi,
  CreateModelCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  PutIntegrationCommand,
  PutMethodCommand,
} from '@aws-sdk/client-api-gateway';
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
} from '@aws-sdk/client-apigatewayv2';
import { CreateEventBusCommand, EventBridgeClient, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import {
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateAliasCommand as CreateKeyAlias, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  LambdaClient,
  PublishVersionCommand,
} from '@aws-sdk/client-lambda';
import { CreateBucketCommand, CreateMultipartUploadCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateScheduleGroupCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import {
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import type { LocalAws } from '../../aws.ts';
import { appSpec, definition, policy, reading, template, trust, where, zip, type Ids } from './samples.ts';

const name = 'corpus';
const role = `arn:aws:iam::${where.account}:role/${name}`;

/** One resource of each kind, all of one name, so that a malformed request has something to hurt. */
export async function setUp(aws: LocalAws): Promise<Ids> {
  await identities(aws.client(IAMClient, where));
  await watchers(aws);
  const ids = await Promise.all([stores(aws), messages(aws), code(aws), web(aws), restApi(aws)]);
  return Object.fromEntries(ids.flatMap((each) => Object.entries(each)));
}

async function identities(iam: IAMClient): Promise<void> {
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
  await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: name, PolicyDocument: reading }));
  await iam.send(new CreateUserCommand({ UserName: name }));
  await iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: policy }));
}

async function stores(aws: LocalAws): Promise<Ids> {
  const dynamodb = aws.client(DynamoDBClient, where);
  await dynamodb.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  await dynamodb.send(new PutItemCommand({ TableName: name, Item: { id: { S: 'a' } } }));
  const configuration = { endpoint: aws.endpoint, region: where.region, credentials: aws.administrator(where.account) };
  const s3 = new S3Client({ ...configuration, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: name }));
  await s3.send(new PutObjectCommand({ Bucket: name, Key: 'a', Body: name }));
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: name, Key: 'a' }));
  await aws.client(SecretsManagerClient, where).send(new CreateSecretCommand({ Name: name, SecretString: 'x' }));
  await aws.client(SSMClient, where).send(new PutParameterCommand({ Name: `/${name}`, Value: 'x', Type: 'String' }));
  const kms = aws.client(KMSClient, where);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  await kms.send(new CreateKeyAlias({ AliasName: `alias/${name}`, TargetKeyId: KeyMetadata?.KeyId }));
  return { upload: UploadId ?? '', key: KeyMetadata?.KeyId ?? '' };
}

async function messages(aws: LocalAws): Promise<Ids> {
  await aws.client(SQSClient, where).send(new CreateQueueCommand({ QueueName: name }));
  const sns = aws.client(SNSClient, where);
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: name }));
  const Endpoint = `arn:aws:sqs:${where.region}:${where.account}:${name}`;
  const { SubscriptionArn } = await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
  await aws.client(SESv2Client, where).send(new CreateEmailIdentityCommand({ EmailIdentity: 'corpus.example' }));
  const events = aws.client(EventBridgeClient, where);
  await events.send(new CreateEventBusCommand({ Name: name }));
  await events.send(new PutRuleCommand({ Name: name, EventPattern: '{"source":["corpus"]}' }));
  await aws.client(SchedulerClient, where).send(new CreateScheduleGroupCommand({ Name: name }));
  return { subscription: SubscriptionArn ?? '' };
}

async function code(aws: LocalAws): Promise<Ids> {
  const lambda = aws.client(LambdaClient, where);
  const settings = { FunctionName: name, Role: role, Runtime: 'nodejs24.x' as const, Handler: 'index.handler' };
  await lambda.send(new CreateFunctionCommand({ ...settings, Code: { ZipFile: zip } }));
  await lambda.send(new PublishVersionCommand({ FunctionName: name }));
  await lambda.send(new CreateAliasCommand({ FunctionName: name, Name: name, FunctionVersion: '1' }));
  await aws
    .client(CloudFormationClient, where)
    .send(new CreateStackCommand({ StackName: name, TemplateBody: template }));
  const EventSourceArn = `arn:aws:sqs:${where.region}:${where.account}:${name}-mapped`;
  await aws.client(SQSClient, where).send(new CreateQueueCommand({ QueueName: `${name}-mapped` }));
  const { UUID: mapping = '' } = await lambda.send(
    new CreateEventSourceMappingCommand({ FunctionName: name, EventSourceArn }),
  );
  return { mapping, ...(await machines(aws)), ...(await deployments(aws)) };
}

async function machines(aws: LocalAws): Promise<Ids> {
  const states = aws.client(SFNClient, where);
  const { stateMachineArn, stateMachineVersionArn: version = '' } = await states.send(
    new CreateStateMachineCommand({ name, definition, roleArn: role, publish: true }),
  );
  const routingConfiguration = [{ stateMachineVersionArn: version, weight: 100 }];
  await states.send(new CreateStateMachineAliasCommand({ name, routingConfiguration }));
  const { executionArn: execution = '' } = await states.send(new StartExecutionCommand({ stateMachineArn }));
  return { version, execution };
}

async function deployments(aws: LocalAws): Promise<Ids> {
  const codedeploy = aws.client(CodeDeployClient, where);
  await codedeploy.send(new CreateApplicationCommand({ applicationName: name, computePlatform: 'Lambda' }));
  await codedeploy.send(
    new CreateDeploymentGroupCommand({
      applicationName: name,
      deploymentGroupName: name,
      serviceRoleArn: role,
      deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
    }),
  );
  const { deploymentId: deployment = '' } = await codedeploy.send(
    new CreateDeploymentCommand({
      applicationName: name,
      deploymentGroupName: name,
      revision: { revisionType: 'AppSpecContent', appSpecContent: { content: appSpec } },
    }),
  );
  return { deployment, target: `${deployment}:${name}` };
}

async function web(aws: LocalAws): Promise<Ids> {
  const gateway = aws.client(ApiGatewayV2Client, where);
  const { ApiId } = await gateway.send(new CreateApiCommand({ Name: name, ProtocolType: 'HTTP' }));
  const { IntegrationId: integration = '' } = await gateway.send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: `arn:aws:lambda:${where.region}:${where.account}:function:${name}`,
      PayloadFormatVersion: '2.0',
    }),
  );
  const { RouteId: route = '' } = await gateway.send(new CreateRouteCommand({ ApiId, RouteKey: 'GET /corpus' }));
  await gateway.send(new CreateStageCommand({ ApiId, StageName: name, AutoDeploy: true }));
  return { api: ApiId ?? '', integration, route, stage: name };
}

async function watchers(aws: LocalAws): Promise<void> {
  const logs = aws.client(CloudWatchLogsClient, where);
  await logs.send(new CreateLogGroupCommand({ logGroupName: `/${name}` }));
  await logs.send(new CreateLogStreamCommand({ logGroupName: `/${name}`, logStreamName: name }));
  await aws.client(CloudWatchClient, where).send(
    new PutMetricAlarmCommand({
      AlarmName: name,
      Namespace: name,
      MetricName: name,
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    }),
  );
}

async function restApi(aws: LocalAws): Promise<Ids> {
  const gateway = aws.client(APIGatewayClient, where);
  const { id: restApiId = '', rootResourceId: parentId } = await gateway.send(new CreateRestApiCommand({ name }));
  const { id: resourceId = '' } = await gateway.send(
    new CreateResourceCommand({ restApiId, parentId, pathPart: name }),
  );
  const at = { restApiId, resourceId, httpMethod: 'GET' };
  await gateway.send(new PutMethodCommand({ ...at, authorizationType: 'NONE' }));
  await gateway.send(new PutIntegrationCommand({ ...at, type: 'MOCK' }));
  await gateway.send(new CreateModelCommand({ restApiId, name, contentType: 'application/json' }));
  const { id: restDeployment = '' } = await gateway.send(new DeployRestApi({ restApiId, stageName: name }));
  return { restApi: restApiId, resource: resourceId, restDeployment, model: name };
}
