import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { recordedObject } from '../../core/checks/evidence.ts';
import { evidenceBucketName } from '../../core/contract/names.ts';
import { evidenceKey } from '../../core/ledger/evidence-object.ts';
import { decisionDocument } from '../../core/contract/api/actions.ts';
import {
  liveList,
  releaseDocument,
  releaseList,
  sessionDocument,
  transitionDocument,
} from '../../core/contract/api/documents.ts';
import { approvalDocument, approvalList } from '../../core/contract/api/approvals.ts';
import { onApprovalRequest, type ApprovalRequest } from '../../local/approval-requests.ts';
import { approverProfile } from '../../local/rehearsal/approver-profile.ts';
import { ENGINE, type Sandbox } from '../../local/sandbox.ts';
import { alteredLinks, postDecision } from './approval-link.ts';
import { documentOf, sluice, type Ran } from '../cli/command.ts';
import { installSluice, type Installed } from '../cli/installed.ts';
import { assumeNewRole, createLogReader, createOutsider, createTeamMember, type Identity } from './identities.ts';
import { readRowsAtRest } from './ledger-rules.ts';
import { openSandbox } from './open-sandbox.ts';
import { RuleChecker } from './rules/rule-checker.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import { packTiny, writeTiny, type TinyRelease } from './tiny-service.ts';

// The `sluice` command as a user runs it, against the engine on the local AWS: one story, told in order.

const folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'));
let sandbox: Sandbox;
let installed: Installed;
let [team, manager, author, stranger, outsider]: Identity[] = [];
let recorder: TransitionRecorder;
let rules: RuleChecker;
/** Links by who was mailed them, of the approval that was asked for last. */
const links = new Map<string, string>();
let heard: (request: ApprovalRequest) => void = () => undefined;
let letTimeRun: () => void = () => undefined;

beforeAll(async () => {
  installed = await installSluice(mkdtempSync(join(folder, 'installed-')));
  sandbox = await openSandbox({ pace: 'max', synthesized: inject('synthesized') });
  rules = new RuleChecker(sandbox.aws);
  // Links and sessions are good for minutes: time jumps only where a release has to go on.
  letTimeRun = sandbox.aws.clock.hold();
  recorder = new TransitionRecorder(sandbox.aws);
  team = await createTeamMember(sandbox, 'orders');
  outsider = await createOutsider(sandbox);
  [manager, author, stranger] = await Promise.all(
    ['release-manager', 'author', 'stranger'].map((role) => assumeNewRole(sandbox, role)),
  );
  sandbox.aws.kernel.onObservation((observation) => {
    const link = observation.kind === 'email' ? /https?:\S+\/approvals\/\S+/.exec(observation.text)?.[0] : undefined;
    if (observation.kind === 'email' && link !== undefined) links.set(observation.to[0] ?? '', link);
  });
  onApprovalRequest(sandbox.aws, (request) => heard(request));
});

afterAll(async () => {
  letTimeRun();
  const broken = await rules.brokenRules();
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
  expect(broken).toEqual([]);
});

const shown = releaseDocument.extend({ transitions: z.array(transitionDocument) });

const containing = (text: string): unknown => expect.stringContaining(text);
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const someText: unknown = expect.any(String);
const robinsLink = (): string => links.get('robin@example.com') ?? '';

/** Runs a command as somebody. */
const as = (who: Identity | undefined, ...args: readonly string[]): Promise<Ran> => sluice({ ...who }, ...args);

/** What Ada made of the service at a version. */
const madeByAda = (version: string): TinyRelease => ({
  ...{ service: 'orders', version },
  manifest: { source: { author: 'ada@example.com' } },
});

/** The next approval that is asked for, once `drop` was done; time jumps until then. */
async function askedAfter(drop: () => Promise<void>): Promise<ApprovalRequest> {
  const asking = new Promise<ApprovalRequest>((resolve) => (heard = resolve));
  await drop();
  letTimeRun();
  return asking;
}

