import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { approvalItem } from '../../../core/ledger/items.ts';
import { approvalKey } from '../../../core/ledger/keys.ts';
import { openApproval } from '../../../core/ledger/approvals.ts';
import { requestTurn } from '../../../core/turn/turn-writes.ts';
import { answerWait } from '../../../core/ledger/waits.ts';
import { readItem } from '../../../engine/ledger/read.ts';
import { type LocalAws, startLocalAws } from '../../../local-aws/aws.ts';
import {
  approval,
  draft,
  drafts,
  moment,
  production,
  productionArmed,
  productionAsked,
  productionBaking,
  productionHeld,
  release,
  succeeded,
  tell,
} from '../../core/samples.ts';
import { createWorld, headWrite, planWrite, sampleEvent, stackId, targetWrite, waitWrites } from './harness.ts';

let aws: LocalAws;
let world: Awaited<ReturnType<typeof createWorld>>;
beforeAll(async () => {
  aws = await startLocalAws();
});
afterAll(() => aws.close());
beforeEach(async () => {
  world = await createWorld(aws);
});

const reconcile = () => world.wake(sampleEvent('reconcile'));
const applied = { task: 'apply', target: production, subject: `stack ${stackId} token t` } as const;
const changing = tell(productionHeld, ...drafts('production', 'preparing', 'prepared', 'changeStarted')).head;

describe('the reconciler', () => {
  it('finds what ended without an event', async () => {
    world.operation = () => Promise.resolve({ status: 'UPDATE_COMPLETE' });
    await world.write(headWrite(changing), targetWrite(), ...waitWrites(applied));
    await reconcile();
    expect(world.answers).toEqual([{ token: 'token', output: {} }]);
  });

  it('sends an answer that was decided and never sent', async () => {
    await world.write(headWrite(changing), ...waitWrites(applied));
    const wait = await world.wait('apply', production);
    if (wait === undefined) throw new Error('no wait');
    await world.write(...answerWait(wait, { kind: 'failure', error: 'ChangeFailed', cause: 'because' }));
    await reconcile();
    expect(world.answers).toEqual([{ token: 'token', error: 'ChangeFailed', cause: 'because' }]);
    expect(world.asked).toBe(0);
    expect(await world.wait('apply', production)).toBeUndefined();
  });

  it('ends an approval that nobody gave in time', async () => {
    const subject = `approval ${approval.approval}`;
    await world.write(headWrite(productionAsked.head), ...openApproval(approval));
    await world.write(...waitWrites({ task: 'askForApproval', subject, deadline: approval.deadline }));
    world.seconds = 3599;
    await reconcile();
    expect(world.answers).toEqual([]);
    world.seconds = 3600;
    await reconcile();
    expect(world.answers).toMatchObject([{ error: 'ApprovalExpired' }]);
    expect((await world.head())?.environments['production']?.phase).toBe('expired');
    const row = await readItem(world.ledger, approvalKey(release, approval.approval), approvalItem);
    expect(row?.state).toBe('expired');
  });

  it('gives a turn that became free unnoticed, and ends a wait for one that did not', async () => {
    const queued = tell(productionAsked, ...drafts('production', 'approved', 'turnRequested')).head;
    const place = { service: 'orders', environment: 'production' };
    const wait = waitWrites({ task: 'waitForTurn', subject: `turn orders production ${release}` });
    const request = requestTurn(place, { release, startedAt: queued.startedAt, requestedAt: moment(0) });
    await world.write(headWrite(queued), ...wait, ...request);
    await reconcile();
    expect(world.answers).toEqual([{ token: 'token', output: { fence: 1 } }]);

    world = await createWorld(aws);
    const hold = { owner: 'robin@example.com', reason: 'Sale', since: moment(0) };
    await world.write(headWrite(queued), ...wait, ...request);
    await world.write({ write: 'put', item: { pk: 'environment#orders#production', sk: 'hold', ...hold } });
    world.seconds = 7200;
    await reconcile();
    expect(world.answers).toMatchObject([{ error: 'TurnNotGiven' }]);
    expect(await world.ledger.get({ pk: 'environment#orders#production', sk: `waiter#${release}` })).toBeUndefined();
  });

  it('looks once more before it gives up on a change', async () => {
    await world.write(headWrite(changing), targetWrite(), ...waitWrites(applied));
    world.seconds = 7200;
    world.operation = () => Promise.resolve({ status: 'UPDATE_COMPLETE' });
    await reconcile();
    expect(world.answers).toMatchObject([{ output: {} }]);
  });

  it('gives up on a settle past its deadline, says so, and leaves the release good', async () => {
    const settling = tell(productionBaking, ...drafts('production', 'judged', 'settleStarted')).head;
    await world.write(headWrite(settling), targetWrite(), ...waitWrites({ ...applied, task: 'settle' }));
    world.seconds = 7200;
    world.operation = () => Promise.reject(new Error('throttled'));
    await reconcile();
    expect(world.answers).toMatchObject([{ error: 'SettleFailed' }]);
    expect((await world.head())?.environments['production']).toMatchObject({
      phase: 'done',
      targets: { [production]: 'unsettled' },
    });
  });

  it('starts a release that has no execution, and ends one whose execution died, with its waits', async () => {
    world.execution = 'missing';
    await world.write(headWrite(tell(undefined, draft('received')).head));
    await reconcile();
    expect(world.started).toEqual([release]);

    world = await createWorld(aws);
    world.execution = 'ABORTED';
    await world.write(headWrite(productionAsked.head));
    await world.write(...waitWrites({ task: 'askForApproval', subject: `approval ${approval.approval}` }));
    await reconcile();
    expect((await world.head())?.status).toBe('Cancelled');
    expect(await world.wait('askForApproval')).toBeUndefined();
    expect(world.answers).toEqual([]);
  });

  it('pages for a release that it ends unclean, once', async () => {
    world.execution = 'FAILED';
    world.undoing = 'TIMED_OUT';
    await world.write(headWrite(changing), targetWrite());
    await reconcile();
    expect((await world.head())?.status).toBe('Failed');
    await reconcile();
    expect(world.pages.map(({ subject }) => subject)).toEqual([`Sluice: Failed: ${release} in production`]);
    expect(world.scheduled).toBe(false);
  });

  it('helps the others when one cannot be helped, and then says what is wrong', async () => {
    await world.write(headWrite(changing), targetWrite(), ...waitWrites(applied));
    await world.write(...waitWrites({ ...applied, task: 'settle', subject: `stack ${stackId} token u` }));
    const wait = await world.wait('settle', production);
    if (wait === undefined) throw new Error('no wait');
    await world.write(...answerWait(wait, { kind: 'success', output: {} }));
    world.operation = () => Promise.reject(new Error('throttled'));
    await expect(reconcile()).rejects.toThrow('throttled');
    expect(world.answers).toEqual([{ token: 'token', output: {} }]);
    expect(world.scheduled).toBe(true);
  });
});

