import { whyAskedTwice } from '../../../core/approval/first-question.ts';
import { ApprovalVoid, ChangeFailed } from '../../../core/contract/errors.ts';
import { hasMoved } from '../../../core/approval/causes.ts';
import type { InService } from '../../../core/ledger/items.ts';
import { voidApproval } from '../../../core/ledger/approvals.ts';
import { giveTurnBack } from '../../../core/turn/turn-writes.ts';
import type { EventDraft } from '../../../core/release/events.ts';
import { mayFollow } from '../../../core/release/transition.ts';
import type { ChangeSummary } from '../../../core/template/change-schema.ts';
import { updateRelease } from '../../../engine/ledger/update-release.ts';
import { readApprovals, readTurn } from '../../../engine/ledger/read.ts';
import { passTurn } from '../../../engine/turn/pass-on.ts';
import type { TargetContext } from '../target-context.ts';

/**
 * Where people approved a change, or none had to, it must be this one. If it is not, and nothing has been changed, everything from the look
 * ahead on is repeated, and the turn is passed on meanwhile.
 * @throws ApprovalVoid; ChangeFailed when another target of the environment was changed already
 */
export async function requireApprovedChange(
  work: TargetContext,
  change: ChangeSummary,
  known?: { readonly changeSet: string; readonly inService: InService },
): Promise<void> {
  const { planned, item, services, invocation, release, where, place } = work;
  if (planned.approval === undefined) return;
  const same = item.lookedAhead?.digest === change.digest;
  const moved =
    known !== undefined && hasMoved({ when: planned.approval.when, head: work.head }, item, known.inService);
  if (same && !moved) return;
  if (known !== undefined) await work.target.stacks.deleteChangeSet(item.stackName, known.changeSet);
  const { environment } = where;
  const reason = same ? 'Another version is in service than when it was looked at.' : whyOther(item, change);
  const { result, head } = await updateRelease({ ledger: services.ledger, invocation }, release, async (now) => {
    const { actor } = invocation;
    const evidence = { approved: item.lookedAhead?.digest ?? '', now: change.digest, target: work.targetName };
    const event: EventDraft = { type: 'approvalVoided', at: invocation.now(), actor, environment, reason, evidence };
    if (now.environments[environment]?.phase === 'waiting') return { result: 'voided' };
    if (!mayFollow(now, event)) return { result: 'too late' };
    const [turn, approvals] = await Promise.all([
      readTurn(services.ledger, now.service, environment),
      readApprovals(services.ledger, release, environment),
    ]);
    const used = approvals.filter(({ state, override }) => state === 'approved' && override === undefined);
    const given = turn === undefined ? [] : giveTurnBack({ service: now.service, environment }, turn, now, 'undone');
    return { result: 'voided', events: [event], writes: [...given, ...used.map(voidApproval)] };
  });
  if (result === 'too late') throw new ChangeFailed(`${reason} Other targets were changed already.`, place);
  await passTurn(
    { ledger: services.ledger, answers: services.answers, invocation },
    { service: head.service, environment },
  );
  throw new ApprovalVoid(reason, place);
}

/** After an adoption that is the second question, which the first one announced: nothing went wrong. */
function whyOther({ lookedAhead }: TargetContext['item'], change: ChangeSummary): string {
  const announced = lookedAhead === undefined ? [] : whyAskedTwice([{ lookedAhead }]);
  return announced.length === 0 || change.partial === true
    ? 'What would change is not what was approved.'
    : "The stack is adopted, as was approved; the release's own change is previewed, and asked about, now.";
}
