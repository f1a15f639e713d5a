import { describe, expect, it } from 'vitest';
import type { Template } from '../../../../core/template/template.ts';
import { findUnguarded } from '../../../../core/template/ways-in/around.ts';
import { findWaysIn } from '../../../../core/template/ways-in/find.ts';

// Templates of the shapes that SAM, CDK and the Serverless Framework write: which resources lead where.

const leads = (template: Template): string[] =>
  findWaysIn(template).map(({ logicalId, functionId, leads: what }) => `${logicalId} → ${functionId} ${what}`);

const alias = (functionId: string, version: string): Template['Resources'][string] => ({
  Type: 'AWS::Lambda::Alias',
  Properties: {
    FunctionName: { Ref: functionId },
    FunctionVersion: { 'Fn::GetAtt': [version, 'Version'] },
    Name: 'live',
  },
});
const version = (functionId: string): Template['Resources'][string] => ({
  ...{ Type: 'AWS::Lambda::Version', DeletionPolicy: 'Retain' },
  Properties: { FunctionName: { Ref: functionId } },
});
const lambda: Template['Resources'][string] = { Type: 'AWS::Lambda::Function', Properties: {} };

describe('what SAM’s transform writes', () => {
  const invocations = (what: string) => ({
    'Fn::Sub': `arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${what}}/invocations`,
  });
  const template: Template = {
    Resources: {
      Orders: lambda,
      OrdersVersion0a1b2c: version('Orders'),
      OrdersAliaslive: alias('Orders', 'OrdersVersion0a1b2c'),
      Authorizer: lambda,
      AuthorizerVersion3d4e5f: version('Authorizer'),
      AuthorizerAliaslive: alias('Authorizer', 'AuthorizerVersion3d4e5f'),
      ServerlessRestApi: {
        Type: 'AWS::ApiGateway::RestApi',
        Properties: {
          Body: {
            swagger: '2.0',
            info: { title: { Ref: 'AWS::StackName' } },
            paths: {
              '/orders': {
                post: {
                  'x-amazon-apigateway-integration': { type: 'aws_proxy', uri: invocations('OrdersAliaslive') },
                  security: [{ Token: [] }],
                },
              },
            },
            securityDefinitions: {
              Token: {
                'x-amazon-apigateway-authtype': 'custom',
                // SAM leads an authorizer to whatever FunctionArn says, most often `!GetAtt Authorizer.Arn`.
                'x-amazon-apigateway-authorizer': {
                  authorizerUri: {
                    'Fn::Sub': [
                      'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${__FunctionArn__}/invocations',
                      { __FunctionArn__: { 'Fn::GetAtt': ['Authorizer', 'Arn'] } },
                    ],
                  },
                },
              },
            },
          },
        },
      },
      OrdersPostPermissionProd: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          Action: 'lambda:InvokeFunction',
          FunctionName: { Ref: 'OrdersAliaslive' },
          Principal: 'apigateway.amazonaws.com',
        },
      },
      OrdersStream: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          FunctionName: { Ref: 'OrdersAliaslive' },
          EventSourceArn: 'arn:aws:kinesis:eu-west-1:1:stream/s',
        },
      },
    },
  };

  it('leads events to the alias, and an authorizer around it', () => {
    expect(leads(template)).toEqual([
      'ServerlessRestApi → Orders alias',
      'ServerlessRestApi → Authorizer function',
      'OrdersPostPermissionProd → Orders alias',
      'OrdersStream → Orders alias',
    ]);
    expect(findUnguarded(template).around.map(({ logicalId, alias: to }) => `${logicalId} ${to}`)).toEqual([
      'ServerlessRestApi AuthorizerAliaslive',
    ]);
  });
});

