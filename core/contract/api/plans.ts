import * as z from 'zod';
import { changeInWords } from '../../approval/preview.ts';
import {
  outlinedEnvironment,
  planningStates,
  type PlanningItem,
  type PreviewItem,
  previewSchema,
} from '../../planning/items.ts';
import {
  accountId,
  environmentName,
  instant,
  planningId,
  regionName,
  serviceName,
  sha256,
  versionName,
} from '../../values/identifiers.ts';
import { problemSchema } from '../../values/problems.ts';

/** What the HTTP API takes and answers about what an artifact would change that is not released. */

/** `POST /v1/plans`: which object of the release bucket, `.plans/<service>/<sha256>.zip`. */
export const planBody = z.strictObject({
  service: serviceName,
  sha256,
  versionId: z.string().min(1).max(1024),
});

/** Its answer. */
export const planAsked = z.strictObject({ plan: planningId, service: serviceName, until: instant });

/** What would change in one target. */
const planTarget = z.strictObject({
  environment: environmentName,
  account: accountId,
  region: regionName,
  /** `seen`, with the change; `refused`: a release would be; `unseen`: nobody could look; `looking`: not yet. */
  state: z.enum(['looking', 'seen', 'refused', 'unseen']),
  ...previewSchema.shape,
});
export type PlanTarget = z.infer<typeof planTarget>;

/** `GET /v1/plans/{id}`: a page of its targets. */
export const planDocument = z.strictObject({
  plan: planningId,
  service: serviceName,
  version: versionName.exactOptional(),
  state: z.enum(planningStates),
  digest: sha256,
  by: z.string(),
  askedAt: instant,
  endedAt: instant.exactOptional(),
  environments: z.array(outlinedEnvironment),
  dataLosses: z.array(z.string()),
  problems: z.array(problemSchema).exactOptional(),
  failure: z.strictObject({ error: z.string(), reason: z.string() }).exactOptional(),
  targets: z.array(planTarget),
  cursor: z.string().exactOptional(),
});
export type PlanDocument = z.infer<typeof planDocument>;

export const planQuery = z.strictObject({ cursor: z.string().max(2000).optional() });

/** A plan, and some of its targets. @param now one whose execution should have ended long ago has failed */
export function describePlan(item: PlanningItem, previews: readonly PreviewItem[], now: string): PlanDocument {
  const { plan, service, version, artifact, by, askedAt, until, endedAt, environments, dataLosses, problems } = item;
  const lost = endedAt === undefined && until <= now;
  const failure = lost ? { error: 'States.Timeout', reason: 'It did not end in time: ask again.' } : item.failure;
  return {
    ...{ plan, service, by, askedAt, environments, dataLosses },
    ...(version === undefined ? {} : { version }),
    // Until it has ended, what is found is still taken away.
    state: lost ? 'failed' : endedAt === undefined && item.state === 'rejected' ? 'looking' : item.state,
    digest: artifact.sha256,
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(problems === undefined ? {} : { problems }),
    ...(failure === undefined ? {} : { failure }),
    targets: previews.map(describePreview),
  };
}

function describePreview({ environment, account, region, preview }: PreviewItem): PlanTarget {
  const where = { environment, account, region };
  if (preview === undefined) return { ...where, state: 'looking' };
  const { change, refusals = [], ...rest } = preview;
  const state = rest.unseen !== undefined ? 'unseen' : refusals.length > 0 ? 'refused' : 'seen';
  return {
    ...where,
    ...rest,
    state,
    ...(change === undefined ? {} : { change: changeInWords(change) }),
    ...(refusals.length === 0 ? {} : { refusals }),
  };
}
