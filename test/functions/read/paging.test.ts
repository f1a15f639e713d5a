import { beforeEach, describe, expect, it } from 'vitest';
import {
  environmentDocument,
  releaseDocument,
  releaseList,
  transitionList,
} from '../../../core/contract/api/documents.ts';
import {
  blockKey,
  eventKey,
  headIndexKeys,
  headKey,
  messageKey,
  sessionKey,
  turnKey,
  waiterKey,
} from '../../../core/ledger/keys.ts';
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
import { noFiles } from '../fakes/no-files.ts';

let ledger: MemoryLedger;
beforeEach(() => {
  ledger = new MemoryLedger();
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

describe('what is read of a release, or an environment, with a long history', () => {
  const { head, events } = succeeded;
  const read = async (path: string): Promise<unknown> =>
    JSON.parse(await readDescribed('GET', path, await app().request(path)));

  it('is twenty transitions, or as many as are asked for', async () => {
    await put({ ...headKey(head.release), ...head, sequence: 250 });
    for (let sequence = 1; sequence <= 250; sequence += 1)
      await put({ ...eventKey(head.release, sequence), ...events[0], sequence });
    const path = `/v1/releases/${head.release}/transitions`;
    const page = async (query: string) => {
      const { transitions, cursor } = transitionList.parse(await read(`${path}${query}`));
      return { count: transitions.length, first: transitions[0]?.sequence, cursor };
    };
    const first = await page('');
    expect(first).toMatchObject({ count: 20, first: 1 });
    expect(await page(`?cursor=${first.cursor ?? ''}`)).toMatchObject({ count: 20, first: 21 });
    expect(await page('?limit=100&after=10')).toMatchObject({ count: 100, first: 11 });
    expect((await app().request(`${path}?limit=101`)).status).toBe(400);
  });

  it('is of messages the first few, those that come once among them', async () => {
    await put({ ...headKey(head.release), ...head });
    const told = { release: head.release, attempts: 24, notBefore: head.startedAt };
    for (let number = 1; number <= 50; number += 1) {
      const about = { kind: 'reminder', approval: '0'.repeat(32), sequence: number };
      await put({ ...messageKey(head.release, `reminder-${number}`), ...told, about, pending: [] });
    }
    const pending = [{ to: 'mail:zoe@example.com', problem: 'It is refused.' }];
    await put({ ...messageKey(head.release, 'end'), ...told, about: { kind: 'end' }, pending });
    const document = releaseDocument.parse(await read(`/v1/releases/${head.release}`));
    expect(JSON.stringify(document)).toContain('zoe@example.com');
  });

  it('is of blocked versions the first twenty, and those that wait', async () => {
    const place = { service: 'orders', environment: 'staging' };
    await put({ ...turnKey('orders', 'staging'), ...place, fence: 1 });
    for (let number = 1; number <= 40; number += 1) {
      const version = `1.${String(number).padStart(2, '0')}`;
      const item = {
        version,
        release: `orders-${version}-a1`,
        by: 'bob@example.com',
        reason: 'Slow',
        at: head.startedAt,
      };
      await put({ ...blockKey('orders', 'staging', version), ...item });
    }
    const waiting = {
      release: 'orders-1.39-a1',
      version: '1.39',
      startedAt: head.startedAt,
      requestedAt: head.startedAt,
    };
    await put({ ...waiterKey('orders', 'staging', waiting.release), ...waiting });
    const { blocked, waitsFor } = environmentDocument.parse(await read('/v1/environments/orders/staging'));
    expect(blocked).toHaveLength(21);
    expect(blocked.at(-1)?.version).toBe('1.39');
    expect(waitsFor).toContain('1.39');
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
