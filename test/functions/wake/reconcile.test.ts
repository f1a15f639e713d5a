import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { approvalItem } from '../../../core/ledger/items.ts';
import { approvalKey, headIndexKeys, headKey, messageKey, versionKey } from '../../../core/ledger/keys.ts';
import { endPublishing, leasePublishing, tellUnpublished } from '../../../core/notify/publishing.ts';
import { claimMessage, closeMessage, messageItem } from '../../../core/notify/outbox.ts';
import { openApproval } from '../../../core/ledger/approvals.ts';
import { requestTurn } from '../../../core/turn/turn-writes.ts';
import { storeAnswer } from '../../../core/ledger/waits.ts';
import { readItem } from '../../../engine/ledger/read.ts';
import { type LocalAws, startLocalAws } from 'local-aws';
import {
  approval,
  draft,
  drafts,
  moment,
  production,
  productionMonitoring,
  productionAsked,
  productionBaking,
  productionHeld,
  release,
  succeeded,
  tell,
} from '../../core/samples.ts';
import { createHarness, headWrite, planWrite, sampleEvent, stackId, targetWrite, waitWrites } from './harness.ts';

let aws: LocalAws;
let harness: Awaited<ReturnType<typeof createHarness>>;
beforeAll(async () => {
  aws = await startLocalAws();
});
afterAll(() => aws.close());
beforeEach(async () => {
  harness = await createHarness(aws);
});

const ofRelease = async (prefix: string) => (await harness.ledger.query(`release#${release}`, { prefix })).items;
const troubles = () => ofRelease('trouble#');
const messages = () => ofRelease('message#');
const reconcile = () => harness.wake(sampleEvent('reconcile'));
const applied = { task: 'apply', target: production, correlation: `stack ${stackId} token t` } as const;
const changing = tell(productionHeld, ...drafts('production', 'preparing', 'prepared', 'changeStarted')).head;

