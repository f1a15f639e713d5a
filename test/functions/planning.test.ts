import { beforeEach, describe, expect, it } from 'vitest';
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { planAsked, type PlanDocument, planDocument } from '../../core/contract/api/plans.ts';
import { planKey } from '../../core/artifact/plan-key.ts';
import { TargetBusy } from '../../core/contract/errors.ts';
import { planningLeaseKey } from '../../core/ledger/keys.ts';
import { planningSeconds } from '../../core/planning/begin.ts';
import { describePlanned, isClear } from '../../core/planning/describe.ts';
import type { DeployTarget } from '../../adapters/targets/deploy-target.ts';
import { createDecideApp } from '../../functions/decide/app.tsx';
import { createReadApp } from '../../functions/read/app.tsx';
import { MemoryLedger } from './fakes/memory-ledger.ts';
import { fakePlans, fakeSchedule, fakeWorkflow } from './fakes/schedule.ts';
import { policyOf, templateOf, TestEngine } from './fakes/test-engine.ts';
import { deployTarget, promote } from './fakes/workflow.ts';

// What an artifact would change that is not released: asked, validated, looked at and read by the functions, as their machine calls them.

/** A matcher as a value of no particular type. */
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const caller = 'arn:aws:sts::111111111111:assumed-role/orders-ci/build';
const place = { environment: 'staging', account: '222222222222', region: 'us-east-1' };
const refusal = z.object({ code: z.string(), detail: z.string() });

let ledger: MemoryLedger;
let engine: TestEngine;
let started: string[];
beforeEach(() => {
  ledger = new MemoryLedger();
  engine = new TestEngine(ledger);
  started = [];
});

/** The artifact lies in the bucket; what `POST /v1/plans` is told of it. */
function upload(template: object, manifest: object = {}, version = '2') {
  const { bytes } = engine.pack(version, template, manifest);
  const versionId = `v-${engine.objects.size + 1}`;
  engine.objects.set(versionId, bytes);
  return { service: 'orders', sha256: createHash('sha256').update(bytes).digest('hex'), versionId };
}

async function post(body: object, by = caller): Promise<Response> {
  const { answers, policy, clock } = engine;
  const services = {
    ...{ ledger: engine.ledgerOf('decide'), answers, notifier: engine.notifier, policy, schedule: fakeSchedule },
    ...fakePlans(started),
    ...{ links: { publicKeyPem: () => Promise.resolve('') }, workflow: fakeWorkflow(engine.started) },
    apiUrl: 'https://api.example.com',
  };
  // Each invocation has ids of its own.
  let id = started.length;
  const invocation = { ...clock.invocationOf('decide'), newId: () => String((id += 1)).padStart(32, '0') };
  const app = createDecideApp(services, invocation, { principal: by });
  return app.request('/v1/plans', { method: 'POST', body: JSON.stringify(body) });
}

async function ask(body: object): Promise<string> {
  const answer = await post(body);
  expect(answer.status).toBe(202);
  return planAsked.parse(await answer.json()).plan;
}

async function read(plan: string): Promise<PlanDocument> {
  const services = {
    ledger: engine.ledgerOf('read'),
    evidence: engine.evidence,
    digests: engine.digests,
    files: engine.files,
  };
  const answer = await createReadApp(services, engine.clock.invocationOf('read')).request(`/v1/plans/${plan}`);
  return planDocument.parse(await answer.json());
}

/** As the machine does it: each task that dies unheard is called again. */
async function make(plan: string): Promise<PlanDocument> {
  await engine.runPlan('validatePlan', plan);
  const judged = await engine.runPlan('validatePlan', plan);
  const { targets } = z.object({ targets: z.array(z.unknown()) }).parse(judged);
  for (let time = 0; time < 2 * targets.length; time += 1) await engine.runPlan('previewTarget', plan);
  await engine.runPlan('completePlan', plan);
  await engine.runPlan('completePlan', plan);
  return read(plan);
}

/** Everything in the ledger but what the plan itself is. */
const otherRows = (): string[] => [...ledger.snapshot().keys()].filter((key) => !key.startsWith('["plan#'));

