import type { Permission } from '../constructs/permissions.ts';
import { servicesBecause, type TargetArns } from './names.ts';

/**
 * What CloudFormation may do with roles and policies of an entry's services, whoever grants the rest.
 * @param boundary ARN of the permissions boundary they have to carry; undefined where the policy wants none
 */
export function identityPermissions({ namedIdentities }: TargetArns, boundary: string | undefined): Permission[] {
  const roles = namedIdentities('role');
  const bounded =
    boundary === undefined ? {} : { conditions: { StringEquals: { 'iam:PermissionsBoundary': boundary } } };
  return [
    {
      actions: ['CreateRole', 'PutRolePolicy', 'AttachRolePolicy', 'PutRolePermissionsBoundary'].map(
        (action) => `iam:${action}`,
      ),
      resources: roles,
      because: `${servicesBecause} The condition demands the boundary.`,
      ...bounded,
    },
    {
      actions: [
        ...['GetRole', 'UpdateRole', 'DeleteRole', 'UpdateAssumeRolePolicy', 'GetRolePolicy', 'DeleteRolePolicy'],
        ...['ListRolePolicies', 'DetachRolePolicy', 'ListAttachedRolePolicies', 'TagRole', 'UntagRole'],
        ...['ListRoleTags', 'UpdateRoleDescription'],
      ].map((action) => `iam:${action}`),
      resources: roles,
      because: `${servicesBecause} None of it gives a role more than it has.`,
    },
    {
      actions: [
        ...['CreatePolicy', 'GetPolicy', 'DeletePolicy', 'CreatePolicyVersion', 'GetPolicyVersion'],
        ...['DeletePolicyVersion', 'ListPolicyVersions', 'ListEntitiesForPolicy'],
      ].map((action) => `iam:${action}`),
      resources: namedIdentities('policy'),
      because: servicesBecause,
    },
    {
      actions: ['iam:PassRole'],
      resources: roles,
      because: servicesBecause,
      conditions: {
        StringEquals: {
          'iam:PassedToService': ['lambda', 'states', 'events', 'scheduler', 'codedeploy', 'apigateway'].map(
            (service) => `${service}.amazonaws.com`,
          ),
        },
      },
    },
  ];
}
