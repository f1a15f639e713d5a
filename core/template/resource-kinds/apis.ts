import { actionsOf, type Grant, type ResourceKind } from './kind.ts';

const apiIds = 'API Gateway gives what it makes random ids, in no account.';

/** API Gateway's actions are the methods of its own REST API. */
function methodsOn(...paths: readonly string[]): Grant {
  return {
    actions: actionsOf('apigateway', 'GET POST PUT PATCH DELETE TagResource UntagResource'),
    resources: pathsOf(...paths, '/tags/*'),
    because: apiIds,
  };
}

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
    grants: [methodsOn('/apis', '/apis/*')],
  },
  {
    title: 'REST APIs',
    types: [
      ...['RestApi', 'Resource', 'Method', 'Deployment', 'Stage', 'Authorizer', 'Model', 'RequestValidator'],
      ...['GatewayResponse', 'DocumentationPart', 'DocumentationVersion', 'ApiKey', 'UsagePlan', 'UsagePlanKey'],
    ].map((name) => `AWS::ApiGateway::${name}`),
    note: 'The role by which API Gateway writes logs (`AWS::ApiGateway::Account`) is one for all of an account: the platform team sets it.',
    grants: [
      methodsOn('/restapis', '/restapis/*', '/apikeys', '/apikeys/*', '/usageplans', '/usageplans/*'),
      {
        actions: ['apigateway:UpdateRestApiPolicy'],
        resources: pathsOf('/restapis', '/restapis/*'),
        because: apiIds,
      },
    ],
  },
];
