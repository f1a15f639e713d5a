import { recordedActions } from 'local-aws/recorded-actions';
import { allResources } from 'local-aws/resources';
import { describe, expect, it } from 'vitest';
import { resourceKinds } from '../../../core/template/resource-kinds.ts';

/** Types on the built-in list that the local AWS only records. */
const behaving = new Set(allResources.map(({ type }) => type));
const recorded = resourceKinds.flatMap(({ types }) => types.filter((type) => !behaving.has(type)));
/** The role has what every kind is granted. */
const granted = resourceKinds.flatMap(({ grants }) => grants.flatMap(({ actions }) => actions));

describe('what the local AWS asks of whoever makes a type that it records', () => {
  it.each(recorded)('is granted by the built-in list: %s', async (type) => {
    const asked = await recordedActions(type);
    expect((asked ?? []).filter((action) => !granted.includes(action))).toEqual([]);
  });

  it.each([
    ['AWS::Cognito::UserPool', 'cognito-idp:CreateUserPool'],
    ['AWS::Cognito::IdentityPoolRoleAttachment', 'cognito-identity:SetIdentityPoolRoles'],
    ['AWS::Kinesis::Stream', 'kinesis:DescribeStreamSummary'],
    ['AWS::Pipes::Pipe', 'pipes:DeletePipe'],
  ])('is asked for: %s', async (type, action) => {
    expect(await recordedActions(type)).toContain(action);
  });
});
