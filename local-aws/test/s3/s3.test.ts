import { createHash } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketAclCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { emitted } from '../emitted.ts';
import { checksum } from '../../services/s3/checksums.ts';

let aws: LocalAws;
let client: S3Client;
let Bucket: string;
let buckets = 0;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0 });
  client = clientOf('111111111111');
});
afterAll(() => aws.close());
beforeEach(async () => {
  Bucket = `bucket-${++buckets}`;
  await client.send(new CreateBucketCommand({ Bucket }));
});

function clientOf(account: string): S3Client {
  const { accessKeyId, secretAccessKey } = aws.administrator(account);
  return new S3Client({
    endpoint: aws.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
}

const versioned = () =>
  client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
const put = (Key: string, Body: string | Uint8Array = Key) => client.send(new PutObjectCommand({ Bucket, Key, Body }));
const read = async (Key: string, VersionId?: string) => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return Body?.transformToString();
};

describe('buckets', () => {
  it('share one namespace', async () => {
    await expect(client.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({
      name: 'BucketAlreadyOwnedByYou',
    });
    await expect(clientOf('222222222222').send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({
      name: 'BucketAlreadyExists',
    });
  });

  it('are deleted only when empty of versions', async () => {
    await versioned();
    await put('key');
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'key' }));
    await expect(client.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'BucketNotEmpty' });
    const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    await client.send(new DeleteBucketCommand({ Bucket }));
    await expect(client.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('are open to another account by their policy alone, and a TLS-only policy lets the endpoint pass', async () => {
    await put('key', 'content');
    const other = clientOf('222222222222');
    await expect(other.send(new GetObjectCommand({ Bucket, Key: 'key' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::222222222222:root' },
          Action: 's3:GetObject',
          Resource: `arn:aws:s3:::${Bucket}/*`,
        },
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    });
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    const { Body } = await other.send(new GetObjectCommand({ Bucket, Key: 'key' }));
    expect(await Body?.transformToString()).toBe('content');
    await expect(other.send(new PutObjectCommand({ Bucket, Key: 'key', Body: 'x' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });
});

describe('tags of an object', () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html
  it('let it be read by whom a policy allows them', async () => {
    const other = clientOf('222222222222');
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: '222222222222' },
          Action: 's3:GetObject',
          Resource: `arn:aws:s3:::${Bucket}/*`,
          Condition: { StringEquals: { 's3:ExistingObjectTag/open': 'yes' } },
        },
      ],
    });
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    const tagged = (Key: string, Tagging: string) =>
      client.send(new PutObjectCommand({ Bucket, Key, Body: Key, Tagging }));
    await tagged('open', 'open=yes');
    await tagged('closed', 'open=no');
    await put('untagged');
    const { Body } = await other.send(new GetObjectCommand({ Bucket, Key: 'open' }));
    expect(await Body?.transformToString()).toBe('open');
    for (const Key of ['closed', 'untagged'])
      await expect(other.send(new GetObjectCommand({ Bucket, Key }))).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('objects', () => {
  it('come back as they were put', async () => {
    const Body = new Uint8Array([0, 1, 2, 250, 251]);
    await client.send(
      new PutObjectCommand({
        Bucket,
        Key: 'a/b c+ü.zip',
        Body,
        ContentType: 'application/zip',
        Metadata: { by: 'me' },
      }),
    );
    const answer = await client.send(new GetObjectCommand({ Bucket, Key: 'a/b c+ü.zip' }));
    expect(new Uint8Array((await answer.Body?.transformToByteArray()) ?? [])).toEqual(Body);
    expect(answer).toMatchObject({
      ContentType: 'application/zip',
      Metadata: { by: 'me' },
      ContentLength: 5,
      ETag: `"${createHash('md5').update(Body).digest('hex')}"`,
      ServerSideEncryption: 'AES256',
    });
  });

  it('are refused when a checksum does not fit, and give theirs back', async () => {
    const ChecksumSHA256 = createHash('sha256').update('right').digest('base64');
    await expect(
      client.send(new PutObjectCommand({ Bucket, Key: 'key', Body: 'wrong', ChecksumSHA256 })),
    ).rejects.toMatchObject({ name: 'BadDigest' });
    await client.send(new PutObjectCommand({ Bucket, Key: 'key', Body: 'right', ChecksumSHA256 }));
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'key', ChecksumMode: 'ENABLED' }));
    expect(head.ChecksumSHA256).toBe(ChecksumSHA256);
    const attributes = await client.send(
      new GetObjectAttributesCommand({ Bucket, Key: 'key', ObjectAttributes: ['Checksum', 'ObjectSize'] }),
    );
    expect(attributes).toMatchObject({ ObjectSize: 5, Checksum: { ChecksumSHA256 } });
  });

  it('know the published check values of the CRCs', () => {
    const digits = Buffer.from('123456789');
    const hex = (member: Parameters<typeof checksum>[0]) =>
      Buffer.from(checksum(member, digits), 'base64').toString('hex');
    expect(hex('ChecksumCRC32')).toBe('cbf43926');
    expect(hex('ChecksumCRC32C')).toBe('e3069283');
    expect(hex('ChecksumCRC64NVME')).toBe('ae8b14860a799888');
  });

  it('are read in ranges', async () => {
    await put('key', '0123456789');
    const range = async (Range: string) => {
      const { Body, ContentRange } = await client.send(new GetObjectCommand({ Bucket, Key: 'key', Range }));
      return [await Body?.transformToString(), ContentRange];
    };
    expect(await range('bytes=2-4')).toEqual(['234', 'bytes 2-4/10']);
    expect(await range('bytes=7-')).toEqual(['789', 'bytes 7-9/10']);
    expect(await range('bytes=-3')).toEqual(['789', 'bytes 7-9/10']);
    expect(await range('bytes=8-100')).toEqual(['89', 'bytes 8-9/10']);
    await expect(range('bytes=10-')).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  it('are written and read on conditions', async () => {
    const create = new PutObjectCommand({ Bucket, Key: 'key', Body: '1', IfNoneMatch: '*' });
    const { ETag } = await client.send(create);
    await expect(client.send(create)).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await client.send(new GetObjectCommand({ Bucket, Key: 'key', IfMatch: ETag }));
    await expect(client.send(new GetObjectCommand({ Bucket, Key: 'key', IfMatch: '"x"' }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 412 },
    });
  });

  it('keep their versions, and hide under delete markers', async () => {
    expect((await put('key', 'null')).VersionId).toBeUndefined();
    await versioned();
    expect((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
    const first = await put('key', '1');
    const second = await put('key', '2');
    expect(await read('key')).toBe('2');
    expect(await read('key', first.VersionId)).toBe('1');
    expect(await read('key', 'null')).toBe('null');
    const marker = await client.send(new DeleteObjectCommand({ Bucket, Key: 'key' }));
    expect(marker.DeleteMarker).toBe(true);
    await expect(read('key')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await read('key', second.VersionId)).toBe('2');
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'key', VersionId: marker.VersionId }));
    expect(await read('key')).toBe('2');
  });

  it('are copied with metadata from a version', async () => {
    await versioned();
    const { VersionId } = await client.send(
      new PutObjectCommand({ Bucket, Key: 'from', Body: 'old', Metadata: { a: '1' } }),
    );
    await put('from', 'new');
    await client.send(
      new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/from?versionId=${VersionId}` }),
    );
    expect(await read('to')).toBe('old');
    expect((await client.send(new HeadObjectCommand({ Bucket, Key: 'to' }))).Metadata).toEqual({ a: '1' });
  });

  it('are kept by Object Lock until their time', async () => {
    const locked = `${Bucket}-locked`;
    await client.send(new CreateBucketCommand({ Bucket: locked, ObjectLockEnabledForBucket: true }));
    const { VersionId } = await client.send(
      new PutObjectCommand({
        Bucket: locked,
        Key: 'key',
        Body: '1',
        ObjectLockMode: 'COMPLIANCE',
        ObjectLockRetainUntilDate: new Date(aws.clock.now() + 60_000),
      }),
    );
    const remove = new DeleteObjectCommand({ Bucket: locked, Key: 'key', VersionId });
    await expect(client.send(remove)).rejects.toThrow(/object lock/);
    await aws.clock.advance(61_000);
    await client.send(remove);
  });
});

describe('lists', () => {
  it('page and group by prefix', async () => {
    for (const key of ['a/1', 'a/2', 'b/1', 'c']) await put(key);
    const first = await client.send(new ListObjectsV2Command({ Bucket, Delimiter: '/', MaxKeys: 2 }));
    expect(first.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['a/', 'b/']);
    expect(first.IsTruncated).toBe(true);
    const ContinuationToken = first.NextContinuationToken;
    const second = await client.send(new ListObjectsV2Command({ Bucket, Delimiter: '/', ContinuationToken }));
    expect(second.CommonPrefixes ?? []).toEqual([]);
    expect(second.Contents?.map(({ Key }) => Key)).toEqual(['c']);
    const under = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'a/' }));
    expect(under.Contents?.map(({ Key, Size }) => [Key, Size])).toEqual([
      ['a/1', 3],
      ['a/2', 3],
    ]);
  });
});

describe('multipart uploads', () => {
  it('put the parts together', async () => {
    const Key = 'big';
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const bodies = [Buffer.alloc(5 * 1024 * 1024, 'a'), Buffer.from('end')];
    const Parts = [];
    for (const [index, Body] of bodies.entries()) {
      const PartNumber = index + 1;
      const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
      Parts.push({ PartNumber, ETag });
    }
    const listed = await client.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    expect(listed.Parts?.map(({ Size }) => Size)).toEqual([5 * 1024 * 1024, 3]);
    const complete = { Bucket, Key, UploadId, MultipartUpload: { Parts } };
    const { ETag } = await client.send(new CompleteMultipartUploadCommand(complete));
    expect(ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    const tail = await client.send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=-4' }));
    expect(await tail.Body?.transformToString()).toBe('aend');
    await expect(client.send(new CompleteMultipartUploadCommand(complete))).rejects.toMatchObject({
      name: 'NoSuchUpload',
    });
  });
});

describe('notifications', () => {
  it('tell EventBridge of new objects once the bucket is set to', async () => {
    const events = emitted(aws);
    await put('before');
    await client.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: { EventBridgeConfiguration: {} },
      }),
    );
    await versioned();
    const { VersionId, ETag } = await put('orders/1.0.0 é.zip', 'zip');
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      account: '111111111111',
      region: 'us-east-1',
      source: 'aws.s3',
      detailType: 'Object Created',
      detail: {
        bucket: { name: Bucket },
        object: {
          key: 'orders/1.0.0 é.zip',
          size: 3,
          etag: ETag?.replaceAll('"', ''),
          'version-id': VersionId,
        },
        reason: 'PutObject',
        requester: '111111111111',
      },
    });
    expect(JSON.stringify(events)).toMatch(/"sequencer":"[0-9A-F]+"/);
  });
});

describe('what is not implemented', () => {
  it('is refused by name: operations, parameters', async () => {
    await expect(client.send(new PutBucketAclCommand({ Bucket, ACL: 'private' }))).rejects.toThrow(/PutBucketAcl/);
    await expect(
      client.send(new PutObjectCommand({ Bucket, Key: 'key', Body: '', StorageClass: 'GLACIER' })),
    ).rejects.toThrow(/StorageClass in s3:PutObject/);
  });
});
