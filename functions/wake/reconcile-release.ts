import { decideRelease, type Executions, explainDeath, isAlive } from '../../core/reconcile/open-work.ts';
import { undoExecutionName } from '../../core/values/release-id.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { isEnd } from '../../core/release/status.ts';
import type { Workflow } from '../../adapters/step-functions/workflow.ts';
import { updateRelease } from '../../engine/ledger/update-release.ts';
import { endRelease } from '../../engine/end/end-release.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { orderDelivery } from '../../engine/outbox/order-delivery.ts';
import type { WakeServices } from './services.ts';

/**
 * Starts the execution of a release that has none yet. A release whose execution ended early is undone by another execution
 * where it left a target half done, and ended where it did not, or where the other execution ended, too.
 */
export async function reconcileRelease(
  services: WakeServices,
  invocation: InvocationContext,
  head: ReleaseHead,
): Promise<void> {
  const { release } = head;
  if (isEnd(head.status)) return;
  const executions = await executionsOf(services.workflow, release);
  const action = decideRelease(head, executions, invocation.now());
  switch (action) {
    case 'leave':
      return;
    case 'start':
      await services.workflow.start(release);
      return;
    case 'undo':
      await explain(services, invocation, head, executions);
      await services.workflow.start(release, undoExecutionName(release));
      return;
    case 'end':
      await explain(services, invocation, head, executions);
      await endRelease({ ...services, invocation }, release);
      await orderDelivery({ ...services, invocation }, release);
  }
}

async function executionsOf(workflow: Workflow, release: string): Promise<Executions> {
  const promotion = await workflow.describe(release);
  const undoing = isAlive(promotion) ? 'missing' : await workflow.describe(undoExecutionName(release));
  return { promotion, undoing };
}

/** Halts the release, so that nothing more is started for it, and records why. */
async function explain(
  services: WakeServices,
  invocation: InvocationContext,
  { release, status }: ReleaseHead,
  { promotion, undoing }: Executions,
): Promise<void> {
  invocation.log.warn(`The workflow ended, but the release is ${status}`, { promotion, undoing });
  await updateRelease({ ...services, invocation }, release, (now) => ({
    result: 'explained',
    events: explainDeath(now, promotion, { at: invocation.now(), actor: invocation.actor }),
  }));
}
