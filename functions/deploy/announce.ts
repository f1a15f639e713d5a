import { ApprovalVoid } from '../../core/contract/errors.ts';
import type { WriteIntent } from '../../core/ledger/write-intent.ts';
import type { EventDraft } from '../../core/release/events.ts';
import type { TargetPhase } from '../../core/release/head.ts';
import { updateRelease } from '../../engine/ledger/update-release.ts';
import { findIntent, phaseOf, targetEvent, type TargetContext } from './target-context.ts';

type Intent =
  | 'preparing'
  | 'changeStarted'
  | 'shiftStarted'
  | 'settleStarted'
  | 'rollbackStarted'
  | 'stackRestoreStarted';

const phaseAfter = {
  preparing: 'preparing',
  changeStarted: 'changing',
  shiftStarted: 'shifting',
  settleStarted: 'settling',
  rollbackStarted: 'rollingBack',
  stackRestoreStarted: 'restoringStack',
} as const satisfies Record<Intent, TargetPhase>;

interface EventDetails {
  readonly reason?: string;
  readonly evidence?: Parameters<typeof targetEvent>[3];
  /** Events that lead to it and are recorded first. */
  readonly after?: readonly EventDraft[];
}

/**
 * Records what is about to happen to the target, unless it is recorded already.
 * @returns the number of the event, which client tokens are made from
 * @throws ApprovalVoid when another target of the wave has found that the change is not what was approved
 */
export async function announce(
  work: TargetContext,
  intent: Intent,
  writes: readonly WriteIntent[] = [],
  told: EventDetails = {},
): Promise<number> {
  const { services, invocation, release } = work;
  const { result } = await updateRelease({ ledger: services.ledger, invocation }, release, async (head) => {
    if (phaseOf(work, head) === phaseAfter[intent]) return { result: await findIntent(work, intent) };
    if (head.environments[work.where.environment]?.phase === 'waiting')
      throw new ApprovalVoid('What would change in another target is not what was approved.', work.place);
    const events = [...(told.after ?? []), targetEvent(work, intent, told.reason, told.evidence)];
    return { result: head.sequence + events.length, events, writes };
  });
  return result ?? 0;
}

/** Records that something has happened, unless it is recorded already; with what is now known of the target. */
export async function record(
  work: TargetContext,
  event: EventDraft,
  done: readonly TargetPhase[],
  writes: readonly WriteIntent[] = [],
): Promise<void> {
  const { services, invocation, release } = work;
  await updateRelease({ ledger: services.ledger, invocation }, release, (head) => {
    const phase = phaseOf(work, head);
    if (phase !== undefined && done.includes(phase)) return { result: 'known' };
    return { result: 'recorded', events: [event], writes };
  });
}
