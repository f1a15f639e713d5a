/**
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services.html
 * https://docs.aws.amazon.com/step-functions/latest/dg/tutorial-api-gateway.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { where } from '../lambda/functions.ts';

let aws: LocalAws;
let stacks: CloudFormationClient;
let outputs: Record<string, string> = {};

const role = (service: string, actions: readonly string[]): object => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
    Policies:
      actions.length === 0
        ? []
        : [
            {
              PolicyName: 'calls',
              PolicyDocument: {
                Version: '2012-10-17',
                Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
              },
            },
          ],
  },
});
const machine = (type: string, definition: object): object => ({
  Type: 'AWS::StepFunctions::StateMachine',
  Properties: {
    ...{ StateMachineType: type, RoleArn: { 'Fn::GetAtt': ['MachineRole', 'Arn'] } },
    DefinitionString: JSON.stringify(definition),
  },
});
/** Greets, unless it is told to fail. */
const GREET = {
  StartAt: 'Who',
  States: {
    Who: {
      Type: 'Choice',
      Choices: [{ Variable: '$.name', StringEquals: 'nobody', Next: 'Nobody' }],
      Default: 'Greet',
    },
    Greet: { Type: 'Pass', Parameters: { 'greeting.$': "States.Format('hello {}', $.name)" }, End: true },
    Nobody: { Type: 'Fail', Error: 'Nobody', Cause: 'nobody is there' },
  },
};

const http = (route: string, subtype: string, parameters: object, credentials = 'Caller'): Record<string, object> => {
  const id = route.replaceAll(/\W/g, '');
  return {
    [`${id}Integration`]: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ...{ ApiId: { Ref: 'Http' }, IntegrationType: 'AWS_PROXY', IntegrationSubtype: subtype },
        ...{ PayloadFormatVersion: '1.0', CredentialsArn: { 'Fn::GetAtt': [credentials, 'Arn'] } },
        RequestParameters: parameters,
      },
    },
    [`${id}Route`]: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ...{ ApiId: { Ref: 'Http' }, RouteKey: route },
        Target: { 'Fn::Sub': `integrations/\${${id}Integration}` },
      },
    },
  };
};
const rest = (pathPart: string, method: object): Record<string, object> => ({
  [`${pathPart}Resource`]: {
    Type: 'AWS::ApiGateway::Resource',
    Properties: {
      RestApiId: { Ref: 'Rest' },
      ParentId: { 'Fn::GetAtt': ['Rest', 'RootResourceId'] },
      PathPart: pathPart,
    },
  },
  [`${pathPart}Method`]: {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      ...{ RestApiId: { Ref: 'Rest' }, ResourceId: { Ref: `${pathPart}Resource` }, HttpMethod: 'POST' },
      ...{ AuthorizationType: 'NONE', MethodResponses: [{ StatusCode: '200' }, { StatusCode: '500' }], ...method },
    },
  },
});
const states = (action: string, more: object): object => ({
  Integration: {
    ...{ Type: 'AWS', IntegrationHttpMethod: 'POST', Credentials: { 'Fn::GetAtt': ['Caller', 'Arn'] } },
    Uri: { 'Fn::Sub': `arn:aws:apigateway:\${AWS::Region}:states:action/${action}` },
    ...more,
  },
});
const start = { 'Fn::Sub': `{"input": "$util.escapeJavaScript($input.json('$'))", "stateMachineArn": "\${Greet}"}` };

