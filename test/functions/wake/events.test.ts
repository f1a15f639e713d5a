import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { targetItem } from '../../../core/ledger/items.ts';
import { eventKey, subjectKey, targetKey } from '../../../core/ledger/keys.ts';
import { undoExecutionName } from '../../../core/values/release-id.ts';
import { readItem } from '../../../engine/ledger/read.ts';
import { type LocalAws, startLocalAws } from '../../../local-aws/aws.ts';
import { accepted, drafts, production, productionHeld, release, succeeded, tell } from '../../core/samples.ts';
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

const changing = tell(productionHeld, ...drafts('production', 'preparing', 'prepared', 'changeStarted')).head;
const shifting = tell(
  productionHeld,
  ...drafts('production', 'preparing', 'prepared', 'changeStarted', 'changed', 'verified', 'shiftStarted'),
).head;
const where = { environment: 'production', account: '333333333333', region: 'us-east-1' };
const phase = async () => (await world.head())?.environments['production']?.targets[production];

describe('a stack at rest', () => {
  const subject = `stack ${stackId} token sluice-apply-orders-1-4-2-a1`;
  const event = sampleEvent('stack-updated');
  const functionArn = 'arn:aws:lambda:us-east-1:333333333333:function:sluice-orders-production-f';

  beforeEach(async () => {
    const guards = [{ alias: 'Live', version: 'V2' }];
    const item = targetWrite({ guards, rollbackPoint: { readAt: '2026-11-20T09:00:00.000Z', aliases: [] } });
    await world.write(headWrite(changing), item, ...waitWrites({ task: 'apply', target: production, subject }));
    world.resources = [
      { logicalId: 'Live', physicalId: `${functionArn}:live`, type: 'AWS::Lambda::Alias' },
      { logicalId: 'V2', physicalId: `${functionArn}:2`, type: 'AWS::Lambda::Version' },
    ];
  });

  it('answers its task once, however often the event comes, and keeps what is known of the target', async () => {
    world.operation = () => Promise.resolve({ status: 'UPDATE_COMPLETE' });
    await world.wake(event);
    await world.wake(event);
    expect(world.answers).toEqual([{ token: 'token', output: {} }]);
    expect(await phase()).toBe('changed');
    const item = await readItem(world.ledger, targetKey(release, where), targetItem);
    expect(item).toMatchObject({ stackId, outputs: { ApiUrl: 'https://api' }, moves: [{ alias: 'Live', to: '2' }] });
    expect(await world.wait('apply', production)).toBeUndefined();
    expect(await world.ledger.get(subjectKey(subject))).toBeUndefined();
  });

  it('moves the release once when two events come at the same moment', async () => {
    world.operation = () => Promise.resolve({ status: 'UPDATE_COMPLETE' });
    await Promise.all([world.wake(event), world.wake(event)]);
    expect(await phase()).toBe('changed');
    expect((await world.head())?.sequence).toBe(changing.sequence + 1);
    expect(new Set(world.answers.map(({ error }) => error))).toEqual(new Set([undefined]));
  });

  it('believes the stack, not the event', async () => {
    world.operation = () => Promise.resolve({ status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' });
    await world.wake(event);
    expect(world.answers).toEqual([]);
    expect(await phase()).toBe('changing');
    expect(await world.wait('apply', production)).toBeDefined();
  });

  it('fails its task with the failing resource’s own reason, account and region', async () => {
    const reason = 'Function (AWS::Lambda::Function): The role cannot be assumed';
    world.operation = () => Promise.resolve({ status: 'UPDATE_ROLLBACK_COMPLETE', reason });
    await world.wake(event);
    expect(world.answers).toMatchObject([{ token: 'token', error: 'ChangeFailed' }]);
    for (const part of [reason, '333333333333', 'us-east-1']) expect(world.answers[0]?.cause).toContain(part);
  });

  it('passes over what nobody waits for', async () => {
    const other = JSON.stringify(event).replace('sluice-apply', 'sluice-other');
    await world.wake(JSON.parse(other));
    await world.wake(JSON.parse(other.replace(/,"client-request-token":"[^"]*"/, '')));
    expect(world.asked).toBe(0);
  });
});

describe('a deployment or an alarm', () => {
  beforeEach(async () => {
    const wait = { task: 'shift', target: production, subject: 'deployment d-123456789' } as const;
    const item = targetWrite({ deployments: { Live: 'd-123456789', Other: 'd-2' } });
    await world.write(
      headWrite(shifting),
      ...planWrite(),
      item,
      ...waitWrites({ ...wait, furtherSubjects: ['deployment d-2'] }),
    );
    world.deployments = {
      'd-123456789': { id: 'd-123456789', status: 'Succeeded' },
      'd-2': { id: 'd-2', status: 'InProgress' },
    };
  });

  it('waits until the last alias has moved, and is found by any of the deployments', async () => {
    await world.wake(sampleEvent('deployment-succeeded'));
    expect(world.answers).toEqual([]);
    world.deployments['d-2'] = { id: 'd-2', status: 'Succeeded' };
    await world.wake(JSON.parse(JSON.stringify(sampleEvent('deployment-succeeded')).replace('d-123456789', 'd-2')));
    expect(world.answers).toEqual([{ token: 'token', output: {} }]);
    expect(await phase()).toBe('shifted');
    expect(await world.ledger.get(subjectKey('deployment d-2'))).toBeUndefined();
  });

  it('sees at an alarm that CodeDeploy has stopped the deployment', async () => {
    world.deployments['d-2'] = { id: 'd-2', status: 'Stopped', reason: 'Alarm ErrorAlarm went off' };
    await world.wake(sampleEvent('alarm'));
    expect(world.answers).toMatchObject([{ error: 'TrafficShiftFailed' }]);
    expect(world.answers[0]?.cause).toContain('Alarm ErrorAlarm went off');
  });

  it('stops at an alarm that CodeDeploy does not watch, and says which and why', async () => {
    world.alarms = [{ name: 'errors', state: 'ALARM', reason: '3 errors, allowed 0', since: '2026-11-20T09:00:00Z' }];
    await world.wake(sampleEvent('alarm'));
    expect(world.answers).toMatchObject([{ error: 'CheckFailed' }]);
    expect(world.answers[0]?.cause).toContain('3 errors, allowed 0');
    expect(await phase()).toBe('shifting');
  });

  it('asks nothing when another target’s alarm goes off', async () => {
    await world.wake(JSON.parse(JSON.stringify(sampleEvent('alarm')).replaceAll('333333333333', '222222222222')));
    expect(world.asked).toBe(0);
  });
});

describe('the end of a release’s execution', () => {
  const event = sampleEvent('execution-failed');

  it('ends a release that was left open, and says why', async () => {
    await world.write(headWrite(accepted.head));
    world.execution = 'TIMED_OUT';
    await world.wake(event);
    await world.wake(event);
    const head = await world.head();
    expect(head?.status).toBe('RolledBack');
    expect(head?.failure).toMatchObject({ error: 'WorkflowDied' });
    expect(head?.failure?.reason).toContain('TIMED_OUT');
    expect(await world.ledger.get(eventKey(release, accepted.head.sequence + 2))).toMatchObject({ type: 'ended' });
  });

  it('has undone what an aborted release left half done, once', async () => {
    await world.write(headWrite(changing));
    world.execution = 'ABORTED';
    await world.wake(event);
    const head = await world.head();
    expect(head?.status).toBe('RollingBack');
    expect(head?.cancelled).toBeDefined();
    expect(world.started).toEqual([undoExecutionName(release)]);
    world.undoing = 'RUNNING';
    world.seconds = 7200;
    await world.wake(event);
    expect(await world.head()).toEqual(head);
    expect(world.started).toHaveLength(1);
  });

  it('quarantines what could not be undone', async () => {
    await world.write(headWrite(changing));
    world.execution = 'ABORTED';
    world.undoing = 'FAILED';
    await world.wake(event);
    expect(world.started).toEqual([]);
    expect((await world.head())?.status).toBe('Failed');
    expect(await world.ledger.get({ pk: 'environment#orders#production', sk: 'quarantine' })).toMatchObject({
      targets: [production],
    });
  });

  it.each([
    ['has ended', succeeded.head, 3600],
    ['wrote a moment ago', accepted.head, 60],
  ])('leaves a release alone that %s', async (_, head, seconds) => {
    await world.write(headWrite(head));
    world.execution = 'FAILED';
    world.seconds = seconds;
    await world.wake(event);
    expect(await world.head()).toEqual(head);
  });
});
