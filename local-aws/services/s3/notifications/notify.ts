import type { Caller } from '../../../kernel/principal.ts';
import type { Bucket, Buckets, ObjectVersion } from '../store.ts';
import { deliver } from './deliver.ts';
import { tellEventBridge } from './event-bridge.ts';

/** What happened to an object. */
export type Happening =
  | { readonly type: 'Object Created'; readonly reason: 'PutObject' | 'CopyObject' | 'CompleteMultipartUpload' }
  | {
      readonly type: 'Object Deleted';
      readonly reason: 'DeleteObject';
      readonly deletion: 'Permanently Deleted' | 'Delete Marker Created';
    };

/** A change of an object, and the request that made it. */
export interface Change {
  readonly bucket: Bucket;
  readonly version: ObjectVersion;
  readonly caller: Caller;
  readonly requestId: string;
  readonly what: Happening;
  /** Puts the events of one object in order. */
  readonly sequencer: string;
}

/** Tells whoever the bucket is set to notify of a created or deleted object. */
export function notify(
  buckets: Buckets,
  bucket: Bucket,
  version: ObjectVersion,
  caller: Caller,
  requestId: string,
  what: Happening,
): void {
  const sequencer = what.type === 'Object Created' ? version.sequencer : buckets.sequencer();
  const change = { bucket, version, caller, requestId, what, sequencer };
  tellEventBridge(buckets.kernel, change);
  deliver(buckets.kernel, change);
}
