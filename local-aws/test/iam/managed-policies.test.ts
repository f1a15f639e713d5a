import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { evaluate } from '../../services/iam/evaluate.ts';
import { AWS_MANAGED_POLICIES } from '../../services/iam/managed-policies.ts';
import { parsePolicyDocument } from '../../services/iam/policy-document.ts';

/** https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html, each on its own page. */
const named = (name: string): string => JSON.stringify(AWS_MANAGED_POLICIES[`arn:aws:iam::aws:policy/${name}`]);

function allows(name: string, action: string, resource: string): boolean {
  const principal = {
    ...{ type: 'assumedRole' as const, account: '111111111111', roleName: 'deploy', sessionName: 'one' },
    arn: 'arn:aws:sts::111111111111:assumed-role/deploy/one',
    roleArn: 'arn:aws:iam::111111111111:role/deploy',
    userId: 'AROAEXAMPLE:one',
    ...{ sessionPolicies: [], sessionTags: {}, transitiveTagKeys: [] },
  };
  const request = { principal, action, resource, resourceAccount: principal.account, context: new Map() };
  return evaluate(request, { identity: [parsePolicyDocument(named(name), 'identity')], session: [] }).allowed;
}

describe('an AWS managed policy', () => {
  it.each([
    [
      'service-role/AWSLambdaKinesisExecutionRole',
      'kinesis:GetRecords',
      'kinesis:PutRecord',
      'arn:aws:kinesis:us-east-1:111111111111:stream/a',
    ],
    ['AmazonSQSFullAccess', 'sqs:SendMessage', 'sns:Publish', 'arn:aws:sqs:us-east-1:111111111111:a'],
    ['AmazonS3ReadOnlyAccess', 's3:GetObject', 's3:PutObject', 'arn:aws:s3:::a/b'],
    [
      'AmazonDynamoDBReadOnlyAccess',
      'dynamodb:Query',
      'dynamodb:PutItem',
      'arn:aws:dynamodb:us-east-1:111111111111:table/a',
    ],
    ['AmazonDynamoDBFullAccess', 'dynamodb:PutItem', 's3:PutObject', 'arn:aws:dynamodb:us-east-1:111111111111:table/a'],
    ['AWSLambdaExecute', 's3:PutObject', 's3:DeleteObject', 'arn:aws:s3:::a/b'],
    [
      'AmazonSSMReadOnlyAccess',
      'ssm:GetParameter',
      'ssm:PutParameter',
      'arn:aws:ssm:us-east-1:111111111111:parameter/a',
    ],
  ])('%s allows %s and not %s', (name, allowed, other, resource) => {
    expect([allows(name, allowed, resource), allows(name, other, resource)]).toEqual([true, false]);
  });

  it('names no action twice in a statement', () => {
    const document = z.object({
      Statement: z.array(z.looseObject({ Action: z.union([z.string(), z.array(z.string())]).optional() })),
    });
    for (const policy of Object.values(AWS_MANAGED_POLICIES))
      for (const { Action = [] } of document.parse(policy).Statement) {
        const actions = [Action].flat();
        expect(new Set(actions).size, JSON.stringify(policy)).toBe(actions.length);
        for (const action of actions) expect(action).toMatch(/^(\*|[a-z0-9-]+:[A-Za-z0-9*]+)$/);
      }
  });
});
