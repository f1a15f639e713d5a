import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideApproval } from '../../../core/approval/decision.ts';
import { whyImpossible } from '../../../core/approval/possible.ts';
import { describeNeeded, describeQuorum, missingGroups, stillAsked } from '../../../core/approval/quorum.ts';
import { describeStanding } from '../../../core/approval/standing.ts';
import { SluiceError } from '../../../core/contract/errors.ts';
import { approvalItem, type ApprovalItem } from '../../../core/ledger/items.ts';
import * as s from '../samples.ts';
import { runs } from '../../runs.ts';

const person = (name: string) => ({ name, email: `${name}@Example.com` });
const [robin, max, sam, dora] = ['robin', 'max', 'sam', 'dora'].map(person);
if (robin === undefined || max === undefined || sam === undefined || dora === undefined) throw new Error('no people');
const people = [robin, max, sam, dora];
const emails = (...some: { readonly email: string }[]) => some.map(({ email }) => email.toLowerCase());
const security = { group: 'security', people: emails(sam) };
const databases = { group: 'databases', people: emails(sam, dora) };
const { head } = s.productionAsked;

function decided(approval: ApprovalItem, ...by: (typeof robin)[]): ReturnType<typeof decideApproval> {
  const [first, ...rest] = by;
  if (first === undefined) throw new Error('nobody decides');
  const outcome = decideApproval(approval, head, { person: first, decision: 'approve', at: s.moment(60), via: 'link' });
  return rest.length === 0 ? outcome : decided(outcome.approval, ...rest);
}

describe('groups that have to be among those who approve', () => {
  const one = { ...s.approval, people, including: [security] };

  it('keep it open until one of theirs has approved, however many others have', () => {
    const first = decided(one, robin);
    expect(first).toMatchObject({ outcome: 'pending', given: 1, approval: { state: 'open' } });
    expect(describeStanding(first.approval, 'open', head)).toMatch(
      /^1 of 1 needed have approved; one of security has to be among them\. robin /,
    );
    const second = decided(first.approval, max);
    expect(second.outcome).toBe('pending');
    expect(describeQuorum(second.approval)).toBe(
      '2 have approved, and 1 are needed; one of security has to be among them.',
    );
    expect(decided(second.approval, sam)).toMatchObject({ outcome: 'approved', given: 3 });
  });

  it('do not do without the others, whom they count among', () => {
    const two = { ...one, required: 2 };
    const first = decided(two, sam);
    expect(first.outcome).toBe('pending');
    expect(describeQuorum(first.approval)).toBe('1 of 2 needed have approved.');
    expect(decided(first.approval, max).outcome).toBe('approved');
    expect(decided(one, sam).outcome).toBe('approved');
  });

  it('may be one person for several', () => {
    const both = { ...one, including: [security, databases] };
    expect(describeNeeded(both)).toBe(
      '0 of 1 needed have approved; one of security and one of databases have to be among them.',
    );
    expect(missingGroups(decided(both, dora).approval)).toEqual(['security']);
    expect(decided(both, sam).outcome).toBe('approved');
  });

  it('are not heard of where there are none, as in approvals from before', () => {
    expect(describeNeeded(s.approval)).toBe('One person decides.');
    expect(describeNeeded({ ...s.approval, required: 2 })).toBe('0 of 2 needed have approved.');
    expect(approvalItem.parse(s.approval)).toEqual(s.approval);
  });

  it('leave those to be asked whose approval is still of use', () => {
    const two = { ...one, required: 2 };
    expect(stillAsked(two)).toEqual(people);
    expect(stillAsked(decided(two, robin).approval)).toEqual([max, sam, dora]);
    expect(stillAsked(decided(two, robin, max).approval)).toEqual([sam]);
    expect(stillAsked({ ...s.approval, required: 1, decisions: decided(one, robin).approval.decisions })).toEqual([]);
  });
});

describe('an approval that nobody could give', () => {
  const rule = { environment: 'production', required: 1, selfApproval: false, people: [robin, max, sam] };
  const why = (more: object) => whyImpossible({ ...rule, author: 'Eve <eve@example.com>', ...more });

  it('is told before anybody is asked', () => {
    expect(why({ required: 3, author: 'max@example.com' })).toBe(
      'The approval of "production" could never be given: 3 people have to approve, and 2 of 3 may. max is the author, and the policy requires another approver. The platform team can name a further person ("environments.production.approval").',
    );
    expect(why({ including: [security], author: 'sam@example.com' })).toContain(
      'one of security has to be among those who approve, and none of them may. sam is the author',
    );
    expect(why({ author: 'octocat' })).toContain(
      '1 person has to approve, and 0 of 3 may. The artifact’s author'.replace('’', "'"),
    );
  });

  it('is none where the author is nobody of them, or may approve', () => {
    expect(why({ required: 3, including: [security] })).toBeUndefined();
    expect(why({ required: 3, author: 'max@example.com', selfApproval: true })).toBeUndefined();
    expect(why({ required: 2, author: 'max@example.com' })).toBeUndefined();
  });
});

describe('whoever decides in whatever order', () => {
  const press = fc.record({
    who: fc.constantFrom(...people),
    decision: fc.constantFrom('approve' as const, 'approve' as const, 'decline' as const),
  });
  const groups = fc.uniqueArray(fc.constantFrom(security, databases, { group: 'release', people: emails(robin, max) }));

  it('it is approved by enough people with one of each group, once, and nothing counts after that', () => {
    fc.assert(
      fc.property(
        fc.array(press, { maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        groups,
        (presses, required, all) => {
          let approval: ApprovalItem = { ...s.approval, people, required, including: all };
          for (const { who, decision } of presses) {
            const before = approval;
            try {
              const taken = decideApproval(approval, head, { person: who, decision, at: s.moment(60), via: 'link' });
              if (taken.before === undefined) expect(before.state).toBe('open');
              else expect(taken.approval).toEqual(before);
              approval = taken.approval;
            } catch (refused) {
              expect(refused).toBeInstanceOf(SluiceError);
            }
            const yes = approval.decisions.filter((one) => one.decision === 'approve').map(({ by }) => by);
            const no = approval.decisions.length - yes.length;
            expect(new Set(approval.decisions.map(({ by }) => by)).size).toBe(approval.decisions.length);
            const enough = yes.length >= required && all.every((group) => group.people.some((by) => yes.includes(by)));
            expect(approval.state).toBe(no > 0 ? 'declined' : enough ? 'approved' : 'open');
            expect(missingGroups(approval).length === 0 && yes.length >= required).toBe(enough);
            if (approval.state === 'open') expect(stillAsked(approval).length).toBeGreaterThan(enough ? -1 : 0);
          }
        },
      ),
      runs(5_000),
    );
  });
});
