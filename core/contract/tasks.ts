import * as z from 'zod';
import { accountId, environmentName, planningId, regionName, releaseId, targetSchema } from '../values/identifiers.ts';
import { endStatuses } from '../release/status.ts';

/**
 * Input and output of every Task of the state machines. Only ids travel: a function reads the rest in the ledger.
 * A Task that waits (`…waitForTaskToken`) gets a `token` and answers by it; the others answer by returning.
 * A release keeps the version of the workflow it started with: fields that nothing reads any more are ignored.
 */
const onRelease = { release: releaseId };
const onEnvironment = { ...onRelease, environment: environmentName };
const onTarget = { ...onEnvironment, account: accountId, region: regionName };
const waiting = { token: z.string().min(1).max(2048) };

/** What a person can override when its checks are inconclusive. */
export const checkpoints = ['newVersion', 'target', 'bake'] as const;
export type Checkpoint = (typeof checkpoints)[number];

/**
 * How an environment is observed once users are on the new version: the bake, and the monitoring after it.
 */
const period = z.enum(['bake', 'monitor']);
const observed = { period };

const nothing = z.strictObject({});

const environmentTargetSchema = z.strictObject({ environment: environmentName, ...targetSchema.shape });

/** What `sluice plan` asked for, and no release. */
const onPlan = { plan: planningId };
const onPreview = { ...onPlan, environment: environmentName, account: accountId, region: regionName };

/** What the workflow needs to know of the plan: order, waits and concurrency. */
const workflowPlanSchema = z.strictObject({
  environments: z.array(
    z.strictObject({
      name: environmentName,
      approval: z.boolean(),
      /** One after another; none where nothing bakes. */
      periods: z.array(z.strictObject({ period, seconds: z.int().min(1) })),
      waves: z.array(z.array(targetSchema)),
      /** Do the others of a wave finish when one of its targets fails? */
      tolerant: z.boolean(),
    }),
  ),
});

/** Read and judge the artifact, freeze the plan. Throws ArtifactRejected. */
export const validateTasks = {
  validate: { input: z.object({ task: z.literal('validate'), ...onRelease }), output: workflowPlanSchema },
  /** Read and judge an artifact that is not released; which targets are to be looked at. */
  validatePlan: {
    input: z.object({ task: z.literal('validatePlan'), ...onPlan }),
    output: z.strictObject({ targets: z.array(environmentTargetSchema) }),
  },
} as const;

/** Gates, and how a release ends. */
export const gateTasks = {
  /** Answers when enough people have approved. Throws ApprovalDeclined, ApprovalExpired, ReleaseSuperseded. */
  askForApproval: {
    input: z.object({ task: z.literal('askForApproval'), ...onEnvironment, ...waiting }),
    output: z.strictObject({ approval: z.string() }),
  },
  /** Answers when this release has the environment's turn. Throws ReleaseSuperseded, ApprovalVoid, TurnNotGiven. */
  waitForTurn: {
    input: z.object({ task: z.literal('waitForTurn'), ...onEnvironment, ...waiting }),
    output: z.strictObject({ fence: z.int().min(1) }),
  },
  /**
   * Asks a person whether the release may continue although its checks are inconclusive. Answers when it may. Throws
   * ContinueDeclined; CheckFailed where the policy rolls back instead.
   */
  askToContinue: {
    input: z.object({
      task: z.literal('askToContinue'),
      ...onEnvironment,
      account: accountId.exactOptional(),
      region: regionName.exactOptional(),
      /** What is inconclusive: the new version before the shift, the target after it, or the bake. */
      checkpoint: z.enum(checkpoints),
      ...waiting,
    }),
    output: z.strictObject({ approval: z.string() }),
  },
  /** Answers when no window keeps the release from the target. Throws WindowClosed when that takes months. */
  waitForWindow: {
    input: z.object({ task: z.literal('waitForWindow'), ...onTarget, ...waiting }),
    output: nothing,
  },
  /** Records that a target could not be settled, unless the ledger has it already. */
  recordSettleFailure: {
    input: z.object({ task: z.literal('recordSettleFailure'), ...onTarget, error: z.string(), cause: z.string() }),
    output: nothing,
  },
  /** Records that a target could not be rolled back, unless the ledger has it already. */
  recordRollbackFailure: {
    input: z.object({ task: z.literal('recordRollbackFailure'), ...onTarget, error: z.string(), cause: z.string() }),
    output: nothing,
  },
  /** Records what went wrong; answers what must be rolled back, newest first. */
  planRollback: {
    input: z.object({ task: z.literal('planRollback'), ...onRelease, error: z.string(), cause: z.string() }),
    output: z.strictObject({
      rollBack: z.array(environmentTargetSchema),
      /** Targets that keep the new version, by the policy's `onFailure`. */
      keep: z.array(environmentTargetSchema),
    }),
  },
  /** Ends the release with the outcome in its ledger. */
  complete: {
    input: z.object({ task: z.literal('complete'), ...onRelease }),
    output: z.strictObject({ status: z.enum(endStatuses) }),
  },
  /** Ends a plan, so that the service can be planned again. `error` is empty where nothing went wrong. */
  completePlan: {
    input: z.object({ task: z.literal('completePlan'), ...onPlan, error: z.string(), cause: z.string() }),
    output: nothing,
  },
} as const;

