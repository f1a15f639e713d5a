import { EventsNotTaken } from '../../core/contract/errors.ts';
import { releaseEventSource, releaseEventType } from '../../core/contract/names.ts';
import { headItem, type PublishedItem, publishedItem } from '../../core/ledger/items.ts';
import { headKey, publishedKey } from '../../core/ledger/keys.ts';
import {
  endPublishing,
  isBeingPublished,
  isUnpublished,
  leasePublishing,
  tellUnpublished,
} from '../../core/notify/publishing.ts';
import type { MessageItem } from '../../core/notify/outbox.ts';
import { releaseEventsAfter } from '../../core/notify/release-event.ts';
import { addSeconds } from '../../core/values/duration.ts';
import type { EventBus } from '../../adapters/eventbridge/event-bus.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { readEvents, readItem } from '../../engine/ledger/read.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';

/** What is needed to put transitions on the event bus. */
export interface Publishing {
  readonly ledger: Ledger;
  readonly bus: EventBus;
  /** Base URL of the pages. */
  readonly apiUrl: string;
  readonly invocation: InvocationContext;
}

/** Events between two looks at the clock. */
const CHUNK = 100;
/** After this the rest waits for the next attempt: the function has 45 s, and one call may take 15. */
const ATTEMPT_SECONDS = 25;

/** Puts what is missing on the bus, unless a message says when that is tried again. A failure becomes such a message. */
export async function publishMissing(
  release: string,
  messages: readonly MessageItem[],
  publishing: Publishing,
): Promise<void> {
  if (messages.some(isUnpublished)) return;
  const { ledger, invocation } = publishing;
  try {
    await publish(release, publishing);
  } catch (problem) {
    invocation.log.error('Transitions could not be put on the event bus', problem);
    await ledger.write([tellUnpublished(release, problem, invocation.now())]);
  }
}

/**
 * Puts the transitions that the bus does not have on it, in their order, at least once; where it stops, the next attempt goes on.
 * @returns `busy` when another attempt is at it
 * @throws EventsNotTaken, IllegalTransition, DataUnreadable
 */
export async function publish(release: string, publishing: Publishing): Promise<'done' | 'busy'> {
  const { ledger, invocation } = publishing;
  for (;;) {
    const head = await readItem(ledger, headKey(release), headItem);
    const before = await readItem(ledger, publishedKey(release), publishedItem);
    if (head?.events === undefined || head.sequence <= (before?.sequence ?? 0)) return 'done';
    if (isBeingPublished(before, invocation.now())) return 'busy';
    const { leased, write } = leasePublishing(release, before, invocation.now());
    if ((await ledger.write([write])) === 'already') return 'busy';
    await putAll(leased, publishing);
  }
}

/** One attempt, which gives the lease back however it ends. */
async function putAll(leased: PublishedItem, { ledger, bus, apiUrl, invocation }: Publishing): Promise<void> {
  const until = addSeconds(invocation.now(), ATTEMPT_SECONDS);
  let { sequence } = leased;
  try {
    const details = releaseEventsAfter(await readEvents(ledger, leased.release), sequence, apiUrl);
    for (let next = 0; next < details.length; next += CHUNK) {
      if (invocation.now() >= until) throw new EventsNotTaken('The attempt ran out of time.');
      const { taken, problem } = await bus.put(
        details.slice(next, next + CHUNK).map((detail) => ({
          source: releaseEventSource,
          type: releaseEventType,
          at: detail.at,
          detail,
        })),
      );
      sequence += taken;
      if (problem !== undefined)
        throw new EventsNotTaken(`The event bus did not take transition ${sequence + 1}: ${problem}`);
    }
  } finally {
    await ledger.write([endPublishing(leased, sequence, invocation.now())]);
  }
}
