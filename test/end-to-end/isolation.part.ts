import { readFileSync } from 'node:fs';
import { DescribeStackEventsCommand, type CreateStackCommandInput } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { build } from 'esbuild';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { allTransitions } from '../../cli/follow.ts';
import type { TransitionDocument } from '../../core/contract/api/documents.ts';
import { executionRoleName, roleArn, tagNames } from '../../core/contract/names.ts';
import { formatReleaseId } from '../../core/values/release-id.ts';
import { recordedProblems } from '../../core/values/problems.ts';
import { ENGINE, type Sandbox } from '../../local/sandbox.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import type { Outcome, Scene } from './isolation/attack.ts';
import { codeAttacks } from './isolation/by-code.ts';
import { rejectedAttacks } from './isolation/by-release.ts';
import { templateAttacks, type TemplateAttack } from './isolation/by-template.ts';
import { portrait } from './isolation/portrait.ts';
import { place, setScene } from './isolation/scene.ts';
import { victimResources } from './isolation/victim.ts';
import { RuleChecker } from './rules/rule-checker.ts';
import { enterSandbox } from './shared-sandbox.ts';
import { StackAdministrator } from './stack-administrator.ts';
import { computed, functionResources, packTiny, type TinyRelease } from './tiny-service.ts';
import { allow, resource } from './wiring/template-builders.ts';

// Two entries of the policy share a target, and one attacks the other, and Sluice: by templates, and by running code. Each way in
// is refused, or stands in docs/deploying.md under "What is not isolated" – and each that stands there is possible.
//
// What validation refuses is shown by one release whose template tries all of it, and is told of each. What grants refuse is shown
// by one whole release, and for all others by stacks that CloudFormation makes with the attacker's own execution role and tags, as
// it does for a release, without the minute that each release would take.

let sandbox: Sandbox;
let recorder: TransitionRecorder;
let rules: RuleChecker;
let administrator: StackAdministrator;
let scene: Scene;
let before: unknown;

beforeAll(async () => {
  sandbox = await enterSandbox();
  recorder = new TransitionRecorder(sandbox.aws);
  rules = new RuleChecker(sandbox.aws);
  administrator = new StackAdministrator(sandbox.aws, place.account);
  const released = await Promise.all([
    release({ service: 'victim', version: '1.0.0', resources: victimResources }),
    release({ service: 'attacker', version: '1.0.0', ...(await attackingCode()) }),
  ]);
  expect(released.map((transitions) => transitions.at(-1)?.to)).toEqual(['Succeeded', 'Succeeded']);
  scene = await setScene(sandbox, administrator);
  before = await portrait(sandbox.aws, scene);
});
afterAll(() => sandbox.close());

async function release(tiny: TinyRelease): Promise<readonly TransitionDocument[]> {
  return drop(tiny, packTiny(tiny).bytes);
}

async function drop(tiny: TinyRelease, bytes: Uint8Array): Promise<readonly TransitionDocument[]> {
  await sandbox.engine.push(`${tiny.service}/${tiny.version}.zip`, bytes);
  const id = formatReleaseId({ ...tiny, attempt: 1 });
  await recorder.waitFor(id, 'ended');
  return allTransitions(sandbox.engine, id);
}

const openDocument = z.looseObject({});
const openTemplate = z.looseObject({ Parameters: openDocument, Resources: openDocument });

/** An artifact of the attacker's own making: `sluice pack` refuses such a template, too. */
function withMore(resources: object, parameters: object, values: object): Uint8Array {
  const files = unzipSync(packTiny({ service: 'attacker', version: '1.2.0' }).bytes);
  const read = (name: string): unknown => JSON.parse(strFromU8(files[name] ?? new Uint8Array()));
  const { Parameters, Resources, ...rest } = openTemplate.parse(read('template.json'));
  const template = {
    ...rest,
    Parameters: { ...Parameters, ...parameters },
    Resources: { ...Resources, ...resources },
  };
  const manifest = { ...openDocument.parse(read('release.json')), parameters: values };
  return zipSync({
    ...files,
    'template.json': strToU8(JSON.stringify(template)),
    'release.json': strToU8(JSON.stringify(manifest)),
  });
}

/** Everything that its own template can give a role, and code that uses it. */
async function attackingCode(): Promise<Pick<TinyRelease, 'answer' | 'resources'>> {
  const { Role } = functionResources;
  const Policies = [{ PolicyName: 'everything', PolicyDocument: allow('*', '*') }];
  const { outputFiles } = await build({
    entryPoints: [new URL('isolation/attacker-function.ts', import.meta.url).pathname],
    ...{ bundle: true, write: false, platform: 'node', format: 'cjs', external: ['@aws-sdk/*'] },
  });
  const code = outputFiles[0]?.text ?? '';
  return {
    answer: `await (async () => { const module = { exports: {} }; ${code}; return module.exports.attackAll(event); })()`,
    resources: { Role: { ...Role, Properties: { ...Role.Properties, Policies } } },
  };
}

