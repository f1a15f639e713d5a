import { DecisionRefused } from '../contract/errors.ts';
import type { ApprovalItem } from '../ledger/items.ts';
import type { Person } from '../policy/policy.ts';
import { digestOf } from '../release/chain.ts';
import type { ReleaseHead } from '../release/head.ts';
import { authorshipOf } from './author.ts';
import { findPerson } from './people.ts';
import { identityProblem } from './identity.ts';
import { givenApprovals, isReached } from './quorum.ts';
import type { DecisionWay } from './ways.ts';
import { closedError, describeOwnDecision, type RecordedDecision, type Standing, standingOf } from './standing.ts';

/** A person's decision on an approval. */
export interface Decision {
  readonly person: Person;
  readonly decision: 'approve' | 'decline';
  readonly at: string;
  readonly via: DecisionWay;
  readonly reason?: string;
}

/** What a decision leads to: more are needed, or it is decided. */
export interface DecisionOutcome {
  readonly approval: ApprovalItem;
  readonly outcome: 'pending' | 'approved' | 'declined';
  /** People who have approved so far. */
  readonly given: number;
  /** The same person decided the same before, and never heard of it perhaps: this is what the ledger has, and nothing is written. */
  readonly before?: RecordedDecision;
}

/** An approval's id: opaque, and the same when the same event requests it again. */
export function approvalId(release: string, environment: string, sequence: number): string {
  return digestOf(['approval', release, environment, sequence]).slice(0, 32);
}

/**
 * Decides; the same decision by the same person again gives what it gave before. Throws DecisionRefused (not listed, the author,
 * decided otherwise before), and where nothing waits for it any more ApprovalClosed (it says what was decided, by whom),
 * ApprovalExpired, ApprovalVoid, ReleaseSuperseded.
 *
 * @param head of the release, read consistently with the approval
 */
export function decideApproval(approval: ApprovalItem, head: ReleaseHead, decision: Decision): DecisionOutcome {
  const { person, at, via, reason } = decision;
  const { release, environment, people } = approval;
  if (findPerson(people, person.email) === undefined)
    throw new DecisionRefused(`${person.name} is not one of the approvers.`, { release, environment });
  const by = person.email.toLowerCase();
  const before = approval.decisions.find((one) => one.by === by);
  const standing = standingOf(approval, head, at);
  if (before !== undefined && isSame(before, standing, decision)) return { ...outcomeOf(approval), before };
  if (standing !== 'open') throw closedError(approval, standing, head, before);
  if (before !== undefined)
    throw new DecisionRefused(`${describeOwnDecision(before)} A decision is taken once.`, { release, environment });
  const why = identityProblem(approval, via) ?? whyNot(approval, person)[decision.decision];
  if (why !== undefined) throw new DecisionRefused(why, { release, environment });
  const taken = { by, decision: decision.decision, at, via, ...(reason === undefined ? {} : { reason }) };
  return outcomeOf({ ...approval, decisions: [...approval.decisions, taken] });
}

/** Is it what this person decided before, and what counts? */
function isSame(before: RecordedDecision, standing: Standing, { decision }: Decision): boolean {
  if (before.decision !== decision) return false;
  return standing === 'open' || standing === (decision === 'approve' ? 'approved' : 'declined');
}

function outcomeOf(approval: ApprovalItem): DecisionOutcome {
  const given = givenApprovals(approval);
  const declined = approval.decisions.some((one) => one.decision === 'decline');
  const outcome = declined ? 'declined' : isReached(approval) ? 'approved' : 'pending';
  return { approval: { ...approval, state: outcome === 'pending' ? 'open' : outcome }, outcome, given };
}

/**
 * Why a listed person may not approve, or decline. The author may do neither, unless the policy lets them; where the author
 * cannot be told from this person an approval is not counted, but a no is a no.
 */
export function whyNot(
  {
    author,
    people,
    selfApproval,
  }: { readonly author: string; readonly people: readonly Person[]; readonly selfApproval: boolean },
  person: Person,
): Partial<Record<Decision['decision'], string>> {
  if (selfApproval) return {};
  switch (authorshipOf(author, person, people)) {
    case 'author': {
      const sentence = `${person.name} is the author, and the policy requires another approver.`;
      return { approve: sentence, decline: sentence };
    }
    case 'unclear':
      return {
        approve: `The artifact's author is given as "${author}", by which ${person.name} cannot be told from the author, so this approval would not count: another person has to approve, or the artifact has to name its author by e-mail address ("source": { "author": "Name <address>" } in release.json).`,
      };
    case 'other':
      return {};
  }
}

/** The approval after its deadline; undefined while it is in time or decided. */
export function expireApproval(approval: ApprovalItem, now: string): ApprovalItem | undefined {
  return approval.state === 'open' && now >= approval.deadline ? { ...approval, state: 'expired' } : undefined;
}

/**
 * One digest for what an approval of an environment is for: the change of each of its targets.
 *
 * @param changes digest of the change by target (`account/region`)
 */
export function environmentChange(changes: Readonly<Record<string, string>>): string {
  return digestOf(changes);
}
