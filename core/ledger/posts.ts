import { addSeconds } from '../values/duration.ts';
import type { PostItem } from './items.ts';
import { postKey } from './keys.ts';
import { equals, isAbsent, type Condition, type PutIntent } from './write-intent.ts';

/** Longer than the function that delivers may take. */
const CLAIM_SECONDS = 60;

/** Is another attempt about to post it? */
export function isBeingPosted({ place, claimedAt }: PostItem, now: string): boolean {
  return place === undefined && now < addSeconds(claimedAt, CLAIM_SECONDS);
}

/** Claims a message that is about to be posted: of two attempts, one does. @param before what an attempt that died left */
export function claimPost(post: PostItem, before: PostItem | undefined): PutIntent {
  return put(post, before === undefined ? isAbsent : equals('claimedAt', before.claimedAt));
}

/** Keeps what a message says by now. `already` when another attempt changed it meanwhile: look again what it has to say. */
export function keepPost(post: PostItem, before: PostItem): PutIntent {
  return put(post, equals('digest', before.digest));
}

/** Slack did not take it: the next attempt need not wait. */
export function releasePost(post: PostItem): PutIntent {
  return put({ ...post, claimedAt: '1970-01-01T00:00:00.000Z' }, equals('claimedAt', post.claimedAt));
}

function put(post: PostItem, condition: Condition): PutIntent {
  const item = { ...postKey(post.release, post.to, post.name), ...post };
  return { write: 'put', item, condition, lost: 'AlreadyDone' };
}
