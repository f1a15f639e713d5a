import { inspect } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { environmentPartition, releasePartition, servicePartition } from '../../core/ledger/keys.ts';
import { describeFailure } from '../../core/contract/failure.ts';
import { sessionKey } from '../../core/ledger/keys.ts';
import { openLink, useLink } from '../../core/ledger/sessions.ts';
import { sessionItem } from '../../core/ledger/items.ts';
import { answerHttp } from '../../engine/http/event.ts';
import { readItem } from '../../engine/ledger/read.ts';
import { createReadApp } from '../../functions/read/app.tsx';
import { policyOf, templateOf, TestEngine } from './fakes/test-engine.ts';
import { MemoryLedger } from './fakes/memory-ledger.ts';
import { promote } from './fakes/workflow.ts';

// A word that only a function's answer has must come to no channel, unless the check says `keep`.

const MARKER = 'hunter2-MARKER';
let engine: TestEngine;
/** Everything that was logged, thrown, or sent to the workflow. */
let heard: string[];
beforeEach(() => {
  engine = new TestEngine(new MemoryLedger());
  engine.policy = policyOf({}, { notify: { email: ['team@example.com'], events: true } });
  heard = [];
  const invocationOf = engine.clock.invocationOf.bind(engine.clock);
  const hear = (...said: unknown[]): void => void heard.push(inspect(said, { depth: 12 }));
  engine.clock.invocationOf = (name) => ({ ...invocationOf(name), log: { info: hear, warn: hear, error: hear } });
});

/** Runs a task that fails as the workflow would see it; gives the cause that it gets. */
async function failing(task: string, release: string): Promise<string> {
  const problem: unknown = await engine.run(task, release).then(
    () => new Error(`${task} did not fail`),
    (thrown: unknown) => thrown,
  );
  const { error, cause } = describeFailure(problem);
  heard.push(inspect(problem, { depth: 12 }), error, cause);
  return cause;
}

/** Answers of the new version, from now on. */
function answer(payload: unknown, functionError?: string): void {
  engine.target.functions.invoke = ({ qualifier = '$LATEST' }) =>
    Promise.resolve({
      payload: JSON.stringify(payload),
      version: qualifier,
      ...(functionError === undefined ? {} : { functionError }),
    });
}

const thrown = { errorType: 'DatabaseError', errorMessage: `no login as ${MARKER}`, trace: [MARKER] };
const traffic = [
  {
    invoke: 'Orders',
    phases: [{ seconds: 1, perSecond: 3 }],
    ensure: { errorPercent: 1, minimumSamples: 1 },
  },
];

/** Version 2 is changed in the stack, and about to be verified. */
async function changed(manifest: object): Promise<string> {
  await promote(engine, await engine.drop('1', templateOf('A')));
  const Outputs = { ApiUrl: { Value: 'https://api.example.com' } };
  const release = await engine.drop('2', { ...templateOf('B'), Outputs }, manifest);
  for (const task of ['validate', 'waitForTurn', 'apply']) await engine.run(task, release);
  await engine.finishStack();
  return release;
}

/** Rolls back and ends, as the workflow does after a failure. */
async function end(release: string, cause: string): Promise<void> {
  await engine.run('planRollback', release, { error: 'CheckFailed', cause });
  await engine.run('restoreTraffic', release);
  await engine.run('complete', release);
}

async function session(): Promise<string> {
  await engine.ledger.write(openLink('link', { person: 'ada@example.com', at: engine.clock.now() }));
  const link = await readItem(engine.ledger, sessionKey('link'), sessionItem);
  if (link === undefined) throw new Error('no link');
  await engine.ledger.write(useLink('link', link, 'session', engine.clock.now()));
  return 'sluice-session=session';
}

/** Every channel in which something of a release is told, by name. */
async function channels(release: string): Promise<Record<string, string>> {
  const partitions = [releasePartition(release), servicePartition('orders'), environmentPartition('orders', 'staging')];
  const items = await Promise.all(partitions.map((partition) => engine.ledger.query(partition)));
  const cookies = [await session()];
  const get = async (rawPath: string): Promise<string> => {
    const requestContext = { domainName: 'api.example.com', http: { method: 'GET' } };
    const routeKey = `GET ${rawPath}`;
    const event = { version: '2.0', routeKey, rawPath, rawQueryString: '', cookies, headers: {}, requestContext };
    const app = createReadApp(engine, engine.clock.invocationOf('read'));
    const { statusCode, body } = await answerHttp(event, { answer: (request) => app.fetch(request) });
    expect([rawPath, statusCode]).toEqual([rawPath, 200]);
    return body;
  };
  return {
    ledger: JSON.stringify(items.map((page) => page.items)),
    evidence: [...engine.evidence.objects.values()].join('\n'),
    release: await get(`/v1/releases/${release}`),
    releases: await get('/v1/releases'),
    transitions: await get(`/v1/releases/${release}/transitions`),
    environment: await get('/v1/environments/orders/staging'),
    page: await get(`/releases/${release}`),
    list: await get('/'),
    environmentPage: await get('/environments/orders/staging'),
    mails: JSON.stringify(engine.mails),
    pages: JSON.stringify(engine.pages),
    events: JSON.stringify(engine.events),
    answers: JSON.stringify([...engine.answers.given]),
    logs: heard.join('\n'),
  };
}

