import { Stack, Validations } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** Condition block of an IAM statement: operator → key → value. */
type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** One IAM statement that allows something, spelled out: no wildcard in an action, and a reason for each in a resource. */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Conditions;
  /** Why a resource has a wildcard. Needed if and only if one has. */
  readonly because?: string;
}

/** Who may assume a role. */
export type Trust =
  | { readonly service: string; readonly conditions?: Conditions }
  | {
      /** Role ARNs of another account, which have to give the external id. */
      readonly roles: readonly string[];
      readonly account: string;
      readonly externalId: string;
    };

/** A role whose every permission is written in the source. */
export interface RoleDefinition {
  readonly name: string;
  readonly description: string;
  readonly trust: Trust;
  readonly permissions: readonly Permission[];
  /** Statements that forbid, whatever else allows. */
  readonly denials?: readonly Permission[];
  /** Policies beside the role's own: IAM allows 10,240 characters in the role and 6,144 in each of these. */
  readonly managedPolicyArns?: readonly string[];
  /** ARN of the policy that limits what all the others grant. */
  readonly permissionsBoundary?: string;
}

/** A statement as IAM has it, of a policy that limits and grants nothing: it may say what it does not speak of. */
export interface Limit {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Conditions;
}

/** A policy that grants nothing: a boundary, or denials. */
export interface LimitingPolicyDefinition {
  readonly name: string;
  readonly description: string;
  readonly limits: readonly Limit[];
  /** Why its wildcards grant nothing. */
  readonly because: string;
}

/** A policy for several roles, or for a role with many permissions. */
export interface ManagedPolicyDefinition {
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly Permission[];
  readonly denials?: readonly Permission[];
}

function statementsOf(permissions: readonly Permission[], effect: 'Allow' | 'Deny'): object[] {
  return permissions.map(({ actions, resources, conditions }) => ({
    Effect: effect,
    Action: actions,
    Resource: resources,
    ...(conditions === undefined ? {} : { Condition: conditions }),
  }));
}

/**
 * Acknowledges each wildcard with the reason its permission gives.
 * @throws Error for a wildcard without a reason, a reason without a wildcard, or a wildcard action
 */
function acknowledgeWildcards(scope: Construct, permissions: readonly Permission[]): void {
  const reasons = new Map<string, string[]>();
  for (const permission of permissions) {
    const { actions, resources, because } = permission;
    const wide = resources.filter((resource) => resource.includes('*'));
    if (actions.some((action) => action.includes('*'))) throw new Error(`A wildcard action: ${actions.join(', ')}`);
    if (wide.length > 0 !== (because !== undefined))
      throw new Error(`A wildcard needs a reason, and a reason a wildcard: ${actions.join(', ')}`);
    for (const resource of wide) reasons.set(resource, [...(reasons.get(resource) ?? []), because ?? '']);
  }
  Validations.of(scope).acknowledge(
    ...[...reasons].map(([resource, texts]) => ({
      id: `AwsSolutions-IAM5[Resource::${resource}]`,
      reason: [...new Set(texts)].join(' '),
    })),
  );
}

/** Creates the role and acknowledges its wildcards. */
export function createRole(scope: Construct, id: string, definition: RoleDefinition): CfnRole {
  const { name, description, trust, permissions, denials, managedPolicyArns, permissionsBoundary } = definition;
  const role = new CfnRole(scope, id, {
    roleName: name,
    description,
    assumeRolePolicyDocument: { Version: '2012-10-17', Statement: trustStatements(trust) },
    policies: [{ policyName: 'permissions', policyDocument: documentOf(permissions, denials) }],
    ...(managedPolicyArns === undefined ? {} : { managedPolicyArns: [...managedPolicyArns] }),
    ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
  });
  acknowledgeWildcards(role, permissions);
  return role;
}

/** Creates the policy and acknowledges its wildcards. */
export function createManagedPolicy(
  scope: Construct,
  id: string,
  definition: ManagedPolicyDefinition,
): CfnManagedPolicy {
  const { name, description, permissions, denials } = definition;
  const policy = new CfnManagedPolicy(scope, id, {
    managedPolicyName: name,
    description,
    policyDocument: documentOf(permissions, denials),
  });
  acknowledgeWildcards(policy, permissions);
  return policy;
}

/** Creates a policy that grants nothing by itself, and acknowledges its wildcards. */
export function createLimitingPolicy(
  scope: Construct,
  id: string,
  { name, description, limits, because }: LimitingPolicyDefinition,
): CfnManagedPolicy {
  const policy = new CfnManagedPolicy(scope, id, {
    managedPolicyName: name,
    description,
    policyDocument: { Version: '2012-10-17', Statement: [...limits] },
  });
  const allowed = limits.filter(({ Effect }) => Effect === 'Allow');
  const findings = [
    ...allowed.flatMap(({ Action = [] }) => Action.map((action) => `Action::${action}`)),
    ...allowed.flatMap(({ Resource }) => Resource.map((resource) => `Resource::${resource}`)),
  ].filter((finding) => finding.includes('*'));
  const excepting = allowed.some(({ NotAction }) => NotAction !== undefined);
  Validations.of(policy).acknowledge(
    ...[...new Set(findings)].map((finding) => ({ id: `AwsSolutions-IAM5[${finding}]`, reason: because })),
    // cdk-nag's rule about wildcards does not know NotAction, and reports that as an error of its own.
    ...(excepting ? ['AwsSolutions-IAM5', 'CloudFormation-Validate::W2512'] : []).map((id) => ({
      id,
      reason: because,
    })),
  );
  return policy;
}

/** The policy document that says so. */
export function documentOf(permissions: readonly Permission[], denials: readonly Permission[] = []): object {
  return {
    Version: '2012-10-17',
    Statement: [...statementsOf(permissions, 'Allow'), ...statementsOf(denials, 'Deny')],
  };
}

function trustStatements(trust: Trust): object[] {
  if ('service' in trust) {
    return [
      {
        Effect: 'Allow',
        Principal: { Service: trust.service },
        Action: 'sts:AssumeRole',
        ...(trust.conditions === undefined ? {} : { Condition: trust.conditions }),
      },
    ];
  }
  // The account with a condition on the role, not the role itself: a role named as principal has to exist when the
  // trust is written, and a role that is created again under the same name no longer matches.
  const Principal = { AWS: `arn:aws:iam::${trust.account}:root` };
  const from = { ArnEquals: { 'aws:PrincipalArn': trust.roles } };
  return [
    {
      Effect: 'Allow',
      Principal,
      Action: 'sts:AssumeRole',
      Condition: { ...from, StringEquals: { 'sts:ExternalId': trust.externalId } },
    },
    // STS checks it besides AssumeRole, and without the external id.
    { Effect: 'Allow', Principal, Action: ['sts:SetSourceIdentity'], Condition: from },
  ];
}

/** An ARN in this stack's partition, region and account. */
export function arnIn(scope: Construct, service: string, rest: string): string {
  const { partition, region, account } = Stack.of(scope);
  return `arn:${partition}:${service}:${region}:${account}:${rest}`;
}
