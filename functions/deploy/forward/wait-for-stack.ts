import { putTarget } from '../../../core/ledger/target.ts';
import { anybodysToken } from '../../../core/ledger/wait-key.ts';
import type { EventDraft } from '../../../core/release/events.ts';
import { mayFollow } from '../../../core/release/transition.ts';
import type { TaskInput } from '../../../core/contract/tasks.ts';
import { amendRelease } from '../../../engine/ledger/update-release.ts';
import type { Moment } from '../../../engine/handler/handler.ts';
import { readEvents } from '../../../engine/ledger/read.ts';
import type { DeployServices } from '../services.ts';
import { goOn, waitFor } from '../wait.ts';
import { openWork, type Work } from '../target-context.ts';

/** Leaves the token with a stack that somebody else is changing. */
export async function waitForStack(
  input: TaskInput<'waitForStack'>,
  services: DeployServices,
  moment: Moment,
): Promise<void> {
  const { release, environment, account, region } = input;
  const work = await openWork(services, moment, release, { environment, account, region });
  const stack = await work.target.stacks.describe(work.item.stackName);
  if (stack === undefined) return goOn(work, input);
  await tellBusy(work, stack.status);
  // What is waited for in a target is looked up by what is known of it.
  await services.ledger.write([putTarget(work.item)]);
  await waitFor(work, input, [{ kind: 'stack', stackId: stack.id, token: anybodysToken }]);
}

/** Says once what is waited for, however often this is done. */
async function tellBusy(work: Work, status: string): Promise<void> {
  const { services, moment, release, where, name, item } = work;
  const { environment } = where;
  const { ledger } = services;
  await amendRelease({ ledger, moment }, release, async (head) => {
    const told = (await readEvents(ledger, release)).findLast(
      (event) => (event.type === 'stackBusy' || event.type === 'stackFree') && event.target === name,
    );
    const event: EventDraft = {
      ...{ type: 'stackBusy', at: moment.now(), actor: moment.actor, environment, target: name },
      reason: `Somebody else is changing ${item.stackName}, which is ${status}.`,
      evidence: { stack: item.stackName, status },
    };
    return { result: 'told', events: told?.type === 'stackBusy' || !mayFollow(head, event) ? [] : [event] };
  });
}
