import type { EnvironmentDraft, EventType, ReleaseDraft, TargetDraft } from './events.ts';
import type { EnvironmentPhase, TargetPhase } from './head.ts';
import {
  cleanPhases,
  goodPhases,
  heldPhases,
  touchedPhases,
  unappliedPhases,
  underWayPhases,
  undoingPhases,
} from './phases.ts';
import type { ReleaseStatus } from './status.ts';

/**
 * Which event may follow what. A rule of an environment or a target has one or more ways; the first whose conditions hold is
 * taken. `forward` events begin or prove something: none is legal once the release has failed, was stopped or was refused.
 */
type TransitionRule = ReleaseRule | EnvironmentRule | TargetRule;

/** An event of the release as a whole. */
export interface ReleaseRule {
  readonly level: 'release';
  readonly from: readonly ReleaseStatus[] | 'open';
  readonly forward: boolean;
}

/** An event of the environment under way: the first that is not done. */
export interface EnvironmentRule {
  readonly level: 'environment';
  readonly forward: boolean;
  readonly status?: ReleaseStatus;
  readonly ways: readonly {
    readonly from: readonly EnvironmentPhase[];
    readonly to: EnvironmentPhase;
    /** Must the plan require approval (`true`), or not (`false`)? */
    readonly approval?: boolean;
    /** Must the plan have a bake, or not? */
    readonly bakes?: boolean;
    /** Must the release be monitored after the bake, or not? */
    readonly monitors?: boolean;
    /** Every target must be in one of these phases. */
    readonly targets?: readonly TargetPhase[];
    /** Only where the policy lets good targets keep the new version although others fail. */
    readonly keeps?: true;
    readonly status?: ReleaseStatus;
    /** Resets every target to this phase. */
    readonly resetTargets?: TargetPhase;
  }[];
}

/** An event of one target of the environment under way. */
export interface TargetRule {
  readonly level: 'target';
  readonly forward: boolean;
  readonly status?: ReleaseStatus;
  readonly from: readonly TargetPhase[];
  readonly to: TargetPhase;
  readonly environment: readonly EnvironmentPhase[];
  /** Legal only once the release failed or was stopped. */
  readonly onlyWhenHalted?: true;
  /**
   * Legal only when the whole environment is good (baked, or every target checked where nothing bakes), or when this target
   * keeps the new version although others failed.
   */
  readonly onlyWhenGood?: true;
}

/** For events of an environment that are recorded while the release holds it, and change no phase. */
const stays = [
  { from: ['held'], to: 'held' },
  { from: ['baking'], to: 'baking' },
  { from: ['monitoring'], to: 'monitoring' },
] as const satisfies EnvironmentRule['ways'];

/** For what is recorded while the release waits for its turn, or holds it and has targets left to begin with. */
const mayWait = [
  { from: ['queued'], to: 'queued' },
  { from: ['held'], to: 'held' },
] as const satisfies EnvironmentRule['ways'];
/** No window keeps it any longer: it waits for its turn, or works. */
const opens = [
  { from: ['queued'], to: 'queued', status: 'AwaitingTurn' },
  { from: ['held'], to: 'held', status: 'Deploying' },
] as const satisfies EnvironmentRule['ways'];

/** Events of the release as a whole, after the first. */
export const releaseRules: Readonly<Record<ReleaseDraft['type'], ReleaseRule>> = {
  rejected: { level: 'release', from: ['Received'], forward: true },
  accepted: { level: 'release', from: ['Received'], forward: true },
  failed: { level: 'release', from: 'open', forward: false },
  cancelled: { level: 'release', from: 'open', forward: true },
  ended: { level: 'release', from: 'open', forward: false },
};

