import { beforeEach, describe, expect, it } from 'vitest';
import { RecoveryDue, RollbackFailed, TargetBusy, TargetUnreachable } from '../../../core/contract/errors.ts';
import { leftItem } from '../../../core/ledger/items.ts';
import { leftKey } from '../../../core/ledger/keys.ts';
import { templateSchema } from '../../../core/template/template.ts';
import { readEvents, readHead, readItem } from '../../../engine/ledger/read.ts';
import { anyRole, templateOf, TestEngine } from '../fakes/test-engine.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { promote, rollBack } from '../fakes/workflow.ts';

let engine: TestEngine;
beforeEach(() => {
  engine = new TestEngine(new MemoryLedger());
});

const live = 'sluice-orders-staging-Orders:live';

/** Version 2 is in the stack, and has to go: its release was stopped by a check. */
async function changedAndBad(manifest: object = {}): Promise<string> {
  await promote(engine, await engine.drop('1', templateOf('A')));
  const second = await engine.drop('2', templateOf('B'), manifest);
  for (const task of ['validate', 'waitForTurn', 'apply']) await engine.run(task, second);
  await engine.finishStack();
  await engine.run('planRollback', second, { error: 'CheckFailed', cause: '{"errorMessage":"It broke."}' });
  return second;
}

/** The same of the first version, before which there was no stack. */
async function createdAndBad(): Promise<string> {
  const first = await engine.drop('1', templateOf('A'));
  for (const task of ['validate', 'waitForTurn', 'apply']) await engine.run(task, first);
  await engine.finishStack();
  await engine.run('planRollback', first, { error: 'CheckFailed', cause: '{"errorMessage":"It broke."}' });
  return first;
}

async function last(release: string): Promise<unknown> {
  return (await readEvents(engine.ledger, release)).at(-1);
}

/** CloudFormation could not even undo the change. */
function getStuck(): void {
  const { stack } = engine.target;
  if (stack === undefined) throw new Error('There is no stack.');
  engine.target.stack = { ...stack, status: 'UPDATE_ROLLBACK_FAILED' };
}

describe('giving traffic back', () => {
  it('points an alias that is left on two versions to the old one, and says from where to where', async () => {
    const release = await changedAndBad();
    engine.target.aliasStates.set(live, { version: '2', weights: { 1: 0.25 } });
    await engine.run('restoreTraffic', release);
    expect(await last(release)).toMatchObject({
      type: 'trafficRestored',
      evidence: { moved: [`${live} from 2 and 1 (25 %) to 1`] },
    });
  });

  it('fails at once where it is forbidden: only a person can help', async () => {
    const release = await changedAndBad();
    engine.target.aliasStates.set(live, { version: '2', weights: {} });
    const denied = Object.assign(new Error('not authorized to perform: lambda:UpdateAlias'), {
      name: 'AccessDeniedException',
    });
    engine.target.functions.pointAlias = () => Promise.reject(denied);
    await expect(engine.run('restoreTraffic', release)).rejects.toThrow(RollbackFailed);
    expect(await engine.run('complete', release)).toEqual({ status: 'Failed' });
    expect(engine.pages[0]?.text).toMatch(/Why the rollback did not finish: .*lambda:UpdateAlias/);
  });
});

