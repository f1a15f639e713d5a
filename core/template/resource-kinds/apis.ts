import { actionsOf, arnsOf, serviceLinkedRoles, type Grant, type ResourceKind } from './kind.ts';

const apiIds = 'API Gateway gives what it makes random ids, in no account.';

/** API Gateway's actions are the methods of its own REST API. */
const methods = actionsOf('apigateway', 'GET POST PUT PATCH DELETE');

/** Stages of HTTP and WebSocket APIs are tagged by actions of their own; those of REST APIs are not. */
const stageTags = actionsOf('apigateway', 'TagResource UntagResource');

/** Both generations of APIs are tagged so. */
const tags: Grant = {
  actions: actionsOf('apigateway', 'GET POST PUT DELETE'),
  resources: pathsOf('/tags/*'),
  because: apiIds,
};

function pathsOf(...paths: readonly string[]): string[] {
  return paths.map((path) => `arn:aws:apigateway:{region}::${path}`);
}

/** APIs of both generations. */
export const apiKinds: readonly ResourceKind[] = [
  {
    title: 'HTTP and WebSocket APIs',
    types: [
      ...['Api', 'Authorizer', 'Deployment', 'Integration', 'IntegrationResponse', 'Model', 'Route', 'RouteResponse'],
      'Stage',
    ].map((name) => `AWS::ApiGatewayV2::${name}`),
    note: 'Also with a `Body`. Custom domains and VPC links are not among the options.',
    grants: [{ actions: [...methods, ...stageTags], resources: pathsOf('/apis', '/apis/*'), because: apiIds }, tags],
  },
  {
    title: 'REST APIs',
    types: [
      ...['RestApi', 'Resource', 'Method', 'Deployment', 'Stage', 'Authorizer', 'Model', 'RequestValidator'],
      ...['GatewayResponse', 'DocumentationPart', 'DocumentationVersion', 'ApiKey', 'UsagePlan', 'UsagePlanKey'],
    ].map((name) => `AWS::ApiGateway::${name}`),
    note: 'The role by which API Gateway writes logs (`AWS::ApiGateway::Account`) is one for all of an account: the platform team sets it.',
    grants: [
      {
        actions: methods,
        resources: pathsOf('/restapis', '/restapis/*', '/apikeys', '/apikeys/*', '/usageplans', '/usageplans/*'),
        because: apiIds,
      },
      tags,
      {
        actions: ['apigateway:UpdateRestApiPolicy'],
        resources: pathsOf('/restapis', '/restapis/*'),
        because: apiIds,
      },
    ],
  },
  {
    title: 'AppSync APIs',
    types: [
      ...['GraphQLApi', 'GraphQLSchema', 'ApiKey', 'DataSource', 'FunctionConfiguration', 'Resolver'],
      ...['Api', 'ChannelNamespace'],
    ].map((name) => `AWS::AppSync::${name}`),
    note: 'GraphQL and event APIs, with log groups called `/aws/appsync/apis/…`. Custom domains, caches, merged APIs and web ACLs are not among the options.',
    grants: [
      {
        actions: actionsOf(
          'appsync',
          `UpdateGraphqlApi DeleteGraphqlApi GetGraphqlApi UpdateApi DeleteApi GetApi CreateChannelNamespace
           UpdateChannelNamespace DeleteChannelNamespace GetChannelNamespace TagResource UntagResource ListTagsForResource`,
        ),
        resources: arnsOf('appsync', 'apis/*'),
        because: 'AppSync gives APIs random ids; their tags say whose they are.',
      },
      {
        actions: actionsOf(
          'appsync',
          `CreateGraphqlApi CreateApi GetGraphqlApiEnvironmentVariables PutGraphqlApiEnvironmentVariables
           StartSchemaCreation GetSchemaCreationStatus GetIntrospectionSchema CreateApiKey UpdateApiKey DeleteApiKey
           ListApiKeys CreateDataSource UpdateDataSource DeleteDataSource GetDataSource CreateFunction UpdateFunction
           DeleteFunction GetFunction CreateResolver UpdateResolver DeleteResolver GetResolver`,
        ),
        resources: ['*'],
        because:
          'An API that is being made has no id, and the Service Authorization Reference knows no resource for what is in one: a template that names the API of another is refused.',
      },
      {
        actions: actionsOf(
          'logs',
          `CreateLogGroup DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy TagResource UntagResource
           ListTagsForResource AssociateKmsKey DisassociateKmsKey`,
        ),
        resources: arnsOf('logs', 'log-group:/aws/appsync/apis/*'),
        because: 'AppSync calls the log groups of APIs by their random ids; their tags say whose they are.',
      },
      serviceLinkedRoles('appsync.amazonaws.com'),
    ],
  },
];
