import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { artifactLimits } from '../../core/artifact/limits.ts';
import { readManifestFile } from '../../core/artifact/contents.ts';
import { recordedObject } from '../../core/checks/evidence.ts';
import { Latencies } from '../../core/checks/latencies.ts';
import { errorKind, LONGEST_EXAMPLE, type Measurement } from '../../core/checks/measurement-schema.ts';
import { addSlice } from '../../core/checks/slices.ts';
import { planRequests } from '../../core/checks/synthetic-traffic.ts';
import { EVIDENCE_PAGE } from '../../core/contract/api/evidence.ts';
import { describeFailure } from '../../core/contract/failure.ts';
import { approvalItem, headItem, type TargetItem } from '../../core/ledger/items.ts';
import { headKey, messagePrefix, releasePartition } from '../../core/ledger/keys.ts';
import { recordEnd } from '../../core/ledger/end.ts';
import {
  beginSlice,
  keepMeasured,
  syntheticTrafficItem,
  syntheticTrafficKey,
} from '../../core/ledger/synthetic-traffic.ts';
import { putTarget } from '../../core/ledger/target.ts';
import { claimMessage, closeMessage, messageItem } from '../../core/notify/outbox.ts';
import { policyProblems } from '../../core/policy/policy.ts';
import { releaseLimits } from '../../core/policy/release-limits.ts';
import type { ReleaseHead, TargetPhase } from '../../core/release/head.ts';
import { workflowPlan } from '../../core/release/plan.ts';
import { templateSchema } from '../../core/template/template.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import { readEvidence } from '../../engine/ledger/evidence.ts';
import { readAll, readEvents, readHead, readItem, readPlan, parseItem } from '../../engine/ledger/read.ts';
import { drive } from '../../functions/verify/load.ts';
import { createReadApp } from '../../functions/read/app.tsx';
import { policyOf, templateOf, TestEngine } from '../functions/fakes/test-engine.ts';
import { startTestLedgers, type TestLedgers } from '../functions/fakes/test-ledgers.ts';
import { alarmNames, largestPolicy, longAddress, wavesOf } from './largest-policy.ts';
import { shareOf } from './share.ts';

// What is combined in one release is played at once, at its largest, against the ledger of the local AWS, which takes no larger item
// than DynamoDB does.

const ITEM = 409_600;
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html
const CAUSE = 32_768;
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const RESPONSE = 6_291_556;
const STATE = 262_144;

let ledgers: TestLedgers;
let engine: TestEngine;
beforeAll(async () => {
  ledgers = await startTestLedgers();
});
afterAll(() => ledgers.close());
beforeEach(async () => {
  engine = new TestEngine(await ledgers.open());
});

const targets = wavesOf(shareOf(releaseLimits.targetsOfEnvironment)).flatMap((wave) => wave.targets);
const staging = { waves: wavesOf(targets.length) };

/** A guarded function and fifty alarms. */
const template = templateSchema.parse({
  ...templateOf('A'),
  Resources: {
    ...templateSchema.parse(templateOf('A')).Resources,
    ...Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`Alarm${index}`, { Type: 'AWS::CloudWatch::Alarm', Properties: {} }]),
    ),
  },
});