/** Events of the environment under way. */
export const environmentRules: Readonly<Record<EnvironmentDraft['type'], EnvironmentRule>> = {
  lookingAhead: {
    level: 'environment',
    forward: true,
    status: 'LookingAhead',
    ways: [{ from: ['waiting'], to: 'waiting' }],
  },
  approvalRequested: {
    level: 'environment',
    forward: true,
    status: 'AwaitingApproval',
    ways: [{ from: ['waiting'], to: 'approvalPending', approval: true }],
  },
  approvalNotNeeded: {
    level: 'environment',
    forward: true,
    ways: [{ from: ['waiting'], to: 'approved', approval: true }],
  },
  approvalReminded: {
    level: 'environment',
    forward: true,
    ways: [{ from: ['approvalPending'], to: 'approvalPending' }],
  },
  approvalGiven: { level: 'environment', forward: true, ways: [{ from: ['approvalPending'], to: 'approvalPending' }] },
  approved: { level: 'environment', forward: true, ways: [{ from: ['approvalPending'], to: 'approved' }] },
  declined: {
    level: 'environment',
    forward: true,
    status: 'Ending',
    ways: [{ from: ['approvalPending'], to: 'declined' }],
  },
  approvalExpired: {
    level: 'environment',
    forward: true,
    status: 'Ending',
    ways: [{ from: ['approvalPending'], to: 'expired' }],
  },
  approvalVoided: {
    level: 'environment',
    forward: true,
    status: 'LookingAhead',
    ways: [
      { from: ['approved', 'queued'], to: 'waiting', approval: true },
      { from: ['held'], to: 'waiting', approval: true, targets: unappliedPhases, resetTargets: 'pending' },
    ],
  },
  turnRequested: {
    level: 'environment',
    forward: true,
    status: 'AwaitingTurn',
    ways: [
      { from: ['waiting'], to: 'queued', approval: false },
      { from: ['approved'], to: 'queued' },
    ],
  },
  turnTaken: { level: 'environment', forward: true, status: 'Deploying', ways: [{ from: ['queued'], to: 'held' }] },
  superseded: {
    level: 'environment',
    forward: true,
    status: 'Ending',
    ways: [{ from: ['waiting', 'approvalPending', 'approved', 'queued'], to: 'superseded' }],
  },
  windowClosed: { level: 'environment', forward: true, status: 'AwaitingWindow', ways: mayWait },
  windowOpened: { level: 'environment', forward: true, ways: opens },
  windowOverridden: { level: 'environment', forward: true, ways: opens },
  alarmFiring: { level: 'environment', forward: true, status: 'AwaitingAlarm', ways: [{ from: ['held'], to: 'held' }] },
  alarmsOverridden: {
    level: 'environment',
    forward: true,
    status: 'Deploying',
    ways: [{ from: ['held'], to: 'held' }],
  },
  alarmsOk: { level: 'environment', forward: true, status: 'Deploying', ways: [{ from: ['held'], to: 'held' }] },
  stackBusy: { level: 'environment', forward: true, status: 'AwaitingStack', ways: [{ from: ['held'], to: 'held' }] },
  stackAvailable: { level: 'environment', forward: true, status: 'Deploying', ways: [{ from: ['held'], to: 'held' }] },
  adoptionStarted: {
    level: 'environment',
    forward: true,
    status: 'AwaitingStack',
    ways: [{ from: ['held'], to: 'held' }],
  },
  adopted: { level: 'environment', forward: true, status: 'Deploying', ways: [{ from: ['held'], to: 'held' }] },
  adoptionFailed: { level: 'environment', forward: true, status: 'Deploying', ways: [{ from: ['held'], to: 'held' }] },
  aliasesRestoring: {
    level: 'environment',
    forward: true,
    status: 'Deploying',
    ways: [{ from: ['held'], to: 'held' }],
  },
  aliasesRestored: { level: 'environment', forward: false, ways: [{ from: ['held'], to: 'held' }] },
  stackFirst: { level: 'environment', forward: true, status: 'Deploying', ways: [{ from: ['held'], to: 'held' }] },
  checkFailed: { level: 'environment', forward: false, ways: stays },
  inconclusive: { level: 'environment', forward: true, ways: stays },
  decisionRequested: { level: 'environment', forward: true, status: 'AwaitingDecision', ways: stays },
  continued: {
    level: 'environment',
    forward: true,
    ways: [
      { from: ['held'], to: 'held', status: 'Deploying' },
      { from: ['baking'], to: 'baking', status: 'Baking' },
      { from: ['monitoring'], to: 'monitoring', status: 'Monitoring' },
    ],
  },
  bakeStarted: {
    level: 'environment',
    forward: true,
    status: 'Baking',
    ways: [{ from: ['held'], to: 'baking', bakes: true, targets: ['checked'] }],
  },
  judged: {
    level: 'environment',
    forward: true,
    status: 'Settling',
    ways: [
      { from: ['held', 'baking'], to: 'proven', monitors: false, targets: ['checked'] },
      { from: ['baking'], to: 'baking', monitors: true, targets: ['checked'], status: 'Baking' },
    ],
  },
  monitoringStarted: {
    level: 'environment',
    forward: true,
    status: 'Monitoring',
    ways: [
      { from: ['held'], to: 'monitoring', bakes: false, monitors: true, targets: ['checked'] },
      { from: ['baking'], to: 'monitoring', monitors: true, targets: ['checked'] },
    ],
  },
  monitoringEnded: {
    level: 'environment',
    forward: true,
    status: 'Settling',
    ways: [{ from: ['monitoring'], to: 'proven', targets: ['checked'] }],
  },
  turnGivenBack: {
    level: 'environment',
    forward: false,
    ways: [
      { from: ['proven'], to: 'done', targets: goodPhases },
      { from: ['held'], to: 'done', bakes: false, monitors: false, targets: goodPhases },
      { from: heldPhases, to: 'undone', targets: cleanPhases },
      { from: heldPhases, to: 'undone', targets: [...cleanPhases, ...goodPhases], keeps: true },
    ],
  },
};

