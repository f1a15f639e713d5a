import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openApproval, replaceApproval } from '../../../core/ledger/approvals.ts';
import type { WaitItem } from '../../../core/ledger/items.ts';
import { indexes, timeToLiveAttribute } from '../../../core/ledger/index-names.ts';
import * as keys from '../../../core/ledger/keys.ts';
import { freezePlan, prunedEvidence, putTarget } from '../../../core/ledger/target.ts';
import { isUsable, linkSeconds, openLink, sessionSeconds, useLink } from '../../../core/ledger/sessions.ts';
import {
  type CorrelationKey,
  formatCorrelationKey,
  parseCorrelationKey,
} from '../../../core/ledger/correlation-key.ts';
import { giveTurnBack, nextFence, requestTurn, takeTurn } from '../../../core/turn/turn-writes.ts';
import { storeAnswer, closeWait, forgetWait, keepClosed, registerWait, waitId } from '../../../core/ledger/waits.ts';
import { makePlan } from '../../../core/release/make-plan.ts';
import * as s from '../samples.ts';

const place = { service: 'orders', environment: 'production' };
const target = { environment: 'production', account: '333333333333', region: 'us-east-1' };
const wait: WaitItem = {
  ...{ wait: 'w1', release: s.release, environment: 'production', target: s.production, task: 'apply', token: 'token' },
  ...{ correlation: 'deployment d-1', registeredAt: s.moment(0), deadline: s.moment(600) },
};

