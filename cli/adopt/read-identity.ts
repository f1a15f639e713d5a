import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  type IAMClient,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListRolePoliciesCommand,
  ListUserPoliciesCommand,
} from '@aws-sdk/client-iam';
import type { Granted } from '../../core/template/boundary-cut.ts';
import type { BoundaryState } from '../../core/template/live-boundary.ts';
import type { IdentityType } from '../../core/template/steps/boundary.ts';

/** The permissions boundary of a role or user, and what its policies allow; a user's groups are not read. @param name in IAM */
export async function readIdentity(
  client: IAMClient,
  type: IdentityType,
  name: string,
): Promise<{ readonly boundary: BoundaryState; readonly grants: Granted }> {
  const { boundary, inline, attached } =
    type === 'AWS::IAM::Role' ? await readRole(client, name) : await readUser(client, name);
  const managed = await Promise.all(attached.map(async (arn) => ({ arn, document: await readPolicy(client, arn) })));
  return {
    boundary: boundary === undefined ? { kind: 'unbounded' } : { kind: 'bounded', arn: boundary },
    grants: {
      documents: [
        ...inline.map(parsed),
        ...managed.flatMap(({ document }) => (document === undefined ? [] : [document])),
      ],
      unreadable: managed.filter(({ document }) => document === undefined).map(({ arn }) => arn),
    },
  };
}

async function readRole(client: IAMClient, RoleName: string) {
  const { Role } = await client.send(new GetRoleCommand({ RoleName }));
  const { PolicyNames = [] } = await client.send(new ListRolePoliciesCommand({ RoleName }));
  const { AttachedPolicies = [] } = await client.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  const inline = await Promise.all(
    PolicyNames.map((PolicyName) => client.send(new GetRolePolicyCommand({ RoleName, PolicyName }))),
  );
  return {
    boundary: Role?.PermissionsBoundary?.PermissionsBoundaryArn,
    inline: inline.map(({ PolicyDocument }) => PolicyDocument),
    attached: AttachedPolicies.map(({ PolicyArn = '' }) => PolicyArn),
  };
}

async function readUser(client: IAMClient, UserName: string) {
  const { User } = await client.send(new GetUserCommand({ UserName }));
  const { PolicyNames = [] } = await client.send(new ListUserPoliciesCommand({ UserName }));
  const { AttachedPolicies = [] } = await client.send(new ListAttachedUserPoliciesCommand({ UserName }));
  const inline = await Promise.all(
    PolicyNames.map((PolicyName) => client.send(new GetUserPolicyCommand({ UserName, PolicyName }))),
  );
  return {
    boundary: User?.PermissionsBoundary?.PermissionsBoundaryArn,
    inline: inline.map(({ PolicyDocument }) => PolicyDocument),
    attached: AttachedPolicies.map(({ PolicyArn = '' }) => PolicyArn),
  };
}

/** A managed policy's document; undefined where there is none, or it may not be read. */
export async function readPolicy(client: IAMClient, PolicyArn: string): Promise<unknown> {
  try {
    const { Policy } = await client.send(new GetPolicyCommand({ PolicyArn }));
    const { PolicyVersion } = await client.send(
      new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
    );
    return parsed(PolicyVersion?.Document);
  } catch (error) {
    // IAM has no class for a refusal: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
    if (error instanceof Error && /^(AccessDenied|NoSuchEntity)/.test(error.name)) return undefined;
    throw error;
  }
}

/** IAM gives documents encoded as a part of an address. */
function parsed(encoded = '{}'): unknown {
  return JSON.parse(decodeURIComponent(encoded));
}
