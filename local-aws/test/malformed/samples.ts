import type { NormalizedSchema } from '@smithy/core/schema';
import { strToU8, zipSync } from 'fflate';
import type { ApiModel, Shape } from '../../constraints/shapes.ts';
import type { OperationModel } from '../../wire/model.ts';

export const where = { account: '111111111111', region: 'us-east-1' };
const { account, region } = where;

/**
 * A well-formed input: what `set-up.ts` made is what it names, so that a handler has something to work on. `all` sets every member,
 * else only those that are required.
 */
export function sampleInput(
  operation: OperationModel,
  model: ApiModel,
  service: string,
  { all, ids }: { readonly all: boolean; readonly ids: Ids },
): Record<string, unknown> {
  const input = sampleOf(operation.input, model.shapes[model.operations[operation.name]?.input ?? ''], operation.name, {
    model,
    service,
    depth: 0,
    all,
  });
  const own = OPERATIONS[`${service}:${operation.name}`];
  const named = holders(operation, service, ids);
  return filled({ ...(isRecord(input) ? input : {}), ...own, ...named }, ids);
}

/** Ids of what `set-up.ts` made, by the name that stands for them. */
export type Ids = Readonly<Record<string, string>>;

/** Members that hold an id, wherever they are. */
function holders({ input }: OperationModel, service: string, ids: Ids): Record<string, unknown> {
  const members = input.isStructSchema() ? Object.keys(input.getMemberSchemas()) : [];
  return Object.fromEntries(
    members.flatMap((member) => {
      const name = HOLDERS[`${service}:${member}`];
      return name === undefined ? [] : [[member, member.endsWith('s') ? [ids[name]] : ids[name]]];
    }),
  );
}

const HOLDERS: Readonly<Record<string, string>> = {
  'apigateway:ApiId': 'api',
  'apigateway:IntegrationId': 'integration',
  'apigateway:RouteId': 'route',
  'apigateway:StageName': 'stage',
  'apigateway-v1:restApiId': 'restApi',
  'apigateway-v1:resourceId': 'resource',
  'apigateway-v1:parentId': 'resource',
  'apigateway-v1:deploymentId': 'restDeployment',
  'apigateway-v1:stageName': 'stage',
  'apigateway-v1:modelName': 'model',
  'codedeploy:deploymentId': 'deployment',
  'codedeploy:deploymentIds': 'deployment',
  'codedeploy:targetId': 'target',
  'lambda:UUID': 'mapping',
};

function filled(value: Record<string, unknown>, ids: Ids): Record<string, unknown> {
  const fill = (item: unknown): unknown => {
    if (typeof item === 'string') return item.replace(/<(\w+)>/g, (whole, name: string) => ids[name] ?? whole);
    if (Array.isArray(item)) return item.map(fill);
    return isRecord(item) ? Object.fromEntries(Object.entries(item).map(([name, below]) => [name, fill(below)])) : item;
  };
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fill(item)]));
}

interface Place {
  readonly model: ApiModel;
  readonly service: string;
  readonly depth: number;
  readonly all: boolean;
}

function sampleOf(schema: NormalizedSchema, shape: Shape | undefined, name: string, place: Place): unknown {
  const { model, service, depth } = place;
  const known = MEMBERS[`${service}:${name}`] ?? MEMBERS[name];
  if (known !== undefined && fits(known, schema)) return known;
  const below = { ...place, depth: depth + 1 };
  if (schema.isStructSchema()) {
    const members: Record<string, unknown> = {};
    for (const [member, memberSchema] of schema.structIterator())
      // Recursive shapes (attribute values) end somewhere; of a union only one member may be set.
      if (depth < 4 && wanted(member, shape, place) && !(isUnion(name) && Object.keys(members).length > 0))
        members[member] = sampleOf(memberSchema, model.shapes[shape?.members?.[member] ?? ''], member, below);
    return members;
  }
  if (schema.isListSchema())
    return depth > 4
      ? []
      : [sampleOf(schema.getValueSchema(), model.shapes[shape?.member ?? ''], singular(name), below)];
  if (schema.isMapSchema())
    return depth > 4
      ? {}
      : { corpus: sampleOf(schema.getValueSchema(), model.shapes[shape?.value ?? ''], name, below) };
  if (schema.isBlobSchema()) return new TextEncoder().encode('corpus');
  if (schema.isBooleanSchema()) return false;
  if (schema.isTimestampSchema()) return 1_790_000_000;
  if (schema.isNumericSchema()) return Math.max(shape?.min ?? 1, 1);
  return shape?.enum?.[0] ?? (/arn$/i.test(name) ? arnOf(service) : 'corpus');
}

