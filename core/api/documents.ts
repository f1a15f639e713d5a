import * as z from 'zod';
import type { LiveItem } from '../ledger/items.ts';
import type { ReleaseEvent } from '../release/events.ts';
import { artifactSchema } from '../release/events.ts';
import { environmentPhases, targetPhases, type ReleaseHead } from '../release/head.ts';
import { orderedEnvironments } from '../release/progress.ts';
import { operatorAdvice, releaseStatuses } from '../release/status.ts';
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
} from '../values.ts';

/** The JSON that the HTTP API answers with. Every document names the release, environment, account and region it speaks of. */

const targetDocument = z.object({ account: accountId, region: regionName, phase: z.enum(targetPhases) });

const environmentDocument = z.object({
  name: environmentName,
  phase: z.enum(environmentPhases),
  targets: z.array(targetDocument),
});

/** One release. */
export const releaseDocument = z.object({
  id: releaseId,
  service: serviceName,
  version: versionName,
  attempt: z.int().min(1),
  status: z.enum(releaseStatuses),
  /** What the status asks of whoever is on call. */
  advice: z.string(),
  startedAt: instant,
  updatedAt: instant,
  endedAt: instant.exactOptional(),
  author: z.string().exactOptional(),
  artifact: artifactSchema,
  /** The environment under way. */
  environment: environmentName.exactOptional(),
  /** In the order in which the release passes them. */
  environments: z.array(environmentDocument),
  /** What went wrong first. */
  failure: z.object({ error: z.string(), reason: z.string() }).exactOptional(),
  /** How many transitions there are, and the hash of the last. */
  sequence: z.int().min(1),
  hash: sha256,
});
export type ReleaseDocument = z.infer<typeof releaseDocument>;

/** One transition; `evidence` depends on its type. */
export const transitionDocument = z.object({
  sequence: z.int().min(1),
  type: z.string(),
  at: instant,
  actor: z.string(),
  environment: environmentName.exactOptional(),
  target: targetName.exactOptional(),
  reason: z.string().exactOptional(),
  evidence: z.record(z.string(), z.json()).exactOptional(),
  from: z.string(),
  to: z.string(),
  previousHash: sha256,
  hash: sha256,
});
export type TransitionDocument = z.infer<typeof transitionDocument>;

/** What serves in one target. */
export const liveDocument = z.object({
  service: serviceName,
  environment: environmentName,
  account: accountId,
  region: regionName,
  release: releaseId,
  version: versionName,
  digest: sha256,
  since: instant,
});
export type LiveDocument = z.infer<typeof liveDocument>;

/** Opaque; give it back to get the next page. Absent on the last page. */
const cursor = z.string().exactOptional();

export const releasesAnswer = z.object({ releases: z.array(releaseDocument), cursor });
export const transitionsAnswer = z.object({ release: releaseId, transitions: z.array(transitionDocument), cursor });
export const liveAnswer = z.object({ live: z.array(liveDocument), cursor });
/** `POST /v1/sessions`: a link that opens the pages once, until the given time. */
export const sessionAnswer = z.object({ url: z.url(), expiresAt: instant });
/** `POST /v1/releases/{id}/approvals/{environment}` */
export const decisionRequest = z.strictObject({
  decision: z.enum(['approve', 'decline']),
  reason: z.string().max(1000).exactOptional(),
});
export const decisionAnswer = z.object({
  release: releaseId,
  environment: environmentName,
  state: z.enum(['open', 'approved', 'declined']),
});
/** Every refusal. */
export const errorAnswer = z.object({ code: z.string(), message: z.string() });

/** The document of a release. */
export function describeRelease(head: ReleaseHead): ReleaseDocument {
  return {
    id: head.release,
    service: head.service,
    version: head.version,
    attempt: head.attempt,
    status: head.status,
    advice: operatorAdvice[head.status],
    startedAt: head.startedAt,
    updatedAt: head.updatedAt,
    ...(head.endedAt === undefined ? {} : { endedAt: head.endedAt }),
    ...(head.author === undefined ? {} : { author: head.author }),
    artifact: head.artifact,
    ...(head.environment === undefined ? {} : { environment: head.environment }),
    environments: orderedEnvironments(head).map(({ name, phase, targets }) => ({
      name,
      phase,
      targets: Object.entries(targets).map(([target, targetPhase]) => ({ ...parseTarget(target), phase: targetPhase })),
    })),
    ...(head.failure === undefined ? {} : { failure: { error: head.failure.error, reason: head.failure.reason } }),
    sequence: head.sequence,
    hash: head.hash,
  };
}

/** The document of a transition. */
export function describeTransition(event: ReleaseEvent): TransitionDocument {
  return transitionDocument.parse(event);
}

/** The document of what serves in a target. */
export function describeLive(live: LiveItem): LiveDocument {
  return liveDocument.parse(live);
}
