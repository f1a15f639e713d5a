import assert from 'node:assert/strict';
import { BusListener } from '../../bus-listener.ts';
import type { ProbeHarness } from './harness.ts';

/** Others hear of every transition of a release, of its end at once. */
export async function toldToOthers(harness: ProbeHarness): Promise<void> {
  const listener = await BusListener.open(harness.sandbox.aws);
  const { release, transitions } = await harness.release(
    { key: 'orders/0.0.2.zip', bytes: Buffer.from('no zip') },
    'Rejected',
  );
  let heard = await listener.of(release.id);
  while (heard.length < transitions.length) {
    await harness.pause();
    heard = await listener.of(release.id);
  }
  assert.deepEqual(
    heard.map(({ sequence, type }) => [sequence, type]),
    transitions.map(({ sequence, type }) => [sequence, type]),
  );
}
