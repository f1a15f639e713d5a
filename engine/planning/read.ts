import { NotInLedger } from '../../core/contract/errors.ts';
import { planningKey, planningPlanKey } from '../../core/ledger/keys.ts';
import { type PlanningItem, planningItem } from '../../core/planning/items.ts';
import { type Plan, planSchema } from '../../core/release/plan.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { readItem } from '../ledger/read.ts';

/** What somebody asked to plan. @throws NotInLedger when nobody did, or it is no longer kept */
export async function readPlanning(ledger: Ledger, id: string): Promise<PlanningItem> {
  const item = await readItem(ledger, planningKey(id), planningItem);
  if (item === undefined) throw new NotInLedger(`The ledger has no plan ${id}: plans are kept for a week.`);
  return item;
}

/** The plan that a release of the artifact would have. @throws NotInLedger before it is validated */
export async function readPlanOf(ledger: Ledger, id: string): Promise<Plan> {
  const plan = await readItem(ledger, planningPlanKey(id), planSchema);
  if (plan === undefined) throw new NotInLedger(`The ledger has nothing frozen of ${id}.`);
  return plan;
}
