import { decideRelease, explainDeath } from '../../core/reconcile.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { isEnd } from '../../core/release/status.ts';
import { amendRelease } from '../amend.ts';
import { concludeNow } from '../conclude.ts';
import type { Moment } from '../handler.ts';
import { tellEnd } from '../tell-end.ts';
import type { WakeServices } from './services.ts';

/** Starts the execution of a release that has none yet, and ends a release whose execution has died. */
export async function reconcileRelease(services: WakeServices, moment: Moment, head: ReleaseHead): Promise<void> {
  const { release } = head;
  if (isEnd(head.status)) return;
  moment.about({ release });
  const execution = await services.workflow.describe(release);
  const action = decideRelease(head, execution, moment.now());
  switch (action) {
    case 'leave':
      return;
    case 'start':
      await services.workflow.start(release);
      return;
    case 'conclude': {
      moment.log.warn(`The workflow is ${execution}, the release is ${head.status}: concluded`);
      await amendRelease({ ...services, moment }, release, (now) => ({
        result: 'explained',
        events: explainDeath(now, execution, { at: moment.now(), actor: moment.actor }),
      }));
      await concludeNow({ ...services, moment }, release);
      await tellEnd({ ...services, moment }, release);
    }
  }
}
