import * as z from 'zod';
import { type LiveItem, servedItem, type BlockItem, type ServedItem } from '../../ledger/items.ts';
import {
  accountId,
  environmentName,
  instant,
  regionName,
  releaseId,
  serviceName,
  versionName,
} from '../../values/identifiers.ts';
import { environmentDocument, liveDocument, releaseSummary } from './documents.ts';

/** Services, their environments, and what served there. */

/** A version that serves in an environment. */
const servingVersion = z.strictObject({
  /** Absent, as is the version, where no release brought it. */
  release: releaseId.exactOptional(),
  version: versionName.exactOptional(),
  /** In how many targets. */
  targets: z.int(),
  /** Since when in the first of them. */
  since: instant,
  unproven: z.literal(true).exactOptional(),
});

const servingEnvironment = z.strictObject({ environment: environmentName, serves: z.array(servingVersion) });

/** `GET /v1/services`: those that have served, by name. */
export const serviceList = z.strictObject({
  services: z.array(z.strictObject({ service: serviceName, environments: z.array(servingEnvironment) })),
  cursor: z.string().exactOptional(),
});

/** `GET /v1/services/{service}`: with its newest releases. */
export const serviceDocument = z.strictObject({
  service: serviceName,
  environments: z.array(servingEnvironment),
  releases: z.array(releaseSummary),
});

/** A change of what serves in a target. */
const servedChange = z.strictObject({
  account: accountId,
  region: regionName,
  at: instant,
  cause: servedItem.shape.cause,
  /** The release whose transition it was. */
  by: releaseId,
  /** What served from then on; both are absent where nothing did, or what no release brought (`foreign`). */
  release: releaseId.exactOptional(),
  version: versionName.exactOptional(),
  serves: z.enum(['release', 'foreign', 'nothing']),
  unproven: z.literal(true).exactOptional(),
  /** Users began to move, by this rollout. */
  rollout: z.string().exactOptional(),
});
export type ServedChange = z.infer<typeof servedChange>;

/** `GET /v1/services/{service}/environments/{environment}`. */
export const serviceEnvironmentDocument = environmentDocument.extend({
  live: z.array(liveDocument),
  /** The last changes of what served, the newest first. */
  history: z.array(servedChange),
  /** Versions that served there to the end, the latest first, and that nobody has rolled back. */
  rollbackCandidates: z.array(z.strictObject({ version: versionName, release: releaseId, servedAt: instant })),
});
export type ServiceEnvironmentDocument = z.infer<typeof serviceEnvironmentDocument>;

/** `GET /v1/services/{service}/environments/{environment}/history`: query. */
export const historyQuery = z.strictObject({
  account: accountId,
  region: regionName,
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().exactOptional(),
});

/** `GET /v1/services/{service}/environments/{environment}/history`: of one target, the newest first. */
export const historyList = z.strictObject({
  service: serviceName,
  environment: environmentName,
  history: z.array(servedChange),
  cursor: z.string().exactOptional(),
});

/** What serves in each environment of a service. */
export function describeServing(live: readonly LiveItem[]): z.infer<typeof servingEnvironment>[] {
  const environments = [...new Set(live.map(({ environment }) => environment))];
  return environments.map((environment) => {
    const here = live.filter((one) => one.environment === environment);
    const firsts = here.filter((one, index) => here.findIndex(({ release }) => release === one.release) === index);
    return {
      environment,
      serves: firsts.map((first) =>
        describeVersion(
          first,
          here.filter(({ release }) => release === first.release),
        ),
      ),
    };
  });
}

/** @param items of the same release: the first, and all */
function describeVersion(
  { release, version, since }: LiveItem,
  items: readonly LiveItem[],
): z.infer<typeof servingVersion> {
  return {
    ...(release === undefined ? {} : { release }),
    ...(version === undefined ? {} : { version }),
    targets: items.length,
    since: items.reduce((first, one) => (one.since < first ? one.since : first), since),
    ...(items.some(({ unproven }) => unproven === true) ? { unproven: true as const } : {}),
  };
}

/** One change of what served. */
export function describeChange({ account, region, at, cause, by, live }: ServedItem): ServedChange {
  const { release, version, unproven, shift } = live ?? {};
  return {
    ...{ account, region, at, cause, by },
    serves: live === undefined ? 'nothing' : release === undefined ? 'foreign' : 'release',
    ...(release === undefined ? {} : { release }),
    ...(version === undefined ? {} : { version }),
    ...(unproven === undefined ? {} : { unproven }),
    ...(shift === undefined ? {} : { rollout: shift.rollout }),
  };
}

/** Versions to which people could go back. @param served the newest first */
export function rollbackCandidates(
  live: readonly LiveItem[],
  served: readonly ServedItem[],
  blocked: readonly Pick<BlockItem, 'version'>[],
): ServiceEnvironmentDocument['rollbackCandidates'] {
  const passedOver = new Set<string>([...live, ...blocked].flatMap(({ version }) => version ?? []));
  return served.flatMap(({ at, live: then }) => {
    if (then?.release === undefined || then.version === undefined || passedOver.has(then.version)) return [];
    if (then.unproven !== undefined || then.shift !== undefined) return [];
    passedOver.add(then.version);
    return [{ version: then.version, release: then.release, servedAt: at }];
  });
}
