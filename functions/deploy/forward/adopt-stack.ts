import { ChangeFailed, TargetBusy } from '../../../core/contract/errors.ts';
import { putTarget } from '../../../core/ledger/target.ts';
import { clientToken } from '../../../core/release/client-token.ts';
import type { EventDraft, ReleaseEvent } from '../../../core/release/events.ts';
import { mayFollow } from '../../../core/release/transition.ts';
import type { TaskInput } from '../../../core/contract/tasks.ts';
import { isIdentityType } from '../../../core/template/steps/boundary.ts';
import type { StackOperation } from '../../../adapters/cloudformation/stack.ts';
import type { InvocationContext } from '../../../engine/handler/handler.ts';
import { updateRelease } from '../../../engine/ledger/update-release.ts';
import { lastAdoptionEvent } from '../template/adoption-events.ts';
import { adoptTemplate, findAdoption } from '../template/boundary.ts';
import { makeChangeSet } from '../template/change.ts';
import { templateSource } from '../template/kept-templates.ts';
import { readLive } from '../template/live.ts';
import type { DeployServices } from '../services.ts';
import { answerNow, waitFor } from '../wait.ts';
import { openTarget, type TargetContext } from '../target-context.ts';

type Input = TaskInput<'adoptStack'>;

/**
 * Gives the roles and users of a stack that is live the permissions boundary, and functions that are to be guarded their aliases, in a change of
 * nothing else. A failure cannot be
 * undone by CloudFormation alone, since nobody may take a boundary away: what got it keeps it, and the stack's rollback is
 * continued without it.
 * @throws ChangeFailed, TargetBusy
 */
export async function adoptStack(input: Input, services: DeployServices, invocation: InvocationContext): Promise<void> {
  const { release, environment, account, region } = input;
  const work = await openTarget(services, invocation, release, { environment, account, region });
  const intent = await announceAdoption(work);
  if (intent === undefined) {
    await requireStillAdopted(work);
    return answerNow(work, input);
  }
  const { item, target } = work;
  const stack = await target.stacks.describe(item.stackName);
  if (stack === undefined) throw new ChangeFailed(`The stack ${item.stackName} was deleted.`, work.place);
  const token = clientToken(release, intent, `${work.targetName} adopt`);
  const operation = await target.stacks.operation(stack.id, token);
  if (operation === undefined) return adopt(work, input, stack.id, token);
  await services.ledger.write([putTarget({ ...item, stackId: stack.id })]);
  if (operation.status !== 'UPDATE_ROLLBACK_FAILED') {
    await waitFor(work, input, [{ kind: 'stack', stackId: stack.id, token }]);
    return;
  }
  await leaveBounded(work, input, {
    stackId: stack.id,
    operation,
    token: clientToken(release, intent, `${work.targetName} adopt again`),
  });
}

async function adopt(work: TargetContext, input: Input, stackId: string, token: string): Promise<void> {
  const { target, item, services } = work;
  const live = await readLive(work);
  if (live === undefined) throw new ChangeFailed(`The stack ${item.stackName} was deleted.`, work.place);
  const template = await adoptTemplate(work, live);
  const changeSet = await makeChangeSet(work, {
    name: token,
    create: false,
    source: await templateSource(work, 'adopted', JSON.stringify(template)),
    parameters: { parameters: {}, kept: Object.keys(live.stack.parameters) },
    tags: live.stack.tags,
  });
  if (changeSet.empty) {
    await target.stacks.deleteChangeSet(item.stackName, changeSet.id);
    await record(work, 'adopted', 'Nothing in the stack differs.');
    return answerNow(work, input);
  }
  await services.ledger.write([putTarget({ ...item, stackId })]);
  const refusal = await target.stacks.execute(stackId, changeSet.id, token);
  // The stack is being changed by someone else: the workflow tries again.
  if (refusal !== undefined) throw new TargetBusy(refusal, work.place);
  await waitFor(work, input, [{ kind: 'stack', stackId, token }]);
}

interface FailedAdoption {
  readonly stackId: string;
  readonly operation: StackOperation;
  /** For continuing its rollback. */
  readonly token: string;
}

/** Continues a rollback that cannot take boundaries away: it leaves these roles and users as they are. */
async function leaveBounded(
  work: TargetContext,
  input: Input,
  { stackId, operation, token }: FailedAdoption,
): Promise<void> {
  const { stacks } = work.target;
  if ((await stacks.operation(stackId, token)) === undefined) {
    const failed = (await stacks.resources(stackId)).filter(({ status }) => status === 'UPDATE_FAILED');
    const others = failed.filter(({ type }) => !isIdentityType(type)).map(({ logicalId }) => logicalId);
    if (others.length > 0) {
      const reason = `The stack could not be adopted, and ${others.join(', ')} could not be put back: ${operation.reason ?? 'CloudFormation gives no reason'}`;
      throw new ChangeFailed(reason, work.place);
    }
    const skip = failed.map(({ logicalId }) => logicalId);
    const refusal = await stacks.continueUpdateRollback(stackId, token, work.roles.cloudFormation, skip);
    if (refusal !== undefined) throw new TargetBusy(refusal, work.place);
  }
  await waitFor(work, input, [{ kind: 'stack', stackId, token }]);
}

/**
 * Number of the event that announced the adoption; it is announced unless it is. Undefined where it is done.
 * @throws ChangeFailed where it has failed: a release tries it once
 */
async function announceAdoption(work: TargetContext): Promise<number | undefined> {
  const { services, invocation, release, targetName: target, where } = work;
  const context = { ledger: services.ledger, invocation };
  const { result } = await updateRelease<Pick<ReleaseEvent, 'type' | 'sequence'>>(context, release, async (head) => {
    const told = await lastAdoptionEvent(work);
    if (told !== undefined) return { result: { type: told.type, sequence: told.sequence } };
    const event: EventDraft = {
      ...{ type: 'adoptionStarted', at: invocation.now(), actor: invocation.actor },
      ...{ environment: where.environment, target },
      evidence: {
        stack: work.item.stackName,
        boundary: work.boundary ?? '',
        ...(work.plan.manifest.guard === undefined ? {} : { guard: work.plan.manifest.guard }),
      },
    };
    return { result: { type: event.type, sequence: head.sequence + 1 }, events: [event] };
  });
  if (result.type === 'adoptionFailed')
    throw new ChangeFailed('The stack could not be adopted; the ledger has the reason.', work.place);
  return result.type === 'adopted' ? undefined : result.sequence;
}

/** The stack was adopted by this release: if a role has lost the boundary since, somebody takes it away again. */
async function requireStillAdopted(work: TargetContext): Promise<void> {
  if ((await findAdoption(work, await readLive(work))) === undefined) return;
  const sentence = `The stack ${work.item.stackName} was adopted by this release, and its roles or users are without the boundary again, or functions without the alias: somebody else changes it.`;
  throw new ChangeFailed(sentence, work.place);
}

async function record(work: TargetContext, type: 'adopted', reason: string): Promise<void> {
  const { services, invocation, release, targetName: target, where } = work;
  const { environment } = where;
  await updateRelease({ ledger: services.ledger, invocation }, release, (head) => {
    const event: EventDraft = { type, at: invocation.now(), actor: invocation.actor, environment, target, reason };
    return { result: 'told', events: mayFollow(head, event) ? [event] : [] };
  });
}
