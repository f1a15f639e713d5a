import { describe, expect, it } from 'vitest';
import type { PolicyDocument, PolicyStatement, Principal } from '../../kernel/principal.ts';
import type { ApplicablePolicies } from '../../services/iam/evaluate.ts';
import { soleGrounds, type Source } from '../../services/iam/sole-grounds.ts';

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
const key = 'arn:aws:s3:::bucket/key';
const get: PolicyStatement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const document = (...Statement: readonly PolicyStatement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });

const inline: Source = { kind: 'identity', holder: role.roleArn, inline: 'permissions' };
const managed: Source = { kind: 'identity', holder: 'arn:aws:iam::111111111111:policy/more' };
const boundary: Source = { kind: 'boundary', holder: 'arn:aws:iam::111111111111:policy/most' };
const resource: Source = { kind: 'resource', holder: key };

function ask(policies: Partial<ApplicablePolicies>, sources: readonly (readonly [PolicyDocument, Source])[]) {
  return soleGrounds({
    request: {
      principal: role,
      action: 's3:GetObject',
      resource: key,
      resourceAccount: '111111111111',
      context: new Map(),
    },
    policies: { identity: [], session: [], ...policies },
    sources: new Map(sources),
  });
}

describe('what alone allowed a request', () => {
  it('is the only statement of all policies that does, with the places of what matches', () => {
    const actions = ['s3:PutObject', 's3:getobject', 's3:ListBucket'];
    const own = document(
      { ...get, Action: 's3:PutObject' },
      { ...get, Action: actions, Resource: ['arn:aws:s3:::*', key] },
    );
    const found = ask({ identity: [own, document()] }, [[own, inline]]);
    expect(found).toEqual([{ ...inline, statement: 1, actions: [1], resources: [0, 1] }]);
  });

  it('is nothing where two statements, of one policy or of two, allow it', () => {
    const twice = document(get, get);
    expect(ask({ identity: [twice] }, [[twice, inline]])).toEqual([]);
    const [one, other] = [document(get), document(get)];
    const sources = [
      [one, inline],
      [other, managed],
    ] as const;
    expect(ask({ identity: [one, other] }, sources)).toEqual([]);
  });

  it('is a boundary’s statement, too, which needs the identity’s besides', () => {
    const [own, most] = [document(get), document(get)];
    const sources = [
      [own, inline],
      [most, boundary],
    ] as const;
    const places = { statement: 0, actions: [0], resources: [0] };
    expect(ask({ identity: [own], boundary: most }, sources)).toEqual([
      { ...inline, ...places },
      { ...boundary, ...places },
    ]);
  });

  it('is neither the role’s policy nor the resource’s where each would do, and the resource’s where the role has none', () => {
    const own = document(get);
    const open = document({ ...get, Principal: { AWS: role.arn } });
    const sources = [
      [own, inline],
      [open, resource],
    ] as const;
    expect(ask({ identity: [own], resource: open }, sources)).toEqual([]);
    expect(ask({ resource: open }, sources)).toMatchObject([{ kind: 'resource', statement: 0 }]);
  });

  it('is a statement that names what it does not speak of, without places', () => {
    const most = document({ Effect: 'Allow', NotAction: 'iam:*', NotResource: 'arn:aws:s3:::other/*' });
    expect(ask({ identity: [most] }, [[most, inline]])).toEqual([
      { ...inline, statement: 0, actions: [], resources: [] },
    ]);
  });

  it('is nothing where the request is refused anyway', () => {
    const own = document(get, { ...get, Effect: 'Deny' });
    expect(ask({ identity: [own] }, [[own, inline]])).toEqual([]);
  });
});
