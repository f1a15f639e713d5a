import { setTimeout } from 'node:timers/promises';
import { GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { GetAliasCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import * as z from 'zod';
import { allTransitions } from '../../cli/follow.ts';
import type { TransitionDocument } from '../../core/contract/api/documents.ts';
import { defaultStackName } from '../../core/contract/names.ts';
import { formatReleaseId } from '../../core/values/release-id.ts';
import { bootstrapBucket } from '../../local/bootstrap.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import { ENGINE, type Sandbox } from '../../local/sandbox.ts';
import { enterSandbox } from './shared-sandbox.ts';
import { StackAdministrator } from './stack-administrator.ts';
import { RuleChecker } from './rules/rule-checker.ts';
import { functionResources, packTiny, type TinyRelease } from './tiny-service.ts';

// Templates with several functions and aliases, and stacks that were there before the engine: what moves, what is kept while it
// moves, and that stack and aliases agree afterwards.

const place = { account: '222222222222', region: ENGINE.region };
const rollout = { preview: 'Canary10Percent5Minutes' };

let sandbox: Sandbox;
let recorder: TransitionRecorder;
let rules: RuleChecker;
let administrator: StackAdministrator;

beforeAll(async () => {
  sandbox = await enterSandbox();
  rules = new RuleChecker(sandbox.aws);
  recorder = new TransitionRecorder(sandbox.aws);
  administrator = new StackAdministrator(sandbox.aws, place.account);
});
afterAll(() => sandbox.close());

async function drop(release: TinyRelease): Promise<string> {
  const { key, bytes } = packTiny(release);
  await sandbox.engine.push(key, bytes);
  return formatReleaseId({ ...release, attempt: 1 });
}

async function ended(id: string): Promise<readonly TransitionDocument[]> {
  await recorder.waitFor(id, 'ended');
  return allTransitions(sandbox.engine, id);
}

/** A function with its version and its alias `live`, named after it. */
function guarded(name: string): Record<string, object> {
  const { Function: one, Version: version, Alias: alias } = functionResources;
  return {
    [name]: one,
    [`${name}Version`]: { ...version, Properties: { FunctionName: { Ref: name } } },
    [`${name}Alias`]: {
      ...alias,
      Properties: {
        ...alias.Properties,
        FunctionName: { Ref: name },
        FunctionVersion: { 'Fn::GetAtt': [`${name}Version`, 'Version'] },
      },
    },
  };
}

/** A second alias of the function that every tiny service has. */
const beta = {
  ...functionResources.Alias,
  Properties: { ...functionResources.Alias.Properties, Name: 'beta' },
};

/** What an alias of the stack serves; undefined when it serves two versions. */
async function serves(arn: string): Promise<string | undefined> {
  const [FunctionName, Name] = [arn.slice(0, arn.lastIndexOf(':')), arn.slice(arn.lastIndexOf(':') + 1)];
  const alias = await sandbox.aws.client(LambdaClient, place).send(new GetAliasCommand({ FunctionName, Name }));
  return Object.keys(alias.RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0
    ? undefined
    : alias.FunctionVersion;
}

/** Every alias of the stack serves the version that the stack's template names. */
async function drifted(stackName: string): Promise<string[]> {
  const resources = await administrator.resources(stackName);
  const { TemplateBody = '' } = await administrator.cloudFormation.send(
    new GetTemplateCommand({ StackName: stackName }),
  );
  const template = z
    .object({
      Resources: z.record(
        z.string(),
        z.object({
          Type: z.string(),
          Properties: z.looseObject({ FunctionVersion: z.unknown().optional() }).optional(),
        }),
      ),
    })
    .parse(JSON.parse(TemplateBody));
  const reference = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Version')]) });
  const found = await Promise.all(
    Object.entries(template.Resources).map(async ([name, { Type, Properties }]) => {
      if (Type !== 'AWS::Lambda::Alias') return [];
      const [version] = reference.parse(Properties?.FunctionVersion)['Fn::GetAtt'];
      const [is, ought] = [await serves(resources[name] ?? ''), resources[version]?.split(':').at(-1)];
      return is === ought ? [] : [`${name} serves ${String(is)} instead of ${String(ought)}`];
    }),
  );
  return found.flat();
}

describe.concurrent('aliases', () => {
  it(
    'several of a template move together; what is dropped stays until all is proven',
    { tags: 'long' },
    async ({ expect: expects }) => {
      const stack = defaultStackName('several', 'preview');
      const first = { ...guarded('Other'), ...guarded('Gone'), ...guarded('Former'), Beta: beta };
      await ended(await drop({ service: 'several', version: '1.0.0', resources: first, manifest: { rollout } }));
      const before = await administrator.resources(stack);
      const second = { ...guarded('Other'), ...guarded('Added'), ...guarded('Renamed'), Beta: beta };
      const id = await drop({ service: 'several', version: '1.1.0', resources: second, manifest: { rollout } });

      await recorder.waitFor(id, 'bakeStarted');
      const during = await administrator.resources(stack);
      for (const kept of ['Gone', 'GoneVersion', 'GoneAlias', 'Former', 'FormerAlias'])
        expects(during[kept], kept).toBe(before[kept]);
      for (const kept of ['GoneAlias', 'FormerAlias']) expects(await serves(during[kept] ?? ''), kept).toBe('1');

      const transitions = await ended(id);
      expects(transitions.at(-1)?.to).toBe('Succeeded');
      const moves = transitions.find(({ type }) => type === 'shiftStarted')?.evidence;
      expects(moves).toMatchObject({
        moves: [
          { alias: 'Alias', from: '1', to: '2' },
          { alias: 'Beta', from: '1', to: '2' },
          { alias: 'OtherAlias', from: '1', to: '2' },
        ],
      });
      const after = await administrator.resources(stack);
      expects(Object.keys(after).filter((name) => /^(Gone|Former)/.test(name))).toEqual([]);
      for (const made of ['AddedAlias', 'RenamedAlias']) expects(await serves(after[made] ?? ''), made).toBe('1');
      expects(await drifted(stack)).toEqual([]);
    },
  );

  const movesAndGoesBack = async (
    [service, stack]: readonly [string, string],
    { expect: expects }: TestContext,
  ): Promise<void> => {
    await deployAsSam(stack);
    const before = await administrator.resources(stack);
    expects(await serves(before['Alias'] ?? '')).toBe('1');
    const users = new AliasUsers(before['Alias'] ?? '');

    const bad = `{ ok: !context.invokedFunctionArn.endsWith(":live") }`;
    const checks = { smoke: [{ invoke: 'Function', expect: { json: { ok: true } } }] };
    const manifest = { rollout, checks };
    const resources = { ...preference, ...renamedVersion('VersionOfSluice'), ...named };
    const refused = await ended(await drop({ service, version: '1.0.0', answer: bad, resources, manifest }));
    expects(refused.at(-1)?.to).toBe('RolledBack');
    expects(refused.map(({ type }) => type)).toContain('adopted');
    expects(await serves(before['Alias'] ?? '')).toBe('1');
    expects(await administrator.resources(stack)).toEqual(before);

    const adopted = await ended(await drop({ service, version: '1.1.0', resources, manifest }));
    expects(adopted.at(-1)?.to).toBe('Succeeded');
    const again = { ...preference, ...renamedVersion('VersionAfterwards'), ...named };
    expects((await ended(await drop({ service, version: '1.2.0', resources: again, manifest }))).at(-1)?.to).toBe(
      'Succeeded',
    );
    const { answers, errors } = await users.stop();
    expects(errors).toEqual([]);
    expects(answers).toBeGreaterThan(20);
    expects(await serves(before['Alias'] ?? '')).not.toBe('1');
    expects((await administrator.resources(stack))['Group']).toBe(before['Group']);
    expects(await drifted(stack)).toEqual([]);
  };
  const title =
    'of a stack that `sam deploy` made for %s as %s, its roles without boundary, move by its own CodeDeploy group, and go back';
  it.for([['owned', 'owned-prod']] as const)(title, movesAndGoesBack);
  it.for([['adopted', defaultStackName('adopted', 'preview')]] as const)(title, { tags: 'long' }, movesAndGoesBack);
});

/** What SAM's `DeploymentPreference` expands to: an application, a group, its role, and an alias that names them. */
const preference = {
  Application: { Type: 'AWS::CodeDeploy::Application', Properties: { ComputePlatform: 'Lambda' } },
  Group: {
    Type: 'AWS::CodeDeploy::DeploymentGroup',
    Properties: {
      ApplicationName: { Ref: 'Application' },
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
      },
      DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
      ServiceRoleArn: { 'Fn::GetAtt': ['CodeDeployServiceRole', 'Arn'] },
    },
  },
  CodeDeployServiceRole: {
    Type: 'AWS::IAM::Role',
    Properties: {
      ...functionResources.Role.Properties,
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'codedeploy.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [
        {
          PolicyName: 'traffic',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Action: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'],
                Resource: [{ 'Fn::GetAtt': ['Function', 'Arn'] }, { 'Fn::Sub': '${Function.Arn}:*' }],
              },
            ],
          },
        },
      ],
    },
  },
};

