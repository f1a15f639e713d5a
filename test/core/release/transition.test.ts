import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IllegalTransition, ReleaseHalted } from '../../../core/contract/errors.ts';
import { verifyChain } from '../../../core/release/chain.ts';
import type { EventDraft, EventOf, EventType } from '../../../core/release/events.ts';
import { releaseEventSchema } from '../../../core/release/events.ts';
import { headSchema } from '../../../core/release/head.ts';
import { decideEnd } from '../../../core/release/progress.ts';
import { isEnd } from '../../../core/release/status.ts';
import { transitionTable } from '../../../core/release/transition-table.ts';
import { appendEvent, fold, mayFollow, transition } from '../../../core/release/transition.ts';
import * as s from '../samples.ts';

const types = Object.keys(transitionTable).filter((type): type is EventType => type in transitionTable);

/** Every event anybody could try, in both environments. */
function attempts(head: s.Story['head']): EventDraft[] {
  const quarantined = head.order.filter((name) =>
    ['held', 'baking', 'monitoring'].includes(head.environments[name]?.phase ?? ''),
  );
  const status = decideEnd(head);
  const end: EventDraft = {
    type: 'ended',
    at: s.moment(2),
    actor: 'sluice-gate',
    evidence: { status, ...(status === 'Failed' ? { quarantined } : {}) },
  };
  return [end, ...types.flatMap((type) => [s.draft(type), s.draft(type, { environment: 'production' })])];
}

/** Events that stop a release, or lead nowhere: rarely picked, or few walks would be long. */
const rare: readonly EventType[] = [
  ...(['ended', 'failed', 'cancelled', 'rejected', 'declined', 'approvalExpired', 'superseded'] as const),
  ...(['approvalVoided', 'lookingAhead', 'approvalGiven', 'approvalReminded', 'rollbackFailed'] as const),
];

/** Walks along legal events: each number picks one of those that may follow. */
function walk(start: s.Story, picks: readonly number[]): s.Story {
  return picks.reduce((story, pick) => {
    const legal = attempts(story.head).filter((draft) => mayFollow(story.head, draft));
    const usual = legal.filter(({ type }) => !rare.includes(type));
    const choice = usual.length === 0 || pick % 11 < 2 ? legal : usual;
    const next = choice[Math.floor(pick / 11) % Math.max(1, choice.length)];
    return next === undefined ? story : s.tell(story, next);
  }, start);
}

const beginnings = [
  s.tell(undefined, s.draft('received')),
  ...[
    s.accepted,
    s.stagingChecked,
    s.productionAsked,
    s.productionHeld,
    s.productionBaking,
    s.productionDone,
    s.productionMonitoring,
  ],
];

/** Varied enough that every type of event is met (checked below). */
const walks = fc
  .tuple(fc.constantFrom(...beginnings), fc.array(fc.nat({ max: 10_000 }), { maxLength: 60 }))
  .map(([start, picks]) => walk(start, picks));

