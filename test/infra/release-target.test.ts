import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { reservedResources } from '../../core/contract/owned.ts';
import { identityKinds, resourceKinds } from '../../core/template/resource-kinds.ts';
import { allowedActions, managedPoliciesOf, rolesOf, type Statement } from './policies.ts';
import { policyOfTargets, resourcesOf, synthesize, templateOf, type Template } from './synthesized.ts';

let synthesized: CloudAssembly;
let target: Template;
beforeAll(() => {
  synthesized = synthesize();
  target = templateOf(synthesized, 'ReleaseTarget-333333333333-us-east-1');
}, 120_000);

/** Statements of a role or a managed policy, or of the managed policies that CloudFormation's grants are packed into. */
function statementsOf(holder: string): readonly Statement[] {
  if (holder !== 'resources')
    return rolesOf(target).get(holder)?.statements ?? managedPoliciesOf(target).get(holder) ?? [];
  const packed = [...managedPoliciesOf(target)].filter(([name]) => name.startsWith('sluice-target-resources-'));
  return packed.flatMap(([, statements]) => statements);
}

const trustOf = (name: string): readonly Statement[] => rolesOf(target).get(`sluice-target-${name}`)?.trust ?? [];

describe('trust', () => {
  const principalArns = (names: string[]): string[] =>
    names.map((name) => `arn:aws:iam::111111111111:role/sluice-${name}`);

  it.each([
    ['deploy', ['deploy', 'wake']],
    ['verify', ['verify']],
  ])('gives the %s role to exactly the engine’s roles, with the external id', (role, engineRoles) => {
    const trust = trustOf(`${role}-us-east-1`);
    expect(trust).toHaveLength(2);
    for (const { Principal, Condition } of trust) {
      expect(Principal).toEqual({ AWS: 'arn:aws:iam::111111111111:root' });
      expect(Condition['ArnEquals']).toEqual({ 'aws:PrincipalArn': principalArns(engineRoles) });
    }
    const [assume] = trust.filter(({ Action }) => Action.includes('sts:AssumeRole'));
    expect(assume?.Action).toEqual(['sts:AssumeRole']);
    expect(assume?.Condition['StringEquals']).toEqual({ 'sts:ExternalId': 'sluice111111111111' });
  });

  it.each([
    ['cfn-us-east-1-orders', 'cloudformation.amazonaws.com'],
    ['codedeploy-us-east-1', 'codedeploy.amazonaws.com'],
    ['forward-us-east-1', 'events.amazonaws.com'],
  ])('gives the %s role to its service alone', (role, service) => {
    expect(trustOf(role)).toMatchObject([{ Action: ['sts:AssumeRole'], Principal: { Service: service } }]);
  });
});

describe('secrets', () => {
  it('are read by the role for checks alone, those with names of services, and keys used through Secrets Manager', () => {
    const reading = [...rolesOf(target)].flatMap(([name, { statements }]) =>
      statements.some(({ Action }) => Action.includes('secretsmanager:GetSecretValue')) ? [name] : [],
    );
    expect(reading).toEqual(['sluice-target-verify-us-east-1']);
    const statements = statementsOf('sluice-target-verify-us-east-1');
    const [secrets] = statements.filter(({ Action }) => Action.includes('secretsmanager:GetSecretValue'));
    const ofServices = ['arn:aws:secretsmanager:us-east-1:333333333333:secret:sluice-*'];
    expect(secrets?.Resource.map(plain)).toEqual(ofServices);
    const [keys] = statements.filter(({ Action }) => Action.includes('kms:Decrypt'));
    expect(keys?.Action).toEqual(['kms:Decrypt']);
    const asked = keys?.Condition['StringLike']?.['kms:EncryptionContext:SecretARN'];
    expect([asked].flat().map(plain)).toEqual(ofServices);
  });
});

/** A resource of a statement as AWS gets it. */
function plain(resource: unknown): string {
  const join = z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) }).safeParse(resource);
  if (!join.success) return String(resource);
  const [separator, parts] = join.data['Fn::Join'];
  return parts.map((part) => (typeof part === 'string' ? part : 'aws')).join(separator);
}

