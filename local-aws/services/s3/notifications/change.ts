import type { Caller } from '../../../kernel/principal.ts';
import type { Bucket, ObjectVersion } from '../store.ts';

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