describe('the reconciler', () => {
  it('lists what has ended in a digest before it rests', async () => {
    await harness.write(headWrite(succeeded.head));
    await reconcile();
    expect([...harness.digests.objects.keys()]).toEqual([`heads/${release}.json`, 'digests/00000001.json']);
    expect(harness.scheduled).toBe(false);
    // One that ends while it comes to rest is listed by the next run.
    const other = { ...succeeded.head, release: 'orders-9.9.9-a1', version: '9.9.9' };
    harness.scheduled = true;
    harness.meanwhile = async () => void (await harness.write(headWrite(other)));
    await reconcile();
    expect(harness.scheduled).toBe(true);
    harness.meanwhile = () => Promise.resolve();
    await reconcile();
    expect(harness.digests.objects.has('digests/00000002.json')).toBe(true);
    expect(harness.scheduled).toBe(false);
  });

  it('runs on, and fails at its end, as long as the bucket of digests takes nothing', async () => {
    const asked: unknown[] = [];
    harness.bucket = (marker) => {
      asked.push(marker);
      return { objects: [], next: undefined };
    };
    harness.digests.broken = true;
    await harness.write(headWrite(succeeded.head));
    await expect(reconcile()).rejects.toThrow('S3 does not answer.');
    expect([harness.scheduled, asked.length]).toEqual([true, 1]);
    harness.digests.broken = false;
    await reconcile();
    expect(harness.scheduled).toBe(false);
  });

  it('finds what ended without an event', async () => {
    harness.operation = () => Promise.resolve({ status: 'UPDATE_COMPLETE' });
    await harness.write(headWrite(changing), ...planWrite(), targetWrite(), ...waitWrites(applied));
    await reconcile();
    expect(harness.answers).toEqual([{ token: 'token', output: {} }]);
  });

  it('sends an answer that was decided and never sent', async () => {
    await harness.write(headWrite(changing), ...waitWrites(applied));
    const wait = await harness.wait('apply', production);
    if (wait === undefined) throw new Error('no wait');
    await harness.write(...storeAnswer(wait, { kind: 'failure', error: 'ChangeFailed', cause: 'because' }));
    await reconcile();
    expect(harness.answers).toEqual([{ token: 'token', error: 'ChangeFailed', cause: 'because' }]);
    expect(harness.asked).toBe(0);
    expect(await harness.wait('apply', production)).toBeUndefined();
  });

  it('ends an approval that nobody gave in time', async () => {
    const correlation = `approval ${approval.approval}`;
    await harness.write(headWrite(productionAsked.head), ...openApproval(approval));
    await harness.write(...waitWrites({ task: 'askForApproval', correlation, deadline: approval.deadline }));
    harness.seconds = 3599;
    await reconcile();
    expect(harness.answers).toEqual([]);
    harness.seconds = 3600;
    await reconcile();
    expect(harness.answers).toMatchObject([{ error: 'ApprovalExpired' }]);
    expect((await harness.head())?.environments['production']?.phase).toBe('expired');
    const row = await readItem(harness.ledger, approvalKey(release, approval.approval), approvalItem);
    expect(row?.state).toBe('expired');
  });

  it('reminds those who have not decided, once each time, and not after it is decided', async () => {
    const correlation = `approval ${approval.approval}`;
    const reminders = [moment(600), moment(1200), moment(1800)];
    const first = { by: 'robin@example.com', decision: 'approve', at: moment(60), via: 'link' } as const;
    const open = { ...approval, required: 2, reminders, decisions: [first] };
    await harness.write(headWrite(productionAsked.head), ...openApproval(open));
    await harness.write(
      ...waitWrites({ task: 'askForApproval', correlation, deadline: approval.deadline, remindAt: moment(600) }),
    );
    const row = () => readItem(harness.ledger, approvalKey(release, approval.approval), approvalItem);
    const reminded = async () =>
      (await ofRelease('message#')).filter(({ sk }) => String(sk).includes('reminder')).map(({ pending }) => pending);
    harness.seconds = 599;
    await reconcile();
    expect(await reminded()).toEqual([]);
    harness.seconds = 601;
    await reconcile();
    await reconcile();
    // Neither who has approved, nor the author.
    expect(await reminded()).toEqual([[{ to: 'mail:max@example.com' }]]);
    expect((await row())?.reminders).toEqual(reminders.slice(1));
    expect((await harness.wait('askForApproval'))?.remindAt).toBe(reminders[1]);
    // Of two that came due while nothing ran, one is sent.
    harness.seconds = 1801;
    await reconcile();
    await reconcile();
    expect(await reminded()).toHaveLength(2);
    expect(await row()).not.toHaveProperty('reminders');
    expect(await harness.wait('askForApproval')).not.toHaveProperty('remindAt');
    const events = (await ofRelease('event#')).filter(({ type }) => type === 'approvalReminded');
    expect(events.map(({ evidence }) => evidence)).toEqual(
      [1, 2].map(() => ({ approval: approval.approval, people: ['max@example.com'] })),
    );
    expect((await harness.head())?.environments['production']?.phase).toBe('approvalPending');
  });

  it('gives a turn that became free unnoticed, and ends a wait for one that did not', async () => {
    const queued = tell(productionAsked, ...drafts('production', 'approved', 'turnRequested')).head;
    const place = { service: 'orders', environment: 'production' };
    const wait = waitWrites({ task: 'waitForTurn', correlation: `turn orders production ${release}` });
    const request = requestTurn(place, { release, startedAt: queued.startedAt, requestedAt: moment(0) });
    await harness.write(headWrite(queued), ...wait, ...request);
    await reconcile();
    expect(harness.answers).toEqual([{ token: 'token', output: { fence: 1 } }]);

    harness = await createHarness(aws);
    const hold = { owner: 'robin@example.com', reason: 'Sale', since: moment(0) };
    await harness.write(headWrite(queued), ...wait, ...request);
    await harness.write({ write: 'put', item: { pk: 'environment#orders#production', sk: 'hold', ...hold } });
    harness.seconds = 7200;
    await reconcile();
    expect(harness.answers).toMatchObject([{ error: 'TurnNotGiven' }]);
    expect(await harness.ledger.get({ pk: 'environment#orders#production', sk: `waiter#${release}` })).toBeUndefined();
  });

  it('looks once more before it gives up on a change', async () => {
    await harness.write(headWrite(changing), ...planWrite(), targetWrite(), ...waitWrites(applied));
    harness.seconds = 7200;
    harness.operation = () => Promise.resolve({ status: 'UPDATE_COMPLETE' });
    await reconcile();
    expect(harness.answers).toMatchObject([{ output: {} }]);
  });

  it('gives up on a settle past its deadline, says so, and leaves the release good', async () => {
    const settling = tell(productionBaking, ...drafts('production', 'judged', 'settleStarted')).head;
    await harness.write(headWrite(settling), targetWrite(), ...waitWrites({ ...applied, task: 'settle' }));
    harness.seconds = 7200;
    harness.operation = () => Promise.reject(new Error('throttled'));
    await reconcile();
    expect(harness.answers).toMatchObject([{ error: 'SettleFailed' }]);
    expect((await harness.head())?.environments['production']).toMatchObject({
      phase: 'done',
      targets: { [production]: 'unsettled' },
    });
  });

  it('starts a release that has no execution, and ends one whose execution died, with its waits', async () => {
    harness.execution = 'missing';
    await harness.write(headWrite(tell(undefined, draft('received')).head));
    await reconcile();
    expect(harness.started).toEqual([release]);

    harness = await createHarness(aws);
    harness.execution = 'ABORTED';
    await harness.write(headWrite(productionAsked.head));
    await harness.write(...waitWrites({ task: 'askForApproval', correlation: `approval ${approval.approval}` }));
    await reconcile();
    expect((await harness.head())?.status).toBe('Cancelled');
    expect(await harness.wait('askForApproval')).toBeUndefined();
    expect(harness.answers).toEqual([]);
  });

  it('has people told of a release that it ends unclean, and of what was not delivered when it is due', async () => {
    harness.execution = 'FAILED';
    harness.undoing = 'TIMED_OUT';
    await harness.write(headWrite(changing), targetWrite());
    await reconcile();
    expect((await harness.head())?.status).toBe('Failed');
    expect(new Set(harness.deliveries)).toEqual(new Set([release]));
    const first = harness.deliveries.length;
    const item = await readItem(harness.ledger, messageKey(release, 'end'), messageItem);
    if (item === undefined) throw new Error('No message was written.');
    const claimed = claimMessage(item, { mail: [], slack: [] }, moment(harness.seconds));
    await harness.write(claimed.write);
    await reconcile();
    expect(harness.deliveries).toHaveLength(first); // being delivered
    harness.seconds += 200;
    await reconcile();
    expect(harness.deliveries).toHaveLength(first + 1);
    expect(harness.scheduled).toBe(true);
    await harness.write(closeMessage(claimed.message, [], moment(harness.seconds)));
    await reconcile();
    expect([harness.deliveries.length, harness.scheduled]).toEqual([first + 1, false]);
  });

  it('has others told of transitions that the event bus does not have yet, and does not rest before', async () => {
    const deadline = new Date(Date.parse(moment(0)) + (21_600 + 3600) * 1000).toISOString();
    const wait = { task: 'bake', correlation: `alarms ${release} production`, deadline } as const;
    const head = { ...productionMonitoring.head, events: true as const };
    await harness.write(headWrite(head), targetWrite(), ...planWrite(), ...waitWrites(wait));
    harness.seconds = 600;
    await reconcile();
    expect([harness.deliveries, harness.restsUntil]).toEqual([[], moment(21_600)]); // no bus any more
    harness.events = true;
    delete harness.restsUntil;
    await reconcile();
    expect([harness.deliveries, harness.restsUntil]).toEqual([[release], undefined]);
    const { leased, write } = leasePublishing(release, undefined, moment(600));
    await harness.write(write);
    await harness.write(endPublishing(leased, head.sequence, moment(600)));
    await reconcile();
    expect([harness.deliveries, harness.restsUntil]).toEqual([[release], moment(21_600)]);
    await harness.write(tellUnpublished(release, new Error('no bus'), moment(600)));
    await reconcile();
    expect(harness.deliveries).toEqual([release]);
    harness.seconds = 700;
    await reconcile();
    expect(harness.deliveries).toEqual([release, release]);
  });

  it('helps the others when one cannot be helped, and tells people once, when that lasts', async () => {
    await harness.write(headWrite(changing), ...planWrite(), targetWrite(), ...waitWrites(applied));
    await harness.write(...waitWrites({ ...applied, task: 'settle', correlation: `stack ${stackId} token u` }));
    const wait = await harness.wait('settle', production);
    if (wait === undefined) throw new Error('no wait');
    await harness.write(...storeAnswer(wait, { kind: 'success', output: {} }));
    harness.operation = () => Promise.reject(new Error('throttled'));
    await reconcile();
    expect(harness.answers).toEqual([{ token: 'token', output: {} }]);
    expect(harness.scheduled).toBe(true);
    expect(await troubles()).toMatchObject([
      { target: production, environment: 'production', reason: 'Error: throttled' },
    ]);
    expect(await messages()).toEqual([]);
    for (let minute = 1; minute < 15; minute += 1) {
      harness.seconds += 60;
      await reconcile();
    }
    expect(await messages()).toMatchObject([{ about: { kind: 'trouble' }, pending: [{ to: 'mail' }], attempts: 0 }]);
    expect(await troubles()).toMatchObject([{ told: true }]);
    // Each run measures how long it has lasted; the message that nobody delivers counts once it is due for two minutes.
    const lags = harness.measured.flatMap((one) => (one.metric === 'ReconcilerLag' ? [one.value] : []));
    expect(lags).toEqual(Array.from({ length: 15 }, (_, minute) => minute * 60));
    const undelivered = harness.measured.flatMap((one) => (one.metric === 'Undelivered' ? [one.value] : []));
    expect(undelivered).toEqual([...Array.from({ length: 13 }, () => 0), 1, 1]);
  });

  it('measures that it found nothing', async () => {
    await reconcile();
    expect(harness.measured).toEqual([
      { metric: 'ReconcilerLag', value: 0 },
      { metric: 'Undelivered', value: 0 },
    ]);
  });

  it('passes over what it cannot read, and helps the others', async () => {
    const broken = {
      ...headKey('orders-9.9.9-a1'),
      ...headIndexKeys({ ...changing, release: 'orders-9.9.9-a1', ended: false }),
    };
    await harness.write({ write: 'put', item: { ...broken, status: 'nonsense' } });
    harness.operation = () => Promise.resolve({ status: 'UPDATE_COMPLETE' });
    await harness.write(headWrite(changing), ...planWrite(), targetWrite(), ...waitWrites(applied));
    await reconcile();
    expect(harness.answers).toEqual([{ token: 'token', output: {} }]);
  });

  it('has received what was dropped days ago and is not in the ledger, page by page, once in a while', async () => {
    const object = (key: string, versionId: string, seconds: number) => ({
      key,
      versionId,
      uploadedAt: moment(seconds),
    });
    const known = { service: 'orders', version: '1.0.0', attempts: 1, release: 'orders-1.0.0-a1' };
    await harness.write(headWrite(changing), {
      write: 'put',
      item: { ...versionKey('orders', '1.0.0'), ...known, arrivals: { v1: 'orders-1.0.0-a1' } },
    });
    harness.seconds = 100_000;
    const pages = [
      [object('orders/1.0.0.zip', 'v1', 90_000), object('orders/1.0.0.zip', 'v2', 90_000)],
      [
        object('what/is this', 'v3', 90_000),
        object('orders/3.zip', 'v4', 99_900),
        object('orders/2.zip', 'v5', -200_000),
      ],
      [object('orders/4.zip', 'v6', 90_000)],
    ];
    harness.bucket = (marker) => {
      const page = Number(marker?.key ?? 0);
      const next = page === 2 ? undefined : { key: String(page + 1), versionId: 'v' };
      return { objects: pages[page] ?? [], next };
    };
    await harness.write({ write: 'put', item: { ...versionKey('orders', '3'), arrivals: 'nonsense' } });
    await reconcile();
    expect(harness.received).toEqual(['orders/1.0.0.zip', 'what/is this']);
    await reconcile();
    expect(harness.received.at(-1)).toBe('orders/4.zip');
    await reconcile();
    expect(harness.received).toHaveLength(3);
    harness.seconds += 901;
    await reconcile();
    expect(harness.received).toHaveLength(6); // 4.zip follows in the next run
  });
});

