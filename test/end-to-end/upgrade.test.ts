import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { allTransitions } from '../../cli/follow.ts';
import type { EventType } from '../../core/release/events.ts';
import { formatReleaseId } from '../../core/values/release-id.ts';
import { deploy, type SynthesizedStack } from '../../local/deploy.ts';
import { ENGINE, type Sandbox } from '../../local/sandbox.ts';
import { openSandbox } from './open-sandbox.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import { postDecision } from './approval-link.ts';
import { calledBy } from './execution-paths.ts';
import { engineIn, synthesizeOtherEngine } from './other-engine.ts';
import { RuleChecker } from './rules/rule-checker.ts';
import { packTiny, type TinyRelease } from './tiny-service.ts';

// The engine is deployed again while a release stands in each kind of wait: an upgrade, one that fails, the same once more, and the
// way back. A release ends under the version it began under, and none is forgotten.

const POLICY = 'test/end-to-end/policy.json';
const MINUTE = 60_000;

let sandbox: Sandbox;
let recorder: TransitionRecorder;
let rules: RuleChecker;
let folder: string;
/** The engine that is deployed first, and two that come after it. */
let engines: { readonly first: SynthesizedStack; readonly second: SynthesizedStack; readonly third: SynthesizedStack };
/** Release → the last link by which somebody is asked. */
const links = new Map<string, string>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-engines-'));
  const synthesized = inject('synthesizedForMany');
  const other = (name: string): Promise<SynthesizedStack> =>
    synthesizeOtherEngine(synthesized, join(folder, name), POLICY, name);
  engines = { first: engineIn(synthesized), second: await other('second'), third: await other('third') };
  sandbox = await openSandbox({ pace: 'max', synthesized });
  rules = new RuleChecker(sandbox.aws);
  recorder = new TransitionRecorder(sandbox.aws);
  sandbox.aws.kernel.onObservation((observation) => {
    const link =
      observation.kind === 'email' ? /https?:\/\/\S+\/approvals\/\S+/.exec(observation.text)?.[0] : undefined;
    if (link !== undefined) links.set(new URL(link).searchParams.get('r') ?? '', link);
  });
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

async function drop(service: string, version: string, more: Partial<TinyRelease> = {}): Promise<string> {
  const { key, bytes } = packTiny({ service, version, ...more });
  await sandbox.engine.push(key, bytes);
  return formatReleaseId({ service, version, attempt: 1 });
}

async function dropUntil(moment: EventType, service: string, version: string, more: Partial<TinyRelease> = {}) {
  const id = await drop(service, version, more);
  await recorder.waitFor(id, moment);
  return id;
}

async function decide(release: string): Promise<void> {
  expect((await postDecision(links.get(release) ?? '', 'approve')).status).toBe(200);
}

/** An alarm that fires for ten minutes. */
const alarmOn = (MetricName: string) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    ...{ Namespace: 'Shop', MetricName, Statistic: 'Sum', Period: 600, EvaluationPeriods: 1, Threshold: 1 },
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  },
});

