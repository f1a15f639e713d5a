import { expect } from 'vitest';
import { readHead } from '../../../engine/ledger/read.ts';
import { templateOf, type TestEngine } from './test-engine.ts';

/** Runs tasks that answer at once, each as often as asked: a second time is a retry after the first died unheard. */
export async function deployTarget(engine: TestEngine, release: string, times = 1): Promise<void> {
  const again = async (task: string): Promise<unknown> => {
    let last: unknown;
    for (let time = 0; time < times; time += 1) last = await engine.run(task, release);
    return last;
  };
  await again('apply');
  if (
    engine.target.operations.size > 0 &&
    [...engine.target.operations.values()].at(-1)?.status === 'UPDATE_IN_PROGRESS'
  )
    await engine.finishStack();
  await again('verifyNewVersion');
  await again('shift');
  if ([...engine.target.deployments.values()].at(-1)?.status === 'InProgress') await engine.finishDeployment();
  await again('check');
}

/** A release from validation to its end. */
export async function promote(engine: TestEngine, release: string, times = 1): Promise<void> {
  for (let time = 0; time < times; time += 1) await engine.run('validate', release);
  for (let time = 0; time < times; time += 1) await engine.run('waitForTurn', release);
  await deployTarget(engine, release, times);
  for (let time = 0; time < times; time += 1) await engine.run('settle', release);
  if ([...engine.target.operations.values()].at(-1)?.status === 'UPDATE_IN_PROGRESS') await engine.finishStack();
  for (let time = 0; time < times; time += 1) await engine.run('complete', release);
}

/** What the workflow does when something went wrong; gives the end. */
export async function rollBack(engine: TestEngine, release: string, error = 'CheckFailed'): Promise<string> {
  const plan = await engine.run('planRollback', release, {
    error,
    cause: '{"errorType":"x","errorMessage":"It broke."}',
  });
  expect(plan).toEqual({
    rollBack: [{ environment: 'staging', account: '222222222222', region: 'us-east-1' }],
    keep: [],
  });
  await engine.run('restoreTraffic', release);
  await engine.run('restoreStack', release);
  if ([...engine.target.operations.values()].at(-1)?.status === 'UPDATE_IN_PROGRESS') await engine.finishStack();
  await engine.run('checkRollback', release);
  await engine.run('complete', release);
  return (await readHead(engine.ledger, release)).status;
}

/** Somebody changes the stack behind the engine's back. */
export async function changeStackByHand({ target }: TestEngine): Promise<void> {
  const template = { body: JSON.stringify(templateOf('Z')) };
  const order = { stack: 's', name: 'by-hand', create: true, template, parameters: {}, keptParameters: [], roleArn: '', description: '', tags: {} }; // prettier-ignore
  await target.stacks.prepareChangeSet(order);
  await target.stacks.execute('s', 'by-hand', 'z');
  target.finishStack();
}
