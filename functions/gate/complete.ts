import type { TaskInput, TaskOutput } from '../../core/contract/tasks.ts';
import { endRelease } from '../../engine/end/end-release.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { notifyEnd } from '../../engine/outbox/notify-end.ts';
import type { GateServices } from './services.ts';

/** Ends the release with the outcome in its ledger, passes the turn on, and notifies people when it did not end well. */
export async function complete(
  { release }: TaskInput<'complete'>,
  services: GateServices,
  invocation: InvocationContext,
): Promise<TaskOutput<'complete'>> {
  const { ledger, answers } = services;
  const status = await endRelease({ ledger, answers, invocation }, release);
  // The reconciler notifies those who cannot be notified now: the release has ended regardless.
  if (status === 'Failed' || status === 'RolledBack') await notifyEnd({ ...services, invocation }, release);
  return { status };
}
