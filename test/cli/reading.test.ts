import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  approvalKey,
  eventKey,
  headIndexKeys,
  headKey,
  turnKey,
  waitIndexKeys,
  waitKey,
} from '../../core/ledger/keys.ts';
import * as live from '../../core/ledger/live.ts';
import type { StoredItem } from '../../adapters/dynamodb/ledger.ts';
import { createDecideApp } from '../../functions/decide/app.tsx';
import { createReadApp } from '../../functions/read/app.tsx';
import * as s from '../core/samples.ts';
import { FakeClock } from '../functions/fakes/clock.ts';
import { FakeEvidenceStore } from '../functions/fakes/evidence-store.ts';
import { MemoryLedger } from '../functions/fakes/memory-ledger.ts';
import { fakePlans, fakeSchedule, fakeWorkflow } from '../functions/fakes/schedule.ts';
import { TestEngine } from '../functions/fakes/test-engine.ts';
import { sluice } from './command.ts';
import { type EngineServer, serveEngine } from './engine-server.ts';

// What the command shows of a ledger, as it answers the API.

const ledger = new MemoryLedger();
const caller = 'arn:aws:sts::111111111111:assumed-role/release-manager/robin';
const principal = 'arn:aws:iam::111111111111:role/release-manager';
const people = { 'release-managers': [{ name: 'Robin Release', email: 'robin@example.com', principal }] };
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
  const turn = { service: 'orders', environment: 'staging', fence: 1 };
  await put({ ...turnKey('orders', 'staging'), ...turn });
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
  const played = new TestEngine(ledger);
  const decideServices = {
    ...{ ledger, answers: played.answers, notifier: played.notifier, policy: s.samplePolicy({ people }), apiUrl: '' },
    ...{ links: { publicKeyPem: () => Promise.resolve('') }, schedule: fakeSchedule, workflow: fakeWorkflow() },
    ...fakePlans(),
  };
  engine = await serveEngine((_, path) =>
    path === '/v1/whoami'
      ? createDecideApp(decideServices, new FakeClock().invocationOf('decide'), { principal: caller })
      : createReadApp(services, new FakeClock().invocationOf('read'), { principal: caller }),
  );
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

it('verifies a release, and names what is broken', async () => {
  const { head, events } = s.succeeded;
  expect(await run('verify', head.release)).toMatchObject({
    code: 0,
    stdout: `${head.release}: all ${events.length} transitions hold, up to ${head.hash}\n`,
  });
  const [, second] = events;
  const key = eventKey(head.release, 2);
  await ledger.write([{ write: 'put', item: { ...key, ...second, actor: 'mallory' } }]);
  const broken = await run('verify', head.release, '--json');
  await ledger.write([{ write: 'put', item: { ...key, ...second } }]);
  expect([broken.code, broken.stdout]).toEqual([1, '']);
  expect(JSON.parse(broken.stderr)).toMatchObject({ holds: false, broken: { transition: 2 } });
  expect(broken.stderr).toContain('Event 2 was changed');
});

it('shows who asks, and what waits for them', async () => {
  expect(lines((await run('whoami')).stdout)).toEqual([
    'Robin Release (robin@example.com) as arn:aws:sts::111111111111:assumed-role/release-manager/robin',
    'Groups: release-managers',
    '',
  ]);
  expect((await run('approvals')).stdout).toBe('Nothing waits for you.\n');
  const asked = s.productionAsked.head;
  const open = {
    ...{ ...s.approval, release: 'orders-1.4.3-a1', approval: '3'.repeat(32) },
    deadline: s.moment(86_400),
  };
  const head = { ...asked, release: open.release, version: '1.4.3' };
  const correlation = `approval ${open.approval}`;
  const wait = {
    ...{ wait: 'w', release: open.release, environment: 'production', task: 'askForApproval', correlation },
    ...{ token: 'secret-token', registeredAt: s.moment(0), deadline: open.deadline },
  };
  const other = { ...open, approval: '4'.repeat(32), people: [{ name: 'Max', email: 'max@example.com' }] };
  for (const item of [
    { ...headKey(open.release), ...headIndexKeys({ ...head, ended: false }), ...head },
    { ...approvalKey(open.release, open.approval), ...open },
    { ...approvalKey(open.release, other.approval), ...other },
    { ...waitKey(open.release, 'w'), ...waitIndexKeys(open.deadline, open.release, 'w'), ...wait },
    {
      ...{ ...waitKey(open.release, 'v'), ...waitIndexKeys(open.deadline, open.release, 'v') },
      ...{ ...wait, wait: 'v', correlation: `approval ${other.approval}` },
    },
  ])
    await ledger.write([{ write: 'put', item }]);
  const waiting = await run('approvals');
  expect(lines(waiting.stdout)).toEqual([
    'release environment to author until',
    `orders-1.4.3-a1 production release ${open.author} ${open.deadline}`,
    '',
  ]);
  expect(waiting.stdout).not.toContain('secret-token');
});

it('lists services, and what served', async () => {
  const [services, history] = await Promise.all([run('services'), run('history', 'orders', 'staging')]);
  expect(lines(services.stdout)).toEqual(
    expect.arrayContaining([`orders production 1.4.2 1 ${s.moment(60)}`, `orders staging 1.4.2 1 ${s.moment(60)}`]),
  );
  expect(lines(history.stdout)).toContain(
    `${s.moment(60)} 222222222222/us-east-1 1.4.2 settleStarted ${s.succeeded.head.release}`,
  );
});

it('lists releases either way, and of an author', async () => {
  const [oldest, others] = await Promise.all([
    run('list', '--oldest', '--author', 'ada@', '--limit', '1'),
    run('list', '--author', 'grace@example.com', '--service', 'orders'),
  ]);
  expect(oldest.stdout).toMatch(/\norders-1\.4\.2-a1 [^]*\nNewer: --cursor \S+\n$/);
  expect(others.stdout).toBe('No releases.\n');
});