function fits(value: unknown, schema: NormalizedSchema): boolean {
  if (schema.isStringSchema()) return typeof value === 'string';
  if (schema.isListSchema()) return Array.isArray(value);
  if (schema.isBlobSchema()) return value instanceof Uint8Array;
  if (schema.isNumericSchema()) return typeof value === 'number';
  return schema.isStructSchema() || schema.isMapSchema() ? isRecord(value) : false;
}

function wanted(member: string, shape: Shape | undefined, { all, depth, service }: Place): boolean {
  if ((shape?.required ?? []).includes(member)) return true;
  if (NOT_IMPLEMENTED.has(`${service}:${member}`)) return false;
  return depth === 0 ? all : !(shape?.required ?? []).length;
}

/** Nested members that the local AWS refuses by name, so that nothing behind them would ever be tried. */
const NOT_IMPLEMENTED: ReadonlySet<string> = new Set(['monitoring:AccountId']);

function isUnion(name: string): boolean {
  return name === 'AttributeValue' || name === 'Item' || name === 'Key';
}

function singular(name: string): string {
  return name.replace(/ies$/, 'y').replace(/s$/, '');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function arnOf(service: string): string {
  return ARNS[service] ?? `arn:aws:${service}:${region}:${account}:corpus`;
}

const role = `arn:aws:iam::${account}:role/corpus`;
const queue = `arn:aws:sqs:${region}:${account}:corpus`;
const ARNS: Readonly<Record<string, string>> = {
  cloudformation: `arn:aws:cloudformation:${region}:${account}:stack/corpus/1`,
  codedeploy: `arn:aws:codedeploy:${region}:${account}:application:corpus`,
  dynamodb: `arn:aws:dynamodb:${region}:${account}:table/corpus`,
  events: `arn:aws:events:${region}:${account}:rule/corpus`,
  iam: `arn:aws:iam::${account}:policy/corpus`,
  lambda: `arn:aws:lambda:${region}:${account}:function:corpus`,
  logs: `arn:aws:logs:${region}:${account}:log-group:corpus`,
  monitoring: `arn:aws:cloudwatch:${region}:${account}:alarm:corpus`,
  s3: 'arn:aws:s3:::corpus',
  scheduler: `arn:aws:scheduler:${region}:${account}:schedule-group/corpus`,
  secretsmanager: `arn:aws:secretsmanager:${region}:${account}:secret:corpus`,
  ses: `arn:aws:ses:${region}:${account}:identity/corpus.example`,
  sns: `arn:aws:sns:${region}:${account}:corpus`,
  sqs: queue,
  states: `arn:aws:states:${region}:${account}:stateMachine:corpus`,
};

export const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sns:Publish', Resource: '*' }],
});
/** What an event source mapping's function needs. */
export const reading = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['sqs:*', 'dynamodb:*'], Resource: '*' }],
});
export const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: {
        AWS: `arn:aws:iam::${account}:root`,
        Service: ['lambda', 'states', 'scheduler', 'codedeploy', 'events'].map((name) => `${name}.amazonaws.com`),
      },
      Action: 'sts:AssumeRole',
    },
  ],
});
export const template = JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } });
export const definition = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'End',
  States: { End: { Type: 'Wait', Seconds: 60, End: true } },
});
export const zip = zipSync({ 'index.mjs': strToU8('export const handler = async () => 1;') });
const text = (value: string) => ({ S: value });
const everything = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }],
});
export const appSpec = JSON.stringify({
  version: 0,
  Resources: [
    {
      corpus: {
        Type: 'AWS::Lambda::Function',
        Properties: { Name: 'corpus', Alias: 'corpus', CurrentVersion: '1', TargetVersion: '1' },
      },
    },
  ],
});