/** Brings a release into each kind of wait, those that last longest first. @returns what each waits for → its id */
async function openWaits(): Promise<Readonly<Record<string, string>>> {
  const { aws } = sandbox;
  const slowly = { rollout: { held: 'Canary10Percent10Minutes' } };
  const alarmed = (metric: string) => ({ resources: { Alarm: alarmOn(metric) }, manifest: { alarms: ['Alarm'] } });
  await Promise.all([
    dropUntil('ended', 'held-shifting', '1.0.0'),
    dropUntil('ended', 'died-firing', '1.0.0', alarmed('Firing')),
    dropUntil('monitoringStarted', 'patient', '1.0.0', alarmed('Quiet')),
  ]);
  const monitoring = formatReleaseId({ service: 'patient', version: '1.0.0', attempt: 1 });
  const few = {
    invoke: 'Function',
    phases: [{ seconds: 2, perSecond: 1 }],
    ensure: { errorPercent: 50, minimumSamples: 100 },
  };
  const decision = await dropUntil('approvalRequested', 'unproven-few', '1.0.0', {
    manifest: { checks: { traffic: [few] } },
  });
  await recorder.waitFor(decision, 'approvalRequested');
  await mailed(decision);
  await decide(decision);
  await recorder.waitFor(decision, 'decisionRequested');
  const MetricData = [{ MetricName: 'Firing', Value: 5, Timestamp: new Date(aws.clock.now()) }];
  const place = { account: '222222222222', region: ENGINE.region };
  await aws.client(CloudWatchClient, place).send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData }));
  await aws.clock.sleep(2 * MINUTE, 'the alarm fires');
  const alarms = await dropUntil('alarmFiring', 'died-firing', '1.1.0', {
    ...alarmed('Firing'),
    answer: '{ ok: "still" }',
  });
  const isStack = (input: unknown): boolean => JSON.stringify(input).includes('sluice-slow-open');
  aws.faults.atCall(
    'a stack takes its time',
    { service: 'iam', operation: 'CreateRole', input: isStack },
    { kind: 'delay', milliseconds: 10 * MINUTE },
  );
  const [approval, forgotten, stack, shift, bake] = await Promise.all([
    dropUntil('approvalRequested', 'unproven-asked', '1.0.0'),
    dropUntil('approvalRequested', 'hurried', '1.0.0'),
    dropUntil('changeStarted', 'slow', '1.0.0'),
    dropUntil('shiftStarted', 'held-shifting', '1.1.0', { answer: '{ ok: "still" }', manifest: slowly }),
    dropUntil('bakeStarted', 'died-baking', '1.0.0'),
  ]);
  // Until the one that bakes has ended.
  const turn = await dropUntil('turnRequested', 'died-baking', '1.1.0', { answer: '{ ok: "still" }' });
  return { monitoring, turn, decision, alarms, approval, forgotten, stack, shift, bake };
}

