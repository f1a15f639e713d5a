import { afterAll, beforeAll, expect, it } from 'vitest';
import { approvalKey, eventKey, headIndexKeys, headKey } from '../../core/ledger/keys.ts';
import * as live from '../../core/ledger/live.ts';
import type { StoredItem } from '../../adapters/dynamodb/ledger.ts';
import { createReadApp } from '../../functions/read/app.tsx';
import * as s from '../core/samples.ts';
import { FakeClock } from '../functions/fakes/clock.ts';
import { FakeEvidenceStore } from '../functions/fakes/evidence-store.ts';
import { MemoryLedger } from '../functions/fakes/memory-ledger.ts';
import { sluice } from './command.ts';
import { type EngineServer, serveEngine } from './engine-server.ts';

// What the command shows of a ledger, as it answers the API.

const ledger = new MemoryLedger();
let engine: EngineServer;
beforeAll(async () => {
  const { head, events } = s.succeeded;
  const put = (item: { pk: string; sk: string } & StoredItem) => ledger.write([{ write: 'put', item }]);
  await put({ ...headKey(head.release), ...headIndexKeys({ ...head, ended: true }), ...head });
  for (const event of events) await put({ ...eventKey(head.release, event.sequence), ...event });
  const decision = { by: 'robin@example.com', decision: 'approve', at: s.moment(1), via: 'link', reason: 'Looks good' };
  await put({
    ...approvalKey(head.release, s.approval.approval),
    ...{ ...s.approval, state: 'approved', decisions: [decision] },
  });
  for (const [environment, account] of [
    ['staging', '222222222222'],
    ['production', '333333333333'],
  ] as const) {
    const where = { environment, account, region: 'us-east-1' };
    const item = { ...where, release: head.release, stackName: 'stack' };
    const change = { head, item, where, at: s.moment(60), cause: 'settleStarted' } as const;
    await ledger.write(live.liveOnceProven(change, undefined));
  }
  const services = { ledger, evidence: new FakeEvidenceStore() };
  engine = await serveEngine(() => createReadApp(services, new FakeClock().invocationOf('read')));
});
afterAll(() => engine.close());

const environment = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_REGION: 'us-east-1' };
const run = (...args: readonly string[]) => sluice(environment, '--endpoint', engine.endpoint, ...args);

/** Lines without the spaces that align them. */
const lines = (text: string): string[] => text.split('\n').map((line) => line.replace(/ {2,}/g, ' ').trim());

it('lists what is live, and what was', async () => {
  const now = await run('live', '--account', '222222222222');
  expect(lines(now.stdout)).toEqual([
    'service version environment account region since',
    `orders 1.4.2 staging 222222222222 us-east-1 ${s.moment(60)}`,
    '',
  ]);
  const then = await run('live', '--at', '2026-11-21', '--service', 'orders');
  expect(lines(then.stdout)).toEqual(
    expect.arrayContaining([
      'orders in production 333333333333/us-east-1: settleStarted by orders-1.4.2-a1',
      `approved by robin@example.com at ${s.moment(1)}: Looks good`,
      'nobody was asked',
    ]),
  );
  expect(await run('live', '--at', '2026-11-19T00:00:00Z')).toMatchObject({
    stdout: 'Nothing was live at 2026-11-19T00:00:00.000Z.\n',
  });
  const never = await run('live', '--at', 'never');
  expect([never.code, never.stderr]).toEqual([2, expect.stringContaining('"never" is no time')]);
});
