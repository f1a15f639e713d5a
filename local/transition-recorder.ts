import * as z from 'zod';
import type { EventType } from '../core/release/events.ts';
import type { LocalAws } from 'local-aws';

/** A transition that has been written to the ledger. */
interface RecordedTransition {
  readonly release: string;
  readonly type: string;
  readonly environment?: string | undefined;
}

const eventItem = z.object({
  pk: z.object({ S: z.string().startsWith('release#') }),
  sk: z.object({ S: z.string().startsWith('event#') }),
  type: z.object({ S: z.string() }),
  environment: z.object({ S: z.string() }).optional(),
});
const transaction = z.object({ TransactItems: z.array(z.object({ Put: z.object({ Item: z.unknown() }).optional() })) });

/**
 * Records every transition as soon as it is written, by observing calls to DynamoDB. This uses no resources of the engine, and
 * a caller that waits for a transition continues before the clock can jump.
 */
export class TransitionRecorder {
  private readonly recorded: RecordedTransition[] = [];
  private readonly waiting = new Set<{ matches: (transition: RecordedTransition) => boolean; resolve: () => void }>();

  constructor(aws: LocalAws) {
    aws.kernel.onObservation((observation) => {
      if (observation.kind !== 'call' || observation.error !== undefined) return;
      if (observation.operation === 'TransactWriteItems')
        for (const transition of transitionsIn(observation.input)) this.record(transition);
    });
  }

  /** Resolves once the release has this transition (in this environment); at once when it has it already. */
  async waitFor(release: string, type: EventType, environment?: string): Promise<void> {
    const matches = (transition: RecordedTransition): boolean =>
      transition.release === release &&
      transition.type === type &&
      (environment === undefined || transition.environment === environment);
    if (!this.recorded.some(matches)) await new Promise<void>((resolve) => this.waiting.add({ matches, resolve }));
  }

  private record(transition: RecordedTransition): void {
    this.recorded.push(transition);
    for (const one of this.waiting) {
      if (!one.matches(transition)) continue;
      this.waiting.delete(one);
      one.resolve();
    }
  }
}

function transitionsIn(input: unknown): RecordedTransition[] {
  const written = transaction.safeParse(input);
  const items = written.success ? written.data.TransactItems : [];
  return items.flatMap(({ Put }) => {
    const item = eventItem.safeParse(Put?.Item);
    if (!item.success) return [];
    const { pk, type, environment } = item.data;
    return [{ release: pk.S.slice('release#'.length), type: type.S, environment: environment?.S }];
  });
}
