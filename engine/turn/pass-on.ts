import { ReleaseSuperseded } from '../../core/contract/errors.ts';
import {
  blockItem,
  holdItem,
  quarantineItem,
  type WaiterItem,
  type WaitItem,
  waitItem,
  waiterItem,
} from '../../core/ledger/items.ts';
import {
  blockPrefix,
  environmentPartition,
  holdKey,
  quarantineKey,
  waiterPrefix,
  waitKey,
} from '../../core/ledger/keys.ts';
import { leaveQueue, nextFence, requestTurn, takeTurn, type TurnPlace } from '../../core/turn/turn-writes.ts';
import { keepClosed, waitId } from '../../core/ledger/waits.ts';
import type { EventDraft } from '../../core/release/events.ts';
import { mayFollow } from '../../core/release/transition.ts';
import { decideQueue, isNewer, type Queue, type QueueDecision, waitedFor } from '../../core/turn/queue.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { updateRelease } from '../ledger/update-release.ts';
import { parseItem, readAll, readItem, readTurn } from '../ledger/read.ts';
import { windowEvents } from '../../core/turn/windows/window-events.ts';
import { lookAtWindows } from './windows.ts';
import { type AnswerContext, failure, answerWait, success } from '../waits/waits.ts';

/** Everything that decides which release has the turn, read consistently; the windows as they were when somebody looked last. */
export async function readQueue(ledger: Ledger, { service, environment }: TurnPlace): Promise<Queue> {
  const partition = environmentPartition(service, environment);
  const [turn, hold, quarantine, waiters, blocked] = await Promise.all([
    readTurn(ledger, service, environment),
    readItem(ledger, holdKey(service, environment), holdItem),
    readItem(ledger, quarantineKey(service, environment), quarantineItem),
    readAll(ledger, partition, waiterPrefix),
    readAll(ledger, partition, blockPrefix),
  ]);
  return {
    ...{ turn, hold, quarantine },
    waiters: waiters.map((item) => parseItem(waiterItem, item)),
    blocked: blocked.map((item) => parseItem(blockItem, item)),
  };
}

/**
 * Brings the queue up to date: waiters that a newer release overtook are superseded, and the newest takes the turn if it is
 * free; the monitoring of a holder is ended early. Called whenever something changed; idempotent.
 */
export async function passTurn(services: AnswerContext, place: TurnPlace): Promise<QueueDecision> {
  const queue = await lookAtWindows(await readQueue(services.ledger, place), services.invocation.now());
  const decision = decideQueue(queue);
  for (const { release, by } of decision.supersede) await supersede(services, place, release, by);
  if (decision.take !== undefined) await giveTurn(services, place, decision.take);
  await endMonitoringWait(services, place, queue);
  const gone = [decision.take, ...decision.supersede.map(({ release }) => release)];
  for (const waiter of queue.waiters) {
    if (waiter.windows !== undefined && !gone.includes(waiter.release)) await noteWindow(services, place, waiter);
  }
  return decision;
}

async function giveTurn(services: AnswerContext, place: TurnPlace, release: string): Promise<void> {
  const wait = await readTurnWait(services.ledger, place, release);
  // The waiter joined the queue in the same transaction as its wait; without one its release is over.
  if (wait === undefined) return leave(services, place, release);
  const { invocation, ledger } = services;
  await answerWait(services, wait, async (head) => {
    const queue = await lookAtWindows(await readQueue(ledger, place), invocation.now());
    if (decideQueue(queue).take !== release) return { result: undefined };
    const [at, fence] = [invocation.now(), nextFence(queue.turn)];
    const taken: EventDraft = {
      type: 'turnTaken',
      at,
      actor: invocation.actor,
      environment: place.environment,
      evidence: { fence },
    };
    if (!mayFollow(head, taken)) return { result: undefined, writes: leaveQueue(place, release) };
    return {
      result: success({ fence }),
      events: [taken],
      writes: [...takeTurn(place, queue.turn, { release, at }), ...leaveQueue(place, release)],
    };
  });
}

/** Brings the ledger up to date with the windows of a release that still waits. */
async function noteWindow(services: AnswerContext, place: TurnPlace, waiter: WaiterItem): Promise<void> {
  const { environment } = place;
  const { invocation } = services;
  await updateRelease(services, waiter.release, (head) => {
    const recorder = { at: invocation.now(), actor: invocation.actor };
    const queued = head.environments[environment]?.phase === 'queued';
    const events = queued ? windowEvents(head, environment, waiter.closed, recorder) : [];
    if (events.length === 0) return { result: 'known' };
    const wait = waitId({ task: 'waitForTurn', environment });
    const until = keepClosed(waiter.release, wait, waiter.closed?.until);
    return { result: 'noted', events, writes: [...requestTurn(place, waiter), until] };
  });
}

/**
 * The holder is finished except for its monitoring, which ends now. The workflow continues, and judges whether the alarms are
 * OK.
 */
async function endMonitoringWait(services: AnswerContext, { environment }: TurnPlace, queue: Queue): Promise<void> {
  const waited = waitedFor(queue);
  if (waited === undefined) return;
  const { holder, by } = waited;
  const id = waitId({ task: 'bake', environment });
  const wait = await readItem(services.ledger, waitKey(holder, id), waitItem);
  if (wait === undefined) return;
  await answerWait(services, wait, (head) => ({
    result:
      head.environments[environment]?.phase === 'monitoring' && isNewer(by, head)
        ? success({ newer: by.release })
        : undefined,
  }));
}

async function supersede(services: AnswerContext, place: TurnPlace, release: string, by: string): Promise<void> {
  const wait = await readTurnWait(services.ledger, place, release);
  if (wait === undefined) return leave(services, place, release);
  const { invocation } = services;
  const { environment } = place;
  await answerWait(services, wait, (head) => {
    const reason = `${by} is newer and supersedes this release.`;
    const event: EventDraft = {
      type: 'superseded',
      at: invocation.now(),
      actor: invocation.actor,
      environment,
      reason,
      evidence: { by },
    };
    return {
      result: failure(new ReleaseSuperseded(reason, { release, environment })),
      events: mayFollow(head, event) ? [event] : [],
      writes: leaveQueue(place, release),
    };
  });
}

async function leave(services: AnswerContext, place: TurnPlace, release: string): Promise<void> {
  await updateRelease(services, release, () => ({ result: 'left', writes: leaveQueue(place, release) }));
}

function readTurnWait(ledger: Ledger, { environment }: TurnPlace, release: string): Promise<WaitItem | undefined> {
  return readItem(ledger, waitKey(release, waitId({ task: 'waitForTurn', environment })), waitItem);
}
