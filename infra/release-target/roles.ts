import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { engineRoleName, roleArn, targetRoleName } from '../../core/contract/names.ts';
import { packPermissions } from '../constructs/pack-permissions.ts';
import { createManagedPolicy, createRole, type Trust } from '../constructs/permissions.ts';
import {
  builtInPermissions,
  cloudFormationDenials,
  codePermissions,
  identityPermissions,
} from './cloudformation-permissions.ts';
import { targetArns, type TargetNames } from './names.ts';
import { codeDeployPermissions, deployPermissions, verifyPermissions } from './role-permissions.ts';

export interface TargetRolesProps {
  readonly engineAccount: string;
  readonly externalId: string;
  readonly names: TargetNames;
}

/** The roles of the engine, CloudFormation and CodeDeploy in this target. */
export class TargetRoles extends Construct {
  constructor(scope: Construct, id: string, { engineAccount, externalId, names }: TargetRolesProps) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    const arns = targetArns(this, names);
    const engine = (...names: ('deploy' | 'wake' | 'verify')[]): Trust => ({
      account: engineAccount,
      roles: names.map((name) => roleArn(engineAccount, engineRoleName(name))),
      externalId,
    });
    createRole(this, 'Deploy', {
      name: targetRoleName('deploy', region),
      description: 'Assumed by the release engine to deploy services',
      trust: engine('deploy', 'wake'),
      permissions: deployPermissions(arns),
    });
    createRole(this, 'Verify', {
      name: targetRoleName('verify', region),
      description: 'Assumed by the release engine to check services',
      trust: engine('verify'),
      permissions: verifyPermissions(arns),
    });
    createRole(this, 'CodeDeploy', {
      name: targetRoleName('codedeploy', region),
      description: 'Assumed by CodeDeploy to move the traffic of services',
      trust: { service: 'codedeploy.amazonaws.com' },
      permissions: codeDeployPermissions(arns),
    });
    const resources = packPermissions(builtInPermissions({ account, region })).map((permissions, index) =>
      createManagedPolicy(this, `Resources${index + 1}`, {
        name: `sluice-target-resources-${index + 1}-${region}`,
        description: 'What CloudFormation may make for services',
        permissions,
      }),
    );
    createRole(this, 'CloudFormation', {
      name: targetRoleName('cloudformation', region),
      description: 'Assumed by CloudFormation to change the stacks of services',
      trust: {
        service: 'cloudformation.amazonaws.com',
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      },
      permissions: [
        ...codePermissions(arns),
        ...identityPermissions({ account, region, boundary: arns.boundary, names: names.resources }),
      ],
      denials: cloudFormationDenials(arns),
      managedPolicyArns: resources.map(({ ref }) => ref),
    });
  }
}
