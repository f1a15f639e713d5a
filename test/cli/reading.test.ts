import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparisonDocument } from '../../core/contract/api/comparison.ts';
import { metricsDocument } from '../../core/contract/api/metrics.ts';
import { sealDigest, sealedHeadOf, sealHead } from '../../core/ledger/digests/document.ts';
import type { SealedEvidence } from '../../core/ledger/evidence-object.ts';
import {
  approvalKey,
  eventKey,
  headIndexKeys,
  headKey,
  planKey,
  turnKey,
  waitIndexKeys,
  waitKey,
  weekKey,
} from '../../core/ledger/keys.ts';
import * as live from '../../core/ledger/live.ts';
import { chainStart } from '../../core/release/chain.ts';
import type { StoredItem } from '../../adapters/dynamodb/ledger.ts';
import { createDecideApp } from '../../functions/decide/app.tsx';
import { createReadApp } from '../../functions/read/app.tsx';
import * as s from '../core/samples.ts';
import { FakeClock } from '../functions/fakes/clock.ts';
import { FakeEvidenceStore } from '../functions/fakes/evidence-store.ts';
import { MemoryLedger } from '../functions/fakes/memory-ledger.ts';
import { noFiles } from '../functions/fakes/no-files.ts';
import { fakePlans, fakeSchedule, fakeWorkflow } from '../functions/fakes/schedule.ts';
import { TestEngine } from '../functions/fakes/test-engine.ts';
import { sluice } from './command.ts';
import { type EngineServer, serveEngine } from './engine-server.ts';

// What the command shows of a ledger, as it answers the API.

const ledger = new MemoryLedger();
const digests = new FakeEvidenceStore();
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
  const services = { ledger, evidence: new FakeEvidenceStore(), digests, files: noFiles };
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
  const then = await run('live', '--at', '2026-11-20T09:30', '--service', 'orders');
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
  const elsewhere = { ...environment, TZ: 'America/New_York' };
  expect(await sluice(elsewhere, '--endpoint', engine.endpoint, 'live', '--at', '2026-11-19T00:00')).toMatchObject({
    stdout: 'Nothing was live at 2026-11-19T00:00:00.000Z.\n',
  });
  expect(lines(then.stdout)[0]).toBe('At 2026-11-20T09:30:00.000Z:');
  const future = await run('live', '--at', '2200-01-01');
  expect([future.code, future.stderr]).toEqual([2, expect.stringContaining('is in the future')]);
  const never = await run('live', '--at', 'never');
  expect([never.code, never.stderr]).toEqual([2, expect.stringContaining('"never" is no time')]);
});

it('verifies a release, and names what is broken', async () => {
  const { head, events } = s.succeeded;
  const told = `${head.release}: all ${events.length} transitions hold, up to ${head.hash}`;
  const none = await run('verify', head.release);
  expect([none.code, none.stdout]).toEqual([
    0,
    expect.stringContaining(`${told}\nNo digest lists it: it ended before`),
  ]);
  await digests.put(sealHead(sealedHeadOf(head)));
  const agrees = { code: 0, stdout: `${told}\nThe digest that lists it has the same hash.\n` };
  expect(await run('verify', head.release)).toMatchObject(agrees);
  const [, second] = events;
  const key = eventKey(head.release, 2);
  await ledger.write([{ write: 'put', item: { ...key, ...second, actor: 'mallory' } }]);
  const broken = await run('verify', head.release, '--json');
  await ledger.write([{ write: 'put', item: { ...key, ...second } }]);
  expect([broken.code, broken.stdout]).toEqual([1, '']);
  expect(JSON.parse(broken.stderr)).toMatchObject({ holds: false, broken: { transition: 2 } });
  expect(broken.stderr).toContain('Event 2 was changed');
});