/** Drops a version without the command. */
const drop = (version: string): Promise<ApprovalRequest> =>
  askedAfter(async () => {
    const { key, bytes } = packTiny(madeByAda(version));
    await sandbox.engine.push(key, bytes);
  });

/** Lets time jump again until something has come about. */
async function goOn<T>(request: ApprovalRequest, about: Promise<T>): Promise<T> {
  request.decidedElsewhere();
  const come = await about;
  letTimeRun = sandbox.aws.clock.hold();
  return come;
}

it('says in one sentence why somebody does not find the engine', async () => {
  const cases: readonly (readonly [Promise<Ran>, number, RegExp])[] = [
    [as({ ...team, AWS_SECRET_ACCESS_KEY: 'wrong' }, 'list'), 5, /AWS does not know these credentials/],
    [as(team, '--region', 'eu-central-1', 'list'), 5, /not authorized/],
    [as(sandbox.environment, '--region', 'eu-central-1', 'list'), 4, /No engine in this account and region/],
  ];
  for (const [running, code, sentence] of cases)
    expect(await running).toMatchObject({ code, stdout: '', stderr: matching(sentence) });
});

it('makes whoever pastes what npm start prints a person of the policy', async () => {
  // The role is there already, as where a scenario needs it.
  const lines = await approverProfile(sandbox, folder);
  const assigned = lines.filter((line) => line.startsWith('export ')).join(' ');
  const environment = Object.fromEntries(
    [...assigned.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', to = '']) => [name, to]),
  );
  const robin = {
    person: { name: 'Robin Release', email: 'robin@example.com' },
    principal: matching(/assumed-role\/release-manager\//),
  };
  const ran = await sluice(environment, '--json', 'whoami');
  expect(ran).toMatchObject({ code: 0 });
  expect(JSON.parse(ran.stdout)).toMatchObject(robin);
  for (const args of [['list'], ['open', '--json']])
    expect(await sluice(environment, ...args)).toMatchObject({ code: 0 });
  expect(await sluice({ ...environment, AWS_PROFILE: 'administrator' }, 'list')).toMatchObject({ code: 0 });
});

it('follows a release that the manager approves, to its end', async () => {
  const [source, file] = [join(folder, '1.0.0'), join(folder, '1.0.0.zip')];
  writeTiny(source, madeByAda('1.0.0'));
  expect(await as({}, 'pack', source, '-o', file)).toMatchObject({ code: 0, stderr: '' });
  let watching: Promise<Ran> | undefined;
  let pushing: Promise<Ran> | undefined;
  const request = await askedAfter(async () => {
    const { AWS_ENDPOINT_URL = '', ...rest } = { ...team };
    pushing = installed.npx(rest, '--json', '--endpoint', AWS_ENDPOINT_URL, 'push', file);
    // At once: the ledger may not know the release yet.
    watching = as(team, 'watch', 'orders-1.0.0-a1', '--json');
  });
  const pushed = (await pushing) ?? { stdout: '' };
  const named = { release: 'orders-1.0.0-a1', begun: true };
  expect(JSON.parse(pushed.stdout)).toMatchObject({ key: 'orders/1.0.0.zip', versionId: someText, ...named });
  await pushesAgain('1.0.0', file);
  await findsIt('orders-1.0.0-a1');
  await opensByLinkWithoutChange();
  await decidesForNobodyElse('orders-1.0.0-a1');
  const waiting = await looksFirst('orders-1.0.0-a1');
  const before = await readRowsAtRest(sandbox);
  const approved = await as(manager, 'approve', 'orders-1.0.0-a1', '--reason', 'Looks good', '--json');
  expect(documentOf(decisionDocument, approved)).toMatchObject({ environment: 'production', outcome: 'approved' });
  expect(await readRowsAtRest(sandbox)).not.toEqual(before);
  const again = await as(manager, 'approve', 'orders-1.0.0-a1', '--environment', 'production');
  const told = /Robin Release \(robin@example\.com\) approved this at [^]* UTC: Looks good\./;
  expect(again).toMatchObject({ code: 2, stderr: matching(/waits for no decision/) });
  expect(again.stderr).toMatch(told);
  const same = await as(manager, 'approve', 'orders-1.0.0-a1', '--approval', waiting, '--json');
  expect(documentOf(decisionDocument, same)).toMatchObject({ outcome: 'approved', decidedAt: someText });
  const other = await as(manager, 'decline', 'orders-1.0.0-a1', '--approval', waiting, '--reason', 'No');
  expect(other).toMatchObject({ code: 2, stderr: matching(told) });
  const late = await postDecision(robinsLink(), 'decline');
  expect(late).toMatchObject({ status: 409, text: matching(told) });
  const { code, stdout, stderr } = await goOn(request, watching ?? Promise.reject(new Error('Nobody watches.')));
  expect(releaseDocument.parse(JSON.parse(stdout))).toMatchObject({ id: 'orders-1.0.0-a1', status: 'Succeeded' });
  expect(stderr).toMatch(/production +approved by robin@example\.com – Looks good\n/);
  expect(code).toBe(0);
});

/** The same bytes again have the release that they have; other bytes of the version are not dropped. */
async function pushesAgain(version: string, file: string): Promise<void> {
  const { AWS_ENDPOINT_URL = '', ...rest } = { ...team };
  const other = join(folder, 'other.zip');
  writeTiny(join(folder, 'other'), { ...madeByAda(version), manifest: { source: { author: 'eve@example.com' } } });
  expect(await as({}, 'pack', join(folder, 'other'), '-o', other)).toMatchObject({ code: 0 });
  const [same, used, live] = await Promise.all([
    as(team, 'push', file, '--json'),
    as(team, 'push', other, '--json'),
    installed.npx(rest, '--endpoint', AWS_ENDPOINT_URL, 'show', `orders-${version}-a1`),
  ]);
  expect(JSON.parse(same.stdout)).toMatchObject({ release: `orders-${version}-a1`, begun: false });
  expect([used.code, used.stdout]).toEqual([7, '']);
  expect(JSON.parse(used.stderr)).toMatchObject({ code: 'cli.version-used', release: `orders-${version}-a1` });
  expect(live.stdout).toMatch(/^orders-1\.0\.0-a1: AwaitingApproval/);
}

/** `list` by each filter, `show`, and what they refuse. */
async function findsIt(id: string): Promise<void> {
  const listed = async (...filter: string[]): Promise<string[]> =>
    documentOf(releaseList, await as(team, 'list', '--json', ...filter)).releases.map((one) => one.id);
  const [service, status, environment, none, release, unknown, malformed, wrongStatus] = await Promise.all([
    listed('--service', 'orders'),
    listed('--status', 'AwaitingApproval'),
    listed('--environment', 'production'),
    listed('--service', 'orders', '--status', 'Failed'),
    as(team, 'show', id, '--json'),
    as(team, 'show', 'orders-7.7.7-a1', '--json'),
    as(team, 'show', 'Orders'),
    as(team, 'list', '--status', 'Sleeping'),
  ]);
  expect([service, status, environment, none]).toEqual([[id], [id], [id], []]);
  const { transitions, environments } = documentOf(shown, release);
  expect(transitions.map(({ sequence }) => sequence)).toEqual(transitions.map((_, index) => index + 1));
  expect(environments.map(({ phase }) => phase)).toEqual(['done', 'approvalPending']);
  expect(unknown).toMatchObject({ code: 4, stdout: '' });
  expect(JSON.parse(unknown.stderr)).toMatchObject({ error: someText, code: someText });
  expect(malformed.code).toBe(2);
  expect(wrongStatus).toMatchObject({ code: 2, stderr: containing('status') });
}

/** What an approval is for, before it is decided; gives its id. */
async function looksFirst(id: string): Promise<string> {
  const { approvals } = documentOf(approvalList, await as(team, 'approvals', id, '--json'));
  expect(approvals).toMatchObject([{ environment: 'production', kind: 'release', standing: 'open' }]);
  const [found, lines] = await Promise.all([as(team, 'approval', id, '--json'), as(team, 'approval', id)]);
  const { approval, targets } = documentOf(approvalDocument, found);
  expect([approval, targets.map(({ account }) => account)]).toEqual([approvals[0]?.approval, ['333333333333']]);
  expect(lines.stdout).toMatch(
    /^Release orders-1\.0\.0-a1 to production\?[^]*\n333333333333\/us-east-1\n[^]*Add [^]*Ada Author is the author[^]*open: 0 of 1/,
  );
  return approval;
}

/** GET shows, however often, and a link that was altered shows nothing. */
async function opensByLinkWithoutChange(): Promise<void> {
  const link = robinsLink();
  const before = await readRowsAtRest(sandbox);
  const answers = await Promise.all(Array.from({ length: 10 }, () => fetch(link)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await answers[0]?.text()).toMatch(/Release orders 1\.0\.0 to production\?[^]*robin@example\.com/);
  for (const altered of alteredLinks(link)) {
    for (const method of ['GET', 'POST']) {
      const body = method === 'POST' ? { body: new URLSearchParams({ decision: 'approve' }) } : {};
      const answer = await fetch(altered, { method, ...body });
      expect([403, 404], altered).toContain(answer.status);
      expect(answer.headers.get('content-type')).toMatch(/text\/html/);
    }
  }
  expect(await readRowsAtRest(sandbox)).toEqual(before);
}

/** The author, somebody the policy does not name, somebody without grants: none of them decides, and nothing changes. */
async function decidesForNobodyElse(id: string): Promise<void> {
  const before = await readRowsAtRest(sandbox);
  const [ofAuthor, ofStranger, ofOutsider, looked, opened] = await Promise.all([
    as(author, 'approve', id),
    as(stranger, 'decline', id, '--reason', 'No', '--json'),
    as(outsider, 'approve', id, '--approval', '0'.repeat(32)),
    as(outsider, 'list'),
    as(outsider, 'open'),
  ]);
  expect(ofAuthor).toMatchObject({ code: 5, stderr: containing('Ada Author is the author') });
  expect(ofStranger).toMatchObject({
    code: 5,
    stdout: '',
    stderr: containing('not one of the principals'),
  });
  for (const ran of [ofOutsider, looked, opened])
    expect(ran).toMatchObject({ code: 5, stdout: '', stderr: containing('execute-api:Invoke') });
  const file = join(folder, '1.0.0.zip');
  const pushed = await as(outsider, 'push', file);
  for (const part of ['s3:PutObject', '"uploaders" for orders'])
    expect(pushed).toMatchObject({ code: 5, stderr: containing(part) });
  expect([...links.keys()]).toEqual(['robin@example.com']);
  expect(await readRowsAtRest(sandbox)).toEqual(before);
}

it('ends with 6 where a release is declined by the link, which decides once', async () => {
  const request = await drop('1.1.0');
  const watching = as(team, 'watch', 'orders-1.1.0-a1');
  const first = await postDecision(robinsLink(), 'decline');
  expect(first).toMatchObject({ status: 200, text: containing('Thank you: declined.') });
  const { code, stdout, stderr } = await goOn(request, watching);
  expect(stdout).toMatch(
    /^ +0:00 +received\n[^]*declined[^]*ended\n +Version 1\.0\.0 serves in production\.\norders-1\.1\.0-a1: Declined/,
  );
  expect([code, stderr]).toEqual([6, 'orders-1.1.0-a1 ended Declined. [cli.release-ended]\n']);
  const before = await readRowsAtRest(sandbox);
  const second = await postDecision(robinsLink(), 'approve');
  expect(second).toMatchObject({ status: 409, text: containing('declined this at') });
  expect(second.text).toContain('<h1>Nothing was done</h1>');
  expect(await readRowsAtRest(sandbox)).toEqual(before);
});

it('declines by the command, with a reason that the ledger keeps', async () => {
  const request = await drop('1.2.0');
  expect(await as(manager, 'decline', 'orders-1.2.0-a1', '--reason', 'Not today')).toMatchObject({
    ...{ code: 0, stderr: '' },
    stdout:
      'orders-1.2.0-a1 in production: declined. orders-1.2.0-a1 ends, and changes nothing in production. Environments before keep what they have.\n',
  });
  await goOn(request, recorder.waitFor('orders-1.2.0-a1', 'ended'));
  const closed = await as(manager, 'approve', 'orders-1.2.0-a1');
  expect(closed).toMatchObject({
    code: 2,
    stderr: matching(
      /^orders-1\.2\.0-a1 waits for no decision; it is Declined\. production: Robin [^]*: Not today\. \[cli\.approval-none\]\n$/,
    ),
  });
  const { transitions } = documentOf(shown, await as(team, 'show', 'orders-1.2.0-a1', '--json'));
  expect(transitions.find(({ type }) => type === 'declined')).toMatchObject({
    ...{ actor: 'robin@example.com', reason: 'Not today' },
    evidence: { via: 'iam' },
  });
});

it('lists page by page, and what serves where', async () => {
  const page = (...more: string[]): Promise<Ran> => as(team, 'list', '--service', 'orders', '--limit', '2', ...more);
  const { releases, cursor = '' } = documentOf(releaseList, await page('--json'));
  expect(releases.map(({ id }) => id)).toEqual(['orders-1.2.0-a1', 'orders-1.1.0-a1']);
  const [rest, ofAnother, table, live, nothing] = await Promise.all([
    page('--cursor', cursor, '--json'),
    as(team, 'list', '--cursor', cursor),
    page(),
    as(team, 'live', '--json'),
    as(team, 'live', '--service', 'payments'),
  ]);
  expect(documentOf(releaseList, rest).releases.map(({ id }) => id)).toEqual(['orders-1.0.0-a1']);
  expect(ofAnother).toMatchObject({ code: 2, stdout: '', stderr: containing('cursor') });
  expect(table.stdout).toMatch(
    /^release +status +environment[^]*orders-1\.2\.0-a1 +Declined[^]*\nOlder: --cursor \S+\n$/,
  );
  expect(documentOf(liveList, live).live.map(({ environment, version }) => `${environment} ${version}`)).toEqual([
    ...['production 1.0.0', 'staging 1.2.0'],
  ]);
  expect(nothing).toMatchObject({ code: 0, stdout: 'Nothing is live.\n' });
});

it('shows all that the judgements rest on, and says what cannot be read', async () => {
  const id = 'orders-1.0.0-a1';
  const evidence = await as(team, 'evidence', id);
  expect(evidence).toMatchObject({
    code: 0,
    stderr: '',
    stdout: matching(/^#\d+ verified staging \d+ \S+: 0 checks\n/),
  });
  const one = await as(team, 'evidence', id, '--transition', '1');
  expect(one).toMatchObject({ code: 0, stdout: 'No transition names evidence.\n' });
  const s3 = sandbox.aws.client(S3Client, ENGINE);
  const object = await firstEvidence(id);
  const { VersionId } = await s3.send(new DeleteObjectCommand(object));
  const lost = await as(team, 'evidence', id);
  expect(lost).toMatchObject({
    code: 1,
    stderr: matching(/^Evidence of [12] of \d+ cannot be read\. \[cli\.evidence-unreadable\]\n$/),
  });
  expect(lost.stdout).toContain(`Cannot be read: There is no evidence ${id}/`);
  await s3.send(new DeleteObjectCommand({ ...object, VersionId }));
});

/** The object of the first judgement of a release. */
async function firstEvidence(id: string): Promise<{ Bucket: string; Key: string }> {
  const { transitions } = documentOf(shown, await as(team, 'show', id, '--json'));
  const [named] = transitions.flatMap((one) => recordedObject(one.evidence) ?? []);
  return {
    Bucket: evidenceBucketName(ENGINE.account, ENGINE.region),
    Key: evidenceKey(id, named?.object.sha256 ?? ''),
  };
}

it('shows what the engine logged about a release, to whom may read that', async () => {
  const id = 'orders-1.0.0-a1';
  const reader = await createLogReader(sandbox);
  const [read, denied] = await Promise.all([as(reader, 'logs', id, '--json'), as(team, 'logs', id)]);
  expect(read).toMatchObject({ code: 0, stderr: '' });
  const line = z.looseObject({ at: z.string(), source: z.string(), level: z.string() });
  const { lines, missing } = z
    .looseObject({ lines: z.array(line), missing: z.array(z.string()) })
    .parse(JSON.parse(read.stdout));
  const sources = new Set(lines.map(({ source }) => source));
  for (const name of ['receive', 'validate', 'gate', 'deploy', 'verify']) expect(sources).toContain(name);
  expect(lines.map(({ at }) => at)).toEqual(lines.map(({ at }) => at).sort());
  expect(read.stdout).not.toContain('orders-1.1.0-a1');
  // This engine has neither Slack nor people who sign in.
  expect(missing).toEqual(['/aws/lambda/sluice-interact', '/aws/lambda/sluice-sign-in']);
  expect(denied).toMatchObject({ code: 5, stdout: '', stderr: containing('logs:FilterLogEvents') });
});

it('lets no release in that waits for no alarm', async () => {
  const stderr = containing('orders-1.0.0-a1 waits for no alarm; it is Succeeded.');
  expect(await as(team, 'repair', 'orders-1.0.0-a1', '--reason', 'It mends')).toMatchObject({ code: 2, stderr });
});

it('opens the pages once, by a link that only a POST uses up', async () => {
  const [printed, other] = await Promise.all([as(team, 'open', '--json'), as(team, 'open')]);
  const { url } = documentOf(sessionDocument, printed);
  expect(other.stdout).toMatch(/^https?:\/\/\S+\/open\/\S+\n$/);
  const before = await readRowsAtRest(sandbox);
  const looks = await Promise.all(Array.from({ length: 10 }, () => fetch(url)));
  expect(looks.map(({ status }) => status)).toEqual(looks.map(() => 200));
  expect(await readRowsAtRest(sandbox)).toEqual(before);
  const opened = await fetch(url, { method: 'POST', redirect: 'manual' });
  expect([opened.status, opened.headers.get('location')]).toEqual([303, '/']);
  const cookie = opened.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^sluice-session=[^;]{20,}; (?=.*HttpOnly)(?=.*SameSite=Strict)/);
  for (const method of ['GET', 'POST']) {
    const again = await fetch(url, { method, redirect: 'manual' });
    expect([again.status, again.headers.get('set-cookie')]).toEqual([403, null]);
    expect(await again.text()).toContain('This link was used or has expired');
  }
  await rendersThePages(new URL(url).origin, cookie.split(';')[0] ?? '');
});

async function rendersThePages(origin: string, cookie: string): Promise<void> {
  const page = async (path: string, headers: Record<string, string>): Promise<[number, string]> => {
    const answer = await fetch(`${origin}${path}`, { headers });
    return [answer.status, await answer.text()];
  };
  const before = await readRowsAtRest(sandbox);
  expect(await page('/', {})).toEqual([401, containing('sluice open')]);
  expect(await page('/', { cookie: 'sluice-session=guessed' })).toEqual([401, someText]);
  const list = await page('/', { cookie });
  expect(list).toEqual([200, containing('href="/releases/orders-1.0.0-a1"')]);
  const one = await page('/releases/orders-1.2.0-a1', { cookie });
  expect(one).toEqual([200, expect.stringMatching(/<h1>orders-1\.2\.0-a1<\/h1>[^]*Declined[^]*Not today/)]);
  expect(await page('/releases/orders-9.9.9-a1', { cookie })).toEqual([404, someText]);
  expect(await page('/?status=Sleeping', { cookie })).toEqual([400, someText]);
  expect(await readRowsAtRest(sandbox)).toEqual(before);
}
