import assert from 'node:assert/strict';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as z from 'zod';
import { liveList, releaseList, sessionDocument } from '../../../../core/contract/api/documents.ts';
import { CommandError } from '../../../../cli/exit-codes.ts';
import type { Engine } from '../../../../cli/engine.ts';
import { ENGINE } from '../../../../local/sandbox.ts';
import { detailOf, type ProbeHarness } from './harness.ts';

/** Every route answers, from its own function, to whom it should: nothing was released yet. */
export async function routes(harness: ProbeHarness): Promise<void> {
  const { team, approver } = harness.clients;
  assert.deepEqual((await team.call(releaseList, 'GET', '/v1/releases')).releases, []);
  assert.deepEqual((await team.call(releaseList, 'GET', '/v1/releases?service=orders')).releases, []);
  assert.deepEqual((await team.call(liveList, 'GET', '/v1/live')).live, []);
  await refusedByEngine(team, 'GET', '/v1/releases/orders-9.9.9-a1');
  await refusedByEngine(team, 'GET', '/v1/releases/orders-9.9.9-a1/transitions');
  await refusedByEngine(team, 'GET', `/v1/releases/orders-9.9.9-a1/evidence/${'0'.repeat(64)}`);
  const approvals = '/v1/releases/orders-9.9.9-a1/approvals';
  await refusedByEngine(team, 'GET', approvals);
  await refusedByEngine(team, 'GET', `${approvals}/${'0'.repeat(32)}`);
  await refusedByEngine(approver, 'POST', `${approvals}/${'0'.repeat(32)}`);
  for (const action of ['cancel', 'continue', 'retry'])
    await refusedByEngine(approver, 'POST', `/v1/releases/orders-9.9.9-a1/${action}`);
  await refusedByEngine(team, 'GET', '/v1/environments/orders/unknown');
  for (const intervention of ['rollback', 'promote', 'clearance', 'repair', 'window-override', 'hold', 'hold/release'])
    await refusedByEngine(approver, 'POST', `/v1/environments/orders/unknown/${intervention}`);
  for (const intervention of ['hold', 'hold/release']) {
    const path = `/v1/environments/orders/production/${intervention}`;
    await approver.call(z.unknown(), 'POST', path, { reason: 'As the probe says' });
  }
  await approvalPages(harness);
  await sessionPages(harness);
  await accessLog(harness);
}

/** The API's log says who asked for what. */
async function accessLog({ sandbox: { aws } }: ProbeHarness): Promise<void> {
  await aws.clock.idle();
  const { events = [] } = await aws
    .client(CloudWatchLogsClient, ENGINE)
    .send(new FilterLogEventsCommand({ logGroupName: '/aws/vendedlogs/apis/sluice' }));
  const lines = events.map(({ message = '{}' }) => detailOf(JSON.parse(message)));
  const read = lines.find(({ route }) => route === 'GET /v1/live');
  assert.deepEqual([read?.['status'], read?.['caller']], ['200', `arn:aws:iam::${ENGINE.account}:user/team`]);
}

/** The API's own error document, which API Gateway's "Not Found" has not. */
async function refusedByEngine(engine: Engine, method: 'GET' | 'POST', path: string): Promise<void> {
  const body = method === 'POST' ? { decision: 'approve' } : undefined;
  const answer = await engine.call(z.unknown(), method, path, body).then(
    () => 'an answer',
    (error: unknown) => error,
  );
  assert.ok(
    answer instanceof CommandError && answer.details.code.startsWith('SLUICE-'),
    `${method} ${path}: ${String(answer)}`,
  );
}

async function approvalPages({ apiUrl }: ProbeHarness): Promise<void> {
  const link = `${apiUrl}/approvals/${'0'.repeat(32)}?r=orders-9.9.9-a1`;
  await page(link, {}, [400, 403, 404]);
  await page(link, { method: 'POST', body: new URLSearchParams({ decision: 'approve' }) }, [400, 403, 404]);
  await page(link.replace('?', '/watch?'), { method: 'POST' }, [400, 403, 404]);
}

async function sessionPages({ clients: people, apiUrl }: ProbeHarness): Promise<void> {
  await page(apiUrl, {}, [401]);
  const { url } = await people.team.call(sessionDocument, 'POST', '/v1/sessions');
  await page(url, {}, [200]);
  const opened = await fetch(url, { method: 'POST', redirect: 'manual' });
  assert.equal(opened.status, 303, `POST /open/{token}: ${await opened.text()}`);
  const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  await page(`${apiUrl}/`, { headers: { cookie } }, [200]);
  await page(`${apiUrl}/releases`, { headers: { cookie } }, [200]);
  await page(`${apiUrl}/releases/orders-9.9.9-a1`, { headers: { cookie } }, [404]);
  await page(`${apiUrl}/releases/orders-9.9.9-a1/evidence/${'0'.repeat(64)}`, { headers: { cookie } }, [404]);
  await page(`${apiUrl}/environments/orders/unknown`, { headers: { cookie } }, [404]);
  await page(`${apiUrl}/releases/orders-9.9.9-a1/actions`, { headers: { cookie } }, [404]);
  await page(`${apiUrl}/releases/orders-9.9.9-a1/actions`, { method: 'POST', headers: { cookie } }, [404]);
  const approval = `${apiUrl}/releases/orders-9.9.9-a1/approvals/${'0'.repeat(32)}`;
  await page(approval, { headers: { cookie } }, [404]);
  await page(approval, { method: 'POST', headers: { cookie } }, [404]);
}

/** A page that a function made: API Gateway itself answers in JSON. */
async function page(url: string, request: RequestInit, statuses: readonly number[]): Promise<void> {
  const answer = await fetch(url, { redirect: 'manual', ...request });
  const what = `${request.method ?? 'GET'} ${new URL(url).pathname}: ${answer.status}`;
  assert.ok(statuses.includes(answer.status), what);
  assert.match(answer.headers.get('content-type') ?? '', /text\/html/, what);
}
