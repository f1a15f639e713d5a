import type { TaskInput, TaskOutput } from '../../core/contract/tasks.ts';
import { endLease, endPlanning } from '../../core/planning/progress.ts';
import { readPlanning } from '../../engine/planning/read.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import type { GateServices } from './services.ts';

/** Ends a plan, whatever came of it: it can be read, and the service be planned again. */
export async function completePlan(
  { plan, error, cause }: TaskInput<'completePlan'>,
  { ledger }: GateServices,
  invocation: InvocationContext,
): Promise<TaskOutput<'completePlan'>> {
  const item = await readPlanning(ledger, plan);
  const writes = endPlanning(item, { error, cause }, invocation.now());
  if (writes.length > 0) await ledger.write(writes);
  await ledger.write([endLease(item)]);
  return {};
}
