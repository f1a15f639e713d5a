import { ReleaseSuperseded } from '../../core/contract/errors.ts';
import { leaveQueue, nextFence, requestTurn, takeTurn, type TurnPlace } from '../../core/turn/turn-writes.ts';
import type { WaiterItem } from '../../core/ledger/items.ts';
import { recordEvents } from '../../core/ledger/record.ts';
import { registerWait } from '../../core/ledger/waits.ts';
import { windowEvents } from '../../core/turn/windows/window-events.ts';
import type { WriteIntent } from '../../core/ledger/write-intent.ts';
import type { EventDraft } from '../../core/release/events.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { haltedError } from '../../core/release/halt.ts';
import { isHalted, isHeld } from '../../core/release/progress.ts';
import type { TaskInput } from '../../core/contract/tasks.ts';
import { decideQueue } from '../../core/turn/queue.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { type ReleaseUpdate, updateRelease } from '../../engine/ledger/update-release.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { passTurn, readQueue } from '../../engine/turn/pass-on.ts';
import { closureAt, lookAtWindows, windowsOf, withClosure } from '../../engine/turn/windows.ts';
import { newWait, sendAnswer, success } from '../../engine/waits/waits.ts';
import type { GateServices } from './services.ts';

type Input = TaskInput<'waitForTurn'>;

const longestWaitSeconds = 60 * 86_400;

/** Takes the turn when it is free; else joins the queue of the environment, and brings the queue up to date. */
export async function waitForTurn(input: Input, services: GateServices, invocation: InvocationContext): Promise<void> {
  const { ledger, answers } = services;
  const { release, environment } = input;
  const { result: fence, head } = await updateRelease({ ledger, invocation }, release, (now) =>
    planTurn(input, now, ledger, invocation),
  );
  if (fence !== undefined) {
    await sendAnswer(answers, input.token, success({ fence }));
    return;
  }
  const decision = await passTurn({ ledger, answers, invocation }, { service: head.service, environment });
  if (decision.waitsFor !== undefined) invocation.log.info(`Waits: ${decision.waitsFor}`);
}

type Decision = ReleaseUpdate<number | undefined>;

/** The fence when the turn is taken, now or in an earlier call; undefined when the release has to wait. */
async function planTurn(
  input: Input,
  head: ReleaseHead,
  ledger: Ledger,
  invocation: InvocationContext,
): Promise<Decision> {
  const { release, environment } = input;
  const state = head.environments[environment];
  if (state?.phase === 'superseded') {
    throw new ReleaseSuperseded('A newer release superseded this one.', { release, environment });
  }
  if (isHalted(head)) throw haltedError(head, { environment });
  if (state !== undefined && isHeld(state) && state.fence !== undefined) return { result: state.fence };
  const at = invocation.now();
  const recorder = { at, actor: invocation.actor };
  const windows = await windowsOf(ledger, head, environment);
  const closed = await closureAt(windows, at);
  const { service } = head;
  const waiter = withClosure({ ...waiterOf(head, at), ...(windows === undefined ? {} : { windows }) }, closed);
  const writes = joinQueue(input, { service, environment }, waiter);
  if (state?.phase === 'queued') {
    return { result: undefined, events: windowEvents(head, environment, closed, recorder), writes };
  }
  const { waitsFor, taken } = await takeIfFree({ service, environment }, waiter, ledger, invocation);
  // What a window is waited for until when is told by an event of its own.
  const reason = waitsFor === undefined || closed !== undefined ? {} : { reason: `Has to wait: ${waitsFor}` };
  const requested: EventDraft = { type: 'turnRequested', ...recorder, environment, ...reason };
  if (taken !== undefined) return { ...taken, events: [requested, ...(taken.events ?? [])] };
  const told = windowEvents(recordEvents(head, [requested]).head, environment, closed, recorder);
  return { result: undefined, events: [requested, ...told], writes };
}

// The turn is nearly always free: then there is no reason to register a wait only to answer it.
async function takeIfFree(
  place: TurnPlace,
  waiter: WaiterItem,
  ledger: Ledger,
  invocation: InvocationContext,
): Promise<{ readonly taken?: Decision; readonly waitsFor?: string }> {
  const { release } = waiter;
  const { environment } = place;
  const [at, actor] = [invocation.now(), invocation.actor];
  const queue = await lookAtWindows(await readQueue(ledger, place), at);
  const others = queue.waiters.filter((one) => one.release !== release);
  const due = decideQueue({ ...queue, waiters: [...others, waiter] });
  if (due.take !== release || due.supersede.length > 0)
    return due.waitsFor === undefined ? {} : { waitsFor: due.waitsFor };
  const fence = nextFence(queue.turn);
  const joined = others.length < queue.waiters.length;
  const taken: Decision = {
    result: fence,
    events: [{ type: 'turnTaken', at, actor, environment, evidence: { fence } }],
    writes: [...takeTurn(place, queue.turn, { release, at }), ...(joined ? leaveQueue(place, release) : [])],
  };
  return { taken };
}

function joinQueue({ task, release, environment, token }: Input, place: TurnPlace, waiter: WaiterItem): WriteIntent[] {
  const correlation = { kind: 'turn', ...place, release } as const;
  const wait = newWait({ task, release, environment, token }, correlation, waiter.requestedAt, longestWaitSeconds);
  const until = waiter.closed?.until;
  return [...requestTurn(place, waiter), ...registerWait(until === undefined ? wait : { ...wait, closedUntil: until })];
}

function waiterOf({ release, startedAt, version, origin }: ReleaseHead, requestedAt: string): WaiterItem {
  return { release, startedAt, requestedAt, version, ...(origin === undefined ? {} : { origin: origin.kind }) };
}