describe('a release', () => {
  it('goes from the bucket to production', () => {
    expect(s.succeeded.head).toMatchObject({
      status: 'Succeeded',
      sequence: s.succeeded.events.length,
      order: ['staging', 'production'],
      environment: 'production',
      author: 'ada@example.com',
      endedAt: s.moment(1),
    });
    expect(headSchema.safeParse(s.succeeded.head).error).toBeUndefined();
    expect(s.succeeded.events.map(({ from, to }) => `${from} > ${to}`).slice(0, 5)).toEqual([
      'Nothing > Received',
      'Received > Accepted',
      'waiting > waiting',
      'waiting > queued',
      'queued > held',
    ]);
  });

  it('shows where it is', () => {
    const statuses = [
      s.accepted,
      s.stagingChecked,
      s.stagingDone,
      s.productionAsked,
      s.productionHeld,
      s.productionBaking,
    ];
    expect(statuses.map(({ head }) => head.status)).toEqual([
      'Accepted',
      'Deploying',
      'Settling',
      'AwaitingApproval',
      'Deploying',
      'Baking',
    ]);
  });

  it('folds to one head from any sequence of legal events, however it is read back', () => {
    fc.assert(
      fc.property(walks, ({ head, events }) => {
        const stored = events.map((event) => releaseEventSchema.parse(JSON.parse(JSON.stringify(event))));
        expect(fold(stored)).toEqual(head);
        expect(verifyChain(stored)).toBeUndefined();
        expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
      }),
      { numRuns: 60 },
    );
  });

  it('lets nothing follow an end, and ends only once', () => {
    fc.assert(
      fc.property(walks, ({ head, events }) => {
        const ends = events.filter(({ type }) => type === 'ended');
        expect(ends.length).toBe(isEnd(head.status) ? 1 : 0);
        if (isEnd(head.status)) expect(attempts(head).filter((draft) => mayFollow(head, draft))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('never begins anything after it has failed', () => {
    fc.assert(
      fc.property(walks, ({ head }) => {
        const failed = mayFollow(head, s.draft('failed')) ? s.tell({ head, events: [] }, s.draft('failed')).head : head;
        const follows = attempts(failed).filter((draft) => mayFollow(failed, draft));
        for (const { type } of follows) expect(transitionTable[type].forward, type).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('can always be brought to an end', () => {
    fc.assert(
      fc.property(walks, ({ head }) => {
        let current = head;
        for (let step = 0; step < 20 && !isEnd(current.status); step += 1) {
          const [end, ...rest] = attempts(current);
          const give = rest.find((draft) => draft.type === 'turnGivenBack' && mayFollow(current, draft));
          const next = give ?? end;
          if (next === undefined) throw new Error('no attempts');
          current = appendEvent(current, next).head;
        }
        expect(isEnd(current.status)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the walks of these tests', () => {
  it('meet every type of event', () => {
    // Walks, and every first step: what stops a release at once is rarely picked.
    const stories = [
      ...fc.sample(walks, { numRuns: 1000, seed: 11 }),
      ...beginnings.flatMap((start) =>
        attempts(start.head)
          .filter((draft) => mayFollow(start.head, draft))
          .map((draft) => s.tell(start, draft)),
      ),
    ];
    const met = new Set(stories.flatMap(({ events }) => events.map(({ type }) => type)));
    expect(types.filter((type) => !met.has(type))).toEqual([]);
  });
});

describe('an illegal event', () => {
  it('is refused by name', () => {
    expect(() => s.tell(s.accepted, s.draft('shifted'))).toThrow(IllegalTransition);
    expect(() => s.tell(s.accepted, s.draft('shifted'))).toThrow(
      'The event "shifted" may not follow here: the environment staging is waiting. (release orders-1.4.2-a1, environment staging)',
    );
    expect(() => s.tell(undefined, s.draft('accepted'))).toThrow('a release begins with "received"');
    expect(() => s.tell(s.accepted, s.draft('accepted'))).toThrow('the release is Accepted');
    expect(() => s.tell(s.accepted, s.draft('received'))).toThrow('a release is received once');
    expect(() => s.tell(s.succeeded, s.draft('failed'))).toThrow('nothing follows an end');
    expect(() => s.tell(s.accepted, s.draft('turnTaken', { environment: 'production' }))).toThrow(
      'the environment under way is staging, not production',
    );
    expect(() => s.tell(s.stagingDone, s.draft('turnRequested', { environment: 'test' }))).toThrow(
      'no environment "test"',
    );
    expect(() =>
      s.tell(s.productionHeld, s.draft('preparing', { environment: 'production', target: s.staging })),
    ).toThrow(`the environment production has no target "${s.staging}"`);
    expect(() => s.tell(s.stagingDone, s.draft('turnRequested', { environment: 'production' }))).toThrow(
      `the environment production is waiting (${s.production} pending)`,
    );
    expect(() => s.tell(s.productionHeld, s.draft('changed', { environment: 'production' }))).toThrow('is pending');
    expect(() => s.tell(s.productionDone, s.draft('judged', { environment: 'production' }))).toThrow(
      'under way is none',
    );
    expect(() => s.tell(s.productionBaking, s.draft('rollbackStarted', { environment: 'production' }))).toThrow(
      'nothing has failed',
    );
    const checked = s.tell(
      s.productionHeld,
      ...s.drafts(
        'production',
        'preparing',
        'prepared',
        'changeStarted',
        'changed',
        'verified',
        'shiftStarted',
        'shifted',
        'checked',
      ),
    );
    expect(() => s.tell(checked, s.draft('settleStarted', { environment: 'production' }))).toThrow(
      'has not proven itself in production yet',
    );
    const failed = s.tell(s.stagingChecked, s.draft('failed'));
    expect(() => s.tell(failed, s.draft('rollbackStarted'))).toThrow(
      'the release is good in staging and is not rolled back',
    );
    // Whoever read it a moment before could not know.
    expect(() => s.tell(failed, s.draft('turnRequested'))).toThrow(ReleaseHalted);
  });

  it('is refused when it stands in the ledger but does not fit its place', () => {
    const [first, second, third] = s.succeeded.events;
    if (first === undefined || second === undefined || third?.type !== 'lookingAhead')
      throw new Error('too few events');
    expect(transition(undefined, second)).toBeInstanceOf(IllegalTransition);
    expect(transition(s.accepted.head, { ...third, previousHash: s.digest })).toBeInstanceOf(IllegalTransition);
    expect(transition(s.accepted.head, { ...third, to: 'approved' })).toBeInstanceOf(IllegalTransition);
    expect(transition(s.accepted.head, { ...third, environment: 'production' })).toBeInstanceOf(IllegalTransition);
    expect(() => fold([first, third])).toThrow('number 2 comes next, not 3');
    expect(fold([])).toBeUndefined();
  });

  it('is unreadable when its shape is wrong', () => {
    const [first] = s.succeeded.events;
    expect(releaseEventSchema.safeParse(first).success).toBe(true);
    expect(releaseEventSchema.safeParse({ ...first, extra: 1 }).success).toBe(false);
    expect(releaseEventSchema.safeParse({ ...first, hash: undefined }).success).toBe(false);
  });
});

describe('an accepted release', () => {
  const accept = (changes: Partial<EventOf<'accepted'>['evidence']>): s.Story['head'] => {
    const draft = s.draft('accepted');
    if (draft.type !== 'accepted') throw new Error('not accepted');
    const { plan, environments } = draft.evidence;
    const { head } = s.tell(undefined, s.draft('received'), { ...draft, evidence: { plan, environments, ...changes } });
    return headSchema.parse(head);
  };

  it('is known by its author where the artifact names one', () => {
    expect(accept({ author: 'ada@example.com' }).author).toBe('ada@example.com');
    expect(accept({})).not.toHaveProperty('author');
  });

  it('remembers its waves where there are several', () => {
    const one = { name: 'staging', approval: false, bakes: false, onFailure: 'stop' as const };
    const staging = (...waves: string[][]) => accept({ environments: [{ ...one, waves }] }).environments['staging'];
    const targets = { [s.staging]: 'pending', [s.production]: 'pending' };
    expect(staging([s.staging], [s.production])).toMatchObject({ waves: [[s.staging], [s.production]], targets });
    const together = staging([s.staging, s.production]);
    expect(together).toMatchObject({ targets });
    expect(together).not.toHaveProperty('waves');
  });
});

describe('an approval that is void', () => {
  it('is asked for again, and nothing was touched', () => {
    const prepared = s.tell(s.productionHeld, ...s.drafts('production', 'preparing', 'prepared', 'approvalVoided'));
    expect(prepared.head.environments['production']).toMatchObject({
      phase: 'waiting',
      targets: { [s.production]: 'pending' },
    });
    const again = s.tell(
      prepared,
      ...s.drafts('production', 'lookingAhead', 'approvalRequested', 'approvalGiven', 'approved', 'turnRequested'),
    );
    expect(
      s.tell(again, s.draft('turnTaken', { environment: 'production', fence: 2 })).head.environments['production']
        ?.fence,
    ).toBe(2);
    expect(() => s.tell(s.productionBaking, s.draft('approvalVoided', { environment: 'production' }))).toThrow(
      IllegalTransition,
    );
  });
});