/** Events of one of its targets. */
export const targetRules: Readonly<Record<TargetDraft['type'], TargetRule>> = {
  preparing: {
    level: 'target',
    forward: true,
    status: 'Deploying',
    from: ['pending'],
    to: 'preparing',
    environment: ['held'],
  },
  prepared: { level: 'target', forward: false, from: ['preparing'], to: 'prepared', environment: ['held'] },
  changeStarted: { level: 'target', forward: true, from: ['prepared'], to: 'changing', environment: ['held'] },
  changed: { level: 'target', forward: false, from: ['changing'], to: 'changed', environment: ['held'] },
  verified: { level: 'target', forward: false, from: ['changed'], to: 'verified', environment: ['held'] },
  shiftStarted: { level: 'target', forward: true, from: ['verified'], to: 'shifting', environment: ['held'] },
  shifted: { level: 'target', forward: false, from: ['shifting'], to: 'shifted', environment: ['held'] },
  checked: { level: 'target', forward: false, from: ['shifted'], to: 'checked', environment: ['held'] },
  settleStarted: {
    level: 'target',
    forward: false,
    status: 'Settling',
    from: ['checked'],
    to: 'settling',
    environment: heldPhases,
    onlyWhenGood: true,
  },
  settled: { level: 'target', forward: false, from: ['settling'], to: 'settled', environment: heldPhases },
  settleFailed: {
    level: 'target',
    forward: false,
    from: ['checked', 'settling'],
    to: 'unsettled',
    environment: heldPhases,
    onlyWhenGood: true,
  },

  rollbackStarted: {
    level: 'target',
    forward: false,
    status: 'RollingBack',
    from: touchedPhases,
    to: 'rollingBack',
    environment: underWayPhases,
    onlyWhenHalted: true,
  },
  trafficRestored: {
    level: 'target',
    forward: false,
    from: ['rollingBack'],
    to: 'trafficRestored',
    environment: underWayPhases,
  },
  recoveryStarted: {
    level: 'target',
    forward: false,
    from: ['trafficRestored'],
    to: 'recovering',
    environment: underWayPhases,
  },
  recovered: { level: 'target', forward: false, from: ['recovering'], to: 'recovered', environment: underWayPhases },
  stackRestoreStarted: {
    level: 'target',
    forward: false,
    from: ['trafficRestored', 'recovered'],
    to: 'restoringStack',
    environment: underWayPhases,
  },
  stackRestored: {
    level: 'target',
    forward: false,
    from: ['trafficRestored', 'recovered', 'restoringStack'],
    to: 'stackRestored',
    environment: underWayPhases,
  },
  rolledBack: {
    level: 'target',
    forward: false,
    from: ['stackRestored'],
    to: 'rolledBack',
    environment: underWayPhases,
  },
  rollbackFailed: {
    level: 'target',
    forward: false,
    status: 'RollingBack',
    from: [...touchedPhases, ...undoingPhases],
    to: 'rollbackFailed',
    environment: underWayPhases,
    onlyWhenHalted: true,
  },
};

/** The whole table. A release begins with `received`, once. */
export const transitionTable: Readonly<Record<EventType, TransitionRule>> = {
  received: { level: 'release', from: [], forward: true },
  ...releaseRules,
  ...environmentRules,
  ...targetRules,
};
