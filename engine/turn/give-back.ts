import { giveTurnBack } from '../../core/turn/turn-writes.ts';
import { recordEvents } from '../../core/ledger/record.ts';
import type { WriteIntent } from '../../core/ledger/write-intent.ts';
import type { EventDraft } from '../../core/release/events.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { isFinished } from '../../core/release/progress.ts';
import { updateRelease, type WriteContext } from '../ledger/update-release.ts';
import { readTurn } from '../ledger/read.ts';
import { passTurn } from './pass-on.ts';
import type { AnswerContext } from '../waits/waits.ts';

/** What to write, and whether the release is finished with the environment. */
interface TargetEnd {
  readonly events: readonly EventDraft[];
  readonly writes: readonly WriteIntent[];
  readonly finished: boolean;
}

/** The last event of a target, and what is written with it; nothing when it is recorded already. */
interface TargetEnding {
  readonly events: readonly EventDraft[];
  readonly writes?: readonly WriteIntent[];
}

/** The environment in which a release finishes. */
interface Finishing {
  readonly release: string;
  readonly environment: string;
}

/**
 * Records the last event of a target: settled, or left to the next release. With an environment's last target, the turn is
 * given back in the same transaction, and passed on.
 * @param decide what to record; nothing when it is recorded already
 */
export async function endTarget(
  services: AnswerContext,
  { release, environment }: Finishing,
  decide: (head: ReleaseHead) => TargetEnding | Promise<TargetEnding>,
): Promise<void> {
  const { result: finished, head } = await updateRelease(services, release, async (now) => {
    const { events, writes = [] } = await decide(now);
    const { finished: result, ...told } = await withTurnGivenBack(services, environment, now, events);
    return { result, events: told.events, writes: [...writes, ...told.writes] };
  });
  if (finished) await passTurn(services, { service: head.service, environment });
}

/**
 * The event of a target, and with the last one of an environment the event that gives its turn back. Once they are written,
 * pass the turn on; after a crash before that, the reconciler does.
 */
export async function withTurnGivenBack(
  { ledger, invocation }: WriteContext,
  environment: string,
  head: ReleaseHead,
  events: readonly EventDraft[],
): Promise<TargetEnd> {
  const after = events.length === 0 ? head : recordEvents(head, events).head;
  if (!isFinished(after, environment)) return { events, writes: [], finished: false };
  const place = { service: head.service, environment };
  const turn = await readTurn(ledger, place.service, environment);
  const given: EventDraft = { type: 'turnGivenBack', at: invocation.now(), actor: invocation.actor, environment };
  const writes = turn === undefined ? [] : giveTurnBack(place, turn, head, 'proven');
  return { events: [...events, given], writes, finished: true };
}
