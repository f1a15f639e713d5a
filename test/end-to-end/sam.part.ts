import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, GetTemplateCommand, ListChangeSetsCommand } from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
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

// A team releases what `sam init` gives it, unchanged: CloudFormation expands the template, and the engine works on what comes of it.

const service = 'greetings';
const broken = 'greetings-broken';
const places = {
  staging: { account: '222222222222', region: ENGINE.region },
  open: { account: '333333333333', region: ENGINE.region },
};

let sandbox: Sandbox;
let recorder: TransitionRecorder;
let rules: RuleChecker;

beforeAll(async () => {
  sandbox = await enterSandbox();
  rules = new RuleChecker(sandbox.aws);
  recorder = new TransitionRecorder(sandbox.aws);
});
afterAll(() => sandbox.close());

const template = `
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Parameters:
  Greeting: { Type: String, Default: hello }
Globals:
  Function: { Runtime: nodejs24.x, Timeout: 5, AutoPublishAlias: live }
Resources:
  Greet:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: index.handler
      Environment: { Variables: { GREETING: !Ref Greeting, TABLE: !Ref Names } }
      Policies: [{ DynamoDBCrudPolicy: { TableName: !Ref Names } }]
      Events: { Daily: { Type: Schedule, Properties: { Schedule: rate(1 day) } } }
  Names: { Type: AWS::Serverless::SimpleTable }
Outputs:
  Alias: { Value: !Ref Greet.Alias }
`;

/** Packs the application as its team has it in a folder. */
function packed(service: string, version: string, template: string): PackedArtifact {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-sam-'));
  const manifest = {
    ...{ service, version, template: 'template.yaml', rollout: { open: 'Canary10Percent5Minutes' } },
    source: { repository: 'https://git.example.com/greetings', author: 'dana@example.com' },
  };
  try {
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'template.yaml'), template);
    const code = `exports.handler = async () => ({ greeting: process.env.GREETING, version: '${version}' });\n`;
    writeFileSync(join(folder, 'src', 'index.js'), code);
    writeFileSync(join(folder, 'release.json'), JSON.stringify(manifest));
    return pack(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function release(version: string, of = service, written = template): Promise<readonly TransitionDocument[]> {
  const { key, bytes } = packed(of, version, written);
  await sandbox.engine.push(key, bytes);
  const id = formatReleaseId({ service: of, version, attempt: 1 });
  await recorder.waitFor(id, 'ended');
  return allTransitions(sandbox.engine, id);
}

/** What users of the alias get in an environment, and from which version. */
async function served(environment: keyof typeof places): Promise<object> {
  const place = places[environment];
  const administrator = new StackAdministrator(sandbox.aws, place.account);
  const { GreetAliaslive: FunctionName = '' } = await administrator.resources(defaultStackName(service, environment));
  const lambda = sandbox.aws.client(LambdaClient, place);
  const { Payload, ExecutedVersion } = await lambda.send(new InvokeCommand({ FunctionName }));
  const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString('utf8'));
  return { answer, version: ExecutedVersion };
}

it('come to two environments, and their second version moves by canary', async () => {
  expect((await release('1.0.0')).at(-1)).toMatchObject({ to: 'Succeeded' });
  for (const environment of ['staging', 'open'] as const)
    expect(await served(environment)).toEqual({ answer: { greeting: 'hello', version: '1.0.0' }, version: '1' });

  const transitions = await release('1.1.0');
  expect(transitions.at(-1)).toMatchObject({ to: 'Succeeded' });
  const shifts = transitions.filter(({ type }) => type === 'shiftStarted');
  expect(shifts.map(({ reason }) => reason)).toEqual([
    'AllAtOnce: GreetAliaslive from version 1 to 2',
    'Canary10Percent5Minutes: GreetAliaslive from version 1 to 2',
  ]);
  for (const environment of ['staging', 'open'] as const)
    expect(await served(environment)).toEqual({ answer: { greeting: 'hello', version: '1.1.0' }, version: '2' });

  // The change sets that expanded the template are gone, and what is live has no transform.
  const client = sandbox.aws.client(CloudFormationClient, places.open);
  const StackName = defaultStackName(service, 'open');
  const { Summaries } = await client.send(new ListChangeSetsCommand({ StackName }));
  expect(Summaries).toEqual([]);
  const { TemplateBody } = await client.send(new GetTemplateCommand({ StackName, TemplateStage: 'Original' }));
  expect(TemplateBody).not.toContain('AWS::Serverless');
  expect(await rules.brokenRules()).toEqual([]);
});

it('that SAM does not take fail by its words, and leave nothing', async () => {
  const transitions = await release('1.0.0', broken, template.replace('Handler: index.handler', "Handler: ''"));
  expect(transitions.find(({ type }) => type === 'failed')?.reason).toContain(
    'Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application Specification document. Number of errors found: 1. Resource with id [Greet] is invalid. Runtime and Handler needs to be present',
  );
  expect(transitions.at(-1)).toMatchObject({ to: 'RolledBack' });
  const administrator = new StackAdministrator(sandbox.aws, places.open.account);
  expect(await administrator.status(defaultStackName(broken, 'open'))).toBe('gone');
});