it('verifies a copy of the digests without the engine, and holds the engine to it', async () => {
  const { head } = s.succeeded;
  const folder = await mkdtemp(path.join(tmpdir(), 'digests-'));
  const write = async ({ key, text }: SealedEvidence): Promise<void> => {
    await mkdir(path.join(folder, path.dirname(key)), { recursive: true });
    await writeFile(path.join(folder, key), text);
  };
  const digestOf = (hash: string) => {
    const sealed = { ...sealedHeadOf(head), hash };
    return [sealHead(sealed), sealDigest({ digest: 1, previousHash: chainStart, at: s.moment(0), heads: [sealed] })];
  };
  expect(await run('verify')).toMatchObject({ code: 2 });
  expect(await run('verify', '--digests', folder)).toMatchObject({ code: 2 });
  for (const object of digestOf(head.hash)) await write(object);
  const [, digest] = digestOf(head.hash);
  const whole = `All 1 digests of 1 releases hold, up to ${digest?.reference.sha256 ?? ''}\n`;
  expect(await run('verify', '--digests', folder)).toMatchObject({ code: 0, stdout: whole });
  const held = await run('verify', head.release, '--digests', folder);
  expect([held.code, held.stdout]).toEqual([0, expect.stringContaining('has the same hash')]);
  // The engine tells another story than the copy.
  for (const object of digestOf('f'.repeat(64))) await write(object);
  const other = await run('verify', head.release, '--digests', folder, '--json');
  expect([other.code, JSON.parse(other.stderr)]).toMatchObject([1, { holds: false, listed: { hash: 'f'.repeat(64) } }]);
  // The copy does not hold by itself.
  for (const object of digestOf(head.hash).slice(0, 1)) await write(object);
  const broken = await run('verify', '--digests', folder, '--json');
  expect([broken.code, JSON.parse(broken.stderr)]).toMatchObject([1, { broken: { object: 'digests/00000001.json' } }]);
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

const width = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));

it('shows the four metrics of a service, within 80 columns', async () => {
  const lead = { seconds: 3 * 86_400 + 7230, since: 'commit' as const };
  const failure = { how: 'rolledBack' as const, seenAt: s.moment(0), restoredAt: s.moment(380) };
  const week = {
    ...{ service: 'orders', environment: 'production', week: '2026-11-16', revision: 2, further: 0, furtherFailed: 0 },
    deployments: [
      { release: 'orders-1-a1', at: s.moment(0), lead },
      { release: 'orders-2-a1', at: s.moment(9), failure },
    ],
  };
  await ledger.write([{ write: 'put', item: { ...weekKey('orders', 'production', week.week), ...week } }]);
  const { stdout, code } = await run('metrics', 'orders', '--weeks', '2');
  expect(code).toBe(0);
  expect(lines(stdout)).toEqual([
    'orders in production',
    '',
    'week of deployments failed lead time time to restore',
    '2026-11-09 0 – – –',
    '2026-11-16 * 2 1 (50 %) 3 d 2 h 6 min 20 s',
    'all 2 1 (50 %) 3 d 2 h 6 min 20 s',
    '',
    '2 deployments a week. Lead time and time to restore are medians.',
    'Lead time counts from the commit.',
    '– no deployment, or none that failed or came to all users.',
    '* This week is not over.',
    '',
  ]);
  expect(width(stdout)).toBeLessThanOrEqual(80);
  const before = await run('metrics', 'orders', '--weeks', '2', '--until', '2026-11-15');
  expect(lines(before.stdout).slice(3)).toEqual([
    '2026-11-02 0 – – –',
    '2026-11-09 0 – – –',
    'all 0 – – –',
    '',
    'Nothing was deployed in these weeks, as far as releases have ended.',
    '– no deployment, or none that failed or came to all users.',
    '',
  ]);
  const json = await run('metrics', 'orders', '--json', '--environment', 'production');
  expect(metricsDocument.parse(JSON.parse(json.stdout)).total).toMatchObject({ deployments: 2, failures: 1 });
  const none = await run('metrics', 'orders', '--weeks', '99');
  expect([none.code, none.stderr]).toEqual([expect.any(Number), expect.stringContaining('weeks')]);
});

