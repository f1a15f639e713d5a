import * as z from 'zod';
import { chainStart } from '../../release/chain.ts';
import type { ReleaseHead } from '../../release/head.ts';
import { instant, sha256 } from '../../values/identifiers.ts';
import { digestChainKey, digestChainIndexKeys, headKey, undigested } from '../keys.ts';
import { isAbsent, type Condition, type PutIntent, type UpdateIntent } from '../write-intent.ts';
import { type DigestDocument, MOST_HEADS, sealDigest, sealedHead, sealedHeadOf, type SealedHead } from './document.ts';

/**
 * How digests follow one another. An ended head is in the index of open work until a digest lists it. What the next digest lists is
 * written to the chain's item first, by one of however many attempts there are at the same time: so each of them, and each after a crash,
 * writes the same objects. The item is in the index, too, until that is done.
 */

/** `engine / digests` */
export const digestChain = z.object({
  /** Number of the last digest that is in the bucket, and its hash; 0 and 64 zeros before the first. */
  digest: z.int().min(0),
  hash: sha256,
  /** What comes into the next one: its objects are about to be written. */
  next: z.object({ at: instant, heads: z.array(sealedHead) }).exactOptional(),
});
export type DigestChain = z.infer<typeof digestChain>;

const none: DigestChain = { digest: 0, hash: chainStart };

/** The write that begins the next digest: of two attempts, one does. @param heads of releases that have ended, at least one */
export function beginDigest(
  before: DigestChain | undefined,
  heads: readonly ReleaseHead[],
  at: string,
): { readonly chain: DigestChain; readonly write: PutIntent } {
  const listed = [...heads].sort((a, b) => (a.release < b.release ? -1 : 1)).slice(0, MOST_HEADS);
  const chain = { ...(before ?? none), next: { at, heads: listed.map(sealedHeadOf) } };
  const item = { ...digestChainKey, ...digestChainIndexKeys, ...chain };
  const condition = before === undefined ? isAbsent : standsAt(before, 'attribute_not_exists(#next)');
  return { chain, write: { write: 'put', item, condition, lost: 'AlreadyDone' } };
}

/** The digest that was begun; undefined where none is. */
export function begunDigest({ digest, hash, next }: DigestChain): DigestDocument | undefined {
  return next === undefined ? undefined : { digest: digest + 1, previousHash: hash, ...next };
}

/** The write by which a head is no longer open work: a digest lists it. */
export function markDigested({ release, transitions }: SealedHead): UpdateIntent {
  return {
    write: 'update',
    key: headKey(release),
    expression: 'REMOVE #partition, #sort',
    names: { '#partition': 'gsi3pk', '#sort': 'gsi3sk' },
    condition: {
      expression: '#partition = :undigested AND #sequence = :transitions',
      names: { '#sequence': 'sequence' },
      values: { ':undigested': undigested, ':transitions': transitions },
    },
    lost: 'AlreadyDone',
  };
}

/** The write that ends a digest, once its objects are in the bucket and its heads are marked. */
export function endDigest(chain: DigestChain, written: DigestDocument): PutIntent {
  const { digest } = written;
  const item = { ...digestChainKey, digest, hash: sealDigest(written).reference.sha256 };
  return { write: 'put', item, condition: standsAt(chain, 'attribute_exists(#next)'), lost: 'AlreadyDone' };
}

function standsAt({ digest }: DigestChain, next: string): Condition {
  return {
    expression: `#digest = :digest AND ${next}`,
    names: { '#digest': 'digest', '#next': 'next' },
    values: { ':digest': digest },
  };
}
