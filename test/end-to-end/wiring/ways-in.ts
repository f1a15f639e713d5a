import { ref, arn, sub, resource, tagged, type Revision } from './template-builders.ts';

/** What leads users and messages to functions besides the HTTP API: a URL, a queue that is polled, a REST API. */
export function waysIn(revision: Revision): Record<string, object> {
  return { ...urlAndQueue(revision), ...restApi(revision) };
}

function urlAndQueue(revision: Revision): Record<string, object> {
  return {
    Url: {
      ...resource('AWS::Lambda::Url', {
        AuthType: 'AWS_IAM',
        TargetFunctionArn: ref('Second'),
        Qualifier: 'live',
        ...(revision === 1 ? {} : { Cors: { AllowOrigins: ['https://orders.example.com'] } }),
      }),
      DependsOn: 'SecondAlias',
    },
    Work: resource('AWS::SQS::Queue', {}),
    Polling: resource('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: arn('Work'),
      FunctionName: ref('ThirdAlias'),
      BatchSize: 5 * revision,
      Tags: tagged(revision),
    }),
  };
}

function restApi(revision: Revision): Record<string, object> {
  const path = 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${SecondAlias}/invocations';
  return {
    Rest: resource('AWS::ApiGateway::RestApi', {
      Name: sub('${AWS::StackName}-rest'),
      Description: `Round ${revision}`,
      Tags: tagged(revision),
    }),
    RestOrders: resource('AWS::ApiGateway::Resource', {
      RestApiId: ref('Rest'),
      ParentId: { 'Fn::GetAtt': ['Rest', 'RootResourceId'] },
      PathPart: 'orders',
    }),
    RestGet: resource('AWS::ApiGateway::Method', {
      RestApiId: ref('Rest'),
      ResourceId: ref('RestOrders'),
      HttpMethod: 'GET',
      AuthorizationType: 'NONE',
      Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri: sub(path) },
    }),
    RestDeployment: {
      ...resource('AWS::ApiGateway::Deployment', { RestApiId: ref('Rest'), Description: `Round ${revision}` }),
      DependsOn: 'RestGet',
    },
    RestStage: resource('AWS::ApiGateway::Stage', {
      RestApiId: ref('Rest'),
      StageName: 'live',
      DeploymentId: ref('RestDeployment'),
      Tags: tagged(revision),
    }),
    RestPermission: resource('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: ref('SecondAlias'),
      Principal: 'apigateway.amazonaws.com',
      SourceArn: sub('arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Rest}/*'),
    }),
  };
}
