import { describe, expect, it } from 'vitest';
import { draftAlarms } from '../../../../core/manifest/draft/alarms.ts';
import { draftChecks } from '../../../../core/manifest/draft/checks.ts';
import { draftManifest } from '../../../../core/manifest/draft/draft.ts';
import { describeFound } from '../../../../core/manifest/draft/found.ts';
import { openParameters } from '../../../../core/manifest/draft/open-parameters.ts';
import { asServiceName, draftServiceName } from '../../../../core/manifest/draft/service-name.ts';
import { manifestProblems } from '../../../../core/manifest/manifest.ts';
import { parseTemplate } from '../../../../core/template/parse.ts';
import { templateProblems } from '../../../../core/template/rules.ts';
import type { Template } from '../../../../core/template/template.ts';

function template(text: string): Template {
  const reading = parseTemplate(text, 'template.yaml');
  if ('template' in reading) return reading.template;
  throw new TypeError(JSON.stringify(reading.problems));
}

const SAM = 'Transform: AWS::Serverless-2016-10-31\n';

/** The screen of the issue: four functions, two of which no alias guards. */
const orders = template(`${SAM}
Parameters:
  LogLevel: { Type: String, Default: INFO }
Resources:
  Api:
    Type: AWS::Serverless::Function
    Properties:
      AutoPublishAlias: live
      Events:
        Health: { Type: HttpApi, Properties: { ApiId: !Ref OrdersHttp, Path: /health, Method: GET } }
        Orders: { Type: HttpApi, Properties: { ApiId: !Ref OrdersHttp, Path: '/orders/{id}', Method: GET } }
  Pay:
    Type: AWS::Serverless::Function
    Properties: { AutoPublishAlias: live }
  Receive:
    Type: AWS::Serverless::Function
    Properties: { Events: { Post: { Type: HttpApi, Properties: { ApiId: !Ref OrdersHttp, Path: /in, Method: POST } } } }
  Worker:
    Type: AWS::Serverless::Function
    Properties: { Events: { Jobs: { Type: SQS, Properties: { Queue: !GetAtt Jobs.Arn } } } }
  OrdersHttp: { Type: AWS::Serverless::HttpApi }
  Jobs: { Type: AWS::SQS::Queue }
  Orders: { Type: AWS::Serverless::SimpleTable }
  Errors: { Type: AWS::CloudWatch::Alarm, Properties: { Namespace: AWS/Lambda, MetricName: Errors } }
  Both: { Type: AWS::CloudWatch::CompositeAlarm, Properties: { AlarmRule: 'ALARM(Errors)' } }
Outputs:
  OrdersApi: { Value: !Sub 'https://\${OrdersHttp}.execute-api.\${AWS::Region}.amazonaws.com' }
`);

const source = { author: 'Ada <ada@example.com>' };
const given = { service: 'orders', version: '0.1.0', source, templateFile: 'template.yaml' };

