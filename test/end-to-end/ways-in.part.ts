import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allTransitions } from '../../cli/follow.ts';
import type { TransitionDocument } from '../../core/contract/api/documents.ts';
import { defaultStackName } from '../../core/contract/names.ts';
import { formatReleaseId } from '../../core/values/release-id.ts';
import type { Sandbox } from '../../local/sandbox.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import { enterSandbox } from './shared-sandbox.ts';
import { RuleChecker } from './rules/rule-checker.ts';
import { StackAdministrator } from './stack-administrator.ts';
import { functionResources, packTiny, type TinyRelease } from './tiny-service.ts';

// Users who would come to a new version around the rollout that the policy demands: `held` refuses that, `told` only says so.

let sandbox: Sandbox;
let recorder: TransitionRecorder;
let rules: RuleChecker;
let administrator: StackAdministrator;

beforeAll(async () => {
  sandbox = await enterSandbox();
  rules = new RuleChecker(sandbox.aws);
  recorder = new TransitionRecorder(sandbox.aws);
  administrator = new StackAdministrator(sandbox.aws, '222222222222');
});
afterAll(() => sandbox.close());

async function play(release: TinyRelease): Promise<readonly TransitionDocument[]> {
  const { key, bytes } = packTiny(release);
  await sandbox.engine.push(key, bytes);
  const id = formatReleaseId({ ...release, attempt: 1 });
  await recorder.waitFor(id, 'ended');
  return allTransitions(sandbox.engine, id);
}

const ends = (transitions: readonly TransitionDocument[]) => transitions.at(-1)?.to;
const evidenceOf = (transitions: readonly TransitionDocument[], type: string) =>
  transitions.find((transition) => transition.type === type)?.evidence;

/** A schedule, and the permission that goes with it. */
const schedule = (to: object) => ({
  Nightly: {
    Type: 'AWS::Events::Rule',
    Properties: { ScheduleExpression: 'rate(1 day)', Targets: [{ Id: 'nightly', Arn: to }] },
  },
  NightlyPermission: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: to,
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': ['Nightly', 'Arn'] },
    },
  },
});
const functionArn = { 'Fn::GetAtt': ['Function', 'Arn'] };

/** An HTTP API whose only route leads to an alias. */
const api = (alias: string) => ({
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: { Ref: 'AWS::StackName' }, ProtocolType: 'HTTP' } },
  Integration: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      ApiId: { Ref: 'Api' },
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: { Ref: alias },
      PayloadFormatVersion: '2.0',
    },
  },
  Route: {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: { ApiId: { Ref: 'Api' }, RouteKey: 'GET /', Target: { 'Fn::Sub': 'integrations/${Integration}' } },
  },
});

/** The same function, version and alias under other logical ids. */
const renamed = {
  ...{ Function: undefined, Version: undefined, Alias: undefined },
  Successor: functionResources.Function,
  SuccessorVersion: { ...functionResources.Version, Properties: { FunctionName: { Ref: 'Successor' } } },
  SuccessorAlias: {
    ...functionResources.Alias,
    Properties: {
      Name: 'live',
      FunctionName: { Ref: 'Successor' },
      FunctionVersion: { 'Fn::GetAtt': ['SuccessorVersion', 'Version'] },
    },
  },
};

