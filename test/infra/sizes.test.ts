import { describe, expect, it } from 'vitest';
import { tooLarge, type SizedResource } from '../../infra/constructs/sizes.ts';

const document = (size: number): object => {
  const of = (text: string): object => ({ Statement: [{ Action: text }] });
  return of('x'.repeat(size - JSON.stringify(of('')).length));
};
const role = (properties: Record<string, unknown>): SizedResource => ({
  id: 'Role',
  type: 'AWS::IAM::Role',
  properties: { RoleName: 'sluice-wake', AssumeRolePolicyDocument: {}, ...properties },
});
const inline = (...sizes: number[]): SizedResource =>
  role({ Policies: sizes.map((size) => ({ PolicyDocument: document(size) })) });
const managed = (size: number, name = 'sluice-further'): SizedResource => ({
  id: 'Policy',
  type: 'AWS::IAM::ManagedPolicy',
  properties: { ManagedPolicyName: name, PolicyDocument: document(size) },
});
const rule = (size: number): SizedResource => ({
  id: 'Rule',
  type: 'AWS::Events::Rule',
  properties: { Description: 'A stack came to rest', EventPattern: document(size) },
});
const bucket = (size: number): SizedResource => ({
  id: 'Bucket',
  type: 'AWS::S3::BucketPolicy',
  properties: { PolicyDocument: document(size) },
});
const bus = (principal: unknown): SizedResource => ({
  id: 'Bus',
  type: 'AWS::Events::EventBusPolicy',
  properties: { EventBusName: { Ref: 'EventsBus' }, StatementId: 'from', Statement: { Principal: principal } },
});

describe('what is larger than AWS takes', () => {
  it.each<[string, SizedResource[], SizedResource[], RegExp]>([
    [
      'a trust policy',
      [role({ AssumeRolePolicyDocument: document(2_048) })],
      [role({ AssumeRolePolicyDocument: document(2_049) })],
      /^The trust policy of sluice-wake has 2049 characters, and AWS takes 2048\. Trust fewer roles/,
    ],
    [
      'the inline policies of a role, together',
      [inline(5_000, 5_240)],
      [inline(5_000, 5_241)],
      /^What sluice-wake may do by its own policies has 10241 characters, and AWS takes 10240\. Give one engine fewer targets/,
    ],
    [
      'the policies attached to a role',
      [role({ ManagedPolicyArns: Array.from({ length: 10 }, String) })],
      [role({ ManagedPolicyArns: Array.from({ length: 11 }, String) })],
      /^The list attached to sluice-wake has 11 policies, and AWS takes 10\./,
    ],
    [
      'a managed policy',
      [managed(6_144)],
      [managed(6_145)],
      /^The managed policy sluice-further has 6145 characters, and AWS takes 6144\. Split the policy in two/,
    ],
    [
      'what an execution role is limited to, of which it has one',
      [managed(6_144, 'sluice-target-scope-us-east-1-orders')],
      [managed(6_145, 'sluice-target-scope-us-east-1-orders')],
      /^The managed policy sluice-target-scope-us-east-1-orders has 6145 characters, and AWS takes 6144\. Give the entry fewer/,
    ],
    [
      'the resources of a template',
      Array.from({ length: 500 }, () => rule(100)),
      Array.from({ length: 501 }, () => rule(100)),
      /^The template has 501 resources, and AWS takes 500\. Let one entry of the policy stand for several services/,
    ],
    [
      'the pattern of a rule',
      [rule(2_048)],
      [rule(2_049)],
      /^The pattern of the rule "A stack came to rest" has 2049 characters, and AWS takes 2048\. Split the rule/,
    ],
    [
      'the policy of a bucket',
      [bucket(20_480)],
      [bucket(20_481)],
      /^The bucket policy Bucket has 20481 bytes, and AWS takes 20480\. Name fewer principals/,
    ],
    [
      'the policy of a bus, from all its statements',
      [bus('x'.repeat(5_000)), bus('x'.repeat(5_000))],
      [bus('x'.repeat(5_000)), bus('x'.repeat(5_200))],
      /^The policy of the event bus .*EventsBus.* has 10\d\d\d bytes, and AWS takes 10240\. Give one engine fewer targets/,
    ],
  ])('is refused for %s', (_, fits, large, sentence) => {
    expect(tooLarge(fits)).toEqual([]);
    expect(tooLarge(large)).toEqual([expect.stringMatching(sentence)]);
  });

  it('counts what is known at deployment alone as a long ARN, and no white space', () => {
    const described = (value: unknown): SizedResource => ({
      ...managed(100),
      properties: { ManagedPolicyName: 'p', PolicyDocument: { Statement: [value] } },
    });
    const references = (count: number, reference: object) =>
      described(Array.from({ length: count }, () => ({ ...reference })));
    expect(tooLarge([references(60, { Ref: 'Queue' })])).toHaveLength(1);
    expect(tooLarge([references(60, { 'Fn::Join': ['', ['arn:aws:s3:::', 'assets']] })])).toEqual([]);
    expect(tooLarge([references(40, { 'Fn::Join': ['', ['arn:', { Ref: 'Bucket' }]] })])).toEqual([]);
    expect(tooLarge([described(' '.repeat(7_000))])).toEqual([]);
  });
});
