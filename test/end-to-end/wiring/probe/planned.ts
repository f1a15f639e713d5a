import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { planKey } from '../../../../core/artifact/plan-key.ts';
import { planAsked, type PlanDocument, planDocument } from '../../../../core/contract/api/plans.ts';
import { releaseList } from '../../../../core/contract/api/documents.ts';
import { packTiny } from '../../tiny-service.ts';
import { awaitLater } from '../watchdog.ts';
import type { ProbeHarness } from './harness.ts';

/** What an artifact would change is said before anybody releases it, to whoever may drop it; nothing of that begins a release. */
export async function planned(harness: ProbeHarness): Promise<void> {
  const { team } = harness.clients;
  const before = await team.call(releaseList, 'GET', '/v1/releases');
  const { bytes } = packTiny({ service: 'orders', version: '0.0.10' });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { versionId } = await team.push(planKey('orders', sha256), bytes);
  const { plan } = await team.call(planAsked, 'POST', '/v1/plans', { service: 'orders', sha256, versionId });
  const { state, failure, targets } = await awaitLater(ended(harness, plan));
  assert.equal(state, 'done', failure?.reason);
  for (const target of targets) assert.equal(target.unseen, undefined);
  assert.ok(targets.length > 1);
  assert.deepEqual(await team.call(releaseList, 'GET', '/v1/releases'), before);
}

async function ended(harness: ProbeHarness, plan: string): Promise<PlanDocument> {
  for (;;) {
    const found = await harness.clients.team.call(planDocument, 'GET', `/v1/plans/${plan}`);
    if (found.endedAt !== undefined) return found;
    await harness.pause();
  }
}
