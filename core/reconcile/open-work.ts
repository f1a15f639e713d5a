import { addSeconds, secondsBetween } from '../values/duration.ts';
import {
  AlarmKeptFiring,
  ApprovalExpired,
  ChangeFailed,
  ContinueDeclined,
  RollbackFailed,
  SettleFailed,
  type SluiceError,
  TrafficShiftFailed,
  TurnNotGiven,
  WindowClosed,
} from '../contract/errors.ts';
import type { WaitItem } from '../ledger/items.ts';
import { parseCorrelationKey } from '../ledger/correlation-key.ts';
import type { Recorder } from '../ledger/arrival.ts';
import type { EventDraft } from '../release/events.ts';
import type { ReleaseHead } from '../release/head.ts';
import { isInVain } from '../release/halt.ts';
import { isHalted } from '../release/progress.ts';
import { needsUndoing } from '../release/rollback-order.ts';
import { isEnd } from '../release/status.ts';
import { parseTarget } from '../values/identifiers.ts';
import { mayFollow } from '../release/transition.ts';

/** What the reconciler does about one open wait. */
export type WaitAction =
  /** Decided, but perhaps never delivered: send the answer that is kept. */
  | 'deliver'
  /** Past its deadline: answer with a failure. */
  | 'expire'
  /** Its release has ended: no answer is needed any more. */
  | 'close'
  /** Its release was halted meanwhile: answer that nothing new begins. */
  | 'halt'
  /** Nobody has decided yet: remind those who are asked. */
  | 'remind'
  /** Read the actual state from AWS (or the queue): its event may have been lost. */
  | 'recheck'
  /** Registered a moment ago: its own re-check covers it. */
  | 'leave';

/** A wait younger than this was re-checked at its registration. */
const YOUNG_SECONDS = 30;

/** Decides about one open wait. */
export function decideWait(wait: WaitItem, head: ReleaseHead | undefined, now: string): WaitAction {
  if (wait.answer !== undefined) return 'deliver';
  if (head === undefined || isEnd(head.status)) return 'close';
  if (isInVain(wait, head)) return 'halt';
  if (now >= wait.deadline) return 'expire';
  const age = (Date.parse(now) - Date.parse(wait.registeredAt)) / 1000;
  if (age < YOUNG_SECONDS) return 'leave';
  if (wait.closedUntil !== undefined && now < wait.closedUntil) return 'leave';
  if (parseCorrelationKey(wait.correlation)?.kind !== 'approval') return 'recheck';
  return wait.remindAt !== undefined && now >= wait.remindAt ? 'remind' : 'leave';
}

