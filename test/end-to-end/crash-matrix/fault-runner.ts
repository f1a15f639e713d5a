import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { DeleteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { actionDocument, demandDocument } from '../../../core/contract/api/actions.ts';
import { liveList, releaseDocument, transitionList } from '../../../core/contract/api/documents.ts';
import { defaultStackName, engineBusName, ledgerTableName } from '../../../core/contract/names.ts';
import { uploadScanKey } from '../../../core/ledger/keys.ts';
import { isEnd } from '../../../core/release/status.ts';
import type { ReleaseRecord } from '../../../core/release/rules.ts';
import { type ApprovalRequest, onApprovalRequest } from '../../../local/approval-requests.ts';
import { connectAsReleaseManager, signInAsReleaseManager } from '../../../local/operators.ts';
import type { Timer } from 'local-aws/clock';
import { TransitionRecorder } from '../../../local/transition-recorder.ts';
import { ENGINE, startSandbox, type Sandbox } from '../../../local/sandbox.ts';
import { leftovers, leftUndigested, readWholeLedger, type WholeLedger } from '../ledger-rules.ts';
import { DeadLetters } from '../rules/dead-letters.ts';
import { RuleChecker } from '../rules/rule-checker.ts';
import { readPortrait } from '../rules/portrait.ts';
import { Activities, stateIn } from './activity.ts';
import { SimulatedUsers } from './simulated-users.ts';
import { nameOf, type Point } from './point.ts';
import { PointRecorder, injectFault } from './recorder.ts';
import { packVersion, platformAlarm, type ScenarioName, expectedEnd } from './service.ts';

const production = { account: '333333333333', region: ENGINE.region };

/** Releases of one service before the next takes its place, so that what AWS keeps of them does not pile up. */
const RELEASES_PER_SERVICE = 10;
const MINUTE = 60_000;
const DELAYED_EVENT = 'the engine hears of something late';
/** Of what the engine hears late in a scenario. */
const delayedEvents: Partial<Record<ScenarioName, { source: string; state: RegExp; milliseconds: number }>> = {
  /** That a shift stopped, once the function that stopped it has left its wait: AWS takes a moment, too. */
  errors: { source: 'aws.codedeploy', state: /^STOP$/, milliseconds: 1000 },
  /** Of an alarm: CodeDeploy hears of it at once. */
  'errors-codedeploy-first': { source: 'aws.cloudwatch', state: /^ALARM/, milliseconds: MINUTE / 2 },
};
/** Every release is dropped so many milliseconds past a full minute: alarms look at minutes. */
const DROPPED_AT = 35_000;
/** How long after users begin to move the release is cancelled: in the first step, away from the reconciler's minutes. */
const CANCELLED_AFTER = 25_000;
/** Nobody sees anything of what was dropped for so long, and drops it again. */
const DROPPED_AGAIN_AFTER = 5 * MINUTE;
/** The longest a release may take, in engine time and in real time, before it counts as lost. */
const LONGEST = 40 * MINUTE;
const LONGEST_REAL = 240_000;

/**
 * A busy machine must not be seen in what happens when: a minute of the reconciler, a poll more. So engine time hardly passes while
 * anything is at work; all that waits, waits on the engine's clock.
 */
const BUSY_RATE = 0.02;

/** A release that has ended. */
export interface ReleaseRun {
  readonly release: string;
  readonly status: string;
  /** Types of its transitions, with the environment. */
  readonly transitions: readonly string[];
  /** From the (last) drop to the end, engine milliseconds. */
  readonly milliseconds: number;
  readonly droppedAgain: boolean;
  /** Why it failed, where it did. */
  readonly reasons: readonly string[];
}

/** The result of a run without a fault, with which the others are compared. */
export type Control = Pick<ReleaseRun, 'transitions' | 'milliseconds'>;

/** The result of a run with one fault. */
export interface FaultResult {
  readonly name: string;
  /** Empty when every rule holds, and the end is the one there has to be. */
  readonly problems: readonly string[];
  readonly transitions: readonly string[];
  readonly seconds: number;
}

/** Runs one release after another in a sandbox, with at most one fault in each. */
export class FaultRunner {
  private readonly activities = new Activities();
  private readonly recorder: TransitionRecorder;
  private readonly rules: RuleChecker;
  private readonly letters: DeadLetters;
  private services = 0;
  private service = '';
  private scenario: ScenarioName | undefined;
  private minor = Infinity;
  private rollbacks = 0;

  private constructor(private readonly sandbox: Sandbox) {
    const { aws } = sandbox;
    this.recorder = new TransitionRecorder(aws);
    this.rules = new RuleChecker(aws);
    this.letters = new DeadLetters(aws);
    aws.kernel.onObservation((one) => this.activities.observe(one));
    onApprovalRequest(aws, (request) => void this.decide(request));
  }

  /** @param synthesized folder that `cdk synth` filled, with this folder's policy */
  static async open(synthesized: string): Promise<FaultRunner> {
    // While traffic moves, whoever calls the alias gets the new version: the same in each run.
    const random = (): number => 0;
    // The reconciler's minutes are counted from when its schedule was made: at the same second in each sandbox.
    const begin = Math.ceil(Date.now() / MINUTE) * MINUTE;
    const sandbox = await startSandbox({ pace: 'max', synthesized, random, busyRate: BUSY_RATE, startsAt: begin });
    await sandbox.aws.client(CloudWatchClient, production).send(new PutMetricAlarmCommand(platformAlarm));
    await connectAsReleaseManager(sandbox);
    return new FaultRunner(sandbox);
  }

  close(): Promise<void> {
    return this.sandbox.close();
  }

  /** Runs a release without a fault, and lists the points at which one can be injected. */
  async control(
    scenario: ScenarioName,
    every: boolean,
  ): Promise<{ control: Control; points: Point[]; problems: readonly string[] }> {
    await this.prepare(scenario, 'always');
    const recorder = new PointRecorder(this.sandbox.aws, this.activities);
    const course = await this.releaseUnderTest(scenario, () => undefined);
    const problems = await this.problemsOf(scenario, course, undefined);
    return { control: course, points: recorder.points({ every }), problems };
  }

  /** Runs a release with one fault. */
  async run(scenario: ScenarioName, point: Point, control: Control): Promise<FaultResult> {
    const { aws } = this.sandbox;
    const begun = performance.now();
    const name = nameOf(scenario, point);
    const done = (problems: readonly string[], transitions: readonly string[]): FaultResult => {
      const seconds = (performance.now() - begun) / 1000;
      return { name, problems, transitions, seconds };
    };
    try {
      await this.prepare(scenario, point.when);
      const course = await this.releaseUnderTest(scenario, () => injectFault(aws, this.activities, point, name));
      const lost = point.kind === 'event' && point.source === 'aws.s3' && point.fault === 'lose';
      const problems = await this.problemsOf(scenario, course, { ...control, lost });
      const unused = aws.faults.unused().filter((one) => one !== DELAYED_EVENT);
      const asked = unused.map((one) => `Asked for, never happened: ${one}`);
      aws.faults.clear();
      return done([...asked, ...problems], course.transitions);
    } catch (error) {
      aws.faults.clear();
      return done([error instanceof Error ? error.message : String(error)], []);
    }
  }

  /** Something is live before the release that is struck: version 1 of a service, and for what only happens later, version 2. */
  private async prepare(scenario: ScenarioName, when: Point['when']): Promise<void> {
    if (this.scenario !== scenario || this.minor >= RELEASES_PER_SERVICE) await this.firstVersion(scenario);
    // What is rolled back, each time anew.
    if (scenario === 'rolled-back') await this.release(scenario, 'good', () => undefined);
    else if (when === 'later' && this.minor < 2) await this.release(scenario, 'good', () => undefined);
    // What is still being tidied up after that is none of the release that is struck.
    if (!(await this.waitForReconciler())) throw new Error('The reconciler does not come to rest.');
    if (!(await this.waitForAlarmsOk())) throw new Error('An alarm keeps firing.');
    await this.forgetBucketScan();
  }

  /** The reconciler reads the bucket through four times an hour: once in each release, so that a point of it is there whenever it is asked for. */
  private async forgetBucketScan(): Promise<void> {
    const client = DynamoDBDocumentClient.from(this.sandbox.aws.client(DynamoDBClient, ENGINE));
    await client.send(new DeleteCommand({ TableName: ledgerTableName, Key: { ...uploadScanKey } }));
    client.destroy();
  }

  private async firstVersion(scenario: ScenarioName): Promise<void> {
    this.services += 1;
    this.service = `matrix-m${String(this.services).padStart(2, '0')}`;
    this.scenario = scenario;
    this.minor = 0;
    this.rollbacks = 0;
    const { status, release } = await this.release(scenario, 'good', () => undefined);
    if (status !== 'Succeeded') throw new Error(`${release} should be live first, and ended as ${status}.`);
  }

  /** Plays the release that is struck. */
  private async releaseUnderTest(scenario: ScenarioName, beforeDrop: () => void): Promise<ReleaseRun> {
    if (scenario === 'rolled-back') return this.rollBack(beforeDrop);
    const kind = scenario === 'canary' || scenario === 'cancelled' ? 'good' : 'bad';
    const before = (): void => {
      beforeDrop();
      this.delayEvents(scenario);
    };
    return this.release(
      scenario,
      kind,
      before,
      scenario === 'cancelled' ? (release) => this.cancel(release) : undefined,
    );
  }

  /** What would be heard in this order or that is heard in one. */
  private delayEvents(scenario: ScenarioName): void {
    const late = delayedEvents[scenario];
    if (late === undefined) return;
    const { source, state, milliseconds } = late;
    this.sandbox.aws.faults.atEvent(
      DELAYED_EVENT,
      { source, bus: engineBusName, detail: (detail) => state.test(stateIn(detail)), times: Infinity },
      { kind: 'delay', milliseconds },
    );
  }

  /** @param whileShifting what a person does once users begin to move */
  private async release(
    scenario: ScenarioName,
    kind: 'good' | 'bad',
    beforeDrop: () => void,
    whileShifting?: (release: string) => Promise<void>,
  ): Promise<ReleaseRun> {
    const { aws } = this.sandbox;
    const version = `1.${this.minor}.0`;
    const artifact = packVersion({ service: this.service, version, scenario }, kind);
    this.minor += 1;
    const release = `${artifact.service}-${artifact.version}-a1`;
    await this.waitForMoment();
    beforeDrop();
    let droppedAt = aws.clock.now();
    let droppedAgain = false;
    const received = this.recorder.waitFor(release, 'received');
    await this.drop(artifact);
    if (!(await this.happensWithin(DROPPED_AGAIN_AFTER, received))) {
      droppedAgain = true;
      droppedAt = aws.clock.now();
      await this.drop(artifact);
    }
    const users = kind === 'bad' ? SimulatedUsers.of(aws, this.service, production) : undefined;
    void this.recorder.waitFor(release, 'shiftStarted').then(() => users?.start());
    if (whileShifting !== undefined)
      void this.recorder.waitFor(release, 'shiftStarted').then(() => whileShifting(release));
    const ended = await this.happensWithin(LONGEST, this.recorder.waitFor(release, 'ended'));
    users?.stop();
    return this.runOf(release, { ended, since: droppedAt, droppedAgain });
  }

  /** The same second of each minute. */
  private async waitForMoment(): Promise<void> {
    const { clock } = this.sandbox.aws;
    const now = clock.now();
    await clock.sleep(Math.ceil((now - DROPPED_AT) / MINUTE) * MINUTE + DROPPED_AT - now, 'the next drop');
  }

  /** A person cancels the release a little later, and asks again when that fails. */
  private async cancel(release: string): Promise<void> {
    await this.sandbox.aws.clock.sleep(CANCELLED_AFTER, 'a person makes up their mind');
    await this.ask(`/v1/releases/${release}/cancel`, actionDocument);
  }

  /** A person rolls back what is live; version 1 of the service is released again each time. */
  private async rollBack(beforeAsking: () => void): Promise<ReleaseRun> {
    this.rollbacks += 1;
    const release = `${this.service}-1.0.0-a${this.rollbacks + 1}`;
    await this.waitForMoment();
    beforeAsking();
    const since = this.sandbox.aws.clock.now();
    const over = this.recorder.waitFor(release, 'ended');
    await this.ask(`/v1/environments/${this.service}/production/rollback`, demandDocument);
    const ended = await this.happensWithin(LONGEST, over);
    return this.runOf(release, { ended, since, droppedAgain: false });
  }

  private async ask(path: string, schema: typeof actionDocument | typeof demandDocument): Promise<void> {
    const { clock } = this.sandbox.aws;
    const robin = await signInAsReleaseManager(this.sandbox);
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      try {
        await clock.busy(() => robin.call<unknown>(schema, 'POST', path, { reason: 'The prices are wrong.' }));
        return;
      } catch {
        // The function died; or it did its work, and this is refused because it is done.
        await clock.sleep(5_000, 'a person tries again');
      }
    }
  }

  private async runOf(
    release: string,
    { ended, since, droppedAgain }: { readonly ended: boolean; readonly since: number; readonly droppedAgain: boolean },
  ): Promise<ReleaseRun> {
    const milliseconds = this.sandbox.aws.clock.now() - since;
    if (!ended) throw new Error(`${release} has not ended: ${await this.describe(release)}`);
    const found = await this.recordOf(release);
    const transitions = found.events.map((event) =>
      'environment' in event && event.environment !== undefined ? `${event.type} ${event.environment}` : event.type,
    );
    const reasons = found.events.flatMap((event) => (event.type === 'failed' ? [event.reason ?? ''] : []));
    return { release, status: found.head.status, transitions, milliseconds, droppedAgain, reasons };
  }

  /** Holds the clock during the requests of an upload, so that a slow machine makes no difference. */
  private async drop({ key, bytes }: { readonly key: string; readonly bytes: Uint8Array }): Promise<void> {
    const { aws, engine } = this.sandbox;
    await aws.clock.busy(() => engine.push(key, bytes));
  }

  /** All that is wrong with how a release went. */
  private async problemsOf(
    scenario: ScenarioName,
    course: ReleaseRun,
    control: (Control & { readonly lost: boolean }) | undefined,
  ): Promise<string[]> {
    const problems: string[] = [];
    if (course.status !== expectedEnd[scenario])
      problems.push(`It ended as ${course.status}, not as ${expectedEnd[scenario]}: ${course.reasons.join(' ')}`);
    if (control !== undefined) problems.push(...differences(course, control));
    if (!(await this.waitForReconciler())) problems.push('The reconciler still runs, although nothing is open.');
    await this.readAsUser(course.release);
    const ledger = await readWholeLedger(this.sandbox, this.service);
    const broken = await this.rules.rulesOf(ledger, (release) => release === course.release);
    problems.push(...broken.map(({ rule, release = '', sentence }) => `Rule ${rule}: ${release} ${sentence}`));
    problems.push(...(await this.letters.take()).map((letter) => `Dead letter: ${letter}`));
    problems.push(...[...leftovers(ledger), ...leftUndigested(ledger)].map((left) => `Left over: ${left}`));
    problems.push(...underWay(ledger), ...(await this.liveProblems(ledger)));
    return problems;
  }

  /** What the ledger calls live is what Lambda serves. */
  private async liveProblems({ items }: WholeLedger): Promise<string[]> {
    const { aliases: serving } = await readPortrait(
      this.sandbox.aws,
      defaultStackName(this.service, 'production'),
      production,
    );
    const { live } = await this.sandbox.engine.call(liveList, 'GET', '/v1/live');
    const told = live.find(({ service }) => service === this.service);
    const item = items.find(({ pk, sk }) => pk === `service#${this.service}` && String(sk).startsWith('live#'));
    const aliases = JSON.stringify(item?.['aliases'] ?? []);
    const wrong = serving.filter(({ version }) => !aliases.includes(`"version":"${version}"`));
    if (told === undefined) return ['The API calls nothing live.'];
    return wrong.map(({ alias, version }) => `${alias} serves version ${version}, but the ledger says ${aliases}.`);
  }

  /** Reads the release through the API: a rule says that this changes nothing. */
  private async readAsUser(release: string): Promise<void> {
    const { engine } = this.sandbox;
    await engine.call(releaseDocument, 'GET', `/v1/releases/${release}`);
    await engine.call(transitionList, 'GET', `/v1/releases/${release}/transitions`);
  }

  /** Waits until the reconciler has turned itself off: nothing is open, and it knows. */
  private async waitForReconciler(): Promise<boolean> {
    const { aws } = this.sandbox;
    const scheduler = aws.client(SchedulerClient, ENGINE);
    for (let look = 0; look < 10; look += 1) {
      const { State } = await scheduler.send(new GetScheduleCommand({ Name: 'sluice-reconciler' }));
      if (State === 'DISABLED') return true;
      await aws.clock.sleep(MINUTE / 2, 'the reconciler comes to rest');
    }
    return false;
  }

  /** Waits until no alarm is firing any longer: a release would not begin. */
  private async waitForAlarmsOk(): Promise<boolean> {
    const { aws } = this.sandbox;
    const cloudWatch = aws.client(CloudWatchClient, production);
    for (let look = 0; look < 10; look += 1) {
      const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }));
      if (MetricAlarms.length === 0) return true;
      await aws.clock.sleep(MINUTE / 2, 'the alarms become OK');
    }
    return false;
  }

  /** The person who is asked presses the button again when the page fails. */
  private async decide(request: ApprovalRequest): Promise<void> {
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      try {
        return await this.sandbox.aws.clock.busy(() => request.decide('approve', 'Looks good'));
      } catch {
        await this.sandbox.aws.clock.sleep(5_000, 'a person tries again');
      }
    }
  }

  private async recordOf(release: string): Promise<ReleaseRecord> {
    const { releases } = await readWholeLedger(this.sandbox, this.service);
    const found = releases.find(({ head }) => head.release === release);
    if (found === undefined || !isEnd(found.head.status))
      throw new Error(`${release} is not in the ledger, or has not ended.`);
    return found;
  }

  private async describe(release: string): Promise<string> {
    const { releases } = await readWholeLedger(this.sandbox, this.service);
    const found = releases.find(({ head }) => head.release === release);
    return found === undefined
      ? 'the ledger has nothing of it'
      : `${found.head.status}, ${found.events.map(({ type }) => type).join(' ')}`;
  }

  /** Whether something comes to pass within so much engine time. */
  private async happensWithin(milliseconds: number, happens: Promise<void>): Promise<boolean> {
    let timer: Timer | undefined;
    let real: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = this.sandbox.aws.clock.after(milliseconds, () => resolve(false), 'a test’s patience');
      real = setTimeout(() => resolve(false), LONGEST_REAL);
    });
    const inTime = await Promise.race([happens.then(() => true as const), late]);
    timer?.cancel();
    clearTimeout(real);
    return inTime;
  }
}

