import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Caller } from '../../kernel/principal.ts';
import { administrator, smallAws } from '../events/small-aws.ts';

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-limits-entity-length

let aws: ReturnType<typeof smallAws>;
let me: Caller;
beforeEach(() => {
  aws = smallAws();
  me = administrator(aws.kernel, '111111111111');
});

/** A document of so many characters that are no white space, and some that are. */
function documentOf(size: number, statement: object): string {
  const document = (sid: string): string =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: sid, Effect: 'Allow', ...statement }] });
  return `  ${document('x'.repeat(size - document('').length))}\n\n`;
}
const permission = (size: number): string => documentOf(size, { Action: 's3:GetObject', Resource: '*' });
const trust = (size: number): string =>
  documentOf(size, { Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } });
const role = (name: string, document = trust(200)) =>
  aws.kernel.send(me, new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: document }));
/** The same, its refusal with the error's name before the message. */
const named = (answer: Promise<unknown>): Promise<unknown> =>
  answer.catch((error: unknown) => Promise.reject(new Error(String(error))));

describe('sizes that IAM takes, white space not counted', () => {
  it('10,240 characters in all inline policies of a role together', async () => {
    await role('inline');
    const put = (PolicyName: string, size: number) =>
      aws.kernel.send(
        me,
        new PutRolePolicyCommand({ RoleName: 'inline', PolicyName, PolicyDocument: permission(size) }),
      );
    await put('one', 6_000);
    await put('other', 4_240);
    await expect(named(put('third', 150))).rejects.toThrow(
      /^LimitExceeded: .*Maximum policy size of 10240 bytes exceeded/,
    );
    await put('other', 4_000);
    await put('third', 240);
  });

  it('6,144 characters in a managed policy, and in each of its versions', async () => {
    const create = (PolicyName: string, size: number) =>
      aws.kernel.send(me, new CreatePolicyCommand({ PolicyName, PolicyDocument: permission(size) }));
    const { Policy: policy } = await create('fits', 6_144);
    await expect(named(create('large', 6_145))).rejects.toThrow(/^LimitExceeded: .*PolicySize: 6144/);
    const again = aws.kernel.send(
      me,
      new CreatePolicyVersionCommand({ PolicyArn: policy?.Arn, PolicyDocument: permission(6_145) }),
    );
    await expect(named(again)).rejects.toThrow(/^LimitExceeded: .*PolicySize: 6144/);
  });

  it('2,048 characters in a trust policy', async () => {
    await role('trusted', trust(2_048));
    await expect(named(role('distrusted', trust(2_049)))).rejects.toThrow(/^LimitExceeded: .*ACLSizePerRole: 2048/);
    const update = aws.kernel.send(
      me,
      new UpdateAssumeRolePolicyCommand({ RoleName: 'trusted', PolicyDocument: trust(2_049) }),
    );
    await expect(named(update)).rejects.toThrow(/^LimitExceeded: .*ACLSizePerRole: 2048/);
  });
});
