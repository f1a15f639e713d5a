import { beforeEach, expect, it } from 'vitest';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { templateOf, TestEngine } from '../fakes/test-engine.ts';
import { promote } from '../fakes/workflow.ts';
import { Deciding } from '../decide/deciding.ts';

let engine: TestEngine;
let deciding: Deciding;
let cookie: string;
beforeEach(async () => {
  engine = new TestEngine(new MemoryLedger());
  deciding = new Deciding(engine);
  cookie = await deciding.session();
  await promote(engine, await engine.drop('1', templateOf('A')));
  await promote(engine, await engine.drop('2', templateOf('B')));
});

const look = (path: string) => deciding.look(path, cookie);

it('a service shows what serves, its metrics and its releases', async () => {
  const { status, text } = await look('/services/orders');
  expect(status).toBe(200);
  expect(text).toContain('Delivery to staging');
  expect(text).toContain('0 of 2 deployments failed');
  expect(text).toContain('Week of 2026-11-16: 2 deployments, 0 failed');
  expect(text).toContain(
    '<tr><td><span class="date">2026-11-09</span></td><td>0</td><td>–</td><td>–</td><td>–</td></tr>',
  );
  // Every week is told, and what is nothing has no bar: of frequency, each has one; of the rest, the only week with deployments.
  expect([...text.matchAll(/: Nothing was deployed<\/title>/g)]).toHaveLength(3 * 11);
  expect([...text.matchAll(/<rect class="value"/g)]).toHaveLength(12 + 1 + 1);
  const before = await look('/services/orders?until=2026-11-15');
  expect(before.text).toContain('Nothing was deployed to staging in these weeks, as far as releases have ended.');
  expect(text).toContain('href="/releases/orders-1-a1/compare?with=orders-2-a1"');
  expect((await look('/services/nothing')).status).toBe(404);
  expect((await look('/services/orders?weeks=99')).status).toBe(400);
  expect((await look('/services/orders?environment=moon')).status).toBe(404);
});

it('a release is compared with the one that somebody chooses', async () => {
  const choice = await look('/releases/orders-2-a1/compare');
  expect(choice.text).toContain('href="/releases/orders-1-a1/compare?with=orders-2-a1"');
  const { status, text } = await look('/releases/orders-1-a1/compare?with=orders-2-a1');
  expect(status).toBe(200);
  expect(text).toMatch(/removed<\/span> <strong>VersionA.*added<\/span> <strong>VersionB/s);
  expect((await look('/releases/orders-1-a1/compare?with=NO')).status).toBe(400);
});

it('what was live is read at a moment in UTC, as a browser without scripts sends it', async () => {
  const now = await look('/live');
  expect(now.text).toContain('href="/releases/orders-2-a1"');
  const before = await look('/live?at=2026-11-20T09%3A30&service=');
  expect([before.status, before.text]).toEqual([200, expect.stringContaining('Nothing was live.')]);
  expect(before.text).toContain('value="2026-11-20T09:30"');
  expect((await look('/live?at=2026-02-31T09%3A30')).status).toBe(400);
  expect((await look('/live?at=yesterday')).status).toBe(400);
});
