import { ChangeFailed, RollbackFailed, SettleFailed, TrafficShiftFailed } from './errors.ts';
import type { ErrorPlace, SluiceError } from './errors.ts';
import type { WaitItem } from './ledger/items.ts';
import type { EventDraft } from './release/events.ts';
import type { ReleaseHead } from './release/head.ts';
import { mayFollow } from './release/transition.ts';

/** What became of something in a target that a task waits for. */
export type Outcome =
  | { readonly kind: 'running' }
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly sentence: string };

/** The latest word of a stack about one operation, and its first. */
export interface OperationReport {
  readonly status: string;
  readonly began?: string | undefined;
  /** The first resource that failed, and why; else the stack's own reason. */
  readonly reason?: string | undefined;
}

const stackSuccesses: readonly string[] = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'DELETE_COMPLETE'];

/**
 * Judges an operation on a stack. While the old resources are cleaned up it still runs. A rollback that was begun as one
 * (ContinueUpdateRollback) succeeds by completing; an update that was rolled back has failed.
 * @param report undefined when the stack has not said anything of the operation yet
 */
export function judgeOperation(report: OperationReport | undefined): Outcome {
  if (report === undefined || report.status.endsWith('_IN_PROGRESS')) return { kind: 'running' };
  const { status, began, reason } = report;
  const continued = began === 'UPDATE_ROLLBACK_IN_PROGRESS' && status === 'UPDATE_ROLLBACK_COMPLETE';
  if (stackSuccesses.includes(status) || continued) return { kind: 'succeeded' };
  return { kind: 'failed', sentence: `The stack is ${status}: ${trimEnd(reason)}.` };
}

/** A deployment as CodeDeploy tells it; status undefined when CodeDeploy does not know it (yet). */
export interface DeploymentReport {
  readonly id: string;
  readonly status?: string | undefined;
  readonly reason?: string | undefined;
}

const deploymentEnds: readonly string[] = ['Succeeded', 'Failed', 'Stopped'];

/** Has CodeDeploy done with it? */
export function hasEnded({ status }: DeploymentReport): boolean {
  return status !== undefined && deploymentEnds.includes(status);
}

/** Judges the deployments that move a target's aliases: all must succeed, and the first that does not fails the shift. */
export function judgeShift(reports: readonly DeploymentReport[]): Outcome {
  const failed = reports.find((report) => hasEnded(report) && report.status !== 'Succeeded');
  if (failed !== undefined) {
    const sentence = `CodeDeploy's deployment ${failed.id} is ${failed.status ?? ''}: ${trimEnd(failed.reason)}.`;
    return { kind: 'failed', sentence };
  }
  return reports.every(hasEnded) ? { kind: 'succeeded' } : { kind: 'running' };
}

/** Judges deployments that were stopped: once all have ended, however, the aliases can be put back. */
export function judgeStop(reports: readonly DeploymentReport[]): Outcome {
  return { kind: reports.every(hasEnded) ? 'succeeded' : 'running' };
}

function trimEnd(reason: string | undefined): string {
  return (reason ?? '').trim().replace(/\.+$/, '') || 'AWS gave no reason';
}

/** Where a wait is, for errors. */
export function placeOfWait({ release, environment, target }: WaitItem): ErrorPlace {
  const [account, region] = target?.split('/') ?? [];
  return {
    ...{ release, environment },
    ...(account === undefined || region === undefined ? {} : { account, region }),
  };
}

/** What the workflow catches when the change that a task waits for goes wrong. */
export function outcomeError(wait: WaitItem, sentence: string): SluiceError {
  const place = placeOfWait(wait);
  switch (wait.task) {
    case 'shift':
      return new TrafficShiftFailed(sentence, place);
    case 'settle':
      return new SettleFailed(sentence, place);
    case 'restoreTraffic':
    case 'restoreStack':
      return new RollbackFailed(sentence, place);
    default:
      return new ChangeFailed(sentence, place);
  }
}

/** When and who, for an event. */
export interface Witness {
  readonly at: string;
  readonly actor: string;
}

const successEvents = {
  apply: 'changed',
  shift: 'shifted',
  settle: 'settled',
  restoreTraffic: 'trafficRestored',
  restoreStack: 'stackRestored',
} as const;

/** What the ledger says when a change came to pass; nothing when it says so already. */
export function successTransitions(wait: WaitItem, head: ReleaseHead, { at, actor }: Witness): EventDraft[] {
  const { task, environment, target, subject } = wait;
  if (target === undefined || !isChange(task)) return [];
  const evidence = { waitedFor: subject };
  return legal(head, { type: successEvents[task], at, actor, environment, target, evidence });
}

/** What the ledger says when a wait ended badly, so that the reason stands where the change was announced. */
export function failureTransitions(
  wait: WaitItem,
  head: ReleaseHead,
  error: SluiceError,
  { at, actor }: Witness,
): EventDraft[] {
  const { task, environment, target, subject } = wait;
  const common = { at, actor, environment, reason: error.message.slice(0, 1000) };
  const evidence = { error: error.name, waitedFor: subject };
  if (target === undefined) return legal(head, { type: 'failed', ...common, evidence });
  switch (task) {
    case 'settle':
      return legal(head, { type: 'settleFailed', ...common, target, evidence });
    case 'restoreTraffic':
    case 'restoreStack':
      return legal(head, { type: 'rollbackFailed', ...common, target, evidence });
    default:
      return legal(head, { type: 'failed', ...common, target, evidence });
  }
}

function isChange(task: string): task is keyof typeof successEvents {
  return task in successEvents;
}

function legal(head: ReleaseHead, event: EventDraft): EventDraft[] {
  return mayFollow(head, event) ? [event] : [];
}
