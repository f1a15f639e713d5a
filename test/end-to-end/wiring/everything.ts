/** Which of two versions: they differ in whatever can be changed in place. */
export type Round = 1 | 2;

type Properties = Readonly<Record<string, unknown>>;
const ref = (Ref: string): object => ({ Ref });
const arn = (name: string): object => ({ 'Fn::GetAtt': [name, 'Arn'] });
const sub = (text: string): object => ({ 'Fn::Sub': text });
const resource = (Type: string, Properties: Properties): object => ({ Type, Properties });
const boundary = sub('arn:aws:iam::${AWS::AccountId}:policy/sluice-target-boundary-${AWS::Region}');
/** One tag goes, another comes. */
const tagged = (round: Round): readonly object[] => [
  round === 1 ? { Key: 'team', Value: 'orders' } : { Key: 'round', Value: '2' },
];
const allow = (Action: string | readonly string[], Resource: unknown, more: object = {}): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource, ...more }],
});
const trust = (service: string): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: `${service}.amazonaws.com` }, Action: 'sts:AssumeRole' }],
});
const role = (service: string, policy: object, more: Properties = {}): object =>
  resource('AWS::IAM::Role', {
    AssumeRolePolicyDocument: trust(service),
    PermissionsBoundary: boundary,
    Policies: [{ PolicyName: 'own', PolicyDocument: policy }],
    ...more,
  });

/** JavaScript by which every function answers; as a hook of CodeDeploy it reports that all is well. */
export const ANSWER = `event.DeploymentId === undefined ? { ok: true } : await (async () => {
  const { CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand: Put } = require('@aws-sdk/client-codedeploy');
  const { DeploymentId: deploymentId, LifecycleEventHookExecutionId: lifecycleEventHookExecutionId } = event;
  await new CodeDeployClient({}).send(new Put({ deploymentId, lifecycleEventHookExecutionId, status: 'Succeeded' }));
})()`;

/** Resources of every kind that the target's CloudFormation role may make for a service. */
export function everyKind(round: Round): Record<string, object> {
  return {
    ...watching(round),
    ...messages(round),
    ...flows(round),
    ...data(round),
    ...doors(round),
    ...traffic(round),
  };
}

function watching(round: Round): Record<string, object> {
  const alarm = { Namespace: 'Orders', MetricName: 'Lost', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1 };
  return {
    Log: resource('AWS::Logs::LogGroup', { ...(round === 1 ? { RetentionInDays: 7 } : {}), Tags: tagged(round) }),
    FunctionLog: resource('AWS::Logs::LogGroup', {
      LogGroupName: sub('/aws/lambda/${AWS::StackName}-own'),
      RetentionInDays: 7 * round,
    }),
    ApiLog: resource('AWS::Logs::LogGroup', { LogGroupName: sub('/aws/vendedlogs/${AWS::StackName}-api') }),
    FlowLog: resource('AWS::Logs::LogGroup', { LogGroupName: sub('/aws/vendedlogs/states/${AWS::StackName}-flow') }),
    LostAlarm: resource('AWS::CloudWatch::Alarm', {
      ...alarm,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: round,
      TreatMissingData: 'notBreaching',
      Tags: tagged(round),
    }),
    AnyAlarm: resource('AWS::CloudWatch::CompositeAlarm', {
      AlarmDescription: `Round ${round}`,
      AlarmRule: sub('ALARM("${LostAlarm}")'),
      Tags: tagged(round),
    }),
  };
}

function messages(round: Round): Record<string, object> {
  const account = { StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') } };
  const from = { Principal: { Service: 'events.amazonaws.com' }, Condition: account };
  return {
    Queue: resource('AWS::SQS::Queue', { VisibilityTimeout: 30 * round, Tags: tagged(round) }),
    QueuePolicy: resource('AWS::SQS::QueuePolicy', {
      Queues: [ref('Queue')],
      PolicyDocument: allow('sqs:SendMessage', arn('Queue'), { Sid: `Round${round}`, ...from }),
    }),
    Topic: resource('AWS::SNS::Topic', { DisplayName: `Round ${round}`, Tags: tagged(round) }),
    TopicPolicy: resource('AWS::SNS::TopicPolicy', {
      Topics: [ref('Topic')],
      PolicyDocument: allow('sns:Publish', ref('Topic'), { Sid: `Round${round}`, ...from }),
    }),
    Subscription: resource('AWS::SNS::Subscription', {
      TopicArn: ref('Topic'),
      Protocol: 'sqs',
      Endpoint: arn('Queue'),
    }),
    Bus: resource('AWS::Events::EventBus', {
      Name: sub('${AWS::StackName}-bus'),
      Description: `Round ${round}`,
      Tags: tagged(round),
    }),
    BusPolicy: resource('AWS::Events::EventBusPolicy', {
      EventBusName: ref('Bus'),
      StatementId: 'own',
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: sub('arn:aws:iam::${AWS::AccountId}:root') },
        Action: 'events:PutEvents',
        Resource: arn('Bus'),
      },
    }),
    BusRule: resource('AWS::Events::Rule', {
      EventBusName: ref('Bus'),
      EventPattern: { source: [`orders.${round}`] },
      Targets: [{ Id: `round${round}`, Arn: arn('Queue') }],
      Tags: tagged(round),
    }),
    Rule: resource('AWS::Events::Rule', {
      EventPattern: { source: ['orders'] },
      Targets: [{ Id: 'queue', Arn: arn('Queue') }],
    }),
  };
}

