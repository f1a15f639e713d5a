import { describe, expect, it } from 'vitest';
import { isMap, mapOf } from '../model/values.ts';
import { transform } from '../transform.ts';
import { expand, fixture, request, template } from './fixtures.ts';

function expanded(text: string, parameters: Record<string, string> = {}): Record<string, unknown> {
  const { template: made, errors } = expand(template(text), { parameters });
  expect(errors).toBeUndefined();
  return made ?? {};
}

function resources(of: Record<string, unknown>): Record<string, unknown> {
  return mapOf(of.Resources);
}

function idsOf(of: Record<string, unknown>, type: string): readonly string[] {
  return Object.entries(resources(of)).flatMap(([id, one]) => (isMap(one) && one.Type === type ? [id] : []));
}

const FUNCTION = `
Transform: AWS::Serverless-2016-10-31
Parameters: { Key: { Type: String, Default: one } }
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      CodeUri: { Bucket: artifacts, Key: !Ref Key }
      AutoPublishAlias: live
`;

// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-function.html
describe('a function with AutoPublishAlias', () => {
  it('is a function, a role, a version and an alias on it', () => {
    const made = expanded(FUNCTION);
    const [version = ''] = idsOf(made, 'AWS::Lambda::Version');
    expect(Object.keys(resources(made)).sort()).toEqual(['Hello', 'HelloAliaslive', 'HelloRole', version].sort());
    expect(version).toMatch(/^HelloVersion[0-9a-f]{10}$/);
    expect(resources(made).HelloAliaslive).toMatchObject({
      Type: 'AWS::Lambda::Alias',
      Properties: {
        Name: 'live',
        FunctionName: { Ref: 'Hello' },
        FunctionVersion: { 'Fn::GetAtt': [version, 'Version'] },
      },
    });
    expect(resources(made)[version]).toMatchObject({ DeletionPolicy: 'Retain' });
  });

  it('has another version as soon as its code is elsewhere, be it by a parameter, and by nothing else', () => {
    const versionOf = (text: string, parameters = {}) => idsOf(expanded(text, parameters), 'AWS::Lambda::Version');
    expect(versionOf(FUNCTION)).toEqual(versionOf(FUNCTION, { Key: 'one' }));
    expect(versionOf(FUNCTION)).not.toEqual(versionOf(FUNCTION, { Key: 'two' }));
    expect(versionOf(`${FUNCTION}      Timeout: 9\n`)).toEqual(versionOf(FUNCTION));
    const all = `${FUNCTION}      AutoPublishAliasAllProperties: true\n`;
    expect(versionOf(`${all}      Timeout: 9\n`)).not.toEqual(versionOf(all));
  });

  it('names its version by the digest of the code where that is given', () => {
    const made = expanded(`${FUNCTION}      AutoPublishCodeSha256: 6b86b273ff34fce19d6b804eff5a3f5747ada4ea\n`);
    expect(idsOf(made, 'AWS::Lambda::Version')).toEqual(['HelloVersion6b86b273ff']);
  });

  it('leads every event to the alias', () => {
    const made = expanded(
      `${FUNCTION}      Events:\n        Tick: { Type: Schedule, Properties: { Schedule: rate(1 minute) } }\n        Get: { Type: Api, Properties: { Path: /, Method: get } }\n`,
    );
    expect(mapOf(mapOf(resources(made).HelloTick).Properties).Targets).toEqual([
      { Arn: { Ref: 'HelloAliaslive' }, Id: 'HelloTickLambdaTarget' },
    ]);
    expect(JSON.stringify(resources(made).ServerlessRestApi)).toContain('functions/${HelloAliaslive}/invocations');
    for (const id of idsOf(made, 'AWS::Lambda::Permission'))
      expect(mapOf(mapOf(resources(made)[id]).Properties).FunctionName).toEqual({ Ref: 'HelloAliaslive' });
  });

  it('is moved by CodeDeploy where DeploymentPreference says how', () => {
    const made = expanded(`${FUNCTION}      DeploymentPreference: { Type: Canary10Percent5Minutes }\n`);
    expect(resources(made).HelloAliaslive).toMatchObject({
      UpdatePolicy: {
        CodeDeployLambdaAliasUpdate: {
          ApplicationName: { Ref: 'ServerlessDeploymentApplication' },
          DeploymentGroupName: { Ref: 'HelloDeploymentGroup' },
        },
      },
    });
    expect(mapOf(resources(made).HelloDeploymentGroup).Properties).toMatchObject({
      DeploymentConfigName: {
        'Fn::Sub': ['CodeDeployDefault.Lambda${ConfigName}', { ConfigName: 'Canary10Percent5Minutes' }],
      },
      ServiceRoleArn: { 'Fn::GetAtt': ['CodeDeployServiceRole', 'Arn'] },
    });
  });
});

// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-api.html
describe('an implicit API', () => {
  it('has a stage and a deployment, which is another as soon as the definition changes', () => {
    const before = expanded(
      `${FUNCTION}      Events: { Get: { Type: Api, Properties: { Path: /one, Method: get } } }\n`,
    );
    const after = expanded(
      `${FUNCTION}      Events: { Get: { Type: Api, Properties: { Path: /two, Method: get } } }\n`,
    );
    const [deployment = ''] = idsOf(before, 'AWS::ApiGateway::Deployment');
    expect(deployment).toMatch(/^ServerlessRestApiDeployment[0-9a-f]{10}$/);
    expect(idsOf(after, 'AWS::ApiGateway::Deployment')).not.toEqual([deployment]);
    expect(mapOf(resources(before).ServerlessRestApiProdStage).Properties).toMatchObject({
      DeploymentId: { Ref: deployment },
      StageName: 'Prod',
    });
  });

  it('is not there without an event', () => {
    expect(idsOf(expanded(FUNCTION), 'AWS::ApiGateway::RestApi')).toEqual([]);
  });
});

describe('what a template refers to', () => {
  it('is the resource that was made, by the names that SAM gives', () => {
    const { Outputs } = expanded(
      `${FUNCTION}Outputs:\n  Alias: { Value: !Ref Hello.Alias }\n  Version: { Value: !GetAtt Hello.Version.Version }\n  Role: { Value: !GetAtt HelloRole.Arn }\n  Text: { Value: !Sub '\${Hello.Alias} \${Hello.Arn}' }\n`,
    );
    const [version] = idsOf(expanded(FUNCTION), 'AWS::Lambda::Version');
    expect(Outputs).toEqual({
      Alias: { Value: { Ref: 'HelloAliaslive' } },
      Version: { Value: { 'Fn::GetAtt': [version, 'Version'] } },
      Role: { Value: { 'Fn::GetAtt': ['HelloRole', 'Arn'] } },
      Text: { Value: { 'Fn::Sub': '${HelloAliaslive} ${Hello.Arn}' } },
    });
  });
});

describe('what is not expanded', () => {
  it.each(['Application', 'CapacityProvider', 'Connector', 'GraphQLApi', 'WebSocketApi'])(
    '%s is refused by name',
    (name) => {
      const { errors } = expand({ Resources: { It: { Type: `AWS::Serverless::${name}` } } });
      expect(errors).toEqual([
        `Resource with id [It] is invalid. This transform does not expand the type AWS::Serverless::${name}.`,
      ]);
    },
  );

  it('are connectors within a resource, whatever its type', () => {
    const { errors } = expand({ Resources: { It: { Type: 'AWS::SQS::Queue', Connectors: {} } } });
    expect(errors).toEqual([
      "Resource with id [It] is invalid. This transform does not expand the attribute 'Connectors'.",
    ]);
  });

  it.each([
    ['AlwaysDeploy', { It: { Type: 'AWS::Serverless::Api', Properties: { StageName: 's', AlwaysDeploy: true } } }],
    [
      'CapacityProviderConfig',
      {
        It: {
          Type: 'AWS::Serverless::Function',
          Properties: { Runtime: 'nodejs22.x', Handler: 'a.b', InlineCode: 'x', CapacityProviderConfig: { Arn: 'a' } },
        },
      },
    ],
  ])('the property %s is refused by name', (name, Resources) => {
    expect(expand({ Resources }).errors).toEqual([
      expect.stringMatching(
        new RegExp(`^Resource with id \\[It\\] is invalid. This transform does not expand .*${name}`),
      ),
    ]);
  });

  it('are sections of Globals for what is not expanded', () => {
    expect(expand({ Globals: { WebSocketApi: {} }, Resources: { It: { Type: 'AWS::SQS::Queue' } } }).errors).toEqual([
      "'Globals' section is invalid. This transform does not expand AWS::Serverless::WebSocketApi.",
    ]);
  });
});

describe('the transform', () => {
  it('tells everything that is wrong at once', () => {
    expect(expand(fixture('invalid')).errors?.length).toBeGreaterThan(20);
  });

  it('leaves the template it is given as it is', () => {
    const given = fixture('pushed-events');
    transform(request(given));
    expect(given).toEqual(fixture('pushed-events'));
  });

  it('says the same of the same', () => {
    expect(expand(fixture('rest-apis'))).toEqual(expand(fixture('rest-apis')));
  });

  it('refuses what is no template', () => {
    expect(expand({}).errors).toEqual(["Structure of the SAM template is invalid. 'Resources' section is required"]);
  });
});
