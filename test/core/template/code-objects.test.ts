import { describe, expect, it } from 'vitest';
import { codeObjects } from '../../../core/template/code-objects.ts';
import type { Template } from '../../../core/template/template.ts';

const naming = { account: '333333333333', region: 'us-east-1', parameters: { Bucket: 'assets', Stage: 'live' } };

function withCode(...codes: readonly unknown[]): Template {
  const Type = 'AWS::Lambda::Function';
  return { Resources: Object.fromEntries(codes.map((Code, index) => [`F${index}`, { Type, Properties: { Code } }])) };
}

describe('where the code of a stack’s functions is', () => {
  it('follows parameters, and names with account and region in them', () => {
    const sub = { 'Fn::Sub': 'cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}' };
    const template = withCode(
      { S3Bucket: { Ref: 'Bucket' }, S3Key: 'a.zip' },
      { S3Bucket: sub, S3Key: { 'Fn::Sub': '${Stage}/b.zip' } },
      { S3Bucket: { Ref: 'Bucket' }, S3Key: 'a.zip' },
    );
    expect(codeObjects(template, naming)).toEqual([
      { bucket: 'assets', key: 'a.zip' },
      { bucket: 'cdk-hnb659fds-assets-333333333333-us-east-1', key: 'live/b.zip' },
    ]);
  });

  it('follows a name of several parts, and what CloudFormation knows by itself', () => {
    const S3Bucket = { 'Fn::Sub': '${AWS::Partition}-${ Bucket }${Stage}' };
    const template = withCode(
      { S3Bucket, S3Key: { 'Fn::Sub': 'plain.zip' } },
      { S3Bucket, S3Key: { Ref: 'AWS::Region' } },
    );
    expect(codeObjects(template, naming)).toEqual([
      { bucket: 'aws-assetslive', key: 'plain.zip' },
      { bucket: 'aws-assetslive', key: 'us-east-1' },
    ]);
  });

  it('leaves a name that is written with "!" as it is', () => {
    const template = withCode({ S3Bucket: 'b', S3Key: { 'Fn::Sub': '${!Stage}/${Stage}.zip' } });
    expect(codeObjects(template, naming)).toEqual([{ bucket: 'b', key: '${!Stage}/live.zip' }]);
  });

  it('leaves out code that is not in S3, and names that only CloudFormation knows', () => {
    const template = withCode(
      { ZipFile: 'exports.handler = …' },
      { ImageUri: '…' },
      { S3Bucket: { 'Fn::ImportValue': 'bucket' }, S3Key: 'a.zip' },
      { S3Bucket: { 'Fn::Sub': '${Unknown}-bucket' }, S3Key: 'a.zip' },
      { S3Bucket: { 'Fn::Sub': '${Bucket}${Unknown}' }, S3Key: 'a.zip' },
      undefined,
    );
    expect(codeObjects(template, naming)).toEqual([]);
  });
});
