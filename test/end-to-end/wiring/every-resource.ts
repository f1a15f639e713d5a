import { ref, arn, sub, resource, tagged, allow, trust, role, type Revision } from './template-builders.ts';
import { lambdaResources } from './lambda-resources.ts';
import { secretResources } from './secret-resources.ts';
import { waysIn } from './ways-in.ts';

/** Resources of every kind that the target's CloudFormation role may make for a service. */
export function everyResourceKind(revision: Revision): Record<string, object> {
  return {
    ...logsAndAlarms(revision),
    ...messages(revision),
    ...stateMachines(revision),
    ...data(revision),
    ...api(revision),
    ...lambdaResources(revision),
    ...secretResources(revision),
    ...waysIn(revision),
  };
}

function logsAndAlarms(revision: Revision): Record<string, object> {
  const alarm = { Namespace: 'Orders', MetricName: 'Lost', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1 };
  return {
    Log: resource('AWS::Logs::LogGroup', { ...(revision === 1 ? { RetentionInDays: 7 } : {}), Tags: tagged(revision) }),
    FunctionLog: resource('AWS::Logs::LogGroup', {
      LogGroupName: sub('/aws/lambda/${AWS::StackName}-own'),
      RetentionInDays: 7 * revision,
    }),
    ApiLog: resource('AWS::Logs::LogGroup', { LogGroupName: sub('/aws/vendedlogs/${AWS::StackName}-api') }),
    FlowLog: resource('AWS::Logs::LogGroup', { LogGroupName: sub('/aws/vendedlogs/states/${AWS::StackName}-flow') }),
    LostAlarm: resource('AWS::CloudWatch::Alarm', {
      ...alarm,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: revision,
      TreatMissingData: 'notBreaching',
      Tags: tagged(revision),
    }),
    AnyAlarm: resource('AWS::CloudWatch::CompositeAlarm', {
      AlarmDescription: `Round ${revision}`,
      AlarmRule: sub('ALARM("${LostAlarm}")'),
      Tags: tagged(revision),
    }),
    Overview: resource('AWS::CloudWatch::Dashboard', {
      DashboardName: sub('${AWS::StackName}-overview'),
      DashboardBody: JSON.stringify({
        widgets: [{ type: 'text', width: 6, height: 2, properties: { markdown: `Round ${revision}` } }],
      }),
      Tags: tagged(revision),
    }),
  };
}

/** A topic that goes with the next version and has its policy until then: its account may not delete it without a grant. */
const formerTopic = {
  FormerTopic: resource('AWS::SNS::Topic', {}),
  FormerTopicPolicy: {
    ...resource('AWS::SNS::TopicPolicy', {
      Topics: [ref('FormerTopic')],
      PolicyDocument: allow('sns:Publish', ref('FormerTopic'), { Principal: { Service: 'budgets.amazonaws.com' } }),
    }),
    DeletionPolicy: 'Retain',
  },
};