describe('restoring the stack', () => {
  it.each([
    ['deleted', 'deleteStack', false],
    ['rolled back further', 'continueUpdateRollback', true],
  ] as const)('waits with the retries of a busy stack when it cannot be %s now', async (_, operation, updated) => {
    const release = updated ? await changedAndBad() : await createdAndBad();
    await engine.run('restoreTraffic', release);
    if (updated) getStuck();
    engine.target.stacks[operation] = () => Promise.resolve('the stack is in UPDATE_IN_PROGRESS state');
    await expect(engine.run('restoreStack', release)).rejects.toThrow(TargetBusy);
  });

  it('tries once more after CloudFormation could not change it back, and had to be told to go on', async () => {
    const release = await changedAndBad();
    await engine.run('restoreTraffic', release);
    await engine.run('restoreStack', release);
    await engine.finishStack('bad');
    getStuck();
    expect([...engine.answers.given.values()].at(-1)).toMatchObject({ error: 'TargetBusy' });
    expect(await engine.run('restoreStack', release)).toMatchObject({ error: 'TargetBusy' });
    expect(engine.target.calls.at(-1)).toBe('continue rollback');
    await engine.run('restoreStack', release);
    await engine.finishStack();
    expect(await last(release)).toMatchObject({ type: 'stackRestored', evidence: { status: 'UPDATE_COMPLETE' } });
    expect(engine.target.stack?.template.Resources['VersionB']).toBeUndefined();
  });

  it('gives up when that fails, too', async () => {
    const release = await changedAndBad();
    await engine.run('restoreTraffic', release);
    await engine.run('restoreStack', release);
    await engine.finishStack('bad');
    await engine.run('restoreStack', release);
    await engine.finishStack('bad');
    await expect(engine.run('restoreStack', release)).rejects.toThrow(/could not be restored: OrdersTable: no/);
    expect((await readHead(engine.ledger, release)).environments['staging']?.targets).toEqual({
      '222222222222/us-east-1': 'rollbackFailed',
    });
  });

  it('waits for somebody else who changes it, and fails when somebody deleted it', async () => {
    const release = await changedAndBad();
    await engine.run('restoreTraffic', release);
    const { stack } = engine.target;
    if (stack === undefined) throw new Error('There is no stack.');
    engine.target.stack = { ...stack, status: 'UPDATE_IN_PROGRESS' };
    expect(await engine.run('restoreStack', release)).toBeUndefined();
    engine.target.stack = undefined;
    await expect(engine.run('restoreStack', release)).rejects.toThrow(/was deleted by someone else/);
  });
});

describe('what the release has made', () => {
  const orders = 'sluice-orders-staging-Table';

  /** A table that version 2 brings, with something in it. */
  async function changedWithTable(amount = 1): Promise<string> {
    const before = await changedAndBad();
    const { stack } = engine.target;
    if (stack === undefined) throw new Error('There is no stack.');
    const Table = {
      Type: 'AWS::DynamoDB::Table',
      Properties: { TableName: orders, KeySchema: [] },
      ...(amount === 0 ? { DeletionPolicy: 'Retain' } : {}),
    };
    const { Resources } = stack.template;
    engine.target.stack = { ...stack, template: { ...stack.template, Resources: { ...Resources, Table } } };
    engine.target.amounts.set(orders, amount);
    await engine.run('restoreTraffic', before);
    return before;
  }
  const policy = (): unknown => engine.target.stack?.template.Resources['Table']?.['DeletionPolicy'];
  const begins = (count: number): void => {
    expect(engine.target.calls.filter((call) => call === 'execute')).toHaveLength(count);
  };

  it('is retained before the stack goes back, and named', async () => {
    const release = await changedWithTable();
    begins(2);
    await engine.run('restoreStack', release);
    begins(3);
    await engine.finishStack();
    expect(policy()).toBe('Retain');
    expect(await last(release)).toMatchObject({ type: 'stackRestoreStarted' });
    await engine.run('restoreStack', release);
    begins(4);
    await engine.finishStack();
    expect(engine.target.stack?.template.Resources['Table']).toBeUndefined();
    expect(await last(release)).toMatchObject({
      type: 'stackRestored',
      evidence: { left: [{ logicalId: 'Table', physicalId: orders, holds: 'data', next: 'imported' }] },
    });
    expect((await readEvents(engine.ledger, release)).at(-1)?.reason).toContain('holds data and stays');
  });

  it('is no longer retained where it is empty', async () => {
    const release = await changedWithTable(0);
    await engine.run('restoreStack', release);
    await engine.finishStack();
    expect(policy()).toBe('Delete');
    await engine.run('restoreStack', release);
    await engine.finishStack();
    expect(await last(release)).toMatchObject({ type: 'stackRestored', evidence: { status: 'UPDATE_COMPLETE' } });
  });

  it('is waited for where the function died while the stack was told to retain it', async () => {
    const release = await changedWithTable();
    await engine.run('restoreStack', release);
    const { stack } = engine.target;
    if (stack === undefined) throw new Error('There is no stack.');
    engine.target.stack = { ...stack, status: 'UPDATE_IN_PROGRESS' };
    expect(await engine.run('restoreStack', release)).toBeUndefined();
    engine.target.stack = stack;
    await engine.finishStack();
    expect(await last(release)).toMatchObject({ type: 'stackRestoreStarted' });
  });

  it('is not taken away where CloudFormation does not retain it', async () => {
    const release = await changedWithTable();
    await engine.run('restoreStack', release);
    await engine.finishStack('bad');
    await expect(engine.run('restoreStack', release)).rejects.toThrow(
      /could not be kept, so nothing was removed: OrdersTable: no/,
    );
    expect(engine.target.stack?.template.Resources['Table']).toBeDefined();
  });

  it('is not taken away where a policy of deletion is no change to CloudFormation', async () => {
    const release = await changedWithTable();
    const before = { ...engine.target.stacks };
    engine.target.stacks.prepareChangeSet = async (order) => {
      const made = await before.prepareChangeSet(order);
      return made.status === 'notNow' ? made : { ...made, status: 'failed', empty: true };
    };
    await expect(engine.run('restoreStack', release)).rejects.toThrow(/could not be kept.*sees no change in it/);
    expect(engine.target.stack?.template.Resources['Table']).toBeDefined();
  });
});

