import { beforeEach, describe, expect, it } from 'vitest';
import { environmentDocument, problemDocument, releaseDocument } from '../../../core/contract/api/documents.ts';
import { ReleaseHalted, StackBusy, WindowClosed } from '../../../core/contract/errors.ts';
import { waiterItem, waitItem } from '../../../core/ledger/items.ts';
import { waiterKey, waitKey } from '../../../core/ledger/keys.ts';
import { waitId } from '../../../core/ledger/waits.ts';
import { readEvents, readHead, readItem, readTurn } from '../../../engine/ledger/read.ts';
import { updateRelease } from '../../../engine/ledger/update-release.ts';
import { passTurn } from '../../../engine/turn/pass-on.ts';
import { createDecideApp } from '../../../functions/decide/app.tsx';
import { createReadApp } from '../../../functions/read/app.tsx';
import { policyOf, templateOf, TestEngine } from '../fakes/test-engine.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { fakePlans, fakeWorkflow } from '../fakes/schedule.ts';
import { deployTarget } from '../fakes/workflow.ts';

const keeper = 'arn:aws:sts::111111111111:assumed-role/keeper/bob';
const target = '222222222222/us-east-1';
/** The engine's clock begins on Friday at 10:00 UTC, an hour before. */
const weekend = { cron: '0 11 * * 5', for: 'PT60H', zone: 'UTC' };
const opens = '2026-11-22T23:00:00.000Z';
const hour = 3600;

let engine: TestEngine;
beforeEach(() => {
  engine = new TestEngine(new MemoryLedger());
  engine.policy = policyOf({ freeze: [weekend], windowOverrides: ['approvers'] });
});

async function story(release: string): Promise<string[]> {
  return (await readEvents(engine.ledger, release)).map(({ type }) => type);
}

/** A release that was accepted. */
async function accepted(version: string, code: string): Promise<string> {
  const release = await engine.drop(version, templateOf(code));
  await engine.run('validate', release);
  return release;
}

/** Whatever looks at the queue: the reconciler, another release, a person. */
function look(): ReturnType<typeof passTurn> {
  const services = { ledger: engine.ledger, answers: engine.answers, invocation: engine.clock.invocationOf('wake') };
  return passTurn(services, { service: 'orders', environment: 'staging' });
}

function waitOf(release: string, task: 'waitForTurn' | 'waitForWindow') {
  const place = { task, environment: 'staging', ...(task === 'waitForTurn' ? {} : { target }) };
  return readItem(engine.ledger, waitKey(release, waitId(place)), waitItem);
}

async function override(release: string, caller = keeper): Promise<{ status: number; body: unknown }> {
  const { ledger, answers, policy } = engine;
  const links = { publicKeyPem: () => Promise.resolve('') };
  const schedule = { enable: async () => void enabledWhen.push((await readHead(ledger, release)).status) };
  const services = {
    ...{ ledger, answers, notifier: engine.notifier, policy, links, schedule },
    ...{ workflow: fakeWorkflow(), ...fakePlans(), apiUrl: 'https://api.example.com' },
  };
  const app = createDecideApp(services, engine.clock.invocationOf('decide'), { principal: caller });
  const body = JSON.stringify({ release, reason: 'The shop is down' });
  const answer = await app.request('/v1/environments/orders/staging/window-override', { method: 'POST', body });
  const document: unknown = await answer.json();
  return { status: answer.status, body: document };
}

async function read(path: string): Promise<unknown> {
  const app = createReadApp(engine, engine.clock.invocationOf('read'));
  const document: unknown = await (await app.request(path)).json();
  return document;
}

/** What the release was when the reconciler was told to run every minute. */
const enabledWhen: string[] = [];

const lastAnswer = (): unknown => [...engine.answers.given.values()].at(-1);

