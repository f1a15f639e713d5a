import { readFailure } from '../../core/contract/failure.ts';
import { liveOnceProven } from '../../core/ledger/live.ts';
import type { EventDraft } from '../../core/release/events.ts';
import { mayFollow } from '../../core/release/transition.ts';
import type { TaskInput, TaskOutput } from '../../core/contract/tasks.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import { readLiveItem } from '../../engine/ledger/live.ts';
import { readTarget } from '../../engine/ledger/read.ts';
import { endTarget } from '../../engine/turn/give-back.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import type { GateServices } from './services.ts';

/**
 * Records that a target could not be settled, unless the failed task has. The release is good nevertheless; the next one
 * settles.
 */
export async function recordSettleFailure(
  input: TaskInput<'recordSettleFailure'>,
  services: GateServices,
  invocation: InvocationContext,
): Promise<TaskOutput<'recordSettleFailure'>> {
  const { release, environment } = input;
  const event = settleFailed(input, invocation);
  const { ledger } = services;
  const where = { environment, account: input.account, region: input.region };
  await endTarget({ ...services, invocation }, { release, environment }, async (head) => {
    if (!mayFollow(head, event)) return { events: [] };
    const item = await readTarget(ledger, release, where);
    const change = { head, where, at: event.at, cause: 'settleFailed' } as const;
    // It is proven, even if its settling never began.
    const writes = item === undefined ? [] : liveOnceProven({ ...change, item }, await readLiveItem(ledger, change));
    return { events: [event], writes };
  });
  return {};
}

function settleFailed(input: TaskInput<'recordSettleFailure'>, invocation: InvocationContext): EventDraft {
  const { message, error } = readFailure(input.error, input.cause);
  return {
    type: 'settleFailed',
    at: invocation.now(),
    actor: invocation.actor,
    environment: input.environment,
    target: nameTarget(input),
    reason: message,
    evidence: { error },
  };
}
