import type { TaskInput, TaskOutput } from '../../core/contract/tasks.ts';
import { beginLooking, rejectPlanning, targetsOf } from '../../core/planning/progress.ts';
import { reuseProblems } from '../../core/ledger/arrival.ts';
import { versionItem } from '../../core/ledger/items.ts';
import { versionKey } from '../../core/ledger/keys.ts';
import type { Plan } from '../../core/release/plan.ts';
import type { Problem } from '../../core/values/problems.ts';
import { readItem } from '../../engine/ledger/read.ts';
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
  const judged = await judgeArtifact({ release: id, artifact: asked.artifact }, services, {
    log: invocation.log,
    count: (found) => found,
  });
  const problems = 'plan' in judged ? await reused(judged.plan, services) : judged.problems;
  const isValid = 'plan' in judged && problems.length === 0;
  await ledger.write(isValid ? beginLooking(asked, judged.plan) : rejectPlanning(asked, problems));
  invocation.log.info('An artifact was judged that is not released', { plan: id, valid: isValid });
  return { targets: targetsOf(await readPlanning(ledger, id)) };
}

/** Bytes that would be rejected as they are dropped, because the version was another's. */
async function reused({ manifest, artifact }: Plan, { ledger }: ValidateServices): Promise<readonly Problem[]> {
  const { service, version } = manifest;
  const row = await readItem(ledger, versionKey(service, version), versionItem);
  return reuseProblems({ service, version, row, artifact }, 'version');
}
