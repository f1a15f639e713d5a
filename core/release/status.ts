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
  'AwaitingWindow',
  'AwaitingAlarm',
  'AwaitingStack',
  'Deploying',
  'AwaitingDecision',
  'Baking',
  'Monitoring',
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

/** What an operator does about each status; `RELEASE` stands for its id. */
export const operatorAdvice: Readonly<Record<ReleaseStatus, string>> = {
  Received: 'Nothing to do: the artifact is being validated.',
  Accepted: 'Nothing to do: the plan is frozen and the first environment is next.',
  LookingAhead: 'Nothing to do: the engine previews the changes for the approvers.',
  AwaitingApproval: 'An approver has to approve or decline. Other releases are not blocked.',
  AwaitingTurn: 'Another release, a hold or a quarantine keeps the environment: see who has the turn.',
  AwaitingWindow:
    'The release continues by itself when the environment opens. If it must not wait, somebody whom the policy names in "windowOverrides" may let it in: sluice override-window.',
  AwaitingAlarm:
    'An alarm of the environment is firing before anything was changed: the release continues when it is OK. Look at the alarm. If this release is what mends it, somebody whom the policy names in "repairs" may let it in: sluice repair.',
  AwaitingStack:
    'The stack is being changed by someone else, and this release has not changed it: it continues when that change is over. See who is changing it.',
  AwaitingDecision:
    'The checks were inconclusive. A person named by the policy decides whether the release continues or is rolled back.',
  Deploying: 'Nothing to do: targets are changing; users move only after the new version is verified.',
  Baking: 'Nothing to do: the new version serves, and alarms and checks watch it.',
  Monitoring:
    'Nothing to do: the new version serves all users, and an alarm that fires still rolls it back. A newer release ends this early.',
  Settling: 'Nothing to do: the release is good; each stack is updated to match what is live.',
  RollingBack: 'Nothing to do yet: the previous version is being restored. Read the reason and fix the service.',
  Ending: 'Nothing to do: the release is ending.',
  Succeeded: 'Nothing to do: the new version serves in every environment.',
  Rejected: 'The team fixes the listed problems and drops a new version. Nothing was deployed.',
  Declined:
    'Talk to the approver. To ask again, with the same artifact: sluice retry RELEASE. Environments that it has passed keep the version, and are left alone.',
  Expired:
    'No decision was made, or the environment did not become free, in time. To ask again, with the same artifact: sluice retry RELEASE. Environments that it has passed keep the version, and are left alone.',
  Superseded: 'Nothing to do: a newer release replaces this one.',
  Cancelled: 'A person stopped the release before it changed the environment it waited for.',
  RolledBack: 'The team reads the evidence and drops a fixed version.',
  Failed:
    'Act now: a rollback did not finish, and the environment is quarantined. Repair the target (docs/operating.md, "A release ended Failed"), then: sluice clear SERVICE ENVIRONMENT.',
};
