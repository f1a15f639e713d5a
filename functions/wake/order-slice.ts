import { sliceDue } from '../../core/checks/slice-timing.ts';
import { type WaitItem, waitItem } from '../../core/ledger/items.ts';
import { waitKey } from '../../core/ledger/keys.ts';
import { syntheticTrafficItem, syntheticTrafficKey } from '../../core/ledger/synthetic-traffic.ts';
import { environmentOf } from '../../core/release/plan.ts';
import { parseRollout, rolloutMinutes } from '../../core/values/rollout.ts';
import { parseTarget } from '../../core/values/identifiers.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readItem, readPlan } from '../../engine/ledger/read.ts';
import type { WakeServices } from './services.ts';

/**
 * Orders a slice of synthetic traffic during a shift, when one is due. `verify` records that the slice has started: until then
 * the next run orders it again.
 */
export async function orderSlice(
  { ledger, verifier }: WakeServices,
  invocation: InvocationContext,
  { release, environment, wait, task, target, registeredAt }: WaitItem,
): Promise<void> {
  const now = invocation.now();
  if (task !== 'shift' || target === undefined) return;
  if (!sliceDue({ startedAt: registeredAt, rolloutMinutes: 0, slices: 0, now })) return;
  const where = { environment, ...parseTarget(target) };
  const [plan, before, current] = await Promise.all([
    readPlan(ledger, release),
    readItem(ledger, syntheticTrafficKey(release, where), syntheticTrafficItem),
    readItem(ledger, waitKey(release, wait), waitItem),
  ]);
  // Answered a moment ago: the shift is over.
  if (current === undefined || current.answer !== undefined) return;
  if ((plan.manifest.checks?.traffic ?? []).length === 0) return;
  const due = sliceDue({
    startedAt: registeredAt,
    rolloutMinutes: rolloutMinutes(parseRollout(environmentOf(plan, environment).rollout)),
    slices: before?.begun ?? 0,
    ...(before === undefined ? {} : { lastSliceAt: before.lastSliceAt }),
    now,
  });
  if (!due) return;
  const slice = (before?.begun ?? 0) + 1;
  await verifier.orderSlice({ task: 'driveSlice', release, ...where, slice });
}
