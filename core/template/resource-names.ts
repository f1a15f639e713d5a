import { ownMember } from '../values/records.ts';
import { isCustomResource } from './custom-resource.ts';
import type { FutureStack } from './resolve.ts';
import type { Resource } from './template.ts';

/** A property by which a template says how something of its stack is called, what it stands below, or whom it belongs to. */
export interface NamingProperty {
  readonly property: string;
  /** The action by which CloudFormation makes it: IAM compares the name with what is granted for that. */
  readonly action: string;
  /** What it is asked for with; undefined where this value leaves the name to another property. */
  readonly arn: (value: string, stack: FutureStack) => string | undefined;
  /** `is called "x"`, `is on the event bus "x"`. */
  readonly says: string;
  /** What the team can do. */
  readonly remedies: readonly string[];
  /**
   * Whose names count, whatever IAM would grant: the `service`'s own where sessions that look at it are narrowed to that, the `entry`'s where
   * what has no name has to be granted under any.
   */
  readonly within?: 'service' | 'entry';
  /** Why no value is ever granted; absent where it depends on the policy's names. */
  readonly never?: string;
}

/** How its name has to be written. */
interface NameRules {
  /** The type has to have one. */
  readonly required?: true;
  /** What fits in every environment, as stacks are called otherwise in each. */
  readonly fitting?: string;
}

/** A name that ends the ARN. @param before what stands before it, `function:` */
function named(
  property: string,
  action: string,
  before = '',
  { required, fitting = '${AWS::StackName}-…' }: NameRules = {},
): NamingProperty {
  const service = action.replace(/:.*/, '');
  return {
    property,
    action,
    arn: (name, { account, region }) => `arn:aws:${service}:${region}:${account}:${before}${name}`,
    says: 'is called',
    remedies: [
      ...(required === true ? [] : [`leave ${property} out`]),
      `begin it with the stack’s name (!Sub "${fitting}")`,
    ],
  };
}

/** IAM is in no Region. */
function identity(property: string, action: string, kind: string): NamingProperty[] {
  const arn = (account: string, path: string): string => `arn:aws:iam::${account}:${kind}${path}`;
  return [
    {
      ...named(property, action),
      arn: (name, { account }) => arn(account, `/${name}`),
    },
    {
      property: 'Path',
      action,
      arn: (path, { account }) => (path === '/' ? undefined : arn(account, path)),
      says: 'has the path',
      remedies: ['leave Path out'],
      never: 'what is called behind a path could be anybody’s, so none is granted but "/"',
    },
  ];
}

