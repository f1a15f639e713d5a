import { beforeAll, describe, expect, it } from 'vitest';
import type * as z from 'zod';
import {
  historyList,
  serviceDocument,
  serviceEnvironmentDocument,
  serviceList,
} from '../../../core/contract/api/services.ts';
import { blockKey, headIndexKeys, headKey, turnKey } from '../../../core/ledger/keys.ts';
import * as live from '../../../core/ledger/live.ts';
import type { TargetItem } from '../../../core/ledger/items.ts';
import { createReadApp } from '../../../functions/read/app.tsx';
import * as s from '../../core/samples.ts';
import { readDescribed } from '../described.ts';
import { FakeClock } from '../fakes/clock.ts';
import { FakeEvidenceStore } from '../fakes/evidence-store.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { noFiles } from '../fakes/no-files.ts';

const ledger = new MemoryLedger();
const where = { environment: 'staging', account: '222222222222', region: 'us-east-1' };

const more = [...'abcdefghijklmnopqrstuvwxy'].map((letter) => `svc-${letter}`);

/** A version that was proven, or came and went. */
async function serve(
  service: string,
  version: string,
  seconds: number,
  end: 'proven' | 'back' = 'proven',
): Promise<void> {
  const head = { ...s.stagingChecked.head, service, version, release: `${service}-${version}-a1` };
  const item: TargetItem = {
    ...where,
    release: head.release,
    stackName: 'stack',
    rollbackPoint: { readAt: s.moment(0), aliases: [] },
  };
  const change = (cause: live.LiveCause, after: number) => ({
    head,
    item,
    where,
    at: s.moment(seconds + after),
    cause,
  });
  await ledger.write(live.liveAfterChange(change('changed', 0)));
  const known = {
    service,
    ...where,
    release: head.release,
    version,
    since: s.moment(seconds),
    stackId: 'stack',
    aliases: [],
    unproven: true as const,
    fence: 1,
  };
  await ledger.write(
    end === 'proven'
      ? live.liveOnceProven(change('settleStarted', 1), known)
      : live.liveAfterRollback(change('rolledBack', 1), known),
  );
}

beforeAll(async () => {
  for (const name of more) await serve(name, '1', 0);
  for (const [index, version] of ['1', '2', '3', '4'].entries()) await serve('orders', version, 10 * (index + 1));
  await serve('orders-eu', '9', 0, 'back');
  const { head } = s.succeeded;
  await ledger.write([
    { write: 'put', item: { ...headKey(head.release), ...headIndexKeys({ ...head, ended: true }), ...head } },
    { write: 'put', item: { ...turnKey('orders', 'staging'), service: 'orders', environment: 'staging', fence: 1 } },
    {
      write: 'put',
      item: {
        ...blockKey('orders', 'staging', '2'),
        ...{ version: '2', release: 'orders-2-a1', by: 'robin@example.com', reason: 'It is slow.', at: s.moment(99) },
      },
    },
  ]);
});

const app = () =>
  createReadApp(
    { ledger, evidence: new FakeEvidenceStore(), digests: new FakeEvidenceStore(), files: noFiles },
    new FakeClock().invocationOf('read'),
  );
async function ask<T>(schema: z.ZodType<T>, path: string): Promise<T> {
  return schema.parse(JSON.parse(await readDescribed('GET', path, await app().request(path))));
}

describe('services', () => {
  it('are listed by name, page by page, also where nothing serves any more', async () => {
    const first = await ask(serviceList, '/v1/services');
    expect(first.services).toHaveLength(20);
    const serves = [{ release: 'orders-4-a1', version: '4', targets: 1, since: s.moment(40) }];
    expect(first.services.slice(0, 2)).toEqual([
      { service: 'orders', environments: [{ environment: 'staging', serves }] },
      { service: 'orders-eu', environments: [] },
    ]);
    const second = await ask(serviceList, `/v1/services?cursor=${first.cursor ?? ''}`);
    expect([...first.services, ...second.services].map(({ service }) => service)).toEqual([
      ...['orders', 'orders-eu', ...more],
    ]);
    expect(second).not.toHaveProperty('cursor');
  });

  it('are shown with their newest releases', async () => {
    const { releases } = await ask(serviceDocument, '/v1/services/orders');
    expect(releases).toMatchObject([{ id: s.release, status: 'Succeeded' }]);
    expect((await app().request('/v1/services/nothing')).status).toBe(404);
    expect((await app().request('/v1/services/NO')).status).toBe(400);
  });
});

describe('an environment of a service', () => {
  const path = '/v1/services/orders/environments/staging';
  it('shows what serves and served, and to what people can go back', async () => {
    const found = await ask(serviceEnvironmentDocument, path);
    expect(found.live).toMatchObject([{ version: '4' }]);
    expect(found.history.slice(0, 3)).toMatchObject([
      { serves: 'release', version: '4', cause: 'settleStarted', by: 'orders-4-a1' },
      { serves: 'release', version: '4', cause: 'changed', unproven: true },
      { serves: 'release', version: '3', cause: 'settleStarted' },
    ]);
    expect(found.rollbackCandidates.map(({ version }) => version)).toEqual(['3', '1']);
  });

  it('pages through the history of a target', async () => {
    const asked = `${path}/history?account=${where.account}&region=${where.region}&limit=5`;
    const first = await ask(historyList, asked);
    const second = await ask(historyList, `${asked}&cursor=${first.cursor ?? ''}`);
    expect([...first.history, ...second.history].map(({ version }) => version)).toEqual([
      ...['4', '4', '3', '3', '2', '2', '1', '1'],
    ]);
    const gone = '/v1/services/orders-eu/environments/staging/history?account=222222222222&region=us-east-1';
    expect((await ask(historyList, gone)).history[0]).toMatchObject({ serves: 'nothing', cause: 'rolledBack' });
    expect((await app().request(`${path}/history`)).status).toBe(400);
  });
});
