import { describe, expect, it } from 'vitest';
import { verificationDocument } from '../../../core/contract/api/verification.ts';
import { sealHead } from '../../../core/ledger/digests/document.ts';
import { eventKey, headKey } from '../../../core/ledger/keys.ts';
import { chainHash, chainStart } from '../../../core/release/chain.ts';
import type { ReleaseEvent } from '../../../core/release/events.ts';
import type { StoredItem } from '../../../adapters/dynamodb/ledger.ts';
import { createReadApp } from '../../../functions/read/app.tsx';
import * as s from '../../core/samples.ts';
import { readDescribed } from '../described.ts';
import { FakeClock } from '../fakes/clock.ts';
import { FakeEvidenceStore } from '../fakes/evidence-store.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { noFiles } from '../fakes/no-files.ts';

const { head } = s.succeeded;
const LENGTH = 450;

/** A release of many transitions, whose chain holds. */
async function ledgerWithChain() {
  const ledger = new MemoryLedger();
  const put = (item: { pk: string; sk: string } & StoredItem) => ledger.write([{ write: 'put', item }]);
  const events: ReleaseEvent[] = [];
  for (let sequence = 1; sequence <= LENGTH; sequence += 1) {
    const [first] = s.succeeded.events;
    if (first === undefined) throw new Error('The sample has events.');
    const event = { ...first, sequence, previousHash: events.at(-1)?.hash ?? chainStart };
    events.push({ ...event, hash: chainHash(event) });
  }
  for (const event of events) await put({ ...eventKey(head.release, event.sequence), ...event });
  await put({ ...headKey(head.release), ...head, sequence: LENGTH, hash: events.at(-1)?.hash });
  return { ledger, put, events };
}

async function verify(ledger: MemoryLedger, after: number, digests = new FakeEvidenceStore(), clock = new FakeClock()) {
  const services = { ledger, evidence: new FakeEvidenceStore(), digests, files: noFiles };
  const app = createReadApp(services, clock.invocationOf('read'));
  const path = `/v1/releases/${head.release}/verification?after=${after}`;
  return verificationDocument.parse(JSON.parse(await readDescribed('GET', path, await app.request(path))));
}

/** Part after part, up to the last, or the broken one. */
async function verifyAll(ledger: MemoryLedger) {
  let part = await verify(ledger, 0);
  while (part.next !== undefined) part = await verify(ledger, part.next);
  return part;
}

describe('the chain of a release', () => {
  it('is verified part by part', async () => {
    const { ledger, events } = await ledgerWithChain();
    expect(await verify(ledger, 0)).toMatchObject({ first: 1, last: 200, holds: true, next: 200 });
    expect(await verifyAll(ledger)).toEqual({
      ...{ release: head.release, transitions: LENGTH, first: 401, last: LENGTH, holds: true },
      ...{ hash: events.at(-1)?.hash, digest: 'none' },
    });
  });

  it.each([
    ['was changed', 7, 7, 'was changed', { actor: 'mallory' }],
    ['was changed at the end of a part', 200, 200, 'was changed', { actor: 'mallory' }],
    ['was changed with its hash, at the end of a part', 200, 201, 'does not follow', 'rehashed'],
    ['is no transition any more', 250, 250, 'is no transition any more', { type: 'nonsense' }],
    ['is missing', 300, 300, 'is missing', 'deleted'],
    ['is missing at the end', LENGTH, LENGTH, 'is missing', 'deleted'],
    ['was changed with its hash, at the end', LENGTH, LENGTH, 'has another hash', 'rehashed'],
  ] as const)('names the first link that %s', async (_, which, broken, sentence, how) => {
    const { ledger, put, events } = await ledgerWithChain();
    const event = events[which - 1];
    if (event === undefined) throw new Error('There is no such event.');
    const key = eventKey(head.release, which);
    if (how === 'deleted') await ledger.write([{ write: 'delete', key }]);
    else if (how === 'rehashed') {
      const other = { ...event, actor: 'mallory' };
      await put({ ...key, ...other, hash: chainHash(other) });
    } else await put({ ...key, ...event, ...how });
    const part = await verifyAll(ledger);
    expect(part).toMatchObject({ holds: false, broken: { transition: broken } });
    expect(part.broken?.sentence).toContain(sentence);
    expect(part).not.toHaveProperty('hash');
  });
});

