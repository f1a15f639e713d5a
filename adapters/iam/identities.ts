import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListRolePoliciesCommand,
  ListUserPoliciesCommand,
  NoSuchEntityException,
} from '@aws-sdk/client-iam';
import type { IAMClientConfig } from '@aws-sdk/client-iam';
import type { IdentityType } from '../../core/template/steps/boundary.ts';
import type { Granted } from '../../core/template/boundary-cut.ts';
import type { BoundaryState } from '../../core/template/live-boundary.ts';
import type { Observability } from '../powertools/observability.ts';

/** Roles and users of one target. */
export interface Identities {
  /** Which permissions boundary it has. @param name in IAM, which is its physical id in a stack */
  boundaryOf(type: IdentityType, name: string): Promise<BoundaryState>;
  /** What it may do by its policies; a user's groups are not read. @param name in IAM */
  grantsOf(type: IdentityType, name: string): Promise<Granted>;
  /** A managed policy's document; undefined where the engine may not read it. */
  documentOf(arn: string): Promise<unknown>;
  /** ARNs of the managed policies attached to a role; undefined where there is no such role, or none that may be read. @param name in IAM */
  policiesOf(name: string): Promise<readonly string[] | undefined>;
}

export function openIdentities(observe: Observability, settings: IAMClientConfig): Identities {
  return createIdentities(observe.client(new IAMClient(settings)));
}

export function createIdentities(client: IAMClient): Identities {
  const read = async (type: IdentityType, name: string) => {
    switch (type) {
      case 'AWS::IAM::Role':
        return (await client.send(new GetRoleCommand({ RoleName: name }))).Role?.PermissionsBoundary;
      case 'AWS::IAM::User':
        return (await client.send(new GetUserCommand({ UserName: name }))).User?.PermissionsBoundary;
    }
  };
  const documentOf = async (arn: string): Promise<unknown> => {
    const { Policy } = await client.send(new GetPolicyCommand({ PolicyArn: arn }));
    const version = { PolicyArn: arn, VersionId: Policy?.DefaultVersionId };
    const { PolicyVersion } = await client.send(new GetPolicyVersionCommand(version));
    return parseDocument(PolicyVersion?.Document);
  };
  return {
    documentOf: (arn) => orUnreadable(() => documentOf(arn)),
    grantsOf: async (type, name) => {
      const { inline, attached } = await policiesOf(client, type, name);
      const managed = await Promise.all(
        attached.map(async (arn) => ({ arn, document: await orUnreadable(() => documentOf(arn)) })),
      );
      return {
        documents: [...inline, ...managed.flatMap(({ document }) => (document === undefined ? [] : [document]))],
        unreadable: managed.filter(({ document }) => document === undefined).map(({ arn }) => arn),
      };
    },
    boundaryOf: async (type, name) => {
      try {
        const arn = (await read(type, name))?.PermissionsBoundaryArn;
        return arn === undefined ? { kind: 'unbounded' } : { kind: 'bounded', arn };
      } catch (problem) {
        if (problem instanceof NoSuchEntityException) return { kind: 'gone' };
        if (isDenied(problem)) return { kind: 'unreadable' };
        throw problem;
      }
    },
    policiesOf: async (name) => {
      try {
        // A role has at most 20 attached policies, which is less than a page.
        const { AttachedPolicies = [] } = await client.send(new ListAttachedRolePoliciesCommand({ RoleName: name }));
        return AttachedPolicies.map(({ PolicyArn = '' }) => PolicyArn);
      } catch (problem) {
        // The ARN of a role that is not there has no path, so that a grant on the role's own ARN does not match.
        if (problem instanceof NoSuchEntityException || isDenied(problem)) return undefined;
        throw problem;
      }
    },
  };
}

/** A role or user has fewer policies than a page: 10 or 20 attached ones, and of inline ones what 10,240 characters hold. */
async function policiesOf(
  client: IAMClient,
  type: IdentityType,
  name: string,
): Promise<{ inline: unknown[]; attached: string[] }> {
  if (type === 'AWS::IAM::User') {
    const { PolicyNames = [] } = await client.send(new ListUserPoliciesCommand({ UserName: name }));
    const { AttachedPolicies = [] } = await client.send(new ListAttachedUserPoliciesCommand({ UserName: name }));
    const inline = await Promise.all(
      PolicyNames.map((PolicyName) => client.send(new GetUserPolicyCommand({ UserName: name, PolicyName }))),
    );
    return { inline: inline.map(documentIn), attached: AttachedPolicies.map(({ PolicyArn = '' }) => PolicyArn) };
  }
  const { PolicyNames = [] } = await client.send(new ListRolePoliciesCommand({ RoleName: name }));
  const { AttachedPolicies = [] } = await client.send(new ListAttachedRolePoliciesCommand({ RoleName: name }));
  const inline = await Promise.all(
    PolicyNames.map((PolicyName) => client.send(new GetRolePolicyCommand({ RoleName: name, PolicyName }))),
  );
  return { inline: inline.map(documentIn), attached: AttachedPolicies.map(({ PolicyArn = '' }) => PolicyArn) };
}

function documentIn({ PolicyDocument }: { PolicyDocument?: string | undefined }): unknown {
  return parseDocument(PolicyDocument);
}

/** IAM gives documents encoded as a part of an address. */
function parseDocument(encoded = '{}'): unknown {
  return JSON.parse(decodeURIComponent(encoded));
}

async function orUnreadable(read: () => Promise<unknown>): Promise<unknown> {
  try {
    return await read();
  } catch (problem) {
    if (isDenied(problem)) return undefined;
    throw problem;
  }
}

/** IAM has no class for it: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html */
function isDenied(problem: unknown): boolean {
  return problem instanceof Error && problem.name.startsWith('AccessDenied');
}
