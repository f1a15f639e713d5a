import { describe, expect, it } from 'vitest';
import { named, type WorkflowSandbox } from 'local-aws/workflow-sandbox';
import { readFailure, type Failure } from '../../core/contract/failure.ts';
import { taskName } from '../../core/contract/tasks.ts';
import { never, play, type Payload, type PlayedRelease } from './played-workflow.ts';

// The machines that are deployed, with functions of the test: where a release goes when something fails that no function told.

const accounts = ['333333333333', '444444444444', '555555555555'] as const;
const region = 'us-east-1';
const waves = (...wave: readonly string[]) => [wave.map((account) => ({ account, region }))];
const tolerant = (...wave: readonly string[]) => ({ tolerant: true, periods: [], waves: waves(...wave) });

const failing =
  (error: string, where: readonly string[] = accounts) =>
  ({ account }: Payload) => {
    if (where.includes(String(account))) throw named(error, `${error} in ${String(account)}`);
  };

/** The failure that the ledger gets. */
const failureOf = ({ told }: PlayedRelease) => {
  const [first, ...more] = told('planRollback');
  expect(more).toEqual([]);
  return readFailure(String(first?.['error']), String(first?.['cause']));
};

const expectTimeout = ({ error, message }: Failure): void => {
  expect(error).toBe('States.Timeout');
  expect(message).toMatch(/A task did not answer in time\.$/);
};

/** A machine of which an execution never ends by itself. */
const endless = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 90_000_000, End: true } } };

describe('targets of a wave that fail beside one another', () => {
  it.each([[1], [2], [3]])('end the release by the error of the first: %i', async (count) => {
    const wave = accounts.slice(0, count);
    const played = await play({ tasks: { apply: failing('ChangeFailed') }, environment: tolerant(...wave) });
    expect(played.status).toBe('SUCCEEDED');
    expect(played.told('apply')).toHaveLength(count);
    expect(failureOf(played)).toEqual({ error: 'ChangeFailed', message: 'ChangeFailed in 333333333333' });
  });

  it.each([[1], [2], [3]])('lead to another look when the approval is void: %i', async (count) => {
    let round = 0;
    const played = await play({
      tasks: {
        apply: (one) => (round === 1 ? failing('ApprovalVoid')(one) : undefined),
        lookAhead: () => void (round += 1),
      },
      environment: { ...tolerant(...accounts.slice(0, count)), approval: true },
    });
    expect(played.status).toBe('SUCCEEDED');
    expect(played.told('askForApproval')).toHaveLength(2);
    expect(played.told('planRollback')).toEqual([]);
  });

  it('leave a wave alone in which all are good', async () => {
    const played = await play({ environment: tolerant(...accounts) });
    expect(played.states.filter((state) => state === 'Settle target')).toHaveLength(3);
    expect(played.told('planRollback')).toEqual([]);
  });
});

describe('an execution of a target that cannot be started', () => {
  const refusals = ['AccessDeniedException', 'StateMachineDoesNotExist', 'ExecutionAlreadyExists', 'InvalidArn'];
  const refuse =
    (code: string, account: string) =>
    ({ faults }: WorkflowSandbox): void =>
      faults.atCall(
        code,
        {
          ...{ service: 'states', operation: 'StartExecution', times: Infinity },
          input: (input) => JSON.stringify(input).includes(account),
        },
        { kind: 'error', code, status: 400 },
      );

  it.each([...refusals, 'ExecutionLimitExceeded'])('tells why, in a strict environment: %s', async (code) => {
    const played = await play({ prepare: refuse(code, '333333333333') });
    expect(played.status).toBe('SUCCEEDED');
    const { error, message } = failureOf(played);
    expect(error).toMatch(/^StepFunctions\./);
    expect(message).toContain(code);
    // It cannot be rolled back either, and that is told, too.
    const [left] = played.told('recordRollbackFailure');
    expect(readFailure(String(left?.['error']), String(left?.['cause'])).message).toContain(code);
  });

  it.each(refusals)('fails that target alone, in a tolerant one: %s', async (code) => {
    const played = await play({
      prepare: refuse(code, '444444444444'),
      environment: tolerant(...accounts),
      tasks: { planRollback: () => ({ rollBack: [], keep: [] }) },
    });
    expect(played.status).toBe('SUCCEEDED');
    expect(played.told('check').map(({ account }) => account)).toEqual(['333333333333', '555555555555']);
    expect(failureOf(played).message).toContain(code);
  });
});

