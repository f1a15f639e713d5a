import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApprovalVoid } from '../../../core/contract/errors.ts';
import { takeDecision } from '../../../engine/approval/take-decision.ts';
import { readApprovals, readEvents, readHead, readTurn } from '../../../engine/ledger/read.ts';
import { fakeSchedule, fakeWorkflow } from '../fakes/schedule.ts';
import { policyOf, templateOf, TestEngine } from '../fakes/test-engine.ts';
import { startTestLedgers, type TestLedgers } from '../fakes/test-ledgers.ts';
import { changeStackByHand, deployTarget } from '../fakes/workflow.ts';

let ledgers: TestLedgers;
let engine: TestEngine;
beforeAll(async () => {
  ledgers = await startTestLedgers();
});
afterAll(() => ledgers.close());
beforeEach(async () => {
  engine = new TestEngine(await ledgers.open());
});

async function story(release: string): Promise<string[]> {
  return (await readEvents(engine.ledger, release)).map(({ type }) => type);
}

describe('the turn', () => {
  it('is given to one release at a time; a newer one supersedes the older that still waits', async () => {
    const [one, two, three] = [
      await engine.drop('1', templateOf('A')),
      await engine.drop('2', templateOf('B')),
      await engine.drop('3', templateOf('C')),
    ];
    for (const release of [one, two, three]) await engine.run('validate', release);
    expect(await engine.run('waitForTurn', one)).toEqual({ output: { fence: 1 } });
    expect(await engine.run('waitForTurn', two)).toBeUndefined();
    expect(await engine.run('waitForTurn', three)).toBeUndefined();
    expect([...engine.answers.given.values()].at(-1)).toMatchObject({ error: 'ReleaseSuperseded' });
    expect(await engine.run('complete', two)).toEqual({ status: 'Superseded' });
    await deployTarget(engine, one);
    await engine.run('settle', one);
    expect([...engine.answers.given.values()]).toContainEqual({ output: { fence: 2 } });
    expect((await readHead(engine.ledger, three)).status).toBe('Deploying');
  });
});

describe('an approval', () => {
  beforeEach(() => {
    engine.policy = policyOf({ approval: { from: ['approvers'] } });
  });

  it('says how many roles get the permissions boundary', async () => {
    const template = { ...templateOf('A'), Resources: { Role: { Type: 'AWS::IAM::Role' } } };
    const release = await engine.drop('1', template, { checks: {} });
    await engine.run('validate', release);
    await engine.run('lookAhead', release);
    await engine.run('askForApproval', release);
    expect(engine.mails[0]?.text).toContain(
      '1 role gets the permissions boundary sluice-target-boundary-us-east-1-orders',
    );
  });

  it('is asked of everybody but the author, by a link each, once, however often it is invoked', async () => {
    const release = await engine.drop('1', templateOf('A'));
    await engine.run('validate', release);
    await engine.run('lookAhead', release);
    expect(engine.target.stack).toBeUndefined(); // thrown away again
    expect(await engine.run('askForApproval', release)).toBeUndefined();
    expect(await engine.run('askForApproval', release)).toBeUndefined();
    expect(engine.mails.map(({ to }) => to)).toEqual(['ada@example.com']);
    expect(engine.mails[0]?.text).toMatch(/https:\S+/);
    expect(engine.mails[0]?.text).not.toContain('permissions boundary');
    expect(await story(release)).toEqual(['received', 'accepted', 'lookingAhead', 'approvalRequested']);
  });

  it('is void when the change is another by then, and the turn goes back', async () => {
    const release = await engine.drop('1', templateOf('A'));
    await engine.run('validate', release);
    await engine.run('lookAhead', release);
    await engine.run('askForApproval', release);
    await approve(release);
    expect(await engine.run('waitForTurn', release)).toEqual({ output: { fence: 1 } });
    await changeStackByHand(engine);
    await expect(engine.run('apply', release)).rejects.toThrow(ApprovalVoid);
    // Another target of the wave, which comes to its change a moment later, ends by the same error.
    await expect(engine.run('apply', release)).rejects.toThrow(ApprovalVoid);
    expect(await readTurn(engine.ledger, 'orders', 'staging')).not.toHaveProperty('holder');
    await engine.run('lookAhead', release);
    await engine.run('askForApproval', release);
    expect((await story(release)).slice(-3)).toEqual(['approvalVoided', 'lookingAhead', 'approvalRequested']);
  });
});

async function approve(release: string): Promise<void> {
  const { ledger, answers } = engine;
  const key = { keyId: 'key', publicKeyPem: () => Promise.resolve('') };
  const services = {
    ...{ ledger, answers, links: key, apiUrl: 'https://api.example.com' },
    ...{ policy: engine.policy, schedule: fakeSchedule, workflow: fakeWorkflow() },
  };
  const approval = (await readApprovals(ledger, release, 'staging')).find(({ state }) => state === 'open');
  const person = approval?.people[0];
  if (approval === undefined || person === undefined) throw new Error('nobody');
  const invocation = engine.clock.invocationOf('decide');
  await takeDecision(services, invocation, approval, {
    person,
    decision: 'approve',
    at: invocation.now(),
    via: 'link',
  });
  expect([...engine.answers.given.values()].at(-1)).toMatchObject({ output: { approval: approval.approval } });
}