describe('what CDK writes', () => {
  const join = (...parts: unknown[]) => ({ 'Fn::Join': ['', parts] });
  const uri = (what: unknown) =>
    join(
      ...['arn:', { Ref: 'AWS::Partition' }, ':apigateway:', { Ref: 'AWS::Region' }],
      ...[':lambda:path/2015-03-31/functions/', what, '/invocations'],
    );
  const handler = { 'Fn::GetAtt': ['Handler886CB40B', 'Arn'] };
  const template: Template = {
    Resources: {
      Handler886CB40B: lambda,
      HandlerCurrentVersion93FB80BF: version('Handler886CB40B'),
      Live7A1B: alias('Handler886CB40B', 'HandlerCurrentVersion93FB80BF'),
      ApiGET9257B917: {
        Type: 'AWS::ApiGateway::Method',
        Properties: { HttpMethod: 'GET', Integration: { Type: 'AWS_PROXY', Uri: uri({ Ref: 'Live7A1B' }) } },
      },
      ApiPOST4E0B: {
        Type: 'AWS::ApiGateway::Method',
        Properties: { HttpMethod: 'POST', Integration: { Type: 'AWS_PROXY', Uri: uri(handler) } },
      },
      HttpGet1C2D: { Type: 'AWS::ApiGatewayV2::Integration', Properties: { IntegrationUri: handler } },
      Rule4C995B7F: {
        Type: 'AWS::Events::Rule',
        Properties: { Targets: [{ Arn: { Ref: 'Live7A1B' }, Id: 'Target0' }] },
      },
      Topic5B6C: { Type: 'AWS::SNS::Subscription', Properties: { Protocol: 'lambda', Endpoint: handler } },
      UploadsNotifications: {
        Type: 'Custom::S3BucketNotifications',
        Properties: {
          ServiceToken: { 'Fn::GetAtt': ['BucketNotificationsHandler', 'Arn'] },
          NotificationConfiguration: {
            LambdaFunctionConfigurations: [{ Events: ['s3:ObjectCreated:*'], LambdaFunctionArn: handler }],
          },
        },
      },
      BucketNotificationsHandler: lambda,
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          DefinitionString: join(
            '{"StartAt":"Call","States":{"Call":{"End":true,"Type":"Task","Resource":"arn:',
            { Ref: 'AWS::Partition' },
            ':states:::lambda:invoke","Parameters":{"FunctionName":"',
            handler,
            '","Payload.$":"$"}}}}',
          ),
        },
      },
    },
  };

  it('leads where the construct was given alias or function; the handler of a custom resource is called by CloudFormation alone', () => {
    expect(leads(template).map((way) => way.replace('Handler886CB40B ', ''))).toEqual([
      'ApiGET9257B917 → alias',
      'ApiPOST4E0B → function',
      'HttpGet1C2D → function',
      'Rule4C995B7F → alias',
      'Topic5B6C → function',
      'UploadsNotifications → function',
      'Machine → function',
    ]);
    expect(findUnguarded(template).functions).toEqual([
      { functionId: 'BucketNotificationsHandler', ways: [], likely: [] },
    ]);
  });
});

describe('what the Serverless Framework writes', () => {
  const named = (FunctionName: string): Template['Resources'][string] => ({
    Type: 'AWS::Lambda::Function',
    Properties: { FunctionName },
  });
  const template: Template = {
    Resources: {
      OrdersLambdaFunction: named('shop-dev-orders'),
      ResizeLambdaFunction: named('shop-dev-resize'),
      CustomDashresourceDashexistingDashs3LambdaFunction: named('shop-dev-custom-resource-existing-s3'),
      OrdersLambdaVersionAb12: version('OrdersLambdaFunction'),
      ApiGatewayMethodOrdersPost: {
        Type: 'AWS::ApiGateway::Method',
        Properties: {
          Integration: {
            Uri: {
              'Fn::Join': [
                '',
                [
                  ...['arn:', { Ref: 'AWS::Partition' }, ':apigateway:', { Ref: 'AWS::Region' }],
                  ':lambda:path/2015-03-31/functions/',
                  { 'Fn::GetAtt': ['OrdersLambdaFunction', 'Arn'] },
                  '/invocations',
                ],
              ],
            },
          },
        },
      },
      OrdersEventsRuleSchedule1: {
        Type: 'AWS::Events::Rule',
        Properties: { Targets: [{ Arn: { 'Fn::GetAtt': ['OrdersLambdaFunction', 'Arn'] }, Id: 'ordersSchedule' }] },
      },
      ResizeCustomS31: {
        Type: 'Custom::S3',
        Properties: {
          ServiceToken: { 'Fn::GetAtt': ['CustomDashresourceDashexistingDashs3LambdaFunction', 'Arn'] },
          FunctionName: 'shop-dev-resize',
          BucketName: 'shop-uploads',
        },
      },
    },
  };

  it('leads to functions, by reference and by name: none of them has an alias', () => {
    expect(findUnguarded(template)).toEqual({
      around: [],
      functions: [
        {
          functionId: 'OrdersLambdaFunction',
          ways: [
            'ApiGatewayMethodOrdersPost (AWS::ApiGateway::Method)',
            'OrdersEventsRuleSchedule1 (AWS::Events::Rule)',
          ],
          likely: [],
        },
        { functionId: 'ResizeLambdaFunction', ways: ['ResizeCustomS31 (Custom::S3)'], likely: [] },
        { functionId: 'CustomDashresourceDashexistingDashs3LambdaFunction', ways: [], likely: [] },
      ],
    });
  });
});
