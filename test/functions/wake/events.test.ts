import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { targetItem } from '../../../core/ledger/items.ts';
import { eventKey, correlationItemKey, targetKey, waitKey } from '../../../core/ledger/keys.ts';
import { waitId } from '../../../core/ledger/waits.ts';
import { undoExecutionName } from '../../../core/values/release-id.ts';
import { readItem } from '../../../engine/ledger/read.ts';
import { type LocalAws, startLocalAws } from 'local-aws';
import { accepted, drafts, moment, production, productionHeld, release, succeeded, tell } from '../../core/samples.ts';
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

const changing = tell(productionHeld, ...drafts('production', 'preparing', 'prepared', 'changeStarted')).head;
const shifting = tell(
  productionHeld,
  ...drafts('production', 'preparing', 'prepared', 'changeStarted', 'changed', 'verified', 'shiftStarted'),
).head;
const where = { environment: 'production', account: '333333333333', region: 'us-east-1' };
const alarmCalled = (name: string, account = '333333333333'): unknown =>
  JSON.parse(
    JSON.stringify(sampleEvent('alarm'))
      .replaceAll('sluice-orders-production-ErrorAlarm-1ABCDEF', name)
      .replaceAll('333333333333', account),
  );
const phase = async () => (await harness.head())?.environments['production']?.targets[production];