it('what was to be taken over is left for the next release where CloudFormation undoes the change', async () => {
  const where = { environment: 'staging', account: '222222222222', region: 'us-east-1' };
  const type = 'AWS::DynamoDB::Table';
  const table = {
    logicalId: 'Table',
    type,
    physicalId: 'sluice-orders-staging-table',
    holds: 'data',
    next: 'imported',
  } as const;
  const key = leftKey('orders', where);
  const resources = [{ ...table, release: 'orders-0-a1', since: '2026-11-20T09:00:00.000Z' }];
  await engine.ledger.write([{ write: 'put', item: { ...key, service: 'orders', ...where, resources } }]);
  const template = templateSchema.parse(templateOf('A'));
  const Table = { Type: type, Properties: { TableName: 'sluice-orders-staging-table', KeySchema: [] } };
  const next = { ...template, Resources: { ...template.Resources, Table } };

  const bad = await engine.drop('1', next);
  for (const task of ['validate', 'waitForTurn', 'apply']) await engine.run(task, bad);
  expect([...engine.target.changeSets.values()].at(-1)).toMatchObject({ importExisting: true });
  await engine.finishStack('bad');
  await engine.run('planRollback', bad, { error: 'ChangeFailed', cause: '{"errorMessage":"It broke."}' });
  await engine.run('restoreTraffic', bad);
  await engine.run('restoreStack', bad);
  expect(await last(bad)).toMatchObject({ type: 'stackRestored', evidence: { status: 'DELETE_COMPLETE' } });
  expect(await readItem(engine.ledger, key, leftItem)).toMatchObject({ resources });
  await engine.run('checkRollback', bad);
  await engine.run('complete', bad);

  await promote(engine, await engine.drop('2', next));
  expect(await readItem(engine.ledger, key, leftItem)).toBeUndefined();
});

it('a template with transforms is expanded, though a name in it is taken', async () => {
  const release = await engine.drop('1', { ...templateOf('A'), Transform: 'Team::Macro' });
  for (const task of ['validate', 'waitForTurn']) await engine.run(task, release);
  const before = { ...engine.target.stacks };
  const refused: string[] = [];
  engine.target.stacks.prepareChangeSet = async (order) => {
    const made = await before.prepareChangeSet(order);
    const isExpanding = 'body' in order.template && order.template.body.includes('Team::Macro');
    if (made.status === 'notNow' || !isExpanding) return made;
    refused.push(order.name);
    return { ...made, status: 'failed', empty: false, reason: '[AWS::EarlyValidation::ResourceExistenceCheck]' };
  };
  engine.target.stacks.template = async (stack, stage, changeSet) =>
    refused.includes(changeSet ?? '') ? JSON.stringify(templateOf('A')) : before.template(stack, stage, changeSet);
  await engine.run('apply', release);
  await engine.finishStack();
  expect(await last(release)).toMatchObject({ type: 'changed' });
  expect(refused).toHaveLength(1);
});