describe('the reconciler’s schedule', () => {
  it('rests when nothing is open', async () => {
    await world.write(headWrite(succeeded.head));
    await reconcile();
    expect(world.scheduled).toBe(false);
  });

  it('goes on while something is open', async () => {
    await world.write(headWrite(changing));
    await reconcile();
    expect(world.scheduled).toBe(true);
  });

  it('goes on when a release began while it was being turned off', async () => {
    world.meanwhile = async () => void (await world.write(headWrite(changing)));
    await reconcile();
    expect(world.scheduled).toBe(true);
  });

  it('rests while a release only stays armed, and is woken by an alarm, a death, or the end of that time', async () => {
    const deadline = new Date(Date.parse(moment(0)) + (21_600 + 3600) * 1000).toISOString();
    const wait = { task: 'bake', subject: `alarms ${release} production`, deadline } as const;
    await world.write(headWrite(productionArmed.head), targetWrite(), ...planWrite(), ...waitWrites(wait));
    world.seconds = 600;
    await reconcile();
    expect(world.restsUntil).toBe(moment(21_600));

    for (const event of ['alarm', 'execution-failed'] as const) {
      await world.wake(sampleEvent(event));
      expect(world.restsUntil, event).toBeUndefined();
      await reconcile();
      expect(world.restsUntil, event).toBe(moment(21_600));
    }
    world.seconds = 21_600;
    await world.wake({ reconcile: true, rested: true });
    expect(world.restsUntil).toBeUndefined();
    expect(world.answers).toEqual([]);
  });
});
