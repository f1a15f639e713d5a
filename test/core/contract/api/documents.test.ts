import { describe, expect, it } from 'vitest';
import type { LiveItem } from '../../../../core/ledger/items.ts';
import { decisionBody } from '../../../../core/contract/api/actions.ts';
import * as documents from '../../../../core/contract/api/documents.ts';
import { describeLive, describeShares } from '../../../../core/contract/api/live.ts';
import { draft, moment, release, stagingChecked, succeeded, tell } from '../../samples.ts';

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

  it('tell whom no message reached', () => {
    const missed = [
      { to: 'page', about: 'end', problem: 'It broke.', attempts: 1, nextAttemptAt: moment(60) },
    ] as const;
    const document = documents.releaseDocument.parse(documents.describeRelease(succeeded.head, missed));
    expect(document.unreached).toEqual(missed);
    expect(documents.describeRelease(succeeded.head, [])).not.toHaveProperty('unreached');
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
    const told = (item: LiveItem, seconds: number) => documents.liveDocument.parse(describeLive(item, moment(seconds)));
    const alone = { release, version: '1.4.2', percent: 100 };
    expect(told({ ...live, fence: 3 }, 0)).toEqual({ ...live, serves: [alone] });
    const from = { release: 'orders-1.4.1-a1', version: '1.4.1' };
    const shift = { rollout: 'Canary10Percent5Minutes', startedAt: moment(0), from };
    const moving = { ...live, unproven: true, shift } as const;
    expect(told(moving, 60)).toEqual({
      ...{ ...live, unproven: true },
      serves: [
        { ...from, percent: 90 },
        { ...alone, percent: 10 },
      ],
    });
    expect(describeShares(told(moving, 60))).toBe('1.4.1 90 %, 1.4.2 10 % (unproven)');
    expect(told(moving, 300).serves).toEqual([alone]);
    const { release: _, version: __, ...unreleased } = live;
    void [_, __];
    expect(told(unreleased, 0).serves).toEqual([{ percent: 100 }]);
    expect(describeShares(told(unreleased, 0))).toBe('of no release');
    // A stack that was taken over: what served before is of no release.
    expect(told({ ...moving, shift: { ...shift, from: {} } }, 0).serves[0]).toEqual({ percent: 90 });
  });

  it('tell whose turn an environment is, who waits, and what people did', () => {
    const place = { service: 'orders', environment: 'production' };
    const waiter = (version: string, startedAt: number) => ({
      release: `orders-${version}-a1`,
      startedAt: moment(startedAt),
      requestedAt: moment(100 + startedAt),
    });
    const quarantine = { release, reason: 'It broke.', since: moment(5), targets: ['333333333333/us-east-1'] };
    const told = { at: moment(6), by: 'robin@example.com', principal: 'arn:x', reason: 'Repaired.' };
    const document = documents.describeEnvironment(
      place,
      {
        turn: { ...place, fence: 4, holder: release, takenAt: moment(3) },
        waiters: [waiter('1.5', 1), waiter('1.7', 2), waiter('1.6', 2), waiter('1.8', 3)],
        hold: { owner: 'max@example.com', reason: 'Sale.', since: moment(4) },
        quarantine,
        blocked: [],
      },
      [
        { kind: 'held', ...told },
        { kind: 'cleared', ...told, quarantine },
      ],
    );
    expect(documents.environmentDocument.parse(document)).toEqual(document);
    const { waiters, interventions, ...rest } = document;
    expect(rest).toEqual({
      blocked: [],
      ...{ ...place, holder: release, takenAt: moment(3), fence: 4, quarantine },
      hold: { owner: 'max@example.com', reason: 'Sale.', since: moment(4) },
      waitsFor: `quarantined since ${release}: It broke.`,
    });
    expect(waiters.map((one) => one.release)).toEqual(['1.8', '1.7', '1.6', '1.5'].map((one) => `orders-${one}-a1`));
    expect(waiters.at(-1)).toEqual({ release: 'orders-1.5-a1', since: moment(101) });
    const { principal, ...shown } = told;
    expect(interventions).toEqual([
      { ...place, kind: 'held', ...shown },
      { ...place, kind: 'cleared', ...shown, release },
    ]);
    expect(JSON.stringify(document)).not.toContain(principal);
  });

  it('tell of an environment where nothing was ever released', () => {
    const place = { service: 'orders', environment: 'staging' };
    const queue = { turn: undefined, waiters: [], hold: undefined, quarantine: undefined, blocked: [] };
    expect(documents.describeEnvironment(place, queue, [])).toEqual({
      ...{ ...place, fence: 0, blocked: [], waiters: [], interventions: [] },
    });
  });

  it('understand what is asked', () => {
    expect(documents.releaseQuery.parse({ status: 'Baking', limit: '5' })).toEqual({ status: 'Baking', limit: 5 });
    expect(documents.releaseQuery.safeParse({ limit: '101' }).success).toBe(false);
    expect(documents.releaseQuery.safeParse({ colour: 'red' }).success).toBe(false);
    expect(documents.transitionQuery.parse({})).toEqual({ after: 0, limit: 20 });
    expect(decisionBody.safeParse({ decision: 'perhaps' }).success).toBe(false);
    expect(decisionBody.safeParse({ decision: 'approve' }).success).toBe(true);
    for (const reason of [{}, { reason: ' \t' }])
      expect(decisionBody.safeParse({ decision: 'decline', ...reason }).success).toBe(false);
  });
});
