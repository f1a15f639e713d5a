import { beforeAll, describe, expect, it } from 'vitest';
import { allowedActions, managedPoliciesOf, rolesOf, type Statement } from './policies.ts';
import { resourcesOf, synthesize, templateOf, type Template } from './synthesized.ts';

let target: Template;
beforeAll(() => {
  target = templateOf(synthesize(), 'ReleaseTarget-production-333333333333-us-east-1');
}, 120_000);

const trustOf = (name: string): readonly Statement[] =>
  rolesOf(target).get(`sluice-target-${name}-us-east-1`)?.trust ?? [];

describe('trust', () => {
  const principalArns = (names: string[]): string[] =>
    names.map((name) => `arn:aws:iam::111111111111:role/sluice-${name}`);

  it.each([
    ['deploy', ['deploy', 'wake']],
    ['verify', ['verify']],
  ])('gives the %s role to exactly the engine’s roles, with the external id', (role, engineRoles) => {
    const trust = trustOf(role);
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
    ['cloudformation', 'cloudformation.amazonaws.com'],
    ['codedeploy', 'codedeploy.amazonaws.com'],
    ['forward', 'events.amazonaws.com'],
  ])('gives the %s role to its service alone', (role, service) => {
    expect(trustOf(role)).toMatchObject([{ Action: ['sts:AssumeRole'], Principal: { Service: service } }]);
  });
});

describe('permissions', () => {
  it('has no wildcard action, and stays within what IAM allows', () => {
    for (const [name, { statements }] of rolesOf(target)) {
      expect(
        allowedActions(statements).filter((action) => action.includes('*')),
        name,
      ).toEqual([]);
      expect(JSON.stringify(statements).length, name).toBeLessThan(10_240);
    }
    for (const [name, statements] of managedPoliciesOf(target))
      expect(JSON.stringify(statements).length, name).toBeLessThan(6_144);
  });

  it('lets CloudFormation make roles only under the boundary, and none of Sluice’s own', () => {
    const statements = rolesOf(target).get('sluice-target-cloudformation-us-east-1')?.statements ?? [];
    const creating = statements.filter(({ Effect, Action }) => Effect === 'Allow' && Action.includes('iam:CreateRole'));
    expect(creating).toMatchObject([
      {
        Resource: ['arn:aws:iam::333333333333:role/sluice-*'],
        Condition: {
          StringEquals: {
            'iam:PermissionsBoundary': 'arn:aws:iam::333333333333:policy/sluice-target-boundary-us-east-1',
          },
        },
      },
    ]);
    const forbidden = statements.filter(
      ({ Effect, Action }) => Effect === 'Deny' && Action.includes('iam:PutRolePolicy'),
    );
    expect(forbidden[0]?.Resource).toContain('arn:aws:iam::333333333333:role/sluice-target-*');
    expect(allowedActions(statements)).not.toContain('iam:DeleteRolePermissionsBoundary');
  });

  it('keeps identities and other accounts out of the boundary', () => {
    const actions = allowedActions(managedPoliciesOf(target).get('sluice-target-boundary-us-east-1') ?? []);
    expect(actions.length).toBeGreaterThan(30);
    expect(actions.filter((action) => /^(iam|sts|organizations|cloudformation):/.test(action))).toEqual([]);
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

  it('lets the engine pass just the two roles of the target', () => {
    const statements = rolesOf(target).get('sluice-target-deploy-us-east-1')?.statements ?? [];
    const passing = statements.filter(({ Action }) => Action.includes('iam:PassRole')).map(({ Resource }) => Resource);
    expect(passing).toEqual([
      ['arn:aws:iam::333333333333:role/sluice-target-cloudformation-us-east-1'],
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

describe('names', () => {
  it('are those of the entries that are released into the target, for roles and rules', () => {
    const many = synthesize({ 'sluice:policy': 'test/end-to-end/policy.json' });
    const template = templateOf(many, 'ReleaseTarget-staging-222222222222-us-east-1');
    const own = 'arn:aws:cloudformation:us-east-1:222222222222:stack/';
    const stacks = rolesOf(template)
      .get('sluice-target-deploy-us-east-1')
      ?.statements.find(({ Action }) => Action.includes('cloudformation:ExecuteChangeSet'));
    expect(stacks?.Resource).toEqual([`${own}sluice-*/*`, `${own}owned-prod/*`]);
    const functions = rolesOf(template)
      .get('sluice-target-cloudformation-us-east-1')
      ?.statements.find(({ Action }) => Action.includes('lambda:CreateFunction'));
    const ofLambda = 'arn:aws:lambda:us-east-1:222222222222:function:';
    expect(functions?.Resource).toEqual([`${ofLambda}sluice-*`, `${ofLambda}owned-*`]);
    const rules = resourcesOf(template, 'AWS::Events::Rule').map(([, { Properties }]) => Properties);
    expect(rules.map(({ EventPattern }) => EventPattern)).toMatchObject([
      { detail: { 'stack-id': [{ prefix: `${own}sluice-` }, { prefix: `${own}owned-prod/` }] } },
      { detail: { application: ['sluice', { prefix: 'sluice-' }, { prefix: 'owned-' }] } },
      {},
    ]);
  }, 120_000);
});

describe('settings', () => {
  it('takes another external id from the context', () => {
    const other = templateOf(
      synthesize({ 'sluice:external-id': 'another' }),
      'ReleaseTarget-staging-222222222222-us-east-1',
    );
    const trust = rolesOf(other).get('sluice-target-deploy-us-east-1')?.trust ?? [];
    expect(JSON.stringify(trust)).toContain('"sts:ExternalId":"another"');
  });

  it('refuses a context that is wrong by name', () => {
    expect(() => synthesize({ 'sluice:engine-account': '12' })).toThrow(/sluice:engine-account/);
  });
});
