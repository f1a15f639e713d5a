import { createHash } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectLockConfigurationCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectLockConfigurationCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html

const DAY = 86_400_000;
let aws: LocalAws;
/** Sends a checksum only where S3 demands one by its model. */
let client: S3Client;
let Bucket: string;
let buckets = 0;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0 });
  const { accessKeyId, secretAccessKey } = aws.administrator('111111111111');
  client = new S3Client({
    ...{ endpoint: aws.endpoint, region: 'us-east-1', forcePathStyle: true },
    ...{ credentials: { accessKeyId, secretAccessKey }, requestChecksumCalculation: 'WHEN_REQUIRED' },
  });
});
afterAll(() => aws.close());
beforeEach(async () => {
  Bucket = `locked-${(buckets += 1)}`;
  await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
});

const put = (more: Partial<PutObjectCommandInput> = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key: 'key', Body: 'body', ...more }));
const remove = (VersionId: string | undefined, BypassGovernanceRetention?: boolean) =>
  client.send(new DeleteObjectCommand({ Bucket, Key: 'key', VersionId, BypassGovernanceRetention }));
const keep = (rule: { Mode?: 'GOVERNANCE' | 'COMPLIANCE'; Days?: number; Years?: number }) =>
  client.send(
    new PutObjectLockConfigurationCommand({
      Bucket,
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: rule } },
    }),
  );
const digestOf = (algorithm: string) => createHash(algorithm).update('body').digest('base64');
const ChecksumSHA256 = digestOf('sha256');
const until = (days: number) => new Date(aws.clock.now() + days * DAY);
const missing = /Content-MD5 OR x-amz-checksum- HTTP header is required for Put (Object|Part) requests/;

it('takes without a digest what nothing locks', async () => {
  await put();
});

it.each([
  ['a retention', () => ({ ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: until(1) }) as const],
  ['a legal hold', () => ({ ObjectLockLegalHoldStatus: 'ON' }) as const],
])('takes %s only with a digest of the bytes', async (_, lock) => {
  await expect(put(lock())).rejects.toThrow(missing);
  await put({ ...lock(), ContentMD5: digestOf('md5') });
  await put({ ...lock(), ChecksumSHA256 });
  await expect(put({ ...lock(), ChecksumSHA256: createHash('sha256').digest('base64') })).rejects.toMatchObject({
    name: 'BadDigest',
  });
});

it('demands a digest, too, where the bucket locks by itself', async () => {
  await keep({ Mode: 'GOVERNANCE', Days: 2 });
  await expect(put()).rejects.toThrow(missing);
  await put({ ChecksumSHA256 });
  const { ObjectLockMode, ObjectLockRetainUntilDate } = await client.send(
    new HeadObjectCommand({ Bucket, Key: 'key' }),
  );
  expect([ObjectLockMode, ObjectLockRetainUntilDate]).toEqual(['GOVERNANCE', until(2)]);
  // A hold comes beside the bucket's own retention, and does not replace it.
  await put({ ChecksumSHA256, ObjectLockLegalHoldStatus: 'ON' });
  const held = await client.send(new HeadObjectCommand({ Bucket, Key: 'key' }));
  expect([held.ObjectLockMode, held.ObjectLockLegalHoldStatus]).toEqual(['GOVERNANCE', 'ON']);
});

it('locks what comes in parts', async () => {
  await keep({ Mode: 'COMPLIANCE', Years: 1 });
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'key' }));
  const part = { Bucket, Key: 'key', UploadId, PartNumber: 1, Body: 'body' };
  await expect(client.send(new UploadPartCommand(part))).rejects.toThrow(missing);
  const { ETag } = await client.send(new UploadPartCommand({ ...part, ChecksumSHA256 }));
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  const { VersionId } = await client.send(
    new CompleteMultipartUploadCommand({ Bucket, Key: 'key', UploadId, MultipartUpload }),
  );
  await expect(remove(VersionId)).rejects.toMatchObject({ name: 'AccessDenied' });
});

it.each([
  ['a mode without a date', () => ({ ObjectLockMode: 'GOVERNANCE' }) as const, /must both be supplied/],
  ['a date without a mode', () => ({ ObjectLockRetainUntilDate: until(1) }) as const, /must both be supplied/],
  ['a date that is past', () => ({ ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: until(-1) }) as const, /in the future/], // prettier-ignore
])('refuses %s', async (_, lock, message) => {
  const refused = put({ ...lock(), ChecksumSHA256 });
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toMatchObject({ name: 'InvalidArgument' });
});

it('refuses to lock in a bucket that has no Object Lock', async () => {
  Bucket = `${Bucket}-plain`;
  await client.send(new CreateBucketCommand({ Bucket }));
  await expect(put({ ObjectLockLegalHoldStatus: 'ON', ChecksumSHA256 })).rejects.toMatchObject({
    ...{ name: 'InvalidRequest', message: 'Bucket is missing Object Lock Configuration' },
  });
});

it('lets nobody delete a version before its time, but who may go around governance', async () => {
  await keep({ Mode: 'GOVERNANCE', Days: 1 });
  const { VersionId } = await put({ ChecksumSHA256 });
  await expect(remove(VersionId)).rejects.toMatchObject({ name: 'AccessDenied' });
  const Action = 's3:BypassGovernanceRetention';
  const refused = { Effect: 'Deny', Principal: '*', Action, Resource: `arn:aws:s3:::${Bucket}/*` };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [refused] });
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  await expect(remove(VersionId, true)).rejects.toMatchObject({ name: 'AccessDenied' });
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy: Policy.replace(Action, 's3:PutObjectLegalHold') }));
  await remove(VersionId, true);
});

it('lets nobody at all go around compliance', async () => {
  await keep({ Mode: 'COMPLIANCE', Days: 1 });
  const { VersionId } = await put({ ChecksumSHA256 });
  await expect(remove(VersionId, true)).rejects.toMatchObject({ name: 'AccessDenied' });
  await aws.clock.advance(DAY + 1000);
  await remove(VersionId);
});

it.each([{ Mode: 'GOVERNANCE' }, { Days: 1 }, { Mode: 'GOVERNANCE', Days: 1, Years: 1 }] as const)(
  'refuses the default retention %j',
  async (rule) => {
    await expect(keep(rule)).rejects.toMatchObject({ name: 'MalformedXML' });
  },
);

it('keeps versioning and itself', async () => {
  const { ObjectLockConfiguration } = await client.send(new GetObjectLockConfigurationCommand({ Bucket }));
  expect(ObjectLockConfiguration).toEqual({ ObjectLockEnabled: 'Enabled' });
  const suspend = new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } });
  await expect(client.send(suspend)).rejects.toMatchObject({ name: 'InvalidBucketState' });
});
