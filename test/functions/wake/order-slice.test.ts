import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { storeAnswer } from '../../../core/ledger/waits.ts';
import { type LocalAws, startLocalAws } from 'local-aws';
import { drafts, production, productionHeld, release, tell } from '../../core/samples.ts';
import { createHarness, headWrite, planWrite, sampleEvent, targetWrite, waitWrites } from './harness.ts';

const traffic = {
  invoke: 'Orders',
  phases: [{ seconds: 1, perSecond: 1 }],
  ensure: { errorPercent: 1, minimumSamples: 1 },
};
const shifting = tell(
  productionHeld,
  ...drafts('production', 'preparing', 'prepared', 'changeStarted', 'changed', 'verified', 'shiftStarted'),
).head;

let aws: LocalAws;
let harness: Awaited<ReturnType<typeof createHarness>>;
beforeAll(async () => {
  aws = await startLocalAws();
});
afterAll(() => aws.close());
beforeEach(async () => {
  harness = await createHarness(aws);
  harness.deployments = { 'd-1': { id: 'd-1', status: 'InProgress' } };
});

async function begin(checks: Parameters<typeof planWrite>[0]): Promise<void> {
  await harness.write(headWrite(shifting), targetWrite({ deployments: { Live: 'd-1' } }));
  await harness.write(...planWrite(checks));
  await harness.write(...waitWrites({ task: 'shift', target: production, correlation: 'deployment d-1' }));
}

async function reconcileAt(...seconds: number[]): Promise<number[]> {
  for (const second of seconds) {
    harness.seconds = second;
    await harness.wake(sampleEvent('reconcile'));
  }
  return harness.slices.map(({ slice }) => slice);
}

describe('the reconciler, while traffic moves', () => {
  it('asks for a slice of synthetic traffic every other minute, the first a minute in', async () => {
    await begin({ traffic: [traffic] });
    expect(await reconcileAt(20)).toEqual([]);
    expect(await reconcileAt(60, 61, 80)).toEqual([1]);
    expect(harness.slices[0]).toEqual({
      task: 'driveSlice',
      release,
      environment: 'production',
      account: '333333333333',
      region: 'us-east-1',
      slice: 1,
    });
    expect(await reconcileAt(120, 180, 180, 240, 300)).toEqual([1, 2, 3]);
  });

  it('asks for it again a minute later when nobody began it', async () => {
    await begin({ traffic: [traffic] });
    harness.ordersAreLost = true;
    expect(await reconcileAt(60)).toEqual([1]);
    harness.ordersAreLost = false;
    expect(await reconcileAt(120, 180, 240)).toEqual([1, 1, 2]);
  });

  it('asks for none where the manifest has no traffic, nor when the shift is over', async () => {
    await begin({});
    expect(await reconcileAt(60)).toEqual([]);
    await harness.write(...planWrite({ traffic: [traffic] }));
    const wait = await harness.wait('shift', production);
    if (wait === undefined) throw new Error('no wait');
    await harness.write(...storeAnswer(wait, { kind: 'success', output: {} }));
    expect(await reconcileAt(120)).toEqual([]);
  });
});
