import * as z from 'zod';
import { isUnderPlans } from '../artifact/plan-key.ts';
import { secondsBetween } from '../values/duration.ts';
import { instant } from '../values/identifiers.ts';

/** Where the listing of the release bucket goes on. */
const markerSchema = z.object({ key: z.string(), versionId: z.string() });
export type ListMarker = z.infer<typeof markerSchema>;

/** `engine / uploads`: how far the release bucket was compared with the ledger. */
export const scanItem = z.object({ marker: markerSchema.exactOptional(), endedAt: instant.exactOptional() });
type ScanItem = z.infer<typeof scanItem>;

/** One version of an object in the release bucket. */
export interface UploadedObject {
  readonly key: string;
  readonly versionId: string;
  readonly uploadedAt: string;
}

/** The bucket is read through at most this often. */
const PAUSE_SECONDS = 900;
/** The event of a younger object may still be under way. */
const YOUNG_SECONDS = 600;
/** An older one was seen, or given up, long ago. */
const OLD_SECONDS = 3 * 86_400;

/** Where to read next; undefined when the bucket was read through a short while ago. */
export function decideScan(
  scan: ScanItem | undefined,
  now: string,
): { readonly marker: ListMarker | undefined } | undefined {
  if (scan?.endedAt !== undefined && secondsBetween(scan.endedAt, now) < PAUSE_SECONDS) return undefined;
  return { marker: scan?.marker };
}

/** Should the ledger know this object by now, and has to? What is only planned begins no release. */
export function isAwaited({ key, uploadedAt }: UploadedObject, now: string): boolean {
  if (isUnderPlans(key)) return false;
  const age = secondsBetween(uploadedAt, now);
  return age >= YOUNG_SECONDS && age <= OLD_SECONDS;
}
