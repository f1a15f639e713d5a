import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { boundaryName, defaultStackName, policyArn, targetRoleName } from '../../core/contract/names.ts';
import { ENGINE, type Sandbox } from '../../local/sandbox.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import { BusListener } from './bus-listener.ts';
import { openSandbox } from './open-sandbox.ts';
import { RuleChecker } from './rules/rule-checker.ts';
import { StackAdministrator } from './stack-administrator.ts';
import { dropTiny, readEnd, type ReleaseEnd } from './release-end.ts';
import { computed, functionResources, type TinyRelease } from './tiny-service.ts';

// Who makes the resources of services: managed policies instead of the built-in list, a role of the platform team, and a target
// without a permissions boundary.

const { region } = ENGINE;
let sandbox: Sandbox;
let recorder: TransitionRecorder;
let rules: RuleChecker;
let others: BusListener;

beforeAll(async () => {
  sandbox = await openSandbox({ pace: 'max', synthesized: inject('synthesizedForExecution') });
  rules = new RuleChecker(sandbox.aws);
  recorder = new TransitionRecorder(sandbox.aws);
  others = await BusListener.open(sandbox.aws);
  // What is told first is told again; no release waits for it.
  sandbox.aws.faults.atCall(
    'the event bus is refused',
    { service: 'events', operation: 'PutEvents', role: 'sluice-notify' },
    { kind: 'error', code: 'AccessDeniedException', status: 400 },
  );
});
afterAll(() => sandbox.close());

const ended: { readonly release: string; readonly transitions: ReleaseEnd['transitions'] }[] = [];

async function releaseAndWait(release: TinyRelease): Promise<ReleaseEnd> {
  const id = await dropTiny(sandbox.engine, release);
  const end = await readEnd(sandbox.engine, recorder, id);
  ended.push({ release: id, transitions: end.transitions });
  return end;
}

async function boundaryOfRole(account: string, stack: string): Promise<string | undefined> {
  const { Role: RoleName = '' } = await new StackAdministrator(sandbox.aws, account).resources(stack);
  const { Role } = await sandbox.aws.client(IAMClient, { account, region }).send(new GetRoleCommand({ RoleName }));
  return Role?.PermissionsBoundary?.PermissionsBoundaryArn;
}

const queue = (QueueName?: string | object) => ({
  Queue: { Type: 'AWS::SQS::Queue', Properties: QueueName === undefined ? {} : { QueueName } },
});
/** No kind of the built-in list. */
const identity = {
  Sender: { Type: 'AWS::SES::EmailIdentity', Properties: { EmailIdentity: 'orders@example.com' } },
};

describe.concurrent('resources', () => {
  it('are made by managed policies, also such as the built-in list does not have, under the boundary', async ({
    expect: expects,
  }) => {
    const resources = { ...queue(), ...identity };
    const released = await releaseAndWait({ service: 'attached', version: '1.0.0', resources });
    expects(released).toMatchObject({ end: 'Succeeded' });
    const stack = defaultStackName('attached', 'attached');
    const boundary = policyArn('222222222222', boundaryName(region, 'attached'));
    expects(await boundaryOfRole('222222222222', stack)).toBe(boundary);
  });

  it('have the names of their entry, whatever managed policies allow', async ({ expect: expects }) => {
    const name = 'sluice-attached-attached-mine';
    const rejected = await releaseAndWait({ service: 'other', version: '1.0.0', resources: queue(name) });
    expects(rejected.end).toBe('Rejected');
    expects(rejected.reason).toContain(`is called "${name}"`);
    const refused = await releaseAndWait({ service: 'other', version: '1.0.1', resources: queue(computed(name)) });
    expects(refused.end).toBe('RolledBack');
    expects(refused.reason).toContain('not authorized to perform: sqs:CreateQueue');
  });

  it('are made by the platform team’s role, once it carries the denials', async ({ expect: expects }) => {
    const account = '333333333333';
    const iam = sandbox.aws.client(IAMClient, { account, region });
    const missing = await releaseAndWait({ service: 'own', version: '1.0.0' });
    expects(missing.end).toBe('RolledBack');
    expects(missing.reason).toContain('role/platform/cloudformation, which does not exist there');

    const principal = { Service: 'cloudformation.amazonaws.com' };
    const trust = { Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' };
    const anything = { Effect: 'Allow', Action: '*', Resource: '*' };
    const RoleName = 'cloudformation';
    const document = (Statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new CreateRoleCommand({ RoleName, Path: '/platform/', AssumeRolePolicyDocument: document(trust) }));
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'all', PolicyDocument: document(anything) }));
    const bare = await releaseAndWait({ service: 'own', version: '1.0.1' });
    expects(bare.reason).toContain('does not carry the managed policy sluice-target-denials-us-east-1');

    const PolicyArn = policyArn(account, targetRoleName('denials', region));
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    expects(await releaseAndWait({ service: 'own', version: '1.0.2', resources: identity })).toMatchObject({
      end: 'Succeeded',
    });
    const topic = { Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'sluice-target-alarms' } } };
    const reaching = await releaseAndWait({ service: 'own', version: '1.0.3', resources: topic });
    expects(reaching.end).toBe('RolledBack');
    expects(reaching.reason).toContain('explicit deny');
  });

  it(
    'go without a boundary where the policy wants none, and the ledger says so',
    { tags: 'long' },
    async ({ expect: expects }) => {
      const released = await releaseAndWait({ service: 'free', version: '1.0.0' });
      expects(released.end).toBe('Succeeded');
      const prepared = released.transitions.find(({ type }) => type === 'prepared');
      expects(JSON.stringify(prepared)).toContain(
        '1 role has no permissions boundary: the policy of this target wants none',
      );
      expects(await boundaryOfRole('444444444444', defaultStackName('free', 'free'))).toBeUndefined();
      const { Role } = functionResources;
      const named = { ...Role.Properties, PermissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess' };
      const bounded = { Role: { ...Role, Properties: named } };
      expects((await releaseAndWait({ service: 'free', version: '1.1.0', resources: bounded })).end).toBe('Succeeded');
    },
  );
});

it('has every transition of each release told to others, in their order, though the bus was refused at first', async () => {
  sandbox.aws.faults.assertAllHappened();
  for (const { release, transitions } of ended) {
    const wanted = transitions.map(({ sequence, type, at }) => ({ sequence, type, at }));
    await expect
      .poll(async () => (await others.of(release)).length, { timeout: 60_000, interval: 200 })
      .toBeGreaterThanOrEqual(wanted.length);
    const heard = (await others.of(release)).toSorted((a, b) => a.sequence - b.sequence);
    expect(heard.map(({ sequence, type, at }) => ({ sequence, type, at }))).toEqual(wanted);
    expect(heard.at(-1)?.status).toBe(transitions.at(-1)?.to);
  }
  expect(ended.length).toBeGreaterThan(6);
});

it('leaves a ledger that breaks no rule', async () => {
  expect(await rules.brokenRules()).toEqual([]);
});
