import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { liveList, releaseDocument, transitionList } from '../../../core/contract/api/documents.ts';
import { engineBusName } from '../../../core/contract/names.ts';
import { isEnd } from '../../../core/release/status.ts';
import type { ReleaseRecord } from '../../../core/release/rules.ts';
import { type ApprovalRequest, onApprovalRequest } from '../../../local/approval-requests.ts';
import type { Timer } from '../../../local-aws/kernel/clock.ts';
import { TransitionRecorder } from '../../../local/transition-recorder.ts';
import { ENGINE, startSandbox, type Sandbox } from '../../../local/sandbox.ts';
import { leftovers, readWholeLedger, type WholeLedger } from '../ledger-rules.ts';
import { RuleWatch } from '../rules/rule-checker.ts';
import { readServing } from '../rules/serving.ts';
import { Doings, stateIn } from './activity.ts';
import { Customers } from './simulated-users.ts';
import { nameOf, type Point } from './point.ts';
import { Recorder, strike } from './recorder.ts';
import { packVersion, platformAlarm, type ScenarioName, wantedEnd } from './service.ts';

const production = { account: '333333333333', region: ENGINE.region };

/** Releases of one service before the next takes its place, so that what AWS keeps of them does not pile up. */
const RELEASES_PER_SERVICE = 10;
const MINUTE = 60_000;
const LATE = 'the engine hears of something late';
/** Of what the engine hears late in a scenario. */
const lateFor: Partial<Record<ScenarioName, { source: string; state: RegExp; milliseconds: number }>> = {
  /** That a shift stopped, once the function that stopped it has left its wait: AWS takes a moment, too. */
  errors: { source: 'aws.codedeploy', state: /^STOP$/, milliseconds: 1000 },
  /** Of an alarm: CodeDeploy hears of it at once. */
  'errors-codedeploy-first': { source: 'aws.cloudwatch', state: /^ALARM/, milliseconds: MINUTE / 2 },
};
/** Every release is dropped so many milliseconds past a full minute: alarms look at minutes. */
const DROPPED_AT = 35_000;
/** Nobody sees anything of what was dropped for so long, and drops it again. */
const PATIENCE = 5 * MINUTE;
/** The longest a release may take, in engine time and in real time, before it counts as lost. */
const LONGEST = 40 * MINUTE;
const LONGEST_REAL = 240_000;

/**
 * A busy machine must not be seen in what happens when: a minute of the reconciler, a poll more. So engine time hardly passes while
 * anything is at work; all that waits, waits on the engine's clock.
 */
const BUSY_RATE = 0.02;

/** How a release went. */
export interface Course {
  readonly release: string;
  readonly status: string;
  /** Types of its transitions, with the environment. */
  readonly story: readonly string[];
  /** From the (last) drop to the end, engine milliseconds. */
  readonly milliseconds: number;
  readonly droppedAgain: boolean;
  /** Why it failed, where it did. */
  readonly reasons: readonly string[];
}

/** What is known of a release that nothing happened to: the others are compared with it. */
export type Control = Pick<Course, 'story' | 'milliseconds'>;

/** What came of a point. */
export interface Finding {
  readonly name: string;
  /** Empty when every rule holds, and the end is the one there has to be. */
  readonly problems: readonly string[];
  readonly story: readonly string[];
  readonly seconds: number;
}

/** A sandbox on which one release after another is played, with at most one thing going wrong in each. */
export class Play {
  private readonly doings = new Doings();
  private readonly recorder: TransitionRecorder;
  private readonly rules: RuleWatch;
  private services = 0;
  private service = '';
  private scenario: ScenarioName | undefined;
  private minor = Infinity;

  private constructor(private readonly sandbox: Sandbox) {
    const { aws } = sandbox;
    this.recorder = new TransitionRecorder(aws);
    this.rules = new RuleWatch(aws);
    aws.kernel.onObservation((one) => this.doings.hear(one));
    onApprovalRequest(aws, (request) => void this.decide(request));
  }

  /** @param synthesized folder that `cdk synth` filled, with this folder's policy */
  static async open(synthesized: string): Promise<Play> {
    // While traffic moves, whoever calls the alias gets the new version: the same in each run.
    const random = (): number => 0;
    // The reconciler's minutes are counted from when its schedule was made: at the same second in each sandbox.
    const begin = Math.ceil(Date.now() / MINUTE) * MINUTE;
    const sandbox = await startSandbox({ pace: 'max', synthesized, random, busyRate: BUSY_RATE, startsAt: begin });
    await sandbox.aws.client(CloudWatchClient, production).send(new PutMetricAlarmCommand(platformAlarm));
    return new Play(sandbox);
  }

  close(): Promise<void> {
    return this.sandbox.close();
  }

