import { describe, expect, it } from 'vitest';
import type { PolicyDocument, PolicyStatement, Principal } from '../../kernel/principal.ts';
import { evaluate, type ApplicablePolicies, type Decision } from '../../services/iam/evaluate.ts';

const role: Principal = {
  type: 'assumedRole',
  account: '111111111111',
  arn: 'arn:aws:sts::111111111111:assumed-role/deploy/one',
  roleArn: 'arn:aws:iam::111111111111:role/deploy',
  roleName: 'deploy',
  sessionName: 'one',
  userId: 'AROAEXAMPLE:one',
  sessionPolicies: [],
  sessionTags: {},
  transitiveTagKeys: [],
};
const own = 'arn:aws:s3:::bucket/key';
const allow = (statement: Partial<PolicyStatement> = {}): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...statement },
});
const deny = (statement: Partial<PolicyStatement> = {}): PolicyDocument => allow({ Effect: 'Deny', ...statement });

function ask(
  policies: Partial<ApplicablePolicies>,
  request: {
    principal?: Principal;
    action?: string;
    resource?: string;
    resourceAccount?: string;
    context?: Record<string, string | string[]>;
  } = {},
): Decision {
  return evaluate(
    {
      principal: request.principal ?? role,
      action: request.action ?? 's3:GetObject',
      resource: request.resource ?? own,
      resourceAccount: request.resourceAccount ?? '111111111111',
      context: new Map(
        Object.entries(request.context ?? {}).map(([key, value]) => [
          key.toLowerCase(),
          typeof value === 'string' ? [value] : value,
        ]),
      ),
    },
    { identity: [], session: [], ...policies },
  );
}
const allowed = (...parameters: Parameters<typeof ask>): boolean => ask(...parameters).allowed;

