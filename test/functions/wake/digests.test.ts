import { beforeEach, describe, expect, it } from 'vitest';
import { digestChain } from '../../../core/ledger/digests/chain-row.ts';
import { MOST_HEADS, sealedHeadOf } from '../../../core/ledger/digests/document.ts';
import { verifyDigests } from '../../../core/ledger/digests/verify.ts';
import { digestChainKey, headIndexKeys, headKey, undigested } from '../../../core/ledger/keys.ts';
import type { ReleaseHead } from '../../../core/release/head.ts';
import type { Ledger } from '../../../adapters/dynamodb/ledger.ts';
import { readItem } from '../../../engine/ledger/read.ts';
import { keepDigests } from '../../../functions/wake/keep-digests.ts';
import { FakeClock } from '../fakes/clock.ts';
import { FakeEvidenceStore } from '../fakes/evidence-store.ts';
import { grantedLedger } from '../fakes/granted-ledger.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import * as s from '../../core/samples.ts';

/** A step of an attempt: a read or a write of the ledger, or an object. */
type Gate = (what: string) => Promise<void>;

/** No two attempts are at the same moment. */
const clock = new FakeClock();
let ledger: MemoryLedger;
let bucket: FakeEvidenceStore;
beforeEach(() => {
  ledger = new MemoryLedger();
  bucket = new FakeEvidenceStore();
});

const headOf = (number: number): ReleaseHead => ({ ...s.succeeded.head, release: `orders-1.0.${number}-a1` });

/** Ends a release. */
async function end(number: number): Promise<void> {
  const head = headOf(number);
  const item = { ...headKey(head.release), ...headIndexKeys({ ...head, ended: true }), ...head };
  await ledger.write([{ write: 'put', item }]);
}

function gated(gate: Gate): Ledger {
  const granted = grantedLedger(ledger, 'wake');
  const step = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    await gate(`${what} before`);
    const answer = await work();
    await gate(`${what} after`);
    return answer;
  };
  return {
    get: (key) => step('get', () => granted.get(key)),
    getAll: (keys) => step('getAll', () => granted.getAll(keys)),
    query: (partition, range) => step('query', () => granted.query(partition, range)),
    queryIndex: (index, partition, range) => step('queryIndex', () => granted.queryIndex(index, partition, range)),
    write: (intents) => step('write', () => granted.write(intents)),
  };
}

/** One attempt. */
async function keep(gate: Gate = () => Promise.resolve()): Promise<void> {
  const digests = {
    put: async (object: Parameters<FakeEvidenceStore['put']>[0]) => {
      await gate('put before');
      await bucket.put(object);
      await gate('put after');
    },
  };
  await keepDigests({ ledger: gated(gate), digests }, clock.invocationOf('wake'));
}

const left = async () => (await ledger.queryIndex('open', undigested)).items.length;

/** Everything is in digests that hold, once each, and the chain stands at the last. */
async function expectAll(releases: number): Promise<void> {
  const { digests, hash, heads, unlisted, broken } = verifyDigests(bucket.objects);
  expect(broken).toBeUndefined();
  expect(unlisted).toEqual([]);
  expect([...heads.keys()].sort()).toEqual(Array.from({ length: releases }, (_, n) => headOf(n).release).sort());
  expect(await left()).toBe(0);
  expect(await readItem(ledger, digestChainKey, digestChain)).toEqual({ digest: digests, hash });
  for (let number = 0; number < releases; number += 1) {
    const item = await ledger.get(headKey(headOf(number).release));
    expect(item).toMatchObject(headOf(number));
    expect(item).not.toHaveProperty('gsi3pk');
    expect(heads.get(headOf(number).release)).toEqual(sealedHeadOf(headOf(number)));
  }
}

describe('what has ended', () => {
  it('is listed in one digest, and the next lists what ended after it', async () => {
    await keep();
    expect(bucket.objects.size).toBe(0);
    for (const number of [0, 1]) await end(number);
    await keep();
    await expectAll(2);
    await end(2);
    await keep();
    await keep();
    await expectAll(3);
    expect([...bucket.objects.keys()].filter((key) => key.startsWith('digests/'))).toHaveLength(2);
  });

  it('is listed in as many digests as it takes, a bounded number a run', async () => {
    const releases = MOST_HEADS * 5 + 1;
    for (let number = 0; number < releases; number += 1) await end(number);
    await keep();
    expect(await left()).toBe(1);
    await keep();
    await expectAll(releases);
  });

  it('is listed although another item cannot be read', async () => {
    await end(0);
    const key = headKey('orders-9.9.9-a1');
    await ledger.write([{ write: 'put', item: { ...key, gsi3pk: undigested, gsi3sk: 'x', release: 7 } }]);
    await keep();
    expect(await left()).toBe(1);
    await ledger.write([{ write: 'delete', key }]);
    await expectAll(1);
  });

  it('is open work as long as the bucket takes nothing', async () => {
    await end(0);
    bucket.broken = true;
    await expect(keep()).rejects.toThrow('S3 does not answer.');
    expect(await left()).toBeGreaterThan(0);
    bucket.broken = false;
    await keep();
    await expectAll(1);
  });

  it('shows where a head is rewritten after its digest', async () => {
    await end(0);
    await keep();
    await ledger.write([
      { write: 'put', item: { ...headKey(headOf(0).release), ...headIndexKeys({ ...headOf(0), ended: true }), ...headOf(0), hash: 'f'.repeat(64) } }, // prettier-ignore
    ]);
    await keep();
    expect(verifyDigests(bucket.objects).broken?.sentence).toContain('the ledger was rewritten');
  });
});

describe('an attempt that dies', () => {
  it('at any step is gone on with by the next', async () => {
    const steps: string[] = [];
    await Promise.all([0, 1, 2].map(end));
    await keep((what) => Promise.resolve(void steps.push(what)));
    // The index, the item, the heads, the begin, four objects, three marks, the end, the index again.
    expect(steps).toHaveLength(26);
    const dead = new Error('killed');
    for (const more of [false, true])
      for (let dies = 0; dies < steps.length; dies += 1) {
        ledger = new MemoryLedger();
        bucket = new FakeEvidenceStore();
        await Promise.all([0, 1, 2].map(end));
        let step = 0;
        await keep(() => (step++ >= dies ? Promise.reject(dead) : Promise.resolve())).catch((problem: unknown) => {
          if (problem !== dead) throw problem;
        });
        // What ended meanwhile comes into the digest after it, or into the same where that was not begun.
        if (more) await end(3);
        await keep();
        await expectAll(more ? 4 : 3);
      }
  });
});

describe('attempts at the same time', () => {
  it('write one chain, in whatever order their steps come', async () => {
    let seed = 1;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let play = 0; play < 200; play += 1) {
      ledger = new MemoryLedger();
      bucket = new FakeEvidenceStore();
      await Promise.all([0, 1].map(end));
      const waiting: (() => void)[] = [];
      const gate = () => new Promise<void>((resolve) => void waiting.push(resolve));
      let running = 3;
      const attempts = Array.from({ length: running }, () => keep(gate).finally(() => (running -= 1)));
      const late = random() < 0.5 ? end(2) : undefined;
      while (running > 0) {
        await new Promise((resolve) => setImmediate(resolve));
        waiting.splice(Math.floor(random() * waiting.length), 1)[0]?.();
      }
      await Promise.all(attempts);
      await (late ?? end(2));
      await keep();
      await expectAll(3);
    }
  });
});