  /** Plays a release to which nothing happens, and lists all that could. */
  async control(
    scenario: ScenarioName,
    every: boolean,
  ): Promise<{ control: Control; points: Point[]; problems: readonly string[] }> {
    await this.prepare(scenario, 'always');
    const recorder = new Recorder(this.sandbox.aws, this.doings);
    const course = await this.second(scenario, () => undefined);
    const problems = await this.problemsOf(scenario, course, undefined);
    return { control: course, points: recorder.points({ every }), problems };
  }

  /** Plays a release in which one thing goes wrong. */
  async run(scenario: ScenarioName, point: Point, control: Control): Promise<Finding> {
    const { aws } = this.sandbox;
    const begun = performance.now();
    const name = nameOf(scenario, point);
    const done = (problems: readonly string[], story: readonly string[]): Finding => {
      const seconds = (performance.now() - begun) / 1000;
      return { name, problems, story, seconds };
    };
    try {
      await this.prepare(scenario, point.when);
      const course = await this.second(scenario, () => strike(aws, this.doings, point, name));
      const lost = point.kind === 'event' && point.source === 'aws.s3' && point.fault === 'lose';
      const problems = await this.problemsOf(scenario, course, { ...control, lost });
      const unused = aws.faults.unused().filter((one) => one !== LATE);
      const asked = unused.map((one) => `Asked for, never happened: ${one}`);
      aws.faults.clear();
      return done([...asked, ...problems], course.story);
    } catch (error) {
      aws.faults.clear();
      return done([error instanceof Error ? error.message : String(error)], []);
    }
  }

  /** Something is live before the release that is struck: version 1 of a service, and for what only happens later, version 2. */
  private async prepare(scenario: ScenarioName, when: Point['when']): Promise<void> {
    if (this.scenario !== scenario || this.minor >= RELEASES_PER_SERVICE) await this.firstVersion(scenario);
    if (when === 'later' && this.minor < 2) await this.release(scenario, 'good', () => undefined);
    // What is still being tidied up after that is none of the release that is struck.
    if (!(await this.rested())) throw new Error('The reconciler does not come to rest.');
    if (!(await this.calm())) throw new Error('An alarm stays red.');
  }

  private async firstVersion(scenario: ScenarioName): Promise<void> {
    this.services += 1;
    this.service = `matrix${String(this.services).padStart(2, '0')}`;
    this.scenario = scenario;
    this.minor = 0;
    const { status, release } = await this.release(scenario, 'good', () => undefined);
    if (status !== 'Succeeded') throw new Error(`${release} should be live first, and ended as ${status}.`);
  }

  /** Plays the release that is struck. */
  private async second(scenario: ScenarioName, beforeDrop: () => void): Promise<Course> {
    return this.release(scenario, scenario === 'canary' ? 'good' : 'bad', () => {
      beforeDrop();
      this.delay(scenario);
    });
  }

  /** What would be heard in this order or that is heard in one. */
  private delay(scenario: ScenarioName): void {
    const late = lateFor[scenario];
    if (late === undefined) return;
    const { source, state, milliseconds } = late;
    this.sandbox.aws.faults.atEvent(
      LATE,
      { source, bus: engineBusName, detail: (detail) => state.test(stateIn(detail)), times: Infinity },
      { kind: 'delay', milliseconds },
    );
  }

  private async release(scenario: ScenarioName, kind: 'good' | 'bad', beforeDrop: () => void): Promise<Course> {
    const { aws } = this.sandbox;
    const version = `1.${this.minor}.0`;
    const artifact = packVersion({ service: this.service, version, scenario }, kind);
    this.minor += 1;
    const release = `${artifact.service}-${artifact.version}-a1`;
    const now = aws.clock.now();
    await aws.clock.sleep(Math.ceil((now - DROPPED_AT) / MINUTE) * MINUTE + DROPPED_AT - now, 'the next drop');
    beforeDrop();
    let droppedAt = aws.clock.now();
    let droppedAgain = false;
    const received = this.recorder.waitFor(release, 'received');
    await this.drop(artifact);
    if (!(await this.within(PATIENCE, received))) {
      droppedAgain = true;
      droppedAt = aws.clock.now();
      await this.drop(artifact);
    }
    const customers = kind === 'bad' ? Customers.of(aws, this.service, production) : undefined;
    void this.recorder.waitFor(release, 'shiftStarted').then(() => customers?.come());
    const ended = await this.within(LONGEST, this.recorder.waitFor(release, 'ended'));
    customers?.leave();
    const milliseconds = aws.clock.now() - droppedAt;
    if (!ended) throw new Error(`${release} has not ended: ${await this.describe(release)}`);
    const found = await this.recordOf(release);
    const story = found.events.map((event) =>
      'environment' in event && event.environment !== undefined ? `${event.type} ${event.environment}` : event.type,
    );
    const reasons = found.events.flatMap((event) => (event.type === 'failed' ? [event.reason ?? ''] : []));
    return { release, status: found.head.status, story, milliseconds, droppedAgain, reasons };
  }