/** A release to all targets, as if each had come to a phase. */
async function releaseIn(
  environment: Partial<ReleaseHead['environments'][string]>,
  phase: TargetPhase,
  manifest: object = {},
  more: Partial<TargetItem> = {},
): Promise<string> {
  const release = await engine.drop('1', template, manifest);
  await engine.run('validate', release);
  const head = await readHead(engine.ledger, release);
  const state = head.environments['staging'];
  if (state === undefined) throw new Error('no environment');
  const phases = Object.fromEntries(targets.map((target) => [nameTarget(target), phase]));
  const moved = {
    ...head,
    environment: 'staging',
    environments: { staging: { ...state, ...environment, targets: phases } },
  };
  await engine.ledger.write([{ write: 'put', item: { ...headKey(release), ...moved } }]);
  for (const target of targets)
    await engine.ledger.write([
      putTarget({ release, environment: 'staging', ...target, stackName: 'sluice-orders-staging', ...more }),
    ]);
  return release;
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
const lastEvent = async (release: string) => (await readEvents(engine.ledger, release)).at(-1);

describe('the largest plan', () => {
  const largest = largestPolicy();

  it('fits into the ledger, whatever its manifest has; what is larger is refused at synthesis, or with the artifact', async () => {
    const { policy, more } = largest;
    expect(policyProblems(more)).toEqual([
      expect.objectContaining({ code: 'policy.plan-too-large', path: 'services.orders.environments' }),
    ]);
    const value = 'x'.repeat(4096);
    const documentOf = (count: number) => ({
      ...{ service: 'orders', version: '1', source: { author: 'a@example.com' }, template: 'template.json' },
      parameters: { production: Object.fromEntries(Array.from({ length: count }, (_, index) => [`P${index}`, value])) },
    });
    let count = 1;
    while (bytesOf(documentOf(count + 1)) <= artifactLimits.manifestBytes) count += 1;
    const reading = readManifestFile(Buffer.from(JSON.stringify(documentOf(count))));
    if (!('manifest' in reading)) throw new Error(JSON.stringify(reading.problems));
    engine.policy = policy;
    const parameters = Array.from({ length: count }, (_, index): [string, object] => [
      `P${index}`,
      { Type: 'String', Default: '' },
    ]);
    const { Parameters } = templateSchema.parse(templateOf('A'));
    const declaring = { ...templateOf('A'), Parameters: { ...Parameters, ...Object.fromEntries(parameters) } };
    const release = await engine.drop('1', declaring, documentOf(count));
    const answer = await engine.run('validate', release);
    expect(bytesOf(answer)).toBeLessThan(STATE);
    const plan = await readPlan(engine.ledger, release);
    expect(plan.environments.map(({ waves }) => waves.flat().length)).toEqual([200, 200]);
    expect(workflowPlan(plan)).toEqual(answer);
    expect(bytesOf(plan)).toBeLessThan(ITEM);
  });

  it('of numbers alone fits, too: the ledger needs more room for them than their text has', async () => {
    const { policy } = largest;
    const payload = Array.from({ length: 64_500 }, (_, index) => index % 10);
    const manifest = { checks: { smoke: [{ invoke: 'Orders', payload }] } };
    engine.policy = policy;
    const release = await engine.drop('1', templateOf('A'), manifest);
    expect(bytesOf(manifest)).toBeGreaterThan(artifactLimits.manifestBytes - 3000);
    expect(await engine.run('validate', release)).toHaveProperty('environments');
  });

  it.each([
    [
      'targets of an environment',
      { staging: { waves: [...wavesOf(200), ...wavesOf(1, 200)] } },
      'policy.too-many-targets',
    ],
    [
      'targets of a release',
      { staging: { waves: wavesOf(200) }, production: { waves: wavesOf(200, 200) }, last: { waves: wavesOf(1, 400) } },
      'policy.too-many-targets',
    ],
  ])('is refused with a sentence for more %s than a release can carry', (_, environments, code) => {
    const problems = policyProblems({
      services: { orders: { environments: Object.keys(environments) } },
      environments,
    });
    const message: unknown = expect.stringMatching(/ (201|401) targets together, and a release can carry (200|400)/);
    expect(problems).toMatchObject([{ code, message }]);
  });

  it('is refused with a sentence for more people than one message reaches', () => {
    const people = Object.fromEntries(
      [0, 1, 2].map((group) => [
        `g${group}`,
        Array.from({ length: 67 }, (_, index) => ({ name: 'n', email: `p${group}-${index}@example.com` })),
      ]),
    );
    const policy = { services: { orders: { environments: ['staging'] } }, environments: { staging }, people };
    const message: unknown = expect.stringContaining('201 people');
    expect(policyProblems(policy)).toMatchObject([{ code: 'policy.too-many-people', message }]);
    const approval = { from: ['g0', 'g1', 'g2'] };
    expect(policyProblems({ ...policy, environments: { staging: { ...staging, approval } } })).toMatchObject([
      { code: 'policy.too-many-people', path: 'environments.staging.approval.from' },
    ]);
    const rollBack = { ...staging, onInconclusive: 'rollBack' };
    expect(policyProblems({ ...policy, environments: { staging: rollBack } })).toEqual([]);
  });
});

describe(`all checks of all ${targets.length} targets`, () => {
  const smoke = Array.from({ length: 50 }, (_, index) => ({
    ...{
      name: `${'n'.repeat(97)}${index}`,
      invoke: 'Orders',
      retry: { attempts: 1, withinSeconds: 1 },
      timeoutSeconds: 1,
    },
    expect: {
      json: Object.fromEntries(Array.from({ length: 40 }, (__, member) => [`member${member}`, 'x'.repeat(8)])),
    },
  }));
  const manifest = { checks: { smoke }, alarms: Array.from({ length: 50 }, (_, index) => `Alarm${index}`) };

  beforeEach(() => {
    engine.policy = policyOf({ ...staging, alarms: alarmNames, bake: 'PT10M' });
    engine.target.alarmStates = alarmNames.map((name) => ({
      ...{ name, state: 'ALARM', reason: 'r'.repeat(1023), since: '2026-11-20T10:00:00.000Z' },
    }));
  });

  it('fail at once: the event says what and how many, and the object beside the ledger has every verdict', async () => {
    engine.target.stack = {
      ...{ id: 'arn:aws:cloudformation:us-east-1:222222222222:stack/sluice-orders-staging/0a1b', template },
      ...{ name: 'sluice-orders-staging', status: 'CREATE_COMPLETE', parameters: {}, outputs: {}, tags: {} },
    };
    const release = await releaseIn({ phase: 'baking' }, 'checked', manifest);
    const problem: unknown = await engine.run('judge', release, { period: 'bake' }).catch((thrown: unknown) => thrown);
    const { error, cause } = describeFailure(problem);
    expect(error).toBe('CheckFailed');
    expect(cause.length).toBeLessThan(CAUSE);
    expect(problem instanceof Error ? problem.message.length : 0).toBeLessThan(CAUSE);
    const event = await lastEvent(release);
    expect(event).toMatchObject({ type: 'checkFailed', evidence: { counts: { failed: 100 * targets.length } } });
    expect(bytesOf(event)).toBeLessThan(50_000);
    const sha256 = recordedObject(event?.evidence)?.object.sha256 ?? '';
    const document = await readEvidence(engine.evidence, release, sha256);
    expect(document.kind === 'verdicts' ? document.verdicts.length : 0).toBe(150 * targets.length);
    const app = createReadApp(engine, engine.clock.invocationOf('read'));
    const page = await (await app.request(`/v1/releases/${release}/evidence/${sha256}`)).text();
    expect(Buffer.byteLength(page)).toBeLessThan(RESPONSE);
    expect(JSON.parse(page)).toMatchObject({ total: 150 * targets.length, next: EVIDENCE_PAGE });
  });

  it('end in a release whose end, with what serves where, fits into the ledger', async () => {
    const release = await releaseIn({ phase: 'held', fence: 1 }, 'rollbackFailed', manifest);
    const head = await readHead(engine.ledger, release);
    const serves = targets.map((target) => ({
      ...({
        environment: 'staging',
        target: nameTarget(target),
        serves: 'release',
        release,
        version: '1'.repeat(40),
      } as const),
    }));
    const left = Array.from({ length: 50 }, () => ({
      ...({ environment: 'staging', target: nameTarget(targets[0] ?? { account: '', region: '' }) } as const),
      ...({ logicalId: 'L'.repeat(250), type: 'AWS::DynamoDB::Table', physicalId: 'p'.repeat(1000) } as const),
      ...({ holds: 'data', next: 'imported' } as const),
    }));
    const { writes, status } = recordEnd(
      head,
      undefined,
      { at: engine.clock.now(), actor: 'sluice-gate' },
      { serves, left },
    );
    expect(status).toBe('Failed');
    await engine.ledger.write(writes.filter(({ write }) => write !== 'check'));
    expect(bytesOf(await readItem(engine.ledger, headKey(release), headItem))).toBeLessThan(ITEM);
    expect(bytesOf(await lastEvent(release))).toBeLessThan(ITEM);
  });

  it('are previewed with so many warnings, and as many people asked as there may be', async () => {
    const people = Object.fromEntries(
      [0, 1].map((group) => [
        `g${group}`,
        Array.from({ length: 100 }, (_, index) => ({
          name: 'n'.repeat(50),
          email: longAddress(1000 * group + index).replaceAll('a'.repeat(60), 'a'.repeat(20)),
        })),
      ]),
    );
    engine.policy = policyOf({ ...staging, approval: { from: ['g0', 'g1'] } }, { people });
    const warning = { code: 'resource-replaced', logicalId: 'L'.repeat(255), sentence: 's'.repeat(300) };
    const lookedAhead = { digest: 'a'.repeat(64), resources: [], warnings: Array(100).fill(warning) };
    const release = await releaseIn({ phase: 'waiting' }, 'pending', {}, { lookedAhead });
    // Says in the ledger that it looks ahead; what it would see stands there already.
    await engine.run('lookAhead', release).catch(() => undefined);
    for (const target of targets)
      await engine.ledger.write([
        putTarget({ release, environment: 'staging', ...target, stackName: 'sluice-orders-staging', lookedAhead }),
      ]);
    engine.ordersLost = true;
    await engine.run('askForApproval', release);
    const event = (await readEvents(engine.ledger, release)).find(({ type }) => type === 'approvalRequested');
    expect(bytesOf(event)).toBeLessThan(ITEM);
    const items = await readAll(engine.ledger, releasePartition(release), 'approval#');
    expect(items.map((item) => parseItem(approvalItem, item).people.length)).toEqual([200]);
    const [told] = await readAll(engine.ledger, releasePartition(release), messagePrefix);
    const { message, write } = claimMessage(
      parseItem(messageItem, told ?? {}),
      { mail: [], slack: [] },
      engine.clock.now(),
    );
    await engine.ledger.write([write]);
    const failed = message.pending.map(({ to }) => ({ to, problem: '€'.repeat(300) }));
    expect(failed).toHaveLength(200);
    await engine.ledger.write([closeMessage(message, failed, engine.clock.now())]);
  });
});

describe('synthetic traffic', () => {
  const where = { environment: 'staging', account: '222222222222', region: 'us-east-1' };

  /** Requests that were answered after every time that can be told apart, from a tenth of a millisecond to two minutes. */
  function widest(): Measurement {
    const latencies = new Latencies();
    for (let milliseconds = 0.1; milliseconds < 120_000; milliseconds *= 1.004) latencies.record(milliseconds);
    const examples = Object.fromEntries(errorKind.options.map((kind) => [kind, '€'.repeat(LONGEST_EXAMPLE)]));
    const errors = Object.fromEntries(errorKind.options.map((kind) => [kind, 1000]));
    return { sent: latencies.count, errors, examples, latencies: latencies.toText() };
  }

  it('of twenty checks fits into the ledger, however wide apart its latencies are', async () => {
    const one = widest();
    const slice = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [String(index), { newVersion: one, oldVersion: one }]),
    );
    expect(bytesOf(slice)).toBeGreaterThan(ITEM);
    const release = 'orders-1-a1';
    const { after: before, writes } = beginSlice(release, where, undefined, engine.clock.now());
    await engine.ledger.write(writes);
    let checks = {};
    for (let number = 1; number <= shareOf(30); number += 1) checks = addSlice(checks, slice);
    const series = { sha256: 'a'.repeat(64), bytes: 1 };
    await engine.ledger.write(keepMeasured(before, { ...before, measured: 1, checks, series }));
    const kept = await readItem(engine.ledger, syntheticTrafficKey(release, where), syntheticTrafficItem);
    const latencies = Latencies.parse(kept?.checks['0']?.newVersion.latencies ?? '');
    expect(latencies.count).toBe(one.sent * shareOf(30));
    const [exact, coarse] = [Latencies.parse(one.latencies).percentile(95) ?? 0, latencies.percentile(95) ?? 0];
    expect(coarse).toBeLessThanOrEqual(exact);
    expect(coarse).toBeGreaterThan(exact * 0.93);
  });

  it('of one check at its longest and densest is driven by one invocation', async () => {
    const starts = planRequests([{ seconds: shareOf(600), perSecond: 200 }]);
    const before = process.memoryUsage().rss;
    const timed = await drive(
      starts,
      () => Promise.resolve({ answered: true, version: '7' }),
      () => Promise.resolve(),
    );
    expect(timed).toHaveLength(200 * shareOf(600));
    // The function has 1,769 MB.
    expect(process.memoryUsage().rss - before).toBeLessThan(1_000_000_000);
  });
});
