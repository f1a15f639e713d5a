import type { Caller } from '../../kernel/principal.ts';
import type { Bucket, Buckets, ObjectVersion } from './store.ts';

/**
 * Tells EventBridge of a created or deleted object, where the bucket is set to. Keys are not URL-encoded.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function notify(
  buckets: Buckets,
  bucket: Bucket,
  version: ObjectVersion,
  caller: Caller,
  requestId: string,
  what:
    | { readonly type: 'Object Created'; readonly reason: 'PutObject' | 'CopyObject' | 'CompleteMultipartUpload' }
    | {
        readonly type: 'Object Deleted';
        readonly reason: 'DeleteObject';
        readonly deletion: 'Permanently Deleted' | 'Delete Marker Created';
      },
): void {
  if (!bucket.eventBridge) return;
  const created = what.type === 'Object Created';
  buckets.kernel.port.events.emit({
    account: bucket.account,
    region: bucket.region,
    source: 'aws.s3',
    detailType: what.type,
    resources: [`arn:aws:s3:::${bucket.name}`],
    detail: {
      version: '0',
      bucket: { name: bucket.name },
      object: {
        key: version.key,
        ...(created ? { size: version.body.length } : {}),
        ...(version.etag === '' ? {} : { etag: version.etag }),
        ...(version.versionId === 'null' ? {} : { 'version-id': version.versionId }),
        sequencer: created ? version.sequencer : buckets.sequencer(),
      },
      'request-id': requestId,
      requester: caller.account,
      'source-ip-address': '127.0.0.1',
      reason: what.reason,
      ...(created ? {} : { 'deletion-type': what.deletion }),
    },
  });
}