/** Members that are more than any text. */
const MEMBERS: Readonly<Record<string, unknown>> = {
  Role: role,
  RoleARN: role,
  RoleArn: role,
  roleArn: role,
  serviceRoleArn: role,
  PolicyDocument: policy,
  AssumeRolePolicyDocument: trust,
  Policy: policy,
  PermissionsBoundary: `arn:aws:iam::${account}:policy/corpus`,
  Path: '/',
  PathPrefix: '/',
  TemplateBody: template,
  definition,
  ZipFile: zip,
  QueueUrl: `http://127.0.0.1/${account}/corpus`,
  ScheduleExpression: 'rate(5 minutes)',
  EventPattern: '{"source":["corpus"]}',
  Event: '{"source":"corpus"}',
  Detail: '{}',
  input: '{}',
  output: '{}',
  Handler: 'index.handler',
  Runtime: 'nodejs24.x',
  FunctionVersion: '1',
  Qualifier: '1',
  logGroupName: '/corpus',
  logStreamName: 'corpus',
  'lambda:Principal': 'sns.amazonaws.com',
  'lambda:Action': 'lambda:InvokeFunction',
  'events:Action': 'events:PutEvents',
  'events:Principal': '*',
  'events:Arn': queue,
  'scheduler:Arn': queue,
  'scheduler:ScheduleExpressionTimezone': 'UTC',
  AlarmActions: [`arn:aws:sns:${region}:${account}:corpus`],
  OKActions: [],
  InsufficientDataActions: [],
  AlarmRule: 'ALARM("corpus")',
  Stat: 'Sum',
  Id: 'm1',
  Period: 60,
  Threshold: 1,
  StateReasonData: '{}',
  EmailIdentity: 'corpus.example',
  FromEmailAddress: 'a@corpus.example',
  ToAddresses: ['b@corpus.example'],
  'ssm:Name': '/corpus',
  'secretsmanager:SecretId': 'corpus',
  KeyId: 'alias/corpus',
  TargetKeyId: 'alias/corpus',
  AliasName: 'alias/corpus',
  Item: { id: text('a') },
  Key: { id: text('a') },
  KeyConditionExpression: 'id = :id',
  ConditionExpression: 'attribute_not_exists(id)',
  UpdateExpression: 'SET n = :id',
  ExpressionAttributeValues: { ':id': text('a') },
  ExclusiveStartKey: { id: text('a') },
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  Tags: [{ Key: 'team', Value: 'corpus' }],
  TagKeys: ['team'],
};

const stackName = { StackName: 'corpus' };
const changeSet = { ...stackName, ChangeSetName: 'corpus' };
const topic = ARNS['sns'] ?? '';
const machine = ARNS['states'] ?? '';
const times = { StartTime: 1_790_000_000, EndTime: 1_790_003_600 };
const key = { KeyId: 'alias/corpus' };

function restApi(): Record<string, Record<string, unknown>> {
  const body = new TextEncoder().encode('{"openapi":"3.0.1","info":{"title":"corpus"},"paths":{"/corpus":{"get":{}}}}');
  const description = { patchOperations: [{ op: 'replace', path: '/description', value: 'corpus' }] };
  const tagged = { resourceArn: `arn:aws:apigateway:${region}::/restapis/<restApi>` };
  const method = { httpMethod: 'GET', statusCode: '200' };
  const { httpMethod } = method;
  const operations: Record<string, Record<string, unknown>> = {
    CreateResource: { pathPart: 'another' },
    CreateRestApi: { name: 'another' },
    CreateModel: { name: 'another', contentType: 'application/json' },
    CreateStage: { stageName: 'another' },
    DeleteIntegration: { httpMethod },
    DeleteMethod: { httpMethod },
    GetIntegration: { httpMethod },
    GetMethod: { httpMethod },
    GetTags: tagged,
    ImportRestApi: { body },
    PutIntegration: { httpMethod, type: 'MOCK' },
    PutIntegrationResponse: method,
    PutMethod: { httpMethod: 'PUT', authorizationType: 'NONE' },
    PutMethodResponse: method,
    PutRestApi: { body },
    TagResource: { ...tagged, tags: { team: 'corpus' } },
    UntagResource: { ...tagged, tagKeys: ['team'] },
    UpdateDeployment: description,
    UpdateModel: description,
    UpdateResource: { patchOperations: [{ op: 'replace', path: '/pathPart', value: 'corpus' }] },
    UpdateRestApi: description,
    UpdateStage: description,
  };
  return Object.fromEntries(Object.entries(operations).map(([name, input]) => [`apigateway-v1:${name}`, input]));
}

