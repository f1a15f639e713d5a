import {
  CreateAliasCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allTransitions } from '../../cli/follow.ts';
import type { TransitionDocument } from '../../core/contract/api/documents.ts';
import { defaultStackName } from '../../core/contract/names.ts';
import { formatReleaseId } from '../../core/values/release-id.ts';
import { ENGINE, type Sandbox } from '../../local/sandbox.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import { enterSandbox } from './shared-sandbox.ts';
import { StackAdministrator } from './stack-administrator.ts';
import { RuleChecker } from './rules/rule-checker.ts';
import { functionResources, packTiny, type TinyRelease } from './tiny-service.ts';

// A release has succeeded when users have it: whatever of a function changes, and wherever its value comes from, the alias serves a
// version that holds it. What a version does not hold publishes none.

const place = { account: '333333333333', region: ENGINE.region };

let sandbox: Sandbox;
let recorder: TransitionRecorder;
let rules: RuleChecker;
let administrator: StackAdministrator;
let lambda: LambdaClient;

beforeAll(async () => {
  sandbox = await enterSandbox();
  rules = new RuleChecker(sandbox.aws);
  recorder = new TransitionRecorder(sandbox.aws);
  administrator = new StackAdministrator(sandbox.aws, place.account);
  lambda = sandbox.aws.client(LambdaClient, place);
});
afterAll(() => sandbox.close());

type Change = Partial<TinyRelease>;

/** Releases the same code twice, with something else changed the second time. */
async function releaseTwice(service: string, before: Change, after: Change): Promise<readonly TransitionDocument[]> {
  const first = await release({ service, version: '1.0.0', ...before });
  expect(first.at(-1)?.to, service).toBe('Succeeded');
  return release({ service, version: '1.1.0', codeOf: '1.0.0', ...after });
}

async function release(tiny: TinyRelease): Promise<readonly TransitionDocument[]> {
  const { key, bytes } = packTiny(tiny);
  await sandbox.engine.push(key, bytes);
  const id = formatReleaseId({ ...tiny, attempt: 1 });
  await recorder.waitFor(id, 'ended');
  return allTransitions(sandbox.engine, id);
}

/** What users of the service's alias get, and from which version. */
async function served(service: string): Promise<{ readonly answer: unknown; readonly version: string | undefined }> {
  const { Alias: FunctionName = '' } = await administrator.resources(defaultStackName(service, 'open'));
  const { Payload, ExecutedVersion } = await lambda.send(new InvokeCommand({ FunctionName }));
  return { answer: JSON.parse(Buffer.from(Payload ?? []).toString('utf8')), version: ExecutedVersion };
}

/** The tiny function with further properties. */
function functionWith(properties: Readonly<Record<string, unknown>>): { readonly Function: object } {
  const { Function: tiny } = functionResources;
  return { Function: { ...tiny, Properties: { ...tiny.Properties, ...properties } } };
}

const answer = '{ level: process.env.LEVEL ?? null, memory: context.memoryLimitInMB }';
const leveled = {
  answer,
  parameters: { Level: { Type: 'String', Default: 'none' } },
  resources: functionWith({ Environment: { Variables: { LEVEL: { Ref: 'Level' } } } }),
};
const level = (value: string): Change => ({ ...leveled, manifest: { parameters: { open: { Level: value } } } });

describe.concurrent('a version is published', () => {
  it('where only a parameter of the manifest changes', { tags: 'long' }, async ({ expect: expects }) => {
    const transitions = await releaseTwice('leveled', level('one'), level('two'));
    expects(transitions.at(-1)?.to).toBe('Succeeded');
    expects(await served('leveled')).toMatchObject({ answer: { level: 'two' }, version: '2' });
    expects(transitions.find(({ type }) => type === 'shiftStarted')?.evidence).toMatchObject({
      moves: [{ alias: 'Alias', from: '1', to: '2' }],
    });
  });

  it('where a value behind a reference changes, which is known only afterwards', async ({ expect: expects }) => {
    const resolving = (value: string): Change => ({
      answer,
      resources: {
        Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: value } },
        ...functionWith({ Environment: { Variables: { LEVEL: { 'Fn::GetAtt': ['Parameter', 'Value'] } } } }),
      },
    });
    const transitions = await releaseTwice('resolving', resolving('one'), resolving('two'));
    expects(transitions.at(-1)?.to).toBe('Succeeded');
    expects(await served('resolving')).toMatchObject({ answer: { level: 'two' }, version: '2' });
    // It changes, but not in what the function is given.
    const same = resolving('two');
    const described = {
      ...same.resources,
      Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: 'two', Description: 'x' } },
    };
    const again = await release({
      service: 'resolving',
      version: '1.2.0',
      codeOf: '1.0.0',
      ...same,
      resources: described,
    });
    expects(again.at(-1)?.to).toBe('Succeeded');
    expects(await served('resolving')).toMatchObject({ answer: { level: 'two' } });
  });

  it.for([
    ['by `Fn::Sub`', 'substituted', { 'Fn::Sub': '${Function}' }],
    ['by text', 'spelled', 'sluice-spelled-open-function'],
  ] as const)(
    'where the version names its function %s',
    { tags: 'long' },
    async ([, service, name], { expect: expects }) => {
      const { Version: version, Alias: alias } = functionResources;
      const named = (value: string): Change => ({
        ...level(value),
        resources: {
          ...functionWith({
            Environment: { Variables: { LEVEL: { Ref: 'Level' } } },
            ...(typeof name === 'string' ? { FunctionName: name } : {}),
          }),
          Version: { ...version, DependsOn: 'Function', Properties: { FunctionName: name } },
          Alias: { ...alias, Properties: { ...alias.Properties, FunctionName: name } },
        },
      });
      const transitions = await releaseTwice(service, named('one'), named('two'));
      expects(transitions.at(-1)?.to).toBe('Succeeded');
      expects(await served(service)).toMatchObject({ answer: { level: 'two' }, version: '2' });
    },
  );

  it(
    'where a default is written down, which Lambda does not take for a change',
    { tags: 'long' },
    async ({ expect: expects }) => {
      const sized = { answer, resources: functionWith({ MemorySize: 128 }) };
      const transitions = await releaseTwice('sized', { answer }, sized);
      expects(transitions.at(-1)?.to).toBe('Succeeded');
      expects(await served('sized')).toMatchObject({ version: '2' });
      // The mark that made it possible goes on, and publishes nothing again.
      const again = await release({ service: 'sized', version: '1.2.0', codeOf: '1.0.0', ...sized });
      expects(again.at(-1)?.to).toBe('Succeeded');
      expects(await served('sized')).toMatchObject({ version: '2' });
    },
  );

  it('where the alias serves what somebody changed since', { tags: 'long' }, async ({ expect: expects }) => {
    expects((await release({ service: 'touched', version: '1.0.0', ...level('one') })).at(-1)?.to).toBe('Succeeded');
    const { Function: FunctionName = '' } = await administrator.resources(defaultStackName('touched', 'open'));
    await lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables: { LEVEL: 'mine' } } }),
    );
    const transitions = await release({ service: 'touched', version: '1.1.0', codeOf: '1.0.0', ...level('one') });
    expects(transitions.at(-1)?.to).toBe('Succeeded');
    expects(await served('touched')).toMatchObject({ answer: { level: 'one' } });
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    expects(Environment?.Variables).toEqual({ LEVEL: 'one' });
  });
});

