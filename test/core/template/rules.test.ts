import { describe, expect, it } from 'vitest';
import {
  assetBucketDeclaration,
  assetBucketParameter,
  assetKey,
  assetUri,
} from '../../../core/template/asset-bucket.ts';
import { templateProblems } from '../../../core/template/rules.ts';
import type { Template } from '../../../core/template/template.ts';
import { digest, manifest } from '../samples.ts';

const bucket = { Ref: assetBucketParameter };
const template: Template = {
  Parameters: { [assetBucketParameter]: assetBucketDeclaration, LogLevel: { Type: 'String' } },
  Resources: {
    Orders: { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Bucket: bucket, S3Key: assetKey(digest) } } },
    Sam: { Type: 'AWS::Serverless::Function', Properties: { CodeUri: { Bucket: bucket, Key: assetKey(digest) } } },
    Own: { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Bucket: 'elsewhere', S3Key: 'x.zip' } } },
    ErrorAlarm: { Type: 'AWS::CloudWatch::Alarm' },
    Live: { Type: 'AWS::Lambda::Alias', Properties: {} },
  },
  Outputs: { ApiUrl: { Value: 'x' } },
};
const assets = [assetKey(digest)];

describe('the rules of a template', () => {
  it('are kept by a sound one', () => {
    const asked = {
      ...manifest,
      parameters: { staging: { LogLevel: 'DEBUG' } },
      alarms: ['ErrorAlarm'],
      checks: { smoke: [{ invoke: 'Orders' }, { invoke: 'Sam' }, { http: 'ApiUrl' }] },
      dataChanges: { reversible: true, recovery: 'Sam' },
    };
    expect(templateProblems(template, asked, assets)).toEqual([]);
    expect(templateProblems({ Resources: {} }, manifest, [])).toEqual([]);
  });

  it('want what is to be guarded, and what may get another address, to be in the template', () => {
    const asked = { ...manifest, guard: ['Orders', 'Order', 'Sam'], newUrls: ['OrdersUrl', 'Orders'] };
    expect(
      templateProblems(template, asked, assets)
        .filter(({ code }) => code === 'template.guard')
        .map(({ path, message }) => `${path}: ${message.slice(0, message.indexOf(','))}`),
    ).toEqual([
      'guard[1]: "guard" names Order',
      'newUrls[0]: "newUrls" names OrdersUrl',
      'newUrls[1]: "newUrls" names Orders',
    ]);
    const taken = { ...template.Resources, SamAliaslive: { Type: 'AWS::SQS::Queue' } };
    expect(templateProblems({ Resources: taken }, { ...manifest, guard: ['Orders', 'Sam'] }, assets)).toContainEqual(
      expect.objectContaining({ code: 'template.guard', path: 'guard[1]' }),
    );
  });

  it('want names of letters and digits', () => {
    const odd: Template = {
      Parameters: { 'Log-Level': { Type: 'String' }, Stage: { Type: 'String' } },
      Resources: { Orders_1: { Type: 'AWS::SNS::Topic' }, Fine1: { Type: 'AWS::SNS::Topic' } },
      Outputs: { 'Api.Url': { Value: 'x' } },
    };
    const found = templateProblems(odd, manifest, []);
    expect(found.map(({ code, places }) => [code, places])).toEqual([
      ['template.name-malformed', ['Resources.Orders_1']],
      ['template.name-malformed', ['Parameters.Log-Level']],
      ['template.name-malformed', ['Outputs.Api.Url']],
    ]);
    expect(found[0]?.message).toBe(
      'The name "Orders_1" in Resources has other characters than letters and digits, which CloudFormation refuses: rename it.',
    );
  });

  it.each([
    [
      'an address',
      { Resources: { One: { Type: 'AWS::Glue::Job', Properties: { Script: assetUri(assetKey(digest)) } } } },
    ],
    [
      'Globals of SAM',
      {
        Transform: 'AWS::Serverless-2016-10-31',
        Resources: { One: { Type: 'AWS::SNS::Topic' } },
        Globals: { Function: { CodeUri: { Bucket: bucket, Key: assetKey(digest) } } },
      },
    ],
  ])('want assets in the archive, and their bucket as a parameter, that are named by %s', (_, naming) => {
    const codes = (parameters: object, known: readonly string[]) =>
      templateProblems({ ...naming, ...parameters }, manifest, known).map(({ code }) => code);
    expect(codes({ Parameters: template.Parameters }, assets)).toEqual([]);
    expect(codes({ Parameters: template.Parameters }, [])).toEqual(['template.asset-missing']);
    expect(codes({}, assets)).toEqual(['template.bucket-parameter-missing']);
  });

  it('name assets, parameters, alarms and checks that lead nowhere, and weights', () => {
    const asked = {
      ...manifest,
      parameters: { staging: { Colour: 'red' } },
      alarms: ['ErrorAlarm', 'Orders', 'Nothing'],
      dataChanges: { reversible: false, recovery: 'ErrorAlarm' },
      checks: {
        smoke: [{ http: 'Url' }, { invoke: 'ErrorAlarm' }],
        traffic: [
          { invoke: 'Gone', phases: [{ seconds: 1, perSecond: 1 }], ensure: { errorPercent: 1, minimumSamples: 1 } },
        ],
      },
    };
    const weighted = {
      ...template,
      Parameters: {},
      Resources: {
        ...template.Resources,
        Live: { Type: 'AWS::Lambda::Alias', Properties: { RoutingConfig: {} } },
        Inner: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: './inner.yaml' } },
        App: { Type: 'AWS::Serverless::Application' },
      },
    };
    expect(templateProblems(weighted, asked, []).map(({ code, path }) => `${code} ${path}`)).toEqual([
      'template.asset-missing template.json',
      'template.bucket-parameter-missing template.json',
      'template.parameter-unknown parameters.staging.Colour',
      'template.name-unknown alarms[1]',
      'template.name-unknown alarms[2]',
      'template.name-unknown checks.smoke[0].http',
      'template.name-unknown checks.smoke[1].invoke',
      'template.name-unknown checks.traffic[0].invoke',
      'template.name-unknown dataChanges.recovery',
      'template.alias-weights template.json',
      'template.nested-stack template.json',
      'template.nested-stack template.json',
    ]);
    const undeclared: Template = { Resources: { Orders: template.Resources['Orders'] ?? { Type: 'X' } } };
    expect(
      templateProblems(
        undeclared,
        { ...manifest, parameters: { staging: { A: 'b' } }, checks: { smoke: [{ http: 'U' }] } },
        assets,
      ),
    ).toHaveLength(3);
  });
});