describe.concurrent('users who would come around the rollout', () => {
  it('a way in around the alias is refused with the way to mend it, and then released', async ({ expect: expects }) => {
    const service = 'held-way';
    const refused = await play({ service, version: '1.0.0', resources: schedule(functionArn) });
    expects(ends(refused)).toBe('Rejected');
    const said = JSON.stringify(evidenceOf(refused, 'rejected'));
    expects(said).toContain('template.unguarded');
    for (const way of ['Nightly (AWS::Events::Rule)', 'NightlyPermission (AWS::Lambda::Permission)'])
      expects(said).toContain(`${way} leads to the function Function instead of its alias Alias`);
    const mended = await play({ service, version: '1.0.1', resources: schedule({ Ref: 'Alias' }) });
    expects(ends(mended)).toBe('Succeeded');
    expects(evidenceOf(mended, 'prepared')).not.toHaveProperty('around');
  });

  it(
    'a way in around the alias is named to approver and ledger where the policy only warns',
    { tags: 'long' },
    async ({ expect: expects }) => {
      const service = 'told-way';
      await play({ service, version: '1.0.0', resources: schedule(functionArn) });
      const told = await play({ service, version: '1.1.0', resources: schedule(functionArn) });
      expects(ends(told)).toBe('Succeeded');
      expects(JSON.stringify(evidenceOf(told, 'prepared'))).toContain('Nightly: goes-around-alias');
      expects(evidenceOf(told, 'prepared')).toMatchObject({
        around: [
          'Nightly (AWS::Events::Rule): Function instead of Alias',
          'NightlyPermission (AWS::Lambda::Permission): Function instead of Alias',
        ],
      });
    },
  );

  it(
    'a function that takes the place of another is refused, and nobody has moved',
    { tags: 'long' },
    async ({ expect: expects }) => {
      const service = 'held-place';
      expects(ends(await play({ service, version: '1.0.0', resources: api('Alias') }))).toBe('Succeeded');
      const before = await administrator.resources(defaultStackName(service, 'held'));
      const resources = { ...api('SuccessorAlias'), ...renamed };
      const refused = await play({ service, version: '1.1.0', resources });
      expects(ends(refused)).toBe('RolledBack');
      expects(refused.map(({ type }) => type)).not.toContain('changeStarted');
      const { reason } = refused.find(({ type }) => type === 'failed') ?? {};
      expects(reason).toContain(
        'Integration (AWS::ApiGatewayV2::Integration) leads to the function Successor instead of Function',
      );
      expects(await administrator.resources(defaultStackName(service, 'held'))).toEqual(before);
    },
  );

  it(
    'a function that takes the place of another is named where the policy only warns',
    { tags: 'long' },
    async ({ expect: expects }) => {
      const service = 'told-place';
      await play({ service, version: '1.0.0', resources: api('Alias') });
      const told = await play({ service, version: '1.1.0', resources: { ...api('SuccessorAlias'), ...renamed } });
      expects(ends(told)).toBe('Succeeded');
      const said = JSON.stringify(evidenceOf(told, 'prepared'));
      for (const way of ['Integration', 'Route']) expects(said).toContain(`${way}: takes-over-at-once`);
      expects(said).toContain('leads to the function Successor instead of Function');
    },
  );

  it('a function that is to be guarded gets its alias first, with what is live, and its next version moves by rollout', async ({
    expect: expects,
  }) => {
    const service = 'told-guard';
    const stack = defaultStackName(service, 'told');
    const bare = { ...schedule(functionArn), Version: undefined, Alias: undefined };
    const first = await play({ service, version: '1.0.0', answer: '1', resources: bare });
    expects(ends(first)).toBe('Succeeded');
    const guard = { guard: ['Function'] };
    const second = await play({ service, version: '1.1.0', answer: '2', resources: bare, manifest: guard });
    const types = second.map(({ type }) => type);
    expects(ends(second)).toBe('Succeeded');
    expects(types.filter((type) => /^(adopt|change|shift)/.test(type))).toEqual([
      ...['adoptionStarted', 'adopted', 'changeStarted', 'changed', 'shiftStarted', 'shifted'],
    ]);
    expects(evidenceOf(second, 'shiftStarted')).toMatchObject({
      moves: [{ alias: 'FunctionAliaslive', from: '1', to: '2' }],
    });
    const { FunctionAliaslive: alias = '', Function: name = '' } = await administrator.resources(stack);
    expects(alias).toMatch(/:live$/);
    expects(evidenceOf(second, 'prepared')).toMatchObject({
      pinned: ['FunctionAliaslive'],
      rollbackTo: [`${name}:live 1`],
    });
    expects(evidenceOf(second, 'prepared')).not.toHaveProperty('around');
    // What was done once is not done again, and an error alarm judges each release.
    const third = await play({ service, version: '1.2.0', answer: '3', resources: bare, manifest: guard });
    expects([ends(third), third.map(({ type }) => type)]).toEqual([
      'Succeeded',
      expects.not.arrayContaining(['adoptionStarted']),
    ]);
    expects(evidenceOf(third, 'prepared')).toMatchObject({ rollbackTo: [`${name}:live 2`] });
    // Lambda keeps the version of a guard that was taken away, and publishes no second one of the same code.
    const same = { service, codeOf: '1.2.0', answer: '3', resources: bare };
    const away = await play({ ...same, version: '1.3.0' });
    const again = await play({ ...same, version: '1.4.0', manifest: guard });
    expects([ends(away), ends(again)]).toEqual(['Succeeded', 'Succeeded']);
    expects(evidenceOf(again, 'prepared')).toMatchObject({ rollbackTo: [`${name}:live 4`] });
  });

  it(
    'a function that is guarded by the manifest may be released where the policy demands a rollout',
    { tags: 'long' },
    async ({ expect: expects }) => {
      const service = 'held-guard';
      const bare = { ...schedule(functionArn), Version: undefined, Alias: undefined };
      expects(ends(await play({ service, version: '1.0.0', resources: bare }))).toBe('Rejected');
      const guarded = await play({ service, version: '1.0.1', resources: bare, manifest: { guard: ['Function'] } });
      expects(ends(guarded)).toBe('Succeeded');
      expects(Object.keys(await administrator.resources(defaultStackName(service, 'held')))).toEqual(
        expects.arrayContaining(['FunctionAliaslive', 'FunctionGuardVersion', 'FunctionGuardErrors']),
      );
    },
  );
});

it('leaves a ledger that breaks no rule', async () => {
  expect(await rules.brokenRules()).toEqual([]);
});