describe('a part whose beginning is missing', () => {
  it('is broken there', async () => {
    const { ledger } = await ledgerWithChain();
    await ledger.write([{ write: 'delete', key: eventKey(head.release, 200) }]);
    expect(await verify(ledger, 200)).toMatchObject({ holds: false, broken: { transition: 200 } });
  });
});

describe('the end of a release', () => {
  const last = 400;
  const sealed = (events: readonly ReleaseEvent[]) => ({
    ...{ release: head.release, transitions: LENGTH, hash: events.at(-1)?.hash ?? '' },
  });

  it('is held to the bucket of digests, with the last part', async () => {
    const { ledger, put, events } = await ledgerWithChain();
    const digests = new FakeEvidenceStore();
    expect(await verify(ledger, 0, digests)).not.toHaveProperty('digest');
    const clock = new FakeClock();
    await put({ ...headKey(head.release), ...head, sequence: LENGTH, hash: events.at(-1)?.hash, endedAt: clock.now() });
    clock.pass(590);
    expect(await verify(ledger, last, digests, clock)).toMatchObject({ holds: true, digest: 'awaited' });
    clock.pass(20);
    expect(await verify(ledger, last, digests, clock)).toMatchObject({ holds: true, digest: 'none' });
    // One that has not ended is in none.
    await put({
      ...headKey(head.release),
      ...head,
      sequence: LENGTH,
      hash: events.at(-1)?.hash,
      status: 'Monitoring',
      endedAt: undefined,
    });
    expect(await verify(ledger, last, digests, clock)).toMatchObject({ holds: true, digest: 'awaited' });
    await digests.put(sealHead(sealed(events)));
    expect(await verify(ledger, last, digests, clock)).toMatchObject({ holds: true, digest: 'agrees' });
    // A link that is broken is named, whatever the digest has.
    await ledger.write([{ write: 'delete', key: eventKey(head.release, 420) }]);
    const broken = await verify(ledger, last, digests, clock);
    expect(broken).toMatchObject({ holds: false, broken: { transition: 420 } });
    expect(broken).not.toHaveProperty('digest');
  });

  it.each([
    ['all of it', { hash: 'f'.repeat(64) }, LENGTH],
    ['more after it', { transitions: LENGTH - 3 }, LENGTH - 3],
    ['less of it', { transitions: LENGTH + 3 }, LENGTH],
  ])('shows that somebody rewrote the whole chain: %s', async (_, other, transition) => {
    const { ledger, events } = await ledgerWithChain();
    const digests = new FakeEvidenceStore();
    await digests.put(sealHead({ ...sealed(events), ...other }));
    const part = await verify(ledger, last, digests);
    expect(part).toMatchObject({ holds: false, digest: 'differs', broken: { transition } });
    expect(part.broken?.sentence).toContain('The chain was rewritten');
    expect(part).not.toHaveProperty('hash');
  });

  it.each([
    ['nonsense', '{}'],
    ['the head of another', sealHead({ ...sealed([]), release: 'orders-9-a9', hash: 'f'.repeat(64) }).text],
  ])('is refused where the bucket of digests has %s', async (_, text) => {
    const { ledger } = await ledgerWithChain();
    const digests = new FakeEvidenceStore();
    digests.objects.set(`heads/${head.release}.json`, text);
    const services = { ledger, evidence: new FakeEvidenceStore(), digests, files: noFiles };
    const path = `/v1/releases/${head.release}/verification?after=${last}`;
    const answer = await createReadApp(services, new FakeClock().invocationOf('read')).request(path);
    expect([answer.status, await readDescribed('GET', path, answer)]).toEqual([
      503,
      expect.stringContaining('is no head of this release'),
    ]);
    digests.broken = true;
    const down = await createReadApp(services, new FakeClock().invocationOf('read')).request(path);
    expect([down.status, await readDescribed('GET', path, down)]).toEqual([
      503,
      expect.stringContaining('cannot be read'),
    ]);
  });
});
