import * as z from 'zod';
import { IllegalTransition } from '../contract/errors.ts';
import { releaseEventSource, releaseEventType } from '../contract/names.ts';
import { type ReleaseEvent, LONGEST_REASON, placeOf } from '../release/events.ts';
import type { ReleaseHead } from '../release/head.ts';
import { kindOf, releaseKinds } from '../release/kind.ts';
import { releaseStatuses } from '../release/status.ts';
import { transition } from '../release/transition.ts';
import {
  accountId,
  environmentName,
  instant,
  parseTarget,
  regionName,
  releaseId,
  serviceName,
  sha256,
  versionName,
} from '../values/identifiers.ts';

/** What other programs hear of releases: each transition of the ledger, as an event on a bus. */

/** A person's e-mail address stays in the ledger: who hears of releases need not be who may read of people. */
const PERSON = 'person';

const status = z.enum(releaseStatuses);

/**
 * `detail` of an event. What is added later is optional and changes no number; what would break a reader raises `schemaVersion`.
 */
export const releaseEventDetail = z
  .object({
    schemaVersion: z.literal(1),
    id: z.string().max(200).meta({
      description: 'The same whenever the transition is put again: who hears of it twice can tell.',
    }),
    sequence: z.int().min(1).meta({
      description: 'Number of the transition in its release: 1, 2, 3 … without a gap. EventBridge promises no order.',
    }),
    at: instant.meta({ description: 'When it happened.' }),
    release: releaseId,
    kind: z.enum(releaseKinds),
    service: serviceName,
    version: versionName,
    attempt: z.int().min(1),
    digest: sha256.exactOptional().meta({ description: 'SHA-256 of the artifact; absent where it could not be read.' }),
    type: z.string().max(40).meta({
      description:
        'What happened, as in the ledger: received, approvalRequested, shifted, ended … Further ones may come.',
    }),
    status: status.meta({ description: 'Status of the release since then.' }),
    previousStatus: status.exactOptional().meta({ description: 'Its status before; absent for the first.' }),
    statusChanged: z.boolean().meta({ description: 'Does the one differ from the other?' }),
    environment: environmentName.exactOptional().meta({ description: 'The environment it is about, or under way.' }),
    account: accountId.exactOptional().meta({ description: 'The target it is about, where it is about one.' }),
    region: regionName.exactOptional(),
    phase: z
      .object({ from: z.string().max(40), to: z.string().max(40) })
      .meta({ description: 'Phase of the target, the environment or the release that moved, before and after.' }),
    actor: z
      .string()
      .max(100)
      .meta({ description: `Function of the engine that wrote it (sluice-…), or "${PERSON}": the page says who.` }),
    reason: z.string().max(LONGEST_REASON).exactOptional().meta({ description: 'Why, without e-mail addresses.' }),
    links: z.object({ page: z.string().max(2_000) }),
  })
  .meta({
    title: releaseEventType,
    description: `detail of the events that Sluice puts on its bus sluice-releases, source "${releaseEventSource}"`,
  });
export type ReleaseEventDetail = z.infer<typeof releaseEventDetail>;

/**
 * The transitions after one, as others hear of them.
 * @param events all transitions of a release, in order
 * @param after number of the last that they have heard of; 0 where they have heard of none
 * @param apiUrl base URL of the pages
 * @throws IllegalTransition when they are not what the ledger would have written
 */
export function releaseEventsAfter(
  events: readonly ReleaseEvent[],
  after: number,
  apiUrl: string,
): ReleaseEventDetail[] {
  const told: ReleaseEventDetail[] = [];
  let before: ReleaseHead | undefined;
  for (const event of events) {
    const head = transition(before, event);
    if (head instanceof IllegalTransition) throw head;
    if (event.sequence > after) told.push(describe(event, before, head, apiUrl));
    before = head;
  }
  return told;
}

function describe(
  event: ReleaseEvent,
  before: ReleaseHead | undefined,
  head: ReleaseHead,
  apiUrl: string,
): ReleaseEventDetail {
  const { release, service, version, attempt, artifact } = head;
  const { environment = head.environment, target } = placeOf(event);
  return {
    schemaVersion: 1,
    id: `${release}#${event.sequence}`,
    sequence: event.sequence,
    at: event.at,
    ...{ release, kind: kindOf(head), service, version, attempt },
    ...(artifact.sha256 === undefined ? {} : { digest: artifact.sha256 }),
    type: event.type,
    status: head.status,
    ...(before === undefined ? {} : { previousStatus: before.status }),
    statusChanged: before?.status !== head.status,
    ...(environment === undefined ? {} : { environment }),
    ...(target === undefined ? {} : parseTarget(target)),
    phase: { from: event.from, to: event.to },
    actor: event.actor.includes('@') ? PERSON : event.actor,
    ...(event.reason === undefined ? {} : { reason: withoutAddresses(event.reason) }),
    links: { page: `${apiUrl}/releases/${release}` },
  };
}

/** People write one another's addresses into reasons. What stands for one is no longer than the shortest. */
function withoutAddresses(text: string): string {
  return text.replace(/[^\s<>"'(),:;]+@[^\s<>"'(),:;]+/g, '…');
}
