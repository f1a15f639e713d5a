import { randomBytes } from 'node:crypto';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller } from '../../kernel/principal.ts';
import type { CodeStore } from './code.ts';
import { Environment, type FunctionError } from './environment.ts';
import { Gate } from './gate.ts';
import { whyNotWith } from './layers/why-not-run.ts';
import { arnOf } from './names.ts';
import type { StartRuntime } from './runtime-process.ts';
import type { Runtimes } from './runtimes/runtimes.ts';
import type { FunctionRecord, VersionRecord } from './store.ts';
import { variablesOf } from './variables.ts';

/** An environment at work or waiting, with what it was made for. */
export interface Slot {
  readonly environment: Environment;
  /** The version it serves, and of `$LATEST` which revision. */
  readonly key: string;
  /** The function's role, as this environment acts. */
  readonly caller: Caller;
  readonly logStream: string;
  /** Engine time at which its credentials are too old to begin an invocation with. */
  readonly freshUntil: number;
  /** Milliseconds that loading took; 0 once it was reported. */
  initDuration: number;
  /** What the code wrote while it was loaded; belongs to the first invocation's log. */
  readonly early: string[];
  /** Whether the log stream was made, and if so whether the role may write to it. */
  logging: 'unknown' | 'ready' | 'refused';
}

/** At most this many processes wait idle per version, and in all. */
const IDLE_PER_VERSION = 8;
const IDLE_IN_ALL = 24;
/** One process starts at a time, for so long at most: while another waits, one that is there already may come free. */
const STARTING = { atOnce: 1, milliseconds: 500 };
/** So many invocations run at once on this machine, each for so long; further ones wait in line before they start. */
const RUNNING = { atOnce: 4, milliseconds: 1_000 };
/** Lambda's session credentials last 12 hours. */
const CREDENTIAL_SECONDS = 43_200;
/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html: INIT may take 10 seconds. */
const INIT_MILLISECONDS = 10_000;

/** The execution environments: made on demand, reused when idle, evicted least recently used first. */
export class EnvironmentPool {
  private readonly idle: Slot[] = [];
  private readonly all = new Map<string, Slot>();
  private readonly starts = new Gate(STARTING.atOnce, STARTING.milliseconds);
  private readonly runs = new Gate(RUNNING.atOnce, RUNNING.milliseconds);
  private readonly onExit = (): void => this.killAll();

  constructor(
    private readonly kernel: Kernel,
    private readonly runtimes: Runtimes,
    private readonly code: CodeStore,
  ) {
    process.once('exit', this.onExit);
  }

  /**
   * Does `work` in an environment of the version, an idle one where there is one; with the error where its code could not be
   * loaded (the process is gone then).
   * `nested` invocations (made by a function that is running) do not wait in line: what made them has a place already.
   */
  async use<T>(
    record: FunctionRecord,
    version: VersionRecord,
    nested: boolean,
    work: (slot: Slot, failed: FunctionError | undefined) => Promise<T>,
  ): Promise<T> {
    const leave = nested ? () => undefined : await this.runs.enter();
    try {
      const { slot, failed } = await this.slotFor(record, version);
      try {
        return await work(slot, failed);
      } finally {
        this.giveBack(slot);
      }
    } finally {
      leave();
    }
  }

  /** No further invocation runs in the environments of this function (or of one version of it). */
  retire(record: FunctionRecord, version?: string): void {
    const prefix = `${arnOf(record, version)}${version === undefined ? ':' : ' '}`;
    for (const slot of this.all.values()) if (slot.key.startsWith(prefix)) slot.environment.retired = true;
    for (const slot of [...this.idle]) if (slot.environment.retired) this.drop(slot);
  }

  /** Kills one environment, as a crash would. */
  kill(id: string): void {
    this.all.get(id)?.environment.kill();
  }

  close(): void {
    process.removeListener('exit', this.onExit);
    this.killAll();
    this.all.clear();
    this.idle.length = 0;
  }

  private killAll(): void {
    for (const { environment } of this.all.values()) environment.kill();
  }

