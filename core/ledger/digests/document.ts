import { createHash } from 'node:crypto';
import * as z from 'zod';
import { canonicalJson } from '../../release/chain.ts';
import type { ReleaseHead } from '../../release/head.ts';
import { instant, releaseId, sha256 } from '../../values/identifiers.ts';
import type { SealedEvidence } from '../evidence-object.ts';

/**
 * The bucket of digests: what the ledger said when releases ended, where nobody rewrites it. `heads/<release>.json` has the head of one
 * release, so that one read compares it; `digests/<number>.json` lists the heads that came since the digest before, whose hash it
 * carries, so that one that was taken away or put in between shows.
 */

/** Most heads that one digest lists; what is left comes into the next. */
export const MOST_HEADS = 200;

/** The head of a release that has ended: the hash of its last transition covers all of them. */
export const sealedHead = z.strictObject({ release: releaseId, transitions: z.int().min(1), hash: sha256 });
export type SealedHead = z.infer<typeof sealedHead>;

/** `digests/<number>.json` */
export const digestDocument = z.strictObject({
  /** From 1, without a gap. */
  digest: z.int().min(1),
  /** SHA-256 of the object before; 64 zeros in the first. */
  previousHash: sha256,
  at: instant,
  /** By the names of the releases. */
  heads: z.array(sealedHead).min(1).max(MOST_HEADS),
});
export type DigestDocument = z.infer<typeof digestDocument>;

export const digestPrefix = 'digests/';
export const sealedHeadPrefix = 'heads/';

/** Key of a digest: eight digits sort as text. */
export function digestKey(number: number): string {
  return `${digestPrefix}${String(number).padStart(8, '0')}.json`;
}

export function sealedHeadKey(release: string): string {
  return `${sealedHeadPrefix}${release}.json`;
}

/** What stays of a head. */
export function sealedHeadOf({ release, sequence, hash }: ReleaseHead): SealedHead {
  return { release, transitions: sequence, hash };
}

/** The object of a digest: the same digest is the same bytes. */
export function sealDigest(document: DigestDocument): SealedEvidence {
  return seal(digestKey(document.digest), document);
}

/** The object of a head. */
export function sealHead(head: SealedHead): SealedEvidence {
  return seal(sealedHeadKey(head.release), head);
}

function seal(key: string, document: DigestDocument | SealedHead): SealedEvidence {
  const text = canonicalJson(document);
  return { key, text, reference: { sha256: hashOfText(text), bytes: Buffer.byteLength(text) } };
}

/** The hash that the next digest carries. @param text of the object */
export function hashOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Reads the text of an object; undefined where it is none of these. */
export function openSealed<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
