import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Observability } from '../powertools/observability.ts';
import { type EventBus, eventsOfCall, type Taken } from './event-bus.ts';

/** Milliseconds; at most 15 s in all. */
const time = { requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 }, maxAttempts: 3 };

/** @param bus name of a bus of this account. It must be there: EventBridge says yes to events for a bus that is not. */
export function openPutEvents(observe: Observability, bus: string): EventBus {
  const client = observe.client(new EventBridgeClient(time));
  return {
    put: async (events) => {
      let taken = 0;
      while (taken < events.length) {
        const some = events.slice(taken, taken + eventsOfCall);
        const { Entries = [] } = await client.send(
          new PutEventsCommand({
            Entries: some.map(({ source, type, at, detail }) => ({
              EventBusName: bus,
              Source: source,
              DetailType: type,
              Time: new Date(at),
              Detail: JSON.stringify(detail),
            })),
          }),
        );
        const answer = takenOf(some.length, Entries);
        taken += answer.taken;
        if (answer.problem !== undefined) return { taken, problem: answer.problem };
      }
      return { taken };
    },
  };
}

interface Answer {
  readonly EventId?: string | undefined;
  readonly ErrorCode?: string | undefined;
  readonly ErrorMessage?: string | undefined;
}

/**
 * A call that succeeds may have failed for some of its entries, and goes on after one.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
 */
function takenOf(count: number, answers: readonly Answer[]): Taken {
  const refused = answers.findIndex(({ EventId }) => EventId === undefined);
  if (refused === -1 && answers.length >= count) return { taken: count };
  const { ErrorCode = 'unknown', ErrorMessage = 'no answer' } = answers[refused] ?? {};
  return { taken: refused === -1 ? answers.length : refused, problem: `${ErrorCode}: ${ErrorMessage}` };
}
