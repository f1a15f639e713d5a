import type { Station } from '../tasks.ts';
import type { Json } from '../checks/schema.ts';
import type { EventDraft } from './events.ts';
import type { ReleaseHead } from './head.ts';

/** What a station of the workflow has proven, and who says so. */
export interface Proof {
  readonly at: string;
  readonly actor: string;
  readonly environment: string;
  /** `account/region`; absent for the bake, which is of the whole environment. */
  readonly target?: string;
  readonly reason?: string;
  readonly evidence: Readonly<Record<string, Json>>;
}

/**
 * The transitions by which a station is passed; none when the ledger says so already.
 * @param bakeSeconds how long the environment bakes: the last of its targets to be checked begins the bake
 */
export function provenEvents(head: ReleaseHead, station: Station, proof: Proof, bakeSeconds: number): EventDraft[] {
  const { environment, target, ...common } = proof;
  const evidence = { ...proof.evidence };
  const state = head.environments[environment];
  if (station === 'bake') {
    return state?.phase === 'proven' ? [] : [{ type: 'judged', environment, ...common, evidence }];
  }
  if (target === undefined) return [];
  const phase = state?.targets[target];
  if (station === 'newVersion') {
    return phase === 'verified' ? [] : [{ type: 'verified', environment, target, ...common, evidence }];
  }
  if (phase === 'checked') return [];
  const checked: EventDraft = { type: 'checked', environment, target, ...common, evidence };
  const others = Object.entries(state?.targets ?? {}).filter(([name]) => name !== target);
  if (state?.bakes !== true || others.some(([, other]) => other !== 'checked')) return [checked];
  const { at, actor } = common;
  return [checked, { type: 'bakeStarted', at, actor, environment, evidence: { seconds: bakeSeconds } }];
}