/** SAM gives each version a logical id of its own. */
function renamedVersion(name: string): Record<string, object | undefined> {
  return {
    Version: undefined,
    [name]: { ...functionResources.Version, DeletionPolicy: 'Retain' },
    Alias: {
      ...functionResources.Alias,
      Properties: { ...functionResources.Alias.Properties, FunctionVersion: { 'Fn::GetAtt': [name, 'Version'] } },
      UpdatePolicy: {
        CodeDeployLambdaAliasUpdate: {
          ApplicationName: { Ref: 'Application' },
          DeploymentGroupName: { Ref: 'Group' },
        },
      },
    },
  };
}

/** Resources with names of their own choice, as the entry allows them. */
const named = {
  Role: {
    ...functionResources.Role,
    Properties: { ...functionResources.Role.Properties, RoleName: { 'Fn::Sub': '${AWS::StackName}-role' } },
  },
  Function: {
    ...functionResources.Function,
    Properties: { ...functionResources.Function.Properties, FunctionName: { 'Fn::Sub': '${AWS::StackName}-orders' } },
  },
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: { 'Fn::Sub': '${AWS::StackName}-orders' },
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    },
  },
};

/** Calls an alias again and again, as users do, and counts what went wrong. */
class AliasUsers {
  private stopped = false;
  private answers = 0;
  private readonly errors: string[] = [];
  private readonly calling: Promise<void>;

