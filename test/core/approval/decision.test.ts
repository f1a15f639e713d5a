import { describe, expect, it } from 'vitest';
import { approvalId, decideApproval, environmentChange, expireApproval } from '../../../core/approval/decision.ts';
import type { Decision } from '../../../core/approval/decision.ts';
import { findPrincipal } from '../../../core/approval/people.ts';
import { describeOwnDecision, describeStanding } from '../../../core/approval/standing.ts';
import {
  ApprovalClosed,
  ApprovalExpired,
  ApprovalVoid,
  DecisionRefused,
  ReleaseSuperseded,
} from '../../../core/contract/errors.ts';
import * as s from '../samples.ts';

const [robin, ada, max] = s.approval.people;
if (robin === undefined || ada === undefined || max === undefined) throw new Error('no people');
const { head } = s.productionAsked;
const yes = (person = robin, at = s.moment(60)): Decision => ({ person, decision: 'approve', at, via: 'link' });

describe('a decision', () => {
  it('by somebody listed decides', () => {
    const { outcome, approval, given } = decideApproval(s.approval, head, { ...yes(), reason: 'Looks good' });
    expect({ outcome, given, state: approval.state }).toEqual({ outcome: 'approved', given: 1, state: 'approved' });
    expect(approval.decisions).toEqual([
      { by: 'robin@example.com', decision: 'approve', at: s.moment(60), via: 'link', reason: 'Looks good' },
    ]);
    const declined = decideApproval(s.approval, head, { ...yes(), decision: 'decline' });
    expect([declined.outcome, declined.approval.state]).toEqual(['declined', 'declined']);
  });

  it('waits for as many as are required, each once', () => {
    const two = { ...s.approval, required: 2 };
    const first = decideApproval(two, head, yes());
    expect([first.outcome, first.approval.state]).toEqual(['pending', 'open']);
    expect(decideApproval(first.approval, head, yes(max)).outcome).toBe('approved');
  });

  it('counts once, however often the same person decides the same, and is not taken back', () => {
    const two = { ...s.approval, required: 2 };
    const first = decideApproval(two, head, { ...yes(), reason: 'Good.' });
    const again = decideApproval(first.approval, head, yes(robin, s.moment(90)));
    expect(again).toMatchObject({ outcome: 'pending', given: 1, before: { at: s.moment(60), reason: 'Good.' } });
    expect(again.approval).toEqual(first.approval);
    expect(() => decideApproval(first.approval, head, { ...yes(), decision: 'decline' })).toThrow(
      'You approved this at 2026-11-20 09:01:00 UTC: Good. A decision is taken once. (release',
    );
    const { approval: approved } = decideApproval(first.approval, head, yes(max));
    const later = s.productionHeld.head;
    expect(decideApproval(approved, later, yes())).toMatchObject({
      outcome: 'approved',
      before: { by: 'robin@example.com' },
    });
    const { approval: declined, outcome } = decideApproval(first.approval, head, { ...yes(max), decision: 'decline' });
    expect(outcome).toBe('declined');
    const [, ofMax] = declined.decisions;
    if (ofMax === undefined) throw new Error('no decision');
    expect(describeOwnDecision(ofMax)).toBe('You declined this at 2026-11-20 09:01:00 UTC.');
    expect(decideApproval(declined, head, { ...yes(max), decision: 'decline' }).outcome).toBe('declined');
    const told = 'Robin Release (robin@example.com) approved this at 2026-11-20 09:01:00 UTC: Good. Max Manager';
    expect(() => decideApproval(declined, head, yes())).toThrow(told);
  });

  it('that comes too late is told what was decided, by whom and why', () => {
    const { approval: taken } = decideApproval(s.approval, head, {
      ...yes(),
      decision: 'decline',
      reason: 'Not today',
    });
    const late = (): unknown => decideApproval(taken, head, yes(max));
    expect(late).toThrow(ApprovalClosed);
    expect(late).toThrow(
      'Robin Release (robin@example.com) declined this at 2026-11-20 09:01:00 UTC: Not today. A decision is taken once; yours was not kept.',
    );
    const { approval: of } = decideApproval({ ...s.approval, people: [robin, max] }, head, yes());
    expect(() => decideApproval({ ...of, people: [max] }, head, yes(max))).toThrow(
      'robin@example.com approved this at',
    );
  });

  it('is refused to strangers, to the author, and when it is too late', () => {
    const eve = { name: 'Eve', email: 'eve@example.com' };
    expect(() => decideApproval(s.approval, head, yes(eve))).toThrow(DecisionRefused);
    expect(() => decideApproval(s.approval, head, yes(ada))).toThrow('Ada Author is the author');
    expect(decideApproval({ ...s.approval, selfApproval: true }, head, yes(ada)).outcome).toBe('approved');
    expect(() => decideApproval(s.approval, head, yes(robin, s.approval.deadline))).toThrow(ApprovalExpired);
    expect(() => decideApproval({ ...s.approval, state: 'expired' }, head, yes())).toThrow('without a decision');
  });

  it('is void when something else would be released', () => {
    expect(() => decideApproval({ ...s.approval, digest: s.change }, head, yes())).toThrow(ApprovalVoid);
    expect(() => decideApproval(s.approval, s.productionHeld.head, yes())).toThrow(ApprovalVoid);
    expect(() => decideApproval({ ...s.approval, environment: 'moon' }, head, yes())).toThrow(ApprovalVoid);
    expect(() => decideApproval({ ...s.approval, state: 'void' }, head, yes())).toThrow('look at the new request');
  });

  it('is refused once a newer release came, or its own was stopped or has ended', () => {
    const superseded = s.tell(s.productionAsked, s.draft('superseded', { environment: 'production' })).head;
    expect(() => decideApproval(s.approval, superseded, yes())).toThrow(ReleaseSuperseded);
    const cancelled = s.tell(s.productionAsked, s.draft('cancelled'));
    expect(() => decideApproval(s.approval, cancelled.head, yes())).toThrow('was stopped: nothing waits');
    const ended = { ...cancelled.head, status: 'Cancelled' as const };
    expect(() => decideApproval(s.approval, ended, yes())).toThrow('has ended Cancelled: nothing waits');
  });
});

