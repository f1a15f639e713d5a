import { beforeEach, describe, expect, it } from 'vitest';
import { ArtifactRejected, CheckFailed, RollbackFailed, TargetNotReady } from '../../../core/contract/errors.ts';
import { liveItem } from '../../../core/ledger/items.ts';
import { liveKey } from '../../../core/ledger/keys.ts';
import { verifyChain } from '../../../core/release/chain.ts';
import { fold } from '../../../core/release/transition.ts';
import { readEvents, readHead, readItem, readTargets, readTurn } from '../../../engine/ledger/read.ts';
import { ofAnyFunction, policyOf, templateOf, TestEngine } from '../fakes/test-engine.ts';
import { deployTarget, promote, rollBack } from '../fakes/workflow.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';

let engine: TestEngine;
beforeEach(() => {
  engine = new TestEngine(new MemoryLedger());
});

async function story(release: string): Promise<string[]> {
  const events = await readEvents(engine.ledger, release);
  expect(verifyChain(events)).toBeUndefined();
  expect(fold(events)).toEqual(await readHead(engine.ledger, release));
  return events.map(({ type }) => type);
}

describe('a release', () => {
  it.each([1, 2])('goes live, with every task invoked %i times', async (times) => {
    const first = await engine.drop('1', templateOf('A'));
    await promote(engine, first, times);
    expect(await story(first)).toEqual([
      ...['received', 'accepted', 'turnRequested', 'turnTaken', 'preparing', 'prepared', 'changeStarted', 'changed'],
      ...['verified', 'shiftStarted', 'shifted', 'checked', 'settleStarted', 'settled', 'turnGivenBack', 'ended'],
    ]);
    expect((await readHead(engine.ledger, first)).status).toBe('Succeeded');

    const second = await engine.drop('2', templateOf('B'), { rollout: { staging: 'Canary10Percent5Minutes' } });
    await promote(engine, second, times);
    expect((await readHead(engine.ledger, second)).status).toBe('Succeeded');
    expect(engine.target.aliasStates.get('sluice-orders-staging-Orders:live')?.version).toBe('2');
    const settles = engine.target.calls.filter((call) => call === 'execute').length;
    expect(settles).toBe(3); // create, apply, settle: each once
    expect(engine.target.calls.filter((call) => call.startsWith('deploy by'))).toEqual([
      'deploy by CodeDeployDefault.LambdaCanary10Percent5Minutes',
    ]);
    const where = { environment: 'staging', account: '222222222222', region: 'us-east-1' };
    const live = await readItem(engine.ledger, liveKey('orders', where), liveItem);
    expect(live).toMatchObject({ release: second, version: '2', aliases: [{ alias: 'Live', version: '2' }] });
    expect(await readTurn(engine.ledger, 'orders', 'staging')).toMatchObject({ fence: 2, proven: { release: second } });
  });

  it.each([1, 2])('is good though it cannot be settled, told %i times: its turn goes back', async (times) => {
    const release = await engine.drop('1', templateOf('A'));
    await engine.run('validate', release);
    await engine.run('waitForTurn', release);
    await deployTarget(engine, release);
    const error = {
      error: 'EngineMisconfigured',
      cause: '{"errorType":"EngineMisconfigured","errorMessage":"It may not."}',
    };
    for (let time = 0; time < times; time += 1) await engine.run('recordSettleFailure', release, error);
    expect((await story(release)).slice(-3)).toEqual(['checked', 'settleFailed', 'turnGivenBack']);
    const told = (await readEvents(engine.ledger, release)).find(({ type }) => type === 'settleFailed');
    expect(told).toMatchObject({ reason: 'It may not.', evidence: { error: 'EngineMisconfigured' } });
    expect(await engine.run('complete', release)).toEqual({ status: 'Succeeded' });
    expect((await readTurn(engine.ledger, 'orders', 'staging'))?.holder).toBeUndefined();
  });

  it('publishes without moving anybody: the alias is pinned until CodeDeploy moves it', async () => {
    await promote(engine, await engine.drop('1', templateOf('A')));
    const second = await engine.drop('2', templateOf('B'));
    await engine.run('validate', second);
    await engine.run('waitForTurn', second);
    expect(await engine.run('apply', second)).toBeUndefined();
    await engine.finishStack();
    expect(engine.target.published.get('VersionB')).toBe('2');
    expect(engine.target.stack?.template.Resources['VersionA']).toBeDefined();
    expect(engine.target.aliasStates.get('sluice-orders-staging-Orders:live')?.version).toBe('1');
    await engine.run('verifyNewVersion', second);
    await engine.run('shift', second);
    await engine.finishDeployment();
    expect(engine.target.aliasStates.get('sluice-orders-staging-Orders:live')?.version).toBe('2');
  });
});