const TEMPLATE = {
  Resources: {
    MachineRole: role('states.amazonaws.com', []),
    Caller: role('apigateway.amazonaws.com', [
      'states:StartSyncExecution',
      'states:StartExecution',
      'events:PutEvents',
      'sqs:SendMessage',
    ]),
    Powerless: role('apigateway.amazonaws.com', []),
    Greet: machine('EXPRESS', GREET),
    Standard: machine('STANDARD', GREET),
    Queue: { Type: 'AWS::SQS::Queue' },
    Http: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'direct', ProtocolType: 'HTTP' } },
    HttpStage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId: { Ref: 'Http' }, StageName: '$default', AutoDeploy: true },
    },
    ...http('POST /greet', 'StepFunctions-StartSyncExecution', {
      StateMachineArn: { Ref: 'Greet' },
      Input: '$request.body',
    }),
    ...http('GET /greet/{name}', 'StepFunctions-StartSyncExecution', {
      StateMachineArn: { Ref: 'Greet' },
      Input: '{"name":"${request.path.name} ${request.querystring.title}"}',
    }),
    ...http('POST /start', 'StepFunctions-StartExecution', {
      StateMachineArn: { Ref: 'Standard' },
      Input: '$request.body.order',
    }),
    ...http('POST /queue', 'SQS-SendMessage', { QueueUrl: { Ref: 'Queue' }, MessageBody: '$request.body' }),
    ...http('POST /event', 'EventBridge-PutEvents', { Detail: '$request.body', DetailType: 'Greeted', Source: 'shop' }),
    ...http('POST /denied', 'StepFunctions-StartSyncExecution', { StateMachineArn: { Ref: 'Greet' } }, 'Powerless'),
    Rest: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'direct' } },
    ...rest(
      'sync',
      states('StartSyncExecution', {
        RequestTemplates: { 'application/json': start },
        PassthroughBehavior: 'NEVER',
        IntegrationResponses: [
          {
            StatusCode: '200',
            ResponseTemplates: {
              'application/json': [
                "#set($root = $input.path('$'))",
                '#if($root.status.equals("FAILED"))',
                '#set($context.responseOverride.status = 500)',
                '{"error": "$root.error", "cause": "$root.cause"}',
                '#else',
                '$root.output',
                '#end',
              ].join('\n'),
            },
          },
          {
            StatusCode: '500',
            SelectionPattern: '4\\d{2}',
            ResponseTemplates: { 'application/json': '{"bad": "input"}' },
          },
        ],
      }),
    ),
    ...rest('raw', states('StartSyncExecution', { IntegrationResponses: [{ StatusCode: '200' }] })),
    ...rest('words', {
      Integration: {
        Type: 'MOCK',
        RequestTemplates: {
          'application/json': '#if($input.params("fail") == "yes"){"statusCode": 500}#else{"statusCode": 200}#end',
        },
        IntegrationResponses: [
          {
            StatusCode: '200',
            ResponseTemplates: {
              'application/json': `{"stage": "$context.stage", "who": "$input.params('who')", "all": "#foreach($n in $input.params().querystring.keySet())$n#if($foreach.hasNext),#end#end", "b": "$util.base64Encode("a b")", "u": "$util.urlEncode("a b&c")"}`,
            },
          },
          { StatusCode: '500', SelectionPattern: '5..', ResponseTemplates: { 'application/json': '{"failed": true}' } },
        ],
      },
    }),
    Deployment: {
      Type: 'AWS::ApiGateway::Deployment',
      DependsOn: ['syncMethod', 'rawMethod', 'wordsMethod'],
      Properties: { RestApiId: { Ref: 'Rest' }, StageName: 'prod' },
    },
  },
  Outputs: {
    Http: { Value: { 'Fn::GetAtt': ['Http', 'ApiEndpoint'] } },
    Rest: { Value: { 'Fn::Sub': 'https://${Rest}.execute-api.${AWS::Region}.amazonaws.com/prod' } },
    Queue: { Value: { Ref: 'Queue' } },
    Greet: { Value: { Ref: 'Greet' } },
  },
};

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
  stacks = aws.client(CloudFormationClient, where);
  const StackName = 'direct';
  await stacks.send(
    new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(TEMPLATE), Capabilities: ['CAPABILITY_IAM'] }),
  );
  for (;;) {
    const { Stacks: [stack] = [] } = await stacks.send(new DescribeStacksCommand({ StackName }));
    if (stack?.StackStatus?.endsWith('_IN_PROGRESS') !== true) {
      if (stack?.StackStatus !== 'CREATE_COMPLETE') {
        const { StackEvents = [] } = await stacks.send(new DescribeStackEventsCommand({ StackName }));
        throw new Error(StackEvents.map(({ ResourceStatusReason: reason = '' }) => reason).join('\n'));
      }
      outputs = Object.fromEntries((stack.Outputs ?? []).map((one) => [one.OutputKey ?? '', one.OutputValue ?? '']));
      break;
    }
    await aws.clock.sleep(1_000, 'a stack');
  }
});
afterAll(() => aws.close());

