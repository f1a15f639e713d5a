import { CreateChangeSetCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ListTablesCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { releaseDocument } from '../../core/contract/api/documents.ts';
import { defaultStackName } from '../../core/contract/names.ts';
import { onApprovalRequest } from '../../local/approval-requests.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import { ENGINE, type Sandbox } from '../../local/sandbox.ts';
import { enterSandbox } from './shared-sandbox.ts';
import { StackAdministrator } from './stack-administrator.ts';
import { RuleChecker } from './rules/rule-checker.ts';
import { dropTiny, readEnd, type ReleaseEnd } from './release-end.ts';
import { computed, functionResources, type TinyRelease } from './tiny-service.ts';

// CloudFormation's traps, each with a service of its own, all at once in one sandbox: how the release ends, and what the ledger
// says of it.

const production = '333333333333';

let sandbox: Sandbox;
let recorder: TransitionRecorder;
let rules: RuleChecker;
let administrator: StackAdministrator;
let tables: DynamoDBClient;
let queues: SQSClient;
let logs: CloudWatchLogsClient;

beforeAll(async () => {
  sandbox = await enterSandbox();
  rules = new RuleChecker(sandbox.aws);
  recorder = new TransitionRecorder(sandbox.aws);
  administrator = new StackAdministrator(sandbox.aws, production);
  const there = { account: production, region: ENGINE.region };
  tables = sandbox.aws.client(DynamoDBClient, there);
  queues = sandbox.aws.client(SQSClient, there);
  logs = sandbox.aws.client(CloudWatchLogsClient, there);
  onApprovalRequest(sandbox.aws, (request) => void request.decide('approve', 'Looks good'));
});
afterAll(() => sandbox.close());

const drop = (release: TinyRelease): Promise<string> => dropTiny(sandbox.engine, release);
const ended = (id: string): Promise<ReleaseEnd> => readEnd(sandbox.engine, recorder, id);

async function releaseAndWait(release: TinyRelease): Promise<ReleaseEnd> {
  return ended(await drop(release));
}

const said = ({ transitions }: ReleaseEnd, type: string): string | undefined =>
  transitions.find((one) => one.type === type)?.reason;

const parameterNamed = (value: string) => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Type: 'String', Value: value },
});
const impossible = {
  Type: 'AWS::SSM::Parameter',
  Properties: { Type: 'String', Value: '', Name: computed('/aws/not-allowed') },
};
/** True for who comes by the alias. */
const throughAlias = 'context.invokedFunctionArn.endsWith(":live")';
const smoke = { manifest: { checks: { smoke: [{ invoke: 'Function', expect: { json: { ok: true } } }] } } };
const table = (key: string) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
    KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
  },
});