/**
 * What the rules above would not give. Texts in `<…>` stand for ids that are known once the resources are there.
 */
const OPERATIONS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'apigateway:CreateApi': { Name: 'corpus', ProtocolType: 'HTTP' },
  'apigateway:CreateIntegration': {
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: ARNS['lambda'],
    PayloadFormatVersion: '2.0',
  },
  'apigateway:CreateRoute': { RouteKey: 'GET /', AuthorizationType: 'NONE', Target: 'integrations/<integration>' },
  'apigateway:UpdateRoute': { RouteKey: 'GET /', AuthorizationType: 'NONE', Target: 'integrations/<integration>' },
  ...restApi(),
  'cloudformation:CreateChangeSet': { ...changeSet, TemplateBody: template },
  'cloudformation:CreateStack': { StackName: 'another', TemplateBody: template },
  'cloudformation:DeleteChangeSet': changeSet,
  'cloudformation:DescribeChangeSet': changeSet,
  'cloudformation:DescribeStackResource': { ...stackName, LogicalResourceId: 'Topic' },
  'cloudformation:DescribeStackResources': stackName,
  'cloudformation:ExecuteChangeSet': changeSet,
  'cloudformation:GetTemplate': stackName,
  'cloudformation:GetTemplateSummary': { TemplateBody: template },
  'cloudformation:ListChangeSets': stackName,
  'cloudformation:SetStackPolicy': {
    StackPolicyBody: '{"Statement":[{"Effect":"Allow","Action":"Update:*","Principal":"*","Resource":"*"}]}',
  },
  'cloudformation:UpdateStack': { ...stackName, TemplateBody: template },
  'cloudformation:ValidateTemplate': { TemplateBody: template },
  'codedeploy:CreateApplication': { applicationName: 'another', computePlatform: 'Lambda' },
  'codedeploy:CreateDeployment': {
    applicationName: 'corpus',
    deploymentGroupName: 'corpus',
    revision: { revisionType: 'AppSpecContent', appSpecContent: { content: appSpec } },
  },
  'codedeploy:CreateDeploymentConfig': {
    deploymentConfigName: 'corpus',
    computePlatform: 'Lambda',
    trafficRoutingConfig: {
      type: 'TimeBasedCanary',
      timeBasedCanary: { canaryPercentage: 10, canaryInterval: 5 },
    },
  },
  'codedeploy:CreateDeploymentGroup': {
    deploymentGroupName: 'another',
    deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
    alarmConfiguration: { enabled: true, alarms: [{ name: 'corpus' }] },
    autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_FAILURE'] },
  },
  'codedeploy:PutLifecycleEventHookExecutionStatus': {
    deploymentId: '<deployment>',
    lifecycleEventHookExecutionId: 'corpus',
    status: 'Succeeded',
  },
  'codedeploy:UpdateDeploymentGroup': { currentDeploymentGroupName: 'corpus' },
  'dynamodb:BatchWriteItem': { RequestItems: { corpus: [{ PutRequest: { Item: { id: text('b') } } }] } },
  'dynamodb:BatchGetItem': { RequestItems: { corpus: { Keys: [{ id: text('a') }] } } },
  'dynamodb:CreateTable': {
    TableName: 'another',
    BillingMode: 'PAY_PER_REQUEST',
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byId',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  },
  'dynamodb:DeleteItem': { ConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': text('a') } },
  'dynamodb:PutItem': { Item: { id: text('a'), deep: { M: { list: { L: [text('x'), { N: '1' }] } } } } },
  'dynamodb:Query': {
    KeyConditionExpression: 'id = :id',
    ExpressionAttributeValues: { ':id': text('a') },
  },
  'dynamodb:TransactGetItems': { TransactItems: [{ Get: { TableName: 'corpus', Key: { id: text('a') } } }] },
  'dynamodb:TransactWriteItems': { TransactItems: [{ Put: { TableName: 'corpus', Item: { id: text('c') } } }] },
  'dynamodb:UpdateContinuousBackups': { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
  'dynamodb:UpdateItem': {
    UpdateExpression: 'SET n = :n',
    ExpressionAttributeValues: { ':n': text('a') },
  },
  'events:CreateEventBus': { Name: 'another' },
  'events:PutEvents': {
    Entries: [{ Source: 'corpus', DetailType: 'corpus', Detail: '{}', EventBusName: 'corpus', Time: 1_790_000_000 }],
  },
  'events:PutPermission': { Action: 'events:PutEvents', Principal: '*', StatementId: 'corpus', EventBusName: 'corpus' },
  'events:PutRule': { EventPattern: '{"source":["corpus"]}' },
  'events:PutTargets': {
    Targets: [
      {
        Id: 'corpus',
        Arn: queue,
        InputTransformer: { InputPathsMap: { a: '$.source' }, InputTemplate: '"<a>"' },
        RetryPolicy: { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 60 },
        DeadLetterConfig: { Arn: queue },
      },
    ],
  },
  'events:RemovePermission': { StatementId: 'corpus', EventBusName: 'corpus' },
  'events:TestEventPattern': {
    EventPattern: '{"source":["corpus"],"detail":{"a":[{"exists":true}]}}',
    Event:
      '{"id":"1","account":"111111111111","source":"corpus","time":"2026-11-20T09:00:00Z","region":"us-east-1","resources":[],"detail-type":"x","detail":{"a":1}}',
  },
  'events:UpdateEventBus': { Name: 'corpus' },
  'iam:DeleteAccessKey': { AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
  'iam:CreateServiceLinkedRole': { AWSServiceName: 'dynamodb.application-autoscaling.amazonaws.com' },
  'iam:GetPolicyVersion': { VersionId: 'v1' },
  'iam:DeletePolicyVersion': { VersionId: 'v1' },
  'iam:ListPolicies': { Scope: 'Local' },
  'iam:SetDefaultPolicyVersion': { VersionId: 'v1' },
  'iam:UpdateAssumeRolePolicy': { PolicyDocument: trust },
  'kms:CreateAlias': { AliasName: 'alias/another', TargetKeyId: '<key>' },
  'kms:Encrypt': { ...key, Plaintext: new TextEncoder().encode('corpus') },
  'kms:GenerateDataKey': { ...key, KeySpec: 'AES_256' },
  'kms:GenerateDataKeyWithoutPlaintext': { ...key, KeySpec: 'AES_256' },
  'kms:PutKeyPolicy': { ...key, Policy: everything },
  'kms:CreateKey': { Policy: everything },
  'kms:TagResource': { ...key, Tags: [{ TagKey: 'team', TagValue: 'corpus' }] },
  'lambda:CreateFunction': {
    FunctionName: 'another',
    Code: { ZipFile: zip },
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
  },
  'lambda:CreateAlias': { Name: 'another' },
  'lambda:CreateEventSourceMapping': { EventSourceArn: queue, BatchSize: 5, StartingPosition: undefined },
  'lambda:ListTags': { Resource: ARNS['lambda'] },
  'lambda:PutFunctionEventInvokeConfig': { MaximumRetryAttempts: 1 },
  'lambda:TagResource': { Resource: ARNS['lambda'], Tags: { team: 'corpus' } },
  'lambda:UntagResource': { Resource: ARNS['lambda'], TagKeys: ['team'] },
  'lambda:UpdateFunctionCode': { ZipFile: zip },
  'logs:CreateLogGroup': { logGroupName: '/another' },
  'logs:CreateLogStream': { logStreamName: 'another' },
  'logs:GetLogEvents': { logGroupName: '/corpus' },
  'logs:DescribeLogStreams': { logGroupName: '/corpus' },
  'logs:FilterLogEvents': { logGroupName: '/corpus', filterPattern: 'ERROR' },
  'logs:PutLogEvents': { logEvents: [{ timestamp: 1_790_000_000_000, message: '{"a":1}' }] },
  'monitoring:GetMetricData': {
    ...times,
    MetricDataQueries: [
      { Id: 'm1', MetricStat: { Metric: { Namespace: 'corpus', MetricName: 'corpus' }, Period: 60, Stat: 'Sum' } },
      { Id: 'e1', Expression: 'm1 * 2' },
    ],
  },
  'monitoring:GetMetricStatistics': { ...times, Statistics: ['Sum'] },
  'monitoring:PutCompositeAlarm': { AlarmName: 'both' },
  'monitoring:PutMetricAlarm': {
    AlarmName: 'another',
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    Metrics: [
      {
        Id: 'm1',
        ReturnData: true,
        MetricStat: {
          Metric: { Namespace: 'corpus', MetricName: 'corpus', Dimensions: [{ Name: 'a', Value: 'b' }] },
          Period: 60,
          Stat: 'Sum',
        },
      },
    ],
  },
  'monitoring:PutMetricData': {
    MetricData: [{ MetricName: 'corpus', Value: 1, Dimensions: [{ Name: 'a', Value: 'b' }], Timestamp: 1_795_165_200 }],
  },
  's3:CompleteMultipartUpload': {
    Key: 'a',
    UploadId: '<upload>',
    MultipartUpload: { Parts: [{ ETag: '"x"', PartNumber: 1 }] },
  },
  's3:CopyObject': { Key: 'b', CopySource: 'corpus/a' },
  's3:CreateBucket': { Bucket: 'another' },
  's3:DeleteObjects': { Delete: { Objects: [{ Key: 'a' }] } },
  's3:GetObjectAttributes': { Key: 'a', ObjectAttributes: ['ETag'] },
  's3:ListParts': { Key: 'a', UploadId: '<upload>' },
  's3:PutBucketEncryption': {
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
  },
  's3:PutBucketLifecycleConfiguration': {
    LifecycleConfiguration: {
      Rules: [{ ID: 'a', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } }],
    },
  },
  's3:PutBucketNotificationConfiguration': { NotificationConfiguration: { EventBridgeConfiguration: {} } },
  's3:PutBucketOwnershipControls': { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
  's3:PutBucketVersioning': { VersioningConfiguration: { Status: 'Enabled' } },
  's3:PutObject': { Key: 'a', Body: 'corpus' },
  's3:UploadPart': { Key: 'a', UploadId: '<upload>', PartNumber: 1 },
  'scheduler:CreateSchedule': {
    Name: 'another',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: queue,
      RoleArn: role,
      Input: '{}',
      RetryPolicy: { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 60 },
      DeadLetterConfig: { Arn: queue },
    },
  },
  'scheduler:UpdateSchedule': { FlexibleTimeWindow: { Mode: 'OFF' }, Target: { Arn: queue, RoleArn: role } },
  'secretsmanager:CreateSecret': { Name: 'another', SecretString: 'x' },
  'ses:SendEmail': {
    FromEmailAddress: 'a@corpus.example',
    Destination: { ToAddresses: ['b@corpus.example'] },
    Content: { Simple: { Subject: { Data: 'x' }, Body: { Text: { Data: 'x' } } } },
  },
  'sns:GetSubscriptionAttributes': { SubscriptionArn: '<subscription>' },
  'sns:Publish': { TopicArn: topic, Message: 'x', MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } } },
  'sns:SetSubscriptionAttributes': { AttributeName: 'FilterPolicy', AttributeValue: '{"a":["b"]}' },
  'sns:SetTopicAttributes': { AttributeName: 'DisplayName', AttributeValue: 'x' },
  'sns:Subscribe': { Protocol: 'sqs', Endpoint: queue },
  'sqs:CreateQueue': { QueueName: 'another' },
  'sqs:SendMessageBatch': { Entries: [{ Id: 'a', MessageBody: 'x' }] },
  'sqs:SetQueueAttributes': { Attributes: { VisibilityTimeout: '30' } },
  'sqs:TagQueue': { Tags: { team: 'corpus' } },
  'ssm:AddTagsToResource': { ResourceType: 'Parameter', ResourceId: '/corpus' },
  'ssm:ListTagsForResource': { ResourceType: 'Parameter', ResourceId: '/corpus' },
  'states:CreateStateMachine': { name: 'another' },
  'states:CreateStateMachineAlias': {
    name: 'another',
    routingConfiguration: [{ stateMachineVersionArn: '<version>', weight: 100 }],
  },
  'states:DescribeExecution': { executionArn: '<execution>' },
  'states:DescribeStateMachineAlias': { stateMachineAliasArn: `${machine}:corpus` },
  'states:DescribeStateMachineForExecution': { executionArn: '<execution>' },
  'states:GetExecutionHistory': { executionArn: '<execution>' },
  'states:ListExecutions': { stateMachineArn: machine },
  'states:StopExecution': { executionArn: '<execution>' },
  'states:UpdateStateMachine': { definition },
  'states:UpdateStateMachineAlias': { stateMachineAliasArn: `${machine}:corpus`, description: 'x' },
  'sts:AssumeRole': { RoleSessionName: 'corpus' },
};