describe('a draft', () => {
  it('says what was found, what was drafted, and what nothing guards', () => {
    expect(describeFound('SAM', orders)).toBe(
      'Found a SAM application: 4 functions, 1 table, 1 queue, 1 HTTP API, 2 alarms.',
    );
    const { manifest, summary, notes } = draftManifest({ ...given, template: orders });
    expect(summary).toBe('service orders, version 0.1.0, 2 alarms, 1 smoke check (GET OrdersApi/health)');
    expect(notes).toEqual([
      'No alias guards Receive and Worker: they would move all at once. Add "guard": ["Receive", "Worker"] to release.json to move them by canary.',
    ]);
    expect(manifest).toEqual({
      ...{ service: 'orders', version: '0.1.0', source, template: 'template.yaml' },
      alarms: ['Errors', 'Both'],
      checks: { smoke: [{ http: 'OrdersApi', path: '/health' }] },
    });
  });

  it('is a manifest that the engine takes with its template', () => {
    const $schema = './release.schema.json';
    const parameters = { staging: { LogLevel: 'DEBUG' } };
    const { manifest } = draftManifest({ ...given, $schema, parameters, template: orders });
    expect(manifest).toMatchObject({ $schema, parameters });
    expect(manifestProblems(manifest)).toEqual([]);
    expect(templateProblems(orders, manifest, [])).toEqual([]);
  });

  it('says of one plain function how an alias is made, and what goes around one', () => {
    const plain = template(`
Resources:
  Bare: { Type: AWS::Lambda::Function }
  Each: { Type: AWS::Events::Rule, Properties: { Targets: [{ Arn: !GetAtt Bare.Arn }] } }
  Guarded: { Type: AWS::Lambda::Function }
  Version: { Type: AWS::Lambda::Version, Properties: { FunctionName: !Ref Guarded } }
  Live: { Type: AWS::Lambda::Alias, Properties: { FunctionName: !Ref Guarded, Name: live, FunctionVersion: !GetAtt Version.Version } }
  Past: { Type: AWS::Events::Rule, Properties: { Targets: [{ Arn: !GetAtt Guarded.Arn }] } }
`);
    const { summary, notes } = draftManifest({ ...given, template: plain });
    expect(summary).toBe('service orders, version 0.1.0, no alarms, no smoke checks');
    expect(notes).toEqual([
      'No alias guards Bare: it would move all at once. Add "guard": ["Bare"] to release.json to move it by canary.',
      expect.stringContaining('Past (AWS::Events::Rule) leads to the function Guarded instead of its alias Live'),
      'No alarm judges a release: add one for errors of the functions to the template, and its name to "alarms".',
      'Nothing is checked: add to "checks.smoke" a function to invoke with a payload, or an output with a URL.',
    ]);
  });

  it.each(['Ada', 'Ada <12+ada@users.noreply.github.com>'])(
    'says of the author %s that nobody could approve',
    (author) => {
      const { notes } = draftManifest({ ...given, source: { author }, template: orders });
      expect(notes.at(-1)).toContain(`"source.author" is ${author}, which is nobody's own e-mail address`);
    },
  );

  it('says which parameters are without a value', () => {
    const open = template(`
Parameters:
  SluiceAssetBucket: { Type: String }
  Name: { Type: String }
  Password: { Type: String, NoEcho: true }
  Stored: { Type: 'AWS::SSM::Parameter::Value<String>', NoEcho: true }
  Token: { Type: String }
  Known: { Type: String, Default: '' }
Resources:
  Secret: { Type: AWS::SecretsManager::Secret, Properties: { SecretString: !Ref Token } }
`);
    expect(openParameters(open)).toMatchObject([
      { name: 'Name', type: 'String', secret: false },
      { name: 'Password', type: 'String', secret: true },
      { name: 'Stored', type: 'AWS::SSM::Parameter::Value<String>', secret: false },
      { name: 'Token', type: 'String', secret: true },
    ]);
    const notesOf = (text: Template, parameters = {}) => draftManifest({ ...given, template: text, parameters }).notes;
    expect(notesOf(open)[0]).toBe(
      'Without a default: Name, Password, Stored and Token. Give a value for each environment of the policy, such as "parameters": {"staging":{"Name":"…"}}, or a default in the template.',
    );
    const all = { Name: 'a', Password: 'b', Stored: 'c', Token: 'd' };
    expect(notesOf(open, { staging: all, production: { ...all, Name: undefined } })[0]).toMatch(/checks/);
    expect(notesOf(open, { staging: all, production: { Name: 'a' } })[0]).toBe(
      'Without a default, and without a value in production: Password, Stored and Token. Add to "parameters.production".',
    );
    const hidden = template(
      'Parameters: { Key: { Type: String, NoEcho: true } }\nResources: { A: { Type: AWS::SNS::Topic } }',
    );
    expect(notesOf(hidden)[0]).toContain('{"staging":{"Key":"{{resolve:secretsmanager:…}}"}}');
  });
});