describe('old versions', () => {
  it('go when a release is settled, but for the newest and those that somebody needs', async () => {
    await release({ service: 'pruned', version: '1.0.0', ...level('one') });
    const { Function: FunctionName = '' } = await administrator.resources(defaultStackName('pruned', 'open'));
    for (let version = 2; version <= 13; version += 1) {
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description: String(version) }));
      await lambda.send(new PublishVersionCommand({ FunctionName }));
    }
    await lambda.send(new CreateAliasCommand({ FunctionName, Name: 'debug', FunctionVersion: '3' }));
    const transitions = await release({ service: 'pruned', version: '1.1.0', ...level('two') });
    expect(transitions.at(-1)?.to).toBe('Succeeded');
    const { Versions = [] } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName }));
    const newest = Array.from({ length: 10 }, (_, index) => String(index + 5));
    expect(Versions.map(({ Version }) => Version)).toEqual(['$LATEST', '1', '3', ...newest]);
    expect(transitions.find(({ type }) => type === 'settled')?.evidence).toEqual({
      pruned: [`${FunctionName}:2`, `${FunctionName}:4`],
    });
    expect(await served('pruned')).toMatchObject({ answer: { level: 'two' }, version: '14' });
  });
});

describe.concurrent('no version is published', () => {
  it('where only what a version does not hold changes', async ({ expect: expects }) => {
    const tagged = (value: string): Change => ({
      answer,
      resources: functionWith({ Tags: [{ Key: 'team', Value: value }], ReservedConcurrentExecutions: value.length }),
    });
    const transitions = await releaseTwice('tagged', tagged('one'), tagged('three'));
    expects(transitions.at(-1)?.to).toBe('Succeeded');
    expects((await served('tagged')).version).toBe('1');
  });
});

describe.concurrent('users stay on the version that serves', () => {
  it(
    'while a condition switches off what it uses, until the release is settled',
    { tags: 'long' },
    async ({ expect: expects }) => {
      const cached = (Cache: string): Change => ({
        answer: '{ cache: process.env.CACHE }',
        parameters: { Cache: { Type: 'String' } },
        conditions: { HasCache: { 'Fn::Equals': [{ Ref: 'Cache' }, 'on'] } },
        manifest: { parameters: { open: { Cache } } },
        resources: {
          Queue: { Type: 'AWS::SQS::Queue', Condition: 'HasCache' },
          ...functionWith({
            Environment: { Variables: { CACHE: { 'Fn::If': ['HasCache', { Ref: 'Queue' }, 'none'] } } },
          }),
        },
      });
      const transitions = await releaseTwice('cached', cached('on'), cached('off'));
      expects(transitions.at(-1)?.to).toBe('Succeeded');
      const { steps } = transitions.find(({ type }) => type === 'prepared')?.evidence ?? {};
      expects(steps).toEqual(expects.arrayContaining(['switchedOff: Queue', 'keep: Queue, Version']));
      expects(await served('cached')).toMatchObject({ answer: { cache: 'none' }, version: '2' });
      expects(await administrator.resources(defaultStackName('cached', 'open'))).not.toHaveProperty('Queue');
    },
  );

  it('by an alias that the template calls otherwise', { tags: 'long' }, async ({ expect: expects }) => {
    const { Alias: alias, ...others } = functionResources;
    const code = { answer: 'context.functionVersion' };
    expects((await release({ service: 'aliased', version: '1.0.0', ...code })).at(-1)?.to).toBe('Succeeded');
    const transitions = await release({
      ...{ service: 'aliased', version: '1.1.0', ...code },
      resources: { ...others, Alias: undefined, FunctionAliaslive: alias },
    });
    expects(transitions.at(-1)?.to).toBe('Succeeded');
    expects(transitions.find(({ type }) => type === 'shiftStarted')?.evidence).toMatchObject({
      moves: [{ alias: 'Alias', from: '1', to: '2' }],
    });
    expects(await served('aliased')).toEqual({ answer: '2', version: '2' });
  });
});

it('leaves a ledger that breaks no rule', async () => {
  expect(await rules.brokenRules()).toEqual([]);
});