function leaksIn(all: Readonly<Record<string, string>>): string[] {
  return Object.entries(all).flatMap(([name, text]) => (text.includes(MARKER) ? [name] : []));
}

describe('a word that only a function says', () => {
  it.each([
    ['in an error to a smoke check', {}, thrown, 'Unhandled', 'DatabaseError with a message of 26 characters'],
    [
      'in a value that is not as expected',
      {},
      { ok: MARKER },
      undefined,
      'expected true at $.ok, got a text of 14 characters',
    ],
    [
      'in an error to synthetic traffic',
      { checks: { traffic } },
      thrown,
      'Unhandled',
      '100% errors (3 of 3: 3 function error), allowed 1%',
    ],
  ])('%s comes to no channel, and its shape does', async (_, manifest, payload, functionError, told) => {
    const release = await changed(manifest);
    answer(payload, functionError);
    await end(release, await failing('verifyNewVersion', release));
    const all = await channels(release);
    expect(leaksIn(all)).toEqual([]);
    for (const name of ['ledger', 'transitions', 'page', 'mails', 'events'] as const)
      expect([name, all[name]]).toEqual([name, expect.stringContaining(told)]);
  });

  it('in the error of a function that undoes changes to data comes to no channel, the page of SNS included', async () => {
    const release = await changed({ dataChanges: { reversible: false, recovery: 'Orders' } });
    await engine.run('planRollback', release, { error: 'CheckFailed', cause: '{"errorMessage":"It broke."}' });
    await engine.run('restoreTraffic', release);
    answer({ ...thrown, errorMessage: MARKER.repeat(60) }, 'Unhandled');
    await failing('recover', release);
    await engine.run('complete', release);
    expect(engine.pages).toHaveLength(1);
    expect(engine.pages[0]?.text).toContain(
      'failed: DatabaseError with a message of 840 characters (its log has more).',
    );
    expect(leaksIn(await channels(release))).toEqual([]);
  });

  it('comes to all of them where the check says that it may', async () => {
    const smoke = [{ invoke: 'Orders', expect: { json: { ok: true } }, keep: true }];
    const release = await changed({ checks: { smoke } });
    answer({ ok: MARKER });
    await end(release, await failing('verifyNewVersion', release));
    expect(leaksIn(await channels(release))).toEqual(
      expect.arrayContaining(['ledger', 'release', 'transitions', 'page', 'mails', 'events', 'logs']),
    );
  });
});

describe('a word that only a secret has', () => {
  const Authorization = { secret: 'sluice-orders-{environment}/smoke', key: 'token', scheme: 'Bearer' };
  const http = { http: 'ApiUrl', headers: { Authorization } };
  const [load] = traffic.map(({ phases, ensure }) => ({ ...http, phases, ensure }));

  it('but stands in a manifest as it is keeps the release from being accepted, and comes to no channel', async () => {
    const smoke = [{ http: 'ApiUrl', headers: { Authorization: `Bearer ${MARKER}` } }];
    const Outputs = { ApiUrl: { Value: 'https://api.example.com' } };
    await promote(engine, await engine.drop('1', templateOf('A')));
    const release = await engine.drop('2', { ...templateOf('B'), Outputs }, { checks: { smoke } });
    expect(await failing('validate', release)).toContain('checks.smoke[0].headers.Authorization');
    await engine.run('planRollback', release, { error: 'ArtifactRejected', cause: '' });
    await engine.run('complete', release);
    const all = await channels(release);
    expect(leaksIn(all)).toEqual([]);
    expect(all['transitions']).toContain('manifest.header-secret');
  });

  const smoke = { smoke: [{ ...http, expect: { json: { ok: true } } }] };

  it.each([
    ['which is sent, and answered', smoke, { token: MARKER }, true],
    ['which is sent as traffic, and answered', { traffic: [load] }, { token: MARKER }, true],
    ['which makes no header', smoke, { token: `${MARKER}\n` }, false],
    ['which makes no header of traffic', { traffic: [load] }, { token: `${MARKER}\n` }, false],
    ['which is not where it should be', smoke, { other: MARKER }, false],
    ['whose secret is no object', smoke, MARKER, false],
  ])('%s, comes to no channel', async (_, checks, secret, isSent) => {
    const sent: string[] = [];
    engine.ask = ({ headers }) => {
      sent.push(JSON.stringify(headers));
      return Promise.resolve({ status: 500, headers: {}, body: JSON.stringify(headers) });
    };
    engine.target.outputs = { ApiUrl: 'https://api.example.com' };
    const text = typeof secret === 'string' ? secret : JSON.stringify(secret);
    engine.target.secretReadings.set('sluice-orders-staging/smoke', { kind: 'text', text });
    const release = await changed({ checks });
    for (const task of ['verifyNewVersion', 'shift']) await engine.run(task, release);
    await engine.finishDeployment();
    await end(release, await failing('check', release));
    const all = await channels(release);
    expect(leaksIn(all)).toEqual([]);
    for (const name of ['ledger', 'transitions', 'page', 'mails', 'events'] as const)
      expect([name, all[name]]).toEqual([name, expect.stringContaining('GET ApiUrl')]);
    expect(sent.length > 0).toBe(isSent);
    expect(sent.every((headers) => headers.includes(`"Bearer ${MARKER}"`))).toBe(true);
  });
});
