import { bakeTime } from '../../core/ledger/gate-time.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import type { InvocationContext } from '../handler/handler.ts';

/** Measures a bake that is over; the monitoring after it is no gate. @param head as it was while the release baked */
export function measureBake(invocation: InvocationContext, head: ReleaseHead, environment: string): void {
  const state = head.environments[environment];
  const kept = state?.phase === 'baking' ? bakeTime(state.observedSince, invocation.now()) : undefined;
  const { release, service } = head;
  if (kept !== undefined) invocation.measure(kept, { release, service, environment });
}
