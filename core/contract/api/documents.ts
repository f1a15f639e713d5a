import * as z from 'zod';
import { describeIntervention, interventionDocument } from './actions.ts';
import { aliasStateSchema } from '../../ledger/items.ts';
import { sourceDocument } from './source.ts';
import type { InterventionItem } from '../../ledger/items.ts';
import type { ReleaseEvent } from '../../release/events.ts';
import type { ReleaseHead } from '../../release/head.ts';
import { type Unreached, unreachedSchema } from '../../notify/unreached.ts';
import { adviceFor, closureOf } from '../../release/advice.ts';
import { leftSchema } from '../../release/left.ts';
import { servingSchema } from '../../release/serving.ts';
import { shownEnvironments, shownEnvironmentPhases, shownTargetPhases } from '../../release/shown.ts';
import { releaseStatuses } from '../../release/status.ts';
import { decideQueue, type Queue } from '../../turn/queue.ts';
import { closureSchema } from '../../turn/windows/closure.ts';
import {
  accountId,
  environmentName,
  instant,
  parseTarget,
  regionName,
  releaseId,
  serviceName,
  sha256,
  targetName,
  versionName,
} from '../../values/identifiers.ts';

/** What the HTTP API answers. Every answer names the release, environment, account and region it is about. */

/** One release in a list. */
export const releaseSummary = z.strictObject({
  id: releaseId,
  service: serviceName,
  version: versionName,
  attempt: z.int(),
  status: z.enum(releaseStatuses),
  startedAt: instant,
  updatedAt: instant,
  endedAt: instant.exactOptional(),
  environment: environmentName.exactOptional(),
  author: z.string().exactOptional(),
  reason: z.string().exactOptional(),
});

export type ReleaseSummary = z.infer<typeof releaseSummary>;

/** `GET /v1/releases`. */
export const releaseList = z.strictObject({ releases: z.array(releaseSummary), cursor: z.string().exactOptional() });

/** `GET /v1/releases/{id}`. */
export const releaseDocument = releaseSummary.extend({
  /** What a person has to do about it. */
  advice: z.string(),
  artifact: z.strictObject({
    bucket: z.string(),
    key: z.string(),
    versionId: z.string(),
    size: z.int().exactOptional(),
    sha256: sha256.exactOptional(),
  }),
  transitions: z.int(),
  environments: z.array(
    z.strictObject({
      name: environmentName,
      phase: z.enum(shownEnvironmentPhases),
      approval: z.boolean(),
      targets: z.array(
        z.strictObject({
          account: accountId,
          region: regionName,
          phase: z.enum(shownTargetPhases),
          /** The evidence with what was measured slice by slice so far, while users move; of the first few targets where they do. */
          series: sha256.exactOptional(),
        }),
      ),
    }),
  ),
  failure: z.strictObject({ error: z.string(), reason: z.string() }).exactOptional(),
  /** The window for which it waits: until when, and which. */
  closed: closureSchema.exactOptional(),
  /** What serves in the environment in which it ended, unless it ended Succeeded. */
  serves: z.array(servingSchema).exactOptional(),
  /** What it made there and what stays, because it may hold data. */
  left: z.array(leftSchema).exactOptional(),
  /** Whom messages about it could not reach so far. */
  unreached: z.array(unreachedSchema).exactOptional(),
  /** What it was built from; absent before it is accepted. */
  source: sourceDocument.exactOptional(),
});

export type ReleaseDocument = z.infer<typeof releaseDocument>;

/**
 * One entry of `GET /v1/releases/{id}/transitions`: exactly what was hashed, and the hash, so that clients can verify the
 * chain.
 */
export const transitionDocument = z.strictObject({
  sequence: z.int(),
  type: z.string(),
  at: instant,
  actor: z.string(),
  environment: environmentName.exactOptional(),
  /** `<account>/<region>` */
  target: targetName.exactOptional(),
  reason: z.string().exactOptional(),
  evidence: z.record(z.string(), z.unknown()).exactOptional(),
  from: z.string(),
  to: z.string(),
  previousHash: sha256,
  hash: sha256,
});

export type TransitionDocument = z.infer<typeof transitionDocument>;

