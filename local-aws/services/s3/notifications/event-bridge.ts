import type { Kernel } from '../../../kernel/kernel.ts';
import type { Change } from './change.ts';

/**
 * Tells EventBridge of a created or deleted object, where the bucket is set to. Keys are not URL-encoded.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function tellEventBridge(kernel: Kernel, change: Change): void {
  const { bucket, version, caller, requestId, what, sequencer } = change;
  if (!bucket.eventBridge) return;
  const created = what.type === 'Object Created';
  kernel.port.events.emit({
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
        sequencer,
      },
      'request-id': requestId,
      requester: caller.account,
      'source-ip-address': '127.0.0.1',
      reason: what.reason,
      ...(created ? {} : { 'deletion-type': what.deletion }),
    },
  });
}
