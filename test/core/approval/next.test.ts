import { describe, expect, it } from 'vitest';
import { describeNext, type Prospect } from '../../../core/approval/next.ts';
import type { ApprovalItem } from '../../../core/ledger/items.ts';
import * as s from '../samples.ts';

const yes = { by: 'robin@example.com', decision: 'approve', at: s.moment(60), via: 'link' } as const;
const approved: ApprovalItem = { ...s.approval, state: 'approved', decisions: [yes] };
const free: Prospect = { queue: { turn: undefined, hold: undefined, quarantine: undefined }, closed: undefined };
const turn = { service: 'orders', environment: 'production', fence: 3 };

describe('what happens after a decision', () => {
  it.each<[string, Prospect]>([
    ['takes its turn in production and deploys now.', free],
    [
      'has its turn in production: it deploys now.',
      { ...free, queue: { ...free.queue, turn: { ...turn, holder: s.release } } },
    ],
    [
      'waits, because production is not free: orders-1.4.1-a1 has the turn. It continues by itself',
      { ...free, queue: { ...free.queue, turn: { ...turn, holder: 'orders-1.4.1-a1' } } },
    ],
    [
      'waits, because production is not free: held by max@example.com: Sale. It continues',
      { ...free, queue: { ...free.queue, hold: { owner: 'max@example.com', reason: 'Sale.', since: s.moment(0) } } },
    ],
    [
      'waits, because production is not free: closed by the freeze, until 2026-11-20 10:00 UTC. It continues',
      { ...free, closed: { why: 'the freeze', zone: 'UTC', until: s.moment(3600) } },
    ],
  ])('%s', (told, prospect) => {
    expect(describeNext(approved, prospect)).toContain(`${s.release} ${told}`);
  });

  it('is more approvals where more are needed', () => {
    const three = { ...s.approval, required: 3, decisions: [yes] };
    expect(describeNext(three, undefined)).toBe(
      '1 of 3 needed have approved. Nothing changes until then, and it expires at 2026-11-20 10:00 UTC.',
    );
    const including = [{ group: 'security', people: ['sam@example.com'] }];
    expect(describeNext({ ...three, required: 1, including }, undefined)).toMatch(
      /one of security has to be among them/,
    );
  });

  it('is nothing after a no, and a rollback where something was changed', () => {
    const override = { checkpoint: 'bake', inconclusiveReason: 'Too few.' } as const;
    expect(describeNext({ ...s.approval, state: 'declined' }, undefined)).toContain('changes nothing in production');
    expect(describeNext({ ...s.approval, state: 'declined', override }, undefined)).toContain('is rolled back');
    expect(describeNext({ ...approved, override }, undefined)).toBe(`${s.release} continues in production now.`);
  });
});
