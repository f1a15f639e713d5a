import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { describeRelease, describeTransition } from '../../core/contract/api/documents.ts';
import { endStatuses, type ReleaseStatus } from '../../core/release/status.ts';
import { pack } from '../../cli/pack/pack.ts';
import * as s from '../core/samples.ts';
import { sluice } from './command.ts';
import { type AskedOf, notThere, scriptEngine, type ScriptedEngine } from './scripted-engine.ts';

// `push` and `watch` against an engine whose answers are written here; test/end-to-end/cli.test.ts has a real one.

const { bytes } = pack('local/sample-service/v1');
const sha256 = createHash('sha256').update(bytes).digest('hex');
const file = join(mkdtempSync(join(tmpdir(), 'push-')), 'orders.zip');
writeFileSync(file, bytes);
const caller = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_REGION: 'us-east-1' };

let engine: ScriptedEngine | undefined;
afterEach(() => engine?.close());

const run = (...args: readonly string[]) => sluice(caller, '--endpoint', engine?.endpoint ?? '', ...args);

/** An attempt of the sample's version, as the API shows it. */
function attempt(number: number, status: ReleaseStatus, digest = sha256) {
  const { head } = s.succeeded;
  const document = describeRelease({ ...head, status, release: `orders-1.0.0-a${number}`, version: '1.0.0' });
  return { document: { ...document, attempt: number, artifact: { ...document.artifact, sha256: digest } } };
}

const transitions = (id: string) => ({
  document: { release: id, transitions: s.succeeded.events.map(describeTransition) },
});

/** Releases by id; one that is a list is answered in its order, the last from then on. */
function answers(releases: Readonly<Record<string, readonly object[]>>) {
  const looks = new Map<string, number>();
  return ({ path }: AskedOf) => {
    const [, id = '', rest] = /^\/v1\/releases\/([^/?]+)(\/transitions)?/.exec(path) ?? [];
    if (rest !== undefined) return transitions(id);
    const look = looks.get(id) ?? 0;
    looks.set(id, look + 1);
    const list = releases[id] ?? [notThere];
    return list[Math.min(look, list.length - 1)] ?? notThere;
  };
}

it('drops an artifact, and names its release once there is one', async () => {
  engine = await scriptEngine(answers({ 'orders-1.0.0-a1': [notThere, notThere, attempt(1, 'Received')] }));
  const { code, stdout, stderr } = await run('push', file, '--json');
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toEqual({
    ...{ key: 'orders/1.0.0.zip', versionId: 'v1', sha256 },
    ...{ release: 'orders-1.0.0-a1', status: 'Received', begun: true },
  });
});

it('names the release that has these bytes already, and the next attempt after one that did not succeed', async () => {
  engine = await scriptEngine(answers({ 'orders-1.0.0-a1': [attempt(1, 'Baking')] }));
  expect((await run('push', file)).stdout).toMatch(
    /\nThese bytes are released by orders-1\.0\.0-a1 already: it is Baking\.\n$/,
  );
  engine.close();
  const second = [notThere, attempt(2, 'Received')];
  engine = await scriptEngine(answers({ 'orders-1.0.0-a1': [attempt(1, 'RolledBack')], 'orders-1.0.0-a2': second }));
  expect((await run('push', file)).stdout).toMatch(/\nIts release is orders-1\.0\.0-a2\.\n$/);
});

