import { createHash } from 'node:crypto';
import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Artifacts, createArtifacts } from '../../../adapters/s3/artifacts.ts';
import { type LocalAws, startLocalAws } from 'local-aws';

const Bucket = 'sluice-releases-111111111111-us-east-1';
const bytes = zipSync({ 'release.json': strToU8('{}') });
let aws: LocalAws;
let client: S3Client;
let artifacts: Artifacts;

beforeAll(async () => {
  aws = await startLocalAws();
  client = aws.client(S3Client, { account: '111111111111', region: 'us-east-1' });
  artifacts = createArtifacts(client);
  await client.send(new CreateBucketCommand({ Bucket }));
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
});
afterAll(() => aws.close());

async function put(body: Uint8Array, extra = {}) {
  const { VersionId = '' } = await client.send(new PutObjectCommand({ Bucket, Key: 'a/1.zip', Body: body, ...extra }));
  return { bucket: Bucket, key: 'a/1.zip', versionId: VersionId };
}

describe('artifacts', () => {
  it.each([{}, { ChecksumAlgorithm: 'SHA256' }])(
    'knows size, digest and time of one version, uploaded with %j',
    async (extra) => {
      const object = await put(bytes, extra);
      await put(strToU8('something newer'));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const { LastModified } = await client.send(
        new HeadObjectCommand({ Bucket, Key: object.key, VersionId: object.versionId }),
      );
      const uploadedAt = LastModified?.toISOString() ?? 'never';
      expect(await artifacts.facts(object)).toEqual({ size: bytes.length, sha256, uploadedAt });
    },
  );
  it('reads the version it was told, not the newest', async () => {
    const object = await put(bytes);
    await put(zipSync({ 'other.json': strToU8('{}') }));
    const archive = await artifacts.open(object, bytes.length);
    expect((await archive.entries(9)).map(({ name }) => name)).toEqual(['release.json']);
  });
  it('does not read an object that is larger than any artifact may be', async () => {
    const commands: unknown[] = [];
    const huge = aws.client(S3Client, { account: '111111111111', region: 'us-east-1' });
    huge.middlewareStack.add(
      (_, { commandName }) =>
        () => {
          commands.push(commandName);
          return Promise.resolve({ response: {}, output: { $metadata: {}, ContentLength: 300_000_000 } });
        },
      { step: 'initialize' },
    );
    const object = { bucket: Bucket, key: 'a/1.zip', versionId: 'v' };
    expect(await createArtifacts(huge).facts(object)).toEqual({ size: 300_000_000 });
    expect(commands).toEqual(['HeadObjectCommand']);
  });
  it('says when there is no such version', async () => {
    const object = await put(bytes);
    expect(await artifacts.facts({ ...object, versionId: 'nosuchversion0000000000000000000' })).toBeUndefined();
    expect(await artifacts.facts({ ...object, key: 'b/1.zip' })).toBeUndefined();
  });
});

it('knows no time of an upload in parts: S3 tells when that began', async () => {
  const parts = aws.client(S3Client, { account: '111111111111', region: 'us-east-1' });
  const object = { bucket: Bucket, key: 'a/1.zip', versionId: 'v' };
  const uploadedAt = '2026-11-20T09:00:00.000Z';
  const answer = (ETag: string) => ({
    $metadata: {},
    ETag,
    LastModified: new Date(uploadedAt),
    ContentLength: 300_000_000,
  });
  let etag = '';
  parts.middlewareStack.add(() => () => Promise.resolve({ response: {}, output: answer(etag) }), {
    step: 'initialize',
  });
  etag = '"d41d8cd98f00b204e9800998ecf8427e"';
  expect(await createArtifacts(parts).facts(object)).toEqual({ size: 300_000_000, uploadedAt });
  etag = '"d41d8cd98f00b204e9800998ecf8427e-38"';
  expect(await createArtifacts(parts).facts(object)).toEqual({ size: 300_000_000 });
});
