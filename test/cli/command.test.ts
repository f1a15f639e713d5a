import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { documentOf, sluice, sluiceFromSource, type Ran } from './command.ts';

// `sluice` as it is run, as far as it needs no engine; test/end-to-end/cli.test.ts runs the rest.

const SAMPLE = 'local/sample-service/v1';
const temporary = mkdtempSync(join(tmpdir(), 'command-'));
const environment = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_REGION: 'us-east-1' };
const containing = (text: string): unknown => expect.stringContaining(text);

it('packs a folder, and lists all that is wrong with one', async () => {
  const file = join(temporary, 'packed.zip');
  writeFileSync(join(temporary, 'release.json'), '{"service":"Orders!","version":"x","colour":"red"}');
  const [good, bad, missing, unwritable] = await Promise.all([
    sluice({}, '--json', 'pack', SAMPLE, '-o', file),
    sluice({}, 'pack', temporary, '--json'),
    sluice({}, 'pack', join(temporary, 'nothing')),
    sluice({}, 'pack', SAMPLE, '-o', join(temporary, 'no', 'such', 'folder.zip')),
  ]);
  const notes = z.array(z.string());
  const packed = z.strictObject({ file: z.string(), key: z.string(), sha256: z.string(), bytes: z.int(), notes });
  expect(documentOf(packed, good)).toMatchObject({ file, key: 'orders/1.0.0.zip', notes: [] });
  expect(bad).toMatchObject({ code: 2, stdout: '' });
  const told = z.object({ error: z.string(), problems: z.array(z.object({ code: z.string() })) });
  const codes = told.parse(JSON.parse(bad.stderr)).problems.map(({ code }) => code);
  expect(codes).toEqual(expect.arrayContaining(['manifest.wrong-format', 'manifest.unknown-field']));
  expect(missing).toMatchObject({
    code: 2,
    stderr: `There is no folder ${join(temporary, 'nothing')}. [cli.folder-missing]\n`,
  });
  expect(unwritable).toMatchObject({ code: 2, stdout: '', stderr: containing('cannot be written') });
});

it('says in one sentence what keeps it from AWS', async () => {
  const keys = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };
  const nowhere = ['--region', 'us-east-1', '--endpoint', 'http://127.0.0.1:1'];
  const text = join(temporary, 'text.zip');
  writeFileSync(text, 'no zip');
  const cases: readonly (readonly [Promise<Ran>, number, string])[] = [
    [sluice(keys, 'list'), 2, 'no region is set'],
    [sluiceFromSource(keys, ...nowhere, 'list'), 1, 'nothing listens at 127.0.0.1:1'],
    [sluice(keys, '--region', 'us-east-1', '--endpoint', 'nonsense', 'list'), 2, 'the endpoint is no URL'],
    [sluice({}, ...nowhere, 'list'), 5, 'there are no AWS credentials to use'],
    [sluice({ HOME: '/nowhere' }, ...nowhere, '--profile', 'nope', 'list'), 5, 'profile "nope" is not there'],
    [sluice(keys, ...nowhere, 'push', text), 2, 'no zip'],
    [sluice(keys, 'push', join(temporary, 'missing.zip')), 2, 'There is no file'],
    [sluice({}, 'lsit'), 2, "unknown command 'lsit'"],
    [sluiceFromSource({}), 2, 'Usage: sluice'],
  ];
  for (const [running, code, sentence] of cases) {
    const ran = await running;
    expect(ran).toMatchObject({ code, stdout: '', stderr: containing(sentence) });
    expect(ran.stderr).not.toMatch(/\n +at |Warning/);
  }
});

it('asks again what a moment may cure, and nothing else', async () => {
  const asked: string[] = [];
  const answers = [503, 200, 503];
  const server = createServer((request, response) => {
    if (request.headers['x-amz-target'] === 'AmazonSSM.GetParameter') {
      const Value = JSON.stringify({ apiUrl: endpoint, bucket: 'bucket', region: 'us-east-1' });
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify({ Parameter: { Value } }));
      return;
    }
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(answers.shift() ?? 500, { 'content-type': 'application/json' }).end('{"live":[]}');
  });
  const endpoint = await listen(server);
  const live = await sluice(environment, '--endpoint', endpoint, 'live', '--json');
  expect(documentOf(z.strictObject({ live: z.tuple([]) }), live)).toEqual({ live: [] });
  const open = await sluice(environment, '--endpoint', endpoint, 'open');
  expect(open).toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'POST /v1/sessions was answered with 503. [cli.engine-answer]\n',
  });
  const list = await sluice(environment, '--endpoint', endpoint, 'list');
  expect(list).toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'GET /v1/releases was answered with 500. [cli.engine-answer]\n',
  });
  server.close();
  expect(asked).toEqual(['GET /v1/live', 'GET /v1/live', 'POST /v1/sessions', 'GET /v1/releases']);
});

it('decides whether to continue, by the id of the approval', async () => {
  const release = 'orders-1.0.0-a1';
  const approval = 'c'.repeat(32);
  const at = '2026-11-20T10:00:00.000Z';
  const waiting = {
    ...{ approval, release, environment: 'production', kind: 'continue', target: '333333333333/us-east-1' },
    ...{ standing: 'open', told: '0 of 1 needed have approved.', requestedAt: at, deadline: at },
  };
  const paths: string[] = [];
  const follows = '1 of 1 needed have approved; one of security has to be among them.';
  const outcomes = [{ outcome: 'approved' }, { outcome: 'pending', follows }];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    paths.push(`${request.method} ${path}`);
    const answers: Record<string, unknown> = {
      '/': { Parameter: { Value: JSON.stringify({ apiUrl: endpoint, bucket: 'bucket', region: 'us-east-1' }) } },
      [`/v1/releases/${release}/approvals`]: { release, approvals: [waiting] },
      [`/v1/releases/${release}/approvals/${approval}`]: {
        release,
        environment: 'production',
        approval,
        ...(path.endsWith(approval) ? outcomes.shift() : {}),
      },
    };
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answers[path]));
  });
  const endpoint = await listen(server);
  const ran = await sluice(environment, '--endpoint', endpoint, 'approve', release);
  const more = await sluice(environment, '--endpoint', endpoint, 'approve', release);
  server.close();
  expect(ran).toMatchObject({ code: 0, stdout: `${release} in production: approved\n`, stderr: '' });
  // While more are needed, it says who.
  expect(more).toMatchObject({ code: 0, stdout: `${release} in production: pending. ${follows}\n`, stderr: '' });
  expect(paths.at(-1)).toBe(`POST /v1/releases/${release}/approvals/${approval}`);
});

function listen(server: Server): Promise<string> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    }),
  );
}
