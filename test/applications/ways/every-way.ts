import type { Way } from '../application.ts';

/** A way in to the function `Handle`, and what it takes in the template. */
export interface WayIn {
  readonly name: string;
  readonly way: Way;
  readonly resources: Readonly<Record<string, object>>;
  readonly outputs?: Readonly<Record<string, object>>;
}

const ARN = { 'Fn::GetAtt': ['Handle', 'Arn'] };
const INVOCATIONS = {
  'Fn::Sub':
    'arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Handle.Arn}/invocations',
};

const resource = (Type: string, Properties: object, more: object = {}): object => ({ Type, Properties, ...more });
const sub = (text: string): object => ({ 'Fn::Sub': text });
const ref = (name: string): object => ({ Ref: name });

function permission(service: string, SourceArn: object): object {
  const Principal = `${service}.amazonaws.com`;
  return resource('AWS::Lambda::Permission', {
    Action: 'lambda:InvokeFunction',
    FunctionName: ARN,
    Principal,
    SourceArn,
  });
}

/** A role of a service. */
function role(service: string, Action: string | readonly string[], Resource: object | string): object {
  const Version = '2012-10-17';
  const Principal = { Service: `${service}.amazonaws.com` };
  return resource('AWS::IAM::Role', {
    AssumeRolePolicyDocument: { Version, Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] },
    Policies: [{ PolicyName: 'own', PolicyDocument: { Version, Statement: [{ Effect: 'Allow', Action, Resource }] } }],
  });
}

const machine = {
  QueryLanguage: 'JSONata',
  StartAt: 'Handle',
  States: {
    Handle: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: '${Handle}', Payload: '{% $states.input %}' },
      End: true,
    },
  },
};