describe('a stack that was only adopted', () => {
  const bare = { kind: 'unbounded' } as const;
  const role = 'sluice-orders-staging-Role';

  /** The stack's role is without a boundary, and its release is stopped while it gets it. */
  async function stoppedWhileAdopting(): Promise<string> {
    const Role = anyRole;
    await promote(engine, await engine.drop('1', templateOf('A')));
    const { stack } = engine.target;
    if (stack === undefined) throw new Error('There is no stack.');
    const { Resources } = stack.template;
    engine.target.stack = { ...stack, template: { ...stack.template, Resources: { ...Resources, Role } } };
    engine.target.boundaries.set(role, bare);
    const second = await engine.drop('2', templateOf('B'));
    for (const task of ['validate', 'waitForTurn']) await engine.run(task, second);
    await expect(engine.run('apply', second)).rejects.toThrow('The stack is adopted first');
    await engine.run('adoptStack', second);
    await engine.run('planRollback', second, { error: 'States.Timeout', cause: '' });
    await engine.run('restoreTraffic', second);
    return second;
  }

  const become = (status: string): void => {
    const { stack } = engine.target;
    if (stack === undefined) throw new Error('There is no stack.');
    engine.target.stack = { ...stack, status };
  };

  it('is waited for until its adoption is over, and says what stays', async () => {
    const release = await stoppedWhileAdopting();
    become('UPDATE_IN_PROGRESS');
    await engine.run('restoreStack', release);
    expect(await last(release)).toMatchObject({ type: 'trafficRestored' });
    become('UPDATE_COMPLETE');
    await engine.run('restoreStack', release);
    expect(await last(release)).toMatchObject({
      type: 'stackRestored',
      reason: 'Nothing but the adoption changed the stack: the boundary and the aliases it adds may be there.',
    });
  });

  it('is left to a person where its adoption was not undone', async () => {
    const release = await stoppedWhileAdopting();
    become('UPDATE_ROLLBACK_FAILED');
    await expect(engine.run('restoreStack', release)).rejects.toThrow(/is UPDATE_ROLLBACK_FAILED after its adoption/);
  });
});

describe('undoing changes to data', () => {
  const dataChanges = { reversible: false, recovery: 'Orders' };
  const key = '2-a1/staging/222222222222/us-east-1';

  it.each([1, 2])(
    'calls the new version of the function once before the stack goes back, told %i times',
    async (times) => {
      const release = await changedAndBad({ dataChanges });
      await engine.run('restoreTraffic', release);
      await expect(engine.run('restoreStack', release)).rejects.toThrow(RecoveryDue);
      const payloads: unknown[] = [];
      const { functions } = engine.target;
      const invoke = functions.invoke.bind(functions);
      engine.target.functions.invoke = (invocation) => {
        payloads.push(invocation.payload);
        return invoke(invocation);
      };
      for (let time = 0; time < times; time += 1) await engine.run('recover', release);
      expect(engine.target.invoked.get('2')).toBe(1);
      const where = { environment: 'staging', account: '222222222222', region: 'us-east-1' };
      const versions = { fromVersion: '2', toVersion: '1' };
      expect(payloads).toEqual([
        { release, service: 'orders', ...where, ...versions, idempotencyKey: `orders-${key}` },
      ]);
      const evidence = { function: 'sluice-orders-staging-Orders:2', idempotencyKey: `orders-${key}` };
      expect((await readEvents(engine.ledger, release)).slice(-2)).toMatchObject([
        { type: 'recoveryStarted', evidence },
        { type: 'recovered', evidence },
      ]);
      await engine.run('restoreStack', release);
      await engine.finishStack();
      await engine.run('checkRollback', release);
      expect(await engine.run('complete', release)).toEqual({ status: 'RolledBack' });
    },
  );

  it('is done again, with the same key, when nobody heard the answer', async () => {
    const release = await changedAndBad({ dataChanges });
    await engine.run('restoreTraffic', release);
    const { functions } = engine.target;
    const invoke = functions.invoke.bind(functions);
    engine.target.functions.invoke = () => Promise.reject(Object.assign(new Error('slow down'), { name: 'TooManyRequestsException' })); // prettier-ignore
    await expect(engine.run('recover', release)).rejects.toThrow(TargetUnreachable);
    expect(await last(release)).toMatchObject({ type: 'recoveryStarted' });
    await expect(engine.run('restoreStack', release)).rejects.toThrow(RecoveryDue);
    engine.target.functions.invoke = invoke;
    await engine.run('recover', release);
    const said = (await readEvents(engine.ledger, release)).filter(({ type }) => type === 'recoveryStarted');
    expect(said).toHaveLength(1);
  });

  it.each([
    ['throws', (): void => void engine.target.throwingVersions.add('2'), /failed: an error \(its log has more\)\./],
    ['is late', () => rejectBy('TimeoutError'), /did not answer within 600 seconds/],
    ['may not be called', () => rejectBy('AccessDeniedException'), /could not be called: no/],
  ])('makes the rollback unclean when the function %s', async (_, breakIt, sentence) => {
    const release = await changedAndBad({ dataChanges });
    await engine.run('restoreTraffic', release);
    breakIt();
    await expect(engine.run('recover', release)).rejects.toThrow(sentence);
    expect(await last(release)).toMatchObject({
      type: 'rollbackFailed',
      evidence: { function: 'sluice-orders-staging-Orders:2' },
    });
    expect(await engine.run('complete', release)).toEqual({ status: 'Failed' });
    expect(engine.pages[0]?.text).toMatch(sentence);
  });

  it('calls nothing where CloudFormation has undone the change itself, or the manifest has a link', async () => {
    await promote(engine, await engine.drop('1', templateOf('A')));
    const undone = await engine.drop('2', templateOf('B'), { dataChanges });
    for (const task of ['validate', 'waitForTurn', 'apply']) await engine.run(task, undone);
    await engine.finishStack('bad');
    expect(await rollBack(engine, undone)).toBe('RolledBack');
    const linked = await engine.drop('3', templateOf('C'), {
      dataChanges: { reversible: false, recovery: 'https://example.com/runbook' },
    });
    for (const task of ['validate', 'waitForTurn', 'apply']) await engine.run(task, linked);
    await engine.finishStack();
    expect(await rollBack(engine, linked)).toBe('RolledBack');
    expect((await readEvents(engine.ledger, linked)).map(({ type }) => type)).not.toContain('recoveryStarted');
  });

  function rejectBy(name: string): void {
    engine.target.functions.invoke = () => Promise.reject(Object.assign(new Error('no'), { name }));
  }
});

