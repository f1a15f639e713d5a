import * as z from 'zod';
import { parseTarget, type Target } from '../../../core/values/identifiers.ts';
import type { Observation } from 'local-aws/observation';

/** A transition in the moment it was written. */
export interface WrittenEvent {
  readonly release: string;
  readonly type: string;
  readonly environment?: string | undefined;
  /** Of an accepted release: its environments, and where each is. */
  readonly targets?: ReadonlyMap<string, readonly Target[]> | undefined;
}

const text = z.object({ S: z.string() });
/** The part of `accepted` that says where the release goes, as DynamoDB writes it. */
const outline = z.object({
  M: z.object({
    environments: z.object({
      L: z.array(
        z.object({ M: z.object({ name: text, waves: z.object({ L: z.array(z.object({ L: z.array(text) })) }) }) }),
      ),
    }),
  }),
});

const eventItem = z.object({
  pk: z.object({ S: z.string().startsWith('release#') }),
  sk: z.object({ S: z.string().startsWith('event#') }),
  type: text,
  environment: text.optional(),
  evidence: z.unknown().optional(),
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
    const { pk, type, environment, evidence } = item.data;
    const places = type.S === 'accepted' ? targetsIn(evidence) : undefined;
    return [{ release: pk.S.slice('release#'.length), type: type.S, environment: environment?.S, targets: places }];
  });
}

function targetsIn(evidence: unknown): ReadonlyMap<string, readonly Target[]> {
  const { M } = outline.parse(evidence);
  return new Map(
    M.environments.L.map(({ M: { name, waves } }) => [
      name.S,
      waves.L.flatMap(({ L }) => L.map(({ S }) => parseTarget(S))),
    ]),
  );
}
