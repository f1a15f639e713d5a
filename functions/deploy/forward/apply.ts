import { ChangeFailed, DataUnreadable } from '../../../core/contract/errors.ts';
import { liveAfterChange } from '../../../core/ledger/live.ts';
import { putTarget } from '../../../core/ledger/target.ts';
import { clientToken } from '../../../core/release/client-token.ts';
import type { TargetPhase } from '../../../core/release/head.ts';
import type { TaskInput } from '../../../core/contract/tasks.ts';
import type { InvocationContext } from '../../../engine/handler/handler.ts';
import { whatChanged } from '../../../engine/waits/stack-outcome.ts';
import { announce, record } from '../announce.ts';
import { prepare } from './prepare.ts';
import { requireOpen } from './require-open.ts';
import { readTarget } from '../../../engine/ledger/read.ts';
import type { DeployServices } from '../services.ts';
import { answerNow, waitFor } from '../wait.ts';
import { openTarget, phaseOf, targetEvent, type TargetContext } from '../target-context.ts';

const done: readonly TargetPhase[] = ['changed', 'verified', 'shifting', 'shifted', 'checked'];

/**
 * Prepares the target, executes the change set, and registers the token with the stack. Users remain on the old version.
 * @throws ChangeFailed, WindowClosed, and what `prepare` throws
 */
export async function apply(
  input: TaskInput<'apply'>,
  services: DeployServices,
  invocation: InvocationContext,
): Promise<void> {
  const { release, environment, account, region } = input;
  const opened = await openTarget(services, invocation, release, { environment, account, region });
  const phase = phaseOf(opened, opened.head);
  if (phase !== undefined && done.includes(phase)) return answerNow(opened, input);
  const { work, intent } = await begin(opened, phase);
  const { item, target, place } = work;
  if (item.unchanged === true) {
    const changed = await whatChanged({ item, target }, await target.stacks.describe(item.stackName), work.plan);
    const event = targetEvent(work, 'changed', 'Nothing in the stack differs.');
    const live = liveAfterChange({ ...work, item: changed, at: event.at, cause: 'changed' });
    await record(work, event, done, [putTarget(changed), ...live]);
    return answerNow(work, input);
  }
  if (item.stackId === undefined || item.changeSetId === undefined) {
    throw new DataUnreadable('The target was not prepared.', place);
  }
  const token = clientToken(release, intent, `${work.targetName} execute`);
  // When this runs again, an operation with this token is in the stack's events: the change set was executed.
  if ((await target.stacks.operation(item.stackId, token)) === undefined) {
    const refusal = await target.stacks.execute(item.stackId, item.changeSetId, token);
    if (refusal !== undefined) {
      throw new ChangeFailed(`The stack has changed since the change set was created: ${refusal}`, place);
    }
  }
  await waitFor(work, input, [{ kind: 'stack', stackId: item.stackId, token }]);
}

/** Prepares the target, unless that is done, and announces the change: in one transaction, so that nothing comes between. */
async function begin(
  work: TargetContext,
  phase: TargetPhase | undefined,
): Promise<{ work: TargetContext; intent: number }> {
  if (phase !== 'pending' && phase !== 'preparing') return { work, intent: await announce(work, 'changeStarted') };
  await requireOpen(work);
  const { item, event } = await prepare(work);
  const intent = await announce(work, 'changeStarted', [putTarget(item)], { after: [event] });
  // Of two calls at the same time, the change set of the first to announce is executed.
  const known = await readTarget(work.services.ledger, work.release, work.where);
  return { work: { ...work, item: known ?? item }, intent };
}