describe('a release that goes wrong', () => {
  it('moves no traffic to a version that is not what its function is by then', async () => {
    await promote(engine, await engine.drop('1', templateOf('A')));
    const second = await engine.drop('2', templateOf('B'));
    await engine.run('validate', second);
    await engine.run('waitForTurn', second);
    await engine.run('apply', second);
    await engine.finishStack();
    await engine.run('verifyNewVersion', second);
    engine.target.changedByHand = true;
    await expect(engine.run('shift', second)).rejects.toThrow(
      /sluice-orders-staging-Orders:live would serve version 2, but the function has other code/,
    );
    expect(engine.target.deployments.size).toBe(0);
  });

  it('whose stack refuses the change is undone by CloudFormation, and the old version serves', async () => {
    await promote(engine, await engine.drop('1', templateOf('A')));
    const second = await engine.drop('2', templateOf('B'));
    await engine.run('validate', second);
    await engine.run('waitForTurn', second);
    await engine.run('apply', second);
    await engine.finishStack('bad');
    expect([...engine.answers.given.values()].at(-1)).toMatchObject({ error: 'ChangeFailed' });
    expect([...engine.answers.given.values()].at(-1)?.cause).toContain('OrdersTable: no');
    expect(await rollBack(engine, second, 'ChangeFailed')).toBe('RolledBack');
    expect(engine.target.aliasStates.get('sluice-orders-staging-Orders:live')?.version).toBe('1');
    expect(await readTurn(engine.ledger, 'orders', 'staging')).not.toHaveProperty('holder');
    expect(engine.mails.map(({ subject, text }) => [subject, text.split('\n')[0]])).toEqual([
      [`Release ${second}`, `The release ${second} ended as RolledBack in staging.`],
    ]);
  });

  it('waits while an alarm is firing that only the live release names', async () => {
    const alarm = { Errors: { Type: 'AWS::CloudWatch::Alarm', Properties: {} } };
    const { Resources, ...rest } = templateOf('A');
    const first = await engine.drop('1', { ...rest, Resources: { ...Resources, ...alarm } }, { alarms: ['Errors'] });
    engine.target.alarmStates = [{ name: 'sluice-orders-staging-Errors', state: 'OK', reason: '', since: '' }];
    await promote(engine, first);
    const second = await engine.drop('2', templateOf('B'));
    await engine.run('validate', second);
    await engine.run('waitForTurn', second);
    engine.target.alarmStates = [{ name: 'sluice-orders-staging-Errors', state: 'ALARM', reason: 'many', since: '' }];
    await expect(engine.run('apply', second)).rejects.toThrow(`alarm Errors of ${first} failed: is in alarm: many.`);
    expect(await story(second)).toContain('alarmFiring');
    engine.target.alarmStates = [];
    await engine.run('apply', second);
    expect((await readHead(engine.ledger, second)).environments['staging']?.targets).toMatchObject({
      '222222222222/us-east-1': 'changing',
    });
  });

  it('whose new version answers badly never reaches a user', async () => {
    await promote(engine, await engine.drop('1', templateOf('A')));
    engine.target.brokenVersions.add('2');
    const second = await engine.drop('2', templateOf('B'));
    await engine.run('validate', second);
    await engine.run('waitForTurn', second);
    await engine.run('apply', second);
    await engine.finishStack();
    await expect(engine.run('verifyNewVersion', second)).rejects.toThrow(CheckFailed);
    expect(await rollBack(engine, second)).toBe('RolledBack');
    expect(engine.target.deployments.size).toBe(0);
    expect(engine.target.stack?.template.Resources['VersionB']).toBeUndefined();
  });

  it('while traffic moves: CodeDeploy is stopped, the alias goes back, the stack too', async () => {
    await promote(engine, await engine.drop('1', templateOf('A')));
    const second = await engine.drop('2', templateOf('B'), { rollout: { staging: 'Canary10Percent5Minutes' } });
    await engine.run('validate', second);
    await engine.run('waitForTurn', second);
    await engine.run('apply', second);
    await engine.finishStack();
    await engine.run('verifyNewVersion', second);
    await engine.run('shift', second);
    engine.target.aliasStates.set('sluice-orders-staging-Orders:live', { version: '1', weights: { 2: 0.1 } });
    expect(await rollBack(engine, second)).toBe('RolledBack');
    expect(engine.target.calls).toContain('stop deployment');
    expect(engine.target.aliasStates.get('sluice-orders-staging-Orders:live')).toEqual({ version: '1', weights: {} });
  });

  it('as the first of its service leaves no stack behind', async () => {
    engine.target.brokenVersions.add('1');
    const first = await engine.drop('1', templateOf('A'));
    await engine.run('validate', first);
    await engine.run('waitForTurn', first);
    await engine.run('apply', first);
    await engine.finishStack();
    await expect(engine.run('verifyNewVersion', first)).rejects.toThrow(CheckFailed);
    expect(await rollBack(engine, first)).toBe('RolledBack');
    expect(engine.target.stack).toBeUndefined();
  });

  it('and cannot be put back ends Failed: quarantined, the turn kept', async () => {
    await promote(engine, await engine.drop('1', templateOf('A')));
    engine.target.brokenVersions.add('2');
    const second = await engine.drop('2', templateOf('B'));
    await engine.run('validate', second);
    await engine.run('waitForTurn', second);
    await engine.run('apply', second);
    await engine.finishStack();
    await expect(engine.run('verifyNewVersion', second)).rejects.toThrow(CheckFailed);
    await engine.run('planRollback', second, { error: 'CheckFailed', cause: '' });
    await engine.run('restoreTraffic', second);
    await engine.run('restoreStack', second);
    await engine.finishStack();
    engine.target.aliasStates.set('sluice-orders-staging-Orders:live', { version: '2', weights: {} });
    await expect(engine.run('checkRollback', second)).rejects.toThrow(RollbackFailed);
    expect(await engine.run('complete', second)).toEqual({ status: 'Failed' });
    expect(await readTurn(engine.ledger, 'orders', 'staging')).toMatchObject({ holder: second });

    const third = await engine.drop('3', templateOf('C'));
    await engine.run('validate', third);
    expect(await engine.run('waitForTurn', third)).toBeUndefined();
  });

  it('refers, in headers of checks, to secrets that are not there, nor come with it, is not begun', async () => {
    const template = { ...templateOf('A'), Outputs: { ApiUrl: { Value: 'https://api.example.com' } } };
    const checks = {
      smoke: [{ http: 'ApiUrl', headers: { cookie: { secret: 'sluice-orders-{environment}-smoke' } } }],
    };
    const begin = async (version: string, given: object): Promise<string> => {
      const release = await engine.drop(version, given, { checks });
      for (const task of ['validate', 'waitForTurn']) await engine.run(task, release);
      return release;
    };
    engine.target.requirements.hasSecret = async () => false;
    const first = await begin('1', template);
    await expect(engine.run('apply', first)).rejects.toThrow(
      'Checks read headers from secrets that the target does not have: sluice-orders-staging-smoke (checks.smoke[0].headers.cookie). Make them there',
    );
    expect(engine.target.calls).not.toContain('execute');
    await rollBack(engine, first);
    const Secret = { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'sluice-orders-staging-smoke' } };
    const second = await begin('2', { ...template, Resources: { ...templateOf('A').Resources, Secret } });
    await engine.run('apply', second);
    expect(engine.target.calls).toContain('execute');
  });

  it('takes code from where it cannot be read is not begun, nor one whose rollback could not read it', async () => {
    const shared = (code: string, bucket: unknown = 'team-code') => {
      const template = templateOf(code);
      const Code = { S3Bucket: bucket, S3Key: `${code}.zip` };
      const Parameters = { ...template.Parameters, Shared: { Type: 'String', Default: 'team-code' } };
      return { ...template, Parameters, Resources: { ...template.Resources, Orders: { Type: 'AWS::Lambda::Function', Properties: { ...ofAnyFunction, Code } } } }; // prettier-ignore
    };
    const begin = async (version: string) => {
      const release = await engine.drop(version, shared(`Code${version}`, { Ref: 'Shared' }));
      await engine.run('validate', release);
      await engine.run('waitForTurn', release);
      return engine.run('apply', release);
    };
    engine.target.unreadable.add('team-code/Code1.zip');
    await expect(begin('1')).rejects.toThrow(/takes code from where there is none[^]*: team-code\/Code1\.zip\./);
    expect(engine.target.calls).not.toContain('execute');
    engine = new TestEngine(new MemoryLedger());
    await promote(engine, await engine.drop('1', shared('Code1')));
    engine.target.unreadable.add('team-code/Code1.zip');
    await expect(begin('2')).rejects.toThrow(/rollback would be impossible[^]*: team-code\/Code1\.zip\./);
  });

  it('before the rollback point was saved leaves the stack that was there alone', async () => {
    await promote(engine, await engine.drop('1', templateOf('A')));
    const second = await engine.drop('2', templateOf('B'), { requires: [{ secret: 'missing' }] });
    await engine.run('validate', second);
    await engine.run('waitForTurn', second);
    await expect(engine.run('apply', second)).rejects.toThrow(TargetNotReady);
    expect(await rollBack(engine, second)).toBe('RolledBack');
    expect(engine.target.stack?.template.Resources['VersionA']).toBeDefined();
    expect(engine.target.calls).not.toContain('delete stack');
  });

  it('whose artifact is broken is rejected with everything that is wrong, and stays so', async () => {
    const release = await engine.drop('1', { Resources: {} }, { version: '2', alarms: ['Nowhere'] });
    await expect(engine.run('validate', release)).rejects.toThrow(ArtifactRejected);
    await expect(engine.run('validate', release)).rejects.toThrow(ArtifactRejected);
    expect(await engine.run('planRollback', release, { error: 'ArtifactRejected', cause: '' })).toEqual({
      rollBack: [],
      keep: [],
    });
    expect(await engine.run('complete', release)).toEqual({ status: 'Rejected' });
    expect(await story(release)).toEqual(['received', 'rejected', 'ended']);
  });
});

