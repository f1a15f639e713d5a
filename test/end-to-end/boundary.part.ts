import { GetRoleCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TransitionDocument } from '../../core/contract/api/documents.ts';
import { boundaryName, defaultStackName, policyArn } from '../../core/contract/names.ts';
import { onApprovalRequest } from '../../local/approval-requests.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import { ENGINE, type Sandbox } from '../../local/sandbox.ts';
import { enterSandbox } from './shared-sandbox.ts';
import { RuleChecker } from './rules/rule-checker.ts';
import { StackAdministrator } from './stack-administrator.ts';
import { dropTiny, readEnd, type ReleaseEnd } from './release-end.ts';
import { computed, functionResources, type TinyRelease } from './tiny-service.ts';

// Templates and stacks that say nothing of Sluice's boundary, and first deployments that fail late.

const place = { account: '333333333333', region: ENGINE.region };
const boundaryFor = (entry: string): string => policyArn(place.account, boundaryName(place.region, entry));

let sandbox: Sandbox;
let recorder: TransitionRecorder;
let rules: RuleChecker;
let administrator: StackAdministrator;
let iam: IAMClient;
let stopApproving: () => void;

beforeAll(async () => {
  sandbox = await enterSandbox();
  rules = new RuleChecker(sandbox.aws);
  recorder = new TransitionRecorder(sandbox.aws);
  administrator = new StackAdministrator(sandbox.aws, place.account);
  iam = sandbox.aws.client(IAMClient, place);
  stopApproving = onApprovalRequest(sandbox.aws, (request) => void request.decide('approve', 'Looks good'));
});
afterAll(async () => {
  stopApproving();
  sandbox.aws.faults.assertAllHappened();
  await sandbox.close();
});

async function releaseAndWait(release: TinyRelease): Promise<ReleaseEnd> {
  return readEnd(sandbox.engine, recorder, await dropTiny(sandbox.engine, release));
}

const said = ({ transitions }: ReleaseEnd, type: string): TransitionDocument | undefined =>
  transitions.find((one) => one.type === type);

/** The name of a stack's role, its boundary and its inline policies. */
async function roleOf(stack: string) {
  const { Role: RoleName = '' } = await administrator.resources(stack);
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
  const { PolicyNames } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  return { name: RoleName, boundary: Role?.PermissionsBoundary?.PermissionsBoundaryArn, policies: PolicyNames };
}

const { Role } = functionResources;
const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const role = (more: object) => ({ Role: { ...Role, Properties: { ...Role.Properties, ...more } } });
const describing = role({
  Policies: [
    {
      PolicyName: 'describe',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: ['ec2:DescribeRegions', 'sqs:SendMessage'], Resource: '*' }],
      },
    },
  ],
});
const widened = role({ Policies: [{ PolicyName: 'all', PolicyDocument: everything }] });

