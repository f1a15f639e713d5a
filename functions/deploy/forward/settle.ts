import { ChangeFailed, SettleFailed, TargetBusy } from '../../../core/contract/errors.ts';
import { liveOnceProven } from '../../../core/ledger/live.ts';
import { prunedEvidence } from '../../../core/ledger/target.ts';
import { clientToken } from '../../../core/release/client-token.ts';
import type { EventDraft } from '../../../core/release/events.ts';
import type { TaskInput } from '../../../core/contract/tasks.ts';
import { settleTemplate } from '../../../core/template/steps/chain.ts';
import type { WriteIntent } from '../../../core/ledger/write-intent.ts';
import { takeOver } from '../../../engine/ledger/left.ts';
import { readLiveItem } from '../../../engine/ledger/live.ts';
import { endTarget } from '../../../engine/turn/give-back.ts';
import type { InvocationContext } from '../../../engine/handler/handler.ts';
import { announce } from '../announce.ts';
import { type ChangeSetPlan, makeChangeSet, tagsOf } from '../template/change.ts';
import { parametersOf } from '../template/parameters.ts';
import { readLive } from '../template/live.ts';
import type { DeployServices } from '../services.ts';
import { keptTemplate, templateSource } from '../template/kept-templates.ts';
import { pruneVersions } from './prune.ts';
import { answerNow, waitFor } from '../wait.ts';
import { openTarget, phaseOf, targetEvent, type TargetContext } from '../target-context.ts';

/**
 * Updates the stack to match what is live already, and removes what the new template dropped. The release is good whether or
 * not this succeeds; that it is proven is recorded first. @throws SettleFailed
 */
export async function settle(
  input: TaskInput<'settle'>,
  services: DeployServices,
  invocation: InvocationContext,
): Promise<void> {
  const { release, environment, account, region } = input;
  const work = await openTarget(services, invocation, release, { environment, account, region });
  const phase = phaseOf(work, work.head);
  if (phase === 'settled') return answerNow(work, input);
  if (phase === 'unsettled')
    throw new SettleFailed('The target could not be settled; the ledger has the reason.', work.place);
  const change = { ...work, at: invocation.now(), cause: 'settleStarted' } as const;
  const proven = liveOnceProven(change, await readLiveItem(services.ledger, change));
  const intent = await announce(work, 'settleStarted', proven);
  try {
    await settleStack(await pruneVersions(work), input, intent);
  } catch (cause) {
    // A technical error is retried by the workflow.
    if (!(cause instanceof ChangeFailed)) throw cause;
    const reason = cause.message;
    await finish(work, targetEvent(work, 'settleFailed', reason));
    throw new SettleFailed(reason, { ...work.place, cause });
  }
}

/** Records how the target ended, unless that is recorded. */
async function finish(work: TargetContext, event: EventDraft, writes: readonly WriteIntent[] = []): Promise<void> {
  const { services, invocation, release, where } = work;
  await endTarget({ ...services, invocation }, { release, environment: where.environment }, (head) => ({
    ...(phaseOf(work, head) === 'settling' ? { events: [event], writes } : { events: [] }),
  }));
}

async function settleStack(work: TargetContext, input: TaskInput<'settle'>, intent: number): Promise<void> {
  const { target, item, release } = work;
  const token = clientToken(release, intent, `${work.targetName} settle`);
  const stackId = item.stackId ?? item.stackName;
  if ((await target.stacks.operation(stackId, token)) === undefined) {
    const changeSet = await makeChangeSet(work, await settlePlan(work, token));
    if (changeSet.empty) {
      await target.stacks.deleteChangeSet(item.stackName, changeSet.id);
      const event = targetEvent(work, 'settled', 'The stack agrees with what is live already.');
      const place = { service: work.plan.manifest.service, where: work.where, item };
      const writes = await takeOver(work.services.ledger, place);
      await finish(work, { ...event, ...prunedEvidence(work.item) }, writes);
      return answerNow(work, input);
    }
    const refusal = await target.stacks.execute(stackId, changeSet.id, token);
    // The stack is being changed by someone else: the workflow tries again.
    if (refusal !== undefined) throw new TargetBusy(refusal, work.place);
  }
  await waitFor(work, input, [{ kind: 'stack', stackId, token }]);
}

async function settlePlan(work: TargetContext, name: string): Promise<ChangeSetPlan> {
  const template = settleTemplate(await keptTemplate(work, 'next'), work.boundary);
  const live = await readLive(work);
  return {
    name,
    create: false,
    source: await templateSource(work, 'settled', JSON.stringify(template)),
    parameters: parametersOf(work, template, [], live),
    tags: tagsOf(work, live?.stack.tags),
  };
}
