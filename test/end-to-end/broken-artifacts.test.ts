import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { allTransitions, followRelease, listReleases } from '../../cli/follow.ts';
import { liveList, type ReleaseDocument, type TransitionDocument } from '../../core/api/documents.ts';
import { formatReleaseId, nameUnreadable, parseArtifactKey } from '../../core/release-id.ts';
import { verifyChain } from '../../core/release/chain.ts';
import { problemSchema, releaseEventSchema } from '../../core/release/events.ts';
import { ENGINE, setStage, type Stage } from '../../local/stage.ts';
import { brokenArtifacts } from '../artifacts/broken.ts';

interface Outcome {
  readonly release: ReleaseDocument;
  readonly transitions: readonly TransitionDocument[];
}

const rejection = z.object({ problems: z.array(problemSchema) });
const firsts = brokenArtifacts.filter(({ first }) => first !== undefined);
const outcomes = new Map<string, Outcome>();
let stage: Stage;
let s3: S3Client;

beforeAll(async () => {
  stage = await setStage({ pace: 'max', synthesized: inject('synthesized') });
  s3 = stage.aws.client(S3Client, ENGINE);
  await Promise.all(firsts.map(async ({ key, version, first }) => follow(await drop(key, 1, first?.(version)))));
  // Everything at once.
  const dropped = await Promise.all(
    brokenArtifacts.map(async ({ name, key, version, first, build }) => {
      const id = await drop(key, first === undefined ? 1 : 2, build(version));
      return { name, id };
    }),
  );
  await Promise.all(dropped.map(async ({ name, id }) => outcomes.set(name, await follow(id))));
});
afterAll(() => stage.close());

/** Puts an object as anybody with an S3 client would. @returns the release that must come of it */
async function drop(key: string, attempt: number, bytes: Uint8Array | undefined): Promise<string> {
  const { VersionId = '' } = await s3.send(new PutObjectCommand({ Bucket: stage.bucket, Key: key, Body: bytes }));
  return formatReleaseId({ ...(parseArtifactKey(key) ?? nameUnreadable(key, VersionId)), attempt });
}

async function follow(id: string): Promise<Outcome> {
  await expect.poll(() => isInLedger(id), { timeout: 200_000, interval: 500, message: id }).toBe(true);
  const release = await followRelease(
    stage.engine,
    id,
    () => undefined,
    () => new Promise((resolve) => setTimeout(resolve, 500)),
  );
  return { release, transitions: await allTransitions(stage.engine, id) };
}

async function isInLedger(id: string): Promise<boolean> {
  return (await allReleases()).has(id);
}

async function allReleases(): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await listReleases(stage.engine, { limit: '100', cursor });
    for (const { id } of page.releases) ids.add(id);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return ids;
}

describe('broken artifacts, dropped all at once', () => {
  it.each(brokenArtifacts)('$name is rejected, and the ledger says why', ({ name, codes, sentence }) => {
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

  it('leaves one release for each object, and nothing live', async () => {
    expect((await allReleases()).size).toBe(brokenArtifacts.length + firsts.length);
    expect((await stage.engine.call(liveList, 'GET', '/v1/live')).live).toEqual([]);
  });
});