/** Changes to targets. */
export const deployTasks = {
  /** What would change in a target by an artifact that is not released, from change sets that are deleted again. */
  previewTarget: { input: z.object({ task: z.literal('previewTarget'), ...onPreview }), output: nothing },
  /** Takes away what a preview that failed left in the target, and records why it failed. */
  clearPreview: {
    input: z.object({ task: z.literal('clearPreview'), ...onPreview, error: z.string(), cause: z.string() }),
    output: nothing,
  },
  /** What would change in every target of the environment. Throws TargetNotReady, ChangeFailed. */
  lookAhead: { input: z.object({ task: z.literal('lookAhead'), ...onEnvironment }), output: nothing },
  /** Answers when no alarm of the target is firing any longer. Throws AlarmKeptFiring. */
  waitForAlarmsOk: {
    input: z.object({ task: z.literal('waitForAlarmsOk'), ...onTarget, ...waiting }),
    output: nothing,
  },
  /** Answers when the stack is no longer being changed. Throws ChangeFailed when that takes hours. */
  waitForStack: {
    input: z.object({ task: z.literal('waitForStack'), ...onTarget, ...waiting }),
    output: nothing,
  },
  /** Gives the live stack's roles and users the permissions boundary. Answers when it is done. Throws ChangeFailed. */
  adoptStack: { input: z.object({ task: z.literal('adoptStack'), ...onTarget, ...waiting }), output: nothing },
  /**
   * Answers when an alarm of the environment fires, when a person ends the period, and in the monitoring after the bake also when
   * a newer release waits for the turn; else the workflow's own timeout ends it. Throws CheckFailed.
   */
  bake: {
    input: z.object({ task: z.literal('bake'), ...onEnvironment, ...observed, ...waiting }),
    output: z.strictObject({ newer: releaseId.or(z.literal('')) }),
  },
  /**
   * Prepares the change and carries it out. Throws TargetNotReady, ChangeFailed, ApprovalVoid, WindowClosed, AlarmAlreadyFiring,
   * StackBusy and AdoptionDue before anything was changed; then ChangeFailed.
   */
  apply: { input: z.object({ task: z.literal('apply'), ...onTarget, ...waiting }), output: nothing },
  /** Throws TrafficShiftFailed. */
  shift: { input: z.object({ task: z.literal('shift'), ...onTarget, ...waiting }), output: nothing },
  /** Throws SettleFailed. */
  settle: { input: z.object({ task: z.literal('settle'), ...onTarget, ...waiting }), output: nothing },
  /** Throws RollbackFailed. */
  restoreTraffic: {
    input: z.object({ task: z.literal('restoreTraffic'), ...onTarget, ...waiting }),
    output: nothing,
  },
  /** Throws RecoveryDue before anything is restored; RollbackFailed. */
  restoreStack: {
    input: z.object({ task: z.literal('restoreStack'), ...onTarget, ...waiting }),
    output: nothing,
  },
} as const;