describe('a stack at rest', () => {
  const correlation = `stack ${stackId} token sluice-apply-orders-1-4-2-a1`;
  const event = sampleEvent('stack-updated');
  const functionArn = 'arn:aws:lambda:us-east-1:333333333333:function:sluice-orders-production-f';

  beforeEach(async () => {
    const guards = [{ alias: 'Live', version: 'V2' }];
    const item = targetWrite({ guards, rollbackPoint: { readAt: '2026-11-20T09:00:00.000Z', aliases: [] } });
    await harness.write(
      headWrite(changing),
      ...planWrite(),
      item,
      ...waitWrites({ task: 'apply', target: production, correlation }),
    );
    harness.resources = [
      { logicalId: 'Live', physicalId: `${functionArn}:live`, type: 'AWS::Lambda::Alias' },
      { logicalId: 'V2', physicalId: `${functionArn}:2`, type: 'AWS::Lambda::Version' },
    ];
  });

  it('answers its task once, however often the event comes, and keeps what is known of the target', async () => {
    harness.operation = () => Promise.resolve({ status: 'UPDATE_COMPLETE' });
    await harness.wake(event);
    await harness.wake(event);
    expect(harness.answers).toEqual([{ token: 'token', output: {} }]);
    expect(await phase()).toBe('changed');
    const item = await readItem(harness.ledger, targetKey(release, where), targetItem);
    expect(item).toMatchObject({ stackId, outputs: { ApiUrl: 'https://api' }, moves: [{ alias: 'Live', to: '2' }] });
    expect(await harness.wait('apply', production)).toBeUndefined();
    expect(await harness.ledger.get(correlationItemKey(correlation))).toBeUndefined();
  });

  it('moves the release once when two events come at the same moment', async () => {
    harness.operation = () => Promise.resolve({ status: 'UPDATE_COMPLETE' });
    await Promise.all([harness.wake(event), harness.wake(event)]);
    expect(await phase()).toBe('changed');
    expect((await harness.head())?.sequence).toBe(changing.sequence + 1);
    expect(new Set(harness.answers.map(({ error }) => error))).toEqual(new Set([undefined]));
  });

  it('believes the stack, not the event', async () => {
    harness.operation = () => Promise.resolve({ status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' });
    await harness.wake(event);
    expect(harness.answers).toEqual([]);
    expect(await phase()).toBe('changing');
    expect(await harness.wait('apply', production)).toBeDefined();
  });

  it('fails its task with the failing resource’s own reason, account and region', async () => {
    const reason = 'Function (AWS::Lambda::Function): The role cannot be assumed';
    harness.operation = () => Promise.resolve({ status: 'UPDATE_ROLLBACK_COMPLETE', reason });
    await harness.wake(event);
    expect(harness.answers).toMatchObject([{ token: 'token', error: 'ChangeFailed' }]);
    for (const part of [reason, '333333333333', 'us-east-1']) expect(harness.answers[0]?.cause).toContain(part);
  });

  it('passes over what nobody waits for', async () => {
    const other = JSON.stringify(event).replace('sluice-apply', 'sluice-other');
    await harness.wake(JSON.parse(other));
    await harness.wake(JSON.parse(other.replace(/,"client-request-token":"[^"]*"/, '')));
    expect(harness.asked).toBe(0);
  });
});

describe('a deployment or an alarm', () => {
  beforeEach(async () => {
    const wait = { task: 'shift', target: production, correlation: 'deployment d-123456789' } as const;
    const item = targetWrite({ deployments: { Live: 'd-123456789', Other: 'd-2' } });
    await harness.write(
      headWrite(shifting),
      ...planWrite(),
      item,
      ...waitWrites({ ...wait, furtherCorrelations: ['deployment d-2'] }),
    );
    harness.deployments = {
      'd-123456789': { id: 'd-123456789', status: 'Succeeded' },
      'd-2': { id: 'd-2', status: 'InProgress' },
    };
  });

  it('waits until the last alias has moved, and is found by any of the deployments', async () => {
    await harness.wake(sampleEvent('deployment-succeeded'));
    expect(harness.answers).toEqual([]);
    harness.deployments['d-2'] = { id: 'd-2', status: 'Succeeded' };
    await harness.wake(JSON.parse(JSON.stringify(sampleEvent('deployment-succeeded')).replace('d-123456789', 'd-2')));
    expect(harness.answers).toEqual([{ token: 'token', output: {} }]);
    expect(await phase()).toBe('shifted');
    expect(await harness.ledger.get(correlationItemKey('deployment d-2'))).toBeUndefined();
  });

  it('sees at an alarm that CodeDeploy has stopped the deployment', async () => {
    harness.deployments['d-2'] = { id: 'd-2', status: 'Stopped', reason: 'Alarm ErrorAlarm went off' };
    await harness.wake(sampleEvent('alarm'));
    expect(harness.answers).toMatchObject([{ error: 'TrafficShiftFailed' }]);
    expect(harness.answers[0]?.cause).toContain('Alarm ErrorAlarm went off');
  });

  it('stops at an alarm that CodeDeploy does not watch, and says which and why', async () => {
    harness.alarms = [{ name: 'errors', state: 'ALARM', reason: '3 errors, allowed 0', since: '2026-11-20T09:00:00Z' }];
    await harness.wake(sampleEvent('alarm'));
    expect(harness.answers).toMatchObject([{ error: 'CheckFailed' }]);
    expect(harness.answers[0]?.cause).toContain('3 errors, allowed 0');
    expect(await phase()).toBe('shifting');
  });

  it('asks nothing when an alarm goes off that the release is not judged by', async () => {
    await harness.write(targetWrite({ deployments: { Live: 'd-123456789' }, watchedAlarms: ['errors'] }));
    await harness.wake(sampleEvent('alarm'));
    expect(harness.asked).toBe(0);
    await harness.wake(alarmCalled('errors'));
    expect(harness.asked).toBe(1);
  });

  it('leaves the reconciler at rest when a release in monitoring does not watch the alarm, or the target', async () => {
    const deadline = moment(90_000);
    await harness.write(
      targetWrite({ watchedAlarms: ['errors'] }),
      ...waitWrites({ task: 'bake', correlation: `alarms ${release} production`, deadline }),
    );
    harness.scheduled = false;
    for (const event of [alarmCalled('foreign'), alarmCalled('errors', '999999999999')]) await harness.wake(event);
    expect([harness.asked, harness.scheduled]).toEqual([0, false]);
    await harness.wake(alarmCalled('errors'));
    expect(harness.asked).toBeGreaterThan(0);
    expect(harness.scheduled).toBe(true);
  });

  it('knows the alarms of a release that has not begun to change the target', async () => {
    const waiting = { task: 'waitForAlarmsOk', target: production } as const;
    await harness.write(
      ...waitWrites({
        ...waiting,
        watchedAlarms: ['errors'],
        correlation: `alarms ${release} production ${production}`,
      }),
    );
    await harness.write({
      write: 'delete',
      key: waitKey(release, waitId({ ...waiting, task: 'shift', environment: 'production' })),
    });
    await harness.wake(alarmCalled('foreign'));
    expect(harness.asked).toBe(0);
    await harness.wake(alarmCalled('errors'));
    expect(harness.asked).toBe(1);
  });

  it('reads the alarm for others when one of the waits cannot be looked after, and records that', async () => {
    const lost = { ...productionHeld, release: 'orders-9.9.9-a1' };
    const wait = waitWrites({ task: 'bake', correlation: 'alarms orders-9.9.9-a1 production', release: lost.release });
    const item = { ...targetKey(lost.release, where), release: lost.release, ...where, stackName: 's' };
    await harness.write({ write: 'put', item }, ...wait); // without head and plan
    harness.deployments['d-2'] = { id: 'd-2', status: 'Stopped', reason: 'Alarm ErrorAlarm went off' };
    await harness.wake(sampleEvent('alarm'));
    expect(harness.answers).toMatchObject([{ error: 'TrafficShiftFailed' }]);
    const troubles = await harness.ledger.query('release#orders-9.9.9-a1', { prefix: 'trouble#' });
    expect(troubles.items).toMatchObject([{ environment: 'production' }]);
    expect(String(troubles.items[0]?.['reason'])).toMatch(/NotInLedger/);
  });

  it('leaves a target that cannot be read to the reconciler', async () => {
    harness.deployments = {};
    harness.alarms = [];
    const event = sampleEvent('deployment-succeeded');
    harness.openFails = true;
    await harness.wake(event);
    expect(harness.answers).toEqual([]);
    expect((await harness.ledger.query(`release#${release}`, { prefix: 'trouble#' })).items).toMatchObject([
      { target: production, reason: 'Error: no role' },
    ]);
  });

  it('asks nothing when another target’s alarm goes off', async () => {
    await harness.wake(JSON.parse(JSON.stringify(sampleEvent('alarm')).replaceAll('333333333333', '222222222222')));
    expect(harness.asked).toBe(0);
  });
});

describe('the end of a release’s execution', () => {
  const event = sampleEvent('execution-failed');

  it('ends a release that was left open, and says why', async () => {
    await harness.write(headWrite(accepted.head));
    harness.execution = 'TIMED_OUT';
    await harness.wake(event);
    await harness.wake(event);
    const head = await harness.head();
    expect(head?.status).toBe('RolledBack');
    expect(head?.failure).toMatchObject({ error: 'WorkflowDied' });
    expect(head?.failure?.reason).toContain('TIMED_OUT');
    expect(await harness.ledger.get(eventKey(release, accepted.head.sequence + 2))).toMatchObject({ type: 'ended' });
  });

  it.each([
    ['by its input', 'orders-1-4-2-a1-undo', `{"release":"${release}"}`],
    ['whose name would be too long', `${'0'.repeat(40)}-undo`, `{"release":"${release}"}`],
    ['by its name, without an input', release, null],
    ['by its name, with an input that a person wrote', release, '{"release":7}'],
    ['by its name, with an input that is no JSON', release, '{'],
  ])('is found %s', async (_, name, input) => {
    await harness.write(headWrite(accepted.head));
    harness.execution = 'ABORTED';
    const detail = { name, input };
    await harness.wake({ 'detail-type': 'Step Functions Execution Status Change', detail });
    expect((await harness.head())?.status).toBe('Cancelled');
  });

  it('is nobody’s when a person began it with something else', async () => {
    const detail = { name: 'by hand', input: '{}' };
    await harness.wake({ 'detail-type': 'Step Functions Execution Status Change', detail });
    expect(harness.started).toEqual([]);
  });

  it('ends a release whose undoing was stopped, too', async () => {
    await harness.write(headWrite(changing));
    harness.execution = 'ABORTED';
    await harness.wake(event);
    harness.undoing = 'ABORTED';
    harness.seconds += 120;
    await harness.wake(sampleEvent('undo-execution-aborted'));
    expect((await harness.head())?.status).toBe('Failed');
  });

  it('has undone what an aborted release left half done, once', async () => {
    await harness.write(headWrite(changing));
    harness.execution = 'ABORTED';
    await harness.wake(event);
    const head = await harness.head();
    expect(head?.status).toBe('RollingBack');
    expect(head?.cancelled).toBeDefined();
    expect(harness.started).toEqual([undoExecutionName(release)]);
    harness.undoing = 'RUNNING';
    harness.seconds = 7200;
    await harness.wake(event);
    expect(await harness.head()).toEqual(head);
    expect(harness.started).toHaveLength(1);
  });

  it('quarantines what could not be undone', async () => {
    await harness.write(headWrite(changing));
    harness.execution = 'ABORTED';
    harness.undoing = 'FAILED';
    await harness.wake(event);
    expect(harness.started).toEqual([]);
    expect((await harness.head())?.status).toBe('Failed');
    expect(await harness.ledger.get({ pk: 'environment#orders#production', sk: 'quarantine' })).toMatchObject({
      targets: [production],
    });
  });

  it.each([
    ['has ended', succeeded.head, 3600],
    ['wrote a moment ago', accepted.head, 60],
  ])('leaves a release alone that %s', async (_, head, seconds) => {
    await harness.write(headWrite(head));
    harness.execution = 'FAILED';
    harness.seconds = seconds;
    await harness.wake(event);
    expect(await harness.head()).toEqual(head);
  });
});
