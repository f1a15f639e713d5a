import {
  GetRoleCommand,
  GetUserCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  NoSuchEntityException,
} from '@aws-sdk/client-iam';
import type { IAMClientConfig } from '@aws-sdk/client-iam';
import type { IdentityType } from '../../core/template/boundary.ts';
import type { BoundaryState } from '../../core/template/live-boundary.ts';
import type { Observability } from '../powertools/observability.ts';

/** Roles and users of one target. */
export interface Identities {
  /** Which permissions boundary it has. @param name in IAM, which is its physical id in a stack */
  boundaryOf(type: IdentityType, name: string): Promise<BoundaryState>;
  /** ARNs of the managed policies attached to a role; undefined where there is no such role. @param name in IAM */
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
  return {
    boundaryOf: async (type, name) => {
      try {
        const arn = (await read(type, name))?.PermissionsBoundaryArn;
        return arn === undefined ? { kind: 'unbounded' } : { kind: 'bounded', arn };
      } catch (problem) {
        if (problem instanceof NoSuchEntityException) return { kind: 'gone' };
        // IAM has no class for it: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
        if (problem instanceof Error && problem.name.startsWith('AccessDenied')) return { kind: 'unreadable' };
        throw problem;
      }
    },
    policiesOf: async (name) => {
      try {
        // A role has at most 20 attached policies, which is less than a page.
        const { AttachedPolicies = [] } = await client.send(new ListAttachedRolePoliciesCommand({ RoleName: name }));
        return AttachedPolicies.map(({ PolicyArn = '' }) => PolicyArn);
      } catch (problem) {
        if (problem instanceof NoSuchEntityException) return undefined;
        throw problem;
      }
    },
  };
}