describe('a plan of a service that is new', () => {
  it('says what would be made, and leaves nothing behind', async () => {
    const plan = await ask(upload(templateOf('A')));
    expect(started).toEqual([plan]);
    const found = await make(plan);
    expect(found).toMatchObject({ plan, service: 'orders', version: '2', state: 'done', by: caller });
    expect(found.targets).toMatchObject([
      { ...place, state: 'seen', inService: { kind: 'nothing' }, change: { resources: [{ action: 'Add' }, {}, {}] } },
    ]);
    expect(isClear(found)).toBe(true);
    expect(engine.target.calls).toEqual(['change set create', 'delete stack']);
    expect([engine.target.stack, engine.target.changeSets.size]).toEqual([undefined, 0]);
    expect(otherRows()).toEqual([]);
    expect(engine.started).toEqual([]);
    expect(engine.mails).toEqual([]);
  });

  it('is deleted by the table after a week, all of it', async () => {
    await make(await ask(upload(templateOf('A'))));
    const rows = [...ledger.snapshot().values()];
    expect(rows.map(({ sk }) => sk)).toEqual(['head', 'plan', 'target#staging#222222222222#us-east-1']);
    const week = Date.parse('2026-11-27T10:00:00.000Z') / 1000;
    expect(rows.map(({ expiresAt }) => expiresAt)).toEqual([week, week, week]);
  });

  it('leaves the empty stack that somebody else had under review', async () => {
    const shell = { create: true, template: { body: '{"Resources":{}}' }, parameters: {}, keptParameters: [], roleArn: '', description: '', tags: {} }; // prettier-ignore
    await engine.target.stacks.prepareChangeSet({ ...shell, stack: 'sluice-orders-staging', name: 'mine' });
    engine.target.changeSets.clear();
    expect(isClear(await make(await ask(upload(templateOf('A')))))).toBe(true);
    expect(engine.target.calls).not.toContain('delete stack');
    expect(engine.target.stack?.status).toBe('REVIEW_IN_PROGRESS');
  });

  it('leaves the empty stack that it made where somebody else has a change set in it by now', async () => {
    const plan = await ask(upload(templateOf('A')));
    await engine.runPlan('validatePlan', plan);
    replaceStacks((former) => ({
      prepareChangeSet: async (order) => {
        const made = await former.prepareChangeSet(order);
        engine.target.changeSets.set('theirs', order);
        return made;
      },
    }));
    await engine.runPlan('previewTarget', plan);
    expect([...engine.target.changeSets.keys()]).toEqual(['theirs']);
    expect(engine.target.stack?.status).toBe('REVIEW_IN_PROGRESS');
  });
});

describe('a plan of a service that is live', () => {
  beforeEach(async () => {
    await promote(engine, await engine.drop('1', templateOf('A')));
    engine.target.calls.length = 0;
  });

  it('says what differs from what serves, and what a release would be refused for', async () => {
    const before = otherRows();
    const rows = () => before.map((key) => ledger.snapshot().get(key));
    const unchanged = rows();
    const missing = { requires: [{ secret: 'missing' }], parameters: { staging: {} } };
    const found = await make(await ask(upload(templateOf('B'), missing)));
    const [target] = found.targets;
    expect(target).toMatchObject({ ...place, state: 'refused', inService: { kind: 'release', version: '1' } });
    expect(target?.change?.resources.map(({ action, logicalId }) => `${action} ${logicalId}`)).toContain(
      'Modify Orders',
    );
    expect(target?.refusals).toEqual([
      {
        ...{ error: 'TargetNotReady', code: 'SLUICE-401' },
        sentence:
          'The release requires what the target does not have: secret missing. (environment staging, account 222222222222, region us-east-1)',
      },
    ]);
    expect(isClear(found)).toBe(false);
    const lines = describePlanned(found);
    expect(lines).toContain('  Version: 1 → 2');
    expect(lines.join('\n')).toMatch(/Refused: 222222222222\/us-east-1: .+ \[SLUICE-401\]/);
    expect(engine.target.calls).toEqual(['change set update', 'change set update']);
    expect(engine.target.changeSets.size).toBe(1); // of the release before
    expect([otherRows(), rows()]).toEqual([before, unchanged]);
  });

  it('does not keep a release from going on', async () => {
    const release = await engine.drop('2', templateOf('B'));
    await engine.run('validate', release);
    await engine.run('waitForTurn', release);
    await make(await ask(upload(templateOf('C'), {}, '3')));
    await deployTarget(engine, release);
    expect(engine.target.aliasStates.get('sluice-orders-staging-Orders:live')).toEqual({ version: '2', weights: {} });
  });
});

