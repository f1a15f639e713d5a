import { expect, it } from 'vitest';
import { headKey } from '../../core/ledger/keys.ts';
import { readHead } from '../../engine/ledger/read.ts';
import { MemoryLedger } from './fakes/memory-ledger.ts';
import { TestEngine } from './fakes/test-engine.ts';

/** A release that was rolled back five minutes after it was dropped; its bytes had been uploaded twice. */
async function rolledBack() {
  const engine = new TestEngine(new MemoryLedger());
  const { key, bytes } = engine.pack('1.0.0', { Resources: {} });
  const release = await engine.dropBytes(key, 'v-1', bytes);
  engine.upload('v-2', bytes);
  engine.clock.pass(300);
  const head = await readHead(engine.ledger, release);
  const ended = { ...head, status: 'RolledBack', endedAt: engine.clock.now() };
  await engine.ledger.write([{ write: 'put', item: { ...headKey(release), ...ended } }]);
  return { engine, key, bytes, release };
}

it('an event that comes late, of an upload from before the end, begins nothing, and never does', async () => {
  const { engine, key, release } = await rolledBack();
  engine.clock.pass(60);
  expect(await engine.arrive(key, 'v-2')).toBe(release);
  expect(await engine.arrive(key, 'v-2')).toBe(release);
  expect(engine.started).toEqual([release]);
});

it('the same bytes, dropped again after the end, are a new attempt', async () => {
  const { engine, key, bytes, release } = await rolledBack();
  engine.clock.pass(60);
  expect(await engine.dropBytes(key, 'v-3', bytes)).toBe('orders-1.0.0-a2');
  expect(engine.started).toEqual([release, 'orders-1.0.0-a2']);
});
