import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { pack, type PackedArtifact } from '../../cli/pack/pack.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import type { Sandbox } from '../../local/sandbox.ts';
import { serverlessPackage } from '../cli/pack/serverless-package.ts';
import { readEnd } from './release-end.ts';
import { RuleChecker } from './rules/rule-checker.ts';
import { enterSandbox } from './shared-sandbox.ts';

// What build tools wrote, packed and released: CloudFormation makes it without anything that the tool would have uploaded.

let sandbox: Sandbox;
let recorder: TransitionRecorder;
let rules: RuleChecker;
const folders: string[] = [];

beforeAll(async () => {
  sandbox = await enterSandbox();
  recorder = new TransitionRecorder(sandbox.aws);
  rules = new RuleChecker(sandbox.aws);
});
afterAll(async () => {
  for (const folder of folders) rmSync(folder, { recursive: true });
  await sandbox.close();
});

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-built-'));
  folders.push(folder);
  return folder;
}

/** Packs a folder with a check of the function that the alias, or the team, names. */
function packChecked(folder: string, service: string, invoke: string): PackedArtifact {
  const checks = { smoke: [{ invoke, expect: { json: { ok: true } } }] };
  const manifest = {
    service,
    version: '1.0.0',
    template: 'template.json',
    source: { author: 'dana@example.com' },
    checks,
  };
  writeFileSync(join(folder, 'release.json'), JSON.stringify(manifest));
  return pack(folder);
}

const resources = z.object({ Resources: z.record(z.string(), z.object({ Type: z.string() })) });

/** The CDK names resources by itself. */
function functionIn(template: string): string {
  const named = Object.entries(resources.parse(JSON.parse(template)).Resources);
  return named.find(([, { Type }]) => Type === 'AWS::Lambda::Function')?.[0] ?? '';
}

describe.concurrent('a release is made of', () => {
  it('a stack of the CDK', { tags: 'long' }, async ({ expect }) => {
    const folder = emptyFolder();
    const code = join(folder, 'code');
    mkdirSync(code);
    writeFileSync(join(code, 'index.js'), 'exports.handler = async () => ({ ok: true });\n');
    const app = new App({
      outdir: join(folder, 'cdk.out'),
      builtinCloudFormationValidation: false,
      analyticsReporting: true,
    });
    const options = { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromAsset(code) };
    new Lambda(new Stack(app, 'Orders'), 'Receive', options).addAlias('live');
    const template = JSON.stringify(app.synth().getStackByName('Orders').template);
    const artifact = packChecked(folder, 'built-by-cdk', functionIn(template));
    await sandbox.engine.push(artifact.key, artifact.bytes);
    expect(await readEnd(sandbox.engine, recorder, 'built-by-cdk-1.0.0-a1')).toMatchObject({
      end: 'Succeeded',
      reason: '',
    });
  });

  it('a package of the Serverless Framework', { tags: 'long' }, async ({ expect }) => {
    const folder = emptyFolder();
    for (const [name, content] of Object.entries(serverlessPackage({ layer: false }))) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    const { key, bytes } = packChecked(folder, 'built-by-serverless', 'HelloLambdaFunction');
    expect(Object.keys(unzipSync(bytes))).toHaveLength(4);
    await sandbox.engine.push(key, bytes);
    expect(await readEnd(sandbox.engine, recorder, 'built-by-serverless-1.0.0-a1')).toMatchObject({
      end: 'Succeeded',
      reason: '',
    });
  });
});

it('leaves a ledger that breaks no rule', async () => {
  expect(await rules.brokenRules()).toEqual([]);
});
