import { describe, expect, it } from 'vitest';
import { EventsNotTaken, IllegalTransition } from '../../../core/contract/errors.ts';
import { recordEvents } from '../../../core/ledger/record.ts';
import { publishedItem } from '../../../core/ledger/items.ts';
import { claimMessage, closeMessage, deliveryKey, messageItem } from '../../../core/notify/outbox.ts';
import {
  endPublishing,
  isBehind,
  isBeingPublished,
  isUnpublished,
  leasePublishing,
  tellEnded,
  tellUnpublished,
} from '../../../core/notify/publishing.ts';
import { releaseEventDetail, releaseEventsAfter } from '../../../core/notify/release-event.ts';
import { describeUnreached, unreached } from '../../../core/notify/unreached.ts';
import { LONGEST_REASON } from '../../../core/release/events.ts';
import * as s from '../samples.ts';

const url = 'https://api.example.com';
const all = releaseEventsAfter(s.succeeded.events, 0, url);

function after(story: s.Story, number: number) {
  return releaseEventsAfter(story.events, number, url);
}

describe('what others hear of a release', () => {
  it('is every transition, in order and without a gap, in the shape of the schema', () => {
    expect(all.map(({ sequence }) => sequence)).toEqual(s.succeeded.events.map((_, index) => index + 1));
    for (const detail of all) expect(releaseEventDetail.strict().parse(detail)).toEqual(detail);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  it('is how the release stood before and after, where, and what moved', () => {
    expect(all[0]).toEqual({
      schemaVersion: 1,
      id: 'orders-1.4.2-a1#1',
      sequence: 1,
      at: s.moment(1),
      release: s.release,
      kind: 'release',
      service: 'orders',
      version: '1.4.2',
      attempt: 1,
      digest: s.digest,
      type: 'received',
      status: 'Received',
      statusChanged: true,
      phase: { from: 'Nothing', to: 'Received' },
      actor: 'sluice-deploy',
      links: { page: 'https://api.example.com/releases/orders-1.4.2-a1' },
    });
    expect(all.find(({ type, environment }) => type === 'verified' && environment === 'production')).toMatchObject({
      account: '333333333333',
      region: 'us-east-1',
      status: 'Deploying',
      previousStatus: 'Deploying',
      statusChanged: false,
      phase: { from: 'changed', to: 'verified' },
    });
    expect(all.at(-1)).toMatchObject({ type: 'ended', status: 'Succeeded', environment: 'production' });
    expect(all.at(-1)).not.toHaveProperty('account');
  });

  it('is only what they have not heard, with the status that it had before', () => {
    expect(after(s.succeeded, all.length - 1)).toEqual(all.slice(-1));
    expect(after(s.succeeded, all.length)).toEqual([]);
  });

  it('says that a person acted, and nobody’s e-mail address', () => {
    const reason = 'Ask <bob@example.com>, or grace.hopper+1@mail.example.co.uk: they know.';
    const story = s.tell(s.accepted, { ...s.draft('cancelled'), actor: 'ada@example.com', reason });
    expect(after(story, 2)).toMatchObject([{ actor: 'person', reason: 'Ask <…>, or …: they know.' }]);
    expect(JSON.stringify(after(story, 0))).not.toMatch(/@|ada/);
  });

  it('has no digest of what could not be read', () => {
    const draft = s.draft('received');
    if (draft.type !== 'received') throw new Error('another draft');
    const { bucket, key, versionId } = draft.evidence.artifact;
    const unread = { ...draft, evidence: { ...draft.evidence, artifact: { bucket, key, versionId } } };
    expect(after(s.tell(undefined, unread), 0)[0]).not.toHaveProperty('digest');
  });

  it('is refused where the ledger would not have written it', () => {
    expect(() => releaseEventsAfter(s.succeeded.events.slice(1), 0, url)).toThrow(IllegalTransition);
  });

  it('fits ten times into what a call takes, however long it is', () => {
    const draft = s.draft('received');
    if (draft.type !== 'received') throw new Error('another draft');
    const received = { ...draft.evidence, version: 'v'.repeat(40) };
    // What takes most room as JSON: half of a pair, six characters each.
    const reason = '\ud800'.repeat(LONGEST_REASON);
    const story = s.tell(undefined, { ...draft, evidence: received }, { ...s.draft('cancelled'), reason });
    const [, last] = releaseEventsAfter(story.events, 0, `https://${'h'.repeat(1_900)}`);
    expect(last?.reason).toHaveLength(LONGEST_REASON);
    expect(Buffer.byteLength(JSON.stringify(last)) * 10).toBeLessThan(256 * 1024);
  });
});

describe('the outbox of transitions', () => {
  const open = { ...s.productionBaking.head, events: true as const };
  const ended = { ...s.succeeded.head, events: true as const };
  const published = (sequence: number) =>
    publishedItem.parse({ release: s.release, sequence, leasedUntil: s.moment(0) });

  it('is the ledger itself: a transition writes nothing more, an end a message', () => {
    const draft = s.draft('received');
    if (draft.type !== 'received') throw new Error('another draft');
    const story = s.tell(undefined, { ...draft, evidence: { ...draft.evidence, events: true } });
    expect(story.head.events).toBe(true);
    expect(recordEvents(story.head, [s.draft('accepted')]).writes).toHaveLength(2);
    expect(tellEnded(open)).toEqual([]);
    expect(tellEnded(s.succeeded.head)).toEqual([]);
    const [message] = tellEnded(ended);
    expect(message?.item).toMatchObject({ sk: 'message#events', pending: [{ to: 'bus' }], gsi3pk: 'open#message' });
    const { writes } = recordEvents(s.tell(story, s.draft('rejected')).head, [
      { type: 'ended', at: s.moment(2), actor: 'sluice-gate', evidence: { status: 'Rejected' } },
    ]);
    expect(writes.map((one) => (one.write === 'put' ? one.item.sk : ''))).toContain('message#events');
  });

  it('is behind while the bus has fewer transitions, unless a message says when they are tried again', () => {
    const unpublished = messageItem.parse(tellUnpublished(s.release, new Error('no bus'), s.moment(0)).item);
    expect(isBehind(open, undefined, [])).toBe(true);
    expect(isBehind(open, published(open.sequence - 1), [{ ...unpublished, release: 'orders-1.0.0-a1' }])).toBe(true);
    expect(isBehind(open, published(open.sequence), [])).toBe(false);
    expect(isBehind(open, undefined, [unpublished])).toBe(false);
    expect(isBehind(s.productionBaking.head, undefined, [])).toBe(false);
    expect(isUnpublished({ ...unpublished, pending: [] })).toBe(false);
    expect(isUnpublished({ ...unpublished, about: { kind: 'end' } })).toBe(false);
  });

  it('lets one attempt at a time put them there, and none but it say how far it came', () => {
    const first = leasePublishing(s.release, undefined, s.moment(0));
    expect(first.leased).toEqual({ release: s.release, sequence: 0, leasedUntil: s.moment(50) });
    expect(first.write).toMatchObject({ condition: { expression: 'attribute_not_exists(pk)' }, lost: 'AlreadyDone' });
    expect(isBeingPublished(undefined, s.moment(0))).toBe(false);
    expect([isBeingPublished(first.leased, s.moment(49)), isBeingPublished(first.leased, s.moment(50))]).toEqual([
      true,
      false,
    ]);
    const ended = endPublishing(first.leased, 7, s.moment(3));
    expect(ended).toMatchObject({
      item: { sk: 'published', sequence: 7, leasedUntil: s.moment(3) },
      condition: { values: { ':a': s.moment(50) } },
    });
    const next = leasePublishing(s.release, publishedItem.parse(ended.item), s.moment(9));
    expect(next).toMatchObject({ leased: { sequence: 7 }, write: { condition: { values: { ':a': s.moment(3) } } } });
  });

  it('shows what the bus did not take, and tries again: soon, then later', () => {
    const problem = new EventsNotTaken('The event bus did not take transition 3: ThrottlingException: too much.');
    const message = messageItem.parse(tellUnpublished(s.release, problem, s.moment(0)).item);
    expect(message.notBefore).toBe(s.moment(60));
    expect(unreached([message]).map(describeUnreached)).toEqual([
      'The event bus could not be told of transitions in 1 attempt: EventsNotTaken: The event bus did not take transition 3: ThrottlingException: too much. Next attempt at 2026-11-20T09:01:00.000Z.',
    ]);
    const claimed = claimMessage(message, { mail: [], slack: [] }, s.moment(60)).message;
    const again = messageItem.parse(closeMessage(claimed, claimed.pending, s.moment(61)).item);
    expect(again.notBefore).toBe(s.moment(181));
    expect(deliveryKey(message, { to: 'bus' })).toMatch(/^[0-9a-f]{32}$/);
  });
});