/** Releases that were begun beside the one under test. */
function underWay({ releases }: WholeLedger): string[] {
  return releases
    .filter(({ head }) => !isEnd(head.status))
    .map(({ head: { release, status }, events }) => {
      const begun = events.map(({ at, type, actor }) => `${at} ${type} (${actor})`).join(', ');
      return `${release} is ${status}, though all should have ended: ${begun}`;
    });
}

/** A release ends at most this much later, in engine milliseconds, than one that nothing happened to: the reconciler's two minutes. */
const TWO_MINUTES = 2 * MINUTE;
/** What a busy machine adds, because time passes while functions run. */
const SLACK = 20_000;

function differences(course: ReleaseRun, control: Control & { readonly lost: boolean }): string[] {
  const problems: string[] = [];
  const [transitions, wanted] = [course.transitions.join(', '), control.transitions.join(', ')];
  if (transitions !== wanted) problems.push(`Its transitions is another: ${transitions}; should be: ${wanted}`);
  const later = course.milliseconds - control.milliseconds;
  if (later > TWO_MINUTES + SLACK) problems.push(`It ended ${Math.round(later / 1000)} s later than without it.`);
  if (course.droppedAgain && !control.lost) problems.push('Nothing was seen of it until it was dropped again.');
  return problems;
}