function flows(round: Round): Record<string, object> {
  const definition = {
    StartAt: 'Done',
    QueryLanguage: 'JSONata',
    States: { Done: { Type: 'Succeed' } },
    Comment: `${round}`,
  };
  return {
    FlowRole: role('states', allow('sqs:SendMessage', arn('Queue'))),
    Flow: resource('AWS::StepFunctions::StateMachine', {
      RoleArn: arn('FlowRole'),
      DefinitionString: JSON.stringify(definition),
      Tags: tagged(round),
    }),
    FlowVersion: resource('AWS::StepFunctions::StateMachineVersion', {
      StateMachineArn: ref('Flow'),
      Description: `Round ${round}`,
    }),
    FlowAlias: resource('AWS::StepFunctions::StateMachineAlias', {
      Name: 'live',
      RoutingConfiguration: [{ StateMachineVersionArn: ref('FlowVersion'), Weight: 100 }],
    }),
    TimerRole: role('scheduler', allow('sqs:SendMessage', arn('Queue'))),
    Timer: resource('AWS::Scheduler::Schedule', {
      ScheduleExpression: `rate(${round + 1} hours)`,
      State: 'DISABLED',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: arn('Queue'), RoleArn: arn('TimerRole'), Input: '{}' },
    }),
  };
}

function data(round: Round): Record<string, object> {
  return {
    Table: resource('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      TableClass: round === 1 ? 'STANDARD' : 'STANDARD_INFREQUENT_ACCESS',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      Tags: tagged(round),
    }),
    Bucket: resource('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      LifecycleConfiguration: { Rules: [{ Id: 'old', Status: 'Enabled', ExpirationInDays: 30 * round }] },
      Tags: tagged(round),
    }),
    BucketPolicy: resource('AWS::S3::BucketPolicy', {
      Bucket: ref('Bucket'),
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: `Round${round}`,
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: arn('Bucket'),
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    }),
    Shared: resource('AWS::IAM::ManagedPolicy', {
      Description: 'What roles of the service share',
      PolicyDocument: allow(round === 1 ? 'dynamodb:GetItem' : ['dynamodb:GetItem', 'dynamodb:PutItem'], arn('Table')),
    }),
    Worker: resource('AWS::IAM::Role', {
      Description: `Round ${round}`,
      AssumeRolePolicyDocument: trust(round === 1 ? 'lambda' : 'states'),
      PermissionsBoundary: boundary,
      ManagedPolicyArns: round === 1 ? [ref('Shared')] : [],
      Policies: round === 1 ? [{ PolicyName: 'first', PolicyDocument: allow('sns:Publish', ref('Topic')) }] : [],
      Tags: tagged(round),
    }),
  };
}

function doors(round: Round): Record<string, object> {
  return {
    Api: resource('AWS::ApiGatewayV2::Api', {
      Name: sub('${AWS::StackName}-orders'),
      ProtocolType: 'HTTP',
      Description: `Round ${round}`,
      Tags: round === 1 ? { team: 'orders' } : { round: '2' },
    }),
    ApiStage: resource('AWS::ApiGatewayV2::Stage', {
      ApiId: ref('Api'),
      StageName: '$default',
      AutoDeploy: true,
      AccessLogSettings: { DestinationArn: arn('ApiLog'), Format: '$context.requestId' },
      Tags: round === 1 ? { team: 'orders' } : { round: '2' },
    }),
    ApiIntegration: resource('AWS::ApiGatewayV2::Integration', {
      ApiId: ref('Api'),
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: ref('Alias'),
      PayloadFormatVersion: '2.0',
    }),
    ApiRoute: resource('AWS::ApiGatewayV2::Route', {
      ApiId: ref('Api'),
      RouteKey: 'GET /health',
      Target: sub('integrations/${ApiIntegration}'),
    }),
    ApiPermission: resource('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: ref('Alias'),
      Principal: 'apigateway.amazonaws.com',
      SourceArn: sub('arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*'),
    }),
  };
}

