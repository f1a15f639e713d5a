import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { liveList, type ReleaseDocument, type TransitionDocument } from '../core/contract/api/documents.ts';
import { defaultStackName } from '../core/contract/names.ts';
import { allTransitions, followRelease, listReleases } from '../cli/follow.ts';
import { pack, type PackedArtifact } from '../cli/pack/pack.ts';
import type { SlackStandIn } from './slack/stand-in.ts';
import { TransitionRecorder } from './transition-recorder.ts';
import { ENGINE, type Sandbox } from './sandbox.ts';
import { type UserResponse, SimulatedUsers } from './simulated-users.ts';

/** A release that has ended, with all its transitions. */
export interface ObservedRelease {
  readonly release: ReleaseDocument;
  readonly transitions: readonly TransitionDocument[];
}

/** Receives what happens in a scenario, while it happens. */
export interface ScenarioListener {
  dropped(key: string): void;
  transition(transition: TransitionDocument, startedAt: string): void;
  ended(release: ReleaseDocument): void;
  /** A statement that the scenario has checked; called whether it holds or not. */
  observed?(sentence: string): void;
}

const SAMPLE = new URL('./sample-service/', import.meta.url).pathname;
/** Within how many real milliseconds a dropped artifact has to appear in the ledger. */
const APPEARS_WITHIN = 60_000;

/** What a scenario can do in its sandbox: pack, drop, follow releases, simulate users, and check expectations. */
export class ScenarioRunner {
  readonly releases: ObservedRelease[] = [];
  /** Expectations of the scenario that did not hold, one sentence each. */
  readonly deviations: string[] = [];
  /** Every transition, as soon as it is written. */
  readonly transitions: TransitionRecorder;

  constructor(
    readonly sandbox: Sandbox,
    private readonly listener: ScenarioListener,
    /** The stand-in for Slack, where the scenario's policy has Slack. */
    readonly slack?: SlackStandIn,
  ) {
    this.transitions = new TransitionRecorder(sandbox.aws);
  }

  /** Packs a version of the sample service, drops it, and follows its release to the end. */
  releaseVersion(version: 'v1' | 'v2', alter?: (folder: string) => void): Promise<ObservedRelease> {
    const { key, bytes } = this.pack(version, alter);
    return this.release(key, bytes);
  }

  /** Starts users who order in one account. @param seconds between two orders */
  startUsers(environment: string, account: string, seconds: number): Promise<SimulatedUsers> {
    return SimulatedUsers.start(this.sandbox, environment, account, seconds);
  }

  /** Reports a statement to the listener, and records a deviation when it does not hold. */
  expect(holds: boolean, sentence: string): void {
    if (holds) this.listener.observed?.(sentence);
    else this.deviations.push(`Not so: ${sentence}.`);
  }

  /** Expects of every response that users got that it `holds`. @param promise the expectation, as a sentence */
  expectResponses({ responses }: SimulatedUsers, promise: string, holds: (response: UserResponse) => boolean): void {
    const others = responses.filter((response) => !holds(response));
    this.listener.observed?.(`${promise}: ${responses.length - others.length} of ${responses.length} requests`);
    if (others.length > 0) {
      const seen = others.map(({ status, version }) => `${status} of ${version ?? 'a version that broke'}`);
      this.deviations.push(
        `${promise}: but ${others.length} of ${responses.length} got ${[...new Set(seen)].join(', ')}.`,
      );
    }
  }

  /**
   * Expects that few users reached the bad version, and that its traffic was back within ten seconds of the decision.
   * @param percent the canary's share; chance may add to it, up to four standard deviations
   * @param safe the good version
   */
  expectLimitedExposure(
    { transitions }: ObservedRelease,
    responses: readonly UserResponse[],
    { percent, safe }: { readonly percent: number; readonly safe: string },
  ): void {
    const at = (type: string, environment = 'production'): number =>
      Date.parse(transitions.find((one) => one.type === type && one.environment === environment)?.at ?? '');
    const [begun, restored] = [at('shiftStarted'), at('trafficRestored')];
    const decided = Math.min(
      ...['checkFailed', 'failed', 'rollbackStarted'].map((type) => at(type)).filter((time) => !Number.isNaN(time)),
    );
    const during = responses.filter((response) => response.at >= begun && response.at <= restored);
    const reached = during.filter(({ version }) => version !== safe).length;
    const share = percent / 100;
    const most = Math.ceil(during.length * share + 4 * Math.sqrt(during.length * share * (1 - share)));
    const seconds = (restored - decided) / 1000;
    this.listener.observed?.(
      `${reached} of ${during.length} users’ requests reached the new version (${percent}%, at most ${most} by chance); ${safe} served all users ${seconds} s after the decision`,
    );
    if (reached > most)
      this.deviations.push(
        `${reached} of ${during.length} users’ requests reached the new version, more than ${most}.`,
      );
    if (!(seconds <= 10))
      this.deviations.push(`The traffic was back ${seconds} s after the decision, later than 10 s.`);
  }

