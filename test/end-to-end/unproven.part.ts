import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetRolePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultStackName } from '../../core/contract/names.ts';
import { onApprovalRequest } from '../../local/approval-requests.ts';
import { ENGINE, type Sandbox } from '../../local/sandbox.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import { enterSandbox } from './shared-sandbox.ts';
import { StackAdministrator } from './stack-administrator.ts';
import { RuleChecker } from './rules/rule-checker.ts';
import { dropTiny, readEnd } from './release-end.ts';
import { functionResources, type TinyRelease } from './tiny-service.ts';

// While a release is unproven, nothing that the version in service uses is taken away: not the table that is replaced, not the
// statement that its role loses, not the value that a parameter had.

const place = { account: '333333333333', region: ENGINE.region };
const service = 'unproven-orders';
const stack = defaultStackName(service, 'production');

let sandbox: Sandbox;
let recorder: TransitionRecorder;
let rules: RuleChecker;
let administrator: StackAdministrator;

beforeAll(async () => {
  sandbox = await enterSandbox();
  rules = new RuleChecker(sandbox.aws);
  recorder = new TransitionRecorder(sandbox.aws);
  administrator = new StackAdministrator(sandbox.aws, place.account);
  onApprovalRequest(sandbox.aws, (request) => void request.decide('approve', 'Looks good'));
});
afterAll(() => sandbox.close());

const table = (key: string) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
    KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
  },
});

const role = (action: string) => ({
  ...functionResources.Role,
  Properties: {
    ...functionResources.Role.Properties,
    Policies: [
      {
        PolicyName: 'orders',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: action, Resource: { 'Fn::GetAtt': ['Orders', 'Arn'] } }],
        },
      },
    ],
  },
});

/** A schedule of the same events under either name. */
const schedule = (name: string) => ({
  [name]: {
    Type: 'AWS::Events::Rule',
    Properties: { ScheduleExpression: 'rate(1 day)', Targets: [{ Id: 'live', Arn: { Ref: 'Alias' } }] },
  },
  [`${name}Permission`]: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: { Ref: 'Alias' },
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': [name, 'Arn'] },
    },
  },
});

const guarded = {
  ...functionResources.Function,
  Properties: { ...functionResources.Function.Properties, Environment: { Variables: { TABLE: { Ref: 'Orders' } } } },
};

const release = (version: string, change: 'before' | 'after', answer: string): TinyRelease => ({
  ...{ service, version, answer },
  parameters: { Level: { Type: 'String' } },
  resources: {
    Function: guarded,
    Orders: table(change === 'before' ? 'id' : 'number'),
    Role: role(change === 'before' ? 'dynamodb:GetItem' : 'dynamodb:PutItem'),
    ...schedule(change === 'before' ? 'Daily' : 'EveryDay'),
    ...(change === 'before'
      ? { Setting: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: { Ref: 'Level' } } } }
      : {}),
  },
  manifest: {
    parameters: { production: { Level: change === 'before' ? 'one' : 'two' } },
    checks: { smoke: [{ invoke: 'Function', expect: { json: { ok: true } } }] },
  },
});

const good = '{ ok: true, table: process.env.TABLE }';
const badThroughAlias = '{ ok: !context.invokedFunctionArn.endsWith(":live") }';

/** Drops it and waits for a transition. */
async function reach(tiny: TinyRelease, type: 'bakeStarted'): Promise<string> {
  const id = await dropTiny(sandbox.engine, tiny);
  await recorder.waitFor(id, type);
  return id;
}

const end = async (tiny: TinyRelease) => readEnd(sandbox.engine, recorder, await dropTiny(sandbox.engine, tiny));

/** What the version in service has: everything that it uses, as it is in the account. */
async function used(resources: Readonly<Record<string, string>>): Promise<object> {
  const { Role = '', Setting = '', Orders = '' } = resources;
  const [policy, setting, row] = await Promise.all([
    sandbox.aws.client(IAMClient, place).send(new GetRolePolicyCommand({ RoleName: Role, PolicyName: 'orders' })),
    sandbox.aws.client(SSMClient, place).send(new GetParameterCommand({ Name: Setting })),
    sandbox.aws
      .client(DynamoDBClient, place)
      .send(new GetItemCommand({ TableName: Orders, Key: { id: { S: 'first' } } })),
  ]);
  return {
    setting: setting.Parameter?.Value,
    row: row.Item,
    reads: decodeURIComponent(policy.PolicyDocument ?? '').includes('dynamodb:GetItem'),
  };
}

const schedulesOf = (resources: object): string[] =>
  Object.keys(resources)
    .filter((name) => /^(Daily|EveryDay)/.test(name))
    .sort();

async function tableOfUsers(): Promise<unknown> {
  const { Alias: FunctionName = '' } = await administrator.resources(stack);
  const { Payload } = await sandbox.aws.client(LambdaClient, place).send(new InvokeCommand({ FunctionName }));
  return JSON.parse(Buffer.from(Payload ?? []).toString('utf8'));
}

describe('what the version in service uses', () => {
  it('stays as it is until the release has proven itself, and after it was rolled back', async () => {
    expect((await end(release('1.0.0', 'before', good))).end).toBe('Succeeded');
    const before = await administrator.resources(stack);
    await sandbox.aws
      .client(DynamoDBClient, place)
      .send(new PutItemCommand({ TableName: before['Orders'], Item: { id: { S: 'first' } } }));
    const whole = { setting: 'one', row: { id: { S: 'first' } }, reads: true };
    expect(await used(before)).toEqual(whole);

    const bad = await end(release('1.1.0', 'after', badThroughAlias));
    expect(bad.end).toBe('RolledBack');
    expect(bad.types).toContain('shifted');
    expect(await administrator.resources(stack)).toEqual(before);
    expect(await used(before)).toEqual(whole);
    expect(await tableOfUsers()).toEqual({ ok: true, table: before['Orders'] });

    const id = await reach(release('1.2.0', 'after', good), 'bakeStarted');
    expect(await used(before)).toEqual(whole);
    expect(schedulesOf(await administrator.resources(stack))).toEqual(['Daily', 'DailyPermission']);
    const during = await tableOfUsers();
    expect(during).not.toEqual({ ok: true, table: before['Orders'] });

    const { end: ended, transitions } = await readEnd(sandbox.engine, recorder, id);
    expect(ended).toBe('Succeeded');
    const { evidence } = transitions.find(({ type }) => type === 'prepared') ?? {};
    expect(JSON.stringify(evidence)).toMatch(/rename: [^"]*Orders as OrdersSluice2.*"widen: Role"/);
    expect(await tableOfUsers()).toEqual(during);
    const after = await administrator.resources(stack);
    expect(Object.keys(after).filter((name) => /^(Orders|Setting)/.test(name))).toEqual(['OrdersSluice2']);
    await expect(
      used({ ...after, Setting: before['Setting'] ?? '', Orders: before['Orders'] ?? '' }),
    ).rejects.toThrow();

    // The next release finds the table under its new name, and changes nothing.
    const same = await end({ ...release('1.3.0', 'after', good), codeOf: '1.2.0' });
    expect(same.end).toBe('Succeeded');
    expect(await administrator.resources(stack)).toEqual(after);
    expect(await tableOfUsers()).toEqual(during);
  });
});

it('leaves a ledger that breaks no rule', async () => {
  expect(await rules.brokenRules()).toEqual([]);
});
