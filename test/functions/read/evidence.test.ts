import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EVIDENCE_PAGE, evidencePage } from '../../../core/contract/api/evidence.ts';
import { problemDocument } from '../../../core/contract/api/documents.ts';
import { evidenceKey, sealEvidence } from '../../../core/ledger/evidence-object.ts';
import { headIndexKeys, headKey, sessionKey } from '../../../core/ledger/keys.ts';
import type { Ledger } from '../../../adapters/dynamodb/ledger.ts';
import { sessionCookie } from '../../../engine/http/session-cookie.ts';
import { createReadApp } from '../../../functions/read/app.tsx';
import { accepted } from '../../core/samples.ts';
import { FakeClock } from '../fakes/clock.ts';
import { readDescribed } from '../described.ts';
import { FakeEvidenceStore } from '../fakes/evidence-store.ts';
import { noFiles } from '../fakes/no-files.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';

const { head } = accepted;
const { release } = head;
let ledger: Ledger;
let evidence: FakeEvidenceStore;
beforeAll(async () => {
  ledger = new MemoryLedger();
  const session = { kind: 'session', person: 'ada@example.com', createdAt: head.startedAt, expiresAt: 9_999_999_999 };
  await ledger.write([
    { write: 'put', item: { ...headKey(release), ...headIndexKeys({ ...head, ended: false }), ...head } },
    { write: 'put', item: { ...sessionKey('session'), ...session } },
  ]);
});
beforeEach(() => {
  evidence = new FakeEvidenceStore();
});

const ask = (path: string) =>
  createReadApp(
    { ledger, evidence, digests: new FakeEvidenceStore(), files: noFiles },
    new FakeClock().invocationOf('read'),
  ).request(path, {
    headers: { cookie: `${sessionCookie}=session` },
  });
const read = async (sha256: string, query = '') =>
  evidencePage.parse(await described(`/v1/releases/${release}/evidence/${sha256}${query}`));
const described = async (path: string): Promise<unknown> =>
  JSON.parse(await readDescribed('GET', path, await ask(path)));

const where = { release, environment: 'staging', account: '222222222222', region: 'us-east-1' };
const measured = { requests: 120, errors: { timeout: 2 }, latencies: { p95Milliseconds: 31.2 } };
const nothing = { requests: 0, errors: {}, latencies: {} };

/** Verdicts of so many checks, and a series, both written. */
async function written(count: number) {
  const series = sealEvidence({
    ...{ kind: 'series', ...where },
    slices: [
      {
        ...{ slice: 1, at: '2026-11-20T10:01:00.000Z' },
        checks: [{ check: 'orders', weight: 10, newVersion: measured, oldVersion: nothing }],
      },
    ],
  });
  const verdicts = Array.from({ length: count }, (_, index) => ({
    ...{ check: `check <${index}>`, verdict: 'passed' as const, sentence: 'is good.' },
  }));
  const sealed = sealEvidence({ kind: 'verdicts', ...where, verdicts, series: series.reference });
  await evidence.put(series);
  await evidence.put(sealed);
  return { sealed: sealed.reference.sha256, series: series.reference };
}

describe('evidence', () => {
  it('is read page by page, with the series that it names', async () => {
    const { sealed, series } = await written(EVIDENCE_PAGE + 1);
    const first = await read(sealed);
    expect(first).toMatchObject({ ...where, kind: 'verdicts', evidence: sealed, total: EVIDENCE_PAGE + 1, series });
    expect(first).toMatchObject({ next: EVIDENCE_PAGE });
    const last = await read(sealed, `?after=${EVIDENCE_PAGE}`);
    expect(last).toMatchObject({ verdicts: [{ check: `check <${EVIDENCE_PAGE}>` }] });
    expect(last).not.toHaveProperty('next');
    expect(await read(series.sha256)).toMatchObject({ kind: 'series', slices: [{ checks: [{ weight: 10 }] }] });
  });

  it('has a page for people', async () => {
    const { sealed, series } = await written(EVIDENCE_PAGE + 1);
    const page = await (await ask(`/releases/${release}/evidence/${sealed}`)).text();
    for (const part of ['check &lt;0&gt;', 'is good.', '501 verdicts', `?after=${EVIDENCE_PAGE}`, series.sha256])
      expect(page).toContain(part);
    const chart = await (await ask(`/releases/${release}/evidence/${series.sha256}`)).text();
    for (const part of ['10 %', '120 requests, 2 errors, p95 31.2 ms', '0 requests, 0 errors'])
      expect(chart).toContain(part);
  });

  it.each([
    ['that is not there', 404, 'There is no evidence', () => evidence.objects.clear()],
    [
      'that was changed',
      503,
      'cannot be read: its bytes do not have this digest: it was changed.',
      (sha256: string) => evidence.objects.set(evidenceKey(release, sha256), '{}'),
    ],
    [
      'whose bucket does not answer',
      503,
      'cannot be read: Error: S3 does not answer.',
      () => void (evidence.broken = true),
    ],
  ])('%s is told plainly, by API and page', async (_, status, sentence, happens) => {
    const { sealed } = await written(1);
    happens(sealed);
    const refusal = problemDocument.parse(await described(`/v1/releases/${release}/evidence/${sealed}`));
    expect(refusal.status).toBe(status);
    expect(refusal.detail).toContain(sentence);
    const page = await ask(`/releases/${release}/evidence/${sealed}`);
    expect([page.status, await page.text()]).toEqual([status, expect.stringContaining(sentence)]);
  });

  it('is named by a digest, of a release that there is', async () => {
    expect((await ask(`/v1/releases/${release}/evidence/..%2Fx`)).status).toBe(400);
    expect((await ask(`/v1/releases/${release}/evidence/${'a'.repeat(64)}?after=-1`)).status).toBe(400);
    expect((await ask(`/v1/releases/orders-9-a1/evidence/${'a'.repeat(64)}`)).status).toBe(404);
  });
});
