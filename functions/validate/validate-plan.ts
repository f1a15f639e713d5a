import type { TaskInput, TaskOutput } from '../../core/contract/tasks.ts';
import { beginLooking, rejectPlanning, targetsOf } from '../../core/planning/progress.ts';
import { readPlanning } from '../../engine/planning/read.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { judgeArtifact } from './validate.ts';
import type { ValidateServices } from './services.ts';

/**
 * Judges an artifact that is not released as a release of it would be, and says which targets are to be looked at: none where it would be
 * rejected. A second call says the same.
 */
export async function validatePlan(
  { plan: id }: TaskInput<'validatePlan'>,
  services: ValidateServices,
  invocation: InvocationContext,
): Promise<TaskOutput<'validatePlan'>> {
  const { ledger } = services;
  const asked = await readPlanning(ledger, id);
  if (asked.state !== 'asked') return { targets: targetsOf(asked) };
  const judged = await judgeArtifact({ release: id, artifact: asked.artifact }, services, (found) => found);
  const writes = 'plan' in judged ? beginLooking(asked, judged.plan) : rejectPlanning(asked, judged.problems);
  await ledger.write(writes);
  invocation.log.info('An artifact was judged that is not released', { plan: id, valid: 'plan' in judged });
  return { targets: targetsOf(await readPlanning(ledger, id)) };
}
