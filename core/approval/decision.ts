import { ApprovalExpired, ApprovalVoid, DecisionRefused } from '../contract/errors.ts';
import type { ApprovalItem } from '../ledger/items.ts';
import type { Person } from '../policy/policy.ts';
import { digestOf } from '../release/chain.ts';
import type { ReleaseHead } from '../release/head.ts';
import { isHalted } from '../release/progress.ts';

/** A person's decision on an approval. */
export interface Decision {
  readonly person: Person;
  readonly decision: 'approve' | 'decline';
  readonly at: string;
  /** A signed link, or a request signed with IAM credentials. */
  readonly via: 'link' | 'iam';
  readonly reason?: string;
}

/** What a decision leads to: more are needed, or it is decided. */
export interface DecisionOutcome {
  readonly approval: ApprovalItem;
  readonly outcome: 'pending' | 'approved' | 'declined';
  /** People who have approved so far. */
  readonly given: number;
}

/** An approval's id: opaque, and the same when the same event requests it again. */
export function approvalId(release: string, environment: string, sequence: number): string {
  return digestOf(['approval', release, environment, sequence]).slice(0, 32);
}

/**
 * Decides. Throws DecisionRefused (not listed, the author, twice by the same person, already decided), ApprovalExpired,
 * ApprovalVoid (the change or the artifact is no longer the one that approval was requested for).
 *
 * @param head of the release, read consistently with the approval
 */
export function decideApproval(approval: ApprovalItem, head: ReleaseHead, decision: Decision): DecisionOutcome {
  refuseUnlessOpen(approval, head, decision.at);
  const { person, at, via, reason } = decision;
  refuseUnlessAllowed(approval, person);
  const by = person.email.toLowerCase();
  const decisions = [
    ...approval.decisions,
    { by, decision: decision.decision, at, via, ...(reason === undefined ? {} : { reason }) },
  ];
  const given = decisions.filter((one) => one.decision === 'approve').length;
  const outcome = decision.decision === 'decline' ? 'declined' : given >= approval.required ? 'approved' : 'pending';
  return { approval: { ...approval, decisions, state: outcome === 'pending' ? 'open' : outcome }, outcome, given };
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

/** The listed person with this e-mail address. */
export function findPerson(people: readonly Person[], email: string): Person | undefined {
  return people.find((person) => person.email.toLowerCase() === email.toLowerCase());
}

/** The listed person an IAM caller decides as: its ARN, or the role of its session. */
export function findPrincipal(people: readonly Person[], callerArn: string): Person | undefined {
  return people.find(({ principal }) => principal !== undefined && matchesPrincipal(principal, callerArn));
}

/** Is the author of an artifact this person? An author is a name, an e-mail address, or `Name <address>`. */
export function isAuthor(author: string, person: Person): boolean {
  const match = /^(?<name>.*?)\s*<(?<email>[^>]+)>$/.exec(author.trim());
  const names = [author.trim(), match?.groups?.['name'], match?.groups?.['email']];
  const known = [person.email, person.name, person.principal].map((value) => value?.toLowerCase());
  return names.some((name) => name !== undefined && name !== '' && known.includes(name.toLowerCase()));
}

function refuseUnlessOpen(approval: ApprovalItem, head: ReleaseHead, now: string): void {
  const place = { release: approval.release, environment: approval.environment };
  if (approval.state !== 'open') {
    throw new DecisionRefused(`This approval is closed: ${approval.state}.`, {
      ...place,
      evidence: { state: approval.state },
    });
  }
  if (now >= approval.deadline) {
    throw new ApprovalExpired(`This approval expired at ${approval.deadline}.`, place);
  }
  if (head.artifact.sha256 !== approval.digest || !isAwaited(approval, head)) {
    throw new ApprovalVoid(
      'The release has changed since this approval was requested: wait for the new request.',
      place,
    );
  }
}

/** Does the release still wait for this decision? */
function isAwaited({ environment, override }: ApprovalItem, head: ReleaseHead): boolean {
  const state = head.environments[environment];
  if (override === undefined) return state?.phase === 'approvalPending';
  return state !== undefined && !isHalted(head) && (state.phase === 'held' || state.phase === 'baking');
}

function refuseUnlessAllowed(approval: ApprovalItem, person: Person): void {
  const place = { release: approval.release, environment: approval.environment };
  if (findPerson(approval.people, person.email) === undefined) {
    throw new DecisionRefused(`${person.name} is not one of the approvers.`, place);
  }
  if (!approval.selfApproval && isAuthor(approval.author, person)) {
    throw new DecisionRefused(`${person.name} is the author, and the policy requires another approver.`, place);
  }
  if (approval.decisions.some(({ by }) => by === person.email.toLowerCase())) {
    throw new DecisionRefused(`${person.name} has already decided.`, place);
  }
}

/** `arn:aws:sts::1:assumed-role/Role/session` matches that pattern and the role's own ARN; `*` matches any session. */
function matchesPrincipal(principal: string, callerArn: string): boolean {
  const session = /^arn:(?<partition>[^:]+):sts::(?<account>\d{12}):assumed-role\/(?<role>[^/]+)\//.exec(
    callerArn,
  )?.groups;
  if (session !== undefined) {
    const { partition = '', account = '', role = '' } = session;
    const owner = new RegExp(`^arn:${partition}:iam::${account}:role/(?:[^*]*/)?${escapePattern(role)}$`);
    if (owner.test(principal)) return true;
  }
  const pattern = principal.split('*').map(escapePattern).join('[^/]*');
  return new RegExp(`^${pattern}$`).test(callerArn);
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
