import { GetAliasCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../cli/engine.ts';
import { allTransitions, oneRelease } from '../../cli/follow.ts';
import { actionDocument, demandDocument } from '../../core/contract/api/actions.ts';
import { type TransitionDocument } from '../../core/contract/api/documents.ts';
import { defaultStackName, engineRoleName } from '../../core/contract/names.ts';
import type { EventType } from '../../core/release/events.ts';
import { formatReleaseId, undoExecutionName } from '../../core/values/release-id.ts';
import { connectAsReleaseManager } from '../../local/operators.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import { ENGINE, type Sandbox } from '../../local/sandbox.ts';
import { enterSandbox } from './shared-sandbox.ts';
import { StackAdministrator } from './stack-administrator.ts';
import { pathsOf } from './execution-paths.ts';
import { RuleChecker } from './rules/rule-checker.ts';
import { packTiny, type TinyRelease } from './tiny-service.ts';

// Somebody stops a release's execution in the console, wherever it stands: what it left half done is put back.

const place = { account: '222222222222', region: ENGINE.region };
const MINUTE = 60_000;

let sandbox: Sandbox;
let recorder: TransitionRecorder;
let rules: RuleChecker;
let robin: Engine;

beforeAll(async () => {
  sandbox = await enterSandbox({
    // The one that a test sends below: it shows that others would be seen.
    deadLetters: /function:sluice-wake.*at \{"of":"nobody"\}$/,
  });
  rules = new RuleChecker(sandbox.aws);
  recorder = new TransitionRecorder(sandbox.aws);
  robin = await connectAsReleaseManager(sandbox);
});
afterAll(() => sandbox.close());

async function drop(release: TinyRelease): Promise<string> {
  const { key, bytes } = packTiny({
    ...release,
    manifest: { rollout: { preview: 'Canary10Percent5Minutes' }, ...release.manifest },
  });
  await sandbox.engine.push(key, bytes);
  return formatReleaseId({ ...release, attempt: 1 });
}

/** Stops an execution of the release machine, as a person does in the console. @returns when */
async function stop(name: string): Promise<number> {
  const executionArn = `arn:aws:states:${ENGINE.region}:${ENGINE.account}:execution:sluice-release:${name}`;
  await sandbox.aws.client(SFNClient, ENGINE).send(new StopExecutionCommand({ executionArn }));
  return sandbox.aws.clock.now();
}

/** What serves users: the versions of the alias, with a weight where there are two. */
async function serving(service: string): Promise<unknown> {
  const resources = await new StackAdministrator(sandbox.aws, place.account).resources(
    defaultStackName(service, 'preview'),
  );
  const alias = new GetAliasCommand({ FunctionName: resources['Function'] ?? '', Name: 'live' });
  const { FunctionVersion, RoutingConfig } = await sandbox.aws.client(LambdaClient, place).send(alias);
  return [FunctionVersion, RoutingConfig?.AdditionalVersionWeights ?? {}];
}

const undoing = ['trafficRestored', 'stackRestored', 'rolledBack', 'turnGivenBack', 'ended'];

interface Died {
  readonly id: string;
  readonly transitions: readonly TransitionDocument[];
  /** Engine milliseconds from the stop to the first transition by which something is put back. */
  readonly undoneAfter: number;
  readonly before: unknown;
  readonly after: unknown;
}

/** Version 1 is live; the execution of version 2 is stopped as soon as its ledger says `moment`. */
async function dies(service: string, moment: EventType, more: Partial<TinyRelease> = {}): Promise<Died> {
  await recorder.waitFor(await drop({ service, version: '1.0.0' }), 'ended');
  const before = await serving(service);
  const id = await drop({ service, version: '2.0.0', ...more });
  await recorder.waitFor(id, moment);
  const stoppedAt = await stop(id);
  await recorder.waitFor(id, 'ended');
  const transitions = await allTransitions(sandbox.engine, id);
  const next = transitions.find(({ type, at }) => undoing.includes(type) && Date.parse(at) > stoppedAt);
  return {
    id,
    transitions,
    undoneAfter: Date.parse(next?.at ?? '') - stoppedAt,
    before,
    after: await serving(service),
  };
}

const types = ({ transitions }: Died): readonly string[] => transitions.map(({ type }) => type);

describe.concurrent('a release whose execution is stopped', () => {
  const undoes = async (service: string, moment: EventType): Promise<void> => {
    const died = await dies(service, moment);
    expect(died.transitions.at(-1)?.to).toBe('RolledBack');
    expect(types(died).filter((type) => undoing.includes(type))).toEqual(undoing);
    expect(types(died)).toContain('cancelled');
    // By the second look of the reconciler, with a minute for the functions themselves: they take real time.
    expect(died.undoneAfter).toBeLessThan(3 * MINUTE);
    expect(died.after).toEqual(died.before);
    const [undo, ...children] = await pathsOf(sandbox, undoExecutionName(died.id));
    expect(undo?.states.slice(0, 2)).toEqual(['Validate artifact', 'Plan the rollback']);
    expect(undo?.states.at(-1)).toBe('Ended');
    expect(children.map(({ machine }) => machine)).toEqual(['roll-back-target']);
    // The environment is free: the next one goes live.
    const next = await drop({ service, version: '3.0.0' });
    await recorder.waitFor(next, 'ended');
    expect((await oneRelease(sandbox.engine, next)).status).toBe('Succeeded');
  };
  it.each([['died-shifting', 'shiftStarted']] as const)('is rolled back: %s', undoes);
  it.each([
    ['died-changing', 'changeStarted'],
    ['died-baking', 'bakeStarted'],
  ] as const)('is rolled back: %s', { tags: 'long' }, undoes);

  it('goes on with a rollback that had begun', { tags: 'long' }, async () => {
    const bad = {
      answer: '{ ok: false }',
      manifest: { checks: { smoke: [{ invoke: 'Function', expect: { json: { ok: true } } }] } },
    };
    const died = await dies('died-undoing', 'trafficRestored', bad);
    expect(died.transitions.at(-1)?.to).toBe('RolledBack');
    expect(types(died).filter((type) => type === 'rollbackStarted')).toHaveLength(1);
    expect(types(died)).not.toContain('cancelled');
    // By the second look of the reconciler, with a minute for the functions themselves: they take real time.
    expect(died.undoneAfter).toBeLessThan(3 * MINUTE);
    expect(died.after).toEqual(died.before);
  });

  it('is left to people when its rollback is stopped, too', async () => {
    const ending = dies('died-twice', 'shiftStarted');
    const id = formatReleaseId({ service: 'died-twice', version: '2.0.0', attempt: 1 });
    await recorder.waitFor(id, 'rollbackStarted');
    await stop(undoExecutionName(id));
    const died = await ending;
    expect(died.transitions.at(-1)?.to).toBe('Failed');
    expect(died.transitions.at(-1)?.evidence).toMatchObject({ quarantined: ['preview'] });
  });
});

/** Version 1 is live; a person cancels version 2 as soon as its ledger says `moment`. */
async function cancelled(service: string, moment: EventType): Promise<Died> {
  await recorder.waitFor(await drop({ service, version: '1.0.0' }), 'ended');
  const before = await serving(service);
  const id = await drop({ service, version: '2.0.0' });
  await recorder.waitFor(id, moment);
  const askedAt = sandbox.aws.clock.now();
  await robin.call(actionDocument, 'POST', `/v1/releases/${id}/cancel`, { reason: 'The prices are wrong.' });
  await recorder.waitFor(id, 'ended');
  const transitions = await allTransitions(sandbox.engine, id);
  const next = transitions.find(({ type, at }) => undoing.includes(type) && Date.parse(at) >= askedAt);
  const undoneAfter = Date.parse(next?.at ?? '') - askedAt;
  return { id, transitions, undoneAfter, before, after: await serving(service) };
}

describe.concurrent('a release that a person cancels', () => {
  const undoesItself = async (service: string, moment: EventType): Promise<void> => {
    const died = await cancelled(service, moment);
    expect(died.transitions.at(-1)?.to).toBe('RolledBack');
    expect(types(died).filter((type) => undoing.includes(type))).toEqual(undoing);
    expect(died.transitions.find(({ type }) => type === 'cancelled')).toMatchObject({
      actor: 'robin@example.com',
      reason: 'The prices are wrong.',
    });
    expect(types(died)).not.toContain('failed');
    expect(died.after).toEqual(died.before);
    const executions = await pathsOf(sandbox, died.id);
    expect(executions[0]?.states.at(-1)).toBe('Ended');
    await expect(pathsOf(sandbox, undoExecutionName(died.id))).rejects.toThrow('Execution Does Not Exist');
  };
  it.each([
    ['died-cancelled-shifting', 'shiftStarted'],
    ['died-cancelled-changing', 'changeStarted'],
    ['died-cancelled-baking', 'bakeStarted'],
  ] as const)('is rolled back by its own execution: %s', { tags: 'long' }, undoesItself);
});

describe.concurrent('a version that people roll back after its release has ended', () => {
  it('is replaced by the one before it: users first, then the stack', async () => {
    const service = 'died-rolled-back';
    for (const version of ['1.0.0', '2.0.0']) {
      await recorder.waitFor(await drop({ service, version, answer: JSON.stringify({ version }) }), 'ended');
    }
    const reason = 'The prices are wrong.';
    const path = `/v1/environments/${service}/preview/rollback`;
    const { release = '' } = await robin.call(demandDocument, 'POST', path, { reason });
    expect(release).toBe(`${service}-1.0.0-a2`);
    await recorder.waitFor(release, 'ended');
    const transitions = await allTransitions(sandbox.engine, release);
    expect(transitions.at(-1)?.to).toBe('Succeeded');
    const told = transitions.map(({ type }) => type);
    expect(told.indexOf('aliasesRestored')).toBeLessThan(told.indexOf('changeStarted'));
    expect(told).not.toContain('bakeStarted');
    const resources = await new StackAdministrator(sandbox.aws, place.account).resources(
      defaultStackName(service, 'preview'),
    );
    const invoked = await sandbox.aws
      .client(LambdaClient, place)
      .send(new InvokeCommand({ FunctionName: resources['Function'] ?? '', Qualifier: 'live' }));
    expect(JSON.parse(Buffer.from(invoked.Payload ?? []).toString())).toEqual({ version: '1.0.0' });
    // The next version goes live: nothing but the one that was rolled back is kept out.
    const next = await drop({ service, version: '3.0.0' });
    await recorder.waitFor(next, 'ended');
    expect((await oneRelease(sandbox.engine, next)).status).toBe('Succeeded');
  });
});

it('leaves what it can never read in its dead-letter queue', async () => {
  const FunctionName = engineRoleName('wake');
  const event = new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: '{"of":"nobody"}' });
  expect((await sandbox.aws.client(LambdaClient, ENGINE).send(event)).StatusCode).toBe(202);
});

it('leaves a ledger that breaks no rule', async () => {
  expect(await rules.brokenRules()).toEqual([]);
});
