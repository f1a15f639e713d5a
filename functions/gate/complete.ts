import type { TaskInput, TaskOutput } from '../../core/contract/tasks.ts';
import { endRelease } from '../../engine/end/end-release.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { notifyEnd } from '../../engine/outbox/notify-end.ts';
import type { GateServices } from './services.ts';

/** Ends the release as its ledger says, passes the turn on, and tells the people to tell when it did not go well. */
export async function complete(
  { release }: TaskInput<'complete'>,
  services: GateServices,
  invocation: InvocationContext,
): Promise<TaskOutput<'complete'>> {
  const { ledger, answers } = services;
  const status = await endRelease({ ledger, answers, invocation }, release);
  // Who cannot be told now is told by the reconciler: the release has ended all the same.
  if (status === 'Failed' || status === 'RolledBack') await notifyEnd({ ...services, invocation }, release);
  return { status };
}
