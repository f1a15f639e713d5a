import * as z from 'zod';
import { plainLines } from '../../values/text.ts';
import { releaseActions } from '../../release/actions/action.ts';
import { interventionKinds, type InterventionItem } from '../../ledger/items.ts';
import { environmentName, instant, releaseId, serviceName, versionName } from '../../values/identifiers.ts';

/** What people do by the HTTP API, and what that answers. */

/** Longest reason that a person gives, in a form and in the API, in characters, of one or more lines. */
export const LONGEST_REASON = 500;

const reasonText = plainLines.min(1).max(LONGEST_REASON);

/** `POST /v1/releases/{id}/approvals/{approval}`: body. Whoever declines says why; the ones who asked act on it. */
export const decisionBody = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('approve'), reason: reasonText.exactOptional() }),
  z.strictObject({ decision: z.literal('decline'), reason: reasonText }),
]);

/** `POST /v1/environments/{service}/{environment}/clearance`, `/hold`, `/hold/release`, `POST /v1/releases/{id}/cancel`, `/continue`, `/retry`: body. */
export const interventionBody = z.strictObject({ reason: reasonText });

/** `POST /v1/environments/{service}/{environment}/repair` and `/window-override`: body. */
export const lettingInBody = z.strictObject({ release: releaseId, ...interventionBody.shape });

/** `POST /v1/environments/{service}/{environment}/rollback`: body. */
export const rollbackBody = z.strictObject({ version: versionName.exactOptional(), ...interventionBody.shape });

/** `POST /v1/environments/{service}/{environment}/promote`: body. */
export const promotionBody = z.strictObject({
  version: versionName,
  hotfix: z.boolean().default(false),
  ...interventionBody.shape,
});

/** What `POST …/rollback`, `…/promote` and `POST /v1/releases/{id}/retry` answer. */
export const demandDocument = z.strictObject({
  action: z.enum(['retry', 'promote', 'rollBack']),
  /** The release that begins, where one does. */
  release: releaseId.exactOptional(),
  /** The release that is cancelled, where one was under way. */
  cancelled: releaseId.exactOptional(),
  /** What follows, in words. */
  follows: z.string(),
});

export type DemandDocument = z.infer<typeof demandDocument>;

/** What an action on a release answers. */
export const actionDocument = z.strictObject({
  release: releaseId,
  action: z.enum(releaseActions),
  /** `false` where it was done before, and this changes nothing. */
  done: z.boolean(),
  /** What follows, in words. */
  follows: z.string(),
});

export type ActionDocument = z.infer<typeof actionDocument>;

/** What an intervention answers. */
export const interventionDocument = z.strictObject({
  service: serviceName,
  environment: environmentName,
  kind: z.enum(interventionKinds),
  at: instant,
  /** E-mail address of the person. */
  by: z.string(),
  /** By a command in Slack; by the API or a page where it is absent. */
  via: z.literal('slack').exactOptional(),
  reason: z.string(),
  /** The release whose rollback had not finished, or that was let in. */
  release: releaseId.exactOptional(),
});

export type InterventionDocument = z.infer<typeof interventionDocument>;

/** What a decision answers. */
export const decisionDocument = z.strictObject({
  release: releaseId,
  environment: environmentName,
  approval: z.string(),
  outcome: z.enum(['pending', 'approved', 'declined']),
  /** What follows, in words; absent from engines older than this. */
  follows: z.string().exactOptional(),
  /** When this person decided the same before, where this answer is not the first. */
  decidedAt: instant.exactOptional(),
});

/** What a person did to an environment. */
export function describeIntervention(
  { service, environment }: { readonly service: string; readonly environment: string },
  { kind, at, by, via, reason, quarantine, release = quarantine?.release }: InterventionItem,
): InterventionDocument {
  return {
    ...{ service, environment, kind, at, by, reason },
    ...(via === undefined ? {} : { via }),
    ...(release === undefined ? {} : { release }),
  };
}
