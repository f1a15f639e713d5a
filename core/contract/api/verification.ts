import * as z from 'zod';
import type { SealedHead } from '../../ledger/digests/document.ts';
import { checkLinks, type ChainBreak } from '../../release/chain.ts';
import type { ReleaseEvent } from '../../release/events.ts';
import type { ReleaseHead } from '../../release/head.ts';
import { secondsBetween } from '../../values/duration.ts';
import { releaseId, sha256 } from '../../values/identifiers.ts';

/** Whether a release's transitions are those that were written, in their order: a part of them at a time. */

/** Transitions that one answer verifies. */
export const VERIFIED = 200;

/** By then a digest lists a release that has ended, unless something keeps the engine from it. */
const AWAITED_SECONDS = 600;

/**
 * What the bucket of digests, which nobody rewrites, has of a release: the same head as the ledger, another one, or none – `awaited` as
 * long as that is in order, because it has not ended or did so a moment ago.
 */
const digestStandings = ['agrees', 'differs', 'awaited', 'none'] as const;
type DigestStanding = (typeof digestStandings)[number];

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
  /** What the bucket of digests has of it; with the last part, where all of that holds or this alone does not. */
  digest: z.enum(digestStandings).exactOptional(),
  /** `after` of the next part; absent with the last one, and where a link is broken. */
  next: z.int().exactOptional(),
});
export type VerificationDocument = z.infer<typeof verificationDocument>;

/** A release's head, as it is verified. */
type Verified = Pick<ReleaseHead, 'release' | 'sequence' | 'hash' | 'endedAt'>;

/** What was read to verify a part. */
export interface Found {
  /** The transition before the part; undefined where that is missing, or there is none. */
  readonly before: ReleaseEvent | undefined;
  /** The transitions of the part; undefined in place of one that is none any more. */
  readonly events: readonly (ReleaseEvent | undefined)[];
  /** What the bucket of digests has of the release; undefined where it has nothing. */
  readonly sealed: SealedHead | undefined;
}

/**
 * Recomputes a part of a release's chain. With its last part the chain has to end where the head says, and where the bucket of digests does.
 */
export function describeVerification(
  head: Verified,
  after: number,
  { before, events, sealed }: Found,
  now: string,
): VerificationDocument {
  const { release, sequence, hash } = head;
  const last = Math.min(after + VERIFIED, sequence);
  const unlinked = breakOf({ sequence, hash, after, last }, before, events);
  const atEnd = unlinked === undefined && last === sequence;
  const digest = atEnd ? standingOf(head, sealed, now) : undefined;
  const broken = unlinked ?? (atEnd ? rewritten(head, sealed) : undefined);
  const known = broken === undefined ? events.at(-1)?.hash : undefined;
  return {
    ...{ release, transitions: sequence, first: after + 1, last, holds: broken === undefined },
    ...(known === undefined ? {} : { hash: known }),
    ...(broken === undefined ? {} : { broken: { transition: broken.sequence, sentence: broken.sentence } }),
    ...(digest === undefined ? {} : { digest }),
    ...(broken === undefined && last < sequence ? { next: last } : {}),
  };
}

function standingOf(head: Verified, sealed: SealedHead | undefined, now: string): DigestStanding {
  if (sealed !== undefined) return agrees(head, sealed) ? 'agrees' : 'differs';
  const { endedAt } = head;
  return endedAt === undefined || secondsBetween(endedAt, now) < AWAITED_SECONDS ? 'awaited' : 'none';
}

function rewritten(head: Verified, sealed: SealedHead | undefined): ChainBreak | undefined {
  if (sealed === undefined || agrees(head, sealed)) return undefined;
  const { transitions, hash } = sealed;
  const then = `When the release ended it had ${transitions} transitions up to the hash ${hash}`;
  const sentence = `The chain was rewritten: its links hold, but the bucket of digests has another end. ${then}; the ledger has ${head.sequence} now, up to another hash.`;
  return { sequence: Math.min(transitions, head.sequence), sentence };
}

function agrees({ sequence, hash }: Verified, sealed: SealedHead): boolean {
  return sealed.transitions === sequence && sealed.hash === hash;
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
  const events = all.slice(0, unreadable < 0 ? all.length : unreadable).filter((event) => event !== undefined);
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