describe('which policies decide', () => {
  it('denies what nothing allows, and names the kind of policy that is missing', () => {
    expect(ask({})).toEqual({ allowed: false, explicit: false, by: 'identity' });
    expect(ask({ identity: [allow()], boundary: allow({ Action: 's3:PutObject' }) })).toMatchObject({ by: 'boundary' });
    expect(ask({ identity: [allow()], session: [allow({ Resource: 'arn:aws:s3:::other/*' })] })).toMatchObject({
      by: 'session',
    });
  });

  it('lets an explicit deny anywhere win', () => {
    const everything = {
      identity: [allow()],
      boundary: allow(),
      session: [allow()],
      resource: allow({ Principal: '*' }),
    };
    expect(allowed(everything)).toBe(true);
    expect(ask({ ...everything, identity: [allow(), deny()] })).toEqual({
      allowed: false,
      explicit: true,
      by: 'identity',
    });
    expect(ask({ ...everything, boundary: deny() })).toMatchObject({ explicit: true, by: 'boundary' });
    expect(ask({ ...everything, session: [allow(), deny()] })).toMatchObject({ explicit: true, by: 'session' });
    expect(ask({ ...everything, resource: deny({ Principal: '*' }) })).toMatchObject({
      explicit: true,
      by: 'resource',
    });
  });

  it('adds identity and resource policies up within an account', () => {
    expect(allowed({ resource: allow({ Principal: { AWS: role.roleArn } }) })).toBe(true);
    expect(allowed({ resource: allow({ Principal: { AWS: 'arn:aws:iam::111111111111:role/other' } }) })).toBe(false);
  });

  it('takes the account as principal for a delegation, not a grant', () => {
    const resource = allow({ Principal: { AWS: 'arn:aws:iam::111111111111:root' } });
    expect(allowed({ resource })).toBe(false);
    expect(allowed({ resource, identity: [allow()], resourceRequired: true })).toBe(true);
    expect(
      ask({ identity: [allow()], resource: allow({ Principal: { AWS: '222222222222' } }), resourceRequired: true }),
    ).toMatchObject({
      by: 'resource',
    });
  });

  it('limits a grant to a role by its session policy, but not one to the very session', () => {
    const session = [allow({ Action: 's3:PutObject' })];
    expect(allowed({ session, resource: allow({ Principal: { AWS: role.roleArn } }) })).toBe(false);
    expect(allowed({ session, resource: allow({ Principal: { AWS: role.arn } }) })).toBe(true);
  });

  it('asks both sides across accounts', () => {
    const across = { resourceAccount: '222222222222' };
    const resource = allow({ Principal: { AWS: '111111111111' } });
    expect(ask({ identity: [allow()] }, across)).toMatchObject({ by: 'resource' });
    expect(ask({ resource }, across)).toMatchObject({ by: 'identity' });
    expect(allowed({ identity: [allow()], resource }, across)).toBe(true);
  });

  it('lets a service in by the resource policy alone', () => {
    const principal: Principal = {
      type: 'service',
      service: 'events.amazonaws.com',
      sourceAccount: '111111111111',
      arn: 'events.amazonaws.com',
    };
    const resource = allow({
      Principal: { Service: 'events.amazonaws.com' },
      Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:events:us-east-1:111111111111:rule/*' } },
    });
    const from = (rule: string) => ({ principal, context: { 'aws:SourceArn': rule } });
    expect(allowed({ resource }, from('arn:aws:events:us-east-1:111111111111:rule/bus/mine'))).toBe(true);
    expect(allowed({ resource }, from('arn:aws:events:us-east-1:333333333333:rule/mine'))).toBe(false);
    expect(allowed({}, from('arn:aws:events:us-east-1:111111111111:rule/mine'))).toBe(false);
  });
});

describe('which statements apply', () => {
  const applies = (statement: Partial<PolicyStatement>, request: Parameters<typeof ask>[1] = {}): boolean =>
    allowed({ identity: [{ Version: '2012-10-17', Statement: { Effect: 'Allow', ...statement } }] }, request);

  it.each([
    [{ Action: 's3:Get*', Resource: own }, true],
    [{ Action: 'S3:GETOBJECT', Resource: own }, true],
    [{ Action: 's3:GetObjec?', Resource: 'arn:aws:s3:::bucket/*' }, true],
    [{ NotAction: 's3:Put*', Resource: own }, true],
    [{ NotAction: ['s3:Get*'], Resource: own }, false],
    [{ Action: '*', NotResource: 'arn:aws:s3:::bucket/*' }, false],
    [{ Action: '*', Resource: 'arn:aws:s3:::Bucket/*' }, false],
    [{ Action: '*', Resource: 'arn:aws:*:bucket/key' }, false],
  ])('%j: %s', (statement, expected) => expect(applies(statement)).toBe(expected));

  it('puts policy variables in, literally', () => {
    const statement = { Action: '*', Resource: 'arn:aws:s3:::bucket/${aws:PrincipalTag/team}/*' };
    const resource = 'arn:aws:s3:::bucket/red/key';
    expect(applies(statement, { resource, context: { 'aws:PrincipalTag/team': 'red' } })).toBe(true);
    expect(applies(statement, { resource, context: { 'aws:PrincipalTag/team': '*' } })).toBe(false);
    expect(applies(statement, { resource })).toBe(false);
    const withDefault = { Action: '*', Resource: "arn:aws:s3:::bucket/${aws:PrincipalTag/team, 'red'}/${*}" };
    expect(applies(withDefault, { resource: 'arn:aws:s3:::bucket/red/*' })).toBe(true);
    expect(applies(withDefault, { resource })).toBe(false);
  });

  it.each<[string, Record<string, string | string[]>, Record<string, string | string[]>, boolean]>([
    ['StringEquals', { 'aws:username': 'ann' }, { 'aws:UserName': 'ann' }, true],
    ['StringEquals', { 'aws:username': 'ann' }, {}, false],
    ['StringEqualsIfExists', { 'aws:username': 'ann' }, {}, true],
    ['StringNotEquals', { 'aws:username': 'ann' }, {}, true],
    ['StringNotEquals', { 'aws:username': ['ann', 'bob'] }, { 'aws:username': 'bob' }, false],
    ['StringLike', { 'aws:username': 'a*' }, { 'aws:username': 'ann' }, true],
    ['StringNotLike', { 'aws:username': 'a*' }, { 'aws:username': 'ann' }, false],
    ['StringEqualsIgnoreCase', { 'aws:username': 'ANN' }, { 'aws:username': 'ann' }, true],
    [
      'ArnLike',
      { 'aws:SourceArn': 'arn:aws:sns:*:111111111111:*' },
      { 'aws:SourceArn': 'arn:aws:sns:us-east-1:111111111111:t' },
      true,
    ],
    [
      'ArnLike',
      { 'aws:SourceArn': 'arn:aws:sns:*' },
      { 'aws:SourceArn': 'arn:aws:sns:us-east-1:111111111111:t' },
      false,
    ],
    ['Bool', { 'aws:SecureTransport': 'false' }, { 'aws:SecureTransport': 'true' }, false],
    ['NumericLessThanEquals', { 's3:max-keys': '10' }, { 's3:max-keys': '9' }, true],
    ['NumericLessThanEquals', { 's3:max-keys': '10' }, { 's3:max-keys': '11' }, false],
    [
      'DateLessThan',
      { 'aws:CurrentTime': '2026-11-20T00:00:00Z' },
      { 'aws:CurrentTime': '2026-11-19T23:59:59Z' },
      true,
    ],
    ['DateGreaterThan', { 'aws:EpochTime': '1700000000' }, { 'aws:EpochTime': '1600000000' }, false],
    ['Null', { 'aws:TagKeys': 'true' }, {}, true],
    ['Null', { 'aws:TagKeys': 'true' }, { 'aws:TagKeys': ['a'] }, false],
    ['IpAddress', { 'aws:SourceIp': '127.0.0.0/8' }, { 'aws:SourceIp': '127.0.0.1' }, true],
    ['NotIpAddress', { 'aws:SourceIp': '127.0.0.0/8' }, { 'aws:SourceIp': '127.0.0.1' }, false],
    ['ForAllValues:StringEquals', { 'aws:TagKeys': ['a', 'b'] }, { 'aws:TagKeys': ['a', 'c'] }, false],
    ['ForAllValues:StringEquals', { 'aws:TagKeys': ['a', 'b'] }, {}, true],
    ['ForAnyValue:StringEquals', { 'aws:TagKeys': ['a', 'b'] }, { 'aws:TagKeys': ['a', 'c'] }, true],
    ['ForAnyValue:StringEquals', { 'aws:TagKeys': ['a', 'b'] }, {}, false],
  ])('%s %j with %j: %s', (operator, condition, context, expected) =>
    expect(applies({ Action: '*', Resource: '*', Condition: { [operator]: condition } }, { context })).toBe(expected),
  );
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
describe('an ARN with fewer than six fields', () => {
  it.each([
    ['arn:aws:s3', true],
    ['arn:aws:s3:', true],
    ['arn:aws:s3:*', true],
    ['arn:aws:s3:*:*', true],
    ['arn:aws:s3:us-east-1', false],
    ['arn:aws:sqs', false],
  ])('is completed by asterisks: %s', (Resource, isAllowed) => {
    expect(allowed({ identity: [allow({ Resource })] })).toBe(isAllowed);
  });
});
