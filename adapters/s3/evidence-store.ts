import { GetObjectCommand, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Observability } from '../powertools/observability.ts';
import type { EvidenceStore } from './evidence.ts';

const ATTEMPTS = 3;

/**
 * The bucket takes a key once (`If-None-Match: *`): an object that is there has the same bytes, since its key is their digest.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function createEvidenceStore(client: S3Client, bucket: string): EvidenceStore {
  return {
    put: async ({ key, text, reference }) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          await client.send(
            new PutObjectCommand({
              Bucket: bucket,
              Key: key,
              Body: text,
              ContentType: 'application/json',
              ChecksumSHA256: Buffer.from(reference.sha256, 'hex').toString('base64'),
              IfNoneMatch: '*',
            }),
          );
          return;
        } catch (problem) {
          const status = problem instanceof S3ServiceException ? problem.$metadata.httpStatusCode : undefined;
          if (status === 412) return;
          // Somebody else writes it at this moment: afterwards it is there.
          if (status !== 409 || attempt === ATTEMPTS) throw problem;
        }
      }
    },
    text: async (key) => {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return await Body?.transformToString('utf8');
      } catch (problem) {
        if (problem instanceof S3ServiceException && problem.$metadata.httpStatusCode === 404) return undefined;
        throw problem;
      }
    },
  };
}

/** The evidence bucket of the engine's own account. */
export function openEvidenceStore(observe: Observability, bucket: string): EvidenceStore {
  return createEvidenceStore(observe.client(new S3Client({})), bucket);
}
