import * as z from 'zod';
import { checkLinks, type ChainBreak } from '../../release/chain.ts';
import type { ReleaseEvent } from '../../release/events.ts';
import type { ReleaseHead } from '../../release/head.ts';
import { releaseId, sha256 } from '../../values/identifiers.ts';

/** Whether a release's transitions are those that were written, in their order: a part of them at a time. */

/** Transitions that one answer verifies. */
export const VERIFIED = 200;

/** `GET /v1/releases/{id}/verification`: query. */
export const verificationQuery = z.strictObject({
  /** Begins behind this transition, whose hash is taken as it is: the part before verifies it. */
  after: z.coerce.number().int().min(0).max(99_999_999).default(0),
});

/** `GET /v1/releases/{id}/verification`. */
export const verificationDocument = z.strictObject({
  release: releaseId,
  /** Transitions that the release has. */
  transitions: z.int(),
  /** Numbers of the first and the last that were verified here. */
  first: z.int(),
  last: z.int(),
  holds: z.boolean(),
  /** The hash of the last that holds. */
  hash: sha256.exactOptional(),
  /** The first link that does not hold, and what is wrong with it. */
  broken: z.strictObject({ transition: z.int(), sentence: z.string() }).exactOptional(),
  /** `after` of the next part; absent with the last one, and where a link is broken. */
  next: z.int().exactOptional(),
});
export type VerificationDocument = z.infer<typeof verificationDocument>;

/**
 * Recomputes a part of a release's chain. With its last part the chain has to end where the head says.
 * @param before the transition before the part; undefined where that is missing, or there is none
 * @param found the transitions of the part; undefined in place of one that is none any more
 */
export function describeVerification(
  { release, sequence, hash }: Pick<ReleaseHead, 'release' | 'sequence' | 'hash'>,
  after: number,
  before: ReleaseEvent | undefined,
  found: readonly (ReleaseEvent | undefined)[],
): VerificationDocument {
  const last = Math.min(after + VERIFIED, sequence);
  const broken = breakOf({ sequence, hash, after, last }, before, found);
  const known = broken === undefined ? found.at(-1)?.hash : undefined;
  return {
    ...{ release, transitions: sequence, first: after + 1, last, holds: broken === undefined },
    ...(known === undefined ? {} : { hash: known }),
    ...(broken === undefined ? {} : { broken: { transition: broken.sequence, sentence: broken.sentence } }),
    ...(broken === undefined && last < sequence ? { next: last } : {}),
  };
}

interface Part {
  readonly sequence: number;
  readonly hash: string;
  readonly after: number;
  readonly last: number;
}

function breakOf(
  { sequence, hash, after, last }: Part,
  before: ReleaseEvent | undefined,
  all: readonly (ReleaseEvent | undefined)[],
): ChainBreak | undefined {
  if (after > 0 && before === undefined) return { sequence: after, sentence: `Event ${after} is missing.` };
  const unreadable = all.indexOf(undefined);
  const events = all.slice(0, unreadable < 0 ? all.length : unreadable).flatMap((event) => event ?? []);
  const broken = checkLinks(events, { after, previousHash: before?.hash });
  if (broken !== undefined) return broken;
  if (unreadable >= 0) {
    const changed = after + unreadable + 1;
    return { sequence: changed, sentence: `Event ${changed} was changed: it is no transition any more.` };
  }
  const found = after + events.length;
  if (found < last)
    return { sequence: found + 1, sentence: `Event ${found + 1} is missing: the chain ends before it.` };
  if (last < sequence || events.length === 0 || events.at(-1)?.hash === hash) return undefined;
  return { sequence, sentence: `The head of the release has another hash than its last event, ${sequence}.` };
}
