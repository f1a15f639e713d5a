/**
 * What CloudFormation's own handlers ask a service besides what the providers here call: after a create or an update each
 * resource is read back, as whoever CloudFormation acts as. Listed are the permissions of the `read` (and some of the
 * `create`) handlers in the registry's schemas, without those of features that are not implemented here.
 * https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html#schema-properties-handlers
 */
import type { Authorization } from '../../kernel/service.ts';
import type { Properties, ResourceContext, ResourceState } from './provider.ts';

/** A resource that was just made or changed. */
interface Made {
  /** What `Ref` gives. */
  readonly id: string;
  readonly properties: Properties;
  /** An ARN in the stack's account and region. */
  readonly arn: (service: string, rest: string) => string;
  readonly region: string;
}

interface Reads {
  readonly actions: readonly string[];
  /** Which resources of the type are meant; all unless said. */
  readonly where?: (properties: Properties) => boolean;
  readonly on: (made: Made) => string;
}

const ANY = (): string => '*';
const itself = ({ id }: Made): string => id;
const functionOf = ({ id, properties, arn }: Made): string => {
  const name = text(properties['FunctionName'], id);
  return name.startsWith('arn:') ? name : arn('lambda', `function:${name}`);
};
const logGroup = ({ id, arn }: Made): string => arn('logs', `log-group:${id}`);
const alarm = ({ id, arn }: Made): string => arn('cloudwatch', `alarm:${id}`);
const bucket = ({ properties, id }: Made): string => `arn:aws:s3:::${text(properties['Bucket'], id)}`;
const bus = ({ properties, arn }: Made): string =>
  arn('events', `event-bus/${text(properties['Name'] ?? properties['EventBusName'], 'default')}`);
/** `Ref` names the bus that the template named, `default` too; an ARN has none for rules of the default bus. */
const rule = ({ id, arn }: Made): string =>
  arn(
    'events',
    `rule/${id
      .replace(/^arn:[^|]*:event-bus\//, '')
      .replace(/^default\|/, '')
      .replace('|', '/')}`,
  );
const group = ({ id, properties, arn }: Made): string =>
  arn('codedeploy', `deploymentgroup:${text(properties['ApplicationName'], '')}/${id}`);

/** Something inside of a REST API. */
const inRestApi =
  (below: (made: Made) => string) =>
  (made: Made): string =>
    `arn:aws:apigateway:${made.region}::/restapis/${text(made.properties['RestApiId'], made.id)}${below(made)}`;
const restMethod = inRestApi(
  ({ properties }) => `/resources/${text(properties['ResourceId'], '')}/methods/${text(properties['HttpMethod'], '')}`,
);

/** Something inside of an HTTP or WebSocket API. */
const inApi =
  (below: (made: Made) => string) =>
  (made: Made): string =>
    `arn:aws:apigateway:${made.region}::/apis/${text(made.properties['ApiId'], '')}${below(made)}`;
/** Without a region. */
const dashboard = ({ id, arn }: Made): string =>
  arn('cloudwatch', `dashboard/${id}`).replace(/:cloudwatch:[^:]*:/, ':cloudwatch::');
/** Names of parameters begin with a slash, or not. */
const parameter = ({ id, arn }: Made): string => arn('ssm', `parameter/${id.replace(/^\//, '')}`);