/** A stack made by an entry's execution role. @returns what failed first, in CloudFormation's words; undefined where nothing did */
async function deploy(
  entry: string,
  StackName: string,
  { resources, parameters }: Pick<TemplateAttack, 'resources' | 'parameters'>,
): Promise<string | undefined> {
  const more: Partial<CreateStackCommandInput> = {
    RoleARN: roleArn(place.account, executionRoleName(place.region, entry)),
    Tags: [{ Key: tagNames.entry, Value: entry }],
  };
  try {
    const template = { Resources: resources, ...(parameters === undefined ? {} : { Parameters: parameters }) };
    if ((await administrator.create(StackName, template, more)) === 'CREATE_COMPLETE') return undefined;
  } catch (error) {
    return String(error);
  }
  const { StackEvents = [] } = await administrator.cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
  const failed = StackEvents.filter(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED').at(-1);
  return failed?.ResourceStatusReason ?? 'nothing said';
}

const possible = new Set<string>();

it('refuses templates by the grants of the execution role', async () => {
  const attacks = templateAttacks(scene);
  const ends = await Promise.all(
    attacks.map(async (attack, index) => ({
      ...attack,
      reason: await deploy('attacker', `sluice-attacker-open-${index}`, attack),
    })),
  );
  const refused = ends.filter(({ expected }) => expected === 'refused');
  // CloudFormation's handlers look first whether there is one already, which the same grants refuse.
  for (const { name, action, reason } of refused) {
    const look = `${action.split(':')[0] ?? ''}:Get\\w+`;
    expect.soft(reason, name).toMatch(new RegExp(`not authorized to perform: (${action}|${look}) `));
  }
  for (const { name, expected, reason } of ends) {
    if (expected === 'refused') continue;
    expect.soft(reason, name).toBeUndefined();
    possible.add(expected.listed);
  }
  expect(await portrait(sandbox.aws, scene)).toEqual(before);
});

it('rolls a release back whose template is refused so, with the victim as before', async () => {
  const Attack = resource('AWS::Lambda::Permission', {
    ...{ FunctionName: computed(scene.functionName), Action: 'lambda:InvokeFunction', Principal: '*' },
  });
  const ended = await release({ service: 'attacker', version: '1.1.0', resources: { Attack } });
  expect(ended.at(-1)?.to).toBe('RolledBack');
  expect(ended.find(({ type }) => type === 'failed')?.reason).toContain('lambda:AddPermission');
  expect(await portrait(sandbox.aws, scene)).toEqual(before);
});

it('rejects a release for what only its template shows', async () => {
  const attacks = rejectedAttacks(scene);
  const merged = (part: 'resources' | 'parameters'): Record<string, object> =>
    Object.fromEntries(attacks.flatMap((attack) => Object.entries(attack[part] ?? {})));
  const ended = await drop(
    { service: 'attacker', version: '1.2.0' },
    withMore(merged('resources'), merged('parameters'), { open: { Bucket: scene.assetBucket } }),
  );
  expect(ended.at(-1)?.to).toBe('Rejected');
  const problems = recordedProblems(ended.find(({ type }) => type === 'rejected')?.evidence);
  for (const { name, code, resources } of attacks) {
    const about = code === 'template.asset-missing' ? scene.assetKey : `"${Object.keys(resources).join()}"`;
    const found = problems.filter((one) => one.code === code && one.message.includes(about));
    expect.soft(found, name).toHaveLength(1);
  }
  expect(await portrait(sandbox.aws, scene)).toEqual(before);
});

const outcomes = z.array(z.object({ name: z.string(), error: z.string().exactOptional() }));

it('refuses running code, whatever its template grants it', async () => {
  const { Payload, FunctionError } = await sandbox.aws
    .client(LambdaClient, place)
    .send(new InvokeCommand({ FunctionName: scene.ownFunction, Payload: JSON.stringify(scene) }));
  const text = Buffer.from(Payload ?? []).toString();
  expect(FunctionError, text).toBeUndefined();
  const ends: Outcome[] = outcomes.parse(JSON.parse(text));
  expect(ends).toHaveLength(codeAttacks.length);
  for (const { name, expected } of codeAttacks) {
    const error = ends.find((one) => one.name === name)?.error;
    if (expected === 'refused') {
      expect.soft(error, name).toMatch(/not authorized to perform|Access ?Denied|Forbidden/i);
      continue;
    }
    expect.soft(error, name).toBeUndefined();
    possible.add(expected.listed);
  }
  expect(await portrait(sandbox.aws, scene)).toEqual(before);
});

it('lets nobody but the forwarding role of a target tell the engine, not even an administrator there', async () => {
  const told = sandbox.aws.client(EventBridgeClient, place).send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: `arn:aws:events:${place.region}:${ENGINE.account}:event-bus/sluice`,
          ...{ Source: 'cloudformation.attack', DetailType: 'attack', Detail: '{}' },
        },
      ],
    }),
  );
  await expect(told).rejects.toThrow('no resource-based policy allows the events:PutEvents action');
});

it('cannot tell names apart that CloudFormation cuts, where AWS compares no tags', async () => {
  const made = (entry: string, end: string) => {
    const Alarm = resource('AWS::CloudWatch::Alarm', {
      ...{ AlarmName: `sluice-long-named-servic-Errors-${end}`, Namespace: 'A', MetricName: 'A', Statistic: 'Sum' },
      ...{ Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' },
    });
    return deploy(entry, `sluice-${entry}-open-names`, { resources: { Alarm } });
  };
  expect(await made('long-named-service-one', '0123456789AB')).toBeUndefined();
  expect(await made('attacker', '0123456789AC')).toContain('cloudwatch:PutMetricAlarm');
  expect(await made('long-named-service-two', '0123456789AD')).toBeUndefined();
  possible.add('Long names.');
});

it('lists in the documentation exactly what is possible', () => {
  const text = readFileSync(new URL('../../docs/deploying.md', import.meta.url), 'utf8');
  const [, section = ''] = /\n#### What is not isolated\n([^]*?)\n##/.exec(text) ?? [];
  const said = [...section.matchAll(/^- \*\*([^*]+)\*\*/gm)].map(([, words]) => words);
  expect(said.sort()).toEqual([...possible].sort());
});

it('leaves a ledger that breaks no rule', async () => {
  expect(await rules.brokenRules()).toEqual([]);
});