describe('a release that meets a freeze', () => {
  it('waits with its turn not taken, says until when and why, and goes when the window opens', async () => {
    engine.clock.pass(6 * hour);
    const release = await accepted('1', 'A');
    expect(await engine.run('waitForTurn', release)).toBeUndefined();
    expect(await story(release)).toEqual(['received', 'accepted', 'turnRequested', 'windowClosed']);
    expect((await readEvents(engine.ledger, release)).at(-1)).toMatchObject({
      reason: 'Closed by the freeze "0 11 * * 5" for PT60H (UTC), until 2026-11-22 23:00 UTC.',
      evidence: { closed: { until: opens, zone: 'UTC' } },
    });
    const shown = releaseDocument.parse(await read(`/v1/releases/${release}`));
    expect(shown).toMatchObject({ status: 'AwaitingWindow', closed: { until: opens } });
    expect(shown.advice).toMatch(
      /^staging is closed by the freeze .*, until 2026-11-22 23:00 UTC\. The release continues by itself/,
    );
    expect(environmentDocument.parse(await read('/v1/environments/orders/staging'))).toMatchObject({
      waitsFor: 'closed by the freeze "0 11 * * 5" for PT60H (UTC), until 2026-11-22 23:00 UTC',
      waiters: [{ release, closed: { until: opens } }],
    });
    expect(await waitOf(release, 'waitForTurn')).toMatchObject({ closedUntil: opens });
    // A retry of the task, and whoever looks meanwhile, change nothing.
    expect(await engine.run('waitForTurn', release)).toBeUndefined();
    await look();
    expect(await story(release)).toHaveLength(4);

    engine.clock.pass(55 * hour);
    expect((await look()).take).toBe(release);
    expect(lastAnswer()).toEqual({ output: { fence: 1 } });
    const head = await readHead(engine.ledger, release);
    expect(head.status).toBe('Deploying');
    expect(head.environments['staging']).not.toHaveProperty('closed');
  });

  it('waits for its turn when the window has opened and another has it; and for the window again when that closes', async () => {
    const first = await accepted('1', 'A');
    expect(await engine.run('waitForTurn', first)).toEqual({ output: { fence: 1 } });
    const second = await accepted('2', 'B');
    expect(await engine.run('waitForTurn', second)).toBeUndefined();
    expect((await readHead(engine.ledger, second)).status).toBe('AwaitingTurn');
    engine.clock.pass(2 * hour);
    await look();
    expect((await readHead(engine.ledger, second)).status).toBe('AwaitingWindow');
    expect(await waitOf(second, 'waitForTurn')).toMatchObject({ closedUntil: opens });
    engine.clock.pass(62 * hour);
    expect(await look()).toMatchObject({ waitsFor: `${first} has the turn` });
    expect((await story(second)).slice(-2)).toEqual(['windowClosed', 'windowOpened']);
    expect((await readHead(engine.ledger, second)).status).toBe('AwaitingTurn');
    expect(await waitOf(second, 'waitForTurn')).not.toHaveProperty('closedUntil');
    expect(await readItem(engine.ledger, waiterKey('orders', 'staging', second), waiterItem)).not.toHaveProperty(
      'closed',
    );
  });

  it('is superseded by a newer one that waits for the same', async () => {
    engine.clock.pass(6 * hour);
    const [one, two] = [await accepted('1', 'A'), await accepted('2', 'B')];
    await engine.run('waitForTurn', one);
    await engine.run('waitForTurn', two);
    expect(lastAnswer()).toMatchObject({ error: 'ReleaseSuperseded' });
    expect((await readHead(engine.ledger, one)).environments['staging']).not.toHaveProperty('closed');
    expect((await readHead(engine.ledger, two)).status).toBe('AwaitingWindow');
  });

  it('reads no plan, and knows no window, where the policy has none', async () => {
    engine.policy = policyOf();
    engine.clock.pass(6 * hour);
    const release = await accepted('1', 'A');
    expect(await engine.run('waitForTurn', release)).toEqual({ output: { fence: 1 } });
    expect((await readHead(engine.ledger, release)).environments['staging']).not.toHaveProperty('windows');
  });
});

