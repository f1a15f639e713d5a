import { recordOf } from '../../values/records.ts';
import { propertyOf, type Template } from '../../template/template.ts';

/** What a team brings. */
export type ApplicationKind = 'SAM' | 'CDK' | 'Serverless Framework' | 'CloudFormation';

/** What people call resources, by their types; in the order in which they are told. */
const nouns: readonly (readonly [noun: string, plural: string, types: RegExp])[] = [
  ['function', 'functions', /^AWS::(Lambda|Serverless)::Function$/],
  ['state machine', 'state machines', /^AWS::(StepFunctions|Serverless)::StateMachine$/],
  ['table', 'tables', /^AWS::(DynamoDB::(Global)?Table|Serverless::SimpleTable)$/],
  ['bucket', 'buckets', /^AWS::S3::Bucket$/],
  ['queue', 'queues', /^AWS::SQS::Queue$/],
  ['topic', 'topics', /^AWS::SNS::Topic$/],
  ['event bus', 'event buses', /^AWS::Events::EventBus$/],
  ['stream', 'streams', /^AWS::Kinesis::Stream$/],
  ['user pool', 'user pools', /^AWS::Cognito::UserPool$/],
  ['REST API', 'REST APIs', /^AWS::(ApiGateway::RestApi|Serverless::Api)$/],
  ['HTTP API', 'HTTP APIs', /^AWS::Serverless::HttpApi$/],
  ['WebSocket API', 'WebSocket APIs', /^AWS::Serverless::WebSocketApi$/],
  ['GraphQL API', 'GraphQL APIs', /^AWS::(AppSync::GraphQLApi|Serverless::GraphQLApi)$/],
  ['distribution', 'distributions', /^AWS::CloudFront::Distribution$/],
  ['alarm', 'alarms', /^AWS::CloudWatch::(Composite)?Alarm$/],
];

/** `Found a SAM application: 4 functions, 1 table, 1 queue, 1 HTTP API.` */
export function describeFound(kind: ApplicationKind, template: Template): string {
  const what = kind === 'CloudFormation' ? 'a CloudFormation template' : `a ${kind} application`;
  const types = [...Object.values(template.Resources).map(typeShown), ...implicitApis(template)];
  const counted = nouns.flatMap(([noun, plural, pattern]) => {
    const count = types.filter((type) => pattern.test(type)).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? noun : plural}`];
  });
  const all = counted.length === 0 ? [`${types.length} ${types.length === 1 ? 'resource' : 'resources'}`] : counted;
  return `Found ${what}: ${all.join(', ')}.`;
}

/** APIs of version 2 are of two kinds, which people tell apart. */
function typeShown(resource: Template['Resources'][string]): string {
  if (resource.Type !== 'AWS::ApiGatewayV2::Api') return resource.Type;
  return propertyOf(resource, 'ProtocolType') === 'WEBSOCKET'
    ? 'AWS::Serverless::WebSocketApi'
    : 'AWS::Serverless::HttpApi';
}

/** What SAM makes for events that name no API. */
function implicitApis({ Resources }: Template): string[] {
  const events = Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::Serverless::Function')
    .flatMap((resource) => Object.values(recordOf(propertyOf(resource, 'Events'))).map(recordOf));
  const implicit = (type: string, member: string): boolean =>
    events.some(({ Type, Properties }) => Type === type && recordOf(Properties)[member] === undefined);
  return [
    ...(implicit('Api', 'RestApiId') ? ['AWS::Serverless::Api'] : []),
    ...(implicit('HttpApi', 'ApiId') ? ['AWS::Serverless::HttpApi'] : []),
  ];
}
