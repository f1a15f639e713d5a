import { describe, expect, it } from 'vitest';
import { packPermissions, splitPermissions } from '../../../infra/constructs/pack-permissions.ts';
import type { Permission } from '../../../infra/constructs/permissions.ts';

const named = (count: number, action: string): Permission => ({
  actions: [action],
  resources: Array.from(
    { length: count },
    (_, index) => `arn:aws:lambda:us-east-1:222222222222:function:service-${index}-*`,
  ),
  because: 'They are services’.',
});
const pairs = (permissions: readonly Permission[]): string[] =>
  permissions.flatMap(({ actions, resources }) =>
    actions.flatMap((action) => resources.map((one) => `${action} ${one}`)),
  );

describe('the permissions of a role', () => {
  it('stand in its own policy where there is room', () => {
    const permissions = [
      named(10, 'lambda:GetAlias'),
      { actions: ['iam:PassRole'], resources: ['arn:aws:iam::1:role/x'] },
    ];
    expect(splitPermissions(permissions)).toEqual({ inline: permissions, further: [] });
  });

  it('are all there, once, in policies of the sizes that IAM takes, where there is not', () => {
    const permissions = [
      named(80, 'lambda:GetAlias'),
      named(80, 'lambda:UpdateAlias'),
      named(80, 'lambda:InvokeFunction'),
    ];
    const { inline, further } = splitPermissions(permissions);
    expect(JSON.stringify(inline).length).toBeLessThan(10_240);
    expect(further.length).toBeGreaterThan(0);
    expect([...pairs(inline), ...pairs(packPermissions(further).flat())].toSorted()).toEqual(
      pairs(permissions).toSorted(),
    );
  });
});