describe('a freeze that begins while a release is under way', () => {
  it('lets a target that is being changed finish, and keeps the next wave', async () => {
    const waves = ['222222222222', '333333333333'].map((account) => ({ targets: [{ account, region: 'us-east-1' }] }));
    engine.policy = policyOf({ freeze: [weekend], waves, windowOverrides: ['approvers'] });
    const release = await accepted('1', 'A');
    expect(await engine.run('waitForTurn', release)).toEqual({ output: { fence: 1 } });
    await engine.run('apply', release);
    engine.clock.pass(6 * hour);
    expect(await engine.run('apply', release)).toBeUndefined(); // a retry of what is under way
    await engine.finishStack();
    for (const task of ['verifyNewVersion', 'shift', 'check']) await engine.run(task, release);
    const second = { account: '333333333333' };
    await expect(engine.run('apply', release, second)).rejects.toThrow(WindowClosed);
    expect(await engine.run('waitForWindow', release, second)).toBeUndefined();
    expect(await engine.run('waitForWindow', release, second)).toBeUndefined();
    expect((await story(release)).slice(-2)).toEqual(['checked', 'windowClosed']);
    const head = await readHead(engine.ledger, release);
    expect(head).toMatchObject({ status: 'AwaitingWindow', environments: { staging: { phase: 'held' } } });

    const window = { kind: 'window', release, environment: 'staging', target: '333333333333/us-east-1' } as const;
    await engine.wake(window); // too early
    expect((await readHead(engine.ledger, release)).status).toBe('AwaitingWindow');
    engine.clock.pass(55 * hour);
    await engine.wake(window);
    expect(lastAnswer()).toEqual({ output: {} });
    expect((await story(release)).at(-1)).toBe('windowOpened');
    await engine.run('apply', release, second);
    expect((await story(release)).at(-1)).toBe('changeStarted');
  });

  it('keeps a target that was begun, sent back by its busy stack, and has changed nothing', async () => {
    const release = await accepted('1', 'A');
    await deployAndSettle(release);
    const next = await accepted('2', 'B');
    await engine.run('waitForTurn', next);
    engine.target.stack = { ...must(engine.target.stack), status: 'UPDATE_IN_PROGRESS' };
    await expect(engine.run('apply', next)).rejects.toThrow(StackBusy);
    engine.clock.pass(2 * hour);
    engine.target.stack = { ...must(engine.target.stack), status: 'UPDATE_COMPLETE' };
    await expect(engine.run('apply', next)).rejects.toThrow(
      /^staging is closed by the freeze .*nothing was changed in the target yet\./,
    );
    expect(await story(next)).not.toContain('changeStarted');
  });

  it('keeps nobody who was cancelled: what waits is answered, and nothing begins to wait', async () => {
    const release = await accepted('1', 'A');
    await engine.run('waitForTurn', release);
    engine.clock.pass(6 * hour);
    await engine.run('waitForWindow', release);
    const cancelled = { type: 'cancelled', at: engine.clock.now(), actor: 'ada@example.com' } as const;
    const invocation = engine.clock.invocationOf('decide');
    await updateRelease({ ledger: engine.ledger, invocation }, release, () => ({ result: '', events: [cancelled] }));
    await engine.wake({ kind: 'window', release, environment: 'staging', target });
    expect(lastAnswer()).toMatchObject({ error: 'ReleaseHalted' });
    await expect(engine.run('waitForWindow', release)).rejects.toThrow(ReleaseHalted);
  });

  it('has opened by the time that it would be waited for', async () => {
    const release = await accepted('1', 'A');
    await engine.run('waitForTurn', release);
    expect(await engine.run('waitForWindow', release)).toEqual({ output: {} });
  });

  it('was open for a while, and nobody looked', async () => {
    engine.policy = policyOf({ freeze: [{ cron: '0 * * * *', for: 'PT30M', zone: 'UTC' }] });
    engine.clock.pass(1800);
    const release = await accepted('1', 'A');
    await engine.run('waitForTurn', release);
    engine.clock.pass(2000);
    expect(await engine.run('waitForWindow', release)).toBeUndefined();
    expect(await waitOf(release, 'waitForWindow')).toMatchObject({ closedUntil: '2026-11-20T11:30:00.000Z' });
    engine.clock.pass(hour);
    await engine.wake({ kind: 'window', release, environment: 'staging', target });
    expect(await waitOf(release, 'waitForWindow')).toMatchObject({ closedUntil: '2026-11-20T12:30:00.000Z' });
    expect((await story(release)).slice(-2)).toEqual(['windowClosed', 'windowClosed']);
  });
});

