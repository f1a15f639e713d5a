import { decideRelease, type Executions, explainDeath, isAlive } from '../../core/reconcile/open-work.ts';
import { undoExecutionName } from '../../core/values/release-id.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { isEnd } from '../../core/release/status.ts';
import type { Workflow } from '../../adapters/step-functions/workflow.ts';
import { amendRelease } from '../../engine/ledger/update-release.ts';
import { concludeNow } from '../../engine/end/end-release.ts';
import type { Moment } from '../../engine/handler/handler.ts';
import { tellEnd } from '../../engine/outbox/notify-end.ts';
import type { WakeServices } from './services.ts';

/**
 * Starts the execution of a release that has none yet. One whose execution has died is undone by another where it left a target
 * half done, and ended where not, or where that other has died, too.
 */
export async function reconcileRelease(services: WakeServices, moment: Moment, head: ReleaseHead): Promise<void> {
  const { release } = head;
  if (isEnd(head.status)) return;
  moment.about({ release });
  const executions = await executionsOf(services.workflow, release);
  const action = decideRelease(head, executions, moment.now());
  switch (action) {
    case 'leave':
      return;
    case 'start':
      await services.workflow.start(release);
      return;
    case 'undo':
      await explain(services, moment, head, executions);
      await services.workflow.start(release, undoExecutionName(release));
      return;
    case 'conclude':
      await explain(services, moment, head, executions);
      await concludeNow({ ...services, moment }, release);
      await tellEnd({ ...services, moment }, release);
  }
}

async function executionsOf(workflow: Workflow, release: string): Promise<Executions> {
  const promotion = await workflow.describe(release);
  const undoing = isAlive(promotion) ? 'missing' : await workflow.describe(undoExecutionName(release));
  return { promotion, undoing };
}

/** Halts the release, so that nothing more is begun for it, and says why. */
async function explain(
  services: WakeServices,
  moment: Moment,
  { release, status }: ReleaseHead,
  { promotion, undoing }: Executions,
): Promise<void> {
  moment.log.warn(`The workflow has died, the release is ${status}`, { promotion, undoing });
  await amendRelease({ ...services, moment }, release, (now) => ({
    result: 'explained',
    events: explainDeath(now, promotion, { at: moment.now(), actor: moment.actor }),
  }));
}
