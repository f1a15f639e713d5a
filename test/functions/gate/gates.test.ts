import { beforeEach, describe, expect, it } from 'vitest';
import { ApprovalImpossible, ApprovalVoid } from '../../../core/contract/errors.ts';
import { liveItem } from '../../../core/ledger/items.ts';
import { liveKey } from '../../../core/ledger/keys.ts';
import { takeDecision } from '../../../engine/approval/take-decision.ts';
import { readApprovals, readEvents, readHead, readItem, readTurn } from '../../../engine/ledger/read.ts';
import { fakeSchedule, fakeWorkflow } from '../fakes/schedule.ts';
import { anyRole, policyOf, templateOf, TestEngine } from '../fakes/test-engine.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { changeStackByHand, deployTarget, promote } from '../fakes/workflow.ts';

let engine: TestEngine;
beforeEach(() => {
  engine = new TestEngine(new MemoryLedger());
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
    const template = { ...templateOf('A'), Resources: { Role: anyRole } };
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

  it('is asked twice where the stack is adopted first, and says so each time', async () => {
    engine.policy = policyOf();
    await promote(engine, await engine.drop('1', templateOf('A')));
    engine.policy = policyOf({ approval: { from: ['approvers'] } });
    const { stack } = engine.target;
    if (stack === undefined) throw new Error('There is no stack.');
    const Resources = { ...stack.template.Resources, Role: anyRole };
    engine.target.stack = { ...stack, template: { ...stack.template, Resources } };
    engine.target.boundaries.set('sluice-orders-staging-Role', { kind: 'unbounded' });
    const release = await engine.drop('2', templateOf('B'));
    for (const task of ['validate', 'lookAhead', 'askForApproval']) await engine.run(task, release);
    const first = (await readEvents(engine.ledger, release)).at(-1);
    expect([first?.type, first?.reason]).toEqual([
      'approvalRequested',
      expect.stringMatching(
        /^This is the first of two questions\. The stack is adopted first: a role .* requested again, once/,
      ),
    ]);
    expect(engine.mails.at(-1)?.text).toContain('This is the first of two questions.');
    await approve(release);
    await engine.run('waitForTurn', release);
    await expect(engine.run('apply', release)).rejects.toThrow('The stack is adopted first');
    await engine.run('adoptStack', release);
    await engine.finishStack();
    engine.target.boundaries.clear();
    await expect(engine.run('apply', release)).rejects.toThrow(ApprovalVoid);
    const between = (await readEvents(engine.ledger, release)).at(-1);
    expect([between?.type, between?.reason]).toEqual([
      'approvalVoided',
      "The stack is adopted, as was approved; the release's own change is previewed, and asked about, now.",
    ]);
    for (const task of ['lookAhead', 'askForApproval']) await engine.run(task, release);
    const second = (await readEvents(engine.ledger, release)).at(-1);
    expect([second?.type, second?.reason]).toEqual(['approvalRequested', undefined]);
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

/** A version that changes nothing but code, and one whose role may do more. */
const guarded = (code: string, role?: object) => {
  const { Resources, ...rest } = templateOf(code);
  return { ...rest, Resources: { ...Resources, ...(role === undefined ? {} : { Role: role }) } };
};
const role = { ...anyRole, Properties: { ...anyRole.Properties, Policies: [] } };

describe('an approval that not every release is asked for', () => {
  const rule = { from: ['approvers'], when: ['permissions', 'downgrade'] };
  beforeEach(() => {
    engine.policy = policyOf({ approval: rule });
  });

  /** Up to the question. @returns what the task is answered, if it is */
  async function ask(version: string, template: object, manifest: object = {}): Promise<[string, unknown]> {
    const release = await engine.drop(version, template, manifest);
    await engine.run('validate', release);
    await engine.run('lookAhead', release);
    return [release, await engine.run('askForApproval', release)];
  }

  async function serve(release: string): Promise<void> {
    await engine.run('waitForTurn', release);
    await deployTarget(engine, release);
    await engine.run('settle', release);
    await engine.run('complete', release);
  }

  it('goes on where nothing asks, says so in the ledger, and again when the task is invoked again', async () => {
    const [first, answer] = await ask('1', guarded('A'));
    expect(answer).toEqual({ output: {} });
    expect(await engine.run('askForApproval', first)).toEqual({ output: {} });
    expect(engine.mails).toEqual([]);
    expect(await story(first)).toEqual(['received', 'accepted', 'lookingAhead', 'approvalNotNeeded']);
    expect((await readEvents(engine.ledger, first)).at(-1)).toMatchObject({
      from: 'waiting',
      to: 'approved',
      reason: 'Nobody is asked: nothing that asks for approval here would change (permissions, downgrade).',
      evidence: { when: ['permissions', 'downgrade'] },
    });
    await serve(first);
    expect((await readHead(engine.ledger, first)).status).toBe('Succeeded');
  });

  it('is not decided before every target was looked at', async () => {
    const release = await engine.drop('1', guarded('A'));
    await engine.run('validate', release);
    await expect(engine.run('askForApproval', release)).rejects.toThrow(
      'No change preview exists for this target yet.',
    );
    expect(await story(release)).toEqual(['received', 'accepted']);
  });

  it('is asked where the change has it, and says why', async () => {
    const [release, answer] = await ask('1', guarded('A', role));
    expect(answer).toBeUndefined();
    expect((await readEvents(engine.ledger, release)).at(-1)).toMatchObject({
      type: 'approvalRequested',
      reason: 'Asked because permissions change.',
      evidence: { because: ['permissions'] },
    });
  });

  it('is asked of an earlier version than the one in service, and not of the next', async () => {
    const [first] = await ask('2', guarded('A'));
    await serve(first);
    expect((await ask('3', guarded('B')))[1]).toEqual({ output: {} });
    const [older, answer] = await ask('1', guarded('C'));
    expect(answer).toBeUndefined();
    expect((await readEvents(engine.ledger, older)).at(-1)).toMatchObject({ evidence: { because: ['downgrade'] } });
  });

  it('is decided again when another change, or another version, is there by the turn', async () => {
    const [release, answer] = await ask('1', guarded('A'));
    expect(answer).toEqual({ output: {} });
    await engine.run('waitForTurn', release);
    await changeStackByHand(engine);
    await expect(engine.run('apply', release)).rejects.toThrow(ApprovalVoid);
    await engine.run('lookAhead', release);
    // Nobody knows which version it is that serves there now.
    expect(await engine.run('askForApproval', release)).toBeUndefined();
    expect((await story(release)).slice(-3)).toEqual(['approvalVoided', 'lookingAhead', 'approvalRequested']);
  });

  it('is decided again when another version is in service by the turn, though the change is the same', async () => {
    const [first] = await ask('1', guarded('A'));
    await serve(first);
    const [second, answer] = await ask('2', guarded('B'));
    expect(answer).toEqual({ output: {} });
    await engine.run('waitForTurn', second);
    const where = { environment: 'staging', account: '222222222222', region: 'us-east-1' };
    const live = await readItem(engine.ledger, liveKey('orders', where), liveItem);
    if (live === undefined) throw new Error('nothing is live');
    await engine.ledger.write([{ write: 'put', item: { ...liveKey('orders', where), ...live, version: '3' } }]);
    await expect(engine.run('apply', second)).rejects.toThrow('Another version is in service');
    await engine.run('lookAhead', second);
    expect(await engine.run('askForApproval', second)).toBeUndefined();
    expect((await readEvents(engine.ledger, second)).at(-1)).toMatchObject({ evidence: { because: ['downgrade'] } });
  });

  it('ends the release at once where nobody could give it', async () => {
    engine.policy = policyOf({ approval: { ...rule, required: 2 } });
    const release = await engine.drop('1', guarded('A', role));
    await engine.run('validate', release);
    await engine.run('lookAhead', release);
    await expect(engine.run('askForApproval', release)).rejects.toThrow(ApprovalImpossible);
    await engine.run('planRollback', release, { error: 'ApprovalImpossible', cause: '{"errorMessage":"Bob"}' });
    expect(await engine.run('complete', release)).toEqual({ status: 'Expired' });
    // Where every release is asked about, nothing is begun.
    engine.policy = policyOf({ approval: { from: ['approvers'], required: 2 } });
    const refused = await engine.drop('2', guarded('B'));
    await expect(engine.run('validate', refused)).rejects.toThrow(
      'plan.approval-impossible: The approval of "staging" could never be given: 2 people have to approve, and 1 of 2 may. Bob is the author',
    );
  });
});

async function approve(release: string): Promise<void> {
  const { ledger, answers } = engine;
  const key = { keyId: 'key', publicKeyPem: () => Promise.resolve('') };
  const services = {
    ...{ ledger, answers, notifier: engine.notifier, links: key, apiUrl: 'https://api.example.com' },
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
