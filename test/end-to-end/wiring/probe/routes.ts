import assert from 'node:assert/strict';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as z from 'zod';
import { liveList, releaseList, sessionDocument } from '../../../../core/contract/api/documents.ts';
import { type ApiRoute, apiRoutes, isSigned } from '../../../../core/contract/api/routes.ts';
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
  for (const route of Object.values(apiRoutes).filter((one) => one.method === 'GET' && isSigned(one)))
    await answeredByEngine(team, 'GET', filled(route));
  const approvals = '/v1/releases/orders-9.9.9-a1/approvals';
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
  await nothingHere(harness);
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

const values: Readonly<Record<string, string>> = {
  ...{ id: 'orders-9.9.9-a1', other: 'orders-9.9.8-a1', service: 'orders', environment: 'unknown' },
  ...{ approval: '0'.repeat(32), sha256: '0'.repeat(64) },
};

function filled({ path }: ApiRoute): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}

/** The API's own error document, which API Gateway's "Not Found" has not, of the route and not of what no route is for. */
async function refusedByEngine(engine: Engine, method: 'GET' | 'POST', path: string): Promise<void> {
  assert.notEqual(await answeredByEngine(engine, method, path), undefined, `${method} ${path} was answered.`);
}

/** An answer, or a refusal, which is returned. */
async function answeredByEngine(engine: Engine, method: 'GET' | 'POST', path: string): Promise<unknown> {
  const body = method === 'POST' ? { decision: 'approve' } : undefined;
  const refusal = await engine.call(z.unknown(), method, path, body).then(
    () => undefined,
    (error: unknown) => error,
  );
  const what = `${method} ${path}: ${String(refusal)}`;
  assert.ok(refusal === undefined || (refusal instanceof CommandError && refusal.details.code.startsWith('SLUICE-')), what); // prettier-ignore
  assert.doesNotMatch(what, /There is nothing at/);
  return refusal;
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
  await page(`${apiUrl}/releases/orders-9.9.9-a1/compare`, { headers: { cookie } }, [404]);
  await page(`${apiUrl}/environments/orders/unknown`, { headers: { cookie } }, [404]);
  await page(`${apiUrl}/services/orders`, { headers: { cookie } }, [404]);
  await page(`${apiUrl}/live`, { headers: { cookie } }, [200]);
  await page(`${apiUrl}/sign-out`, { headers: { cookie } }, [200]);
  await page(`${apiUrl}/releases/orders-9.9.9-a1/actions`, { headers: { cookie } }, [404]);
  await page(`${apiUrl}/releases/orders-9.9.9-a1/actions`, { method: 'POST', headers: { cookie } }, [404]);
  const approval = `${apiUrl}/releases/orders-9.9.9-a1/approvals/${'0'.repeat(32)}`;
  await page(approval, { headers: { cookie } }, [404]);
  await page(approval, { method: 'POST', headers: { cookie } }, [404]);
}

/** What no route is for says so to people and to programs. */
async function nothingHere({ apiUrl }: ProbeHarness): Promise<void> {
  await page(`${apiUrl}/nope`, { headers: { accept: 'text/html' } }, [404]);
  await page(`${apiUrl}/releases/orders-9.9.9-a1%252Factions`, { headers: { accept: 'text/html' } }, [404]);
  await page(`${apiUrl}/releases`, { method: 'PUT', headers: { accept: 'text/html' } }, [405]);
  await describedTo('GET', apiUrl);
  await describedTo('HEAD', apiUrl);
  // What is signed is asked for a signature, however it is written.
  for (const path of ['/v1%2Freleases', '/%76%31/releases'])
    assert.equal((await fetch(`${apiUrl}${path}`)).status, 403, path);
  const { type } = z.looseObject({ type: z.string() }).parse(await (await fetch(`${apiUrl}//v1/releases`)).json());
  assert.equal(type, 'urn:sluice:error:SLUICE-603');
}

/** A page that a function made, which answers HEAD as GET: API Gateway itself answers in JSON. */
async function page(url: string, request: RequestInit, statuses: readonly number[]): Promise<void> {
  const method = request.method ?? 'GET';
  if (method === 'GET') await answersHead(url, request, statuses);
  const answer = await fetch(url, { redirect: 'manual', ...request });
  const what = `${method} ${new URL(url).pathname}: ${answer.status}`;
  assert.ok(statuses.includes(answer.status), what);
  assert.match(answer.headers.get('content-type') ?? '', /text\/html/, what);
}

async function answersHead(url: string, request: RequestInit, statuses: readonly number[]): Promise<void> {
  const answer = await fetch(url, { redirect: 'manual', ...request, method: 'HEAD' });
  const what = `HEAD ${new URL(url).pathname}: ${answer.status}`;
  assert.ok(statuses.includes(answer.status), what);
  assert.match(answer.headers.get('content-type') ?? '', /text\/html/, what);
}

/** Anybody may read what the API is. */
async function describedTo(method: string, apiUrl: string): Promise<void> {
  const answer = await fetch(`${apiUrl}/openapi.json`, { method });
  assert.equal(answer.status, 200, `${method} /openapi.json: ${answer.status}`);
}