describe('permissions', () => {
  it('has no wildcard action, and stays within what IAM allows', () => {
    for (const [name, { statements }] of rolesOf(target)) {
      expect(
        allowedActions(statements).filter((action) => action.includes('*')),
        name,
      ).toEqual([]);
      expect(JSON.stringify(statements).length, name).toBeLessThan(10_240);
    }
  });

  const executionRole = 'sluice-target-cfn-us-east-1-orders';
  const boundary = 'arn:aws:iam::333333333333:policy/sluice-target-boundary-us-east-1-orders';

  it('lets CloudFormation give permissions only to roles under the entry’s boundary', () => {
    const statements = rolesOf(target).get(executionRole)?.statements ?? [];
    for (const action of ['CreateRole', 'PutRolePolicy', 'AttachRolePolicy', 'PutRolePermissionsBoundary']) {
      const giving = statements.filter(({ Effect, Action }) => Effect === 'Allow' && Action.includes(`iam:${action}`));
      expect(giving, action).toMatchObject([
        {
          Resource: ['arn:aws:iam::333333333333:role/sluice-orders-*'],
          Condition: { StringEquals: { 'iam:PermissionsBoundary': boundary } },
        },
      ]);
    }
    expect(allowedActions(statements)).not.toContain('iam:DeleteRolePermissionsBoundary');
  });

  it('denies whoever makes resources everything of Sluice’s, and identities without the boundary', () => {
    const denied = managedPoliciesOf(target).get('sluice-target-denials-us-east-1') ?? [];
    expect(denied.map(({ Effect }) => Effect)).toEqual(['Deny', 'Deny', 'Deny', 'Deny']);
    expect(denied[0]).toMatchObject({ Action: ['*'] });
    expect(denied[0]?.Resource).toEqual(
      expect.arrayContaining([
        'arn:aws:iam::*:role/sluice-target-*',
        'arn:aws:sns:*:*:sluice-target-alarms',
        'arn:aws:sqs:*:*:ReleaseTarget-*',
        'arn:aws:dynamodb:*:*:table/sluice-ledger',
      ]),
    );
    expect(denied[1]?.NotAction).toContain('s3:GetObject');
    expect(denied[2]).toMatchObject({
      Condition: {
        StringNotLike: {
          'iam:PermissionsBoundary': ['arn:aws:iam::333333333333:policy/sluice-target-boundary-us-east-1-*'],
        },
      },
    });
  });

  it('owns nothing whose name the denials do not cover', () => {
    const covered = reservedResources.map((name) => new RegExp(`^${name.replace('*', '.*')}$`, 'i'));
    const naming =
      /(Role|ManagedPolicy|Topic|Queue|Function|Table|Bucket|LogGroup|Alarm|StateMachine|Application)Name$/;
    const named = synthesized.stacks.flatMap(({ stackName }) =>
      Object.values(templateOf(synthesized, stackName).Resources).flatMap(({ Properties }) =>
        Object.entries(Properties).flatMap(([key, value]) =>
          naming.test(key) && typeof value === 'string' ? [value] : [],
        ),
      ),
    );
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((name) => !covered.some((pattern) => pattern.test(name.replace(/^\/.*\//, ''))))).toEqual([]);
  });

  it('keeps identities and other accounts out of the boundary', () => {
    const actions = allowedActions(managedPoliciesOf(target).get('sluice-target-boundary-us-east-1-orders') ?? []);
    expect(actions.length).toBeGreaterThan(30);
    expect(actions.filter((action) => /^(iam|sts|organizations|cloudformation):/.test(action))).toEqual([]);
  });

  it('lets running code have by names what AWS judges by no tag', () => {
    const statements = managedPoliciesOf(target).get('sluice-target-boundary-us-east-1-orders') ?? [];
    const of = (action: string): unknown[] =>
      statements
        .filter(({ Effect, Action }) => Effect === 'Allow' && Action.includes(action))
        .flatMap(({ Resource }) => Resource);
    const name = 'sluice-orders-*';
    expect(of('dynamodb:GetRecords')).toEqual([`arn:aws:dynamodb:*:*:table/${name}/stream/*`]);
    expect(of('ssm:GetParametersByPath')).toEqual([`arn:aws:ssm:*:*:parameter/${name}`]);
    expect(of('events:RetrieveConnectionCredentials')).toEqual([`arn:aws:events:*:*:connection/${name}`]);
    expect(of('lambda:UpdateAlias')).toEqual([`arn:aws:lambda:*:*:function:${name}`]);
    expect(of('events:PutRule')).toEqual(['arn:aws:events:*:*:rule/StepFunctions*']);
  });

  it('denies running code whatever carries Sluice’s own tag, calls included', () => {
    const statements = managedPoliciesOf(target).get('sluice-target-boundary-us-east-1-orders') ?? [];
    const Condition = { StringEquals: { 'aws:ResourceTag/sluice:entry': '.sluice' } };
    expect(statements).toContainEqual(expect.objectContaining({ Effect: 'Deny', Action: ['*'], Condition }));
  });

  it('lets no entry give names of IAM a path, behind which they could be anybody’s', () => {
    const scope = managedPoliciesOf(target).get('sluice-target-scope-us-east-1-orders') ?? [];
    const [denied] = scope.filter(({ Effect, Action = [] }) => Effect === 'Deny' && Action.includes('iam:CreateRole'));
    expect(denied?.Resource).toContain('arn:aws:iam::*:role/*/*');
  });

  it('marks what is Sluice’s by a tag that no entry has', () => {
    const withoutTags = synthesized.stacks.flatMap(({ stackName }) =>
      ['AWS::SQS::Queue', 'AWS::KMS::Key', 'AWS::IAM::Role', 'AWS::Lambda::Function', 'AWS::SNS::Topic'].flatMap(
        (type) =>
          resourcesOf(templateOf(synthesized, stackName), type).filter(
            ([, { Properties }]) =>
              !JSON.stringify(Properties['Tags'] ?? []).includes('{"Key":"sluice:entry","Value":".sluice"}'),
          ),
      ),
    );
    expect(withoutTags).toEqual([]);
    const [[, api] = []] = resourcesOf(templateOf(synthesized, 'ReleaseEngine'), 'AWS::ApiGatewayV2::Api');
    expect(api?.Properties['Tags']).toEqual({ 'sluice:entry': '.sluice' });
  });

  it('lets the engine ask how stacks and deployments ended, and put aliases back', () => {
    const actions = allowedActions(rolesOf(target).get('sluice-target-deploy-us-east-1')?.statements ?? []);
    expect(actions).toEqual(
      expect.arrayContaining([
        ...['DescribeStacks', 'DescribeStackEvents', 'ListStackResources'].map((name) => `cloudformation:${name}`),
        ...['codedeploy:GetDeployment', 'lambda:GetAlias', 'lambda:UpdateAlias'],
      ]),
    );
  });

  it.each<[string, string, readonly string[], string]>([
    [
      'tags of buckets, which CloudFormation sets so since 2026',
      'resources',
      ['s3:TagResource', 's3:UntagResource', 's3:ListTagsForResource'],
      'arn:aws:s3:::*',
    ],
    [
      'what the bucket handler reads',
      'resources',
      ['s3:GetBucketCORS', 's3:GetBucketWebsite', 's3:GetReplicationConfiguration', 's3:ListBucket'],
      'arn:aws:s3:::*',
    ],
    ['HTTP APIs with a body', 'resources', ['apigateway:PUT'], 'arn:aws:apigateway:us-east-1::/apis/*'],
    ['changed subscriptions', 'resources', ['sns:SetSubscriptionAttributes'], 'arn:aws:sns:us-east-1:333333333333:*'],
    [
      'the last deployment of a group',
      'resources',
      ['codedeploy:GetDeployment'],
      'arn:aws:codedeploy:us-east-1:333333333333:deploymentgroup:*/*',
    ],
    ['index policies, of which AWS may know no resource', 'resources', ['logs:DescribeIndexPolicies'], '*'],
    [
      'AWS’s public parameters, which are in no account',
      'resources',
      ['ssm:GetParameters'],
      'arn:aws:ssm:us-east-1::parameter/aws/service/*',
    ],
    ['stopping a deployment, of which AWS may know no resource', 'deploy', ['codedeploy:StopDeployment'], '*'],
    ['log groups of functions that bring none', 'boundary', ['logs:CreateLogGroup'], '*'],
    [
      'CDK’s functions the notifications of buckets, and what has versions',
      'boundary',
      ['s3:*BucketNotification', 's3:DeleteObjectVersion'],
      '*',
    ],
  ])('grants %s', (_, holder, actions, resource) => {
    const name = `sluice-target-${holder}-us-east-1${holder === 'boundary' ? '-orders' : ''}`;
    const statements = statementsOf(holder === 'resources' ? holder : name);
    for (const action of actions) {
      const granting = statements.filter(({ Effect, Action }) => Effect === 'Allow' && Action.includes(action));
      expect(granting.flatMap(({ Resource }) => Resource).map(plain), action).toContain(resource);
    }
  });

  it('lets CloudFormation make every kind on the built-in list, by few policies', () => {
    const policies = [...managedPoliciesOf(target).keys()].filter((name) =>
      name.startsWith('sluice-target-resources-'),
    );
    expect(policies).toEqual([1, 2, 3, 4].map((number) => `sluice-target-resources-${number}-us-east-1`));
    const allowed = new Set(allowedActions([...statementsOf('resources'), ...statementsOf(executionRole)]));
    const wanted = [...resourceKinds, ...identityKinds].flatMap(({ grants }) =>
      grants.flatMap(({ actions }) => actions),
    );
    expect(wanted.filter((action) => !allowed.has(action))).toEqual([]);
  });

  it('lets the engine pass just the roles of the target’s entries and CodeDeploy’s', () => {
    const statements = rolesOf(target).get('sluice-target-deploy-us-east-1')?.statements ?? [];
    const passing = statements.filter(({ Action }) => Action.includes('iam:PassRole')).map(({ Resource }) => Resource);
    expect(passing).toEqual([
      [`arn:aws:iam::333333333333:role/${executionRole}`],
      ['arn:aws:iam::333333333333:role/sluice-target-codedeploy-us-east-1'],
    ]);
  });
});

describe('forwarding', () => {
  it('sends stacks at rest, ended deployments and raised alarms to the engine’s bus, with a dead-letter queue', () => {
    const rules = resourcesOf(target, 'AWS::Events::Rule').map(([, { Properties }]) => Properties);
    expect(rules.map(({ EventPattern }) => EventPattern)).toMatchObject([
      {
        source: ['aws.cloudformation'],
        detail: { 'stack-id': [{ prefix: 'arn:aws:cloudformation:us-east-1:333333333333:stack/sluice-' }] },
      },
      {
        source: ['aws.codedeploy'],
        detail: { application: ['sluice', { prefix: 'sluice-' }], state: ['SUCCESS', 'FAILURE', 'STOP'] },
      },
      {
        source: ['aws.cloudwatch'],
        detail: { $or: [{ state: { value: ['ALARM'] } }, { previousState: { value: ['ALARM'] } }] },
      },
    ]);
    const engineBus = 'arn:aws:events:us-east-1:111111111111:event-bus/sluice';
    for (const { Targets } of rules) {
      expect(Targets).toMatchObject([{ Arn: engineBus }]);
      expect(Targets).toHaveProperty('0.RoleArn');
      expect(Targets).toHaveProperty('0.DeadLetterConfig.Arn');
    }
    const alarms = resourcesOf(target, 'AWS::CloudWatch::Alarm');
    expect(alarms).toHaveLength(resourcesOf(target, 'AWS::SQS::Queue').length);
  });
});

describe('stacks', () => {
  /** Those of targets, by name with their templates, where each environment has targets in these accounts. */
  function targetStacks(environments: Readonly<Record<string, readonly string[]>>): Map<string, unknown> {
    const wavesIn = (accounts: readonly string[]) => [
      { targets: accounts.map((account) => ({ account, region: 'us-east-1' })) },
    ];
    const policy = {
      services: { orders: { environments: Object.keys(environments) } },
      environments: Object.fromEntries(
        Object.entries(environments).map(([name, accounts]) => [name, { waves: wavesIn(accounts) }]),
      ),
    };
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'sluice-policy-')), 'policy.json');
    writeFileSync(file, JSON.stringify(policy));
    const { stacks } = synthesize({ 'sluice:policy': file });
    const ofTargets = stacks.filter(({ stackName }) => stackName !== 'ReleaseEngine');
    return new Map(ofTargets.map(({ stackName, template }) => [stackName, template]));
  }

  it('of targets stay what they are when environments are renamed, reordered or merged', () => {
    const [one, two] = ['222222222222', '333333333333'] as const;
    const before = targetStacks({ staging: [one], production: [two] });
    expect([...before.keys()]).toEqual([`ReleaseTarget-${one}-us-east-1`, `ReleaseTarget-${two}-us-east-1`]);
    // What services' stacks are called follows from the environments' names, and with it what the roles may touch; nothing else.
    expect(targetStacks({ live: [two], test: [one] }).keys()).toEqual(before.keys());
    expect([...targetStacks({ all: [one, two], again: [one] }).keys()]).toEqual([...before.keys()]);
    expect(targetStacks({ production: [two], staging: [one] })).toEqual(before);
  });

  it('are protected against termination, all of them', () => {
    const { stacks } = synthesize();
    expect(stacks.map(({ terminationProtection }) => terminationProtection)).toEqual(stacks.map(() => true));
  });
});

describe('names', () => {
  it('are those of the entries that are released into the target, for roles and rules', () => {
    const many = synthesize({ 'sluice:policy': 'test/end-to-end/policy.json' });
    const template = templateOf(many, 'ReleaseTarget-222222222222-us-east-1');
    const own = 'arn:aws:cloudformation:us-east-1:222222222222:stack/';
    const stacks = rolesOf(template)
      .get('sluice-target-deploy-us-east-1')
      ?.statements.find(({ Action }) => Action.includes('cloudformation:ExecuteChangeSet'));
    expect(stacks?.Resource).toEqual([`${own}sluice-*/*`, `${own}app-*-staging/*`, `${own}owned-prod/*`]);
    const scopes = managedPoliciesOf(template);
    const functionsOf = (entry: string) => {
      const own = scopes.get(`sluice-target-scope-us-east-1-${entry}`)?.find(({ Action }) => Action.includes('*'));
      return own?.Resource.filter((resource) => String(resource).includes(':function:'));
    };
    expect(functionsOf('owned')).toEqual(['arn:aws:lambda:*:*:function:owned-*']);
    expect(functionsOf('queued')).toEqual(['arn:aws:lambda:*:*:function:sluice-queued-*']);
    const rules = resourcesOf(template, 'AWS::Events::Rule').map(([, { Properties }]) => Properties);
    expect(rules.map(({ EventPattern }) => EventPattern)).toMatchObject([
      {
        detail: { 'stack-id': ['sluice-', 'app-', 'owned-prod/'].map((name) => ({ prefix: `${own}${name}` })) },
      },
      {
        detail: {
          application: ['sluice', ...['sluice-', 'app-', 'Shipments', 'owned-'].map((prefix) => ({ prefix }))],
        },
      },
      {},
    ]);
  }, 120_000);
});

describe('a policy as a company has it', () => {
  const into = (account: string) => ({ waves: [{ targets: [{ account, region: 'ap-southeast-2' }] }] });
  const environments = { dev: into('222222222222'), staging: into('222222222222'), production: into('333333333333') };
  const everywhere = { environments: Object.keys(environments) };

  it('fits: twenty services with stacks of their own names, two environments of one account, a team and a catch-all', () => {
    const words = ['notifications', 'orders', 'payments', 'fulfilment', 'recommendations'];
    const keys = words.flatMap((word) => ['eu', 'us', 'apac', 'core'].map((place) => `${word}-${place}`));
    const services = {
      ...Object.fromEntries(
        keys.map((key) => [key, { ...everywhere, stack: '{service}-{environment}', names: [`${key}-*`] }]),
      ),
      'team-a-*': { ...everywhere, names: ['team-a-*'] },
      inventory: everywhere,
      '*': everywhere,
    };
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'sluice-policy-')), 'policy.json');
    writeFileSync(file, JSON.stringify({ services, environments }));
    const { stacks } = synthesize({ 'sluice:policy': file });
    expect(stacks.map(({ stackName }) => stackName)).toHaveLength(3);
  }, 120_000);
});