describe.concurrent('a role', () => {
  it(
    'that says nothing of a boundary gets the target’s, and the ledger says so',
    { tags: 'long' },
    async ({ expect: expects }) => {
      const released = await releaseAndWait({ service: 'bounded', version: '1.0.0' });
      expects(released.end).toBe('Succeeded');
      expects(await roleOf(defaultStackName('bounded', 'open'))).toMatchObject({ boundary: boundaryFor('bounded') });
      expects(said(released, 'prepared')?.evidence).toMatchObject({
        boundary:
          '1 role gets the permissions boundary sluice-target-boundary-us-east-1-bounded, which the template does not name.',
      });
      // Nothing of it is taken away later, nor added anew.
      expects((await releaseAndWait({ service: 'bounded', version: '1.1.0' })).end).toBe('Succeeded');
      expects(await roleOf(defaultStackName('bounded', 'open'))).toMatchObject({ boundary: boundaryFor('bounded') });
    },
  );

  it(
    'that somebody made without it gets it first, in a change of its own, where nothing is lost by it',
    { tags: 'long' },
    async ({ expect: expects }) => {
      const stack = defaultStackName('unbounded', 'open');
      const tags = { Tags: [{ Key: 'team', Value: 'blue' }] };
      expects(await administrator.create(stack, { Resources: { Role } }, tags)).toBe('CREATE_COMPLETE');
      const before = await roleOf(stack);
      expects(before.boundary).toBeUndefined();
      const released = await releaseAndWait({ service: 'unbounded', version: '1.0.0', resources: widened });
      expects(released.end).toBe('Succeeded');
      expects(released.types.filter((type) => /^adopt|^change/.test(type))).toEqual([
        ...['adoptionStarted', 'adopted', 'changeStarted', 'changed'],
      ]);
      const after = { name: before.name, boundary: boundaryFor('unbounded'), policies: ['all'] };
      expects(await roleOf(stack)).toEqual(after);
      // Nothing is taken back, nor done again.
      const again = await releaseAndWait({ service: 'unbounded', version: '1.1.0', resources: widened });
      expects(again.types).not.toContain('adoptionStarted');
      expects(await roleOf(stack)).toEqual(after);
      expects(await administrator.tags(stack)).toMatchObject({ team: 'blue', 'sluice:entry': 'unbounded' });
    },
  );

  it(
    'that would lose permissions is left alone where the policy asks nobody',
    { tags: 'long' },
    async ({ expect: expects }) => {
      const stack = defaultStackName('lossy', 'open');
      expects(await administrator.create(stack, { Resources: describing })).toBe('CREATE_COMPLETE');
      const before = await roleOf(stack);
      const refused = await releaseAndWait({ service: 'lossy', version: '1.0.0' });
      expects(refused.end).toBe('RolledBack');
      expects(refused.types).not.toContain('adoptionStarted');
      expects(refused.reason).toContain(`Role (${before.name}) loses at once, also for the version in service: ec2:`);
      expects(await roleOf(stack)).toEqual(before);
      expects(await administrator.status(stack)).toBe('CREATE_COMPLETE');
    },
  );

  it('that would lose permissions is told of to approvers, who are asked once more for the release', async ({
    expect: expects,
  }) => {
    const stack = defaultStackName('unbounded-asked', 'production');
    expects(await administrator.create(stack, { Resources: describing })).toBe('CREATE_COMPLETE');
    const released = await releaseAndWait({ service: 'unbounded-asked', version: '1.0.0' });
    expects(released.end).toBe('Succeeded');
    const asked = released.transitions.filter(({ type }) => type === 'approvalRequested');
    expects(asked.map(({ evidence }) => evidence)).toMatchObject([
      { warnings: [`${place.account}/${place.region} Role: permissions-cut`] },
      {},
    ]);
    expects(JSON.stringify(asked[1])).not.toContain('permissions-cut');
    expects(released.types.indexOf('adopted')).toBeLessThan(released.types.indexOf('changeStarted'));
    expects(await roleOf(stack)).toMatchObject({ boundary: boundaryFor('unbounded-asked') });
  });

  it(
    'that cannot get it leaves a stack that can be changed again, and the next release adopts it',
    { tags: 'long' },
    async ({ expect: expects }) => {
      const stack = defaultStackName('unadopted', 'open');
      const second = { Second: { ...Role, DependsOn: 'Role' } };
      expects(await administrator.create(stack, { Resources: { Role, ...second } })).toBe('CREATE_COMPLETE');
      sandbox.aws.faults.atCall(
        'the second role cannot get the boundary',
        {
          operation: 'PutRolePermissionsBoundary',
          input: (input) => JSON.stringify(input).includes('"sluice-unadopted-open-Second'),
        },
        { kind: 'error', code: 'AccessDenied', message: 'Frozen by the security team', status: 403 },
      );
      const refused = await releaseAndWait({ service: 'unadopted', version: '1.0.0', resources: second });
      expects(refused.end).toBe('RolledBack');
      expects(said(refused, 'adoptionFailed')?.reason).toContain('The stack could not be adopted');
      expects(said(refused, 'stackRestored')?.reason).toContain('Nothing but the adoption changed the stack');
      expects(await administrator.status(stack)).toBe('UPDATE_ROLLBACK_COMPLETE');
      // What got it keeps it: nobody may take it away.
      expects(await roleOf(stack)).toMatchObject({ boundary: boundaryFor('unadopted') });
      const released = await releaseAndWait({ service: 'unadopted', version: '1.1.0', resources: second });
      expects(released.end).toBe('Succeeded');
      expects(released.types).toContain('adopted');
    },
  );

  it('that names another boundary is rejected with the artifact', async ({ expect: expects }) => {
    const refused = await releaseAndWait({
      service: 'foreign',
      version: '1.0.0',
      resources: role({ PermissionsBoundary: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:policy/own' } }),
    });
    expects(refused.end).toBe('Rejected');
    expects(refused.reason).toContain('arn:aws:iam::333333333333:policy/own');
  });
});

const named = {
  Bucket: {
    Type: 'AWS::S3::Bucket',
    DeletionPolicy: 'Retain',
    Properties: { BucketName: { 'Fn::Sub': '${AWS::StackName}-files' } },
  },
  Table: {
    Type: 'AWS::DynamoDB::Table',
    DeletionPolicy: 'Retain',
    Properties: {
      TableName: { 'Fn::Sub': '${AWS::StackName}-orders' },
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    },
  },
};
const service = (name: string) => ({
  ...Role.Properties.AssumeRolePolicyDocument,
  Statement: [{ Effect: 'Allow', Principal: { Service: `${name}.amazonaws.com` }, Action: 'sts:AssumeRole' }],
});
/** What CloudFormation names otherwise than `<stack>-<logical id>-…`: cut, or without the stack's name. */
const namedOtherwise = {
  OrderConfirmationHandler: functionResources.Function,
  FlowRole: { ...Role, Properties: { AssumeRolePolicyDocument: service('states') } },
  Flow: {
    Type: 'AWS::StepFunctions::StateMachine',
    Properties: {
      RoleArn: { 'Fn::GetAtt': ['FlowRole', 'Arn'] },
      DefinitionString: '{"QueryLanguage":"JSONata","StartAt":"Done","States":{"Done":{"Type":"Succeed"}}}',
    },
  },
  Password: { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString: {} } },
  Setting: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: 'on' } },
};

