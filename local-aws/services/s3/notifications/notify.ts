import type { Caller } from '../../../kernel/principal.ts';
import type { Bucket, Buckets, ObjectVersion } from '../store.ts';
import type { Happening } from './change.ts';
import { deliver } from './deliver.ts';
import { tellEventBridge } from './event-bridge.ts';

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