/** What the local AWS has of the table of ways in. */
export const waysIn: readonly WayIn[] = [
  { name: 'an invocation of the alias', way: { invoke: 'HandleAliaslive' }, resources: {} },
  {
    ...{ name: 'a REST API', way: { get: 'RestUrl' } },
    resources: {
      Rest: resource('AWS::ApiGateway::RestApi', { Name: sub('${AWS::StackName}-rest') }),
      RestMethod: resource('AWS::ApiGateway::Method', {
        ...{ RestApiId: ref('Rest'), ResourceId: { 'Fn::GetAtt': ['Rest', 'RootResourceId'] } },
        ...{ HttpMethod: 'GET', AuthorizationType: 'NONE' },
        Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri: INVOCATIONS },
      }),
      RestDeployment: resource('AWS::ApiGateway::Deployment', { RestApiId: ref('Rest') }, { DependsOn: 'RestMethod' }),
      RestStage: resource('AWS::ApiGateway::Stage', {
        ...{ RestApiId: ref('Rest'), DeploymentId: ref('RestDeployment'), StageName: 'live' },
      }),
      RestPermission: permission(
        'apigateway',
        sub('arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Rest}/*'),
      ),
    },
    outputs: { RestUrl: { Value: sub('https://${Rest}.execute-api.${AWS::Region}.amazonaws.com/live') } },
  },
  {
    ...{ name: 'an HTTP API', way: { get: 'HttpUrl' } },
    resources: {
      Http: resource('AWS::ApiGatewayV2::Api', { Name: sub('${AWS::StackName}-http'), ProtocolType: 'HTTP' }),
      HttpStage: resource('AWS::ApiGatewayV2::Stage', { ApiId: ref('Http'), StageName: '$default', AutoDeploy: true }),
      HttpIntegration: resource('AWS::ApiGatewayV2::Integration', {
        ...{ ApiId: ref('Http'), IntegrationType: 'AWS_PROXY', IntegrationUri: ARN, PayloadFormatVersion: '2.0' },
      }),
      HttpRoute: resource('AWS::ApiGatewayV2::Route', {
        ...{ ApiId: ref('Http'), RouteKey: '$default', Target: sub('integrations/${HttpIntegration}') },
      }),
      HttpPermission: permission(
        'apigateway',
        sub('arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Http}/*'),
      ),
    },
    outputs: { HttpUrl: { Value: { 'Fn::GetAtt': ['Http', 'ApiEndpoint'] } } },
  },
  {
    ...{ name: 'a topic', way: { publish: 'Topic' } },
    resources: {
      Topic: resource('AWS::SNS::Topic', {}),
      Subscription: resource('AWS::SNS::Subscription', { TopicArn: ref('Topic'), Protocol: 'lambda', Endpoint: ARN }),
      TopicPermission: permission('sns', ref('Topic')),
    },
  },
  {
    ...{ name: 'a rule', way: { put: { source: 'every.way', detailType: 'Asked' } } },
    resources: {
      Rule: resource('AWS::Events::Rule', {
        ...{ EventPattern: { source: ['every.way'] }, Targets: [{ Id: 'handle', Arn: ARN }] },
      }),
      RulePermission: permission('events', { 'Fn::GetAtt': ['Rule', 'Arn'] }),
    },
  },
  {
    ...{ name: 'a state machine', way: { start: 'Machine' } },
    resources: {
      MachineRole: role('states', 'lambda:InvokeFunction', ARN),
      Machine: resource('AWS::StepFunctions::StateMachine', {
        ...{ StateMachineName: sub('${AWS::StackName}-machine'), RoleArn: { 'Fn::GetAtt': ['MachineRole', 'Arn'] } },
        ...{ DefinitionString: JSON.stringify(machine), DefinitionSubstitutions: { Handle: ARN } },
      }),
    },
  },
  {
    ...{ name: 'a queue', way: { send: 'Queue' } },
    resources: {
      Queue: resource('AWS::SQS::Queue', { VisibilityTimeout: 60 }),
      Mapping: resource('AWS::Lambda::EventSourceMapping', {
        ...{ EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] }, FunctionName: ARN, BatchSize: 1 },
      }),
    },
  },
  {
    ...{ name: 'a bucket', way: { upload: 'Uploads', prefix: 'in/' } },
    resources: {
      Uploads: resource(
        'AWS::S3::Bucket',
        {
          NotificationConfiguration: {
            LambdaConfigurations: [
              {
                ...{ Event: 's3:ObjectCreated:*', Function: ARN },
                Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'in/' }] } },
              },
            ],
          },
        },
        { DependsOn: 'UploadsPermission' },
      ),
      UploadsPermission: resource('AWS::Lambda::Permission', {
        ...{ Action: 'lambda:InvokeFunction', FunctionName: ARN, Principal: 's3.amazonaws.com' },
        SourceAccount: ref('AWS::AccountId'),
      }),
    },
  },
  {
    ...{ name: 'a function URL', way: { get: 'HandleUrl' } },
    resources: {
      Url: resource('AWS::Lambda::Url', { AuthType: 'NONE', TargetFunctionArn: ARN }),
      UrlPermission: resource('AWS::Lambda::Permission', {
        ...{ Action: 'lambda:InvokeFunctionUrl', FunctionName: ARN, Principal: '*', FunctionUrlAuthType: 'NONE' },
      }),
      ByUrlPermission: resource('AWS::Lambda::Permission', {
        ...{ Action: 'lambda:InvokeFunction', FunctionName: ARN, Principal: '*', InvokedViaFunctionUrl: true },
      }),
    },
    outputs: { HandleUrl: { Value: { 'Fn::GetAtt': ['Url', 'FunctionUrl'] } } },
  },
];

const QUEUE_ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const LOG_ACTIONS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

/** A template of one function without an alias, to which some of the ways lead. */
export function templateOf(ways: readonly WayIn[]): object {
  const Handle = resource('AWS::Lambda::Function', {
    ...{ Runtime: 'nodejs24.x', Handler: 'handle.handler', Code: 'code', Role: { 'Fn::GetAtt': ['Role', 'Arn'] } },
  });
  const own = { Role: role('lambda', [...LOG_ACTIONS, ...QUEUE_ACTIONS], '*'), Handle };
  return {
    Resources: { ...own, ...Object.fromEntries(ways.flatMap(({ resources }) => Object.entries(resources))) },
    Outputs: Object.fromEntries(ways.flatMap(({ outputs = {} }) => Object.entries(outputs))),
  };
}
