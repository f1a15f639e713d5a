import { describe, expect, it } from 'vitest';
import { identityKinds, resourceKinds } from '../../../core/template/resource-kinds.ts';

const kinds = [...resourceKinds, ...identityKinds];
const grants = kinds.flatMap(({ title, grants: each }) => each.map((grant) => ({ title, ...grant })));
const repeated = (texts: readonly string[]): string[] => texts.filter((text, index) => texts.indexOf(text) !== index);

describe('the kinds of resources', () => {
  it('have a title each, and no type twice', () => {
    expect(repeated(kinds.map(({ title }) => title))).toEqual([]);
    expect(repeated(kinds.flatMap(({ types }) => types))).toEqual([]);
  });

  it('say what they are about: types, or a note of whose option they are', () => {
    expect(kinds.filter(({ types, note }) => types.length === 0 && note === undefined)).toEqual([]);
  });

  it('name types in full, except the ones that teams make up', () => {
    const types = kinds.flatMap((kind) => kind.types);
    expect(types.filter((type) => !/^AWS::\w+::\w+$/.test(type))).toEqual(['Custom::*']);
  });
});

describe('each grant', () => {
  it('names actions in full, without wildcards', () => {
    const actions = grants.flatMap((grant) => grant.actions);
    expect(actions.filter((action) => !/^[a-z0-9-]+:[A-Z][A-Za-z]+$/.test(action))).toEqual([]);
  });

  it('gives an action on the same resources once in its kind', () => {
    const told = grants.flatMap(({ title, actions, resources, conditions }) =>
      actions.map((action) => JSON.stringify([title, action, resources, conditions])),
    );
    expect(repeated(told)).toEqual([]);
  });

  it('says why it is as wide as it is', () => {
    expect(grants.filter(({ because }) => !/^[A-Z].{20,}[.]$/.test(because)).map(({ title }) => title)).toEqual([]);
  });

  it('has placeholders that are known, and wildcards where there is no name for it', () => {
    const texts = grants.flatMap(({ resources, conditions = {} }) => [
      ...resources,
      ...Object.values(conditions).flatMap((keys) => Object.values(keys).flat()),
    ]);
    const placeholders = new Set(texts.flatMap((text) => text.match(/\{\w*\}/g) ?? []));
    expect([...placeholders].toSorted()).toEqual(['{account}', '{boundary}', '{name}', '{region}']);
    const arns = grants.flatMap(({ resources }) => resources).filter((resource) => resource !== '*');
    expect(arns.filter((arn) => !/^arn:aws:[a-z0-9-]+:(\{region\})?:(\{account\}|\*)?:.+$/.test(arn))).toEqual([]);
  });
});

describe('identities', () => {
  const conditionOf = (action: string): unknown =>
    identityKinds.flatMap((kind) => kind.grants).find(({ actions }) => actions.includes(action))?.conditions;

  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
  it.each([
    ...['iam:CreateRole', 'iam:PutRolePolicy', 'iam:DeleteRolePolicy', 'iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
    ...['iam:PutRolePermissionsBoundary', 'iam:UpdateAssumeRolePolicy', 'iam:UpdateRole', 'iam:DeleteRole'],
  ])('may be changed under the boundary alone: %s', (action) => {
    expect(conditionOf(action)).toEqual({ StringEquals: { 'iam:PermissionsBoundary': '{boundary}' } });
  });

  it.each(['iam:TagRole', 'iam:GetRole', 'iam:CreatePolicy'])(
    'have no condition where AWS supplies no boundary, or where nothing changes: %s',
    (action) => {
      expect(conditionOf(action)).toBeUndefined();
    },
  );

  it('are made nowhere else, but for roles that AWS services make for themselves', () => {
    const iam = resourceKinds.flatMap((kind) => kind.grants).filter(({ actions }) => actions.join().includes('iam:'));
    expect([...new Set(iam.flatMap(({ actions }) => actions))]).toEqual(['iam:CreateServiceLinkedRole']);
    for (const { conditions } of iam) expect(conditions).toHaveProperty(['StringEquals', 'iam:AWSServiceName']);
  });

  it('keep their boundary', () => {
    expect(grants.flatMap(({ actions }) => actions)).not.toContain('iam:DeleteRolePermissionsBoundary');
  });
});