function messages(revision: Revision): Record<string, object> {
  const account = { StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') } };
  const from = { Principal: { Service: 'events.amazonaws.com' }, Condition: account };
  return {
    Queue: resource('AWS::SQS::Queue', { VisibilityTimeout: 30 * revision, Tags: tagged(revision) }),
    QueuePolicy: resource('AWS::SQS::QueuePolicy', {
      Queues: [ref('Queue')],
      PolicyDocument: allow('sqs:SendMessage', arn('Queue'), { Sid: `Round${revision}`, ...from }),
    }),
    Topic: resource('AWS::SNS::Topic', { DisplayName: `Round ${revision}`, Tags: tagged(revision) }),
    // A topic's first policy lets its whole account do everything with it; what needs the role's own grant comes after, and before
    // that policy is back.
    TopicPolicy: {
      ...resource('AWS::SNS::TopicPolicy', {
        Topics: [ref('Topic')],
        PolicyDocument: allow('sns:Publish', ref('Topic'), { Sid: `Round${revision}`, ...from }),
      }),
      DeletionPolicy: 'Retain',
    },
    ...(revision === 1 ? formerTopic : {}),
    Subscription: {
      ...resource('AWS::SNS::Subscription', { TopicArn: ref('Topic'), Protocol: 'sqs', Endpoint: arn('Queue') }),
      DependsOn: 'TopicPolicy',
    },
    Bus: resource('AWS::Events::EventBus', {
      Name: sub('${AWS::StackName}-bus'),
      Description: `Round ${revision}`,
      Tags: tagged(revision),
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
      EventPattern: { source: [`orders.${revision}`] },
      Targets: [{ Id: `revision${revision}`, Arn: arn('Queue') }],
      Tags: tagged(revision),
    }),
    Rule: resource('AWS::Events::Rule', {
      EventPattern: { source: ['orders'] },
      Targets: [{ Id: 'queue', Arn: arn('Queue') }],
    }),
  };
}

function stateMachines(revision: Revision): Record<string, object> {
  const definition = {
    StartAt: 'Done',
    QueryLanguage: 'JSONata',
    States: { Done: { Type: 'Succeed' } },
    Comment: `${revision}`,
  };
  return {
    FlowRole: role('states', allow('sqs:SendMessage', arn('Queue'))),
    Flow: resource('AWS::StepFunctions::StateMachine', {
      RoleArn: arn('FlowRole'),
      DefinitionString: JSON.stringify(definition),
      Tags: tagged(revision),
    }),
    FlowVersion: resource('AWS::StepFunctions::StateMachineVersion', {
      StateMachineArn: ref('Flow'),
      Description: `Round ${revision}`,
    }),
    FlowAlias: resource('AWS::StepFunctions::StateMachineAlias', {
      Name: 'live',
      RoutingConfiguration: [{ StateMachineVersionArn: ref('FlowVersion'), Weight: 100 }],
    }),
    TimerRole: role('scheduler', allow('sqs:SendMessage', arn('Queue'))),
    Timer: resource('AWS::Scheduler::Schedule', {
      ScheduleExpression: `rate(${revision + 1} hours)`,
      State: 'DISABLED',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: arn('Queue'), RoleArn: arn('TimerRole'), Input: '{}' },
    }),
  };
}

function data(revision: Revision): Record<string, object> {
  return {
    Table: resource('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      TableClass: revision === 1 ? 'STANDARD' : 'STANDARD_INFREQUENT_ACCESS',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      Tags: tagged(revision),
    }),
    Bucket: resource('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      LifecycleConfiguration: { Rules: [{ Id: 'old', Status: 'Enabled', ExpirationInDays: 30 * revision }] },
      LoggingConfiguration: { LogFilePrefix: `logs-${revision}/` },
      Tags: tagged(revision),
    }),
    LockedBucket: resource('AWS::S3::Bucket', {
      ObjectLockEnabled: true,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: revision } },
      },
    }),
    BucketPolicy: resource('AWS::S3::BucketPolicy', {
      Bucket: ref('Bucket'),
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: `Round${revision}`,
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
      PolicyDocument: allow(
        revision === 1 ? 'dynamodb:GetItem' : ['dynamodb:GetItem', 'dynamodb:PutItem'],
        arn('Table'),
      ),
    }),
    Worker: resource('AWS::IAM::Role', {
      Description: `Round ${revision}`,
      AssumeRolePolicyDocument: trust(revision === 1 ? 'lambda' : 'states'),
      ManagedPolicyArns: revision === 1 ? [ref('Shared')] : [],
      Policies: revision === 1 ? [{ PolicyName: 'first', PolicyDocument: allow('sns:Publish', ref('Topic')) }] : [],
      Tags: tagged(revision),
    }),
  };
}

function api(revision: Revision): Record<string, object> {
  return {
    Api: resource('AWS::ApiGatewayV2::Api', {
      Name: sub('${AWS::StackName}-orders'),
      ProtocolType: 'HTTP',
      Description: `Round ${revision}`,
      Tags: revision === 1 ? { team: 'orders' } : { revision: '2' },
    }),
    ApiStage: resource('AWS::ApiGatewayV2::Stage', {
      ApiId: ref('Api'),
      StageName: '$default',
      AutoDeploy: true,
      AccessLogSettings: { DestinationArn: arn('ApiLog'), Format: '$context.requestId' },
      Tags: revision === 1 ? { team: 'orders' } : { revision: '2' },
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