/** A second function with a deployment group of its own, hooks included, and one for asynchronous work. */
function traffic(round: Round): Record<string, object> {
  const logs = { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: arn('FunctionLog') };
  const runs = (Action: string, Resource: unknown): object => ({
    Version: '2012-10-17',
    Statement: [logs, { Effect: 'Allow', Action, Resource }],
  });
  const code = {
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Code: './code',
    LoggingConfig: { LogGroup: ref('FunctionLog') },
  };
  return {
    Role: role('lambda', runs('dynamodb:GetItem', arn('Table'))),
    Function: resource('AWS::Lambda::Function', { ...code, Timeout: ref('Timeout'), Role: arn('Role') }),
    HookRole: role('lambda', runs('codedeploy:PutLifecycleEventHookExecutionStatus', '*')),
    Hook: resource('AWS::Lambda::Function', { ...code, Timeout: 20, Role: arn('HookRole') }),
    MoverRole: role('codedeploy', {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'],
          Resource: '*',
        },
        { Effect: 'Allow', Action: ['lambda:InvokeFunction', 'cloudwatch:DescribeAlarms'], Resource: '*' },
      ],
    }),
    Mover: resource('AWS::CodeDeploy::Application', { ComputePlatform: 'Lambda', Tags: tagged(round) }),
    Pace: resource('AWS::CodeDeploy::DeploymentConfig', {
      DeploymentConfigName: sub('${AWS::StackName}-pace'),
      ComputePlatform: 'Lambda',
      TrafficRoutingConfig: { Type: 'AllAtOnce' },
    }),
    Group: resource('AWS::CodeDeploy::DeploymentGroup', {
      ApplicationName: ref('Mover'),
      ServiceRoleArn: arn('MoverRole'),
      DeploymentConfigName: ref('Pace'),
      DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
      AlarmConfiguration: { Enabled: round === 2, Alarms: [{ Name: ref('LostAlarm') }] },
    }),
    Second: resource('AWS::Lambda::Function', {
      ...code,
      Timeout: 10 * round,
      Role: arn('HookRole'),
      ReservedConcurrentExecutions: round === 1 ? 5 : undefined,
      Tags: tagged(round),
    }),
    SecondVersion: resource('AWS::Lambda::Version', { FunctionName: ref('Second') }),
    SecondAlias: {
      ...resource('AWS::Lambda::Alias', {
        Name: 'live',
        FunctionName: ref('Second'),
        FunctionVersion: { 'Fn::GetAtt': ['SecondVersion', 'Version'] },
      }),
      UpdatePolicy: {
        CodeDeployLambdaAliasUpdate: {
          ApplicationName: ref('Mover'),
          DeploymentGroupName: ref('Group'),
          BeforeAllowTrafficHook: ref('Hook'),
        },
      },
    },
    LettersRole: role('lambda', runs('sqs:SendMessage', arn('Queue'))),
    Third: resource('AWS::Lambda::Function', {
      ...code,
      Role: arn('LettersRole'),
      // Changes in each round, so that its alias moves; and takes a value from the account, in both ways there are.
      Environment: { Variables: { ROUND: `${round}`, QUEUE: ref('QueueName'), SAME: '{{resolve:ssm:/orders/queue}}' } },
    }),
    ThirdVersion: resource('AWS::Lambda::Version', { FunctionName: ref('Third') }),
    // The engine cannot know a name that is put together, so it moves this one by a group of its own, hook included.
    ThirdAlias: {
      ...resource('AWS::Lambda::Alias', {
        Name: 'live',
        FunctionName: ref('Third'),
        FunctionVersion: { 'Fn::GetAtt': ['ThirdVersion', 'Version'] },
      }),
      UpdatePolicy: {
        CodeDeployLambdaAliasUpdate: {
          ApplicationName: sub('${Mover}'),
          DeploymentGroupName: sub('${Group}'),
          BeforeAllowTrafficHook: ref('Hook'),
        },
      },
    },
    ThirdRetries: resource('AWS::Lambda::EventInvokeConfig', {
      FunctionName: ref('Third'),
      Qualifier: '$LATEST',
      MaximumRetryAttempts: round,
      DestinationConfig: { OnFailure: { Destination: arn('Queue') } },
    }),
  };
}
