import { describeVerdicts, overallVerdict, type Verdict } from '../../core/checks/verdict.ts';
import { CheckFailed, CheckInconclusive } from '../../core/contract/errors.ts';
import type { EventDraft } from '../../core/release/events.ts';
import { mayFollow } from '../../core/release/transition.ts';
import { nameTarget, type Target } from '../../core/values/identifiers.ts';
import { updateRelease } from '../../engine/ledger/update-release.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import type { VerifyServices } from './services.ts';

/** What was checked. */
export interface CheckedPlace {
  readonly release: string;
  readonly environment: string;
  /** Absent when it was the whole environment. */
  readonly target?: Target;
}

/**
 * Returns only when every verdict passed. Anything else is recorded first: what was measured, and against which limit.
 * @throws CheckFailed, CheckInconclusive
 */
export async function requirePassed(
  verdicts: readonly Verdict[],
  place: CheckedPlace,
  { ledger }: Pick<VerifyServices, 'ledger'>,
  invocation: InvocationContext,
): Promise<void> {
  const overall = overallVerdict(verdicts);
  if (overall === 'passed') return;
  const { release, environment, target } = place;
  const reason = describeVerdicts(verdicts);
  const event: EventDraft = {
    type: overall === 'failed' ? 'checkFailed' : 'inconclusive',
    at: invocation.now(),
    actor: invocation.actor,
    environment,
    ...(target === undefined ? {} : { target: nameTarget(target) }),
    reason,
    evidence: { verdicts: [...verdicts] },
  };
  await updateRelease({ ledger, invocation }, release, (head) => ({
    result: 'told',
    events: mayFollow(head, event) ? [event] : [],
  }));
  const about = { release, environment, ...target, evidence: { verdicts } };
  throw overall === 'failed' ? new CheckFailed(reason, about) : new CheckInconclusive(reason, about);
}