describe('what is found', () => {
  it('is counted by what people call it', () => {
    const many = template(`
Resources:
  A: { Type: AWS::ApiGatewayV2::Api, Properties: { ProtocolType: WEBSOCKET } }
  B: { Type: AWS::ApiGatewayV2::Api, Properties: { ProtocolType: HTTP } }
  C: { Type: AWS::S3::Bucket }
  D: { Type: AWS::S3::Bucket }
`);
    expect(describeFound('CloudFormation', many)).toBe(
      'Found a CloudFormation template: 2 buckets, 1 HTTP API, 1 WebSocket API.',
    );
    const one = template('Resources: { A: { Type: AWS::IAM::Role } }');
    expect(describeFound('CDK', one)).toBe('Found a CDK application: 1 resource.');
    const two = template('Resources: { A: { Type: AWS::IAM::Role }, B: { Type: AWS::IAM::Role } }');
    expect(describeFound('Serverless Framework', two)).toBe('Found a Serverless Framework application: 2 resources.');
  });

  it('has the APIs that SAM makes for events', () => {
    const implicit = template(`${SAM}
Resources:
  A:
    Type: AWS::Serverless::Function
    Properties: { Events: { One: { Type: Api, Properties: { Path: /, Method: get } }, Two: { Type: HttpApi } } }
`);
    expect(describeFound('SAM', implicit)).toBe('Found a SAM application: 1 function, 1 REST API, 1 HTTP API.');
  });
});

describe('a service’s name', () => {
  it.each([
    ['orders', 'orders'],
    ['@acme/OrderHistory_2', 'order-history2'],
    ['2048-game', 'game'],
    ['Bücher', 'bucher'],
    ['a-very-long-name-of-a-service-to-be-cut', 'a-very-long-name-of-a-service'],
    ['eventbridge-pipes-sqs-to-stepfunctions', 'eventbridge-pipes-sqs'],
    ['abcdefghijklmnopqrstuvwxyzabcdefghijkl', 'abcdefghijklmnopqrstuvwxyzabcd'],
    ['注文', undefined],
    ['42', undefined],
  ])('%s becomes %s', (name, expected) => {
    expect(asServiceName(name)).toBe(expected);
  });

  it('is the first that says which service it is, else the first that is one', () => {
    expect(draftServiceName(['src', 'infra', 'orders'])).toBe('orders');
    expect(draftServiceName(['注文', 'app', 'src'])).toBe('app');
    expect(draftServiceName([])).toBeUndefined();
  });
});

describe('alarms of a draft', () => {
  it('are those that fire when users are not served', () => {
    const alarm = (properties: string) => `{ Type: AWS::CloudWatch::Alarm, Properties: { ${properties} } }`;
    const judged = draftAlarms(
      template(`
Resources:
  Errors: ${alarm('Namespace: AWS/Lambda, Statistic: Sum, ComparisonOperator: GreaterThanThreshold')}
  Availability: ${alarm('Statistic: Average, ComparisonOperator: LessThanThreshold, AlarmActions: [!Ref Topic, !Ref Pager]')}
  Quiet: ${alarm('Statistic: Sum, ComparisonOperator: LessThanThreshold')}
  Costs: ${alarm('Namespace: AWS/Billing')}
  Busy: ${alarm('AlarmActions: [!Ref Out]')}
  Out: { Type: AWS::ApplicationAutoScaling::ScalingPolicy }
  Topic: { Type: AWS::SNS::Topic }
`),
    );
    expect(judged).toEqual({ alarms: ['Errors', 'Availability'], leftOut: ['Quiet', 'Costs', 'Busy'] });
  });

  it('are named with those that are left out', () => {
    const costs = template(
      'Resources: { Costs: { Type: AWS::CloudWatch::Alarm, Properties: { Namespace: AWS/Billing } } }',
    );
    expect(draftManifest({ ...given, template: costs }).notes[0]).toBe(
      'Not among "alarms": Costs: what scales something, watches costs, or fires when nobody comes would stop good releases.',
    );
  });
});

