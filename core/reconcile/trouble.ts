import * as z from 'zod';
import { troubleKey } from '../ledger/keys.ts';
import type { WriteIntent } from '../ledger/write-intent.ts';
import { tellTrouble } from '../notify/messages.ts';
import { secondsBetween } from '../values/duration.ts';
import { environmentName, instant, releaseId, targetName } from '../values/identifiers.ts';
import { cutText, oneLine } from '../values/text.ts';

/**
 * `release#<id> / trouble#<what>`: something about a release that the reconciler could not look after, since when, and why. People
 * are told once, when it lasts.
 */
export const troubleItem = z.object({
  release: releaseId,
  /** The id of a wait; `release` for its execution. */
  what: z.string(),
  environment: environmentName.exactOptional(),
  target: targetName.exactOptional(),
  since: instant,
  lastAt: instant,
  reason: z.string(),
  told: z.literal(true).exactOptional(),
});
export type TroubleItem = z.infer<typeof troubleItem>;

/** What just failed. */
export type Failure = Pick<TroubleItem, 'release' | 'what' | 'environment' | 'target' | 'reason'> & {
  readonly at: string;
};

/** After this it is another trouble: in between all went well. */
const OVER_SECONDS = 300;
/** A throttle, or a role that is just being made, is over by then. */
const TELLING_SECONDS = 600;
const LONGEST_REASON = 500;

/** Did the trouble begin with this failure? */
export function isNewTrouble(known: TroubleItem | undefined, { at }: Failure): boolean {
  return known === undefined || secondsBetween(known.lastAt, at) > OVER_SECONDS;
}

/** When the trouble began that this failure is of. */
export function troubleSince(known: TroubleItem | undefined, failure: Failure): string {
  return known === undefined || isNewTrouble(known, failure) ? failure.at : known.since;
}

/** Records a failure; once it has lasted, with a message to people. @param known what is recorded of it so far */
export function recordTrouble(known: TroubleItem | undefined, failure: Failure): WriteIntent[] {
  const { at, reason, ...about } = failure;
  const before = isNewTrouble(known, failure) ? undefined : known;
  const since = troubleSince(known, failure);
  const item: TroubleItem = { ...about, since, lastAt: at, reason: cutText(oneLine(reason), LONGEST_REASON) };
  const key = troubleKey(failure.release, failure.what);
  if (before?.told === true) return [{ write: 'put', item: { ...key, ...item, told: true } }];
  if (secondsBetween(since, at) < TELLING_SECONDS) return [{ write: 'put', item: { ...key, ...item } }];
  return [{ write: 'put', item: { ...key, ...item, told: true } }, ...tellTrouble(item)];
}
