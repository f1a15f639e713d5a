import {
  ApprovalClosed,
  ApprovalExpired,
  ApprovalVoid,
  type ErrorPlace,
  ReleaseSuperseded,
  type SluiceError,
} from '../contract/errors.ts';
import type { ApprovalItem } from '../ledger/items.ts';
import type { ReleaseHead } from '../release/head.ts';
import { isHalted } from '../release/progress.ts';
import { isEnd } from '../release/status.ts';
import { findPerson } from './people.ts';
import { describeQuorum } from './quorum.ts';
import { oneLine } from '../values/text.ts';

/**
 * How an approval stands: what its row says, and whether the release still waits for it. `void`: what would change is another by
 * now. `superseded`: by a newer release. `over`: its release was stopped, has ended, or went on otherwise.
 */
export const standings = ['open', 'approved', 'declined', 'expired', 'void', 'superseded', 'over'] as const;
export type Standing = (typeof standings)[number];

/** @param head of the release, read consistently with the approval */
export function standingOf(approval: ApprovalItem, head: ReleaseHead, now: string): Standing {
  if (head.environments[approval.environment]?.phase === 'superseded') return 'superseded';
  if (approval.state !== 'open') return approval.state;
  if (isHalted(head) || isEnd(head.status)) return 'over';
  if (head.artifact.sha256 !== approval.digest) return 'void';
  if (!isAwaited(approval, head)) return approval.override === undefined ? 'void' : 'over';
  return now >= approval.deadline ? 'expired' : 'open';
}

/** Does the release still wait for this decision? */
function isAwaited({ environment, override }: ApprovalItem, head: ReleaseHead): boolean {
  const phase = head.environments[environment]?.phase;
  return override === undefined ? phase === 'approvalPending' : phase === 'held' || phase === 'baking';
}

/** What was decided, by whom, when and why, and why nothing is left to decide. */
export function describeStanding(approval: ApprovalItem, standing: Standing, head: ReleaseHead): string {
  const { release, decisions, deadline } = approval;
  const given = decisions.map((one) => describeDecision(approval, one));
  switch (standing) {
    case 'open':
      return [describeQuorum(approval), ...given].join(' ');
    case 'approved':
    case 'declined':
      return given.join(' ');
    case 'expired':
      return [...given, `This approval expired at ${inWords(deadline)} without a decision.${askAgain(approval)}`].join(
        ' ',
      );
    case 'void':
      return [...given, 'What would change is not what this approval was requested for: look at the new request.'].join(
        ' ',
      );
    case 'superseded':
      return [...given, `A newer release superseded ${release}.`].join(' ');
    case 'over':
      return [...given, `${whatBecame(head)}: nothing waits for this decision any more.`].join(' ');
  }
}

/** Whoever is asked to continue is asked about what was rolled back meanwhile. */
function askAgain({ release, override }: ApprovalItem): string {
  return override === undefined ? ` To ask again: sluice retry ${release}.` : '';
}

/** Why a decision on it is refused. @param own what this person decided before */
export function closedError(
  approval: ApprovalItem,
  standing: Exclude<Standing, 'open'>,
  head: ReleaseHead,
  own: RecordedDecision | undefined,
): SluiceError {
  const told = describeStanding(approval, standing, head);
  const place: ErrorPlace = { release: approval.release, environment: approval.environment };
  switch (standing) {
    case 'approved':
    case 'declined':
      return new ApprovalClosed(
        own === undefined ? `${told} A decision is taken once; yours was not kept.` : told,
        place,
      );
    case 'over':
      return new ApprovalClosed(told, place);
    case 'expired':
      return new ApprovalExpired(told, place);
    case 'void':
      return new ApprovalVoid(told, place);
    case 'superseded':
      return new ReleaseSuperseded(told, place);
  }
}

/** A decision as the ledger keeps it. */
export type RecordedDecision = ApprovalItem['decisions'][number];

/** `Ada (ada@example.com) declined this at 2026-11-20 10:00:00 UTC: Not today.` */
function describeDecision({ people }: ApprovalItem, { by, decision, at, reason }: RecordedDecision): string {
  const name = findPerson(people, by)?.name;
  const who = name === undefined ? by : `${name} (${by})`;
  return `${who} ${decision === 'approve' ? 'approved' : 'declined'} this at ${inWords(at)}${because(reason)}.`;
}

/** What somebody is told who presses a button again. */
export function describeOwnDecision({ decision, at, reason }: RecordedDecision): string {
  return `You ${decision === 'approve' ? 'approved' : 'declined'} this at ${inWords(at)}${because(reason)}.`;
}

function because(reason: string | undefined): string {
  return reason === undefined ? '' : `: ${oneLine(reason).replace(/\.$/, '')}`;
}

function inWords(at: string): string {
  return `${at.slice(0, 19).replace('T', ' ')} UTC`;
}

function whatBecame(head: ReleaseHead): string {
  if (isEnd(head.status)) return `${head.release} has ended ${head.status}`;
  return `${head.release} ${isHalted(head) ? 'was stopped' : 'went on'}`;
}
