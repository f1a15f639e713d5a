import { TargetNotReady } from '../../../core/contract/errors.ts';
import type { ChangeSummary } from '../../../core/template/change-schema.ts';
import { certainLosses } from '../../../core/template/change-summary.ts';
import type { ChangeSet } from '../../../adapters/cloudformation/stack.ts';
import type { Live } from '../template/live.ts';
import { requireFormerCode } from './readable-code.ts';
import type { TargetView } from '../target-context.ts';

/** What must hold before a target is changed; nothing of it changes anything there. */

/** What serves could serve again: its versions can run, and its code is there. @throws TargetNotReady */
export async function requireWayBack(work: TargetView, live: Live): Promise<void> {
  const { target, place } = work;
  for (const { functionName, aliasName, version } of live.aliases) {
    if (version !== undefined && version !== '$LATEST' && (await target.functions.isUsable(functionName, version)))
      continue;
    const sentence = `${functionName}:${aliasName} could not go back to its version ${version ?? ''}: it is not a published version that can run.`;
    throw new TargetNotReady(sentence, place);
  }
  await requireFormerCode(work, live);
}

/** Replacing a resource that holds data needs an approval; where the policy requires none, it is refused. @throws TargetNotReady */
export async function requireSeenLoss(
  { planned, target, item, place }: TargetView,
  summary: ChangeSummary,
  { id }: Pick<ChangeSet, 'id'>,
): Promise<void> {
  const losses = certainLosses(summary);
  if (planned.approval !== undefined || losses.length === 0) return;
  await target.stacks.deleteChangeSet(item.stackName, id);
  const sentence = `${losses.join(' ')} The policy requires no approval for ${planned.name}: give the environment an approval rule, or the resource another name in the template, so that both exist.`;
  throw new TargetNotReady(sentence, place);
}

/** Secrets and parameters that the manifest names exist. @throws TargetNotReady */
export async function requireWhatIsRequired({ plan, target, place }: TargetView): Promise<void> {
  const missing: string[] = [];
  for (const requirement of plan.manifest.requires ?? []) {
    if ('secret' in requirement) {
      if (!(await target.requirements.hasSecret(requirement.secret))) missing.push(`secret ${requirement.secret}`);
    } else if (!(await target.requirements.hasParameter(requirement.parameter))) {
      missing.push(`parameter ${requirement.parameter}`);
    }
  }
  if (missing.length > 0)
    throw new TargetNotReady(`The release requires what the target does not have: ${missing.join(', ')}.`, place);
}
