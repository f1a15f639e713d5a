import { afterEach, beforeEach, expect, it } from 'vitest';
import * as z from 'zod';
import { describeRelease } from '../../../core/contract/api/documents.ts';
import * as s from '../../core/samples.ts';
import { sluice } from '../command.ts';
import { type AskedOf, notThere, scriptEngine, type ScriptedEngine } from '../scripted-engine.ts';

// `logs` against an engine and a CloudWatch Logs whose answers are written here; test/end-to-end/cli.test.ts has real ones.

const release = describeRelease({ ...s.succeeded.head, release: 'orders-1.4.2-a1', version: '1.4.2' });
const caller = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_REGION: 'us-east-1' };
/** The engine's clock: some time after the end. */
const later = new Date(Date.parse(release.endedAt ?? '') + 600_000).toUTCString();
const filterSchema = z.looseObject({
  logGroupName: z.string(),
  filterPattern: z.string().optional(),
  startTime: z.number(),
  endTime: z.number().optional(),
  nextToken: z.string().optional(),
});
type Filter = z.infer<typeof filterSchema>;

let filters: Filter[] = [];
let engine: ScriptedEngine | undefined;
beforeEach(() => (filters = []));
afterEach(() => engine?.close());

const run = (...args: readonly string[]) => sluice(caller, '--endpoint', engine?.endpoint ?? '', 'logs', ...args);
const refused = (name: string, message: string) => ({ status: 400, document: { __type: name, message } });
const missing = refused('ResourceNotFoundException', 'The specified log group does not exist.');
const line = (message: string, seconds: number, more: object = {}) => ({
  eventId: `${message} ${seconds}`,
  timestamp: Date.parse(s.moment(seconds)),
  message: JSON.stringify({ level: 'INFO', message, release: release.id, ...more }),
});

/** @param filter what CloudWatch Logs answers */
function script(filter: (asked: Filter) => object, shown: readonly object[] = [release]) {
  const looks = [...shown];
  return scriptEngine(({ path, headers, body }: AskedOf) => {
    if (headers['x-amz-target'] === 'Logs_20140328.FilterLogEvents') {
      const asked = filterSchema.parse(JSON.parse(body));
      filters.push(asked);
      return filter(asked);
    }
    if (path !== `/v1/releases/${release.id}`) return notThere;
    const document = looks.length > 1 ? looks.shift() : looks[0];
    return document === undefined ? notThere : { document, headers: { date: later } };
  });
}

const containing = (text: string): unknown => expect.stringContaining(text);
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const nothing = { document: { events: [] } };

it('shows lines of all groups by their time, page after page, some of which are empty', async () => {
  engine = await script(({ logGroupName, nextToken }) => {
    if (logGroupName === '/aws/lambda/sluice-sign-in') return missing;
    if (logGroupName === '/aws/lambda/sluice-receive') return { document: { events: [line('Received', 0)] } };
    if (logGroupName !== '/aws/lambda/sluice-deploy') return nothing;
    if (nextToken === undefined) return { document: { events: [], nextToken: 'more' } };
    return { document: { events: [line('Prepared', 5, { environment: 'staging' }), line('Early', -3)] } };
  });
  const ran = await run(release.id);
  expect([ran.code, ran.stderr]).toEqual([0, '']);
  expect(ran.stdout.split('\n').map((one) => one.split(/ {2,}/).slice(1))).toEqual([
    ['deploy', 'INFO', 'Early'],
    ['receive', 'INFO', 'Received'],
    ['deploy', 'INFO', 'staging', 'Prepared'],
    [],
  ]);
});

it('reads as far as the release went, or since when somebody says, from the groups of the engine alone', async () => {
  engine = await script(() => nothing);
  expect(await run(release.id)).toMatchObject({ code: 0, stdout: containing('has logged nothing') });
  const first = filters[0];
  expect(Date.parse(release.startedAt) - (first?.startTime ?? 0)).toBe(60_000);
  expect((first?.endTime ?? 0) - Date.parse(release.endedAt ?? '')).toBe(300_000);
  expect(filters.map(({ logGroupName }) => logGroupName)).toEqual(
    expect.arrayContaining(['/aws/lambda/sluice-gate', '/aws/vendedlogs/states/sluice-deploy-target']),
  );
  expect(filters.every(({ logGroupName }) => /^\/aws\/(lambda|vendedlogs\/states)\/sluice-/.test(logGroupName))).toBe(
    true,
  );
  filters = [];
  await run(release.id, '--since', '2026-11-20T09:00:00Z');
  expect(new Set(filters.map(({ startTime }) => startTime))).toEqual(new Set([Date.parse('2026-11-20T09:00:00Z')]));
});

