import { setTimeout as wait } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { allTransitions, listReleases, oneRelease } from '../../cli/follow.ts';
import { liveList, type ReleaseDocument, type TransitionDocument } from '../../core/contract/api/documents.ts';
import { formatReleaseId, nameUnreadable, parseArtifactKey } from '../../core/values/release-id.ts';
import { verifyChain } from '../../core/release/chain.ts';
import { problemSchema } from '../../core/values/problems.ts';
import { releaseEventSchema } from '../../core/release/events.ts';
import { isEnd } from '../../core/release/status.ts';
import { ENGINE, type Sandbox } from '../../local/sandbox.ts';
import { brokenArtifacts, type DroppedArtifact } from '../artifacts/broken.ts';
import { openSandbox } from './open-sandbox.ts';
import { RuleChecker } from './rules/rule-checker.ts';

interface Outcome {
  readonly release: ReleaseDocument;
  readonly transitions: readonly TransitionDocument[];
}

/** Real milliseconds. */
const PATIENCE = 200_000;

const rejection = z.object({ problems: z.array(problemSchema) });
/** All of them, and for `npm test` one in so many: each goes through the same machine, and what is wrong with it is judged by values, too. */
const ONE_IN = 4;
const some = brokenArtifacts.filter((_, index) => index % ONE_IN === 0);

describe('broken artifacts, dropped all at once', { tags: 'long' }, () => areRejected(brokenArtifacts));
describe('a sample of broken artifacts, dropped all at once', () => areRejected(some));

function areRejected(artifacts: readonly DroppedArtifact[]): void {
  const firsts = artifacts.filter(({ first }) => first !== undefined);
  const outcomes = new Map<string, Outcome>();
  let sandbox: Sandbox;
  let rules: RuleChecker;

  beforeAll(async () => {
    sandbox = await openSandbox({ pace: 'max', synthesized: inject('synthesized') });
    rules = new RuleChecker(sandbox.aws);
    await ended(sandbox, await Promise.all(firsts.map((one) => drop(sandbox, one, 1, one.first?.(one.version)))));
    // Everything at once.
    const ids = await Promise.all(
      artifacts.map((one) => drop(sandbox, one, one.first === undefined ? 1 : 2, one.build(one.version))),
    );
    await ended(sandbox, ids);
    for (const [index, { name }] of artifacts.entries()) {
      const id = ids[index] ?? '';
      outcomes.set(name, {
        release: await oneRelease(sandbox.engine, id),
        transitions: await allTransitions(sandbox.engine, id),
      });
    }
  });
  afterAll(() => sandbox.close());

  it.each(artifacts)('$name is rejected, and the ledger says why', ({ name, codes, sentence }) => {
    const outcome = outcomes.get(name);
    if (outcome === undefined) throw new Error(`${name} has vanished`);
    const { release, transitions } = outcome;
    expect(release.status).toBe('Rejected');
    expect(release.failure?.error).toBe('ArtifactRejected');
    const { problems } = rejection.parse(transitions.find(({ type }) => type === 'rejected')?.evidence);
    expect(problems.map(({ code }) => code)).toEqual(codes);
    expect(problems.map(({ message }) => message)).toContainEqual(expect.stringMatching(sentence));
    expect(release.failure?.reason).toContain(problems[0]?.message);
    expect(transitions.map(({ type }) => type)).toEqual(['received', 'rejected', 'ended']);
    expect(transitions.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(verifyChain(transitions.map((one) => releaseEventSchema.parse(one)))).toBeUndefined();
  });

  it('leaves a ledger that breaks no rule', async () => {
    expect(await rules.brokenRules()).toEqual([]);
  });

  it('leaves one release for each object, and nothing live', async () => {
    expect((await allReleases(sandbox)).size).toBe(artifacts.length + firsts.length);
    expect((await sandbox.engine.call(liveList, 'GET', '/v1/live')).live).toEqual([]);
  });
}

/** Puts an object as anybody with an S3 client would. @returns the release that must come of it */
async function drop(
  { aws, bucket }: Sandbox,
  { key }: DroppedArtifact,
  attempt: number,
  bytes: Uint8Array = new Uint8Array(),
): Promise<string> {
  const s3 = aws.client(S3Client, ENGINE);
  const { VersionId = '' } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));
  return formatReleaseId({ ...(parseArtifactKey(key) ?? nameUnreadable(key, VersionId)), attempt });
}

/** Waits until all of the releases have ended. @throws Error naming those that have not */
async function ended(sandbox: Sandbox, ids: readonly string[]): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    // Asking while everything runs would only queue behind it.
    await sandbox.aws.clock.idle();
    const known = await allReleases(sandbox);
    const open = ids.filter((id) => !isEnd(known.get(id) ?? 'Received'));
    if (open.length === 0) return;
    if (performance.now() > deadline)
      throw new Error(`Not ended: ${open.map((id) => `${id} ${known.get(id)}`).join()}`);
    await wait(250);
  }
}

async function allReleases({ engine }: Sandbox): Promise<ReadonlyMap<string, ReleaseDocument['status']>> {
  const statuses = new Map<string, ReleaseDocument['status']>();
  let cursor: string | undefined;
  do {
    const page = await listReleases(engine, { limit: '100', cursor });
    for (const { id, status } of page.releases) statuses.set(id, status);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return statuses;
}
