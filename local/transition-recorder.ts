import * as z from 'zod';
import type { EventType } from '../core/release/events.ts';
import type { LocalAws } from '../local-aws/aws.ts';

/** A transition that was just written. */
interface Told {
  readonly release: string;
  readonly type: string;
}

const eventItem = z.object({
  pk: z.object({ S: z.string().startsWith('release#') }),
  sk: z.object({ S: z.string().startsWith('event#') }),
  type: z.object({ S: z.string() }),
});
const transaction = z.object({ TransactItems: z.array(z.object({ Put: z.object({ Item: z.unknown() }).optional() })) });

/**
 * Hears of every transition in the moment it is written, by listening to the ledger's writes: costs the engine nothing, and
 * whoever waits for a transition goes on before the clock can jump.
 */
export class LedgerWatch {
  private readonly told: Told[] = [];
  private readonly waiting = new Set<{ matches: (told: Told) => boolean; resolve: () => void }>();

  constructor(aws: LocalAws) {
    aws.kernel.onObservation((observation) => {
      if (observation.kind !== 'call' || observation.error !== undefined) return;
      if (observation.operation === 'TransactWriteItems')
        for (const told of eventsOf(observation.input)) this.hear(told);
    });
  }

  /** Resolves once the release has this transition; at once when it has it already. */
  async until(release: string, type: EventType): Promise<void> {
    const matches = (told: Told): boolean => told.release === release && told.type === type;
    if (!this.told.some(matches)) await new Promise<void>((resolve) => this.waiting.add({ matches, resolve }));
  }

  private hear(told: Told): void {
    this.told.push(told);
    for (const one of this.waiting) {
      if (!one.matches(told)) continue;
      this.waiting.delete(one);
      one.resolve();
    }
  }
}

function eventsOf(input: unknown): Told[] {
  const written = transaction.safeParse(input);
  const items = written.success ? written.data.TransactItems : [];
  return items.flatMap(({ Put }) => {
    const item = eventItem.safeParse(Put?.Item);
    if (!item.success) return [];
    const { pk, type } = item.data;
    return [{ release: pk.S.slice('release#'.length), type: type.S }];
  });
}