  /** Time does not run on between the requests of somebody whose machine is slow. */
  private async drop({ key, bytes }: { readonly key: string; readonly bytes: Uint8Array }): Promise<void> {
    const { aws, engine } = this.sandbox;
    await aws.clock.busy(() => engine.push(key, bytes));
  }

  /** All that is wrong with how a release went. */
  private async problemsOf(
    scenario: ScenarioName,
    course: Course,
    control: (Control & { readonly lost: boolean }) | undefined,
  ): Promise<string[]> {
    const problems: string[] = [];
    if (course.status !== wantedEnd[scenario])
      problems.push(`It ended as ${course.status}, not as ${wantedEnd[scenario]}: ${course.reasons.join(' ')}`);
    if (control !== undefined) problems.push(...differences(course, control));
    if (!(await this.rested())) problems.push('The reconciler still runs, although nothing is open.');
    await this.look(course.release);
    const ledger = await readWholeLedger(this.sandbox, this.service);
    const broken = await this.rules.rulesOf(ledger, (release) => release === course.release);
    problems.push(...broken.map(({ rule, release = '', sentence }) => `Rule ${rule}: ${release} ${sentence}`));
    problems.push(...leftovers(ledger).map((left) => `Left over: ${left}`));
    problems.push(...(await this.liveProblems(ledger)));
    return problems;
  }

  /** What the ledger calls live is what Lambda serves. */
  private async liveProblems({ items }: WholeLedger): Promise<string[]> {
    const serving = await readServing(this.sandbox.aws, this.service, 'production', production);
    const { live } = await this.sandbox.engine.call(liveList, 'GET', '/v1/live');
    const told = live.find(({ service }) => service === this.service);
    const item = items.find(({ pk, sk }) => pk === `service#${this.service}` && String(sk).startsWith('live#'));
    const aliases = JSON.stringify(item?.['aliases'] ?? []);
    const wrong = serving.filter(({ version }) => !aliases.includes(`"version":"${version}"`));
    if (told === undefined) return ['The API calls nothing live.'];
    return wrong.map(({ alias, version }) => `${alias} serves version ${version}, but the ledger says ${aliases}.`);
  }

  /** People look: the rules watch that it changes nothing. */
  private async look(release: string): Promise<void> {
    const { engine } = this.sandbox;
    await engine.call(releaseDocument, 'GET', `/v1/releases/${release}`);
    await engine.call(transitionList, 'GET', `/v1/releases/${release}/transitions`);
  }

  /** Waits until the reconciler has turned itself off: nothing is open, and it knows. */
  private async rested(): Promise<boolean> {
    const { aws } = this.sandbox;
    const scheduler = aws.client(SchedulerClient, ENGINE);
    for (let look = 0; look < 10; look += 1) {
      const { State } = await scheduler.send(new GetScheduleCommand({ Name: 'sluice-reconciler' }));
      if (State === 'DISABLED') return true;
      await aws.clock.sleep(MINUTE / 2, 'the reconciler comes to rest');
    }
    return false;
  }

  /** Waits until no alarm is red any more: a release would not begin. */
  private async calm(): Promise<boolean> {
    const { aws } = this.sandbox;
    const cloudWatch = aws.client(CloudWatchClient, production);
    for (let look = 0; look < 10; look += 1) {
      const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }));
      if (MetricAlarms.length === 0) return true;
      await aws.clock.sleep(MINUTE / 2, 'the alarms turn green');
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
  private async within(milliseconds: number, happens: Promise<void>): Promise<boolean> {
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

/** A release ends at most this much later, in engine milliseconds, than one that nothing happened to: the reconciler's two minutes. */
const TWO_MINUTES = 2 * MINUTE;
/** What a busy machine adds, because time passes while functions run. */
const SLACK = 20_000;

function differences(course: Course, control: Control & { readonly lost: boolean }): string[] {
  const problems: string[] = [];
  const [story, wanted] = [course.story.join(', '), control.story.join(', ')];
  if (story !== wanted) problems.push(`Its story is another: ${story}; should be: ${wanted}`);
  const later = course.milliseconds - control.milliseconds;
  if (later > TWO_MINUTES + SLACK) problems.push(`It ended ${Math.round(later / 1000)} s later than without it.`);
  if (course.droppedAgain && !control.lost) problems.push('Nothing was seen of it until it was dropped again.');
  return problems;
}