/** CloudFormation does some of it otherwise. @param make what, by what it did before @returns what lets it do that again */
function replaceStacks(make: (former: DeployTarget['stacks']) => Partial<DeployTarget['stacks']>): () => void {
  const former = { ...engine.target.stacks };
  Object.assign(engine.target.stacks, make(former));
  return () => void Object.assign(engine.target.stacks, former);
}

describe('a plan that dies', () => {
  it('leaves nothing, and says why nothing is known', async () => {
    const plan = await ask(upload(templateOf('A')));
    await engine.runPlan('validatePlan', plan);
    replaceStacks((former) => ({
      prepareChangeSet: async (order) => {
        await former.prepareChangeSet(order);
        throw new Error('killed');
      },
    }));
    await expect(engine.runPlan('previewTarget', plan)).rejects.toThrow('killed');
    expect(engine.target.stack?.status).toBe('REVIEW_IN_PROGRESS');
    const caught = { error: 'Runtime.ExitError', cause: '{"errorType":"Runtime.ExitError","errorMessage":"It died."}' };
    await engine.runPlan('clearPreview', plan, { ...place, ...caught });
    await engine.runPlan('clearPreview', plan, { ...place, ...caught });
    await engine.runPlan('completePlan', plan);
    expect([engine.target.stack, engine.target.changeSets.size]).toEqual([undefined, 0]);
    const found = await read(plan);
    expect(found).toMatchObject({
      state: 'done',
      targets: [{ state: 'unseen', unseen: 'Runtime.ExitError: It died.' }],
    });
    expect(describePlanned(found).join('\n')).toContain(
      'Not seen: 222222222222/us-east-1: Runtime.ExitError: It died.',
    );
  });

  it('because the target’s role is of an older version makes nothing', async () => {
    const plan = await ask(upload(templateOf('A')));
    await engine.runPlan('validatePlan', plan);
    replaceStacks(() => ({
      changeSets: () => Promise.reject(new Error('AccessDenied: cloudformation:ListChangeSets')),
    }));
    await expect(engine.runPlan('previewTarget', plan)).rejects.toThrow('AccessDenied');
    expect(engine.target.calls).toEqual([]);
  });

  it('before it has begun to look has nothing to take away, and is said not to have looked', async () => {
    const plan = await ask(upload(templateOf('A')));
    await engine.runPlan('validatePlan', plan);
    await engine.runPlan('clearPreview', plan, { ...place, error: 'States.Timeout', cause: '' });
    await engine.runPlan('completePlan', plan);
    const found = await read(plan);
    expect([found.state, found.targets, isClear(found), engine.target.calls]).toEqual(['done', [], false, []]);
    expect(describePlanned(found).join('\n')).toContain('222222222222/us-east-1: it could not be looked at');
  });

  it('as a whole says what went wrong, and lets the service be planned again', async () => {
    const plan = await ask(upload(templateOf('A')));
    await engine.runPlan('completePlan', plan, { error: 'EngineUnavailable', cause: '{"errorType":"EngineUnavailable","errorMessage":"S3 is away"}' }); // prettier-ignore
    expect(await read(plan)).toMatchObject({ state: 'failed', failure: { error: 'EngineUnavailable', reason: 'S3 is away' } }); // prettier-ignore
    expect(await ledger.get(planningLeaseKey('orders'))).toBeUndefined();
  });

  it('and is never ended has failed once its time is over', async () => {
    const [plan, other] = [await ask(upload(templateOf('A'))), upload(templateOf('B'))];
    expect((await read(plan)).state).toBe('asked');
    engine.clock.pass(planningSeconds);
    expect(await read(plan)).toMatchObject({ state: 'failed', failure: { error: 'States.Timeout' } });
    expect(await ask(other)).not.toBe(plan);
  });
});

