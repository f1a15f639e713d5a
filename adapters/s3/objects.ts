import { ListObjectVersionsCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { Observability } from '../powertools/observability.ts';

/** Counts one object of a bucket, where there is one: an older version or the mark of a deletion, too. */
export function openObjects(observe: Observability, settings: S3ClientConfig): (Bucket: string) => Promise<number> {
  const client = observe.client(new S3Client(settings));
  return async (Bucket) => {
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket, MaxKeys: 1 }),
    );
    return Versions.length + DeleteMarkers.length;
  };
}