describe('a decision to go on although checks saw too little', () => {
  const inconclusiveReason = {
    ...s.approval,
    override: { checkpoint: 'bake' as const, inconclusiveReason: 'Only 3 samples.' },
  };
  const decide = (story: s.Story, environment = 'production') =>
    decideApproval({ ...inconclusiveReason, environment }, story.head, yes()).outcome;

  it('is taken while the release holds the environment, before and during the bake', () => {
    expect(decide(s.productionHeld)).toBe('approved');
    expect(decide(s.productionBaking)).toBe('approved');
  });

  it('is void once the release does something else, or was stopped', () => {
    const failed = s.tell(s.productionBaking, s.draft('failed'));
    for (const story of [s.productionAsked, s.productionDone, s.productionMonitoring, failed]) {
      expect(() => decide(story)).toThrow(ApprovalClosed);
    }
    expect(() => decide(s.productionDone)).toThrow(
      'orders-1.4.2-a1 went on: nothing waits for this decision any more.',
    );
    expect(() => decide(s.productionHeld, 'moon')).toThrow(ApprovalClosed);
  });
});

describe('an approval', () => {
  it('that expired says how to ask again, unless what it was about was rolled back', () => {
    const override = { checkpoint: 'bake' as const, inconclusiveReason: 'Only 3 samples.' };
    const expired = 'This approval expired at 2026-11-20 10:00:00 UTC without a decision.';
    expect(describeStanding(s.approval, 'expired', head)).toBe(`${expired} To ask again: sluice retry ${s.release}.`);
    expect(describeStanding({ ...s.approval, override }, 'expired', head)).toBe(expired);
  });

  it('has an opaque id that asking again gives again', () => {
    expect(approvalId('orders-1-a1', 'production', 7)).toMatch(/^[0-9a-f]{32}$/);
    expect(approvalId('orders-1-a1', 'production', 7)).toBe(approvalId('orders-1-a1', 'production', 7));
    expect(approvalId('orders-1-a1', 'production', 8)).not.toBe(approvalId('orders-1-a1', 'production', 7));
  });

  it('is for the change of every target', () => {
    expect(environmentChange({ a: '1', b: '2' })).toBe(environmentChange({ b: '2', a: '1' }));
    expect(environmentChange({ a: '1', b: '2' })).not.toBe(environmentChange({ a: '2', b: '1' }));
  });

  it('expires, or stays as it was decided', () => {
    expect(expireApproval(s.approval, s.approval.deadline)?.state).toBe('expired');
    expect(expireApproval(s.approval, s.moment(10))).toBeUndefined();
    expect(expireApproval({ ...s.approval, state: 'approved' }, s.approval.deadline)).toBeUndefined();
  });
});

describe('an IAM caller', () => {
  const role = 'arn:aws:iam::111111111111:role/release-manager';
  const pathed = { ...max, principal: 'arn:aws:iam::111111111111:role/team/manager' };
  const session = { ...max, principal: 'arn:aws:sts::111111111111:assumed-role/deployer/*' };
  it.each([
    ['the role itself', robin, role, true],
    ['a session of the role', robin, 'arn:aws:sts::111111111111:assumed-role/release-manager/robin', true],
    ['a session of a role with a path', pathed, 'arn:aws:sts::111111111111:assumed-role/manager/x', true],
    ['any session of a named role', session, 'arn:aws:sts::111111111111:assumed-role/deployer/anybody', true],
    ['another account', robin, 'arn:aws:sts::222222222222:assumed-role/release-manager/robin', false],
    ['another role', robin, 'arn:aws:sts::111111111111:assumed-role/release-managers/robin', false],
    ['a role that ends alike', robin, 'arn:aws:sts::111111111111:assumed-role/manager/robin', false],
    ['more than a session', session, 'arn:aws:sts::111111111111:assumed-role/deployer/a/b', false],
  ])('as %s', (_case, person, caller, found) => {
    expect(findPrincipal([ada, person], caller)?.email).toBe(found ? person.email : undefined);
  });
});