describe('others at the same stack', () => {
  it('a release that has the turn: nothing is put where it is about to make the stack', async () => {
    const release = await engine.drop('1', templateOf('A'));
    await engine.run('validate', release);
    await engine.run('waitForTurn', release);
    const found = await make(await ask(upload(templateOf('B'))));
    expect(found.targets).toMatchObject([{ state: 'unseen', unseen: matching(/^orders-1-a1 is making the stack/) }]);
    expect(engine.target.calls).toEqual([]);
    await deployTarget(engine, release);
  });

  it('a release that takes the turn meanwhile: what the plan made is taken away once that is safe', async () => {
    const plan = await ask(upload(templateOf('B')));
    await engine.runPlan('validatePlan', plan);
    const release = await engine.drop('1', templateOf('A'));
    await engine.run('validate', release);
    const restore = replaceStacks((former) => ({
      prepareChangeSet: async (order) => {
        const made = await former.prepareChangeSet(order);
        await engine.run('waitForTurn', release);
        return made;
      },
    }));
    await expect(engine.runPlan('previewTarget', plan)).rejects.toThrow(TargetBusy);
    restore();
    await deployTarget(engine, release);
    await engine.runPlan('previewTarget', plan);
    expect(engine.target.calls).not.toContain('delete stack');
    expect(engine.target.stack?.status).toBe('CREATE_COMPLETE');
    expect((await read(plan)).targets).toMatchObject([{ state: 'seen' }]);
  });

  it('somebody who changes the stack: a change set that cannot be deleted now is deleted later', async () => {
    const plan = await ask(upload(templateOf('A')));
    await engine.runPlan('validatePlan', plan);
    const restore = replaceStacks(() => ({ clearChangeSet: async () => 'It cannot be deleted in its status.' }));
    await expect(engine.runPlan('previewTarget', plan)).rejects.toThrow(TargetBusy);
    expect(engine.target.changeSets.size).toBe(1);
    restore();
    await engine.runPlan('previewTarget', plan);
    expect([engine.target.stack, engine.target.changeSets.size]).toEqual([undefined, 0]);
    expect(engine.target.calls.filter((call) => call.startsWith('change set'))).toEqual(['change set create']);
  });

  it('what a failed creation left stays', async () => {
    await make(await ask(upload(templateOf('A'))));
    engine.target.calls.length = 0;
    const stack = { id: 'arn:aws:cloudformation:us-east-1:222222222222:stack/sluice-orders-staging/9', name: 'sluice-orders-staging', status: 'ROLLBACK_COMPLETE', parameters: {}, outputs: {}, tags: {}, template: { Resources: {} } }; // prettier-ignore
    engine.target.stack = stack;
    const found = await make(await ask(upload(templateOf('B'))));
    expect(found.targets).toMatchObject([{ state: 'unseen', unseen: matching(/failed creation/) }]); // prettier-ignore
    expect(engine.target.calls).toEqual([]);
    expect(engine.target.stack).toBe(stack);
  });

  it('a stack that is busy is tried again, then left', async () => {
    let tried = 0;
    replaceStacks(() => ({
      prepareChangeSet: async () => {
        tried += 1;
        return { status: 'notNow', reason: 'It is in UPDATE_IN_PROGRESS state.' };
      },
    }));
    const found = await make(await ask(upload(templateOf('A'))));
    expect([tried, found.targets[0]?.state]).toEqual([5, 'unseen']);
  });

  it('a name that belongs to another service is refused, and not claimed', async () => {
    const named = (service: string) => ({ [service]: { environments: ['staging'], stack: 'shop', names: [] } });
    engine.policy = { ...policyOf(), services: named('first') };
    const release = await engine.drop('1', templateOf('A'), { service: 'first' });
    await promote(engine, release);
    engine.policy = { ...policyOf(), services: named('orders') };
    engine.target.calls.length = 0;
    const found = await make(await ask(upload(templateOf('A'))));
    expect(found.targets).toMatchObject([{ state: 'refused', refusals: [{ error: 'StackTaken' }] }]);
    expect(engine.target.calls).toEqual([]);
  });
});