/** Resolves once the release's approval was mailed. */
async function mailed(release: string): Promise<void> {
  while (!links.has(release)) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** ARNs of what the deployed engine's releases run and call. */
async function deployedVersions(): Promise<ReadonlySet<string>> {
  const { StackResources = [] } = await sandbox.aws
    .client(CloudFormationClient, ENGINE)
    .send(new DescribeStackResourcesCommand({ StackName: 'ReleaseEngine' }));
  const versions = StackResources.filter(
    ({ ResourceType }) => ResourceType?.endsWith('::Version') === true || ResourceType?.endsWith('MachineVersion'),
  );
  return new Set(versions.map(({ PhysicalResourceId }) => PhysicalResourceId ?? ''));
}

async function reconcilerState(): Promise<readonly (string | undefined)[]> {
  const { State, ScheduleExpression, Description } = await sandbox.aws
    .client(SchedulerClient, ENGINE)
    .send(new GetScheduleCommand({ Name: 'sluice-reconciler' }));
  return [State, ScheduleExpression, Description];
}

async function endOf(id: string): Promise<string | undefined> {
  await recorder.waitFor(id, 'ended');
  return (await allTransitions(sandbox.engine, id)).at(-1)?.to;
}

describe.sequential('an engine that is deployed again while releases wait', () => {
  let waits: Readonly<Record<string, string>>;
  let first: ReadonlySet<string>;
  let second: ReadonlySet<string>;
  let between: { readonly id: string; readonly under: ReadonlySet<string> };
  let after: { readonly id: string; readonly under: ReadonlySet<string> };
  let deployedAt: number;

  it('has a release in each kind of wait', async () => {
    waits = await openWaits();
    // Not 'max' from here on: while nothing is busy, hours would pass.
    sandbox.aws.clock.setPace('real');
    first = await deployedVersions();
    // Of the four machines, and of the four functions that they call.
    expect(first.size).toBe(8);
  });

  it('publishes other versions when it is upgraded, and leaves the reconciler running', async () => {
    await deploy(sandbox.aws, engines.second);
    second = await deployedVersions();
    expect([...second].filter((arn) => first.has(arn))).toEqual([]);
    expect(await reconcilerState()).toEqual(['ENABLED', 'rate(1 minute)', 'second']);
  });

  it('is what it was when an upgrade fails, for releases begun meanwhile, too', async () => {
    const dropped = dropAtFailure();
    await expect(deploy(sandbox.aws, engines.third)).rejects.toThrow(/UPDATE_ROLLBACK_COMPLETE: .*Schedule/);
    expect(await deployedVersions()).toEqual(second);
    expect(await reconcilerState()).toEqual(['ENABLED', 'rate(1 minute)', 'second']);
    between = { id: await dropped, under: second };
  });

  it('is upgraded once the reason is gone: what the failed upgrade published is in nobody’s way', async () => {
    await deploy(sandbox.aws, engines.third);
    expect(await reconcilerState()).toEqual(['ENABLED', 'rate(1 minute)', 'third']);
  });

  it('is set back to what it was at first, with versions of its own', async () => {
    await deploy(sandbox.aws, engines.first);
    const under = await deployedVersions();
    expect([...under].filter((arn) => first.has(arn) || second.has(arn))).toEqual([]);
    deployedAt = sandbox.aws.clock.now();
    after = { id: await drop('afterwards', '1.0.0'), under };
  });

  it('brings each release to its end, under the versions it began with', async () => {
    const { aws } = sandbox;
    const { forgotten = '', approval = '', decision = '', ...others } = waits;
    await decide(approval);
    await decide(decision);
    aws.clock.setPace('max');
    // Nobody decides: when its time is up it is over, not after months.
    expect(await endOf(forgotten)).toBe('Expired');
    for (const [wait, id] of Object.entries({ ...others, approval, decision, between: between.id, after: after.id }))
      expect(await endOf(id), wait).toBe('Succeeded');
    expect(aws.faults.unused()).toEqual([]);
    const origins = [...Object.values(waits).map((id) => ({ id, under: first })), between, after];
    for (const { id, under } of origins) {
      const called = await calledBy(sandbox, id);
      expect(called.size, id).toBeGreaterThan(2);
      expect(
        [...called].filter((arn) => !under.has(arn)),
        id,
      ).toEqual([]);
    }
  });

  it('has let every wait span all of it', async () => {
    for (const [wait, id] of Object.entries(waits)) {
      const next = (await allTransitions(sandbox.engine, id)).filter(({ at }) => Date.parse(at) > deployedAt);
      expect(next.length, wait).toBeGreaterThan(0);
    }
  });

  it('turns the reconciler off once nothing is open', async () => {
    const isOff = async (): Promise<boolean> => (await reconcilerState())[0] === 'DISABLED';
    for (let minute = 0; minute < 5 && !(await isOff()); minute += 1) await sandbox.aws.clock.sleep(MINUTE, 'it looks');
    expect(await isOff()).toBe(true);
  });

  it('leaves a ledger that breaks no rule', async () => {
    expect(await rules.brokenRules()).toEqual([]);
  });
});

/** Fails a deployment at the reconciler's schedule, and drops an artifact before anything of it is taken back. */
function dropAtFailure(): Promise<string> {
  const { faults, kernel, clock } = sandbox.aws;
  const role = `cdk-hnb659fds-cfn-exec-role-${ENGINE.account}-${ENGINE.region}`;
  const call = { service: 'scheduler', operation: 'UpdateSchedule' };
  faults.atCall('the schedule cannot be changed', { ...call, role }, { kind: 'error', code: 'ValidationException' });
  return new Promise((resolve, reject) => {
    const stop = kernel.onObservation((observation) => {
      if (observation.kind !== 'call' || observation.operation !== call.operation) return;
      if (observation.error === undefined) return;
      stop();
      // What takes the deployment back waits for the clock, and so do people.
      void clock.busy(() => dropUntil('accepted', 'between', '1.0.0')).then(resolve, reject);
    });
  });
}
