import { FenceLost } from '../contract/errors.ts';
import type { EventDraft } from '../release/events.ts';
import type { ReleaseHead } from '../release/head.ts';
import { decideEnd, heldEnvironment, isClean } from '../release/progress.ts';
import { keptOrder, keptTargets } from '../release/rollback-order.ts';
import { type Left, mostLeft } from '../release/left.ts';
import type { Serving } from '../release/serving.ts';
import type { EndStatus } from '../release/status.ts';
import { nameTarget } from '../values/identifiers.ts';
import type { Recorder } from './arrival.ts';
import type { TurnItem } from './items.ts';
import { tellEnd } from '../notify/messages.ts';
import { recordEvents, type Recording } from './record.ts';
import { giveTurnBack, leaveQueue, quarantineEnvironment } from '../turn/turn-writes.ts';
import type { WriteIntent } from './write-intent.ts';

/** What is known beside the head when a release ends. */
export interface KnownAtEnd {
  /** Why a rollback did not finish. */
  readonly rollbackFailure?: string | undefined;
  /** What serves in the environment in which it ends. */
  readonly serves?: readonly Serving[];
  /** What the release made there, and what stays. */
  readonly left?: readonly Left[];
}

/**
 * Ends a release with the outcome in its ledger, in one transaction: a clean environment's turn is given back, an unclean one is
 * quarantined and keeps its turn; a release that still waits leaves the queue.
 *
 * @param turn of the environment whose turn is held, read consistently
 */
export function recordEnd(
  head: ReleaseHead,
  turn: TurnItem | undefined,
  { at, actor }: Recorder,
  known: KnownAtEnd = {},
): Recording & { readonly status: EndStatus } {
  const held = heldEnvironment(head);
  const state = held === undefined ? undefined : head.environments[held];
  if (held === undefined || state === undefined) return finish(head, { writes: leaveQueues(head), at, actor, known });
  const place = { service: head.service, environment: held };
  if (!isClean(state)) {
    const quarantine = {
      release: head.release,
      reason: known.rollbackFailure ?? head.failure?.reason ?? 'The release ended before its targets were clean.',
      since: at,
      targets: Object.entries(state.targets).flatMap(([name, phase]) =>
        phase === 'pending' || phase === 'rolledBack' || keptTargets(state).includes(name) ? [] : [name],
      ),
    };
    return finish(head, { writes: quarantineEnvironment(place, quarantine), at, actor, known, quarantined: held });
  }
  if (turn === undefined) {
    throw new FenceLost(`The ledger has no turn for ${held}.`, { release: head.release, environment: held });
  }
  const drafts: EventDraft[] = [{ type: 'turnGivenBack', at, actor, environment: held }];
  const after = recordEvents(head, drafts).head.environments[held];
  const outcome = after?.phase === 'done' ? 'proven' : 'undone';
  return finish(head, { before: drafts, writes: giveTurnBack(place, turn, head, outcome), at, actor, known });
}

interface Finish extends Recorder {
  /** Events before the last. */
  readonly before?: readonly EventDraft[];
  readonly writes: readonly WriteIntent[];
  readonly known: KnownAtEnd;
  readonly quarantined?: string;
}

function finish(
  head: ReleaseHead,
  { before = [], writes, at, actor, known: { serves = [], left = [] }, quarantined }: Finish,
): Recording & { readonly status: EndStatus } {
  const last = before.length === 0 ? head : recordEvents(head, before).head;
  const status = decideEnd(last);
  const reason = head.failure?.reason;
  const kept = keptOrder(head).map((target) => `${target.environment} ${nameTarget(target)}`);
  const recording = recordEvents(head, [
    ...before,
    {
      type: 'ended',
      ...{ at, actor },
      ...(reason === undefined || reason === '' ? {} : { reason }),
      evidence: {
        status,
        ...(quarantined === undefined ? {} : { quarantined: [quarantined] }),
        ...(kept.length === 0 ? {} : { kept }),
        ...(status === 'Succeeded' || serves.length === 0 ? {} : { serves: [...serves] }),
        ...(status === 'Succeeded' || left.length === 0 ? {} : { left: left.slice(0, mostLeft) }),
      },
    },
  ]);
  return { ...recording, status, writes: [...recording.writes, ...tellEnd(recording.head, status, at), ...writes] };
}

function leaveQueues(head: ReleaseHead): WriteIntent[] {
  return Object.entries(head.environments).flatMap(([environment, { phase }]) =>
    phase === 'queued' || phase === 'superseded'
      ? leaveQueue({ service: head.service, environment }, head.release)
      : [],
  );
}