describe('settings', () => {
  it('takes another external id from the context', () => {
    const other = templateOf(synthesize({ 'sluice:external-id': 'another' }), 'ReleaseTarget-222222222222-us-east-1');
    const trust = rolesOf(other).get('sluice-target-deploy-us-east-1')?.trust ?? [];
    expect(JSON.stringify(trust)).toContain('"sts:ExternalId":"another"');
  });

  it('refuses a context that is wrong by name', () => {
    expect(() => synthesize({ 'sluice:engine-account': '12' })).toThrow(/sluice:engine-account/);
  });

  it('refuses a policy that is wrong by line', () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'policy-')), 'policy.json');
    writeFileSync(file, '{ "services": {},\n  "colour": "red", "environments": {} }');
    expect(() => synthesize({ 'sluice:policy': file })).toThrow(
      /\/policy\.json:2:3; to be mended by the platform team\) \[policy\.unknown-field\]/,
    );
  });

  it.each(['cn-north-1', 'us-gov-east-1', 'us-iso-east-1', 'us-isob-east-1', 'eu-isoe-west-1', 'eusc-de-east-1'])(
    'refuses %s, for the engine and for a target, with a sentence',
    (region) => {
      const sentence = `does not support Regions of other partitions than "aws" yet: ${region}.`;
      expect(() => synthesize({ 'sluice:engine-region': region })).toThrow(sentence);
      expect(() => synthesize({ 'sluice:policy': policyOfTargets(1, region) })).toThrow(sentence);
    },
  );
});
