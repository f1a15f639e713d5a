import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { assetBucketName } from '../../core/contract/names.ts';

/** The asset bucket of one target. */
export interface Assets {
  readonly bucket: string;
  has(key: string): Promise<boolean>;
  /** @param sha256 lower-case hex digest of the bytes; S3 refuses others */
  put(key: string, bytes: Uint8Array, sha256: string): Promise<void>;
  /** An object's text; undefined when there is none. */
  text(key: string): Promise<string | undefined>;
  /** Whether an object of the same account, in whatever bucket, is there and can be read. */
  canRead(bucket: string, key: string): Promise<boolean>;
  /** The address under which CloudFormation reads a template. */
  url(key: string): string;
}

export function createAssets(client: S3Client, account: string, region: string): Assets {
  const bucket = assetBucketName(account, region);
  return {
    bucket,
    url: (key) => `https://${bucket}.s3.${region}.amazonaws.com/${key}`,
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
