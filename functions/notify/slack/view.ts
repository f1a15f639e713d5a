import { type Standing, standingOf } from '../../../core/approval/standing.ts';
import { approvalItem, headItem, type ApprovalItem, type TargetItem } from '../../../core/ledger/items.ts';
import { approvalPrefix, headKey, releasePartition } from '../../../core/ledger/keys.ts';
import type { ReleaseEvent } from '../../../core/release/events.ts';
import type { ReleaseHead } from '../../../core/release/head.ts';
import type { Plan } from '../../../core/release/plan.ts';
import type { Ledger } from '../../../adapters/dynamodb/ledger.ts';
import { parseItem, readAll, readEvents, readItem, readPlan, readTargets } from '../../../engine/ledger/read.ts';

/** An approval that is asked for in Slack, as it stands now. */
export interface AskedApproval {
  readonly approval: ApprovalItem & Required<Pick<ApprovalItem, 'slack'>>;
  readonly standing: Standing;
  /** The targets of its environment. */
  readonly targets: readonly TargetItem[];
}

/** All of a release that Slack is told of, by the ledger. */
export interface ReleaseView {
  readonly head: ReleaseHead;
  readonly plan: Plan;
  readonly events: readonly ReleaseEvent[];
  readonly approvals: readonly AskedApproval[];
}

/** Undefined where the ledger has no such release. */
export async function readView(ledger: Ledger, release: string, now: string): Promise<ReleaseView | undefined> {
  const head = await readItem(ledger, headKey(release), headItem);
  if (head === undefined) return undefined;
  const [plan, events, items] = await Promise.all([
    readPlan(ledger, release),
    readEvents(ledger, release),
    readAll(ledger, releasePartition(release), approvalPrefix),
  ]);
  const asked = items.map((item) => parseItem(approvalItem, item)).filter(isAsked);
  const approvals = await Promise.all(
    asked.map(async (approval) => ({
      approval,
      standing: standingOf(approval, head, now),
      targets: await readTargets(ledger, release, approval.environment),
    })),
  );
  return { head, plan, events, approvals };
}

function isAsked(approval: ApprovalItem): approval is AskedApproval['approval'] {
  return approval.slack !== undefined;
}
