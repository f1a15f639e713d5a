import type { Hono } from 'hono';
import type * as z from 'zod';
import { type Caller, nameCaller } from '../../core/approval/caller.ts';
import { type planAsked, planBody } from '../../core/contract/api/plans.ts';
import { planningLeaseKey } from '../../core/ledger/keys.ts';
import { beginPlanning, requirePlanner } from '../../core/planning/begin.ts';
import { planningLeaseItem } from '../../core/planning/items.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readRequest } from '../../engine/http/read-request.ts';
import { readItem } from '../../engine/ledger/read.ts';
import { retryOnConflict } from '../../engine/ledger/update-release.ts';
import { readPlanning } from '../../engine/planning/read.ts';
import type { DecideServices } from './services.ts';

type PlanAsked = z.infer<typeof planAsked>;

/** `POST /plans`: what an artifact would change that is not released. @param signer who was verified; throws where nobody was */
export function addPlans(
  api: Hono,
  services: DecideServices,
  invocation: InvocationContext,
  signer: () => Caller,
): void {
  api.post('/plans', async (context) => {
    const by = nameCaller(signer());
    const body: unknown = await context.req.json().catch(() => undefined);
    const form = 'An artifact is named as {"service":"…","sha256":"…","versionId":"…"}';
    const asked = readRequest(planBody, body, form);
    requirePlanner(services.policy, asked.service, by);
    return context.json(await ask({ ...asked, by }, services, invocation), 202);
  });
}

interface Asking extends z.infer<typeof planBody> {
  readonly by: string;
}

/** Writes down what is asked, then starts it: asked again, what was written and never started is started. @throws PlanUnderWay */
async function ask(
  asking: Asking,
  { ledger, plans, bucket }: DecideServices,
  invocation: InvocationContext,
): Promise<PlanAsked> {
  const { service } = asking;
  const plan = await retryOnConflict(invocation, async () => {
    const lease = await readItem(ledger, planningLeaseKey(service), planningLeaseItem);
    const request = { ...asking, bucket, plan: `plan-${invocation.newId()}`, at: invocation.now() };
    const beginning = beginPlanning(request, lease);
    if (beginning.kind === 'begin') await ledger.write(beginning.writes);
    return beginning.plan;
  });
  invocation.about({ plan });
  await plans.start(plan);
  const { until } = await readPlanning(ledger, plan);
  return { plan, service, until };
}
