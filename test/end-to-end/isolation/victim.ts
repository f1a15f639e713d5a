import { ref, arn, sub, resource, allow, role } from '../wiring/template-builders.ts';

const GRAPH = { 'Fn::GetAtt': ['Graph', 'ApiId'] };

/** What the victim has besides function, version, alias and role. */
export const victimResources: Record<string, object> = {
  Table: resource('AWS::DynamoDB::Table', {
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  }),
  Bucket: resource('AWS::S3::Bucket', { VersioningConfiguration: { Status: 'Enabled' } }),
  Queue: resource('AWS::SQS::Queue', {}),
  Topic: resource('AWS::SNS::Topic', {}),
  Bus: resource('AWS::Events::EventBus', { Name: sub('${AWS::StackName}-bus') }),
  Rule: resource('AWS::Events::Rule', {
    EventBusName: ref('Bus'),
    EventPattern: { source: ['victim'] },
    Targets: [{ Id: 'queue', Arn: arn('Queue') }],
  }),
  Alarm: resource('AWS::CloudWatch::Alarm', {
    ...{ Namespace: 'Victim', MetricName: 'Lost', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1 },
    ...{ ComparisonOperator: 'GreaterThanThreshold', Threshold: 1, TreatMissingData: 'notBreaching' },
  }),
  FlowRole: role('states', allow('sqs:SendMessage', arn('Queue'))),
  Flow: resource('AWS::StepFunctions::StateMachine', {
    RoleArn: arn('FlowRole'),
    StateMachineName: sub('${AWS::StackName}-flow'),
    DefinitionString: JSON.stringify({
      StartAt: 'Done',
      QueryLanguage: 'JSONata',
      States: { Done: { Type: 'Succeed' } },
    }),
  }),
  Api: resource('AWS::ApiGatewayV2::Api', { Name: sub('${AWS::StackName}-api'), ProtocolType: 'HTTP' }),
  ApiIntegration: resource('AWS::ApiGatewayV2::Integration', {
    ApiId: ref('Api'),
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: ref('Alias'),
    PayloadFormatVersion: '2.0',
  }),
  ApiRoute: resource('AWS::ApiGatewayV2::Route', {
    ApiId: ref('Api'),
    RouteKey: 'GET /',
    Target: sub('integrations/${ApiIntegration}'),
  }),
  // Types that the local AWS records: the execution role has to be granted each all the same.
  Connection: resource('AWS::Events::Connection', {
    AuthorizationType: 'API_KEY',
    AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'x-key', ApiKeyValue: 'not-secret-here' } },
  }),
  Hook: resource('AWS::Events::ApiDestination', {
    ...{ ConnectionArn: arn('Connection'), InvocationEndpoint: 'https://example.com/', HttpMethod: 'POST' },
  }),
  HookRole: role('events', allow('events:InvokeApiDestination', arn('Hook'))),
  HookRule: resource('AWS::Events::Rule', {
    EventPattern: { source: ['hooked'] },
    Targets: [{ Id: 'hook', Arn: arn('Hook'), RoleArn: arn('HookRole') }],
  }),
  Graph: resource('AWS::AppSync::GraphQLApi', { Name: sub('${AWS::StackName}-graph'), AuthenticationType: 'API_KEY' }),
  GraphKey: resource('AWS::AppSync::ApiKey', { ApiId: GRAPH }),
  GraphSchema: resource('AWS::AppSync::GraphQLSchema', { ApiId: GRAPH, Definition: 'type Query { order: String }' }),
  GraphRole: role('appsync', allow('lambda:InvokeFunction', ref('Alias'))),
  GraphSource: resource('AWS::AppSync::DataSource', {
    ...{ ApiId: GRAPH, Name: 'Orders', Type: 'AWS_LAMBDA', ServiceRoleArn: arn('GraphRole') },
    LambdaConfig: { LambdaFunctionArn: ref('Alias') },
  }),
  GraphResolver: {
    ...resource('AWS::AppSync::Resolver', {
      ...{ ApiId: GRAPH, TypeName: 'Query', FieldName: 'order' },
      DataSourceName: { 'Fn::GetAtt': ['GraphSource', 'Name'] },
    }),
    DependsOn: 'GraphSchema',
  },
  Activity: resource('AWS::StepFunctions::Activity', { Name: sub('${AWS::StackName}-pack') }),
  StreamRole: role('firehose', allow('s3:PutObject', arn('Bucket'))),
  Stream: resource('AWS::KinesisFirehose::DeliveryStream', {
    S3DestinationConfiguration: { BucketARN: arn('Bucket'), RoleARN: arn('StreamRole') },
  }),
};