  constructor(private readonly alias: string) {
    this.calling = this.call();
  }

  /** Resolves once the last call is answered. */
  async stop(): Promise<{ readonly answers: number; readonly errors: readonly string[] }> {
    this.stopped = true;
    await this.calling;
    return { answers: this.answers, errors: this.errors };
  }

  private async call(): Promise<void> {
    const lambda = sandbox.aws.client(LambdaClient, place);
    while (!this.stopped) {
      const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: this.alias }));
      this.answers += 1;
      if (FunctionError !== undefined) this.errors.push(Buffer.from(Payload ?? []).toString('utf8'));
      await setTimeout(100);
    }
  }
}

/** Deploys the service as `sam deploy` does: without a role, with code in a bucket of its own. */
async function deployAsSam(stackName: string): Promise<void> {
  const [Bucket, Key] = [bootstrapBucket(place.account, place.region), 'sam/code'];
  const Body = zipSync({ 'index.js': Buffer.from('exports.handler = async () => ({ ok: true });') });
  await sandbox.aws.client(S3Client, place).send(new PutObjectCommand({ Bucket, Key, Body }));
  const Code = { S3Bucket: Bucket, S3Key: Key };
  const Resources = {
    ...{ ...named, ...preference, ...renamedVersion('VersionOfSam') },
    Function: { ...named.Function, Properties: { ...named.Function.Properties, Code, Timeout: 10 } },
  };
  expect(await administrator.create(stackName, { Resources })).toBe('CREATE_COMPLETE');
}

it('leaves a ledger that breaks no rule', async () => {
  expect(await rules.brokenRules()).toEqual([]);
});