describe('keys', () => {
  it('are the design’s', () => {
    expect(keys.eventKey('r', 12)).toEqual({ pk: 'release#r', sk: 'event#00000012' });
    expect(keys.targetKey('r', target)).toEqual({ pk: 'release#r', sk: 'target#production#333333333333#us-east-1' });
    expect(keys.planKey('r').sk).toBe('plan');
    expect(keys.versionKey('orders', '1')).toEqual({ pk: 'service#orders', sk: 'version#1' });
    expect(keys.holdKey('orders', 'production')).toEqual({ pk: 'environment#orders#production', sk: 'hold' });
    expect(keys.quarantineKey('orders', 'production').sk).toBe('quarantine');
    expect(keys.sessionKey('secret').pk).toMatch(/^session#[0-9a-f]{64}$/);
    expect(Object.keys(indexes)).toEqual(['byService', 'byDay', 'open']);
    expect(timeToLiveAttribute).toBe('expiresAt');
  });
});

it('what was deleted is told, where anything was', () => {
  expect(prunedEvidence({ pruned: ['orders:3'] })).toEqual({ evidence: { pruned: ['orders:3'] } });
  expect(prunedEvidence({ pruned: [] })).toEqual({});
  expect(prunedEvidence({})).toEqual({});
});

describe('correlations', () => {
  const word = fc.stringMatching(/^[a-zA-Z0-9:/-]{1,20}$/);
  const correlations: fc.Arbitrary<CorrelationKey> = fc.oneof(
    fc.record({ kind: fc.constant<'stack'>('stack'), stackId: word, token: word }),
    fc.record({ kind: fc.constant<'deployment'>('deployment'), deploymentId: word }),
    fc.record({ kind: fc.constant<'approval'>('approval'), approval: word }),
    fc.record(
      { kind: fc.constant<'alarms'>('alarms'), release: word, environment: word, target: word },
      { requiredKeys: ['kind', 'release', 'environment'] },
    ),
    fc.record({ kind: fc.constant<'window'>('window'), release: word, environment: word, target: word }),
    fc.record({ kind: fc.constant<'turn'>('turn'), service: word, environment: word, release: word }),
  );
  it('come back as they were written', () => {
    fc.assert(
      fc.property(correlations, (correlation) => {
        expect(parseCorrelationKey(formatCorrelationKey(correlation))).toEqual(correlation);
      }),
    );
    for (const text of [
      '',
      'stack',
      'stack a',
      'stack a b c',
      'turn a b',
      'window a b',
      'alarms a',
      'weather',
      'deployment a b',
      'weather x',
      'turn a b c d',
    ]) {
      expect(parseCorrelationKey(text), text).toBeUndefined();
    }
  });
});

describe('a wait', () => {
  it('is found by its place, and open until it is closed', () => {
    expect(waitId(wait)).toBe(waitId({ task: 'apply', environment: 'production', target: s.production }));
    expect(waitId({ task: 'apply', environment: 'production' })).not.toBe(waitId(wait));
    const [row, pointer] = registerWait(wait);
    expect(row).toMatchObject({
      item: {
        pk: `release#${s.release}`,
        sk: 'wait#w1',
        gsi3pk: 'open#wait',
        gsi3sk: `${s.moment(600)}#${s.release}#w1`,
        token: 'token',
      },
    });
    expect(pointer).toEqual({
      write: 'put',
      item: {
        pk: 'correlation#deployment d-1',
        sk: 'wait',
        release: s.release,
        wait: 'w1',
        registeredAt: wait.registeredAt,
      },
    });
    expect(row?.condition).toBeUndefined();
  });

  it('is kept by a window until a time, or no longer, as long as it is open', () => {
    const open = { condition: { expression: 'attribute_exists(#token)' }, lost: 'AlreadyDone' };
    expect(keepClosed(s.release, 'w1', s.moment(60))).toMatchObject({
      ...{ expression: 'SET #until = :until', values: { ':until': s.moment(60) } },
      ...open,
    });
    expect(keepClosed(s.release, 'w1', undefined)).toMatchObject({ expression: 'REMOVE #until', ...open });
  });

  it('is answered once, for its own token, and then forgotten', () => {
    const [answer] = storeAnswer(wait, { kind: 'success', output: {} });
    expect(answer).toMatchObject({
      values: { ':token': 'token', ':answer': { kind: 'success', output: {} } },
      condition: { expression: '#token = :token AND attribute_not_exists(#answer)' },
      lost: 'AlreadyDone',
    });
    expect(closeWait(wait).map(({ write }) => write)).toEqual(['delete', 'delete']);
    expect(closeWait(wait)[0]).toMatchObject({ condition: { values: { ':token': 'token' } } });
    // Whoever dies in between has left the row, which is found again; a pointer alone would stay for ever.
    expect(forgetWait(wait).map((one) => one.write === 'delete' && one.key.sk)).toEqual(['wait', 'wait#w1']);
  });

  it('is forgotten with the pointers of all its correlations, but not with those registered again', () => {
    const twice = { ...wait, furtherCorrelations: ['deployment d-2', 'deployment d-1'] };
    const pointers = ['deployment d-1', 'deployment d-2'].map((correlation) => keys.correlationItemKey(correlation));
    const [row, ...closed] = closeWait(twice);
    expect(closed).toEqual(pointers.map((key) => ({ write: 'delete', key })));
    const forgotten = forgetWait(twice);
    expect(forgotten.at(-1)).toEqual(row);
    expect(forgotten.slice(0, -1)).toEqual(
      pointers.map((key) => ({
        ...{ write: 'delete', key, lost: 'AlreadyDone' },
        condition: {
          expression: 'attribute_not_exists(#at) OR #at = :at',
          names: { '#at': 'registeredAt' },
          values: { ':at': wait.registeredAt },
        },
      })),
    );
  });
});

describe('the turn', () => {
  const turn = { ...place, fence: 4, proven: { release: 'orders-1-a1', startedAt: s.moment(0) } };
  it('is taken free only, with a number that grows', () => {
    expect(nextFence(undefined)).toBe(1);
    const [taken] = takeTurn(place, turn, { release: s.release, at: s.moment(1) });
    expect(taken).toMatchObject({
      item: { fence: 5, holder: s.release, takenAt: s.moment(1), proven: turn.proven },
      condition: { expression: '#fence = :fence AND attribute_not_exists(#holder)', values: { ':fence': 4 } },
      lost: 'TurnMoved',
    });
    expect(takeTurn(place, undefined, { release: s.release, at: s.moment(1) })[0]).toMatchObject({
      item: { fence: 1 },
      condition: { expression: 'attribute_not_exists(pk)' },
    });
  });

  it('is given back by its holder, and remembers what is proven', () => {
    const held = { ...turn, fence: 5, holder: s.release, takenAt: s.moment(1) };
    const [given] = giveTurnBack(place, held, s.productionDone.head, 'proven');
    expect(given?.write === 'put' && given.item).toEqual({
      ...{ pk: 'environment#orders#production', sk: 'turn', ...place, fence: 5 },
      proven: { release: s.release, startedAt: s.productionDone.head.startedAt },
    });
    const [undone] = giveTurnBack(place, held, s.productionDone.head, 'undone');
    expect(undone?.write === 'put' && undone.item['proven']).toEqual(turn.proven);
  });

  it('is waited for in a queue', () => {
    const waiter = { release: s.release, startedAt: s.moment(0), requestedAt: s.moment(1) };
    expect(requestTurn(place, waiter)).toEqual([
      { write: 'put', item: { pk: 'environment#orders#production', sk: `waiter#${s.release}`, ...waiter } },
    ]);
  });
});

describe('approvals, plans, targets and live records', () => {
  it('are written once, or over exactly what was read', () => {
    expect(openApproval(s.approval)[0]).toMatchObject({ condition: { expression: 'attribute_not_exists(pk)' } });
    const [decided] = replaceApproval(s.approval, { ...s.approval, state: 'approved' });
    expect(decided).toMatchObject({
      item: { state: 'approved' },
      condition: {
        expression: '#state = :open AND size(#decisions) = :count',
        values: { ':open': 'open', ':count': 0 },
      },
      lost: 'AlreadyDone',
    });
    const made = makePlan({
      release: s.release,
      artifact: s.accepted.head.artifact,
      manifest: s.manifest,
      policy: s.samplePolicy(),
    });
    if ('problems' in made) throw new Error('no plan');
    expect(freezePlan(made.plan)[0]).toMatchObject({
      item: { sk: 'plan' },
      condition: { expression: 'attribute_not_exists(pk)' },
    });
    expect(putTarget({ release: s.release, stackName: 'sluice-orders-production', ...target })).toMatchObject({
      item: { sk: 'target#production#333333333333#us-east-1', stackName: 'sluice-orders-production' },
    });
  });
});

describe('a session', () => {
  it('is opened by a link, once', () => {
    const at = s.moment(0);
    const [link] = openLink('link', { person: 'robin', at });
    expect(link).toMatchObject({
      item: { kind: 'link', person: 'robin', expiresAt: Date.parse(at) / 1000 + linkSeconds },
    });
    const item = {
      kind: 'link' as const,
      person: 'robin',
      createdAt: at,
      expiresAt: Date.parse(at) / 1000 + linkSeconds,
    };
    const [used, session] = useLink('link', item, 'session', at);
    expect(used).toMatchObject({
      write: 'delete',
      key: keys.sessionKey('link'),
      condition: { values: { ':a': 'link' } },
      lost: 'AlreadyDone',
    });
    expect(session).toMatchObject({
      item: { ...keys.sessionKey('session'), kind: 'session', expiresAt: Date.parse(at) / 1000 + sessionSeconds },
    });
    expect(isUsable(item, 'link', s.moment(linkSeconds - 1))).toBe(true);
    expect(isUsable(item, 'link', s.moment(linkSeconds))).toBe(false);
    expect(isUsable(item, 'session', at)).toBe(false);
    expect(isUsable(undefined, 'link', at)).toBe(false);
  });
});