const READS: Readonly<Record<string, readonly Reads[]>> = {
  'AWS::ApiGateway::Account': [
    { actions: ['apigateway:GET'], on: ({ region }) => `arn:aws:apigateway:${region}::/account` },
  ],
  'AWS::ApiGateway::Authorizer': [{ actions: ['apigateway:GET'], on: inRestApi(({ id }) => `/authorizers/${id}`) }],
  'AWS::ApiGateway::Deployment': [{ actions: ['apigateway:GET'], on: inRestApi(({ id }) => `/deployments/${id}`) }],
  'AWS::ApiGateway::Method': [{ actions: ['apigateway:GET'], on: restMethod }],
  'AWS::ApiGateway::Model': [{ actions: ['apigateway:GET'], on: inRestApi(({ id }) => `/models/${id}`) }],
  'AWS::ApiGateway::Resource': [{ actions: ['apigateway:GET'], on: inRestApi(({ id }) => `/resources/${id}`) }],
  'AWS::ApiGateway::RestApi': [{ actions: ['apigateway:GET'], on: inRestApi(() => '') }],
  'AWS::ApiGateway::Stage': [{ actions: ['apigateway:GET'], on: inRestApi(({ id }) => `/stages/${id}`) }],
  'AWS::ApiGatewayV2::Api': [
    { actions: ['apigateway:GET'], on: ({ id, region }) => `arn:aws:apigateway:${region}::/apis/${id}` },
  ],
  'AWS::ApiGatewayV2::Authorizer': [{ actions: ['apigateway:GET'], on: inApi(({ id }) => `/authorizers/${id}`) }],
  'AWS::ApiGatewayV2::Integration': [{ actions: ['apigateway:GET'], on: inApi(({ id }) => `/integrations/${id}`) }],
  'AWS::ApiGatewayV2::Route': [{ actions: ['apigateway:GET'], on: inApi(({ id }) => `/routes/${id}`) }],
  'AWS::ApiGatewayV2::Stage': [{ actions: ['apigateway:GET'], on: inApi(({ id }) => `/stages/${id}`) }],
  'AWS::CloudWatch::Alarm': [
    { actions: ['cloudwatch:DescribeAlarms'], on: ANY },
    { actions: ['cloudwatch:ListTagsForResource'], on: alarm },
  ],
  'AWS::CloudWatch::CompositeAlarm': [
    { actions: ['cloudwatch:DescribeAlarms'], on: ANY },
    { actions: ['cloudwatch:ListTagsForResource'], on: alarm },
  ],
  'AWS::CloudWatch::Dashboard': [
    { actions: ['cloudwatch:GetDashboard', 'cloudwatch:ListTagsForResource'], on: dashboard },
  ],
  'AWS::CodeDeploy::Application': [
    {
      actions: ['codedeploy:GetApplication', 'codedeploy:ListTagsForResource'],
      on: ({ id, arn }) => arn('codedeploy', `application:${id}`),
    },
  ],
  'AWS::CodeDeploy::DeploymentConfig': [
    { actions: ['codedeploy:GetDeploymentConfig'], on: ({ id, arn }) => arn('codedeploy', `deploymentconfig:${id}`) },
  ],
  'AWS::CodeDeploy::DeploymentGroup': [
    {
      actions: ['GetDeploymentGroup', 'ListTagsForResource', 'ListDeployments', 'GetDeployment'].map(
        (name) => `codedeploy:${name}`,
      ),
      on: group,
    },
  ],
  'AWS::DynamoDB::Table': [
    {
      actions: [
        ...['DescribeTable', 'DescribeContinuousBackups', 'DescribeContributorInsights', 'DescribeTimeToLive'],
        ...['DescribeKinesisStreamingDestination', 'ListTagsOfResource', 'GetResourcePolicy'],
      ].map((name) => `dynamodb:${name}`),
      on: ({ id, arn }) => arn('dynamodb', `table/${id}`),
    },
  ],
  'AWS::Events::EventBus': [{ actions: ['events:DescribeEventBus', 'events:ListTagsForResource'], on: bus }],
  'AWS::Events::EventBusPolicy': [{ actions: ['events:DescribeEventBus'], on: bus }],
  'AWS::Events::Rule': [
    {
      actions: ['events:DescribeRule', 'events:ListTargetsByRule', 'events:ListTagsForResource'],
      on: rule,
    },
  ],
  'AWS::IAM::ManagedPolicy': [
    { actions: ['iam:GetPolicy', 'iam:GetPolicyVersion', 'iam:ListEntitiesForPolicy'], on: itself },
  ],
  'AWS::IAM::Role': [
    {
      actions: ['GetRole', 'GetRolePolicy', 'ListRolePolicies', 'ListAttachedRolePolicies'].map(
        (name) => `iam:${name}`,
      ),
      on: ({ id, arn }) => arn('iam', `role/${id}`).replace(/:iam:[^:]*:/, ':iam::'),
    },
  ],
  'AWS::KMS::Alias': [{ actions: ['kms:ListAliases'], on: ANY }],
  'AWS::KMS::Key': [
    {
      actions: ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus', 'kms:ListResourceTags'],
      on: ({ id, arn }) => arn('kms', `key/${id}`),
    },
  ],
  'AWS::Lambda::Alias': [{ actions: ['lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig'], on: itself }],
  'AWS::Lambda::EventInvokeConfig': [{ actions: ['lambda:GetFunctionEventInvokeConfig'], on: functionOf }],
  'AWS::Lambda::EventSourceMapping': [
    {
      actions: ['lambda:GetEventSourceMapping', 'lambda:ListTags'],
      on: ({ id, arn }) => arn('lambda', `event-source-mapping:${id}`),
    },
  ],
  'AWS::Lambda::Function': [
    {
      actions: [
        ...['GetFunction', 'GetFunctionCodeSigningConfig', 'GetFunctionRecursionConfig', 'GetFunctionScalingConfig'],
        ...['GetRuntimeManagementConfig', 'ListTags'],
      ].map((name) => `lambda:${name}`),
      on: functionOf,
    },
  ],
  'AWS::Lambda::LayerVersion': [{ actions: ['lambda:GetLayerVersion'], on: itself }],
  'AWS::Lambda::LayerVersionPermission': [
    { actions: ['lambda:GetLayerVersionPolicy'], on: ({ properties }) => text(properties['LayerVersionArn'], '') },
  ],
  'AWS::Lambda::Permission': [{ actions: ['lambda:GetPolicy'], on: functionOf }],
  'AWS::Lambda::Url': [{ actions: ['lambda:GetFunctionUrlConfig'], on: itself }],
  'AWS::Lambda::Version': [
    {
      actions: ['GetFunctionConfiguration', 'GetProvisionedConcurrencyConfig', 'GetRuntimeManagementConfig'].map(
        (name) => `lambda:${name}`,
      ),
      on: itself,
    },
    { actions: ['lambda:ListVersionsByFunction'], on: functionOf },
  ],
  'AWS::Logs::LogGroup': [
    { actions: ['logs:DescribeLogGroups', 'logs:DescribeResourcePolicies', 'logs:DescribeIndexPolicies'], on: ANY },
    { actions: ['logs:ListTagsForResource', 'logs:GetDataProtectionPolicy'], on: logGroup },
  ],
  'AWS::S3::Bucket': [
    {
      actions: [
        ...['GetEncryptionConfiguration', 'GetBucketVersioning', 'GetBucketPublicAccessBlock', 'GetBucketTagging'],
        ...['GetLifecycleConfiguration', 'GetBucketNotification', 'GetBucketOwnershipControls', 'ListTagsForResource'],
        // Asked of every bucket, whether it has them or not.
        ...['GetAccelerateConfiguration', 'GetAnalyticsConfiguration', 'GetBucketAbac', 'GetBucketCORS', 'ListBucket'],
        ...['GetBucketLogging', 'GetBucketMetadataTableConfiguration', 'GetBucketObjectLockConfiguration'],
        ...['GetBucketWebsite', 'GetIntelligentTieringConfiguration', 'GetInventoryConfiguration'],
        ...['GetMetricsConfiguration', 'GetReplicationConfiguration'],
      ].map((name) => `s3:${name}`),
      on: bucket,
    },
    // Besides the older PutBucketTagging.
    { actions: ['s3:TagResource', 's3:UntagResource'], on: bucket, where: ({ Tags }) => Tags !== undefined },
  ],
  'AWS::S3::BucketPolicy': [{ actions: ['s3:GetBucketPolicy'], on: bucket }],
  'AWS::Scheduler::Schedule': [
    {
      actions: ['scheduler:GetSchedule'],
      on: ({ id, properties, arn }) => arn('scheduler', `schedule/${text(properties['GroupName'], 'default')}/${id}`),
    },
  ],
  'AWS::Scheduler::ScheduleGroup': [
    {
      actions: ['scheduler:GetScheduleGroup', 'scheduler:ListTagsForResource'],
      on: ({ id, arn }) => arn('scheduler', `schedule-group/${id}`),
    },
  ],
  'AWS::SecretsManager::Secret': [
    { actions: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'], on: itself },
  ],
  'AWS::SES::EmailIdentity': [
    {
      actions: ['ses:GetEmailIdentity', 'ses:ListTagsForResource'],
      on: ({ id, arn }) => arn('ses', `identity/${id}`),
    },
  ],
  'AWS::SNS::Subscription': [
    { actions: ['sns:GetSubscriptionAttributes'], on: ({ properties, id }) => text(properties['TopicArn'], id) },
  ],
  'AWS::SNS::Topic': [
    {
      actions: [
        ...['GetTopicAttributes', 'ListTagsForResource', 'ListSubscriptionsByTopic', 'GetDataProtectionPolicy'],
      ].map((name) => `sns:${name}`),
      on: itself,
    },
  ],
  'AWS::SQS::Queue': [
    {
      actions: ['sqs:GetQueueUrl', 'sqs:GetQueueAttributes', 'sqs:ListQueueTags'],
      on: ({ id, arn }) => arn('sqs', id.split('/').at(-1) ?? ''),
    },
  ],
  'AWS::SSM::Parameter': [{ actions: ['ssm:GetParameters', 'ssm:ListTagsForResource'], on: parameter }],
  'AWS::StepFunctions::StateMachine': [
    { actions: ['states:DescribeStateMachine', 'states:ListTagsForResource'], on: itself },
  ],
  'AWS::StepFunctions::StateMachineAlias': [{ actions: ['states:DescribeStateMachineAlias'], on: itself }],
  'AWS::StepFunctions::StateMachineVersion': [
    {
      actions: ['states:DescribeStateMachine', 'states:ListStateMachineVersions'],
      on: ({ properties, id }) => text(properties['StateMachineArn'], id),
    },
  ],
};

/** Types of which something is read. */
export const readBackTypes: ReadonlySet<string> = new Set(Object.keys(READS));

/** Reads a resource back. @throws AwsError where that is not allowed: the resource has failed then */
export function readBack(
  type: string,
  { physicalId: id }: ResourceState,
  { kernel, caller, account, region, properties }: ResourceContext & { readonly properties: Properties },
): void {
  const arn = (service: string, rest: string): string => `arn:aws:${service}:${region}:${account}:${rest}`;
  for (const { actions, on, where } of READS[type] ?? []) {
    if (where?.(properties) === false) continue;
    const resource = on({ id, properties, arn, region });
    kernel.port.iam.authorize(
      caller,
      actions.map((action): Authorization => ({ action, resource })),
    );
  }
}

function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
