import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { expect, it, onTestFinished, vi } from 'vitest';
import * as z from 'zod';
import { bundling, requireForBundles } from '../../../infra/bundling/bundle.ts';
import type { probe } from './bundled-probe.ts';

const probing = z.object({ probe: z.custom<typeof probe>((value) => typeof value === 'function') });

// Answers as the services do; the wire formats are AWS JSON 1.0, REST XML and AWS Query.
function answer(request: IncomingMessage, response: ServerResponse): void {
  const target = String(request.headers['x-amz-target'] ?? '');
  const dynamo = (type: string, rest: object) => {
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, ...rest }));
  };
  if (target.endsWith('TransactWriteItems'))
    dynamo('TransactionCanceledException', { CancellationReasons: [{ Code: 'ConditionalCheckFailed' }] });
  else if (target.endsWith('Query'))
    dynamo('ItemCollectionSizeLimitExceededException', { message: 'Too much under one key.' });
  else if (request.method === 'HEAD') response.writeHead(404).end();
  else if (request.method === 'GET') response.writeHead(200, { 'content-length': '5' }).end('bytes');
  else {
    response.writeHead(404, { 'content-type': 'text/xml' });
    response.end(
      '<ErrorResponse><Error><Code>ChangeSetNotFound</Code><Message>None.</Message></Error></ErrorResponse>',
    );
  }
}

it('keeps all that functions do, and refuses by name what is left out', async () => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(request, response));
  }).listen(0, '127.0.0.1');
  const daemon = createSocket('udp4').bind(0, '127.0.0.1');
  onTestFinished(() => void [server.close(), daemon.close(), vi.unstubAllEnvs()]);
  await Promise.all([once(server, 'listening'), once(daemon, 'listening')]);
  const address = z.object({ port: z.number() });
  const segments: string[] = [];
  daemon.on('message', (message) => segments.push(message.toString()));

  const file = path.join(mkdtempSync(path.join(tmpdir(), 'sluice-probe-')), 'probe.mjs');
  const entryPoints = [path.join(import.meta.dirname, 'bundled-probe.ts')];
  await build({ ...bundling, entryPoints, outfile: file, banner: { js: requireForBundles } });
  const environment = {
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    LAMBDA_TASK_ROOT: path.dirname(file),
    AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${address.parse(daemon.address()).port}`,
    _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const loaded = probing.parse(await import(file));

  expect(await loaded.probe(`http://127.0.0.1:${address.parse(server.address()).port}`)).toEqual({
    cancelled: [{ Code: 'ConditionalCheckFailed' }],
    // No source names this error: it comes as the client's base exception, its name and message whole.
    unnamed: ['ItemCollectionSizeLimitExceededException', 'Too much under one key.'],
    absent: ['NotFound', true],
    // On the wire it is called ChangeSetNotFound.
    changeSet: 'ChangeSetNotFoundException',
    object: 'bytes',
    yaml: { template: { Resources: { A: { Type: 'X', Properties: { b: { Ref: 'B' } } } } } },
    complaint: 'Too small: expected string to have >=3 characters',
    jsonSchema: "JSON Schema of zod is not part of this function's bundle (infra/bundle-trimming.ts).",
  });
  await vi.waitFor(() => {
    expect(segments.join()).toMatch(/"table_name":"sluice-ledger"/);
  });
}, 60_000);
