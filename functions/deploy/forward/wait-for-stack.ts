import { putTarget } from '../../../core/ledger/target.ts';
import { anyOperation } from '../../../core/ledger/correlation-key.ts';
import type { EventDraft } from '../../../core/release/events.ts';
import { mayFollow } from '../../../core/release/transition.ts';
import type { TaskInput } from '../../../core/contract/tasks.ts';
import { updateRelease } from '../../../engine/ledger/update-release.ts';
import type { InvocationContext } from '../../../engine/handler/handler.ts';
import { readEvents } from '../../../engine/ledger/read.ts';
import type { DeployServices } from '../services.ts';
import { answerNow, waitFor } from '../wait.ts';
import { openTarget, type TargetContext } from '../target-context.ts';

/** Registers the token with a stack that is being changed by someone else. */
export async function waitForStack(
  input: TaskInput<'waitForStack'>,
  services: DeployServices,
  invocation: InvocationContext,
): Promise<void> {
  const { release, environment, account, region } = input;
  const work = await openTarget(services, invocation, release, { environment, account, region });
  const stack = await work.target.stacks.describe(work.item.stackName);
  if (stack === undefined) return answerNow(work, input);
  await tellBusy(work, stack.status);
  // The outcome of a wait is read with the target's item, which must exist.
  await services.ledger.write([putTarget(work.item)]);
  await waitFor(work, input, [{ kind: 'stack', stackId: stack.id, token: anyOperation }]);
}

/** Records once what is waited for, however often this runs. */
async function tellBusy(work: TargetContext, status: string): Promise<void> {
  const { services, invocation, release, where, targetName: name, item } = work;
  const { environment } = where;
  const { ledger } = services;
  await updateRelease({ ledger, invocation }, release, async (head) => {
    const told = (await readEvents(ledger, release)).findLast(
      (event) => (event.type === 'stackBusy' || event.type === 'stackAvailable') && event.target === name,
    );
    const event: EventDraft = {
      ...{ type: 'stackBusy', at: invocation.now(), actor: invocation.actor, environment, target: name },
      reason: `${item.stackName} is being changed by someone else: it is ${status}.`,
      evidence: { stack: item.stackName, status },
    };
    return { result: 'told', events: told?.type === 'stackBusy' || !mayFollow(head, event) ? [] : [event] };
  });
}