describe('a rollback that died', () => {
  it('says by which error, and where', async () => {
    const release = await changedAndBad();
    const cause = JSON.stringify({ errorType: 'TargetUnreachable', errorMessage: 'The role could not be assumed.' });
    const died = { error: 'States.TaskFailed', cause };
    await engine.run('recordRollbackFailure', release, died);
    await engine.run('recordRollbackFailure', release, died);
    const events = await readEvents(engine.ledger, release);
    expect(events.filter(({ type }) => type === 'rollbackFailed')).toMatchObject([
      {
        reason:
          'The rollback in account 222222222222, region us-east-1 ended by TargetUnreachable: The role could not be assumed.',
        evidence: { error: 'TargetUnreachable' },
      },
    ]);
    expect(await engine.run('complete', release)).toEqual({ status: 'Failed' });
    expect(engine.pages[0]?.text).toContain('ended by TargetUnreachable');
  });

  it('adds nothing to what was said already', async () => {
    const release = await changedAndBad({ dataChanges: { reversible: false, recovery: 'Orders' } });
    await engine.run('restoreTraffic', release);
    engine.target.throwingVersions.add('2');
    await expect(engine.run('recover', release)).rejects.toThrow(RollbackFailed);
    const before = await readEvents(engine.ledger, release);
    await engine.run('recordRollbackFailure', release, { error: 'States.TaskFailed', cause: '' });
    expect(await readEvents(engine.ledger, release)).toEqual(before);
  });
});

describe('checking what serves after a rollback', () => {
  it('keeps what the old version answered, once, however often it is asked', async () => {
    const release = await changedAndBad();
    await engine.run('restoreTraffic', release);
    await engine.run('restoreStack', release);
    await engine.finishStack();
    await engine.run('checkRollback', release);
    await engine.run('checkRollback', release);
    const told = (await readEvents(engine.ledger, release)).filter(({ type }) => type === 'rolledBack');
    expect(told).toMatchObject([
      {
        evidence: {
          serves: ['sluice-orders-staging-Orders:live 1'],
          checksOf: 'orders-1-a1',
          counts: { passed: 1, failed: 0, inconclusive: 0 },
        },
      },
    ]);
  });

  it('asks the old version what its own manifest says', async () => {
    const release = await changedAndBad();
    await engine.run('restoreTraffic', release);
    await engine.run('restoreStack', release);
    await engine.finishStack();
    engine.target.brokenVersions.add('1');
    await expect(engine.run('checkRollback', release)).rejects.toThrow(/orders-1-a1 serves again, but is not healthy/);
    engine.target.brokenVersions.clear();
    expect(await last(release)).toMatchObject({ type: 'rollbackFailed' });
  });
});
