import { beforeEach, describe, expect, it } from 'vitest';
import { releaseList } from '../../../core/contract/api/documents.ts';
import { eventKey, headIndexKeys, headKey, sessionKey } from '../../../core/ledger/keys.ts';
import type { ReleaseHead } from '../../../core/release/head.ts';
import type { StoredItem } from '../../../adapters/dynamodb/ledger.ts';
import { sessionCookie } from '../../../engine/http/session-cookie.ts';
import { createReadApp } from '../../../functions/read/app.tsx';
import { accepted, succeeded } from '../../core/samples.ts';
import { readDescribed } from '../described.ts';
import { FakeEvidenceStore } from '../fakes/evidence-store.ts';
import { FakeClock } from '../fakes/clock.ts';
import { grantedLedger } from '../fakes/granted-ledger.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';

let ledger: MemoryLedger;
beforeEach(() => {
  ledger = new MemoryLedger();
});

const put = (item: { pk: string; sk: string } & StoredItem) => ledger.write([{ write: 'put', item }]);
const app = () =>
  createReadApp(
    { ledger: grantedLedger(ledger, 'read'), evidence: new FakeEvidenceStore(), digests: new FakeEvidenceStore() },
    new FakeClock().invocationOf('read'),
  );

/** A release that began at a time. */
async function begin(version: string, startedAt: string): Promise<void> {
  const head: ReleaseHead = { ...accepted.head, release: `orders-${version}-a1`, version, startedAt };
  await put({ ...headKey(head.release), ...headIndexKeys({ ...head, ended: false }), ...head });
}

/** Versions, page by page, in the order in which they are listed. */
async function pages(limit: number, more: Readonly<Record<string, string>> = {}): Promise<string[][]> {
  const found: string[][] = [];
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ limit: String(limit), ...more, ...(cursor === undefined ? {} : { cursor }) });
    const path = `/v1/releases?${query.toString()}`;
    const page = releaseList.parse(JSON.parse(await readDescribed('GET', path, await app().request(path))));
    found.push(page.releases.map(({ version }) => version));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

describe('the list of all releases', () => {
  it('fills its pages over days without releases, and has no empty page after the last', async () => {
    for (const [version, day] of [
      ['1', '05'],
      ['2', '10'],
      ['3', '10'],
      ['4', '19'],
      ['5', '20'],
    ] as const)
      await begin(version, `2026-11-${day}T0${version}:00:00.000Z`);
    expect(await pages(2)).toEqual([['5', '4'], ['3', '2'], ['1']]);
    expect(await pages(3)).toEqual([
      ['5', '4', '3'],
      ['2', '1'],
    ]);
    expect(await pages(5)).toEqual([['5', '4', '3', '2', '1']]);
    expect(await pages(2, { order: 'oldest' })).toEqual([['1', '2'], ['3', '4'], ['5']]);
    expect(await pages(5, { order: 'oldest' })).toEqual([['1', '2', '3', '4', '5']]);
    expect(await pages(2, { order: 'oldest', service: 'orders' })).toEqual([['1', '2'], ['3', '4'], ['5']]);
    expect((await pages(2, { author: 'ADA@example.com' })).flat()).toHaveLength(5);
    expect((await pages(2, { author: 'grace@example.com' })).flat()).toEqual([]);
  });
});

describe('the page of a release with many transitions', () => {
  it('shows the newest hundred, and leads to those before', async () => {
    const { head, events } = succeeded;
    const [event] = events;
    const release = head.release;
    await put({ ...headKey(release), ...head, sequence: 250 });
    for (let sequence = 1; sequence <= 250; sequence += 1)
      await put({ ...eventKey(release, sequence), ...event, sequence });
    const token = 'token';
    await put({
      ...sessionKey(token),
      kind: 'session',
      person: 'robin@example.com',
      createdAt: '2026-11-20T00:00:00.000Z',
      expiresAt: 4_000_000_000,
    });
    const page = async (query: string) => {
      const headers = { cookie: `${sessionCookie}=${token}` };
      const text = await (await app().request(`/releases/${release}${query}`, { headers })).text();
      const numbers = [...text.matchAll(/#(\d+) ·/g)].map(([, number]) => Number(number));
      return {
        first: numbers[0],
        last: numbers.at(-1),
        links: [...text.matchAll(/\?until=(\d+)/g)].map(([, to]) => to),
      };
    };
    expect(await page('')).toEqual({ first: 151, last: 250, links: ['150'] });
    expect(await page('?until=150')).toEqual({ first: 51, last: 150, links: ['50', '250'] });
    expect(await page('?until=50')).toEqual({ first: 1, last: 50, links: ['150'] });
    expect(await page('?until=9999')).toMatchObject({ first: 151, last: 250 });
  });
});