it('shows what differs between two releases', async () => {
  const { head } = s.succeeded;
  const planned = (release: string, rollout: string) => ({
    ...planKey(release),
    release,
    artifact: { ...head.artifact, sha256: rollout === 'AllAtOnce' ? 'a'.repeat(64) : 'b'.repeat(64) },
    manifest: s.manifest,
    environments: [
      {
        ...{ name: 'staging', waves: [[{ account: '222222222222', region: 'us-east-1' }]], rollout, bakeSeconds: 0 },
        ...{ parameters: {}, alarms: [], onFailure: 'rollBackAll', firingAlarmWaitSeconds: 60 },
      },
    ],
    ...{ allowAddresses: [], allowHosts: [], notify: { email: [] } },
  });
  const other = { ...head, release: 'orders-1.4.2-a2', attempt: 2 };
  await ledger.write([
    { write: 'put', item: { ...headKey(other.release), ...other } },
    { write: 'put', item: planned(head.release, 'AllAtOnce') },
    { write: 'put', item: planned(other.release, 'Canary10Percent5Minutes') },
  ]);
  const { stdout, code } = await run('compare', head.release, other.release);
  expect(code).toBe(0);
  expect(lines(stdout)).toEqual([
    'orders-1.4.2-a1 → orders-1.4.2-a2',
    'the same commit abc1234',
    '',
    'Template',
    expect.stringContaining('no longer in the release bucket'),
    '',
    'Settings',
    'staging rollout: AllAtOnce → Canary10Percent5Minutes',
    '',
  ]);
  const json = await run('compare', head.release, other.release, '--json');
  expect(comparisonDocument.parse(JSON.parse(json.stdout)).settings).toHaveLength(1);
});

describe('a name that is not there', () => {
  it.each([
    [['show', 'orders-1.4.2-a9'], 4, 'Did you mean orders-1.4.2-a1?'],
    [['show', 'ordrs-1.4.2-a1'], 4, 'Did you mean orders-1.4.2-a1?'],
    [['compare', 'orders-1.4.2-a1', 'order-1.4.2-a1'], 4, 'Did you mean orders-1.4.2-a1?'],
    [['services', 'ordrs'], 4, 'Did you mean orders?'],
    [['history', 'ordrs', 'staging'], 4, 'Did you mean orders?'],
    [['history', 'orders', 'prod'], 4, 'Did you mean production?'],
    [['environment', 'orders', 'stagin'], 4, 'Did you mean staging?'],
    [['environment', 'orders', 'prod'], 4, 'There is no environment prod of orders'],
    [['environment', 'orders', 'prod'], 4, 'Did you mean production?'],
    [['metrics', 'Orders'], 2, 'Did you mean orders?'],
    [['list', '--status', 'Succeded'], 2, 'Did you mean Succeeded?'],
  ])('%s is answered with the name that is meant', async (args, code, hint) => {
    const ran = await run(...args);
    expect([ran.code, ran.stdout]).toEqual([code, '']);
    expect(ran.stderr).toContain(hint);
  });

  it.each([
    [['live', '--service', 'order'], 'Nothing is live.\n', 'Did you mean orders?\n'],
    [['live', '--service', 'order', '--at', '2026-11-20T09:30'], /^Nothing was live at /, 'Did you mean orders?\n'],
    [['list', '--service', 'order'], 'No releases.\n', 'Did you mean orders?\n'],
    [['list', '--environment', 'prod', '--author', 'nobody'], 'No releases.\n', 'Did you mean production?\n'],
    [['list', '--service', 'billing'], 'No releases.\n', ''],
    [['list', '--author', 'nobody'], 'No releases.\n', ''],
  ])('%s lists nothing, and says beside it which name may be meant', async (args, stdout, stderr) => {
    const ran = await run(...args);
    expect([ran.code, ran.stderr]).toEqual([0, stderr]);
    expect(ran.stdout).toMatch(stdout);
  });

  it('is no service where a release is meant', async () => {
    const ran = await run('show', 'oders2-1-a1');
    expect(ran.code).toBe(4);
    expect(ran.stderr).not.toContain('Did you mean');
  });

  it('is told in JSON, too', async () => {
    const ran = await run('history', 'ordrs', 'staging', '--json');
    expect(JSON.parse(ran.stderr)).toMatchObject({ code: 'SLUICE-603', hint: 'Did you mean orders?' });
  });
});

it('takes a status in any case', async () => {
  expect((await run('list', '--status', 'succeeded')).stdout).toContain('orders-1.4.2-a1');
});
