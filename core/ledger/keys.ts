import { createHash } from 'node:crypto';
import type { EnvironmentTarget } from '../contract/tasks.ts';
import { nameTarget } from '../values/identifiers.ts';
import type { Target } from '../values/identifiers.ts';

/** Primary key of an item. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Width of an event's number in its key: eight digits sort as text. */
export const eventPrefix = 'event#';

export const releasePartition = (release: string): string => `release#${release}`;
export const servicePartition = (service: string): string => `service#${service}`;
export const environmentPartition = (service: string, environment: string): string =>
  `environment#${service}#${environment}`;

export const headKey = (release: string): Key => ({ pk: releasePartition(release), sk: 'head' });
export const planKey = (release: string): Key => ({ pk: releasePartition(release), sk: 'plan' });
export const eventKey = (release: string, sequence: number): Key => ({
  pk: releasePartition(release),
  sk: `${eventPrefix}${String(sequence).padStart(8, '0')}`,
});
export const targetPrefix = (environment: string): string => `target#${environment}#`;
export const targetKey = (release: string, { environment, account, region }: EnvironmentTarget): Key => ({
  pk: releasePartition(release),
  sk: `${targetPrefix(environment)}${account}#${region}`,
});
export const approvalPrefix = 'approval#';
export const approvalKey = (release: string, approval: string): Key => ({
  pk: releasePartition(release),
  sk: `${approvalPrefix}${approval}`,
});
export const waitPrefix = 'wait#';
export const waitKey = (release: string, wait: string): Key => ({
  pk: releasePartition(release),
  sk: `${waitPrefix}${wait}`,
});

export const messagePrefix = 'message#';
/** What people are told about a release: `end`, `rejected`, `progress`, or `approval-<id>`, `asked-<id>`, `decided-<id>`. */
export const messageKey = (release: string, name: string): Key => ({
  pk: releasePartition(release),
  sk: `${messagePrefix}${name}`,
});

/** How far others have heard of a release's transitions. */
export const publishedKey = (release: string): Key => ({ pk: releasePartition(release), sk: 'published' });

const postPrefix = (to: string): string => `post#${to}#`;
/** A message in Slack. @param to whom it was sent to, as in the outbox */
export const postKey = (release: string, to: string, name: string): Key => ({
  pk: releasePartition(release),
  sk: `${postPrefix(to)}${name}`,
});

export const troubleKey = (release: string, what: string): Key => ({
  pk: releasePartition(release),
  sk: `trouble#${what}`,
});

export const planningPartition = (plan: string): string => `plan#${plan}`;
export const planningKey = (plan: string): Key => ({ pk: planningPartition(plan), sk: 'head' });
export const planningPlanKey = (plan: string): Key => ({ pk: planningPartition(plan), sk: 'plan' });
export const previewPrefix = 'target#';
export const previewKey = (plan: string, { environment, account, region }: EnvironmentTarget): Key => ({
  pk: planningPartition(plan),
  sk: `${previewPrefix}${environment}#${account}#${region}`,
});
/** Which plan of a service is being made. */
export const planningLeaseKey = (service: string): Key => ({ pk: servicePartition(service), sk: 'planning' });

/** How far the release bucket was compared with the ledger. */
export const uploadScanKey: Key = { pk: 'engine', sk: 'uploads' };
/** Where the chain of digests ends. */
export const digestChainKey: Key = { pk: 'engine', sk: 'digests' };

export const versionKey = (service: string, version: string): Key => ({
  pk: servicePartition(service),
  sk: `version#${version}`,
});
export const livePrefix = 'live#';
/** Prefix of what is live in an environment's targets, in the service's partition. */
export const liveInEnvironment = (environment: string): string => `${livePrefix}${environment}#`;
export const liveKey = (service: string, { environment, account, region }: EnvironmentTarget): Key => ({
  pk: servicePartition(service),
  sk: `${liveInEnvironment(environment)}${account}#${region}`,
});

export const leftKey = (service: string, { environment, account, region }: EnvironmentTarget): Key => ({
  pk: servicePartition(service),
  sk: `left#${environment}#${account}#${region}`,
});

