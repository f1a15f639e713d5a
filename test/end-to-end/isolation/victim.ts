import { ref, arn, sub, resource, allow, role } from '../wiring/template-builders.ts';

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
};
