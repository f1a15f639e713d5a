import { describeVerdicts, overallVerdict, type Verdict } from '../../core/checks/verdict.ts';
import type { EvidenceReference } from '../../core/checks/evidence.ts';
import { CheckFailed, CheckInconclusive } from '../../core/contract/errors.ts';
import type { EventDraft } from '../../core/release/events.ts';
import { mayFollow } from '../../core/release/transition.ts';
import { nameTarget, type Target } from '../../core/values/identifiers.ts';
import { updateRelease } from '../../engine/ledger/update-release.ts';
import { keepVerdicts } from '../../engine/ledger/evidence.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import type { VerifyServices } from './services.ts';

/** What was checked. */
export interface CheckedPlace {
  readonly release: string;
  readonly environment: string;
  /** Absent when it was the whole environment. */
  readonly target?: Target;
  /** What was measured while traffic moved. */
  readonly series?: EvidenceReference | undefined;
}

/**
 * Returns only when every verdict passed. Anything else is recorded first: what was measured, and against which limit.
 * @throws CheckFailed, CheckInconclusive
 */
export async function requirePassed(
  verdicts: readonly Verdict[],
  place: CheckedPlace,
  { ledger, evidence: store }: Pick<VerifyServices, 'ledger' | 'evidence'>,
  invocation: InvocationContext,
): Promise<void> {
  const overall = overallVerdict(verdicts);
  if (overall === 'passed') return;
  const { release, environment, target, series } = place;
  const reason = describeVerdicts(verdicts);
  const evidence = await keepVerdicts(store, { release, environment, ...target }, verdicts, series);
  const event: EventDraft = {
    type: overall === 'failed' ? 'checkFailed' : 'inconclusive',
    at: invocation.now(),
    actor: invocation.actor,
    environment,
    ...(target === undefined ? {} : { target: nameTarget(target) }),
    reason,
    evidence,
  };
  await updateRelease({ ledger, invocation }, release, (head) => ({
    result: 'told',
    events: mayFollow(head, event) ? [event] : [],
  }));
  const about = { release, environment, ...target, evidence };
  throw overall === 'failed' ? new CheckFailed(reason, about) : new CheckInconclusive(reason, about);
}
