import type { Kernel } from '../../../kernel/kernel.ts';
import type { Principal } from '../../../kernel/principal.ts';
import type { Change } from './change.ts';

/**
 * One record of an event. Keys are URL-encoded, with `+` for spaces; what was deleted has neither size nor ETag.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function recordOf(kernel: Kernel, change: Change, event: string, configurationId: string): object {
  const { bucket, version, caller, requestId, what, sequencer } = change;
  const created = what.type === 'Object Created';
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: bucket.region,
    eventTime: kernel.clock.date().toISOString(),
    eventName: event.slice('s3:'.length),
    userIdentity: { principalId: `AWS:${principalId(caller.principal)}` },
    requestParameters: { sourceIPAddress: '127.0.0.1' },
    responseElements: { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: bucket.account },
        arn: `arn:aws:s3:::${bucket.name}`,
      },
      object: {
        key: encodeURIComponent(version.key).replaceAll('%20', '+').replaceAll('%2F', '/'),
        ...(created ? { size: version.body.length, eTag: version.etag } : {}),
        ...(version.versionId === 'null' ? {} : { versionId: version.versionId }),
        sequencer,
      },
    },
  };
}

function principalId(principal: Principal): string {
  return principal.type === 'assumedRole' ? principal.userId : principal.arn;
}