describe.concurrent('names that CloudFormation makes', () => {
  it(
    'may be cut, or leave the stack’s name out: released, and released again',
    { tags: 'long' },
    async ({ expect: expects }) => {
      const stack = defaultStackName('notifications', 'production');
      const first = await releaseAndWait({ service: 'notifications', version: '1.0.0', resources: namedOtherwise });
      expects(first).toMatchObject({ end: 'Succeeded' });
      const made = await administrator.resources(stack);
      expects(made['OrderConfirmationHandler']).not.toMatch(new RegExp(`^${stack}-`));
      expects(made['Flow']).toMatch(/:Flow-[A-Z0-9]{12}$/);
      const again = { service: 'notifications', version: '1.1.0', resources: namedOtherwise };
      expects(await releaseAndWait(again)).toMatchObject({ end: 'Succeeded' });
      expects(await administrator.resources(stack)).toMatchObject({ Flow: made['Flow'], Password: made['Password'] });
    },
  );
});

const impossible = {
  Type: 'AWS::SSM::Parameter',
  DependsOn: ['Bucket', 'Table'],
  Properties: { Type: 'String', Value: '', Name: computed('/aws/not-allowed') },
};

describe.concurrent('a first deployment', () => {
  it('that fails late leaves nothing behind: once it is fixed, it succeeds', async ({ expect: expects }) => {
    const resources = { ...named, Impossible: impossible };
    const failed = await releaseAndWait({ service: 'late', version: '1.0.0', resources });
    expects(failed.end).toBe('RolledBack');
    expects(failed.reason).toContain('Impossible');
    expects((await releaseAndWait({ service: 'late', version: '1.0.1', resources: named })).end).toBe('Succeeded');
  });

  it(
    'that is rolled back once it was made leaves nothing empty in the way of the next one',
    { tags: 'long' },
    async ({ expect: expects }) => {
      const checks = { smoke: [{ invoke: 'Function', expect: { json: { ok: false } } }] };
      const undone = await releaseAndWait({
        service: 'left',
        version: '1.0.0',
        resources: named,
        manifest: { checks },
      });
      expects(undone.end).toBe('RolledBack');
      expects(said(undone, 'stackRestored')).toBeDefined();
      expects(said(undone, 'stackRestored')?.reason).toBeUndefined();
      const next = await releaseAndWait({ service: 'left', version: '1.0.1', resources: named });
      expects(next.end).toBe('Succeeded');
    },
  );
});

it('leaves a ledger that breaks no rule', async () => {
  expect(await rules.brokenRules()).toEqual([]);
});
