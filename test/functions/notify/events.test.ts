import { beforeEach, describe, expect, it } from 'vitest';
import { openMessages, publishedKey } from '../../../core/ledger/keys.ts';
import { publishedItem } from '../../../core/ledger/items.ts';
import { leasePublishing } from '../../../core/notify/publishing.ts';
import { readEvents, readHead, readItem } from '../../../engine/ledger/read.ts';
import { findUnreached } from '../../../functions/read/releases.ts';
import { policyOf, templateOf, TestEngine } from '../fakes/test-engine.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { promote } from '../fakes/workflow.ts';

// What other programs hear of releases: every transition, at least once, in order, and nothing waits for it.

let engine: TestEngine;
beforeEach(() => {
  engine = new TestEngine(new MemoryLedger());
  engine.policy = policyOf({}, { notify: { events: true } });
});

const heard = () => engine.events.map(({ detail }) => Number(detail['sequence']));
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

async function open(): Promise<number> {
  return (await engine.ledger.queryIndex('open', openMessages)).items.length;
}
async function missed(release: string) {
  return findUnreached(engine, await readHead(engine.ledger, release));
}
async function published(release: string): Promise<number | undefined> {
  return (await readItem(engine.ledger, publishedKey(release), publishedItem))?.sequence;
}

describe('transitions on the event bus', () => {
  it('are all of them, each once and in order, whenever it is delivered', async () => {
    const release = await engine.drop('1', templateOf('A'));
    await engine.deliver(release);
    await engine.deliver(release);
    expect(heard()).toEqual([1]);
    await promote(engine, release);
    const events = await readEvents(engine.ledger, release);
    expect(heard()).toEqual(upTo(events.length));
    expect(engine.events.map(({ source, type }) => `${source} ${type}`)).toEqual(
      events.map(() => 'sluice Sluice Release Status Change'),
    );
    expect(engine.events.at(-1)).toMatchObject({ at: events.at(-1)?.at, detail: { status: 'Succeeded' } });
    expect([await open(), await published(release), await missed(release)]).toEqual([0, events.length, []]);
  });

  it('are told of at once when a release fails', async () => {
    const release = await engine.drop('1', templateOf('A'));
    await engine.run('validate', release);
    await engine.run('planRollback', release, {
      error: 'CheckFailed',
      cause: '{"errorType":"x","errorMessage":"It broke."}',
    });
    expect(engine.events.at(-1)?.detail).toMatchObject({ type: 'failed', status: 'Ending', reason: 'It broke.' });
  });

  it('of a release that is rejected as it arrives are there, too', async () => {
    const release = await engine.dropBytes('orders/1/x.zip', 'v-x', new Uint8Array());
    expect(await open()).toBe(1);
    await engine.deliver(release);
    expect(engine.events.map(({ detail }) => detail['type'])).toEqual(['received', 'rejected', 'ended']);
    expect(await open()).toBe(0);
  });

  it('that the bus does not take hold nothing up, are shown, and go on where it stopped, later', async () => {
    engine.busFull = 3;
    const release = await engine.drop('1', templateOf('A'));
    await promote(engine, release);
    expect((await readHead(engine.ledger, release)).status).toBe('Succeeded');
    expect([heard(), await published(release), await open()]).toEqual([upTo(3), 3, 1]);
    const [unreached] = await missed(release);
    expect(unreached).toMatchObject({ to: 'bus', about: 'events', attempts: 1 });
    expect(unreached?.problem).toContain('did not take transition 4: ThrottlingException: too much');
    engine.busFull = Infinity;
    await engine.deliver(release); // too soon
    expect(heard()).toEqual(upTo(3));
    engine.clock.pass(61);
    await engine.deliver(release);
    const events = await readEvents(engine.ledger, release);
    expect([heard(), await open(), await missed(release)]).toEqual([upTo(events.length), 0, []]);
  });

  it('of an open release are tried again later, too, and by nobody else before', async () => {
    engine.busFull = 0;
    const release = await engine.drop('1', templateOf('A'));
    await engine.deliver(release);
    await engine.run('validate', release);
    engine.busFull = Infinity;
    await engine.deliver(release); // too soon
    expect([heard(), await open()]).toEqual([[], 1]);
    engine.clock.pass(61);
    await engine.deliver(release);
    expect(heard()).toEqual(upTo((await readHead(engine.ledger, release)).sequence));
    expect(await open()).toBe(0);
  });

  it('come again, each under the same id, where it was not heard that the bus has them', async () => {
    engine.busDeaf = true;
    const release = await engine.drop('1', templateOf('A'));
    await engine.deliver(release);
    engine.busDeaf = false;
    engine.clock.pass(61);
    await engine.deliver(release);
    expect(engine.events.map(({ detail }) => detail['id'])).toEqual([`${release}#1`, `${release}#1`]);
  });

  it('are left to the delivery that is at it, and taken over when it has died', async () => {
    engine.ordersLost = true;
    const release = await engine.drop('1', templateOf('A'));
    await engine.ledger.write([leasePublishing(release, undefined, engine.clock.now()).write]);
    await engine.deliver(release);
    expect([heard(), await open()]).toEqual([[], 0]);
    await promote(engine, release);
    await engine.deliver(release);
    expect(heard()).toEqual([]);
    expect((await missed(release)).map(({ problem }) => problem.slice(0, 32))).toEqual([
      'EventsNotTaken: Another delivery',
    ]);
    engine.clock.pass(121);
    await engine.deliver(release);
    expect(heard()).toEqual(upTo((await readHead(engine.ledger, release)).sequence));
  });

  it('are not there where the policy asks for none, any more or yet', async () => {
    const release = await engine.drop('1', templateOf('A'));
    engine.policy = policyOf();
    const other = await engine.drop('2', templateOf('B'));
    await promote(engine, release);
    await engine.deliver(release);
    engine.policy = policyOf({}, { notify: { events: true } });
    await promote(engine, other);
    await engine.deliver(other);
    expect([engine.events, await open()]).toEqual([[], 0]);
  });
});