describe('a look ahead', () => {
  const lookedAhead = async (): Promise<string> => {
    engine.policy = policyOf({ approval: { from: ['approvers'] } });
    const release = await engine.drop('1', templateOf('A'));
    await engine.run('validate', release);
    await engine.run('lookAhead', release);
    return release;
  };

  it('leaves no stack behind where there was none', async () => {
    await lookedAhead();
    expect([engine.target.stack, engine.target.calls]).toEqual([undefined, ['change set create', 'delete stack']]);
  });

  it('leaves none behind either where CloudFormation refuses the change', async () => {
    const { stacks } = engine.target;
    const prepare = stacks.prepareChangeSet.bind(stacks);
    stacks.prepareChangeSet = async (order) => {
      const made = await prepare(order);
      return made.status === 'notNow' ? made : { ...made, status: 'failed', empty: false, reason: 'No such property.' };
    };
    await expect(lookedAhead()).rejects.toThrow(/No such property/);
    expect([engine.target.stack, engine.target.calls.at(-1)]).toEqual([undefined, 'delete stack']);
  });

  it('leaves a stack alone that another release began to make meanwhile', async () => {
    engine.target.stacks.deleteChangeSet = async () => {
      if (engine.target.stack !== undefined)
        engine.target.stack = { ...engine.target.stack, status: 'CREATE_IN_PROGRESS' };
    };
    const release = await lookedAhead();
    expect(engine.target.stack?.status).toBe('CREATE_IN_PROGRESS');
    expect(engine.target.calls).toEqual(['change set create']);
    expect(await readTargets(engine.ledger, release, 'staging')).toMatchObject([{ lookedAhead: { resources: {} } }]);
  });
});