describe.concurrent('a release meets', () => {
  it('a stack in which nothing would change', async ({ expect: expects }) => {
    await releaseAndWait({ service: 'same', version: '1.0.0' });
    const again = await releaseAndWait({ service: 'same', version: '1.0.1', codeOf: '1.0.0' });
    expects(again.end).toBe('Succeeded');
    expects(said(again, 'changed')).toBe('Nothing in the stack differs.');
    expects(said(again, 'shifted')).toBe('No alias has to move.');
  });

  it(
    'a stack of which there is only somebody’s change set under review',
    { tags: 'long' },
    async ({ expect: expects }) => {
      const StackName = defaultStackName('reviewed', 'open');
      const TemplateBody = JSON.stringify({ Resources: { Setting: parameterNamed('a') } });
      await administrator.cloudFormation.send(
        new CreateChangeSetCommand({ StackName, ChangeSetName: 'mine', ChangeSetType: 'CREATE', TemplateBody }),
      );
      expects(await administrator.status(StackName)).toBe('REVIEW_IN_PROGRESS');
      expects((await releaseAndWait({ service: 'reviewed', version: '1.0.0' })).end).toBe('Succeeded');
    },
  );

  it('what a failed creation left', { tags: 'long' }, async ({ expect: expects }) => {
    const StackName = defaultStackName('husk', 'open');
    expects(await administrator.create(StackName, { Resources: { Impossible: impossible } })).toBe('ROLLBACK_COMPLETE');
    expects((await releaseAndWait({ service: 'husk', version: '1.0.0' })).end).toBe('Succeeded');
    expects(await administrator.status(StackName)).toBe('CREATE_COMPLETE');
  });

  it('a half-made stack that somebody kept: refused, and left as it is', async ({ expect: expects }) => {
    const StackName = defaultStackName('half', 'open');
    const template = {
      Resources: { Setting: parameterNamed('a'), Impossible: { ...impossible, DependsOn: 'Setting' } },
    };
    expects(await administrator.create(StackName, template, { OnFailure: 'DO_NOTHING' })).toBe('CREATE_FAILED');
    const refused = await releaseAndWait({ service: 'half', version: '1.0.0' });
    expects(refused.end).toBe('RolledBack');
    expects(refused.reason).toMatch(/CREATE_FAILED.*Impossible \(AWS::SSM::Parameter\): .+333333333333.*us-east-1/);
    expects(await administrator.status(StackName)).toBe('CREATE_FAILED');
  });

  it(
    'a stack whose rollback failed: refused, with the first failing resource’s own reason',
    { tags: 'long' },
    async ({ expect: expects }) => {
      const StackName = defaultStackName('stuck', 'open');
      const Name = '/sluice/stuck';
      const setting = (Value: string) => ({ Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Name, Value } });
      await administrator.create(StackName, { Resources: { Setting: setting('a') } });
      sandbox.aws.faults.atCall(
        'the rollback of a parameter is denied',
        { operation: 'PutParameter', input: (input) => JSON.stringify(input).includes(`"${Name}"`), nth: 2 },
        { kind: 'error', code: 'AccessDeniedException', message: 'Frozen by the security team' },
      );
      await administrator.update(StackName, {
        Resources: { Setting: setting('b'), Impossible: { ...impossible, DependsOn: 'Setting' } },
      });
      expects(await administrator.waitUntilAtRest(StackName)).toBe('UPDATE_ROLLBACK_FAILED');
      const refused = await releaseAndWait({ service: 'stuck', version: '1.0.0' });
      expects(refused.end).toBe('RolledBack');
      expects(refused.reason).toMatch(/UPDATE_ROLLBACK_FAILED.*Frozen by the security team.*333333333333.*us-east-1/);
      expects(await administrator.status(StackName)).toBe('UPDATE_ROLLBACK_FAILED');
    },
  );

  it('a stack that somebody else is updating: waits until that is over', async ({ expect: expects }) => {
    await releaseAndWait({ service: 'busy', version: '1.0.0' });
    await beginUpdate('busy', logGroups(60));
    const after = await releaseAndWait({ service: 'busy', version: '1.1.0' });
    expects(after.end).toBe('Succeeded');
    expects(said(after, 'stackBusy')).toBe(
      'sluice-busy-open is being changed by someone else: it is UPDATE_IN_PROGRESS.',
    );
    expects(after.types.filter((type) => type === 'stackAvailable')).toHaveLength(1);
    // What was added by hand is not in the release's template.
    expects(Object.keys(await administrator.resources(defaultStackName('busy', 'open')))).not.toContain('Log0');
  });

  it('a stack that somebody changes a moment before it does: leaves their change alone', async ({
    expect: expects,
  }) => {
    await releaseAndWait({ service: 'overtaken', version: '1.0.0' });
    const isOurs = (input: unknown): boolean => JSON.stringify(input).includes(':stack/sluice-overtaken-');
    sandbox.aws.faults.atCall(
      'somebody is faster',
      { operation: 'ExecuteChangeSet', input: isOurs, times: 9 },
      { kind: 'throttle' },
    );
    const id = await drop({ service: 'overtaken', version: '1.1.0' });
    await recorder.waitFor(id, 'changeStarted');
    await beginUpdate('overtaken', logGroups(1));
    const refused = await ended(id);
    expects(refused.end).toBe('RolledBack');
    expects(refused.reason).toMatch(/has changed since the change set was created.*333333333333.*us-east-1/);
    expects(said(refused, 'stackRestored')).toBe('This release did not change the stack.');
    await administrator.waitUntilAtRest(defaultStackName('overtaken', 'open'));
    expects(Object.keys(await administrator.resources(defaultStackName('overtaken', 'open')))).toContain('Log0');
  });

  it('a change set of its own that a killed function left', { tags: 'long' }, async ({ expect: expects }) => {
    await releaseAndWait({ service: 'named', version: '1.0.0' });
    sandbox.aws.faults.atCall(
      'killed after a change set was made',
      { operation: 'CreateChangeSet', input: (input) => JSON.stringify(input).includes('"sluice-named-open"') },
      { kind: 'kill', when: 'after' },
    );
    expects((await releaseAndWait({ service: 'named', version: '1.1.0' })).end).toBe('Succeeded');
  });

  it('a stack that was deleted since the last release: made anew', { tags: 'long' }, async ({ expect: expects }) => {
    await releaseAndWait({ service: 'deleted', version: '1.0.0' });
    await administrator.delete(defaultStackName('deleted', 'open'));
    const after = await releaseAndWait({ service: 'deleted', version: '1.1.0' });
    expects(after.end).toBe('Succeeded');
    expects(await administrator.status(defaultStackName('deleted', 'open'))).not.toBe('gone');
  });

  it(
    'a stack that somebody deletes meanwhile: not clean, quarantined',
    { tags: 'long' },
    async ({ expect: expects }) => {
      await releaseAndWait({ service: 'vanished', version: '1.0.0' });
      const id = await drop({ service: 'vanished', version: '1.1.0', answer: `{ ok: !(${throughAlias}) }`, ...smoke });
      await recorder.waitFor(id, 'shiftStarted');
      await administrator.delete(defaultStackName('vanished', 'open'));
      const failed = await ended(id);
      expects(failed.end).toBe('Failed');
      expects(said(failed, 'rollbackFailed')).toMatch(/deleted.*333333333333.*us-east-1/);
    },
  );

  it(
    'a stack whose status is read late: believes what its events say',
    { tags: 'long' },
    async ({ expect: expects }) => {
      await releaseAndWait({ service: 'stale', version: '1.0.0' });
      const late = {
        operation: 'DescribeStacks',
        input: (input: unknown) => JSON.stringify(input).includes('-stale-'),
      };
      sandbox.aws.faults.atCall('stale reads', { ...late, nth: 2, times: Infinity }, { kind: 'stale' });
      const good = await releaseAndWait({ service: 'stale', version: '1.1.0' });
      expects(good.end).toBe('Succeeded');
      const bad = await releaseAndWait({
        service: 'stale',
        version: '1.2.0',
        answer: `{ ok: !(${throughAlias}) }`,
        ...smoke,
      });
      expects(bad.end).toBe('RolledBack');
      const { Alias } = await administrator.resources(defaultStackName('stale', 'open'));
      expects(Alias).toBeDefined();
    },
  );

  it('the end of its way: says what serves, and lets nothing wait', { tags: 'long' }, async ({ expect: expects }) => {
    const shown = (id: string) => sandbox.engine.call(releaseDocument, 'GET', `/v1/releases/${id}`);
    const impossibleHere = { resources: { Impossible: impossible } };
    const first = await drop({ service: 'catalog', version: '1.0.0', ...impossibleHere });
    const last = (await ended(first)).transitions.at(-1);
    expects(last?.evidence?.['serves']).toMatchObject([{ environment: 'staging', serves: 'nothing' }]);
    const firstShown = await shown(first);
    expects(firstShown.advice).toMatch(/^Nothing serves in staging: there was nothing before this release\./);
    expects(firstShown.environments).toMatchObject([
      { name: 'staging', phase: 'undone', targets: [{ phase: 'rolledBack' }] },
      { name: 'open', phase: 'notReached', targets: [{ phase: 'notReached' }] },
    ]);
    expects((await releaseAndWait({ service: 'catalog', version: '1.1.0' })).end).toBe('Succeeded');
    const third = await drop({ service: 'catalog', version: '1.2.0', ...impossibleHere });
    expects((await ended(third)).end).toBe('RolledBack');
    expects((await shown(third)).advice).toMatch(/^Version 1\.1\.0 serves in staging\./);
  });

  it(
    'the replacement of a table that nobody was asked about: refused',
    { tags: 'long' },
    async ({ expect: expects }) => {
      await releaseAndWait({ service: 'emptied', version: '1.0.0', resources: { Orders: table('id') } });
      const before = await administrator.resources(defaultStackName('emptied', 'open'));
      const refused = await releaseAndWait({
        service: 'emptied',
        version: '1.1.0',
        resources: { Orders: table('number') },
      });
      expects(refused.end).toBe('RolledBack');
      expects(refused.reason).toMatch(
        /Orders \(AWS::DynamoDB::Table\) is replaced by a new, empty one.*requires no approval for.*333333333333.*us-east-1/,
      );
      expects(refused.types).not.toContain('changeStarted');
      expects(await administrator.resources(defaultStackName('emptied', 'open'))).toEqual(before);
    },
  );

  it('the replacement of a table that the approver has seen: carried out', async ({ expect: expects }) => {
    await releaseAndWait({ service: 'replaced', version: '1.0.0', resources: { Orders: table('id') } });
    const before = await administrator.resources(defaultStackName('replaced', 'production'));
    const replaced = await releaseAndWait({
      service: 'replaced',
      version: '1.1.0',
      resources: { Orders: table('number') },
    });
    expects(replaced.end).toBe('Succeeded');
    const after = await administrator.resources(defaultStackName('replaced', 'production'));
    expects(after['Orders']).not.toBe(before['Orders']);
  });
});