/** What was live in a target when: the last item up to a moment is what was live then, one read however many there are. */
export const servedPartition = (service: string, { environment, account, region }: EnvironmentTarget): string =>
  `served#${service}#${environment}#${account}#${region}`;
export const servedKey = (service: string, where: EnvironmentTarget, at: string, cause: string): Key => ({
  pk: servedPartition(service, where),
  sk: `${at}#${cause}`,
});

/** What was deployed in an environment, week by week. */
export const deploymentsPartition = (service: string, environment: string): string =>
  `deployments#${service}#${environment}`;
/** @param week its Monday, `2026-11-23` */
export const weekKey = (service: string, environment: string, week: string): Key => ({
  pk: deploymentsPartition(service, environment),
  sk: week,
});

export const turnKey = (service: string, environment: string): Key => ({
  pk: environmentPartition(service, environment),
  sk: 'turn',
});
export const waiterPrefix = 'waiter#';
export const waiterKey = (service: string, environment: string, release: string): Key => ({
  pk: environmentPartition(service, environment),
  sk: `${waiterPrefix}${release}`,
});
export const holdKey = (service: string, environment: string): Key => ({
  pk: environmentPartition(service, environment),
  sk: 'hold',
});
export const blockPrefix = 'blocked#';
export const blockKey = (service: string, environment: string, version: string): Key => ({
  pk: environmentPartition(service, environment),
  sk: `${blockPrefix}${version}`,
});
export const quarantineKey = (service: string, environment: string): Key => ({
  pk: environmentPartition(service, environment),
  sk: 'quarantine',
});

export const interventionPrefix = 'intervention#';
export const interventionKey = (service: string, environment: string, at: string, id: string): Key => ({
  pk: environmentPartition(service, environment),
  sk: `${interventionPrefix}${at}#${id}`,
});

/** Whose a stack name is. Letters count alike, small or not: CloudFormation makes small ones of them for buckets. */
export const stackClaimKey = ({ account, region }: Target, name: string): Key => ({
  pk: `stacks#${account}#${region}`,
  sk: name.toLowerCase(),
});

/** Pointer from an event outside to the wait for it. */
export const correlationItemKey = (correlation: string): Key => ({ pk: `correlation#${correlation}`, sk: 'wait' });

/** What the partition keys of sessions and one-time links begin with, and no others. */
export const sessionPrefix = 'session#';

/** A session or one-time link is found by the digest of its token; the token itself is never stored. */
export const sessionKey = (token: string): Key => ({
  pk: `${sessionPrefix}${createHash('sha256').update(token).digest('hex')}`,
  sk: 'session',
});

/** Index keys of a release's head. */
export function headIndexKeys(head: { release: string; service: string; startedAt: string; ended: boolean }) {
  const time = `${head.startedAt}#${head.release}`;
  return {
    gsi1pk: servicePartition(head.service),
    gsi1sk: time,
    gsi2pk: dayPartition(head.startedAt),
    gsi2sk: time,
    // Once ended it is open work until a digest lists it.
    ...{ gsi3pk: head.ended ? undigested : openReleases, gsi3sk: time },
  };
}

export const dayPartition = (instant: string): string => `day#${instant.slice(0, 10)}`;
export const openReleases = 'open#release';
export const openWaits = 'open#wait';
export const openMessages = 'open#message';
/** Ended releases that no digest lists yet, and the digest that is being written. */
export const undigested = 'open#digest';
export const livePartition = 'live';

/** Index keys of an open wait: by deadline. */
export const waitIndexKeys = (deadline: string, release: string, wait: string) => ({
  gsi3pk: openWaits,
  gsi3sk: `${deadline}#${release}#${wait}`,
});

/** Index keys of a message that not everybody has yet. */
export const messageIndexKeys = (release: string, name: string) => ({
  gsi3pk: openMessages,
  gsi3sk: `${release}#${name}`,
});

/** Index keys of the chain of digests while one is being written. */
export const digestChainIndexKeys = { gsi3pk: undigested, gsi3sk: digestChainKey.sk } as const;

/** Index keys of a live record: all of them in one partition. */
export const liveIndexKeys = (service: string, environment: string, target: Target) => ({
  gsi1pk: livePartition,
  gsi1sk: `${service}#${environment}#${nameTarget(target)}`,
});
