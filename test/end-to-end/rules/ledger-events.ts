import * as z from 'zod';
import type { Observation } from '../../../local/aws/kernel/kernel.ts';

/** A transition in the moment it was written. */
export interface WrittenEvent {
  readonly release: string;
  readonly type: string;
  readonly environment?: string | undefined;
}

const text = z.object({ S: z.string() });
const eventItem = z.object({
  pk: z.object({ S: z.string().startsWith('release#') }),
  sk: z.object({ S: z.string().startsWith('event#') }),
  type: text,
  environment: text.optional(),
});
const transaction = z.object({ TransactItems: z.array(z.object({ Put: z.object({ Item: z.unknown() }).optional() })) });

/** The transitions that a call has just written. */
export function writtenEvents(observation: Observation): WrittenEvent[] {
  if (observation.kind !== 'call' || observation.error !== undefined) return [];
  return observation.operation === 'TransactWriteItems' ? eventsIn(observation.input) : [];
}

/** The transitions that a transaction is about to write. */
export function eventsIn(input: unknown): WrittenEvent[] {
  const written = transaction.safeParse(input);
  const items = written.success ? written.data.TransactItems : [];
  return items.flatMap(({ Put }) => {
    const item = eventItem.safeParse(Put?.Item);
    if (!item.success) return [];
    const { pk, type, environment } = item.data;
    return [{ release: pk.S.slice('release#'.length), type: type.S, environment: environment?.S }];
  });
}
