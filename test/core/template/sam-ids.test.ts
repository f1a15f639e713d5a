import { describe, expect, it } from 'vitest';
import { isMadeBySam } from '../../../core/template/sam-ids.ts';
import type { Template } from '../../../core/template/template.ts';

const one = (Type: string, Properties: Readonly<Record<string, unknown>> = {}, besides: object = {}): Template => ({
  Resources: { It: { Type: `AWS::Serverless::${Type}`, Properties, ...besides } },
});
const hash = '0a1b2c3d4e';
const events = (Type: string) => ({ Events: { Upload: { Type } } });

describe('what SAM makes', () => {
  it.each<[string, Template, readonly string[]]>([
    [
      'for a function',
      one('Function'),
      [
        ...[
          'ItRole',
          `ItVersion${hash}`,
          'ItAliaslive',
          'ItUrl',
          'ItUrlPublicPermissions',
          'ItURLInvokeAllowPublicAccess',
        ],
        ...['ItDeploymentGroup', 'ItEventInvokeConfig', 'ItEventInvokeConfigOnSuccessQueue', 'ItCognitoPermission'],
        ...[
          'It.Alias',
          'It.Version',
          'It.DestinationQueue',
          'CodeDeployServiceRole',
          'ServerlessDeploymentApplication',
        ],
      ],
    ],
    [
      'for events of a function',
      one('Function', events('Api')),
      [
        ...['ItUpload', 'ItUploadPermission', 'ItUploadPermissionProd', 'ItUploadQueue', 'ItUploadEventSourceMapping'],
        ...[
          'ServerlessRestApi',
          'ServerlessRestApiProdStage',
          `ServerlessRestApiDeployment${hash}`,
          'ServerlessRestApi.Stage',
        ],
      ],
    ],
    [
      'for events of HTTP APIs',
      one('Function', events('HttpApi')),
      ['ServerlessHttpApi', 'ServerlessHttpApiApiGatewayDefaultStage'],
    ],
    [
      'for an API',
      one('Api'),
      [
        'ItStage',
        'ItProdStage',
        `ItDeployment${hash}`,
        'ItUsagePlan',
        'ItApiKey',
        'ItgetBasePathMapping',
        'ItMineAuthorizerPermission',
        `RecordSetGroup${hash}`,
      ],
    ],
    [
      'for an HTTP API',
      one('HttpApi'),
      [
        'ItApiGatewayDefaultStage',
        'ItApiMapping',
        'ItMineAuthorizerPermission',
        'It.Stage',
        `ApiGatewayDomainNameV2${hash}`,
      ],
    ],
    [
      'for a state machine',
      one('StateMachine', events('Schedule')),
      ['ItRole', 'ItVersion', 'ItAliaslive', 'ItUpload', 'ItUploadRole'],
    ],
    ['for a layer', one('LayerVersion'), [`It${hash}`]],
    ['for a connector', one('Connector'), ['ItPolicy', 'ItWriteLambdaPermission', 'ItPolicyDestination0']],
    ['for a connector of a resource', one('Function', {}, { Connectors: { Bucket: {} } }), ['ItBucketPolicy']],
    [
      'under the name that a team gives',
      one('Function', {
        Events: {
          Upload: {
            Type: 'SNS',
            Properties: {
              SqsSubscription: { QueuePolicyLogicalId: 'ItsPolicy' },
              DeadLetterConfig: { QueueLogicalId: 'ItDead' },
            },
          },
        },
      }),
      ['ItsPolicy', 'ItDead'],
    ],
  ])('%s', (_, template, names) => {
    expect(names.filter((name) => !isMadeBySam(name, template))).toEqual([]);
  });

  it.each<[string, Template, readonly string[]]>([
    [
      'what only begins so',
      one('Api'),
      ['Its', 'ItRole', 'ItDeployment', 'ItDeployment1', 'ItStages', 'It.Alias', 'ItUploadPermission'],
    ],
    [
      'another version, or event',
      one('Function', events('S3')),
      ['ItVersion', 'ItVersion1', 'ItAlias', 'ItOther', 'ItUploads', 'It.Stage', 'ItBucketPolicy'],
    ],
    [
      'an API that no event asks for',
      one('Function', events('S3')),
      ['ServerlessRestApi', 'ServerlessHttpApi', 'ServerlessRestApiProdStage'],
    ],
    [
      'anything of other types',
      { Resources: { It: { Type: 'AWS::Lambda::Function' } } },
      ['ItRole', 'It.Alias', 'ItPolicy'],
    ],
    ['a name for a queue elsewhere', one('Function', { Environment: { QueueLogicalId: 'Mine' } }), ['Mine']],
  ])('is not %s', (_, template, names) => {
    expect(names.filter((name) => isMadeBySam(name, template))).toEqual([]);
  });
});