/** `GET /v1/releases/{id}/transitions`. */
export const transitionList = z.strictObject({
  release: releaseId,
  transitions: z.array(transitionDocument),
  cursor: z.string().exactOptional(),
});

/** One entry of `GET /v1/live`. */
export const liveDocument = z.strictObject({
  service: serviceName,
  environment: environmentName,
  account: accountId,
  region: regionName,
  /** Absent, as are version and digest, where no release brought what serves. */
  release: releaseId.exactOptional(),
  version: versionName.exactOptional(),
  digest: sha256.exactOptional(),
  since: instant,
  stackId: z.string(),
  aliases: z.array(aliasStateSchema),
  /** Users are on it, and it may still be rolled back. */
  unproven: z.literal(true).exactOptional(),
  /** Who serves which share of the users: two while they move, by the schedule of the rollout; else one. */
  serves: z.array(
    z.strictObject({
      release: releaseId.exactOptional(),
      version: versionName.exactOptional(),
      percent: z.int().min(0).max(100),
    }),
  ),
});

export type LiveDocument = z.infer<typeof liveDocument>;

/** `GET /v1/live`. */
export const liveList = z.strictObject({ live: z.array(liveDocument), cursor: z.string().exactOptional() });

/** `GET /v1/releases`: query. */
export const releaseQuery = z.strictObject({
  service: serviceName.exactOptional(),
  environment: environmentName.exactOptional(),
  status: z.enum(releaseStatuses).exactOptional(),
  /** A part of the author's text, such as the e-mail address, in capitals or not. */
  author: z.string().min(1).max(200).exactOptional(),
  /** The newest first when it is not given. */
  order: z.enum(['newest', 'oldest']).exactOptional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().exactOptional(),
});

export type ReleaseQuery = z.infer<typeof releaseQuery>;

/** `GET /v1/releases/{id}/transitions`: query. */
export const transitionQuery = z.strictObject({
  /** Transitions numbered above this. */
  after: z.coerce.number().int().min(0).max(99_999_999).default(0),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().exactOptional(),
});

/** `GET /releases/{id}`, the page: query. */
export const timelineQuery = z.strictObject({
  /** Transitions numbered up to this; the newest when it is not given. */
  until: z.coerce.number().int().min(1).max(99_999_999).exactOptional(),
});

/** `GET /`, the page: query. */
export const overviewQuery = z.strictObject({ cursor: z.string().exactOptional() });

/** `GET /v1/environments/{service}/{environment}`. */
export const environmentDocument = z.strictObject({
  service: serviceName,
  environment: environmentName,
  /** The release whose turn it is. */
  holder: releaseId.exactOptional(),
  takenAt: instant.exactOptional(),
  /** Number of the turn: only grows. */
  fence: z.int(),
  hold: z.strictObject({ owner: z.string(), reason: z.string(), since: instant }).exactOptional(),
  quarantine: z
    .strictObject({ release: releaseId, reason: z.string(), since: instant, targets: z.array(targetName) })
    .exactOptional(),
  /** Versions that people rolled back here: nothing but people brings them here again. */
  blocked: z.array(
    z.strictObject({ version: versionName, release: releaseId, by: z.string(), reason: z.string(), at: instant }),
  ),
  /** Newest first; the newest is the next to get the turn. */
  waiters: z.array(z.strictObject({ release: releaseId, since: instant, closed: closureSchema.exactOptional() })),
  /** Why the newest still waits. */
  waitsFor: z.string().exactOptional(),
  /** What people did here, newest first: the last few. */
  interventions: z.array(interventionDocument),
});

export type EnvironmentDocument = z.infer<typeof environmentDocument>;

/** `POST /v1/sessions`: the one-time link. */
export const sessionDocument = z.strictObject({ url: z.string(), expiresInSeconds: z.int() });

/** Any refusal: a problem document (RFC 9457) with the error's name and code. Whoever reads it passes over members that it does not know. */
export const problemDocument = z.object({
  /** One for each code. */
  type: z.string(),
  /** Name of the error in words. */
  title: z.string(),
  status: z.int(),
  /** What, where, and what to do. */
  detail: z.string(),
  /** Name of the error. */
  error: z.string(),
  /** Stable code, e.g. `SLUICE-603`. */
  code: z.string(),
  /** `urn:sluice:request:<id>`: this one refusal, as the access log names it. */
  instance: z.string().exactOptional(),
  release: z.string().exactOptional(),
  environment: z.string().exactOptional(),
  account: z.string().exactOptional(),
  region: z.string().exactOptional(),
});

