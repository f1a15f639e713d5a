import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { engineRoleName, roleArn, targetRoleName } from '../../core/contract/names.ts';
import { packPermissions, splitPermissions } from '../constructs/pack-permissions.ts';
import { createManagedPolicy, createRole, type RoleDefinition, type Trust } from '../constructs/permissions.ts';
import { targetArns, type TargetNames } from './names.ts';
import { codeDeployPermissions, deployPermissions, verifyPermissions } from './role-permissions.ts';

export interface TargetRolesProps {
  readonly engineAccount: string;
  readonly externalId: string;
  readonly names: TargetNames;
  /** ARNs of the roles by which CloudFormation makes the resources of services. */
  readonly executionRoles: readonly string[];
}

/** The roles of the engine and of CodeDeploy in this target. */
export class TargetRoles extends Construct {
  constructor(scope: Construct, id: string, { engineAccount, externalId, names, executionRoles }: TargetRolesProps) {
    super(scope, id);
    const { region } = Stack.of(this);
    const arns = targetArns(this, names);
    const engine = (...names: ('deploy' | 'wake' | 'verify')[]): Trust => ({
      account: engineAccount,
      roles: names.map((name) => roleArn(engineAccount, engineRoleName(name))),
      externalId,
    });
    this.createRoomyRole('Deploy', {
      name: targetRoleName('deploy', region),
      description: 'Assumed by the release engine to deploy services',
      trust: engine('deploy', 'wake'),
      permissions: deployPermissions(arns, executionRoles),
    });
    this.createRoomyRole('Verify', {
      name: targetRoleName('verify', region),
      description: 'Assumed by the release engine to check services',
      trust: engine('verify'),
      permissions: verifyPermissions(arns),
    });
    this.createRoomyRole('CodeDeploy', {
      name: targetRoleName('codedeploy', region),
      description: 'Assumed by CodeDeploy to move the traffic of services',
      trust: { service: 'codedeploy.amazonaws.com' },
      permissions: codeDeployPermissions(arns),
    });
  }

  /** A role that names everything services have here: what its own policy has no room for stands in managed policies. */
  private createRoomyRole(id: string, definition: RoleDefinition): void {
    const { inline, further } = splitPermissions(definition.permissions);
    const managedPolicyArns = packPermissions(further).map((permissions, index) => {
      const policy = createManagedPolicy(this, `${id}Further${index + 1}`, {
        name: `${definition.name}-further-${index + 1}`,
        description: `${definition.description}: what its own policy has no room for`,
        permissions,
      });
      return policy.ref;
    });
    const attached = managedPolicyArns.length === 0 ? {} : { managedPolicyArns };
    createRole(this, id, { ...definition, permissions: inline, ...attached });
  }
}