describe('what is asked', () => {
  it('an artifact that a release would be rejected for: every problem, and no target', async () => {
    const found = await make(await ask(upload(templateOf('A'), { template: 'other.json' })));
    expect(found).toMatchObject({ state: 'rejected', targets: [], environments: [] });
    expect(found.problems?.map(({ code }) => code)).toEqual(['artifact.no-template', 'artifact.unexpected-file']);
    expect(engine.target.calls).toEqual([]);
    expect(await ledger.get(planningLeaseKey('orders'))).toBeUndefined();
  });

  it('an artifact of a version that has other content; the same content is planned', async () => {
    await promote(engine, await engine.drop('2', templateOf('A')));
    const other = await make(await ask(upload(templateOf('B'))));
    expect(other).toMatchObject({ state: 'rejected', problems: [{ code: 'artifact.version-reused' }], targets: [] });
    expect(await make(await ask(upload(templateOf('A'))))).toMatchObject({ state: 'done' });
  });

  it('an artifact of another service than it was uploaded for', async () => {
    const found = await make(await ask(upload(templateOf('A'), { service: 'billing' })));
    expect(found.problems?.map(({ code }) => code)).toContain('artifact.key-differs');
  });

  it('an object that is not there, or is another', async () => {
    const { sha256 } = upload(templateOf('A'));
    const found = await make(await ask({ service: 'orders', sha256, versionId: 'gone' }));
    expect(found.problems).toMatchObject([{ code: 'artifact.gone', path: planKey('orders', sha256) }]);
    const other = await make(await ask({ ...upload(templateOf('B')), sha256 }));
    expect(other.problems).toMatchObject([{ code: 'artifact.gone' }]);
  });

  it('twice at once is made once; another artifact has to wait, and is told how long', async () => {
    const first = upload(templateOf('A'));
    const plan = await ask(first);
    expect(await ask(first)).toBe(plan);
    expect(started).toEqual([plan]);
    const refused = await post(upload(templateOf('B')));
    expect(refused.status).toBe(409);
    expect(refusal.parse(await refused.json())).toEqual({
      code: 'SLUICE-309',
      detail: matching(new RegExp(`${plan}.+ask again once that has ended, at 2026-11-20T14:`)),
    });
    await make(plan);
    expect(await ask(upload(templateOf('B')))).not.toBe(plan);
  });

  it('by whom the policy lets drop artifacts of the service, and by nobody else', async () => {
    const uploaders = ['arn:aws:iam::111111111111:role/ci/orders-ci'];
    engine.policy = { ...policyOf(), services: { orders: { environments: ['staging'], stack: 'orders', names: [], uploaders } } }; // prettier-ignore
    expect((await post(upload(templateOf('A')), 'arn:aws:iam::111111111111:user/eve')).status).toBe(403);
    expect((await post(upload(templateOf('A')))).status).toBe(202);
    expect((await post({ ...upload(templateOf('A')), service: 'unknown' })).status).toBe(404);
    expect((await post({ service: 'orders' })).status).toBe(400);
  });

  it('and what is read of it: no plan that was not asked for', async () => {
    const services = {
      ledger: engine.ledgerOf('read'),
      evidence: engine.evidence,
      digests: engine.digests,
      files: engine.files,
    };
    const app = createReadApp(services, engine.clock.invocationOf('read'));
    expect((await app.request(`/v1/plans/plan-${'0'.repeat(32)}`)).status).toBe(404);
    expect((await app.request('/v1/plans/orders-1-a1')).status).toBe(400);
  });
});
