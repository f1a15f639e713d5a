import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListChangeSetsCommand,
} from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
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
const web = 'hello-world';
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

/** As `sam init` makes it: an implicit REST API, and nothing that guards the function. */
const hello = `
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Description: hello-world
Globals: { Function: { Timeout: 3 } }
Resources:
  HelloWorldFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: index.handler
      Runtime: nodejs24.x
      Architectures: [x86_64]
      Events: { HelloWorld: { Type: Api, Properties: { Path: /hello, Method: get } } }
Outputs:
  HelloWorldApi:
    Description: API Gateway endpoint URL for Prod stage for Hello World function
    Value: !Sub 'https://\${ServerlessRestApi}.execute-api.\${AWS::Region}.amazonaws.com/Prod/hello/'
  HelloWorldFunction: { Value: !GetAtt HelloWorldFunction.Arn }
  HelloWorldFunctionIamRole: { Value: !GetAtt HelloWorldFunctionRole.Arn }
`;
const greeting = (version: string): string =>
  `exports.handler = async () => ({ greeting: process.env.GREETING, version: '${version}' });\n`;
const page = (version: string): string =>
  `exports.handler = async () => ({ statusCode: 200, body: JSON.stringify({ message: 'hello world', version: '${version}' }) });\n`;
/** What is packed: a template, its function's code by version, and what the manifest says besides. */
interface Application {
  readonly template: string;
  readonly code: (version: string) => string;
  readonly more?: object;
}

/** Packs the application as its team has it in a folder. */
function packed(service: string, version: string, { template, code, more }: Application): PackedArtifact {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-sam-'));
  const manifest = {
    ...{ service, version, template: 'template.yaml', rollout: { open: 'Canary10Percent5Minutes' } },
    source: { repository: 'https://git.example.com/greetings', author: 'dana@example.com' },
    ...more,
  };
  try {
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'template.yaml'), template);
    writeFileSync(join(folder, 'src', 'index.js'), code(version));
    writeFileSync(join(folder, 'release.json'), JSON.stringify(manifest));
    return pack(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function release(
  version: string,
  of = service,
  application: Application = { template, code: greeting },
): Promise<readonly TransitionDocument[]> {
  const { key, bytes } = packed(of, version, application);
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
  const unhandled = template.replace('Handler: index.handler', "Handler: ''");
  const transitions = await release('1.0.0', broken, { template: unhandled, code: greeting });
  expect(transitions.find(({ type }) => type === 'failed')?.reason).toContain(
    'Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application Specification document. Number of errors found: 1. Resource with id [Greet] is invalid. Runtime and Handler needs to be present',
  );
  expect(transitions.at(-1)).toMatchObject({ to: 'RolledBack' });
  const administrator = new StackAdministrator(sandbox.aws, places.open.account);
  expect(await administrator.status(defaultStackName(broken, 'open'))).toBe('gone');
});

it(
  'that are a hello world with a REST API move by canary behind it, once the manifest guards the function',
  { tags: 'long' },
  async () => {
    const more = { guard: ['HelloWorldFunction'] };
    const application = { template: hello, code: page, more };
    const first = await release('1.0.0', web, application);
    expect(first.filter(({ type }) => type === 'failed').map(({ reason }) => reason)).toEqual([]);
    expect(first.at(-1)).toMatchObject({ to: 'Succeeded' });
    const client = sandbox.aws.client(CloudFormationClient, places.open);
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: defaultStackName(web, 'open') }));
    const url = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'HelloWorldApi')?.OutputValue ?? '';
    const asked = async (): Promise<unknown> => (await fetch(url)).json();
    expect(await asked()).toEqual({ message: 'hello world', version: '1.0.0' });

    const invoked = new Set<string>();
    sandbox.aws.kernel.onObservation((one) => {
      // Sluice's own API is in another account.
      if (one.kind !== 'call' || one.operation !== 'Invoke' || one.caller.account !== places.open.account) return;
      const { principal } = one.caller;
      if (principal.type === 'service' && principal.service === 'apigateway.amazonaws.com')
        invoked.add(invocation.parse(one.input).FunctionName);
    });
    const ended = release('1.1.0', web, application);
    await recorder.waitFor(formatReleaseId({ service: web, version: '1.1.0', attempt: 1 }), 'shiftStarted');
    // While the clock is busy it does not jump to the end of the canary.
    const seen = await sandbox.aws.clock.busy(() => Promise.all(Array.from({ length: 10 }, asked)));
    for (const one of seen) expect([{ version: '1.0.0' }, { version: '1.1.0' }]).toContainEqual(versionOf(one));
    const transitions = await ended;
    expect(transitions.at(-1)).toMatchObject({ to: 'Succeeded' });
    expect(transitions.find(({ type }) => type === 'shiftStarted')?.reason).toBe(
      'Canary10Percent5Minutes: HelloWorldFunctionAliaslive from version 1 to 2',
    );
    expect(await asked()).toEqual({ message: 'hello world', version: '1.1.0' });
    expect([...invoked].map((arn) => arn.split(':').at(-1))).toEqual(['live']);
  },
);

const invocation = z.object({ FunctionName: z.string() });

function versionOf(answer: unknown): unknown {
  return typeof answer === 'object' && answer !== null && 'version' in answer ? { version: answer.version } : answer;
}
