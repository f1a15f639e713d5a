import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { Observability } from '../powertools/observability.ts';
import type { Assets } from './asset-bucket.ts';

/** The part of a target's assets that needs an S3 client. */
export type StoredAssets = Pick<Assets, 'has' | 'put' | 'text' | 'canRead'>;

/** @param account the owner of the bucket */
export function openAssets(
  observe: Observability,
  settings: S3ClientConfig,
  { bucket, account }: { readonly bucket: string; readonly account: string },
): StoredAssets {
  const client = observe.client(new S3Client(settings));
  return {
    has: async (key) => {
      try {
        await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ExpectedBucketOwner: account }));
        return true;
      } catch (problem) {
        if (problem instanceof S3ServiceException && problem.$metadata.httpStatusCode === 404) return false;
        throw problem;
      }
    },
    canRead: async (anyBucket, key) => {
      try {
        await client.send(new HeadObjectCommand({ Bucket: anyBucket, Key: key, ExpectedBucketOwner: account }));
        return true;
      } catch (problem) {
        const status = problem instanceof S3ServiceException ? problem.$metadata.httpStatusCode : undefined;
        if (status === 403 || status === 404) return false;
        throw problem;
      }
    },
    text: async (key) => {
      try {
        const { Body } = await client.send(
          new GetObjectCommand({ Bucket: bucket, Key: key, ExpectedBucketOwner: account }),
        );
        return await Body?.transformToString('utf8');
      } catch (problem) {
        if (problem instanceof S3ServiceException && problem.$metadata.httpStatusCode === 404) return undefined;
        throw problem;
      }
    },
    put: async (key, bytes, sha256) => {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: bytes,
          ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
          ExpectedBucketOwner: account,
        }),
      );
    },
  };
}
