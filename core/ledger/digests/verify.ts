import { chainStart } from '../../release/chain.ts';
import {
  digestDocument,
  digestKey,
  hashOfText,
  openSealed,
  type SealedHead,
  sealedHead,
  sealedHeadKey,
} from './document.ts';

/** What was found in a bucket of digests, or in a copy of one. */
export interface VerifiedDigests {
  /** Digests that hold, from the first. */
  readonly digests: number;
  /** Hash of the last of them. */
  readonly hash: string;
  /** The head of each release that they list. */
  readonly heads: ReadonlyMap<string, SealedHead>;
  /** Heads that no digest lists yet: those of a digest that is being written. */
  readonly unlisted: readonly string[];
  /** What does not hold first; absent where all does. */
  readonly broken?: { readonly object: string; readonly sentence: string };
}

/** Recomputes the chain of digests, and holds each head to it. @param objects the texts of all objects of the bucket, by their keys */
export function verifyDigests(objects: ReadonlyMap<string, string>): VerifiedDigests {
  const heads = new Map<string, SealedHead>();
  const left = new Map(objects);
  let hash = chainStart;
  let digests = 0;
  const broken = (object: string, sentence: string): VerifiedDigests => ({
    ...{ digests, hash, heads, unlisted: [] },
    broken: { object, sentence },
  });
  for (;;) {
    const key = digestKey(digests + 1);
    const text = left.get(key);
    if (text === undefined) break;
    left.delete(key);
    const document = openSealed(digestDocument, text);
    if (document === undefined) return broken(key, 'It is no digest: it was changed.');
    if (document.digest !== digests + 1) return broken(key, `It is the digest ${document.digest}: it was moved.`);
    if (document.previousHash !== hash)
      return broken(key, 'It does not follow the digest before it: one of them was changed.');
    for (const head of document.heads) {
      const problem = headProblem(head, heads.get(head.release), left.get(sealedHeadKey(head.release)));
      if (problem !== undefined) return broken(key, problem);
      heads.set(head.release, head);
    }
    hash = hashOfText(text);
    digests += 1;
  }
  for (const release of heads.keys()) left.delete(sealedHeadKey(release));
  const unlisted: string[] = [];
  for (const [key, text] of left) {
    const head = openSealed(sealedHead, text);
    if (head === undefined || sealedHeadKey(head.release) !== key) return broken(key, strayProblem(key, digests));
    unlisted.push(head.release);
  }
  return { digests, hash, heads, unlisted: unlisted.sort() };
}

/** Why a head that a digest lists does not hold. */
function headProblem(head: SealedHead, before: SealedHead | undefined, text: string | undefined): string | undefined {
  const { release } = head;
  if (before !== undefined && !isSame(before, head))
    return `It lists another head of ${release} than an earlier digest: the ledger was rewritten in between.`;
  if (text === undefined) return `It lists ${release}, whose own object ${sealedHeadKey(release)} is missing.`;
  const own = openSealed(sealedHead, text);
  return own !== undefined && isSame(own, head)
    ? undefined
    : `It lists another head of ${release} than the object ${sealedHeadKey(release)}.`;
}

function strayProblem(key: string, digests: number): string {
  return key.startsWith('digests/')
    ? `It does not come after digest ${digests}: the digest ${digests + 1} is missing.`
    : 'It is no head of a release, or not under its name: it was changed.';
}

function isSame(a: SealedHead, b: SealedHead): boolean {
  return a.release === b.release && a.transitions === b.transitions && a.hash === b.hash;
}
