import { beforeEach, describe, expect, it } from 'vitest';
import type { LiveItem } from '../../../core/ledger/items.ts';
import {
  approvalKey,
  headIndexKeys,
  headKey,
  liveIndexKeys,
  liveKey,
  quarantineKey,
  sessionKey,
} from '../../../core/ledger/keys.ts';
import type { ReleaseHead } from '../../../core/release/head.ts';
import type { StoredItem } from '../../../adapters/dynamodb/ledger.ts';
import { sessionCookie } from '../../../engine/http/session-cookie.ts';
import { createReadApp } from '../../../functions/read/app.tsx';
import { approval, productionAsked, stagingChecked, succeeded } from '../../core/samples.ts';
import { FakeEvidenceStore } from '../fakes/evidence-store.ts';
import { FakeClock } from '../fakes/clock.ts';
import { grantedLedger } from '../fakes/granted-ledger.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { noFiles } from '../fakes/no-files.ts';

let ledger: MemoryLedger;
let clock: FakeClock;
beforeEach(() => {
  ledger = new MemoryLedger();
  clock = new FakeClock();
});

const put = (item: { pk: string; sk: string } & StoredItem) => ledger.write([{ write: 'put', item }]);
const app = () =>
  createReadApp(
    {
      ledger: grantedLedger(ledger, 'read'),
      evidence: new FakeEvidenceStore(),
      digests: new FakeEvidenceStore(),
      files: noFiles,
    },
    clock.invocationOf('read'),
  );

async function visit(path: string, as = 'arn:aws:sts::111111111111:assumed-role/reader/x', headers = {}) {
  await put({
    ...{ ...sessionKey(as), kind: 'session', person: as },
    ...{ createdAt: '2026-11-20T00:00:00.000Z', expiresAt: 4_000_000_000 },
  });
  return app().request(path, { headers: { cookie: `${sessionCookie}=${encodeURIComponent(as)}`, ...headers } });
}

async function keep(head: ReleaseHead): Promise<void> {
  const { release, service, startedAt, endedAt } = head;
  await put({
    ...headKey(release),
    ...headIndexKeys({ release, service, startedAt, ended: endedAt !== undefined }),
    ...head,
  });
}

async function serve(
  service: string,
  environment: string,
  index: number,
  changes: Partial<LiveItem> = {},
): Promise<void> {
  const target = { account: String(100_000_000_000 + index), region: 'us-east-1' };
  await put({
    ...liveKey(service, { environment, ...target }),
    ...liveIndexKeys(service, environment, target),
    ...{ service, environment, ...target, version: '1.0.0', release: `${service}-1.0.0-a1` },
    ...{ since: '2026-11-20T09:00:00.000Z', stackId: 'stack', aliases: [], ...changes },
  });
}

describe('the first page', () => {
  it('shows every service whole, over pages of about a hundred targets', async () => {
    for (let service = 0; service < 5; service += 1)
      for (let target = 0; target < 60; target += 1) await serve(`s${service}`, 'production', target);
    const pages: string[][] = [];
    let path: string | undefined = '/';
    while (path !== undefined) {
      const text: string = await (await visit(path)).text();
      pages.push([...text.matchAll(/<th scope="row"><a [^>]*>([^<]+)</g)].map(([, name = '']) => name));
      for (const [, of] of text.matchAll(/ in \d+ of (\d+)/g)) expect(of).toBe('60');
      const [, query] = /href="\/\?([^"]+)"/.exec(text) ?? [];
      path = query === undefined ? undefined : `/?${query.replaceAll('&amp;', '&')}`;
    }
    expect(pages).toEqual([['s0', 's1'], ['s2', 's3'], ['s4']]);
  });

  it('passes over targets in which nothing serves any more', async () => {
    await serve('orders', 'staging', 1);
    for (let target = 0; target < 120; target += 1)
      await put({
        ...liveKey('paused', {
          environment: 'production',
          account: String(100_000_000_000 + target),
          region: 'us-east-1',
        }),
        ...liveIndexKeys('paused', 'production', { account: String(100_000_000_000 + target), region: 'us-east-1' }),
        ...{ service: 'paused', environment: 'production', account: String(100_000_000_000 + target) },
        ...{ region: 'us-east-1', vacant: true, since: '2026-11-20T09:00:00.000Z' },
      });
    await serve('zeta', 'staging', 1);
    const first = await (await visit('/')).text();
    expect(first).toMatch(/<th scope="row"><a [^>]*>orders</);
    const [, query = ''] = /href="\/\?([^"]+)"/.exec(first) ?? [];
    expect(await (await visit(`/?${query}`)).text()).toMatch(/<th scope="row"><a [^>]*>zeta</);
    expect((await visit('/environments/paused/production')).status).toBe(404);
  });

  it('shows what is under way, quarantined, and ended lately', async () => {
    await keep(stagingChecked.head);
    await keep({ ...succeeded.head, release: 'orders-1.4.1-a1', version: '1.4.1' });
    await serve('orders', 'production', 1);
    const quarantine = { release: 'orders-1.4.0-a1', reason: 'No', since: '2026-11-20T09:00:00.000Z', targets: [] };
    await put({ ...quarantineKey('orders', 'production'), ...quarantine });
    const text = await (await visit('/')).text();
    expect(text).toMatch(/<div class="cell bad">.*quarantined since orders-1\.4\.0-a1/s);
    expect(text).toMatch(
      /<h2>Under way<\/h2>.*orders-1\.4\.2-a1.*80 % of its way.*<h2>Ended lately<\/h2>.*orders-1\.4\.1-a1/s,
    );
    expect(text).toContain('data-live');
  });

  it('names decisions that wait for whoever looks, and only those', async () => {
    await keep(productionAsked.head);
    await put({
      ...approvalKey(approval.release, approval.approval),
      ...approval,
      deadline: '2026-11-27T00:00:00.000Z',
    });
    const manager = 'arn:aws:sts::111111111111:assumed-role/release-manager/robin';
    expect(await (await visit('/', manager)).text()).toMatch(/Waits for you.*orders-1\.4\.2-a1.*to production\?/s);
    expect(await (await visit('/')).text()).not.toContain('Waits for you');
    const kept = { by: 'robin@example.com', decision: 'approve', at: '2026-11-20T09:30:00.000Z', via: 'link' };
    await put({ ...approvalKey(approval.release, approval.approval), ...approval, required: 2, decisions: [kept] });
    expect(await (await visit('/', manager)).text()).not.toContain('Waits for you');
  });

  it.each(['x', 'e30', '%00'])('refuses the cursor %s', async (cursor) => {
    expect((await visit(`/?cursor=${cursor}`)).status).toBe(400);
  });
});

describe('a page that is read again', () => {
  it('is 304 while nothing on it changes, however much later it is read', async () => {
    await keep(productionAsked.head);
    const path = `/releases/${productionAsked.head.release}`;
    const first = await visit(path);
    const tag = first.headers.get('etag') ?? '';
    expect(tag).toMatch(/^"[\w-]{43}"$/);
    expect(await first.text()).toContain('data-now="2026-11-20T10:00:00');
    clock.pass(60);
    const again = await visit(path, undefined, { 'if-none-match': `"other", W/${tag}` });
    expect([again.status, await again.text()]).toEqual([304, '']);
    await keep({ ...productionAsked.head, status: 'Expired' });
    const changed = await visit(path, undefined, { 'if-none-match': tag });
    expect([changed.status, await changed.text()]).toEqual([200, expect.stringContaining('Expired')]);
  });
});
