import { describe, expect, it } from 'vitest';
import {
  approvalId,
  decideApproval,
  environmentChange,
  expireApproval,
  findPrincipal,
  isAuthor,
} from '../../../core/approval/decision.ts';
import type { Decision } from '../../../core/approval/decision.ts';
import { ApprovalExpired, ApprovalVoid, DecisionRefused } from '../../../core/contract/errors.ts';
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
    expect(() => decideApproval(first.approval, head, yes())).toThrow('Robin Release has already decided.');
    expect(decideApproval(first.approval, head, yes(max)).outcome).toBe('approved');
  });

  it('is refused to strangers, to the author, and when it is too late', () => {
    const eve = { name: 'Eve', email: 'eve@example.com' };
    expect(() => decideApproval(s.approval, head, yes(eve))).toThrow(DecisionRefused);
    expect(() => decideApproval(s.approval, head, yes(ada))).toThrow('Ada Author is the author');
    expect(decideApproval({ ...s.approval, selfApproval: true }, head, yes(ada)).outcome).toBe('approved');
    expect(() => decideApproval(s.approval, head, yes(robin, s.approval.deadline))).toThrow(ApprovalExpired);
    expect(() => decideApproval({ ...s.approval, state: 'declined' }, head, yes())).toThrow(
      'This approval is closed: declined.',
    );
  });

  it('is void when something else would be released', () => {
    expect(() => decideApproval({ ...s.approval, digest: s.change }, head, yes())).toThrow(ApprovalVoid);
    expect(() => decideApproval(s.approval, s.productionHeld.head, yes())).toThrow(ApprovalVoid);
    expect(() => decideApproval({ ...s.approval, environment: 'moon' }, head, yes())).toThrow(ApprovalVoid);
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
      expect(() => decide(story)).toThrow(ApprovalVoid);
    }
    expect(() => decide(s.productionHeld, 'moon')).toThrow(ApprovalVoid);
  });
});

describe('an approval', () => {
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

describe('an author', () => {
  it.each([
    ['ada@example.com', true],
    ['Ada Author', true],
    ['ADA AUTHOR <somewhere@else.example>', true],
    ['Somebody <ADA@example.com>', true],
    ['<ada@example.com>', true],
    ['Robin Release', false],
    ['Ada', false],
  ])('%s', (author, same) => {
    expect(isAuthor(author, ada)).toBe(same);
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
