import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import type { ListMarker, UploadedObject } from '../../core/reconcile/lost-uploads.ts';
import type { Observability } from '../powertools/observability.ts';

/** A page of the release bucket's objects, every version of them. */
interface UploadPage {
  readonly objects: readonly UploadedObject[];
  readonly next: ListMarker | undefined;
}

/** Lists the release bucket, 1,000 versions a page. @throws what S3 answers */
export function openUploadList(
  observe: Observability,
  bucket: string,
): (marker: ListMarker | undefined) => Promise<UploadPage> {
  const client = observe.client(new S3Client({}));
  return async (marker) => {
    const {
      Versions = [],
      IsTruncated,
      NextKeyMarker,
      NextVersionIdMarker,
    } = await client.send(
      new ListObjectVersionsCommand({ Bucket: bucket, KeyMarker: marker?.key, VersionIdMarker: marker?.versionId }),
    );
    const objects = Versions.flatMap(({ Key, VersionId, LastModified }) =>
      Key === undefined || VersionId === undefined || LastModified === undefined
        ? []
        : [{ key: Key, versionId: VersionId, uploadedAt: LastModified.toISOString() }],
    );
    const more = IsTruncated === true && NextKeyMarker !== undefined && NextVersionIdMarker !== undefined;
    return { objects, next: more ? { key: NextKeyMarker, versionId: NextVersionIdMarker } : undefined };
  };
}