describe('an execution of a target that ends without an error of its own', () => {
  it.each([false, true])('is cut off by the timeout of the task that waits for it (tolerant: %s)', async (mild) => {
    const played = await play({
      machines: { 'deploy-target': endless, 'roll-back-target': endless },
      environment: { ...tolerant(...accounts.slice(0, 2)), tolerant: mild },
    });
    expect(played.status).toBe('SUCCEEDED');
    expectTimeout(failureOf(played));
    expect(played.told('recordRollbackFailure')[0]).toMatchObject({ error: 'States.Timeout', cause: '' });
  });
});

describe('a task that does not answer in time', () => {
  const inEnvironment = { approval: true, periods: [{ period: 'bake', seconds: 60 }] };
  /** Others that lead to a task, and what it then comes to. */
  const ways: Readonly<Record<string, Parameters<typeof play>[0]['tasks']>> = {
    waitForWindow: { apply: failing('WindowClosed') },
    waitForAlarmsOk: { apply: failing('AlarmAlreadyFiring') },
    waitForStack: { apply: failing('StackBusy') },
    adoptStack: { apply: failing('AdoptionDue') },
    askToContinue: { check: failing('CheckInconclusive') },
    recordSettleFailure: { settle: failing('SettleFailed') },
    recordRollbackFailure: { apply: failing('ChangeFailed'), restoreStack: failing('RollbackFailed') },
    recover: { apply: failing('ChangeFailed'), restoreStack: failing('RecoveryDue') },
    planRollback: { apply: failing('ChangeFailed') },
    restoreTraffic: { apply: failing('ChangeFailed') },
    restoreStack: { apply: failing('ChangeFailed') },
    checkRollback: { apply: failing('ChangeFailed') },
  };
  const time = (task: string) => play({ environment: inEnvironment, tasks: { ...ways[task], [task]: () => never } });
  const rollbacks = ['restoreTraffic', 'restoreStack', 'recover', 'checkRollback'];
  const others = ['bake', 'settle', 'recordSettleFailure', 'recordRollbackFailure', 'planRollback', 'complete'];
  const ofPlans = ['validatePlan', 'previewTarget', 'clearPreview', 'completePlan'];

  it.each(taskName.options.filter((task) => ![...rollbacks, ...others, ...ofPlans].includes(task)))(
    'fails the release, which says so: %s',
    async (task) => {
      const played = await time(task);
      expect(played.status).toBe('SUCCEEDED');
      expectTimeout(failureOf(played));
      expect(played.told('complete')).toHaveLength(1);
    },
  );

  it.each(rollbacks)('leaves a target that is not rolled back, and is told so: %s', async (task) => {
    const played = await time(task);
    expect(played.status).toBe('SUCCEEDED');
    const [left] = played.told('recordRollbackFailure');
    expect(readFailure(String(left?.['error']), String(left?.['cause'])).error).toBe('States.Timeout');
    expect(played.told('complete')).toHaveLength(1);
  });

  it('is how a bake ends well', async () => {
    const played = await time('bake');
    expect(played.told('judge')).toMatchObject([{ period: 'bake', newer: '' }]);
    expect(played.told('planRollback')).toEqual([]);
  });

  it('leaves a good release good, when it settles', async () => {
    const played = await time('settle');
    expect(played.told('recordSettleFailure')).toMatchObject([{ error: 'States.Timeout', cause: '' }]);
    expect(played.told('planRollback')).toEqual([]);
    expect(played.status).toBe('SUCCEEDED');
  });

  it('leaves a kept target good, when it settles', async () => {
    const kept = { environment: 'production', account: '444444444444', region };
    const played = await play({
      environment: tolerant(...accounts.slice(0, 2)),
      tasks: {
        apply: failing('ChangeFailed', ['333333333333']),
        planRollback: () => ({ rollBack: [], keep: [kept] }),
        settle: () => never,
      },
    });
    expect(played.told('recordSettleFailure')).toMatchObject([{ ...kept, error: 'States.Timeout', cause: '' }]);
    expect(played.status).toBe('SUCCEEDED');
  });

  it('stops nobody else’s settling or rollback, when it records a failure', async () => {
    const settling = await time('recordSettleFailure');
    expect(settling.told('complete')).toHaveLength(1);
    const rolling = await time('recordRollbackFailure');
    expect(rolling.told('complete')).toHaveLength(1);
  });

  it.each(['planRollback', 'complete'])('leaves the end to the reconciler: %s', async (task) => {
    expect(await time(task)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });
});