/** Users move slowly, and the first of them find that it does not work. */
const bad = {
  ...{ answer: `{ ok: !(${throughAlias}) }` },
  manifest: { ...smoke.manifest, rollout: { open: 'Canary10Percent5Minutes' } },
};
const retained = { DeletionPolicy: 'Retain' };
const named = (TableName: unknown) => ({
  ...table('id'),
  Properties: { ...table('id').Properties, TableName },
});

/** Releases what is rolled back; while its users are moving, something is written to some of its resources. */
async function releaseBadly(release: TinyRelease, write: (physicalIds: Record<string, string>) => Promise<void>) {
  const id = await drop({ ...bad, ...release });
  await recorder.waitFor(id, 'shiftStarted');
  await sandbox.aws.clock.busy(async () =>
    write(await administrator.resources(defaultStackName(release.service, 'open'))),
  );
  return { id, ...(await ended(id)) };
}

describe.concurrent('what a rolled-back release made', () => {
  it('goes where it is empty; what holds data stays, is named, and is taken over by the next', async ({
    expect: expects,
  }) => {
    const service = 'seeded';
    const stack = defaultStackName(service, 'open');
    const resources = {
      Orders: named({ 'Fn::Sub': '${AWS::StackName}-orders' }),
      Unnamed: table('id'),
      Empty: { ...named(`${stack}-empty`), ...retained },
      Jobs: { Type: 'AWS::SQS::Queue', Properties: { QueueName: `${stack}-jobs` } },
      Role: { ...functionResources.Role, ...retained },
    };
    const first = await releaseBadly({ service, version: '1.0.0', resources }, async ({ Orders, Unnamed, Jobs }) => {
      await Promise.all([Orders, Unnamed].map((TableName) => put(TableName, 'first')));
      await queues.send(new SendMessageCommand({ QueueUrl: Jobs, MessageBody: 'first' }));
    });
    expects(first.end).toBe('RolledBack');
    expects(await administrator.status(stack)).toBe('gone');
    expects(await tablesOf(stack)).toEqual([expects.stringContaining(`${stack}-Unnamed-`), `${stack}-orders`]);
    const place = 'in account 333333333333, region us-east-1, which this release made, holds data and stays';
    const { advice } = await sandbox.engine.call(releaseDocument, 'GET', `/v1/releases/${first.id}`);
    for (const told of [said(first, 'stackRestored'), advice]) {
      expects(told).toContain(
        `Orders (AWS::DynamoDB::Table) ${stack}-orders ${place}. The next release that has it by this name takes it over.`,
      );
      expects(told).toMatch(
        /Unnamed \(AWS::DynamoDB::Table\) .+ No release can take it over, because its name is made up/,
      );
      expects(told).toMatch(/Jobs \(AWS::SQS::Queue\) .+ each release that has it by this name fails/);
    }
    expects(first.transitions.at(-1)?.evidence?.['left']).toHaveLength(3);

    const further = { Orders: resources.Orders, Empty: resources.Empty, Role: resources.Role };
    const second = await releaseBadly({ service, version: '1.1.0', resources: further }, ({ Orders }) =>
      put(Orders, 'second'),
    );
    expects([second.end, second.transitions.at(-1)?.evidence?.['left']]).toEqual([
      'RolledBack',
      [expects.objectContaining({ logicalId: 'Orders', physicalId: `${stack}-orders`, holds: 'data' })],
    ]);

    const third = await releaseAndWait({ service, version: '1.2.0', resources: further });
    expects([third.end, third.reason]).toEqual(['Succeeded', '']);
    const prepared = third.transitions.find(({ type }) => type === 'prepared');
    expects(prepared?.evidence?.['steps']).toContain(`import: Orders as ${stack}-orders`);
    expects((await administrator.resources(stack))['Orders']).toBe(`${stack}-orders`);
    expects(await keysIn(`${stack}-orders`)).toEqual(['first', 'second']);
    // Settled, it is the template's own again.
    const { template } = await administrator.deployed(stack);
    expects(template.Resources['Orders']).toEqual(expects.not.objectContaining({ DeletionPolicy: 'Retain' }));
    expects(template.Resources['Orders']).toMatchObject(resources.Orders);
  });

  it(
    'in a stack that was there: the stack is as it was, and nothing but what releases left is imported',
    { tags: 'long' },
    async ({ expect: expects }) => {
      const service = 'sown';
      const stack = defaultStackName(service, 'open');
      const resources = {
        Orders: { ...named(`${stack}-orders`), ...retained },
        Empty: { ...named(`${stack}-empty`), ...retained },
      };
      await releaseAndWait({ service, version: '1.0.0' });
      const before = await administrator.resources(stack);
      const undone = await releaseBadly({ service, version: '1.1.0', resources }, ({ Orders }) => put(Orders, 'one'));
      expects([undone.end, await administrator.resources(stack)]).toEqual(['RolledBack', before]);
      expects(await tablesOf(stack)).toEqual([`${stack}-orders`]);

      const Foreign = { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: `${stack}-theirs` }, ...retained };
      await logs.send(new CreateLogGroupCommand({ logGroupName: `${stack}-theirs` }));
      const refused = await releaseAndWait({ service, version: '1.2.0', resources: { ...resources, Foreign } });
      expects(refused.end).toBe('RolledBack');
      expects(refused.reason).toMatch(
        /already exist, and no release has left them: Foreign .*-theirs.*333333333333.*us-east-1/,
      );
      expects(await administrator.resources(stack)).toEqual(before);

      expects((await releaseAndWait({ service, version: '1.3.0', resources })).end).toBe('Succeeded');
      expects((await administrator.resources(stack))['Orders']).toBe(`${stack}-orders`);
      expects(await keysIn(`${stack}-orders`)).toEqual(['one']);
    },
  );
});