it('prints one document for scripts', async () => {
  engine = await script(({ logGroupName }) => {
    if (logGroupName.endsWith('-sign-in')) return missing;
    return logGroupName.endsWith('-gate') ? { document: { events: [line('Ended', 9)] } } : nothing;
  });
  const { stdout, stderr } = await run(release.id, '--json');
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({
    release: release.id,
    lines: [{ source: 'gate', level: 'INFO', message: 'Ended', details: {} }],
    missing: ['/aws/lambda/sluice-sign-in'],
    insights: matching(/^https:\/\/us-east-1\.console\.aws\.amazon\.com\/cloudwatch/),
  });
});

it('follows to the end of the release, and tells each line once', async () => {
  const underWay = describeRelease({ ...s.productionBaking.head, release: release.id, version: '1.4.2' });
  // What CloudWatch Logs has at each look: the last line to come is older than one that was there before.
  const [asked, ended, late] = [line('Asked', 1), line('Ended', 100), line('Late', 60)];
  const stored = [[asked], [asked, ended], [asked, late, ended]];
  let looks = 0;
  engine = await script(
    ({ logGroupName, startTime }) => {
      if (!logGroupName.endsWith('-gate')) return nothing;
      const there = stored[Math.min(looks, stored.length - 1)] ?? [];
      looks += 1;
      return { document: { events: there.filter(({ timestamp }) => timestamp >= startTime) } };
    },
    [underWay, underWay, release],
  );
  const ran = await run(release.id, '--follow');
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  expect([...ran.stdout.matchAll(/Asked|Ended|Late/g)].map(([told]) => told)).toEqual(['Asked', 'Ended', 'Late']);
  expect(looks).toBe(4);
  // Lines come a minute late, and nothing older is read again.
  expect(filters.at(-1)?.startTime).toBe(Date.parse(s.moment(100)) - 60_000);
});

it('asks nothing about a time after the end of the release, and says when that was', async () => {
  engine = await script(() => nothing);
  const note = matching(/^orders-1\.4\.2-a1 ended at \S+Z, before \S+Z, .*leave --since out.*\n$/);
  expect(await run(release.id, '--since', '1m')).toEqual({ code: 0, stdout: '', stderr: note });
  expect(await run(release.id, '--since', '1m', '--follow')).toEqual({ code: 0, stdout: '', stderr: note });
  const { stdout, stderr } = await run(release.id, '--since', '1m', '--json');
  expect(stderr).toEqual(note);
  expect(JSON.parse(stdout)).toMatchObject({ release: release.id, lines: [], missing: [] });
  expect(await run(release.id, '--since', '1m', '--link')).toMatchObject({ stdout: containing('https'), stderr: note });
  expect(filters).toEqual([]);
});

it('prints a link to Logs Insights, and reads nothing', async () => {
  engine = await script(() => nothing);
  expect(await run(release.id, '--link')).toMatchObject({ code: 0, stdout: matching(/^https:\S+\n$/) });
  expect(filters).toEqual([]);
});

it('says which grant is missing, and that there is no such release', async () => {
  const told = 'User: arn:aws:sts::1:x is not authorized to perform: logs:FilterLogEvents on resource: r';
  engine = await script(() => refused('AccessDeniedException', told));
  const denied = await run(release.id);
  expect(denied).toMatchObject({ code: 5, stdout: '', stderr: containing('logs:FilterLogEvents') });
  expect(denied.stderr).toMatch(/^Could not read the log group \/aws\/\S+: .*\[cli\.aws-denied\]\n$/);
  expect(denied.stderr).toContain(
    "You need logs:FilterLogEvents on the log groups /aws/lambda/sluice-* and /aws/vendedlogs/states/sluice-* of the engine's account; your platform team can grant it",
  );
  expect(await run('orders-9.9.9-a1')).toMatchObject({ code: 4, stdout: '' });
  expect(await run(release.id, '--since', 'soon')).toMatchObject({ code: 2, stderr: containing('"soon" is no time') });
});
