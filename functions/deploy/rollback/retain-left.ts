import { ChangeFailed, TargetBusy } from '../../../core/contract/errors.ts';
import { putTarget } from '../../../core/ledger/target.ts';
import { clientToken } from '../../../core/release/client-token.ts';
import { decideLeaving, suspects, withPolicies } from '../../../core/template/left-behind.ts';
import { readStackTemplate } from '../../../core/template/parse.ts';
import type { Template } from '../../../core/template/template.ts';
import type { StackOperation, StackState } from '../../../adapters/cloudformation/stack.ts';
import { announce } from '../announce.ts';
import { makeChangeSet } from '../template/change.ts';
import { templateSource } from '../template/kept-templates.ts';
import type { TargetContext } from '../target-context.ts';

/**
 * Before the stack is restored or deleted: what the release has added and holds data, or cannot be shown to be empty, is to be retained, and
 * what is empty is not. Where the stack's template says otherwise it is told so by an update of its own, which changes nothing else.
 * @param former the template to go back to; undefined where the stack is deleted
 * @returns `begun` where the stack is being updated; else the work to go on with, which knows what stays
 * @throws ChangeFailed where it cannot be retained: nothing is removed then. TargetBusy
 */
export async function retainLeft(
  work: TargetContext,
  stack: StackState,
  state: StackOperation | undefined,
  former: Template | undefined,
): Promise<'begun' | { readonly done: TargetContext }> {
  if (state?.status === 'UPDATE_COMPLETE') return { done: work };
  if (state !== undefined) throw notRetained(stack, state.reason ?? stack.reason);
  const { target, services } = work;
  const [text, resources] = await Promise.all([
    target.stacks.template(stack.id, 'Processed'),
    target.stacks.resources(stack.id),
  ]);
  const deployed = readStackTemplate(text);
  const found = new Map<string, number>();
  for (const { logicalId, look, physicalId } of suspects(deployed, former, resources)) {
    const amount = look === undefined ? undefined : await target.contents.amount(look, physicalId);
    if (amount !== undefined) found.set(logicalId, amount);
  }
  const { policies, left } = decideLeaving(deployed, former, resources, found);
  const intent = await announce(work, 'stackRestoreStarted');
  const item = { ...work.item, left: [...left] };
  const known = { ...work, item };
  if (left.length > 0 || work.item.left !== undefined || item.imported !== undefined)
    await services.ledger.write([putTarget(item)]);
  if (policies.size === 0) return { done: known };
  return update(known, stack, intent, withPolicies(deployed, policies), [...policies.values()].includes('Retain'));
}

async function update(
  work: TargetContext,
  stack: StackState,
  intent: number,
  template: Template,
  retains: boolean,
): Promise<'begun' | { readonly done: TargetContext }> {
  const { target, item, place, release, targetName: name } = work;
  const token = clientToken(release, intent, `${name} retain`);
  const changeSet = await makeChangeSet(work, {
    name: token,
    create: false,
    source: await templateSource(work, 'applied', JSON.stringify(template)),
    parameters: { parameters: {}, kept: Object.keys(template.Parameters ?? {}) },
    tags: stack.tags,
  });
  if (changeSet.empty) {
    await target.stacks.deleteChangeSet(item.stackName, changeSet.id);
    if (retains) throw notRetained(stack, 'CloudFormation sees no change in it');
    return { done: work };
  }
  const refusal = await target.stacks.execute(stack.id, changeSet.id, token);
  // The stack is being changed by someone else: the workflow tries again.
  if (refusal !== undefined) throw new TargetBusy(refusal, place);
  return 'begun';
}

function notRetained(stack: StackState, reason = 'CloudFormation gives no reason'): ChangeFailed {
  return new ChangeFailed(
    `What the release made and holds data could not be kept, so nothing was removed: ${reason} (the stack is ${stack.status}).`,
  );
}
