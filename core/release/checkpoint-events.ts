import { secondsBetween, spellSeconds } from '../values/duration.ts';
import type { Checkpoint } from '../contract/tasks.ts';
import type { Json } from '../checks/schema.ts';
import type { EventDraft } from './events.ts';
import type { ReleaseHead } from './head.ts';
import { isOneOf } from './progress.ts';

/** The result of a checkpoint of the workflow, and who records it. */
export interface CheckpointResult {
  readonly at: string;
  readonly actor: string;
  readonly environment: string;
  /** `account/region`; absent for the bake, which is of the whole environment. */
  readonly target?: string;
  readonly reason?: string;
  readonly evidence: Readonly<Record<string, Json>>;
}

/** How long an environment bakes and is monitored, once users are on the new version. */
interface ObservationPeriods {
  /** Zero where nothing bakes. */
  readonly bakeSeconds: number;
  readonly monitorSeconds?: number;
}

/**
 * The transitions by which a checkpoint is passed; none when the ledger has them already.
 * @param periods of the environment: the last of its targets to be checked starts the first of them
 */
export function passCheckpoint(
  head: ReleaseHead,
  checkpoint: Checkpoint,
  result: CheckpointResult,
  periods: ObservationPeriods,
): EventDraft[] {
  const { environment, target, ...common } = result;
  const evidence = { ...result.evidence };
  const state = head.environments[environment];
  if (checkpoint === 'bake') {
    if (state === undefined || isOneOf(['monitoring', 'proven', 'done'], state.phase)) return [];
    return [{ type: 'judged', environment, ...common, evidence }, ...startMonitoring(result, periods)];
  }
  if (target === undefined) return [];
  const phase = state?.targets[target];
  if (checkpoint === 'newVersion') {
    return phase === 'verified' ? [] : [{ type: 'verified', environment, target, ...common, evidence }];
  }
  if (phase === 'checked') return [];
  const checked: EventDraft = { type: 'checked', environment, target, ...common, evidence };
  const others = Object.entries(state?.targets ?? {}).filter(([name]) => name !== target);
  if (others.some(([, other]) => other !== 'checked')) return [checked];
  if (state?.bakes !== true) return [checked, ...startMonitoring(result, periods)];
  const { at, actor } = common;
  return [checked, { type: 'bakeStarted', at, actor, environment, evidence: { seconds: periods.bakeSeconds } }];
}

/**
 * The transition that ends monitoring with a good release; none when the ledger has it already.
 * @param newer the release that waits for the turn; empty when the time was over
 */
export function endMonitoring(head: ReleaseHead, proof: CheckpointResult, newer: string): EventDraft[] {
  const { at, actor, environment, evidence } = proof;
  const state = head.environments[environment];
  if (state?.phase !== 'monitoring') return [];
  const elapsed = secondsBetween(state.observedSince ?? head.updatedAt, at);
  const early = newer !== '';
  const cause = early ? `${newer} asks for the turn, and no` : 'No';
  const reason = `${cause} alarm is firing after ${spellSeconds(elapsed)} with all users on the new version.`;
  const seen = { ...evidence, seconds: Math.round(elapsed), ...(early ? { by: newer } : {}) };
  return [{ type: 'monitoringEnded', at, actor, environment, reason, evidence: seen }];
}

function startMonitoring(
  { at, actor, environment }: CheckpointResult,
  { monitorSeconds: seconds }: ObservationPeriods,
): EventDraft[] {
  return seconds === undefined ? [] : [{ type: 'monitoringStarted', at, actor, environment, evidence: { seconds } }];
}
