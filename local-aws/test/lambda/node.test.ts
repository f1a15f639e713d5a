import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LambdaClient, Runtime } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { createFunction, invoke, roleFor, where, zipOf } from './functions.ts';

/** A Node.js that tells that it was chosen. */
const folder = mkdtempSync(path.join(tmpdir(), 'local-aws-node-'));
const chosen = path.join(folder, 'node');
writeFileSync(chosen, `#!/bin/sh\nCHOSEN=yes exec "${process.execPath}" "$@"\n`);
chmodSync(chosen, 0o755);

let aws: LocalAws;
let lambda: LambdaClient;
let role: string;

beforeAll(async () => {
  aws = await startLocalAws({ node: chosen });
  lambda = aws.client(LambdaClient, where);
  role = await roleFor(aws, 'runs', []);
});
afterAll(async () => {
  await aws.close();
  rmSync(folder, { recursive: true });
});

describe('the Node.js of functions', () => {
  const source = 'export const handler = async () => [process.env.CHOSEN, process.version];';

  it('is the binary that the local AWS is started with, whose version it tells', async () => {
    await createFunction(lambda, 'chosen', role, source);
    expect((await invoke(lambda, 'chosen')).payload).toEqual(['yes', aws.nodeVersion]);
    expect(aws.nodeVersion).toBe(process.version);
  });

  it('is that of the variable LOCAL_AWS_NODE', async () => {
    vi.stubEnv('LOCAL_AWS_NODE', chosen);
    const other = await startLocalAws().finally(() => vi.unstubAllEnvs());
    const client = other.client(LambdaClient, where);
    await createFunction(client, 'chosen', await roleFor(other, 'runs', []), source);
    expect((await invoke(client, 'chosen')).payload).toEqual(['yes', other.nodeVersion]);
    await other.close();
  });

  it.each([path.join(folder, 'absent'), '/bin/echo'])('is refused at the start where it is none: %s', async (node) => {
    await expect(startLocalAws({ node })).rejects.toThrow(`Functions cannot run on ${node}: it is no Node.js`);
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
describe('what a runtime makes of Node.js', () => {
  it('runs functions of older ones, and deploys those of other languages, which say why they do not run', async () => {
    await createFunction(lambda, 'node20', role, 'export const handler = async () => 20;', { Runtime: 'nodejs20.x' });
    expect((await invoke(lambda, 'node20')).payload).toBe(20);
    await createFunction(lambda, 'ruby', role, '', { Runtime: 'ruby3.4', Handler: 'app.handler' });
    const { error, payload } = await invoke(lambda, 'ruby');
    expect([error, payload]).toEqual([
      'Unhandled',
      {
        errorType: 'Runtime.NotSimulated',
        errorMessage:
          'The local AWS runs functions of Node.js and Python: it deploys those of ruby3.4, and cannot invoke them.',
      },
    ]);
    await expect(createFunction(lambda, 'cobol', role, '', { Runtime: Runtime.nodejs })).rejects.toThrow(
      "Value 'nodejs' at 'runtime' failed to satisfy constraint",
    );
  });

  const detected = { Code: { ZipFile: zipOf('export const handler = async () => "module";', 'index.js') } };

  it('has, in nodejs24.x, nothing in the context that only callbacks need', async () => {
    const shown = 'export const handler = async (_, context) => Object.keys(context);';
    await createFunction(lambda, 'context24', role, shown);
    await createFunction(lambda, 'context22', role, shown, { Runtime: 'nodejs22.x' });
    expect((await invoke(lambda, 'context24')).payload).toEqual(expect.arrayContaining(['xRayTraceId', 'tenantId']));
    expect((await invoke(lambda, 'context24')).payload).not.toContain('callbackWaitsForEmptyEventLoop');
    expect((await invoke(lambda, 'context22')).payload).toContain('callbackWaitsForEmptyEventLoop');
  });

  it('finds out in nodejs24.x that a file is an ES module', async () => {
    await createFunction(lambda, 'detected24', role, '', detected);
    expect((await invoke(lambda, 'detected24')).payload).toBe('module');
  });

  it('does not in nodejs22.x, unless it is told to', async () => {
    await createFunction(lambda, 'detected22', role, '', { ...detected, Runtime: 'nodejs22.x' });
    expect((await invoke(lambda, 'detected22')).payload).toMatchObject({ errorType: 'Runtime.UserCodeSyntaxError' });
    const Environment = { Variables: { NODE_OPTIONS: '--experimental-detect-module' } };
    await createFunction(lambda, 'told22', role, '', { ...detected, Runtime: 'nodejs22.x', Environment });
    expect((await invoke(lambda, 'told22')).payload).toBe('module');
  });
});
