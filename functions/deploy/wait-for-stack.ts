import { putTarget } from '../../core/ledger/plan.ts';
import { anybodysToken } from '../../core/ledger/subjects.ts';
import type { TaskInput } from '../../core/tasks.ts';
import type { Moment } from '../handler.ts';
import type { DeployServices } from './services.ts';
import { goOn, waitFor } from './wait.ts';
import { openWork } from './work.ts';

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
  // What is waited for in a target is looked up by what is known of it.
  await services.ledger.write([putTarget(work.item)]);
  await waitFor(work, input, [{ kind: 'stack', stackId: stack.id, token: anybodysToken }]);
}