/** Checks of what runs in the targets. */
export const verifyTasks = {
  /** Smoke and synthetic traffic against the new version by its number. Throws CheckFailed. */
  verifyNewVersion: { input: z.object({ task: z.literal('verifyNewVersion'), ...onTarget }), output: nothing },
  /** Smoke through the alias, and alarms, after the shift. Throws CheckFailed. */
  check: { input: z.object({ task: z.literal('check'), ...onTarget }), output: nothing },
  /** Alarms, checks and samples of the whole environment after the bake; only its alarms after the monitoring. Throws CheckFailed. */
  judge: {
    input: z.object({
      task: z.literal('judge'),
      ...onEnvironment,
      ...observed,
      /** The release whose wait for the turn ended the monitoring; empty when its time was over. */
      newer: releaseId.or(z.literal('')).default(''),
    }),
    output: nothing,
  },
  /** Calls the function that undoes changes to data. Throws RollbackFailed. */
  recover: { input: z.object({ task: z.literal('recover'), ...onTarget }), output: nothing },
  /** Checks what serves after a rollback; records that the target is rolled back. Throws RollbackFailed. */
  checkRollback: { input: z.object({ task: z.literal('checkRollback'), ...onTarget }), output: nothing },
} as const;

/**
 * One slice of synthetic traffic while a target's traffic moves. Not a state of the workflow: the reconciler invokes it and
 * does not wait for its answer.
 */
const driveSliceInput = z.strictObject({
  task: z.literal('driveSlice'),
  release: releaseId,
  environment: environmentName,
  account: accountId,
  region: regionName,
  /** Its number, from 1. */
  slice: z.int().min(1),
});
export type SliceOrder = z.infer<typeof driveSliceInput>;

/** What the function that delivers messages is invoked with: whose messages are due. */
export const deliveryOrder = z.strictObject({ task: z.literal('deliver'), release: releaseId });
export type DeliveryOrder = z.infer<typeof deliveryOrder>;

export const validateInput = z.discriminatedUnion('task', [
  validateTasks.validate.input,
  validateTasks.validatePlan.input,
]);
export const gateInput = z.discriminatedUnion('task', [
  gateTasks.askForApproval.input,
  gateTasks.waitForTurn.input,
  gateTasks.askToContinue.input,
  gateTasks.waitForWindow.input,
  gateTasks.recordSettleFailure.input,
  gateTasks.recordRollbackFailure.input,
  gateTasks.planRollback.input,
  gateTasks.complete.input,
  gateTasks.completePlan.input,
]);
export const deployInput = z.discriminatedUnion('task', [
  deployTasks.previewTarget.input,
  deployTasks.clearPreview.input,
  deployTasks.lookAhead.input,
  deployTasks.waitForAlarmsOk.input,
  deployTasks.waitForStack.input,
  deployTasks.adoptStack.input,
  deployTasks.bake.input,
  deployTasks.apply.input,
  deployTasks.shift.input,
  deployTasks.settle.input,
  deployTasks.restoreTraffic.input,
  deployTasks.restoreStack.input,
]);
export const verifyInput = z.discriminatedUnion('task', [
  verifyTasks.verifyNewVersion.input,
  verifyTasks.check.input,
  verifyTasks.judge.input,
  verifyTasks.recover.input,
  verifyTasks.checkRollback.input,
  driveSliceInput,
]);

/** Every task by name, whichever function does it. */
export const allTasks = { ...validateTasks, ...gateTasks, ...deployTasks, ...verifyTasks } as const;
export type TaskName = keyof typeof allTasks;
export const taskName = z.enum([
  'validate',
  'askForApproval',
  'waitForTurn',
  'askToContinue',
  'waitForWindow',
  'recordSettleFailure',
  'recordRollbackFailure',
  'planRollback',
  'complete',
  'lookAhead',
  'waitForAlarmsOk',
  'waitForStack',
  'adoptStack',
  'bake',
  'apply',
  'shift',
  'settle',
  'restoreTraffic',
  'restoreStack',
  'verifyNewVersion',
  'check',
  'judge',
  'recover',
  'checkRollback',
  'validatePlan',
  'previewTarget',
  'clearPreview',
  'completePlan',
]);

export type TaskInput<Name extends TaskName> = z.infer<(typeof allTasks)[Name]['input']>;
export type TaskOutput<Name extends TaskName> = z.infer<(typeof allTasks)[Name]['output']>;
export type WorkflowPlan = z.infer<typeof workflowPlanSchema>;
export type EnvironmentTarget = z.infer<typeof environmentTargetSchema>;

/** Input of the machines of one target. */
export const targetExecutionInput = z.strictObject({
  release: releaseId,
  environment: environmentName,
  account: accountId,
  region: regionName,
});
