import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allTransitions } from '../../cli/follow.ts';
import { pack, type PackedArtifact } from '../../cli/pack/pack.ts';
import type { TransitionDocument } from '../../core/contract/api/documents.ts';
import { defaultStackName } from '../../core/contract/names.ts';
import { formatReleaseId } from '../../core/values/release-id.ts';
import { ENGINE, type Sandbox } from '../../local/sandbox.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import { enterSandbox } from './shared-sandbox.ts';
import { StackAdministrator } from './stack-administrator.ts';
import { RuleChecker } from './rules/rule-checker.ts';

// A function that a queue feeds moves by canary: the queue leads to its alias, and so to both versions by their weights. Each version has
// a layer of its own.

const service = 'feeder';
const place = { account: '333333333333', region: ENGINE.region };

const template = `
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Resources:
  Work: { Type: AWS::SQS::Queue }
  Words:
    Type: AWS::Serverless::LayerVersion
    Properties: { ContentUri: layer/, RetentionPolicy: Retain }
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs24.x
      Handler: index.handler
      CodeUri: src/
      Layers: [!Ref Words]
      AutoPublishAlias: live
      Events:
        Work:
          Type: SQS
          Properties: { Queue: !GetAtt Work.Arn, BatchSize: 1, FunctionResponseTypes: [ReportBatchItemFailures] }
        Nightly: { Type: Schedule, Properties: { Schedule: 'cron(0 3 * * ? *)' } }
`;

let sandbox: Sandbox;
let recorder: TransitionRecorder;
let rules: RuleChecker;
let administrator: StackAdministrator;
/** Versions that served, in order. */
const served: string[] = [];
let tell: () => void = () => undefined;
let stop: () => void = () => undefined;

beforeAll(async () => {
  sandbox = await enterSandbox();
  rules = new RuleChecker(sandbox.aws);
  recorder = new TransitionRecorder(sandbox.aws);
  administrator = new StackAdministrator(sandbox.aws, place.account);
  stop = sandbox.aws.kernel.onObservation((observed) => {
    const [, version] = observed.kind === 'log' ? (/\tworked by (\S+)/.exec(observed.line) ?? []) : [];
    if (version === undefined) return;
    served.push(version);
    tell();
  });
});
afterAll(async () => {
  stop();
  await sandbox.close();
});

function packed(version: string): PackedArtifact {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-feeder-'));
  const code = `exports.handler = async ({ Records = [] }) => { for (const _ of Records) console.log(require('words').worked + ' ${version}'); return {}; };\n`;
  const manifest = {
    ...{ service, version, template: 'template.yaml', rollout: { open: 'Canary10Percent5Minutes' } },
    source: { repository: 'https://git.example.com/feeder', author: 'dana@example.com' },
  };
  try {
    mkdirSync(join(folder, 'src'));
    const words = join(folder, 'layer', 'nodejs', 'node_modules', 'words');
    mkdirSync(words, { recursive: true });
    writeFileSync(join(words, 'index.js'), `exports.worked = 'worked by'; // ${version}\n`);
    writeFileSync(join(folder, 'template.yaml'), template);
    writeFileSync(join(folder, 'src', 'index.js'), code);
    writeFileSync(join(folder, 'release.json'), JSON.stringify(manifest));
    return pack(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function release(version: string): Promise<readonly TransitionDocument[]> {
  const { key, bytes } = packed(version);
  await sandbox.engine.push(key, bytes);
  const id = formatReleaseId({ service, version, attempt: 1 });
  await recorder.waitFor(id, 'ended');
  return allTransitions(sandbox.engine, id);
}

/** Puts messages on the queue and waits until the function has taken them. @returns the versions that took them */
async function feed(count: number): Promise<string[]> {
  const { Work: QueueUrl } = await administrator.resources(defaultStackName(service, 'open'));
  const before = served.length;
  const taken = new Promise<void>((resolve) => {
    tell = () => {
      if (served.length === before + count) resolve();
    };
  });
  for (let sent = 0; sent < count; sent += 1)
    await sandbox.aws.client(SQSClient, place).send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  await taken;
  return served.slice(before);
}

it('move by canary behind a queue, which leads to the alias', async () => {
  expect((await release('1.0.0')).at(-1)).toMatchObject({ to: 'Succeeded' });
  expect(await feed(3)).toEqual(['1.0.0', '1.0.0', '1.0.0']);

  const ended = release('1.1.0');
  await recorder.waitFor(formatReleaseId({ service, version: '1.1.0', attempt: 1 }), 'shiftStarted');
  // While the clock is busy it does not jump to the end of the canary.
  const seen = await sandbox.aws.clock.busy(() => feed(10));
  for (const version of seen) expect(['1.0.0', '1.1.0']).toContain(version);
  const transitions = await ended;
  expect(transitions.at(-1)).toMatchObject({ to: 'Succeeded' });
  expect(transitions.find(({ type }) => type === 'shiftStarted')?.reason).toBe(
    'Canary10Percent5Minutes: WorkerAliaslive from version 1 to 2',
  );
  expect(await feed(3)).toEqual(['1.1.0', '1.1.0', '1.1.0']);
  expect(await rules.brokenRules()).toEqual([]);
});
