/**
 * Where a release is, and what a person has to do about it.
 *
 * Ends are business outcomes: an execution that reaches one has done its work, whatever the outcome.
 */
export const openStatuses = [
  'Received',
  'Accepted',
  'LookingAhead',
  'AwaitingApproval',
  'AwaitingTurn',
  'AwaitingAlarm',
  'AwaitingStack',
  'Deploying',
  'AwaitingDecision',
  'Baking',
  'Armed',
  'Settling',
  'RollingBack',
  'Ending',
] as const;

export const endStatuses = [
  'Succeeded',
  'Rejected',
  'Declined',
  'Expired',
  'Superseded',
  'Cancelled',
  'RolledBack',
  'Failed',
] as const;

export const releaseStatuses = [...openStatuses, ...endStatuses] as const;

export type EndStatus = (typeof endStatuses)[number];
export type ReleaseStatus = (typeof releaseStatuses)[number];

/** Is the release over? Nothing follows an end. */
export function isEnd(status: ReleaseStatus): status is EndStatus {
  return endStatuses.some((end) => end === status);
}

/** What each status means to whoever is on call. */
export const operatorAdvice: Readonly<Record<ReleaseStatus, string>> = {
  Received: 'Nothing to do: the artifact is being read.',
  Accepted: 'Nothing to do: the plan is frozen, deployment is about to begin.',
  LookingAhead: 'Nothing to do: the engine works out what would change, for the approvers.',
  AwaitingApproval: 'Somebody the policy lists has to approve or decline. Nothing is blocked meanwhile.',
  AwaitingTurn: 'Another release, a hold, a window or a quarantine keeps the environment; look at who holds the turn.',
  AwaitingAlarm:
    'An alarm of the environment is red although nothing was changed yet: the release begins when it is green. Look at the alarm.',
  AwaitingStack:
    'Somebody else is changing the stack, and this release has changed nothing there: it goes on when that is over. See who it is.',
  AwaitingDecision:
    'Checks saw too little to decide. Somebody the policy lists has to say whether the release goes on or is rolled back.',
  Deploying: 'Nothing to do: targets are changing under watch; users move only after the new version was verified.',
  Baking: 'Nothing to do: the new version serves and is being watched.',
  Armed:
    'Nothing to do: the new version serves everybody, and an alarm that turns red still rolls it back. A newer release ends this early.',
  Settling: 'Nothing to do: the release is good; stacks are brought to agree with what is live.',
  RollingBack: 'Nothing to do yet: the previous version is being restored. Read the reason and fix the service.',
  Ending: 'Nothing to do: the release is being concluded.',
  Succeeded: 'Nothing to do: the new version serves in every environment.',
  Rejected: 'The team fixes the listed problems and drops a new version. Nothing was deployed.',
  Declined: 'Talk to the approver; a new attempt may be dropped. Earlier environments keep the version.',
  Expired:
    'Nobody decided, or the environment did not become free, in time. Drop the artifact again to ask again. Earlier environments keep the version.',
  Superseded: 'Nothing to do: a newer release went ahead instead.',
  Cancelled: 'A person stopped it before anything had to be undone in the environment it waited for.',
  RolledBack: 'The previous version serves. The team reads the evidence and drops a fixed version.',
  Failed:
    'Act now: the environment is quarantined, a rollback did not finish. Look at the target, repair it, clear the quarantine.',
};