describe('the reconciler’s schedule', () => {
  it('rests when nothing is open', async () => {
    await harness.write(headWrite(succeeded.head));
    await reconcile();
    expect(harness.scheduled).toBe(false);
  });

  it('goes on while something is open', async () => {
    await harness.write(headWrite(changing));
    await reconcile();
    expect(harness.scheduled).toBe(true);
  });

  it('goes on when a release began while it was being turned off', async () => {
    harness.meanwhile = async () => void (await harness.write(headWrite(changing)));
    await reconcile();
    expect(harness.scheduled).toBe(true);
  });

  it('rests while a release is only monitored, and is woken by an alarm, a death, or the end of that time', async () => {
    const deadline = new Date(Date.parse(moment(0)) + (21_600 + 3600) * 1000).toISOString();
    const wait = { task: 'bake', correlation: `alarms ${release} production`, deadline } as const;
    await harness.write(headWrite(productionMonitoring.head), targetWrite(), ...planWrite(), ...waitWrites(wait));
    harness.seconds = 600;
    await reconcile();
    expect(harness.restsUntil).toBe(moment(21_600));

    for (const event of ['alarm', 'execution-failed'] as const) {
      await harness.wake(sampleEvent(event));
      expect(harness.restsUntil, event).toBeUndefined();
      await reconcile();
      expect(harness.restsUntil, event).toBe(moment(21_600));
    }
    harness.seconds = 21_600;
    await harness.wake({ reconcile: true, rested: true });
    expect(harness.restsUntil).toBeUndefined();
    expect(harness.answers).toEqual([]);
  });

  it('rests while a release waits for a window alone, and gives it its turn when that opens', async () => {
    const freeze = { from: moment(-3600).slice(0, 16), until: moment(21_600).slice(0, 16), zone: 'UTC' };
    const windows = { freeze: [freeze], kind: 'release' as const };
    const closed = { until: moment(21_600), why: 'the freeze', zone: 'UTC' };
    const queued = tell(productionAsked, ...drafts('production', 'approved', 'turnRequested', 'windowClosed')).head;
    const waiter = { release, startedAt: queued.startedAt, requestedAt: moment(0), windows, closed };
    const wait = { task: 'waitForTurn', correlation: `turn orders production ${release}` } as const;
    await harness.write(
      headWrite(queued),
      ...requestTurn({ service: 'orders', environment: 'production' }, waiter),
      ...waitWrites({ ...wait, deadline: moment(5_000_000), closedUntil: moment(21_600) }),
    );
    harness.seconds = 600;
    await reconcile();
    expect(harness.restsUntil).toBe(moment(21_600));
    expect(harness.answers).toEqual([]);
    harness.seconds = 21_600;
    await harness.wake({ reconcile: true, rested: true });
    expect(harness.restsUntil).toBeUndefined();
    expect(harness.answers).toMatchObject([{ output: { fence: 1 } }]);
    expect((await harness.head())?.environments['production']).toMatchObject({ phase: 'held' });
  });
});
