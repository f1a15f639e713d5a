import { describe, expect, it } from 'vitest';
import { claimPost, isBeingPosted, keepPost, releasePost } from '../../../core/ledger/posts.ts';
import * as s from '../samples.ts';

const post = { release: s.release, to: 'slack:C0000TOLD1', name: 'release', digest: s.digest, claimedAt: s.moment(0) };
const place = { channel: 'C0000TOLD1', ts: '1.1' };

describe('a message in Slack', () => {
  it('is being posted for a minute, until Slack has it or refused it', () => {
    expect(isBeingPosted(post, s.moment(59))).toBe(true);
    expect(isBeingPosted(post, s.moment(60))).toBe(false);
    expect(isBeingPosted({ ...post, place }, s.moment(1))).toBe(false);
    expect(releasePost(post)).toMatchObject({
      item: { claimedAt: '1970-01-01T00:00:00.000Z' },
      condition: { values: { ':a': post.claimedAt } },
    });
  });
  it('is claimed by one, and changed by one at a time', () => {
    expect(claimPost(post, undefined).condition?.expression).toBe('attribute_not_exists(pk)');
    expect(claimPost({ ...post, claimedAt: s.moment(90) }, post)).toMatchObject({
      condition: { values: { ':a': s.moment(0) } },
      lost: 'AlreadyDone',
    });
    expect(keepPost({ ...post, place }, post)).toMatchObject({
      item: { pk: `release#${s.release}`, sk: 'post#slack:C0000TOLD1#release', place },
      condition: { values: { ':a': s.digest } },
    });
  });
});