  /** Waits, by the engine's clock, until an alarm of the service is firing. @throws Error after an hour */
  async waitForAlarm(environment: string): Promise<void> {
    const { aws } = this.sandbox;
    const stackName = defaultStackName('orders', environment);
    const live = await this.sandbox.engine.call(liveList, 'GET', '/v1/live');
    const target = live.live.find((one) => one.environment === environment);
    if (target === undefined) throw new Error(`Nothing is live in ${environment}.`);
    const cloudWatch = aws.client(CloudWatchClient, target);
    for (let look = 0; look < 360; look += 1) {
      const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: stackName }));
      if (MetricAlarms.some(({ StateValue }) => StateValue === 'ALARM')) return;
      await aws.clock.sleep(10_000, 'reads the alarms again');
    }
    throw new Error(`No alarm of ${stackName} has fired.`);
  }

  /** Packs a version of the sample service; `alter` changes a copy of its folder first. */
  pack(version: 'v1' | 'v2', alter?: (folder: string) => void): PackedArtifact {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-sample-'));
    try {
      cpSync(join(SAMPLE, version), folder, { recursive: true });
      alter?.(folder);
      return pack(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Drops bytes into the release bucket. */
  async drop(
    key: string,
    bytes: Uint8Array,
  ): Promise<{ readonly key: string; readonly versionId: string; readonly size: number }> {
    this.listener.dropped(key);
    const { versionId } = await this.sandbox.engine.push(key, bytes);
    return { key, versionId, size: bytes.length };
  }

  /** Drops an artifact and follows its release to the end. */
  async release(key: string, bytes: Uint8Array): Promise<ObservedRelease> {
    const known = new Set(await this.releaseIds());
    await this.drop(key, bytes);
    return this.follow(await this.waitForNewRelease(known));
  }

  /** Follows a release to its end. */
  async follow(id: string): Promise<ObservedRelease> {
    const ended = await followRelease(
      this.sandbox.engine,
      id,
      (transition, startedAt) => this.listener.transition(transition, startedAt),
      () => this.ledgerChanged(),
    );
    this.listener.ended(ended);
    const observed = { release: ended, transitions: await allTransitions(this.sandbox.engine, id) };
    this.releases.push(observed);
    return observed;
  }

  /** Waits until a release has a transition. @throws Error when the release ends without it */
  async waitForTransition(id: string, found: (transition: TransitionDocument) => boolean): Promise<void> {
    for (;;) {
      const transitions = await allTransitions(this.sandbox.engine, id);
      if (transitions.some(found)) return;
      if (transitions.at(-1)?.type === 'ended')
        throw new Error(`${id} ended without the transition that was waited for.`);
      await this.ledgerChanged();
    }
  }

  /** Sends the bucket's `Object Created` event once more: S3 delivers at least once, not exactly once. */
  async repeatObjectEvent(dropped: {
    readonly key: string;
    readonly versionId: string;
    readonly size: number;
  }): Promise<void> {
    const { aws } = this.sandbox;
    aws.kernel.port.events.emit({
      ...ENGINE,
      source: 'aws.s3',
      detailType: 'Object Created',
      resources: [`arn:aws:s3:::${this.sandbox.bucket}`],
      detail: {
        version: '0',
        bucket: { name: this.sandbox.bucket },
        object: {
          key: dropped.key,
          'version-id': dropped.versionId,
          size: dropped.size,
          etag: '0'.repeat(32),
          sequencer: '0',
        },
        'request-id': 'REPEATED',
        requester: ENGINE.account,
        reason: 'PutObject',
      },
    });
    await aws.clock.idle();
  }

  /** Ids of all releases, newest first. */
  async releaseIds(): Promise<string[]> {
    const { releases } = await listReleases(this.sandbox.engine, { limit: '100' });
    return releases.map(({ id }) => id);
  }

  /** Waits for a release whose id is not among the known ones. @throws Error when none appears */
  async waitForNewRelease(known: ReadonlySet<string>): Promise<string> {
    const deadline = performance.now() + APPEARS_WITHIN;
    while (performance.now() < deadline) {
      const id = (await this.releaseIds()).find((one) => !known.has(one));
      if (id !== undefined) return id;
      await this.ledgerChanged();
    }
    throw new Error('The dropped artifact did not appear in the ledger.');
  }

  /** Resolves shortly after the next write to the ledger, or after a second without one. */
  private async ledgerChanged(): Promise<void> {
    await this.nextLedgerWrite();
    // Transitions come in bursts: one read returns several.
    await wait(100);
  }

  private nextLedgerWrite(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.sandbox.aws.kernel.onObservation((observation) => {
        if (observation.kind === 'call' && observation.operation === 'TransactWriteItems') done();
      });
      const timer = setTimeout(() => done(), 1_000);
      const done = (): void => {
        stop();
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Replaces text in a file of a folder. @throws Error when the text is not there */
export function replaceInFile(folder: string, file: string, text: string, by: string): void {
  const path = join(folder, file);
  const before = readFileSync(path, 'utf8');
  if (!before.includes(text)) throw new Error(`${file} does not hold ${JSON.stringify(text)}`);
  writeFileSync(path, before.replace(text, by));
}
