import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ReleaseDocument, TransitionDocument } from '../core/api/documents.ts';
import { allTransitions, followRelease, listReleases } from '../cli/follow.ts';
import { pack, type PackedArtifact } from '../cli/pack/pack.ts';
import { ENGINE, type Stage } from './stage.ts';

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
}

const SAMPLE = new URL('./sample-service/', import.meta.url).pathname;
/** How long, in real milliseconds, a dropped artifact may take to show in the ledger before something is wrong. */
const PATIENCE = 60_000;

/** What a person can do from outside: pack, drop, watch. Scenarios are played with it. */
export class Theatre {
  readonly played: PlayedRelease[] = [];

  constructor(
    readonly stage: Stage,
    private readonly audience: Audience,
  ) {}

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
