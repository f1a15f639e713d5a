import { SlackUnavailable } from '../../../core/contract/errors.ts';
import { type PostItem, postItem } from '../../../core/ledger/items.ts';
import { postKey } from '../../../core/ledger/keys.ts';
import { claimPost, isBeingPosted, keepPost, releasePost } from '../../../core/ledger/posts.ts';
import { digestOf } from '../../../core/release/chain.ts';
import type { Chat, SlackPlace } from '../../../adapters/slack/chat.ts';
import type { Ledger } from '../../../adapters/dynamodb/ledger.ts';
import { readItem } from '../../../engine/ledger/read.ts';
import type { Pages } from '../../../engine/slack/details.ts';
import type { DesiredPost } from './desired-post.ts';
import { desiredPosts } from './posts.ts';
import { readView, type ReleaseView } from './view.ts';

/** What is needed to have Slack say what the ledger says. */
export interface SlackDelivery extends Pages {
  readonly ledger: Ledger;
  readonly chat: Chat;
  readonly now: () => string;
}

/** Attempts at one recipient when the ledger, or another delivery, changes a message meanwhile. */
const ATTEMPTS = 5;

/**
 * Has one channel or person see how a release stands: what is missing is posted, what says something else is changed. Doing it
 * again changes nothing; of two who do it at the same time, the one whose message was overtaken looks again.
 * @param to `slack:<channel or user>` @throws SlackUnavailable
 */
export async function showRelease(to: string, release: string, delivery: SlackDelivery): Promise<void> {
  const overtaken = new Set<string>();
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const view = await readView(delivery.ledger, release, delivery.now());
    if (view === undefined) return;
    const lost = await showPosts(to, view, delivery, overtaken);
    if (lost.length === 0) return;
    overtaken.clear();
    for (const name of lost) overtaken.add(name);
  }
  throw new SlackUnavailable('The message kept changing while it was brought up to date.');
}

/** @returns names of the messages that another delivery changed at the same time */
async function showPosts(
  to: string,
  view: ReleaseView,
  delivery: SlackDelivery,
  overtaken: ReadonlySet<string>,
): Promise<string[]> {
  const places = new Map<string, SlackPlace>();
  const lost: string[] = [];
  for (const desired of desiredPosts(to.replace(/^slack:/, ''), view, delivery)) {
    const { name, thread } = desired;
    const root = thread === undefined ? undefined : places.get(thread)?.ts;
    const shown = await showPost({ to, view, desired, root, again: overtaken.has(name) }, delivery);
    if (shown === 'overtaken') lost.push(name);
    else places.set(name, shown);
  }
  return lost;
}

interface Showing {
  readonly to: string;
  readonly view: ReleaseView;
  readonly desired: DesiredPost;
  readonly root: string | undefined;
  /** Change the message even where the ledger has it as right: another delivery may have changed it back. */
  readonly again: boolean;
}

async function showPost(
  { to, view, desired, root, again }: Showing,
  delivery: SlackDelivery,
): Promise<SlackPlace | 'overtaken'> {
  const { ledger, chat, now } = delivery;
  const { release } = view.head;
  const { name } = desired;
  const before = await readItem(ledger, postKey(release, to, name), postItem);
  const message = desired.message();
  const post = { release, to, name, digest: digestOf(message), claimedAt: now() };
  if (before?.place !== undefined) {
    if (before.digest === post.digest && !again) return before.place;
    if ((await chat.update(before.place, message)) === 'changed') {
      const kept = await ledger.write([keepPost({ ...before, digest: post.digest }, before)]);
      return kept === 'already' ? 'overtaken' : before.place;
    }
    // Somebody deleted it: what it has to say now is said anew.
  } else if (before !== undefined && isBeingPosted(before, now())) throw beingPosted();
  if ((await ledger.write([claimPost(post, before)])) === 'already') throw beingPosted();
  return postNow(post, () => chat.post(to.replace(/^slack:/, ''), message, root), ledger);
}

async function postNow(post: PostItem, send: () => Promise<SlackPlace>, ledger: Ledger): Promise<SlackPlace> {
  let place: SlackPlace;
  try {
    place = await send();
  } catch (problem) {
    await ledger.write([releasePost(post)]);
    throw problem;
  }
  await ledger.write([keepPost({ ...post, place }, post)]);
  return place;
}

function beingPosted(): SlackUnavailable {
  return new SlackUnavailable('Another delivery is just posting the message.');
}
