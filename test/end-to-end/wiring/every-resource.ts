import { ref, arn, sub, resource, boundary, tagged, allow, trust, role, type Round } from './template-builders.ts';
import { trafficResources } from './lambda-resources.ts';

/** Resources of every kind that the target's CloudFormation role may make for a service. */
export function everyKind(round: Round): Record<string, object> {
  return {
    ...watching(round),
    ...messages(round),
    ...flows(round),
    ...data(round),
    ...doors(round),
    ...trafficResources(round),
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
    // A topic's first policy lets its whole account do everything with it; what needs the role's own grant comes after, and before
    // that policy is back.
    TopicPolicy: {
      ...resource('AWS::SNS::TopicPolicy', {
        Topics: [ref('Topic')],
        PolicyDocument: allow('sns:Publish', ref('Topic'), { Sid: `Round${round}`, ...from }),
      }),
      DeletionPolicy: 'Retain',
    },
    Subscription: {
      ...resource('AWS::SNS::Subscription', { TopicArn: ref('Topic'), Protocol: 'sqs', Endpoint: arn('Queue') }),
      DependsOn: 'TopicPolicy',
    },
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