async function post(
  api: 'Http' | 'Rest',
  path: string,
  body: unknown = {},
  type = 'application/json',
): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${outputs[api] ?? ''}${path}`, {
    ...{ method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) },
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
}

describe('an HTTP API’s integration with a service', () => {
  it('runs an Express state machine with the body, and answers what came of it', async () => {
    const { status, body } = await post('Http', '/greet', { name: 'Ada' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ status: 'SUCCEEDED', input: '{"name":"Ada"}', output: '{"greeting":"hello Ada"}' },
      ...{ stateMachineArn: outputs['Greet'] },
    });
    expect(JSON.stringify(body)).toMatch(/"executionArn":"[^"]+:express:/);
    // An execution that fails is no failure of the call.
    expect(await post('Http', '/greet', { name: 'nobody' })).toMatchObject({
      status: 200,
      body: { status: 'FAILED', error: 'Nobody', cause: 'nobody is there' },
    });
  });

  it('takes parameters from path and query string, within a text, too', async () => {
    const answer = await fetch(`${outputs['Http'] ?? ''}/greet/Ada?title=Countess`);
    expect(await answer.json()).toMatchObject({ output: '{"greeting":"hello Ada Countess"}' });
  });

  it('takes a member of the body, and refuses a request without what is required', async () => {
    const started = await post('Http', '/start', { order: { name: 'Ada' } });
    expect(started.status).toBe(200);
    expect(JSON.stringify(started.body)).toMatch(/"executionArn":"[^"]+:execution:/);
    const answer = await fetch(`${outputs['Http'] ?? ''}/queue`, { method: 'POST' });
    expect(answer.status).toBe(400);
  });

  it('sends a message, and puts an event', async () => {
    expect((await post('Http', '/queue', { id: 7 })).status).toBe(200);
    const { Messages = [] } = await aws
      .client(SQSClient, where)
      .send(new ReceiveMessageCommand({ QueueUrl: outputs['Queue'] }));
    expect(Messages.map(({ Body }) => Body)).toEqual(['{"id":7}']);
    expect(await post('Http', '/event', {})).toMatchObject({ status: 200, body: { FailedEntryCount: 0 } });
  });

  it('may do what its role may', async () => {
    const { status, body } = await post('Http', '/denied');
    expect(status).toBe(403);
    expect(JSON.stringify(body)).toContain('states:StartSyncExecution');
  });
});

describe('a REST API’s integration with a service', () => {
  it('calls it with what the request’s template makes, and answers what the response’s makes', async () => {
    expect(await post('Rest', '/sync', { name: `Ada "of" Ævar` })).toEqual({
      status: 200,
      body: { greeting: 'hello Ada "of" Ævar' },
    });
  });

  it('has another status where the template says so', async () => {
    expect(await post('Rest', '/sync', { name: 'nobody' })).toEqual({
      status: 500,
      body: { error: 'Nobody', cause: 'nobody is there' },
    });
  });

  it('is not called for a body of another type, where nothing passes', async () => {
    expect((await post('Rest', '/sync', {}, 'text/plain')).status).toBe(415);
  });

  it('passes the body as it is where there is no template, and the answer', async () => {
    const { status, body } = await post('Rest', '/raw', { stateMachineArn: outputs['Greet'], input: '{"name":"Bo"}' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'SUCCEEDED', output: '{"greeting":"hello Bo"}' });
  });

  it('maps a service’s refusal by its status', async () => {
    expect(await post('Rest', '/raw', { stateMachineArn: 'nonsense' })).toMatchObject({
      status: 200,
      body: { __type: 'InvalidArn' },
    });
  });

  it('has variables and functions in its templates', async () => {
    expect(await post('Rest', '/words?who=Ada&more=1')).toEqual({
      status: 200,
      body: { stage: 'prod', who: 'Ada', all: 'who,more', b: 'YSBi', u: 'a+b%26c' },
    });
    expect(await post('Rest', '/words?fail=yes')).toEqual({ status: 500, body: { failed: true } });
  });
});
