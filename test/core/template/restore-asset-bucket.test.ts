import { describe, expect, it } from 'vitest';
import { assetBucketDeclaration, assetBucketParameter, assetKey } from '../../../core/template/asset-bucket.ts';
import { restoreAssetBucket } from '../../../core/template/restore-asset-bucket.ts';
import { digest } from '../samples.ts';

const bucket = 'sluice-assets-222222222222-us-east-1';
const own = { Ref: assetBucketParameter };
const key = assetKey(digest);
const Parameters = { [assetBucketParameter]: assetBucketDeclaration };

function restored(Properties: Record<string, unknown>): unknown {
  const Two = { Type: 'AWS::SQS::Queue' };
  const template = { Parameters, Resources: { One: { Type: 'AWS::Lambda::Function', Properties }, Two } };
  expect(restoreAssetBucket(template, bucket).Resources.Two).toEqual(Two);
  return restoreAssetBucket(template, bucket).Resources.One?.Properties;
}

describe('the bucket that a transform wrote in place of the parameter', () => {
  it.each([
    ['code', { Code: { S3Bucket: bucket, S3Key: key } }, { Code: { S3Bucket: own, S3Key: key } }],
    [
      'a definition in a list',
      { Places: [{ Bucket: bucket, Key: key, Version: '1' }] },
      { Places: [{ Bucket: own, Key: key, Version: '1' }] },
    ],
  ])('is said by the parameter again, of %s', (_, before, after) => {
    expect(restored(before)).toEqual(after);
  });

  it.each([
    ['another bucket', { Code: { S3Bucket: 'team-code', S3Key: key } }],
    ['what is no asset', { Code: { S3Bucket: bucket, S3Key: 'templates/next.json' } }],
    ['a key that is no text', { Code: { S3Bucket: bucket, S3Key: own } }],
    ['the bucket alone', { Environment: { Variables: { BUCKET: bucket } }, Timeout: 5, Role: null }],
  ])('stays in %s', (_, Properties) => {
    expect(restored(Properties)).toEqual(Properties);
  });
});
