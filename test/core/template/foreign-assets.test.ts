import { describe, expect, it } from 'vitest';
import {
  assetBucketDeclaration,
  assetBucketParameter,
  assetKey,
  assetUri,
} from '../../../core/template/asset-bucket.ts';
import { foreignAssetProblems } from '../../../core/template/foreign-assets.ts';
import { digest, manifest } from '../samples.ts';

const own = { Ref: assetBucketParameter };
const key = assetKey(digest);
const Parameters = {
  [assetBucketParameter]: assetBucketDeclaration,
  Plain: { Type: 'String', Default: 'team-code' },
  Given: { Type: 'String' },
  Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/bucket' },
};
const given = { ...manifest, parameters: { staging: { Given: 'sluice-assets-333333333333-us-east-1' } } };

function messages(Code: unknown, property = 'Code'): string[] {
  const Other = { Type: 'AWS::S3::Bucket' };
  const One = { Type: 'AWS::Lambda::Function', Properties: { [property]: Code } };
  return foreignAssetProblems({ Parameters, Resources: { One, Other } }, given).map(({ code, message }) => {
    expect(code).toBe('template.asset-foreign');
    return message;
  });
}
const pair = (S3Bucket: unknown, S3Key: unknown = key): string[] => messages({ S3Bucket, S3Key });

describe('code is taken', () => {
  it.each([
    ['the parameter that packing writes', own],
    ['a bucket of the CDK', { 'Fn::Sub': 'cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}' }],
    ['a bucket of SAM', 'aws-sam-cli-managed-default-samclisourcebucket-1'],
    ['a bucket of the template', { Ref: 'Other' }],
    ['a parameter whose every value shows it', { Ref: 'Plain' }],
    ['text that such a parameter begins', { 'Fn::Join': ['-', [{ Ref: 'Plain' }, 'more']] }],
    ['text that the account begins', { 'Fn::Sub': '${AWS::AccountId}-code' }],
  ])('from %s', (_, bucket) => {
    expect(pair(bucket)).toEqual([]);
  });

  it.each([
    ['by name', 'sluice-assets-333333333333-us-east-1'],
    ['by a name in capitals', 'SLUICE-ASSETS-333333333333-us-east-1'],
    ['by Fn::Sub', { 'Fn::Sub': 'sluice-assets-${AWS::AccountId}-us-east-1' }],
    ['by the parameter in a text', { 'Fn::Sub': '${SluiceAssetBucket}' }],
    ['by Fn::Join', { 'Fn::Join': ['', ['slui', 'ce-assets-333333333333-us-east-1']] }],
    ['by a value of the manifest', { Ref: 'Given' }],
    ['by a value in a text', { 'Fn::Sub': '${Given}' }],
    ['by text that begins with what is not known', { 'Fn::Sub': '${AWS::StackName}-code' }],
    ['by literal text of Fn::Sub', { 'Fn::Sub': '${!Literal}' }],
    ['by SSM', { Ref: 'Stored' }],
    ['by a dynamic reference', '{{resolve:ssm:/bucket}}'],
    ['by text that goes on with one', 'slui{{resolve:ssm:/rest}}'],
    ['by an import', { 'Fn::ImportValue': 'bucket' }],
    ['by a choice', { 'Fn::If': ['Always', own, 'x'] }],
    ['by nothing', {}],
    ['of artifacts', 'sluice-releases-111111111111-us-east-1'],
    ['of evidence', 'sluice-evidence-111111111111-us-east-1'],
  ])('never from a bucket of Sluice’s %s', (_, bucket) => {
    expect(pair(bucket)).toHaveLength(1);
  });

  it('by keys that are written as text, wherever they stand', () => {
    expect(pair(own, { 'Fn::Sub': key })).toEqual([
      '"One" (AWS::Lambda::Function) takes code from a key of SluiceAssetBucket that is not written as text: name code by its folder and pack it again, or name another bucket as text.',
    ]);
    expect(messages([{ Deep: { Bucket: 'sluice-assets-1', Key: key } }], 'Anything')).toHaveLength(1);
    expect(messages({ BucketName: 'sluice-assets-1', ObjectKey: key }, 'Anything')).toHaveLength(1);
  });

  it.each([
    ['s3://sluice-assets-333333333333-us-east-1/assets/x.zip', 1],
    [{ 'Fn::Sub': 's3://${SluiceAssetBucket}/assets/x.zip' }, 1],
    ['s3://cdk-hnb659fds-assets-1/x.zip', 0],
    [{ Bucket: own, Key: key }, 0],
    [{ Bucket: 'sluice-assets-1', Key: key }, 1],
    ['./code', 0],
  ])('by the address %j: %i problems', (uri, count) => {
    expect(messages(uri, 'CodeUri')).toHaveLength(count);
  });

  it.each(['DefinitionS3Location', 'RequestMappingTemplateS3Location', 'ScriptLocation', 'SchemaUri'])(
    'by an address in %s only where it is the one that packing writes',
    (member) => {
      expect(messages(assetUri(key), member)).toEqual([]);
      expect(messages({ 'Fn::Sub': 's3://${SluiceAssetBucket}/${AWS::StackName}' }, member)).toHaveLength(1);
      expect(messages('s3://sluice-assets-333333333333-us-east-1/a', member)).toHaveLength(1);
    },
  );

  it.each(['Environment', 'DefinitionString', 'EventPattern', 'Policies'])('not by what %s hands on', (member) => {
    const handedOn = { Variables: { Bucket: { 'Fn::ImportValue': 'shared' }, Key: 'x' } };
    expect(messages(handedOn, member)).toEqual([]);
    expect(messages(handedOn, 'Code')).toHaveLength(1);
  });

  it('by no custom resource', () => {
    const Properties = { Bucket: { 'Fn::ImportValue': 'shared' }, Key: 'x' };
    const problems = (Type: string) => foreignAssetProblems({ Resources: { One: { Type, Properties } } }, manifest);
    expect(problems('Custom::Import')).toEqual([]);
    expect(problems('AWS::CloudFormation::CustomResource')).toEqual([]);
    expect(problems('AWS::Lambda::LayerVersion')).toHaveLength(1);
  });

  it('from nowhere in a template without parameters', () => {
    expect(foreignAssetProblems({ Resources: { One: { Type: 'AWS::SQS::Queue' } } }, manifest)).toEqual([]);
  });
});
