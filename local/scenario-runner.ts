import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { liveList, type ReleaseDocument, type TransitionDocument } from '../core/contract/api/documents.ts';
import { serviceStackName } from '../core/contract/names.ts';
import { allTransitions, followRelease, listReleases } from '../cli/follow.ts';
import { pack, type PackedArtifact } from '../cli/pack/pack.ts';
import { LedgerWatch } from './transition-recorder.ts';
import { ENGINE, type Stage } from './sandbox.ts';
import { type UserAnswer, Users } from './simulated-users.ts';

/** A release as it went, from its first transition to its end. */
export interface PlayedRelease {
  readonly release: ReleaseDocument;
  readonly transitions: readonly TransitionDocument[];
}

/** Told what happens, as it happens. */
export interface Audience {
  dropped(key: string): void;
  transition(transition: TransitionDocument, startedAt: string): void;
  ended(release: ReleaseDocument): void;
  /** Something that a scenario measured. */
  noted?(sentence: string): void;
}

const SAMPLE = new URL('./sample-service/', import.meta.url).pathname;
/** How long, in real milliseconds, a dropped artifact may take to show in the ledger before something is wrong. */
const PATIENCE = 60_000;

/** What a person can do from outside: pack, drop, watch. Scenarios are played with it. */
export class Theatre {
  readonly played: PlayedRelease[] = [];
  /** What a scenario promises besides its ends and did not keep. */
  readonly broken: string[] = [];
  /** Hears of transitions in the moment they are written. */
  readonly watch: LedgerWatch;

  constructor(
    readonly stage: Stage,
    private readonly audience: Audience,
  ) {
    this.watch = new LedgerWatch(stage.aws);
  }

  /** Packs a version of the sample service, drops it, and follows its release to the end. */
  releaseVersion(version: 'v1' | 'v2', alter?: (folder: string) => void): Promise<PlayedRelease> {
    const { key, bytes } = this.pack(version, alter);
    return this.release(key, bytes);
  }

  /** Lets users order in one account from now on. @param seconds between two orders */
  users(environment: string, account: string, seconds: number): Promise<Users> {
    return Users.of(this.stage, environment, account, seconds);
  }

  /** What has to be true, in words; said when it is, and when it is not. */
  require(holds: boolean, sentence: string): void {
    this.audience.noted?.(sentence);
    if (!holds) this.broken.push(`Not so: ${sentence}.`);
  }

  /** Every answer that users got has to be like this. */
  requireAnswers({ answers }: Users, promise: string, holds: (answer: UserAnswer) => boolean): void {
    const others = answers.filter((answer) => !holds(answer));
    this.audience.noted?.(`${promise}: ${answers.length - others.length} of ${answers.length} requests`);
    if (others.length > 0) {
      const seen = others.map(({ status, version }) => `${status} of ${version ?? 'a version that broke'}`);
      this.broken.push(`${promise}: but ${others.length} of ${answers.length} got ${[...new Set(seen)].join(', ')}.`);
    }
  }

  /**
   * Few users may have met the bad version, and it must be gone soon.
   * @param percent the canary's share; the requests that met the version may be more by chance, within four standard deviations
   * @param safe the version that was good
   */
  requireLittleHarm(
    { transitions }: PlayedRelease,
    answers: readonly UserAnswer[],
    { percent, safe }: { readonly percent: number; readonly safe: string },
  ): void {
    const at = (type: string, environment = 'production'): number =>
      Date.parse(transitions.find((one) => one.type === type && one.environment === environment)?.at ?? '');
    const [begun, restored] = [at('shiftStarted'), at('trafficRestored')];
    const decided = Math.min(
      ...['checkFailed', 'failed', 'rollbackStarted'].map((type) => at(type)).filter((time) => !Number.isNaN(time)),
    );
    const during = answers.filter((answer) => answer.at >= begun && answer.at <= restored);
    const met = during.filter(({ version }) => version !== safe).length;
    const share = percent / 100;
    const most = Math.ceil(during.length * share + 4 * Math.sqrt(during.length * share * (1 - share)));
    const seconds = (restored - decided) / 1000;
    this.audience.noted?.(
      `${met} of ${during.length} users’ requests met the new version (${percent}%, at most ${most} by chance); ${safe} served everybody ${seconds} s after the decision`,
    );
    if (met > most)
      this.broken.push(`${met} of ${during.length} users’ requests met the new version, more than ${most}.`);
    if (!(seconds <= 10)) this.broken.push(`The traffic was back ${seconds} s after the decision, later than 10 s.`);
  }