export type ProblemDocument = z.infer<typeof problemDocument>;

/** https://www.rfc-editor.org/rfc/rfc9457#section-3 */
export const problemType = 'application/problem+json';

/** A release in a list. */
export function summarizeRelease(head: ReleaseHead): ReleaseSummary {
  const { release: id, service, version, attempt, status, startedAt, updatedAt, endedAt, environment, author } = head;
  const reason = head.failure?.reason;
  return {
    ...{ id, service, version, attempt, status, startedAt, updatedAt },
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(environment === undefined ? {} : { environment }),
    ...(author === undefined ? {} : { author }),
    ...(reason === undefined || reason === '' ? {} : { reason }),
  };
}

/** One release in full. @param series by target, the evidence with what was measured there so far */
export function describeRelease(
  head: ReleaseHead,
  missed: readonly Unreached[] = [],
  series: ReadonlyMap<string, string> = new Map(),
): ReleaseDocument {
  return {
    ...summarizeRelease(head),
    advice: adviceFor(head),
    artifact: head.artifact,
    transitions: head.sequence,
    environments: shownEnvironments(head).map(({ name, phase, approval, targets }) => ({
      ...{ name, phase, approval },
      targets: Object.entries(targets).map(([target, targetPhase]) => {
        const measured = name === head.environment ? series.get(target) : undefined;
        const shown = { ...parseTarget(target), phase: targetPhase };
        return measured === undefined ? shown : { ...shown, series: measured };
      }),
    })),
    ...(head.failure === undefined ? {} : { failure: { error: head.failure.error, reason: head.failure.reason } }),
    ...closedIn(head),
    ...(head.serves === undefined ? {} : { serves: head.serves }),
    ...(head.left === undefined ? {} : { left: head.left }),
    ...(missed.length === 0 ? {} : { unreached: [...missed] }),
  };
}

function closedIn(head: ReleaseHead): Pick<ReleaseDocument, 'closed'> {
  const closed = closureOf(head);
  return closed === undefined ? {} : { closed };
}

/** A transition as the API shows it. */
export function describeTransition(event: ReleaseEvent): TransitionDocument {
  const { sequence, type, at, actor, reason, evidence, from, to, previousHash, hash } = event;
  const target = 'target' in event ? event.target : undefined;
  const environment = 'environment' in event ? event.environment : undefined;
  return {
    ...{ sequence, type, at, actor, from, to, previousHash, hash },
    ...(environment === undefined ? {} : { environment }),
    ...(target === undefined ? {} : { target }),
    ...(reason === undefined ? {} : { reason }),
    ...(evidence === undefined ? {} : { evidence }),
  };
}

/** Which release has the environment's turn, what blocks it, and which releases wait. */
export function describeEnvironment(
  place: { readonly service: string; readonly environment: string },
  queue: Queue,
  interventions: readonly InterventionItem[],
): EnvironmentDocument {
  const { turn, hold, quarantine, waiters, blocked } = queue;
  const { waitsFor } = decideQueue(queue);
  return {
    ...place,
    ...(turn?.holder === undefined ? {} : { holder: turn.holder }),
    ...(turn?.takenAt === undefined ? {} : { takenAt: turn.takenAt }),
    fence: turn?.fence ?? 0,
    ...(hold === undefined ? {} : { hold }),
    ...(quarantine === undefined ? {} : { quarantine }),
    blocked: blocked.map(({ version, release, by, reason, at }) => ({ version, release, by, reason, at })),
    waiters: [...waiters]
      .sort((a, b) => (`${a.startedAt}#${a.release}` < `${b.startedAt}#${b.release}` ? 1 : -1))
      .map(({ release, requestedAt, closed }) => ({
        release,
        since: requestedAt,
        ...(closed === undefined ? {} : { closed }),
      })),
    ...(waitsFor === undefined ? {} : { waitsFor }),
    interventions: interventions.map((item) => describeIntervention(place, item)),
  };
}