it('drops nothing where the version was released with other bytes', async () => {
  engine = await scriptEngine(answers({ 'orders-1.0.0-a1': [attempt(1, 'Succeeded', 'd'.repeat(64))] }));
  const ran = await run('push', file);
  expect(ran).toMatchObject({ code: 7, stdout: '' });
  expect(ran.stderr).toMatch(
    /^Version 1\.0\.0 of orders was dropped before with other content \(orders-1\.0\.0-a1, [^]*\[cli\.version-used\]\n$/,
  );
  expect(engine.asked.map(({ method }) => method)).not.toContain('PUT');
});

it('drops for whom may not read, who is told why no release is named', async () => {
  engine = await scriptEngine(() => ({ status: 403, document: { message: 'Forbidden' } }));
  const ran = await run('push', file);
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  expect(ran.stdout).toMatch(/Its release is not named: You may not GET \S+: your identity needs execute-api:Invoke/);
  const watched = await run('push', file, '--watch', '--json');
  expect([watched.code, watched.stdout]).toEqual([5, '']);
  expect(JSON.parse(watched.stderr)).toMatchObject({ code: 'cli.engine-denied', key: 'orders/1.0.0.zip' });
});

const ends = {
  Succeeded: 0,
  Failed: 1,
  RolledBack: 3,
  Declined: 6,
  Rejected: 7,
  Expired: 8,
  Superseded: 8,
  Cancelled: 8,
};
it.each(endStatuses)('follows to the end, and ends by it: %s', async (status) => {
  engine = await scriptEngine(answers({ 'orders-1.0.0-a1': [attempt(1, status)] }));
  const ran = await run('watch', 'orders-1.0.0-a1', '--no-color');
  expect(ran.code).toBe(ends[status]);
  expect(ran.stdout).toContain(`orders-1.0.0-a1: ${status}`);
  if (status !== 'Succeeded') expect(ran.stderr).toBe(`orders-1.0.0-a1 ended ${status}. [cli.release-ended]\n`);
});

it('follows what it dropped', async () => {
  engine = await scriptEngine(answers({ 'orders-1.0.0-a1': [notThere, attempt(1, 'RolledBack')] }));
  const ran = await run('push', file, '--watch', '--json');
  expect(ran.code).toBe(3);
  expect(JSON.parse(ran.stdout)).toMatchObject({ id: 'orders-1.0.0-a1', status: 'RolledBack' });
  expect(ran.stderr).toMatch(/^Dropped orders\/1\.0\.0\.zip [^]*\nIts release is orders-1\.0\.0-a1\.\n/);
});

it('shows how a release stands by the exit code, where that is wanted', async () => {
  engine = await scriptEngine(
    answers({ 'orders-1.0.0-a1': [attempt(1, 'Declined')], 'orders-1.0.0-a2': [attempt(2, 'Monitoring')] }),
  );
  const codes = await Promise.all([
    run('show', 'orders-1.0.0-a1'),
    run('show', 'orders-1.0.0-a1', '--exit-code'),
    run('show', 'orders-1.0.0-a2', '--exit-code'),
    run('show', 'orders-1.0.0-a3', '--exit-code'),
  ]);
  expect(codes.map(({ code }) => code)).toEqual([0, 6, 9, 4]);
});

it('asks by ETag, and is sent again only what has changed', async () => {
  const { document } = attempt(1, 'Deploying');
  const looks = [document, document, attempt(1, 'Succeeded').document];
  let look = 0;
  const whole = s.succeeded.events.map(describeTransition);
  engine = await scriptEngine(({ path, headers }) => {
    const release = 'orders-1.0.0-a1';
    if (path.includes('/transitions')) {
      const after = Number(new URL(path, 'http://x').searchParams.get('after'));
      return { document: { release, transitions: look > 2 ? whole.slice(after) : whole.slice(after, -1) } };
    }
    const now = looks[Math.min(look, 2)];
    look += 1;
    const etag = `"${now?.status}"`;
    if (headers['if-none-match'] === etag) return { status: 304, headers: { etag } };
    const seen = now?.status === 'Succeeded' ? whole.length : whole.length - 1;
    return { document: { ...now, transitions: seen }, headers: { etag } };
  });
  expect(await run('watch', 'orders-1.0.0-a1')).toMatchObject({ code: 0 });
  const asked = engine.asked.filter(({ path }) => !path.includes('/transitions'));
  expect(asked.map(({ headers }) => headers['if-none-match'])).toEqual([
    ...[undefined, '"Deploying"', '"Deploying"', '"Succeeded"'],
  ]);
  // Where the release has not changed, its transitions are not asked for.
  expect(engine.asked.length - asked.length).toBe(2);
});
