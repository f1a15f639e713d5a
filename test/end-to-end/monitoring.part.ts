import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetAliasCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allTransitions } from '../../cli/follow.ts';
import { liveList, type LiveDocument, type TransitionDocument } from '../../core/contract/api/documents.ts';
import { defaultStackName } from '../../core/contract/names.ts';
import type { EventType } from '../../core/release/events.ts';
import { servedItem } from '../../core/ledger/items.ts';
import { parseItem } from '../../engine/ledger/read.ts';
import { formatReleaseId } from '../../core/values/release-id.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import { ENGINE, type Sandbox } from '../../local/sandbox.ts';
import { enterSandbox } from './shared-sandbox.ts';
import { StackAdministrator } from './stack-administrator.ts';
import { pathsOf } from './execution-paths.ts';
import { readWholeLedger } from './ledger-rules.ts';
import { RuleChecker } from './rules/rule-checker.ts';
import { packTiny, type TinyRelease } from './tiny-service.ts';

// A release that is monitored for hours after all users are on the new version, while nothing else is released: that would keep the
// reconciler busy, and how often that runs is part of what is tested.

const place = { account: '222222222222', region: ENGINE.region };
const HOUR = 3_600_000;

let sandbox: Sandbox;
let recorder: TransitionRecorder;
let rules: RuleChecker;

beforeAll(async () => {
  sandbox = await enterSandbox();
  rules = new RuleChecker(sandbox.aws);
  recorder = new TransitionRecorder(sandbox.aws);
});
afterAll(() => sandbox.close());

/** An alarm that only this test fires. */
const alarmOf = (service: string) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    ...{ Namespace: 'Shop', MetricName: service, Statistic: 'Sum', Period: 60, EvaluationPeriods: 1, Threshold: 1 },
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  },
});

/** Drops a version of a service, with such an alarm where nothing else is said. */
async function drop(service: string, version: string, more: Partial<TinyRelease> = {}): Promise<string> {
  const alarms = { manifest: { alarms: ['Alarm'] }, resources: { Alarm: alarmOf(service) } };
  const packed = packTiny({ service, version, ...alarms, ...more });
  await sandbox.engine.push(packed.key, packed.bytes);
  return formatReleaseId({ service, version, attempt: 1 });
}

/** Drops a version and waits until it is monitored; time stands still until `letTimeRun` is called. */
async function dropMonitored(service: string, version: string): Promise<{ id: string; letTimeRun: () => void }> {
  const id = await drop(service, version);
  await recorder.waitFor(id, 'monitoringStarted');
  return { id, letTimeRun: sandbox.aws.clock.hold() };
}

/** Lets so much time pass, then makes it stand still again: it would jump on before anything else is done. */
function pass(milliseconds: number): Promise<() => void> {
  return sandbox.aws.clock.sleep(milliseconds, 'time passes').then(() => sandbox.aws.clock.hold());
}

async function ended(id: string): Promise<readonly TransitionDocument[]> {
  await recorder.waitFor(id, 'ended');
  return allTransitions(sandbox.engine, id);
}

function find(transitions: readonly TransitionDocument[], type: EventType): TransitionDocument {
  const found = transitions.find((one) => one.type === type);
  if (found === undefined) throw new Error(`There is no ${type}: ${transitions.map((one) => one.type).join(', ')}`);
  return found;
}

/** How often the function ran that events and the reconciler's schedule wake. */
const wakes = (): number => sandbox.aws.meters.read({ of: (of) => of.includes('sluice-wake') }).invocations;

async function turnRed(service: string): Promise<void> {
  const MetricData = [{ MetricName: service, Value: 5, Timestamp: new Date(sandbox.aws.clock.now()) }];
  await sandbox.aws.client(CloudWatchClient, place).send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData }));
}

async function liveVersion(service: string, environment: string): Promise<string | undefined> {
  const resources = await new StackAdministrator(sandbox.aws, place.account).resources(
    defaultStackName(service, environment),
  );
  const FunctionName = resources['Function'] ?? '';
  const { FunctionVersion } = await sandbox.aws
    .client(LambdaClient, place)
    .send(new GetAliasCommand({ FunctionName, Name: 'live' }));
  return FunctionVersion;
}

/** What the API calls live. */
async function liveOf(service: string): Promise<LiveDocument | undefined> {
  return (await sandbox.engine.call(liveList, 'GET', `/v1/live?service=${service}`)).live[0];
}

