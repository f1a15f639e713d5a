import { weekKey } from '../ledger/keys.ts';
import { equals, isAbsent, type WriteIntent } from '../ledger/write-intent.ts';
import type { ReleaseHead } from '../release/head.ts';
import { kindOf } from '../release/kind.ts';
import { secondsBetween } from '../values/duration.ts';
import { type Deployment, type Failure, MOST_KEPT, type WeekItem } from './items.ts';
import type { Outcome } from './outcome.ts';
import { weekOf } from './weeks.ts';

/** A release that has ended, as far as deployments are counted by it. */
export interface Counted {
  readonly head: Pick<ReleaseHead, 'release' | 'service' | 'origin' | 'startedAt'>;
  readonly outcome: Outcome;
  /** As the manifest has it. */
  readonly committedAt: string | undefined;
  /** When the artifact arrived first. */
  readonly uploadedAt: string;
  /** The release that people rolled back by this one. */
  readonly rolledBack: string | undefined;
}

/** Does a release say of an earlier one that it was bad? */
export function isCorrection(head: Pick<ReleaseHead, 'origin'>): boolean {
  return kindOf(head) !== 'release';
}

/**
 * Counts what a release came to in an environment: its deployment, unless it brought an earlier version back; and that the one before it
 * was bad, where people rolled that back or replaced it by a hotfix.
 * @param weeks of the environment, as far as they are read: that of the deployment, if there is one; of a correction, the newest
 * @returns those that change
 */
export function countOutcome(counted: Counted, weeks: readonly WeekItem[]): WeekItem[] {
  const { head, outcome } = counted;
  const { firstUserAt } = outcome;
  const kind = kindOf(head);
  const own = kind === 'rollback' || firstUserAt === undefined ? weeks : withDeployment(counted, firstUserAt, weeks);
  const bad = kind === 'rollback' ? counted.rolledBack : kind === 'hotfix' ? newestBefore(counted, weeks) : undefined;
  const all =
    bad === undefined || bad === head.release ? own : own.map((week) => withFailure(week, bad, failureBy(counted)));
  return revised(all, weeks);
}

/** The quarantine that a release left is cleared: a person says that what serves is good. */
export function countClearance(weeks: readonly WeekItem[], release: string, at: string): WeekItem[] {
  const all = weeks.map((week) =>
    changeDeployment(week, release, ({ failure }) => (failure === undefined ? undefined : restored(failure, at))),
  );
  return revised(all, weeks);
}

/** Those that differ from what was read, each with the next number. */
function revised(all: readonly WeekItem[], read: readonly WeekItem[]): WeekItem[] {
  return all
    .filter((week) => !read.includes(week))
    .map((week) => ({ ...week, revision: (read.find((one) => one.week === week.week)?.revision ?? 0) + 1 }));
}

/** Writes weeks that were changed, unless they were changed in between. */
export function writeWeeks(weeks: readonly WeekItem[]): WriteIntent[] {
  return weeks.map((week) => ({
    write: 'put',
    item: { ...weekKey(week.service, week.environment, week.week), ...week },
    condition: week.revision === 1 ? isAbsent : equals('revision', week.revision - 1),
    lost: 'HeadMoved',
  }));
}

function withDeployment(counted: Counted, at: string, weeks: readonly WeekItem[]): WeekItem[] {
  const { head, outcome } = counted;
  const name = weekOf(at);
  const { service } = head;
  const { environment, failure } = outcome;
  const known = weeks.find(({ week }) => week === name);
  const week = known ?? {
    service,
    environment,
    week: name,
    revision: 0,
    deployments: [],
    further: 0,
    furtherFailed: 0,
  };
  if (week.deployments.some(({ release }) => release === head.release)) return [...weeks];
  const isFull = week.deployments.length >= MOST_KEPT;
  const changed: WeekItem = {
    ...week,
    ...(isFull
      ? { further: week.further + 1, furtherFailed: week.furtherFailed + (failure === undefined ? 0 : 1) }
      : { deployments: [...week.deployments, deploymentOf(counted, at)] }),
  };
  return [...weeks.filter((one) => one !== known), changed];
}

function deploymentOf({ head, outcome, committedAt, uploadedAt }: Counted, at: string): Deployment {
  const { allUsersAt, failure } = outcome;
  // What is committed after it was uploaded has a clock of its own.
  const isCommit = committedAt !== undefined && Date.parse(committedAt) <= Date.parse(uploadedAt);
  const seconds = (until: string): number =>
    Math.max(0, Math.round(secondsBetween(isCommit ? committedAt : uploadedAt, until)));
  return {
    release: head.release,
    at,
    ...(allUsersAt === undefined
      ? {}
      : { lead: { seconds: seconds(allUsersAt), since: isCommit ? ('commit' as const) : ('upload' as const) } }),
    ...(failure === undefined ? {} : { failure }),
  };
}

/** The deployment before a hotfix, whether it is still in service or was rolled back: what the hotfix mends. */
function newestBefore({ head, outcome }: Counted, weeks: readonly WeekItem[]): string | undefined {
  const { firstUserAt } = outcome;
  if (firstUserAt === undefined) return undefined;
  const earlier = weeks
    .flatMap(({ deployments }) => deployments)
    .filter(({ release, at }) => release !== head.release && at < firstUserAt);
  return earlier.sort((a, b) => (a.at < b.at ? 1 : -1))[0]?.release;
}

/** When people asked for it, the earlier one was seen to be bad; once all of the users are on this one, they have a good version. */
function failureBy({ head, outcome }: Counted): Failure {
  const how = kindOf(head) === 'hotfix' ? 'hotfix' : 'rolledBackOnDemand';
  const { allUsersAt, failure } = outcome;
  const isRestored = allUsersAt !== undefined && failure === undefined;
  return {
    ...{ how, by: head.release, seenAt: head.startedAt },
    ...(isRestored ? { restoredAt: allUsersAt } : { unrestored: true }),
  };
}

/** What was seen first counts; what was not restored then may be by now. */
function withFailure(week: WeekItem, release: string, failure: Failure): WeekItem {
  return changeDeployment(week, release, ({ failure: known }) => {
    if (known === undefined) return failure;
    return failure.restoredAt === undefined ? undefined : restored(known, failure.restoredAt);
  });
}

function restored(failure: Failure, restoredAt: string): Failure | undefined {
  if (failure.unrestored === undefined) return undefined;
  const { how, by, seenAt } = failure;
  return { how, ...(by === undefined ? {} : { by }), seenAt, restoredAt };
}

/** @param change the new failure; undefined where nothing changes */
function changeDeployment(
  week: WeekItem,
  release: string,
  change: (deployment: Deployment) => Failure | undefined,
): WeekItem {
  const found = week.deployments.find((one) => one.release === release);
  const failure = found === undefined ? undefined : change(found);
  if (found === undefined || failure === undefined) return week;
  const deployments = week.deployments.map((one) => (one === found ? { ...found, failure } : one));
  return { ...week, deployments };
}
