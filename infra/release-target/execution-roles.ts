import { Stack, Validations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { entryLabel, executionRoleName, targetRoleName } from '../../core/contract/names.ts';
import { boundaryOf, type ExecutionChoice, executionIn, type Executions } from '../../core/policy/execution.ts';
import type { EntryNames } from '../../core/policy/stack-names.ts';
import { packPermissions } from '../constructs/pack-permissions.ts';
import { createLimitingPolicy, createManagedPolicy, createRole, type Permission } from '../constructs/permissions.ts';
import { builtInPermissions, codePermissions, identityPermissions } from './cloudformation-permissions.ts';
import { denials, entryBoundaries, othersByTag } from './denials.ts';
import { targetArns } from './names.ts';
import { scopeOf } from './scope.ts';

export interface ExecutionRolesProps {
  readonly entries: readonly EntryNames[];
  readonly executions: Executions;
}

const scopeBecause =
  'It limits what the role’s policies grant, and grants nothing: the names are those that the policy gives the entry.';

/**
 * The roles by which CloudFormation makes the resources of services: one for each entry of the policy. What they may make is the
 * same for all, the built-in list or the platform team's policies; each is limited to the names of its entry.
 */
export class ExecutionRoles extends Construct {
  private readonly target: { readonly account: string; readonly region: string };

  constructor(scope: Construct, id: string, { entries, executions }: ExecutionRolesProps) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    this.target = { account, region };
    const choice = executionIn(executions, this.target);
    const denied = this.createDenials(choice);
    if (choice.role !== undefined) return;
    const granted = choice.managedPolicies ?? this.createGrants();
    for (const names of entries) this.createEntryRole(names, executions, [...granted, denied]);
  }

  /** ARN of the policy of what nobody may do who makes resources of services. */
  private createDenials({ boundary }: ExecutionChoice): string {
    const own = boundary === undefined ? entryBoundaries(this.target) : boundary;
    const policy = createLimitingPolicy(this, 'Denials', {
      name: targetRoleName('denials', this.target.region),
      description: 'What nobody may do who makes resources of services: touch Sluice, or leave out the boundary',
      limits: denials(own === 'none' ? undefined : [own]),
      because: 'It only denies.',
    });
    return policy.ref;
  }

  /** The built-in list. It names no service: each role is limited to the names of its entry. */
  private createGrants(): string[] {
    const code = codePermissions(targetArns(this, { stacks: ['*'], resources: ['*'] }));
    return packPermissions([...builtInPermissions(this.target), ...code]).map((permissions, index) => {
      const policy = createManagedPolicy(this, `Resources${index + 1}`, {
        name: `sluice-target-resources-${index + 1}-${this.target.region}`,
        description: 'What CloudFormation may make for services',
        permissions,
      });
      return policy.ref;
    });
  }

  private createEntryRole({ entry, resources }: EntryNames, executions: Executions, policies: string[]): void {
    const { account, region } = this.target;
    const scope = createLimitingPolicy(this, `Scope-${entryLabel(entry)}`, {
      name: `sluice-target-scope-${region}-${entryLabel(entry)}`,
      description: `The names to which the execution role of ${entry} is limited`,
      limits: [...scopeOf(this.namedGrants(), resources), othersByTag(entry)],
      because: scopeBecause,
    });
    const role = createRole(this, `Role-${entryLabel(entry)}`, {
      name: executionRoleName(region, entry),
      description: `Assumed by CloudFormation to change the stacks of ${entry}`,
      trust: {
        service: 'cloudformation.amazonaws.com',
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      },
      permissions: identityPermissions(this.target, resources, boundaryOf({ entry, executions }, this.target)),
      managedPolicyArns: policies,
      permissionsBoundary: scope.ref,
    });
    const { managedPolicies = [] } = executionIn(executions, this.target);
    Validations.of(role).acknowledge(
      ...managedPolicies
        .filter((arn) => arn.startsWith('arn:aws:iam::aws:'))
        .map((arn) => ({
          id: `AwsSolutions-IAM4[Policy::${arn}]`,
          reason: 'The policy file hands the making of resources to it; the role is limited to the names of its entry.',
        })),
    );
  }

  /** The built-in list with `{name}` where a name of an entry stands. */
  private namedGrants(): Permission[] {
    const names = ['{name}'];
    return [...builtInPermissions(this.target, names), ...identityPermissions(this.target, names, undefined)];
  }
}
