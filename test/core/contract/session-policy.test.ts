import { describe, expect, it } from 'vitest';
import { sessionPolicy } from '../../../core/contract/session-policy.ts';
import { defaultStackName } from '../../../core/contract/names.ts';
import { namesAfterStack } from '../../../core/policy/stack-names.ts';

const sessionOf = (stackName: string, resourceNames = namesAfterStack(stackName)) =>
  sessionPolicy({ stackName, resourceNames, account: '333333333333', region: 'ap-southeast-99' });

describe('the policy of a session in a target', () => {
  it('is narrowed to the one stack, what CloudFormation names after it, and the names of the plan', () => {
    const text = JSON.stringify(sessionOf('orders-prod', ['orders-*']));
    expect(text).toContain('arn:aws:cloudformation:*:*:stack/orders-prod/*');
    expect(text).toContain('arn:aws:lambda:*:*:function:orders-*');
    expect(text).toContain('arn:aws:codedeploy:*:*:deploymentgroup:sluice/orders-prod-*');
    for (const { Action, Resource } of sessionOf('orders-prod').Statement) {
      // What AWS cannot narrow is all that stands on everything: reads, and to stop a deployment.
      if ([Resource].flat().includes('*'))
        expect([Action].flat().every((one) => /:(Describe|Get|List|StopDeployment)/.test(one))).toBe(true);
    }
  });

  it('reaches a function that is called like the stack, and one whose name CloudFormation cut', () => {
    const text = JSON.stringify(sessionOf('sluice-notifications-production'));
    expect(text).toContain('function:sluice-notifications-production"');
    expect(text).toContain('function:sluice-notifications-pro*-????????????');
  });

  it('is for counting alone where it is asked for that, in resources of these names', () => {
    const scope = { stackName: 'Orders', resourceNames: ['Orders', 'Orders-*'], account: '333333333333', region: 'r' };
    const { Statement } = sessionPolicy({ ...scope, purpose: 'look' });
    expect(Statement.flatMap(({ Action }) => Action)).toEqual([
      'dynamodb:Scan',
      's3:ListBucketVersions',
      'sqs:GetQueueAttributes',
      'logs:DescribeLogStreams',
      'secretsmanager:DescribeSecret',
      'ssm:GetParameters',
    ]);
    const text = JSON.stringify(Statement);
    for (const arn of ['arn:aws:dynamodb:*:*:table/Orders-*', 'arn:aws:s3:::orders-*', 'arn:aws:sqs:*:*:Orders-*'])
      expect(text).toContain(arn);
  });

  it('is for reading secrets alone where it is asked for that: of these names, and of no other entry', () => {
    const scope = { stackName: 'orders', resourceNames: ['orders', 'orders-*'], account: '333333333333', region: 'r' };
    const { Statement } = sessionPolicy({ ...scope, purpose: 'secrets', entry: 'team-a-*' });
    expect(Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: ['orders-??????', 'orders/*', 'orders-*'].map((name) => `arn:aws:secretsmanager:*:*:secret:${name}`),
        Condition: { StringEqualsIfExists: { 'aws:ResourceTag/sluice:entry': 'team-a-_' } },
      },
      { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' },
    ]);
    expect(JSON.stringify(sessionPolicy({ ...scope, purpose: 'secrets' }))).toContain(
      '"aws:ResourceTag/sluice:entry":""',
    );
    expect(JSON.stringify([sessionPolicy(scope), sessionPolicy({ ...scope, purpose: 'look' })])).not.toContain(
      'GetSecretValue',
    );
  });

  it('fits what STS takes, with the longest names there can be', () => {
    const longest = defaultStackName('a'.repeat(30), 'e'.repeat(20));
    for (const stack of [longest, 's'.repeat(82), 's'.repeat(100), 's'.repeat(128)]) {
      expect(JSON.stringify(sessionOf(stack)).length, stack).toBeLessThanOrEqual(2048);
      const resourceNames = namesAfterStack(stack);
      const scope = { stackName: stack, resourceNames, account: '333333333333', region: 'ap-southeast-99' };
      for (const purpose of ['look', 'secrets'] as const)
        expect(JSON.stringify(sessionPolicy({ ...scope, purpose, entry: stack })).length).toBeLessThanOrEqual(2048);
    }
  });
});

it('lets a release to versions and aliases of its functions, whatever their names are cut to', () => {
  const resourceNames = ['orders-*', 'orders', 'a-name-that-is-cut-sho*-????????????'];
  const policy = sessionPolicy({ stackName: 'orders', resourceNames, account: '222222222222', region: 'us-east-1' });
  const [functions] = policy.Statement.filter(({ Action }) => Action === 'lambda:*');
  expect(functions?.Resource).toEqual(
    ['orders-*', 'orders', 'orders:*', 'a-name-that-is-cut-sho*-????????????*'].map(
      (name) => `arn:aws:lambda:*:*:function:${name}`,
    ),
  );
});