describe('a person lets a release in', () => {
  it('by name and with a reason, and no window counts for it there any more', async () => {
    engine.clock.pass(6 * hour);
    const release = await accepted('1', 'A');
    await engine.run('waitForTurn', release);
    enabledWhen.splice(0);
    expect(await override(release)).toMatchObject({
      status: 200,
      body: { kind: 'windowOverridden', by: 'bob@example.com', release, reason: 'The shop is down' },
    });
    expect(lastAnswer()).toEqual({ output: { fence: 1 } });
    expect((await story(release)).slice(-2)).toEqual(['windowOverridden', 'turnTaken']);
    // The reconciler may have rested until Monday.
    expect(enabledWhen).toEqual(['AwaitingWindow', 'AwaitingTurn']);
    expect((await readEvents(engine.ledger, release)).at(-2)).toMatchObject({
      actor: 'bob@example.com',
      evidence: { closed: { until: opens }, principal: keeper },
    });
    const { interventions } = environmentDocument.parse(await read('/v1/environments/orders/staging'));
    expect(interventions).toMatchObject([{ kind: 'windowOverridden', release }]);
    await engine.run('apply', release);
    expect((await story(release)).at(-1)).toBe('changeStarted');
  });

  it('who has the turn already, and waits in a target', async () => {
    const release = await accepted('1', 'A');
    await engine.run('waitForTurn', release);
    engine.clock.pass(6 * hour);
    await expect(engine.run('apply', release)).rejects.toThrow(WindowClosed);
    await engine.run('waitForWindow', release);
    expect(await override(release)).toMatchObject({ status: 200 });
    expect(lastAnswer()).toEqual({ output: {} });
    expect(await readHead(engine.ledger, release)).toMatchObject({ status: 'Deploying' });
    // What is asked by a task that was on its way is answered at once.
    expect(await engine.run('waitForWindow', release)).toEqual({ output: {} });
    await engine.run('apply', release);
  });

  it('who is not overtaken by a newer one that nobody let in', async () => {
    const holder = await accepted('1', 'A');
    await engine.run('waitForTurn', holder);
    engine.clock.pass(6 * hour);
    const fix = await accepted('2', 'B');
    await engine.run('waitForTurn', fix);
    expect(await override(fix)).toMatchObject({ status: 200 });
    expect((await readHead(engine.ledger, fix)).status).toBe('AwaitingTurn');
    const newer = await accepted('3', 'C');
    await engine.run('waitForTurn', newer);
    expect((await readHead(engine.ledger, fix)).status).toBe('AwaitingTurn');
    expect((await readHead(engine.ledger, newer)).status).toBe('AwaitingWindow');
    await engine.run('planRollback', holder, { error: 'ChangeFailed', cause: '{"errorMessage":"It broke."}' });
    await engine.run('complete', holder);
    expect(await readTurn(engine.ledger, 'orders', 'staging')).toMatchObject({ holder: fix });
  });

  it('only whom the policy names, and only what waits for a window', async () => {
    engine.clock.pass(6 * hour);
    const release = await accepted('1', 'A');
    const early = await override(release);
    expect(early).toMatchObject({ status: 409, body: { code: 'SLUICE-308' } });
    expect(problemDocument.parse(early.body).detail).toMatch(/does not wait for a window of orders in staging/);
    await engine.run('waitForTurn', release);
    expect(await override(release, 'arn:aws:iam::111111111111:user/eve')).toMatchObject({ status: 403 });
    engine.policy = policyOf({ freeze: [weekend] });
    const refused = await override(release);
    expect(refused.status).toBe(403);
    expect(problemDocument.parse(refused.body).detail).toContain('"windowOverrides" of the policy');
    expect((await readHead(engine.ledger, release)).status).toBe('AwaitingWindow');
  });
});

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('is not there');
  return value;
}

async function deployAndSettle(release: string): Promise<void> {
  await engine.run('waitForTurn', release);
  await deployTarget(engine, release);
  await engine.run('settle', release);
  if ([...engine.target.operations.values()].at(-1)?.status === 'UPDATE_IN_PROGRESS') await engine.finishStack();
  await engine.run('complete', release);
}
