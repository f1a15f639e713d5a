import { planKey } from '../artifact/plan-key.ts';
import { DecisionRefused, NotInLedger, PlanUnderWay } from '../contract/errors.ts';
import { planningKey, planningLeaseKey } from '../ledger/keys.ts';
import { equals, isAbsent, type WriteIntent } from '../ledger/write-intent.ts';
import { decidesAs } from '../approval/principal.ts';
import { type Entries, entryOf } from '../policy/entries.ts';
import { addSeconds } from '../values/duration.ts';
import type { PlanningItem, PlanningLeaseItem } from './items.ts';

/** Somebody asks what an artifact would change. */
export interface PlanRequest {
  readonly plan: string;
  readonly bucket: string;
  readonly service: string;
  readonly sha256: string;
  readonly versionId: string;
  /** ARN of who asks. */
  readonly by: string;
  readonly at: string;
}

/** The execution ends within so many seconds: the machine's own timeout. */
export const planningSeconds = 14_400;
/** How long the answer can be read. */
const KEPT_SECONDS = 7 * 86_400;

/** Whether to begin; `under way`: the same artifact is being looked at already. */
export type Beginning =
  | { readonly kind: 'begin'; readonly plan: string; readonly writes: readonly WriteIntent[] }
  | { readonly kind: 'under way'; readonly plan: string };

/**
 * A service is planned once at a time: what is being made of one artifact is the answer to whoever asks for the same, and keeps others out.
 * @param lease the plan that is being made, or was @throws PlanUnderWay
 */
export function beginPlanning(request: PlanRequest, lease: PlanningLeaseItem | undefined): Beginning {
  const { plan, bucket, service, sha256, versionId, by, at } = request;
  if (lease !== undefined && lease.until > at) {
    if (lease.sha256 === sha256) return { kind: 'under way', plan: lease.plan };
    const sentence = `Another artifact of ${service} is being planned (${lease.plan}): ask again once that has ended, at ${lease.until} at the latest.`;
    throw new PlanUnderWay(sentence);
  }
  const until = addSeconds(at, planningSeconds);
  const expiresAt = epochSeconds(at) + KEPT_SECONDS;
  const item: PlanningItem = {
    ...{ plan, service, by, askedAt: at, until, state: 'asked', environments: [], dataLosses: [], expiresAt },
    artifact: { bucket, key: planKey(service, sha256), versionId, sha256 },
  };
  const taken: PlanningLeaseItem = { plan, sha256, until, expiresAt };
  return {
    kind: 'begin',
    plan,
    writes: [
      { write: 'put', item: { ...planningKey(plan), ...item }, condition: isAbsent, lost: 'AlreadyDone' },
      {
        ...{ write: 'put', item: { ...planningLeaseKey(service), ...taken }, lost: 'HeadMoved' },
        condition: lease === undefined ? isAbsent : equals('plan', lease.plan),
      },
    ],
  };
}

/** Whoever may drop artifacts of the service may ask what one would change. @throws NotInLedger, DecisionRefused */
export function requirePlanner(policy: { readonly services: Entries }, service: string, caller: string): void {
  const found = entryOf(policy, service);
  if (found === undefined)
    throw new NotInLedger(`The policy has no service "${service}": ask the platform team to add it.`);
  const { uploaders } = found.entry;
  if (uploaders === undefined || uploaders.some((one) => decidesAs(one, caller))) return;
  const sentence = `${caller} is not one of the principals that the policy lets drop artifacts of ${service} ("uploaders"), and only they may ask what one would change.`;
  throw new DecisionRefused(sentence);
}

function epochSeconds(instant: string): number {
  return Math.floor(Date.parse(instant) / 1000);
}