async function put(TableName: string | undefined, id: string): Promise<void> {
  await tables.send(new PutItemCommand({ TableName, Item: { id: { S: id } } }));
}

async function keysIn(TableName: string): Promise<(string | undefined)[]> {
  const { Items = [] } = await tables.send(new ScanCommand({ TableName }));
  return Items.map(({ id }) => id?.S).sort();
}

async function tablesOf(stack: string): Promise<string[]> {
  const { TableNames = [] } = await tables.send(new ListTablesCommand({}));
  return TableNames.filter((name) => name.startsWith(`${stack}-`)).sort();
}

/** Log groups that CloudFormation makes one after the other. */
function logGroups(count: number): Record<string, object> {
  const names = Array.from({ length: count }, (_, index) => `Log${index}`);
  return Object.fromEntries(
    names.map((name, index) => {
      const before = names[index - 1];
      return [name, { Type: 'AWS::Logs::LogGroup', ...(before === undefined ? {} : { DependsOn: before }) }];
    }),
  );
}

/** Somebody begins to add resources to a service's stack. */
async function beginUpdate(service: string, resources: object): Promise<void> {
  const StackName = defaultStackName(service, 'open');
  const { template, parameters } = await administrator.deployed(StackName);
  const Resources = { ...template.Resources, ...resources };
  await administrator.update(StackName, { ...template, Resources }, { Parameters: parameters });
}

it('leaves a ledger that breaks no rule', async () => {
  sandbox.aws.faults.assertAllHappened();
  // What somebody else changed or deleted meanwhile is not what the release did.
  const broken = (await rules.brokenRules()).filter(({ release = '' }) => !/^(vanished|overtaken)-/.test(release));
  expect(broken).toEqual([]);
});