  /** Waits, by the engine's clock, until an alarm of the service is red. @throws Error after an hour */
  async alarmTurnsRed(environment: string): Promise<void> {
    const { aws } = this.stage;
    const stackName = serviceStackName('orders', environment);
    const live = await this.stage.engine.call(liveList, 'GET', '/v1/live');
    const place = live.live.find((one) => one.environment === environment);
    if (place === undefined) throw new Error(`Nothing is live in ${environment}.`);
    const cloudWatch = aws.client(CloudWatchClient, place);
    for (let look = 0; look < 360; look += 1) {
      const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: stackName }));
      if (MetricAlarms.some(({ StateValue }) => StateValue === 'ALARM')) return;
      await aws.clock.sleep(10_000, 'looks at the alarms again');
    }
    throw new Error(`No alarm of ${stackName} turned red.`);
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
    this.audience.dropped(key);
    const { versionId } = await this.stage.engine.push(key, bytes);
    return { key, versionId, size: bytes.length };
  }

  /** Drops an artifact and follows its release to the end. */
  async release(key: string, bytes: Uint8Array): Promise<PlayedRelease> {
    const known = new Set(await this.releaseIds());
    await this.drop(key, bytes);
    return this.follow(await this.appeared(known));
  }

  /** Follows a release to its end. */
  async follow(id: string): Promise<PlayedRelease> {
    const ended = await followRelease(
      this.stage.engine,
      id,
      (transition, startedAt) => this.audience.transition(transition, startedAt),
      () => this.somethingHappened(),
    );
    this.audience.ended(ended);
    const played = { release: ended, transitions: await allTransitions(this.stage.engine, id) };
    this.played.push(played);
    return played;
  }

  /** Waits until a release has come to a transition. @throws Error when it ends without */
  async until(id: string, found: (transition: TransitionDocument) => boolean): Promise<void> {
    for (;;) {
      const transitions = await allTransitions(this.stage.engine, id);
      if (transitions.some(found)) return;
      if (transitions.at(-1)?.type === 'ended') throw new Error(`${id} ended before it came to what was waited for.`);
      await this.somethingHappened();
    }
  }

  /** Sends the bucket's `Object Created` event once more, as S3 may: at least once is not exactly once. */
  async repeatObjectEvent(dropped: {
    readonly key: string;
    readonly versionId: string;
    readonly size: number;
  }): Promise<void> {
    const { aws } = this.stage;
    aws.kernel.port.events.emit({
      ...ENGINE,
      source: 'aws.s3',
      detailType: 'Object Created',
      resources: [`arn:aws:s3:::${this.stage.bucket}`],
      detail: {
        version: '0',
        bucket: { name: this.stage.bucket },
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
    await aws.clock.settled();
  }

  /** Ids of all releases, newest first. */
  async releaseIds(): Promise<string[]> {
    const { releases } = await listReleases(this.stage.engine, { limit: '100' });
    return releases.map(({ id }) => id);
  }

  /** Waits for a release that was not there before. @throws Error when none appears */
  async appeared(known: ReadonlySet<string>): Promise<string> {
    const deadline = performance.now() + PATIENCE;
    while (performance.now() < deadline) {
      const id = (await this.releaseIds()).find((one) => !known.has(one));
      if (id !== undefined) return id;
      await this.somethingHappened();
    }
    throw new Error('What was dropped did not appear in the ledger.');
  }

  /** Resolves a moment after the ledger was written, or after a short while. */
  private async somethingHappened(): Promise<void> {
    await this.ledgerWritten();
    // Transitions come in bursts: one look sees several.
    await wait(100);
  }

  private ledgerWritten(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.stage.aws.kernel.onObservation((observation) => {
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