  private takeIdle(key: string): Slot | undefined {
    const now = this.kernel.clock.now();
    for (const slot of [...this.idle].reverse()) {
      if (slot.key !== key) continue;
      if (!slot.environment.alive || slot.freshUntil <= now) {
        this.drop(slot);
        continue;
      }
      this.idle.splice(this.idle.indexOf(slot), 1);
      return slot;
    }
    return undefined;
  }

  private giveBack(slot: Slot): void {
    if (!slot.environment.alive || slot.environment.retired) return this.drop(slot);
    this.idle.push(slot);
    const ofVersion = this.idle.filter(({ key }) => key === slot.key);
    if (ofVersion.length > IDLE_PER_VERSION && ofVersion[0] !== undefined) this.drop(ofVersion[0]);
    if (this.idle.length > IDLE_IN_ALL && this.idle[0] !== undefined) this.drop(this.idle[0]);
  }

  private drop(slot: Slot): void {
    slot.environment.kill();
    this.all.delete(slot.environment.id);
    const index = this.idle.indexOf(slot);
    if (index !== -1) this.idle.splice(index, 1);
  }

  private async slotFor(
    record: FunctionRecord,
    version: VersionRecord,
  ): Promise<{ slot: Slot; failed: FunctionError | undefined }> {
    const key = keyOf(record, version);
    const idle = this.takeIdle(key);
    if (idle !== undefined) return { slot: idle, failed: undefined };
    const leave = await this.starts.enter();
    try {
      // While this stood in line to start a process, another may have come free.
      const freed = this.takeIdle(key);
      if (freed !== undefined) return { slot: freed, failed: undefined };
      const { start, whyNot } = await this.runtimes.of(version.settings);
      const why = whyNot ?? whyNotWith(version.settings.layers);
      const slot = this.launch(record, version, start);
      const begun = performance.now();
      const failed =
        why === undefined
          ? await slot.environment.load(INIT_MILLISECONDS + version.settings.timeout * 1_000)
          : { errorType: 'Runtime.NotSimulated', errorMessage: why };
      slot.initDuration = performance.now() - begun;
      if (failed !== undefined) slot.environment.kill();
      return { slot, failed };
    } finally {
      leave();
    }
  }

  private launch(record: FunctionRecord, version: VersionRecord, start: StartRuntime): Slot {
    const { clock } = this.kernel;
    const { settings } = version;
    const id = randomBytes(16).toString('hex');
    const day = clock.date().toISOString().slice(0, 10).replaceAll('-', '/');
    const logStream = `${day}/[${version.version}]${id}`;
    const caller = this.kernel.port.iam.assumeForService({
      roleArn: settings.role,
      service: 'lambda.amazonaws.com',
      region: record.region,
      sessionName: record.name,
      sourceArn: arnOf(record),
      executionEnvironment: id,
    });
    const credentials = this.kernel.port.iam.issue(caller.principal, CREDENTIAL_SECONDS);
    const placed = this.code.withLayers(version.code, settings.layers, settings.runtime);
    const process = start({
      folder: placed.folder,
      memorySize: settings.memorySize,
      variables: variablesOf(record, version, placed, {
        AWS_LAMBDA_LOG_STREAM_NAME: logStream,
        AWS_ENDPOINT_URL: this.kernel.endpoint(),
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_SESSION_TOKEN: credentials.sessionToken ?? '',
      }),
    });
    const environment = new Environment(id, clock, process, placed.opt);
    const expiresAt = credentials.expiresAt ?? clock.now() + CREDENTIAL_SECONDS * 1_000;
    const slot: Slot = {
      environment,
      key: keyOf(record, version),
      caller: { ...caller, region: record.region },
      logStream,
      freshUntil: expiresAt - settings.timeout * 1_000 - 60_000,
      initDuration: 0,
      early: [],
      logging: 'unknown',
    };
    environment.onLine = (line) => slot.early.push(line);
    this.all.set(id, slot);
    return slot;
  }
}

function keyOf(record: FunctionRecord, version: VersionRecord): string {
  return `${arnOf(record, version.version)} ${version.revisionId}`;
}