describe('checks of a draft', () => {
  const HOST = 'https://${Api}.execute-api.${AWS::Region}.amazonaws.com';

  /** What is drafted for an API with these resources and outputs, in a template of SAM. */
  function drafted(resources: string, outputs: string) {
    return draftChecks(template(`${SAM}Resources:\n${resources}\nOutputs:\n${outputs}\n`));
  }

  const sam = (events: string, further = '') =>
    `  F: { Type: AWS::Serverless::Function, Properties: { Events: { ${events} } } }\n${further}`;

  it('ask the API of sam init for what its output names', () => {
    const hello = sam('Hello: { Type: Api, Properties: { Path: /hello, Method: get } }');
    const url =
      "  HelloWorldApi: { Value: !Sub 'https://${ServerlessRestApi}.execute-api.${AWS::Region}.amazonaws.com/Prod/hello/' }";
    expect(drafted(hello, url)).toEqual({ smoke: [{ http: 'HelloWorldApi' }], silent: [] });
  });

  it('ask each address once, for its health where there is such a route', () => {
    const routes = `
  Api: { Type: AWS::ApiGateway::RestApi }
  Root: { Type: AWS::ApiGateway::Method, Properties: { RestApiId: !Ref Api, ResourceId: !GetAtt Api.RootResourceId, HttpMethod: GET } }
  Status: { Type: AWS::ApiGateway::Resource, Properties: { RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: status } }
  Asked: { Type: AWS::ApiGateway::Method, Properties: { RestApiId: !Ref Api, ResourceId: !Ref Status, HttpMethod: ANY } }
  Lost: { Type: AWS::ApiGateway::Resource, Properties: { RestApiId: !Ref Api, ParentId: !Ref Lost, PathPart: lost } }
  Never: { Type: AWS::ApiGateway::Method, Properties: { RestApiId: !Ref Api, ResourceId: !Ref Lost, HttpMethod: GET } }
  Foreign: { Type: AWS::ApiGateway::Method, Properties: { RestApiId: abc, ResourceId: !Ref Status, HttpMethod: GET } }
`;
    const outputs = `
  NoStage: { Value: !Sub '${HOST}' }
  Url: { Value: !Join ['', ['https://', !Ref Api, '.execute-api.', !Ref 'AWS::Region', '.amazonaws.com/', !Ref Stage, /]] }
  Again: { Value: !Sub '${HOST}/prod' }
  Direct: { Value: !Sub '${HOST}/prod/status' }
  Sometimes: { Condition: IsProd, Value: !Sub '${HOST}/prod' }
  Chosen: { Value: !If [IsProd, !Sub '${HOST}/a', !Sub '${HOST}/b'] }
  Other: { Value: !Ref Api }
  Computed: { Value: { 'Fn::Select': [0, []] } }
`;
    expect(drafted(routes, outputs)).toEqual({ smoke: [{ http: 'Url', path: '/status' }], silent: [] });
  });

  it('ask nothing that is private, needs credentials, takes variables or changes something', () => {
    const event = (path: string, method: string, rest = '') =>
      `E${path.length}: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: ${path}, Method: ${method}${rest} } }`;
    const api = (properties: string) => `  Api: { Type: AWS::Serverless::HttpApi, Properties: { ${properties} } }`;
    const url = `  Url: { Value: !Sub '${HOST}' }`;
    const silent = { smoke: [], silent: [{ output: 'Url', paths: [] }] };
    expect(drafted(sam(event('/', 'POST'), api('')), url)).toEqual(silent);
    expect(drafted(sam(event("'/{id}'", 'GET'), api('')), url)).toEqual(silent);
    expect(drafted(sam(event('/', 'GET', ', Auth: { Authorizer: Pool }'), api('')), url)).toEqual(silent);
    expect(drafted(sam(event('/', 'GET', ', Auth: { ApiKeyRequired: true }'), api('')), url)).toEqual(silent);
    expect(drafted(sam(event('/', 'GET'), api('Auth: { DefaultAuthorizer: Pool }')), url)).toEqual(silent);
    expect(drafted(sam(event('/', 'GET'), api('Auth: { ResourcePolicy: {} }')), url)).toEqual(silent);
    expect(drafted(sam(event('/', 'GET'), api('EndpointConfiguration: { Type: PRIVATE }')), url)).toEqual(silent);
    const open = event('/', 'GET', ', Auth: { Authorizer: NONE }');
    expect(drafted(sam(open, api('Auth: { DefaultAuthorizer: Pool }')), url).smoke).toEqual([{ http: 'Url' }]);
  });

  it('read what holds for all APIs of SAM, and events of every form', () => {
    const url = "  Url: { Value: !Sub 'https://${ServerlessHttpApi}.execute-api.${AWS::Region}.amazonaws.com' }";
    const events = sam('A: { Type: HttpApi }, B: { Type: HttpApi, Properties: { Path: /ping } }, C: { Type: SQS }');
    expect(drafted(events, url).smoke).toEqual([{ http: 'Url', path: '/ping' }]);
    const closed = 'Globals: { HttpApi: { Auth: { DefaultAuthorizer: Pool } } }\n';
    expect(draftChecks(template(`${SAM}${closed}Resources:\n${events}\nOutputs:\n${url}\n`)).smoke).toEqual([]);
    const named = sam(
      'A: { Type: HttpApi, Properties: { ApiId: Api, Path: /, Method: get } }, B: { Type: Api, Properties: { RestApiId: { a: 1 }, Path: / } }',
    );
    expect(drafted(named, `  Url: { Value: !Sub '${HOST}' }`).smoke).toEqual([{ http: 'Url' }]);
  });

  it('read documents of APIs in the template', () => {
    const document = (security: string) =>
      `  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties:
      Body:
        ${security}
        paths:
          /health: { get: { security: [] }, parameters: [] }
          /orders: { get: {} }
          /any: { x-amazon-apigateway-any-method: {} }`;
    const url = '  Url: { Value: !GetAtt Api.ApiEndpoint }';
    expect(drafted(document('security: [{ key: [] }]'), url).smoke).toEqual([{ http: 'Url', path: '/health' }]);
    const orders = `  Orders: { Value: !Sub '\${Api.ApiEndpoint}/orders' }`;
    expect(drafted(document('info: {}'), orders).smoke).toEqual([{ http: 'Orders' }]);
    expect(drafted(document('security: [{ key: [] }]'), orders)).toEqual({
      smoke: [],
      silent: [{ output: 'Orders', paths: [] }],
    });
  });

  it('name paths that somebody has to choose from', () => {
    const routes = `
  Api: { Type: AWS::ApiGatewayV2::Api }
  Stage: { Type: AWS::ApiGatewayV2::Stage, Properties: { ApiId: !Ref Api, StageName: v1 } }
  List: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref Api, RouteKey: GET /orders } }
  Key: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref Api, RouteKey: GET /secret, AuthorizationType: AWS_IAM } }
  Default: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref Api, RouteKey: $default } }
  Bare: { Type: AWS::ApiGatewayV2::Route }
  Empty: { Type: AWS::ApiGateway::Method }
`;
    for (const stage of ['/v1/', '/$default', '/${Stage}', ''])
      expect(drafted(routes, `  Url: { Value: !Sub '${HOST}${stage}' }`).silent).toEqual([
        { output: 'Url', paths: ['/orders'] },
      ]);
    const url = template(`Resources:\n${routes}\nOutputs:\n  Url: { Value: !Sub '${HOST}' }\n`);
    expect(draftManifest({ ...given, template: url }).notes).toEqual([
      'No check of Url: which path answers without parameters, the template does not say. Add one to "checks.smoke", such as {"http":"Url","path":"/orders"}.',
    ]);
  });

  it('ask no function’s URL, and call a function only where it is there for that', () => {
    const functions = `
  Webhook: { Type: AWS::Serverless::Function, Properties: { FunctionUrlConfig: { AuthType: NONE } } }
  HealthCheckFunction: { Type: AWS::Serverless::Function }
  Ping: { Type: AWS::Serverless::Function, Properties: { Events: { Each: { Type: Schedule } } } }
  Worker: { Type: AWS::Serverless::Function }
`;
    expect(drafted(functions, '  Url: { Value: !GetAtt WebhookUrl.FunctionUrl }')).toEqual({
      smoke: [{ invoke: 'HealthCheckFunction' }],
      silent: [{ output: 'Url', paths: [] }],
    });
    const { notes } = draftManifest({
      ...given,
      template: template(
        `${SAM}Resources:\n${functions}\nOutputs:\n  Url: { Value: !GetAtt WebhookUrl.FunctionUrl }\n`,
      ),
    });
    expect(notes.at(-1)).toBe(
      'No check of Url: the template shows nothing there that anybody may read. Add one to "checks.smoke", with path, headers, or what it expects.',
    );
  });
});