/** What stands below a name: in a group of schedules, on an event bus. @param own the one that everybody has: names count there */
function below(property: string, action: string, before: string, says: string, own: string): NamingProperty {
  const service = action.replace(/:.*/, '');
  return {
    property,
    action,
    arn: (value, { account, region, stackName }) => {
      const name = value.replace(/^arn:.*\//, '');
      return name === own ? undefined : `arn:aws:${service}:${region}:${account}:${before}${name}/${stackName}`;
    },
    says,
    remedies: [`leave ${property} out`, 'name one of this template'],
  };
}

/** A function that is named as text, by its name or ARN, with a version or alias or without. */
function ofFunction(property: string): NamingProperty[] {
  return [
    {
      property,
      action: 'lambda:PublishVersion',
      arn: (value, { account, region }) =>
        value.startsWith('arn:')
          ? value
          : `arn:aws:lambda:${region}:${account}:function:${value.replace(/^.*function:/, '')}`,
      says: 'is of the function',
      remedies: ['name a function of this template'],
    },
  ];
}

/** A role that an AWS service is to take on: CloudFormation has to be allowed to hand it over. */
function handedOver(property: string): NamingProperty {
  return {
    property,
    action: 'iam:PassRole',
    arn: (value) => (value.startsWith('arn:') ? value : undefined),
    says: 'is to have the role',
    remedies: ['make the role in this template'],
  };
}

const lambdaFunction: readonly NamingProperty[] = [
  { ...named('FunctionName', 'lambda:CreateFunction', 'function:'), within: 'service' },
  handedOver('Role'),
];
/** Of SAM, where it has no name, its logical id is made its name. */
const layer: readonly NamingProperty[] = [
  { ...named('LayerName', 'lambda:PublishLayerVersion', 'layer:'), within: 'entry' },
];
const table = [named('TableName', 'dynamodb:CreateTable', 'table/')];
const alarm = (action: string): NamingProperty[] => [named('AlarmName', action, 'alarm:')];
/** CloudFormation calls a function by its ARN. Topics are as rare as can be. */
const custom: readonly NamingProperty[] = [
  {
    property: 'ServiceToken',
    action: 'lambda:InvokeFunction',
    arn: (token) => (token.startsWith('arn:aws:lambda:') ? token : undefined),
    says: 'is made by a function that is none of this service,',
    remedies: ['name a function of this template'],
  },
];

/** The types on the built-in list whose names a template may choose. Everything else is called by AWS, or after the stack. */
const types: Readonly<Record<string, readonly NamingProperty[]>> = {
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Serverless::Function': lambdaFunction,
  'AWS::Lambda::LayerVersion': layer,
  'AWS::Serverless::LayerVersion': layer,
  'AWS::Lambda::Version': ofFunction('FunctionName'),
  'AWS::Lambda::Alias': ofFunction('FunctionName'),
  'AWS::Lambda::Permission': ofFunction('FunctionName'),
  'AWS::Lambda::EventInvokeConfig': ofFunction('FunctionName'),
  'AWS::Lambda::EventSourceMapping': ofFunction('FunctionName'),
  'AWS::Lambda::Url': ofFunction('TargetFunctionArn'),
  'AWS::SQS::Queue': [named('QueueName', 'sqs:CreateQueue')],
  'AWS::SNS::Topic': [named('TopicName', 'sns:CreateTopic')],
  'AWS::AppSync::DataSource': [handedOver('ServiceRoleArn')],
  'AWS::Events::EventBus': [named('Name', 'events:CreateEventBus', 'event-bus/', { required: true })],
  'AWS::Events::Rule': [
    named('Name', 'events:PutRule', 'rule/'),
    below('EventBusName', 'events:PutRule', 'rule/', 'is on the event bus', 'default'),
    handedOver('RoleArn'),
  ],
  'AWS::Events::Connection': [named('Name', 'events:CreateConnection', 'connection/')],
  'AWS::Events::ApiDestination': [named('Name', 'events:CreateApiDestination', 'api-destination/')],
  'AWS::Events::Archive': [named('ArchiveName', 'events:CreateArchive', 'archive/')],
  'AWS::Scheduler::Schedule': [
    named('Name', 'scheduler:CreateSchedule', 'schedule/default/'),
    below('GroupName', 'scheduler:CreateSchedule', 'schedule/', 'is in the group', 'default'),
  ],
  'AWS::Scheduler::ScheduleGroup': [named('Name', 'scheduler:CreateScheduleGroup', 'schedule-group/')],
  'AWS::Pipes::Pipe': [named('Name', 'pipes:CreatePipe', 'pipe/'), handedOver('RoleArn')],
  'AWS::StepFunctions::Activity': [named('Name', 'states:CreateActivity', 'activity:', { required: true })],
  'AWS::StepFunctions::StateMachine': [
    named('StateMachineName', 'states:CreateStateMachine', 'stateMachine:'),
    handedOver('RoleArn'),
  ],
  'AWS::Serverless::StateMachine': [named('Name', 'states:CreateStateMachine', 'stateMachine:'), handedOver('Role')],
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::Serverless::SimpleTable': table,
  'AWS::S3::Bucket': [{ ...named('BucketName', 's3:CreateBucket'), arn: (name) => `arn:aws:s3:::${name}` }],
  'AWS::Kinesis::Stream': [named('Name', 'kinesis:CreateStream', 'stream/')],
  'AWS::KinesisFirehose::DeliveryStream': [
    named('DeliveryStreamName', 'firehose:CreateDeliveryStream', 'deliverystream/'),
  ],
  'AWS::SSM::Parameter': [
    {
      ...named('Name', 'ssm:PutParameter', '', { fitting: '/${AWS::StackName}/…' }),
      // A name may begin with a slash, an ARN has one.
      arn: (name, { account, region }) => `arn:aws:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`,
    },
  ],
  'AWS::SecretsManager::Secret': [
    named('Name', 'secretsmanager:CreateSecret', 'secret:', { fitting: '${AWS::StackName}/…' }),
  ],
  'AWS::KMS::Alias': [
    named('AliasName', 'kms:CreateAlias', '', { required: true, fitting: 'alias/${AWS::StackName}-…' }),
  ],
  'AWS::Logs::LogGroup': [
    named('LogGroupName', 'logs:CreateLogGroup', 'log-group:', { fitting: '/aws/lambda/${AWS::StackName}-…' }),
  ],
  'AWS::CloudWatch::Alarm': alarm('cloudwatch:PutMetricAlarm'),
  'AWS::CloudWatch::CompositeAlarm': alarm('cloudwatch:PutCompositeAlarm'),
  'AWS::CloudWatch::Dashboard': [
    {
      ...named('DashboardName', 'cloudwatch:PutDashboard'),
      arn: (name, { account }) => `arn:aws:cloudwatch::${account}:dashboard/${name}`,
    },
  ],
  'AWS::CodeDeploy::Application': [named('ApplicationName', 'codedeploy:CreateApplication', 'application:')],
  'AWS::CodeDeploy::DeploymentConfig': [
    named('DeploymentConfigName', 'codedeploy:CreateDeploymentConfig', 'deploymentconfig:'),
  ],
  'AWS::IAM::Role': identity('RoleName', 'iam:CreateRole', 'role'),
  'AWS::IAM::ManagedPolicy': identity('ManagedPolicyName', 'iam:CreatePolicy', 'policy'),
  'AWS::CloudFormation::CustomResource': custom,
};

/** Types with a name that counts. */
export const namedTypes: readonly string[] = Object.keys(types);

/** The properties by which a resource says how it is called; none for a type whose names no template chooses. */
export function namingProperties({ Type }: Pick<Resource, 'Type'>): readonly NamingProperty[] {
  return isCustomResource(Type) ? custom : (ownMember(types, Type) ?? []);
}
