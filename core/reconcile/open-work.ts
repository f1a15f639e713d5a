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
} from '../contract/errors.ts';
import type { WaitItem } from '../ledger/items.ts';
import { parseCorrelationKey } from '../ledger/correlation-key.ts';
import type { Recorder } from '../ledger/arrival.ts';
import type { EventDraft } from '../release/events.ts';
import type { ReleaseHead } from '../release/head.ts';
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
  /** Its release has ended: nobody listens any more. */
  | 'close'
  /** Ask AWS (or the queue) for the truth: its event may have been lost. */
  | 'recheck'
  /** Registered a moment ago: its own re-check covers it. */
  | 'leave';

/** A wait younger than this was re-checked at its registration. */
const YOUNG_SECONDS = 30;

/** Decides about one open wait. */
export function decideWait(wait: WaitItem, head: ReleaseHead | undefined, now: string): WaitAction {
  if (wait.answer !== undefined) return 'deliver';
  if (head === undefined || isEnd(head.status)) return 'close';
  if (now >= wait.deadline) return 'expire';
  const age = (Date.parse(now) - Date.parse(wait.registeredAt)) / 1000;
  if (age < YOUNG_SECONDS) return 'leave';
  return parseCorrelationKey(wait.correlation)?.kind === 'approval' ? 'leave' : 'recheck';
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
 * What the ledger is told besides, when a wait is past its deadline: where the workflow goes on (a settle that failed) or
 * does not look again (a rollback, an approval). Everything else is told when the workflow has caught the error.
 */
export function expiryTransitions(wait: WaitItem, head: ReleaseHead, { at, actor }: Recorder): EventDraft[] {
  const { task, environment, target, correlation } = wait;
  const common = { at, actor, environment, reason: expiryError(wait).message.slice(0, 1000) };
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

/** One that started to be monitored a moment ago is looked at every minute still. */
const QUIET_SECONDS = 120;

/** The workflow's own timeout ends a bake, or the monitoring, that go well; the wait must outlive it. */
export const periodGraceSeconds = 3600;

/** When the reconciler has to look again. */
export type NextLook =
  { readonly look: 'never' } | { readonly look: 'everyMinute' } | { readonly look: 'at'; readonly at: string };

/** All that is open. */
interface OpenWork {
  readonly releases: readonly ReleaseHead[];
  readonly waits: readonly WaitItem[];
  /** How many were not told of an end yet. */
  readonly notices: number;
}

/**
 * Never, when nothing is open. Where nothing is open but releases that are monitored for hours, not before the first of them is not
 * any more: events of alarms and of executions that end wake the engine meanwhile. Else every minute.
 */
export function decideNextLook({ releases, waits, notices }: OpenWork, now: string): NextLook {
  if (releases.length + waits.length + notices === 0) return { look: 'never' };
  const ends = releases.map((head) => monitoringUntil(head, waits, now));
  const others = waits.some(({ release }) => !releases.some((head) => head.release === release));
  const first = ends
    .filter((end) => end !== undefined)
    .sort()
    .at(0);
  if (first === undefined || ends.includes(undefined) || others || notices > 0) return { look: 'everyMinute' };
  return { look: 'at', at: first };
}

/** When a release that is monitored, and at rest, is no longer so; undefined when it is not, or when that is soon. */
function monitoringUntil(head: ReleaseHead, waits: readonly WaitItem[], now: string): string | undefined {
  const [wait, ...further] = waits.filter(({ release }) => release === head.release);
  // An execution that died as monitoring started is noticed by the reconciler alone: its event came too early.
  const quiet = secondsBetween(head.updatedAt, now) >= QUIET_SECONDS;
  if (head.status !== 'Monitoring' || isHalted(head) || !quiet) return undefined;
  if (wait === undefined || further.length > 0 || wait.task !== 'bake' || wait.answer !== undefined) return undefined;
  const end = addSeconds(wait.deadline, -periodGraceSeconds);
  return secondsBetween(now, end) > QUIET_SECONDS ? end : undefined;
}

/** State of an execution, as Step Functions says; `missing` when there is none. */
export type ExecutionState =
  'RUNNING' | 'PENDING_REDRIVE' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'missing';

/** The executions of a release. */
export interface Executions {
  /** The one that promotes it. */
  readonly promotion: ExecutionState;
  /** The one that undoes what it left half done; only looked at when the other has died. */
  readonly undoing: ExecutionState;
}

/** What the reconciler does about one open release. */
export type ReleaseAction =
  /** Its execution was never started: start it (the name makes that happen once). */
  | 'start'
  /** Its execution is gone and left a target half done: start the execution that puts it back. */
  | 'undo'
  /** Its executions are gone, but the ledger says that it is open: end it as the ledger says. */
  | 'conclude'
  | 'leave';

/** An open release whose last event is younger than this is left alone: what its execution began may be about to write. */
const DEAD_SECONDS = 60;

/** Decides about one open release. */
export function decideRelease(head: ReleaseHead, { promotion, undoing }: Executions, now: string): ReleaseAction {
  if (isEnd(head.status) || isAlive(promotion) || isAlive(undoing)) return 'leave';
  const quiet = (Date.parse(now) - Date.parse(head.updatedAt)) / 1000;
  if (quiet < DEAD_SECONDS) return 'leave';
  if (promotion === 'missing' && head.status === 'Received') return 'start';
  return undoing === 'missing' && needsUndoing(head) ? 'undo' : 'conclude';
}

/** May the execution still do something by itself? */
export function isAlive(execution: ExecutionState): boolean {
  return execution === 'RUNNING' || execution === 'PENDING_REDRIVE';
}

/**
 * Why a release ends whose execution died, unless its ledger has a reason already. An execution that was stopped was stopped
 * by a person.
 */
export function explainDeath(head: ReleaseHead, execution: ExecutionState, { at, actor }: Recorder): EventDraft[] {
  if (isHalted(head) || head.rejected !== undefined) return [];
  const reason =
    execution === 'missing'
      ? 'The workflow of the release is gone; the ledger was left open.'
      : `The workflow of the release ended as ${execution}; the ledger was left open.`;
  if (execution === 'ABORTED') return [{ type: 'cancelled', at, actor, reason, evidence: { execution } }];
  return [{ type: 'failed', at, actor, reason, evidence: { error: 'WorkflowDied', execution } }];
}