/** What was live when, oldest first: the transition and the version. */
async function historyOf(service: string): Promise<string[]> {
  const { items } = await readWholeLedger(sandbox);
  return items
    .filter(({ pk }) => String(pk).startsWith(`served#${service}#`))
    .sort((a, b) => (String(a['sk']) < String(b['sk']) ? -1 : 1))
    .map((item) => parseItem(servedItem, item))
    .map(({ cause, live }) => `${cause} ${live?.version ?? 'nothing'}${live?.unproven === true ? ' unproven' : ''}`);
}

const begun = ['Validate artifact', 'For each environment', 'Is approval asked?', 'Wait for turn', 'For each wave'];
const deployed = [...begun, 'For each target', 'Deploy target', 'Did every target deploy?', 'Wave deployed'];
const observed = ['Bake or monitor', 'Judge the period'];
const settled = ['For each target to settle', 'Settle target', 'Complete', 'Ended clean?', 'Ended'];

describe.sequential('a release that is monitored', () => {
  it('ends well when no alarm fired, and the reconciler rests meanwhile, however long', async () => {
    const runs: number[] = [];
    for (const [service, hours] of [
      ['patient', 6],
      ['unbaked', 24],
    ] as const) {
      const { id, letTimeRun } = await dropMonitored(service, '1.0.0');
      const before = wakes();
      letTimeRun();
      await recorder.waitFor(id, 'monitoringEnded');
      runs.push(wakes() - before);
      const transitions = await ended(id);
      const [monitoringStarted, monitoringEnded] = [
        find(transitions, 'monitoringStarted'),
        find(transitions, 'monitoringEnded'),
      ];
      expect(Date.parse(monitoringEnded.at) - Date.parse(monitoringStarted.at)).toBeGreaterThanOrEqual(hours * HOUR);
      expect(Date.parse(monitoringEnded.at) - Date.parse(monitoringStarted.at)).toBeLessThan(hours * HOUR + 60_000);
      expect(monitoringStarted).toMatchObject({ to: 'monitoring', evidence: { seconds: hours * 3600 } });
      expect(monitoringEnded.evidence?.['counts']).toEqual({ passed: 1, failed: 0, inconclusive: 0 });
      expect(transitions.at(-1)?.to).toBe('Succeeded');
      // Nothing was settled while the old version might have been needed.
      expect(find(transitions, 'settleStarted').sequence).toBeGreaterThan(monitoringEnded.sequence);
      const both = service === 'patient' ? [...observed, ...observed] : observed;
      expect((await pathsOf(sandbox, id))[0]?.states).toEqual([...deployed, 'For each period', ...both, ...settled]);
    }
    // Some minutes until it is at rest, and one run at the end.
    expect(Math.min(...runs)).toBeGreaterThan(0);
    expect(Math.max(...runs)).toBeLessThanOrEqual(6);
  });

  it('rolls back when an alarm fires hours after everybody was on the new version', async () => {
    const { id, letTimeRun } = await dropMonitored('patient', '1.1.0');
    expect(await liveVersion('patient', 'monitoring')).toBe('2');
    expect(await liveOf('patient')).toMatchObject({ release: id, version: '1.1.0', unproven: true });
    const later = pass(3 * HOUR);
    letTimeRun();
    const goOn = await later;
    await turnRed('patient');
    goOn();
    const transitions = await ended(id);
    expect(transitions.at(-1)?.to).toBe('RolledBack');
    const [monitoringStarted, failed] = [find(transitions, 'monitoringStarted'), find(transitions, 'checkFailed')];
    expect(failed.from).toBe('monitoring');
    expect(failed.reason).toMatch(/alarm Alarm failed: is in alarm: .*5/);
    expect(Date.parse(failed.at) - Date.parse(monitoringStarted.at)).toBeLessThan(3 * HOUR + 300_000);
    expect(await liveVersion('patient', 'monitoring')).toBe('1');
    const back = await liveOf('patient');
    expect(back).toMatchObject({ release: 'patient-1.0.0-a1', version: '1.0.0', aliases: [{ version: '1' }] });
    expect(back).not.toHaveProperty('unproven');
    expect(await historyOf('patient')).toEqual([
      'changed 1.0.0 unproven',
      'settleStarted 1.0.0',
      'shiftStarted 1.1.0 unproven',
      'trafficRestored 1.0.0',
    ]);
  });

  it('lets a newer release go ahead at once', async () => {
    const { id: older, letTimeRun } = await dropMonitored('patient', '1.2.0');
    const newer = await drop('patient', '1.3.0');
    letTimeRun();
    const transitions = await ended(older);
    const [monitoringStarted, monitoringEnded] = [
      find(transitions, 'monitoringStarted'),
      find(transitions, 'monitoringEnded'),
    ];
    expect(monitoringEnded.evidence?.['by']).toBe(newer);
    expect(monitoringEnded.reason).toContain(`${newer} asks for the turn`);
    expect(Date.parse(monitoringEnded.at) - Date.parse(monitoringStarted.at)).toBeLessThan(300_000);
    expect(transitions.at(-1)?.to).toBe('Succeeded');
    const next = await ended(newer);
    expect(next.at(-1)?.to).toBe('Succeeded');
    expect(Date.parse(find(next, 'turnTaken').at)).toBeGreaterThanOrEqual(
      Date.parse(find(transitions, 'turnGivenBack').at),
    );
  });

  it('is rolled back before the newer one begins when an alarm is firing, even if nobody was told of it', async () => {
    const { id: older, letTimeRun } = await dropMonitored('patient', '1.4.0');
    sandbox.aws.faults.atEvent('no alarm is heard', { source: 'aws.cloudwatch', times: Infinity }, { kind: 'lose' });
    const later = pass(HOUR);
    letTimeRun();
    const goOn = await later;
    await turnRed('patient');
    const evaluated = pass(90_000);
    goOn();
    const goOnAgain = await evaluated;
    const newer = await drop('patient', '1.5.0');
    goOnAgain();
    const transitions = await ended(older);
    sandbox.aws.faults.clear();
    expect(find(transitions, 'checkFailed').from).toBe('monitoring');
    expect(transitions.at(-1)?.to).toBe('RolledBack');
    const next = await ended(newer);
    expect(Date.parse(find(next, 'turnTaken').at)).toBeGreaterThanOrEqual(
      Date.parse(find(transitions, 'rolledBack').at),
    );
  });

  it('is ended when somebody stops its execution while the reconciler rests', async () => {
    const { id, letTimeRun } = await dropMonitored('killed', '1.0.0');
    const later = pass(HOUR);
    letTimeRun();
    const goOn = await later;
    const executionArn = `arn:aws:states:${ENGINE.region}:${ENGINE.account}:execution:sluice-release:${id}`;
    const stoppedAt = sandbox.aws.clock.now();
    await sandbox.aws.client(SFNClient, ENGINE).send(new StopExecutionCommand({ executionArn }));
    goOn();
    const transitions = await ended(id);
    expect(find(transitions, 'cancelled').from).toBe('Monitoring');
    expect(Date.parse(transitions.at(-1)?.at ?? '') - stoppedAt).toBeLessThan(120_000);
  });

  it('is judged by the alarms that its manifest leaves out, too, also those that CodeDeploy has no room for', async () => {
    // One more than a deployment group of CodeDeploy takes.
    const names = Array.from({ length: 11 }, (_, index) => `Alarm${index}`);
    const resources = Object.fromEntries(names.map((name) => [name, alarmOf(name === 'Alarm10' ? 'lax' : name)]));
    const rollout = { preview: 'Canary10Percent5Minutes' };
    expect((await ended(await drop('lax', '1.0.0', { manifest: { alarms: names }, resources }))).at(-1)?.to).toBe(
      'Succeeded',
    );
    // Neither in the manifest nor in the template any more.
    const without = { manifest: { rollout }, resources: {}, answer: '{ ok: "still" }' };
    const id = await drop('lax', '1.1.0', without);
    await recorder.waitFor(id, 'shiftStarted');
    await turnRed('lax');
    expect(await liveOf('lax')).toMatchObject({
      unproven: true,
      serves: [
        { version: '1.0.0', percent: 90 },
        { version: '1.1.0', percent: 10 },
      ],
    });
    const transitions = await ended(id);
    expect(transitions.at(-1)?.to).toBe('RolledBack');
    expect(find(transitions, 'checkFailed').reason).toMatch(/alarm Alarm10 of lax-1.0.0-a1 failed: is in alarm/);
    expect(await liveVersion('lax', 'preview')).toBe('1');
    expect((await liveOf('lax'))?.serves).toEqual([{ release: 'lax-1.0.0-a1', version: '1.0.0', percent: 100 }]);
  });

  it('leaves a ledger that breaks no rule', async () => {
    expect(await rules.brokenRules()).toEqual([]);
  });
});