/** What a wait past its deadline is answered with. */
export function expiryError({ task, correlation, deadline, release, environment, target }: WaitItem): SluiceError {
  const sentence = `Timed out at ${deadline} waiting for ${correlation}.`;
  const place = { release, environment, ...(target === undefined ? {} : parseTarget(target)) };
  switch (task) {
    case 'askForApproval':
      return new ApprovalExpired(`The approval expired at ${deadline} without a decision.`, place);
    case 'waitForTurn':
      return new TurnNotGiven(`Timed out at ${deadline} waiting for the environment to become free.`, place);
    case 'waitForWindow':
      return new WindowClosed(`Timed out at ${deadline} waiting for a window to open.`, place);
    case 'waitForAlarmsOk':
      return new AlarmKeptFiring(
        `Timed out at ${deadline} waiting for an alarm that was firing before anything was changed.`,
        place,
      );
    case 'askToContinue':
      return new ContinueDeclined(
        `The checks were inconclusive, and the decision to continue expired at ${deadline}.`,
        place,
      );
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

/**
 * Further events when a wait is past its deadline: where the workflow continues (a settle that failed) or does not record
 * the failure itself (a rollback, an approval). Everything else is recorded when the workflow has caught the error.
 */
export function expiryTransitions(wait: WaitItem, head: ReleaseHead, { at, actor }: Recorder): EventDraft[] {
  const { task, environment, target, correlation } = wait;
  const common = { at, actor, environment, reason: expiryError(wait).message };
  const legal = (event: EventDraft): EventDraft[] => (mayFollow(head, event) ? [event] : []);
  if (task === 'askForApproval') {
    const approval = parseCorrelationKey(correlation);
    const evidence = { approval: approval?.kind === 'approval' ? approval.approval : correlation };
    return legal({ type: 'approvalExpired', ...common, evidence });
  }
  if (target === undefined) return [];
  if (task === 'settle') return legal({ type: 'settleFailed', ...common, target });
  if (task === 'restoreTraffic' || task === 'restoreStack') {
    return legal({ type: 'rollbackFailed', ...common, target });
  }
  return [];
}

/** A release whose monitoring started a moment ago is still checked every minute. */
const QUIET_SECONDS = 120;

/** The workflow's own timeout ends a bake or a monitoring that goes well; the wait must outlive it. */
export const periodGraceSeconds = 3600;

/** When the reconciler has to run next. */
export type NextLook =
  | { readonly look: 'never' }
  | { readonly look: 'everyMinute' }
  | { readonly look: 'at'; readonly at: string };

/** All that is open. */
interface OpenWork {
  readonly releases: readonly ReleaseHead[];
  readonly waits: readonly WaitItem[];
  /** What has to be written or sent yet: messages that not everybody has, a digest that lists what has ended. */
  readonly writing: number;
}

/**
 * Never, when nothing is open. When all that is open is monitored for hours or waits for a window, at the first time that this ends:
 * events of alarms and of executions that end wake the engine meanwhile, and people and newer releases do. Else every minute.
 */
export function decideNextLook({ releases, waits, writing }: OpenWork, now: string): NextLook {
  if (releases.length + waits.length + writing === 0) return { look: 'never' };
  const ends = releases.map((head) => restsUntil(head, waits, now));
  const others = waits.some(({ release }) => !releases.some((head) => head.release === release));
  const first = ends
    .filter((end) => end !== undefined)
    .sort()
    .at(0);
  if (first === undefined || ends.includes(undefined) || others || writing > 0) return { look: 'everyMinute' };
  return { look: 'at', at: first };
}

/** When a release at rest has to be looked at again; undefined when it is not at rest, or when that is soon. */
function restsUntil(head: ReleaseHead, waits: readonly WaitItem[], now: string): string | undefined {
  const own = waits.filter(({ release }) => release === head.release);
  // An execution that ended as the rest began is noticed by the reconciler alone: its event came too early.
  const quiet = secondsBetween(head.updatedAt, now) >= QUIET_SECONDS;
  if (isHalted(head) || !quiet || own.some(({ answer }) => answer !== undefined)) return undefined;
  const end = head.status === 'Monitoring' ? monitoringUntil(own) : closedUntil(own);
  return end !== undefined && secondsBetween(now, end) > QUIET_SECONDS ? end : undefined;
}

function monitoringUntil([wait, ...further]: readonly WaitItem[]): string | undefined {
  if (wait?.task !== 'bake' || further.length > 0) return undefined;
  return addSeconds(wait.deadline, -periodGraceSeconds);
}

/** When the first window opens, where every task of the release waits for one. */
function closedUntil(waits: readonly WaitItem[]): string | undefined {
  const ends = waits.map(({ closedUntil: until = '', deadline }) => (until < deadline ? until : deadline)).sort();
  return ends[0] === '' ? undefined : ends[0];
}

/** State of an execution in Step Functions; `missing` when there is none. */
export type ExecutionState =
  | 'RUNNING'
  | 'PENDING_REDRIVE'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'TIMED_OUT'
  | 'ABORTED'
  | 'missing';

/** The executions of a release. */
export interface Executions {
  /** The one that promotes it. */
  readonly promotion: ExecutionState;
  /** The one that undoes what the first left half done; read only when the first has ended. */
  readonly undoing: ExecutionState;
}

/** What the reconciler does about one open release. */
export type ReleaseAction =
  /** Its execution was never started: start it (the name makes that happen once). */
  | 'start'
  /** Its execution has ended and left a target half done: start the execution that rolls it back. */
  | 'undo'
  /** Its executions have ended, but it is open in the ledger: end it with the outcome in the ledger. */
  | 'end'
  | 'leave';

/** An open release whose last event is younger than this is left alone: a task of its execution may be about to write. */
const DEAD_SECONDS = 60;

/** Decides about one open release. */
export function decideRelease(head: ReleaseHead, { promotion, undoing }: Executions, now: string): ReleaseAction {
  if (isEnd(head.status) || isAlive(promotion) || isAlive(undoing)) return 'leave';
  const quiet = (Date.parse(now) - Date.parse(head.updatedAt)) / 1000;
  if (quiet < DEAD_SECONDS) return 'leave';
  if (promotion === 'missing' && head.status === 'Received') return 'start';
  return undoing === 'missing' && needsUndoing(head) ? 'undo' : 'end';
}

/** Can the execution still continue by itself? */
export function isAlive(execution: ExecutionState): boolean {
  return execution === 'RUNNING' || execution === 'PENDING_REDRIVE';
}

/**
 * Why a release ends whose execution ended early, unless its ledger has a reason already. An aborted execution was stopped by
 * a person.
 */
export function explainDeath(head: ReleaseHead, execution: ExecutionState, { at, actor }: Recorder): EventDraft[] {
  if (isHalted(head) || head.rejected !== undefined) return [];
  const reason =
    execution === 'missing'
      ? 'The workflow of the release no longer exists; the ledger was left open.'
      : `The workflow of the release ended as ${execution}; the ledger was left open.`;
  if (execution === 'ABORTED') return [{ type: 'cancelled', at, actor, reason, evidence: { execution } }];
  return [{ type: 'failed', at, actor, reason, evidence: { error: 'WorkflowDied', execution } }];
}
