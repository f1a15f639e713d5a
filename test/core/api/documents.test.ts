import { describe, expect, it } from 'vitest';
import * as documents from '../../../core/api/documents.ts';
import { draft, moment, release, stagingChecked, succeeded, tell } from '../samples.ts';

describe('the documents of the API', () => {
  it('tell a release, its environments and targets', () => {
    const document = documents.releaseDocument.parse(documents.describeRelease(succeeded.head));
    expect(document).toMatchObject({
      id: release,
      status: 'Succeeded',
      transitions: succeeded.events.length,
      endedAt: moment(1),
      author: 'ada@example.com',
    });
    expect(document.environments.map(({ name, targets }) => [name, ...targets])).toEqual([
      ['staging', { account: '222222222222', region: 'us-east-1', phase: 'settled' }],
      ['production', { account: '333333333333', region: 'us-east-1', phase: 'settled' }],
    ]);
    expect(document.advice).toBe('Nothing to do: the new version serves in every environment.');
  });

  it('tell what went wrong', () => {
    const failed = tell(stagingChecked, draft('failed'));
    expect(documents.describeRelease(failed.head)).toMatchObject({
      reason: 'It broke.',
      failure: { error: 'ChangeFailed', reason: 'It broke.' },
    });
    const silent = tell(undefined, draft('received'), {
      type: 'failed',
      at: moment(2),
      actor: 'x',
      evidence: { error: 'E' },
    });
    const document = documents.releaseDocument.parse(documents.describeRelease(silent.head));
    expect(document).toMatchObject({ failure: { error: 'E', reason: '' }, environments: [] });
    for (const name of ['reason', 'environment', 'author', 'endedAt']) expect(document).not.toHaveProperty(name);
  });

  it('tell every transition, with its hash', () => {
    const failed = tell(stagingChecked, draft('failed'));
    for (const event of [...succeeded.events, ...failed.events]) {
      const document = documents.transitionDocument.parse(documents.describeTransition(event));
      expect(document).toMatchObject({
        sequence: event.sequence,
        type: event.type,
        hash: event.hash,
        from: event.from,
        to: event.to,
      });
    }
    expect(failed.events.map(documents.describeTransition).at(-1)).toMatchObject({
      reason: 'It broke.',
      evidence: { error: 'ChangeFailed' },
    });
  });

  it('tell what is live', () => {
    const live = {
      ...{
        service: 'orders',
        environment: 'staging',
        account: '222222222222',
        region: 'us-east-1',
        release,
        version: '1.4.2',
      },
      ...{ digest: 'a'.repeat(64), since: moment(0), stackId: 'arn:x', aliases: [] },
    };
    expect(documents.liveDocument.parse(documents.describeLive(live))).toEqual(live);
  });

  it('understand what is asked', () => {
    expect(documents.releaseQuery.parse({ status: 'Baking', limit: '5' })).toEqual({ status: 'Baking', limit: 5 });
    expect(documents.releaseQuery.safeParse({ limit: '101' }).success).toBe(false);
    expect(documents.releaseQuery.safeParse({ colour: 'red' }).success).toBe(false);
    expect(documents.transitionQuery.parse({})).toEqual({ after: 0 });
    expect(documents.decisionBody.safeParse({ decision: 'perhaps' }).success).toBe(false);
  });
});
