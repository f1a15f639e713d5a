import type { Asked } from '../../../core/approval/brief.ts';
import { environmentChange } from '../../../core/approval/decision.ts';
import { type InService, type TargetItem, targetItem } from '../../../core/ledger/items.ts';
import type { Manifest } from '../../../core/manifest/manifest.ts';
import { makePlan } from '../../../core/release/make-plan.ts';
import { type Plan } from '../../../core/release/plan.ts';
import type { ChangeSummary } from '../../../core/template/change-schema.ts';
import * as s from '../samples.ts';

export const lookedAhead: ChangeSummary = {
  digest: s.change,
  resources: [
    { action: 'Add', logicalId: 'Queue', type: 'AWS::SQS::Queue' },
    { action: 'Modify', logicalId: 'Orders', type: 'AWS::Lambda::Function', replacement: 'False' },
  ],
  warnings: [],
};

/** A target of production that was looked at. */
export function targetOf(number: number, change: Partial<ChangeSummary> = {}, inService?: InService): TargetItem {
  return targetItem.parse({
    ...{ release: s.release, environment: 'production', region: 'us-east-1', stackName: 'orders' },
    account: String(333_333_333_333 + number),
    lookedAhead: { ...lookedAhead, ...change },
    ...(inService === undefined ? {} : { inService }),
  });
}

export function planOf(manifest: Partial<Manifest> = {}): Plan {
  const artifact = { bucket: 'b', key: 'orders/1.4.2.zip', versionId: 'v1', sha256: s.digest };
  const made = makePlan({
    release: s.release,
    artifact,
    manifest: { ...s.manifest, ...manifest },
    policy: s.samplePolicy(),
  });
  if ('problems' in made) throw new Error(JSON.stringify(made.problems));
  const environments = made.plan.environments.map((one) => ({ ...one, stackName: 'orders', resourceNames: [], entry: 'orders', executions: {} })); // prettier-ignore
  return { ...made.plan, environments };
}

/** An approval of production as those who decide are told of it. */
export function askedOf(targets: readonly TargetItem[] = [targetOf(0)], more: Partial<Asked> = {}): Asked {
  const { head, events } = s.productionAsked;
  const digests = targets.flatMap(({ account, region, lookedAhead: seen }): [string, string][] =>
    seen === undefined ? [] : [[`${account}/${region}`, seen.digest]],
  );
  const approval = { ...s.approval, change: environmentChange(Object.fromEntries(digests)) };
  return { approval, standing: 'open', head, events, plan: planOf(), targets, ...more };
}