describe('a release that was halted', () => {
  it('is not begun again by another execution: what it left is planned to be put back', async () => {
    const release = await engine.drop('1', templateOf('A'));
    await engine.run('validate', release);
    await engine.run('waitForTurn', release);
    await engine.run('apply', release);
    await engine.run('planRollback', release, { error: 'WorkflowDied', cause: '{}' });
    await expect(engine.run('validate', release)).rejects.toMatchObject({ name: 'ReleaseHalted', code: 'SLUICE-302' });
    expect(await engine.run('planRollback', release, { error: 'ReleaseHalted', cause: '{}' })).toMatchObject({
      rollBack: [{ environment: 'staging', account: '222222222222' }],
    });
    expect((await readHead(engine.ledger, release)).failure?.error).toBe('WorkflowDied');
  });
});

describe('arrivals', () => {
  it('are one release, however often the event comes', async () => {
    const release = await engine.drop('1', templateOf('A'));
    expect(await engine.arrive('orders/1.zip', 'v-1')).toBe(release);
    expect(await story(release)).toEqual(['received']);
    await promote(engine, release);
    expect(await engine.arrive('orders/1.zip', 'v-1')).toBe(release);
    expect(engine.started).toEqual([release, release]);
  });

  it('with a key nobody can read stand in the ledger all the same', async () => {
    const release = await engine.dropBytes('Orders (final).zip', 'v-9', new Uint8Array([1]));
    expect(await story(release)).toEqual(['received', 'rejected', 'ended']);
    expect(engine.started).toEqual([]);
  });
});
