import { actionsOf, namedBecause, onNamed, type ResourceKind } from './kind.ts';

const roles = ['arn:aws:iam::{account}:role/{name}'];

/** Services to which a template may hand a role of its service. */
const takesRoles = [
  ...['apigateway', 'appsync', 'codedeploy', 'cognito-identity', 'cognito-idp', 'events', 'firehose', 'lambda', 'logs'],
  ...['pipes', 'scheduler', 'sns', 'states'],
];

/** Roles and policies: what they may do is bounded, whoever names them. */
export const identityKinds: readonly ResourceKind[] = [
  {
    title: 'Roles',
    types: ['AWS::IAM::Role', 'AWS::IAM::RolePolicy', 'AWS::IAM::Policy'],
    note: 'With the permissions boundary of the target, which Sluice adds. Users and groups are not among them.',
    grants: [
      {
        // All that the key is supplied with, but what only reads.
        actions: actionsOf(
          'iam',
          `CreateRole UpdateRole UpdateRoleDescription DeleteRole UpdateAssumeRolePolicy PutRolePolicy DeleteRolePolicy
           AttachRolePolicy DetachRolePolicy PutRolePermissionsBoundary`,
        ),
        resources: roles,
        conditions: { StringEquals: { 'iam:PermissionsBoundary': '{boundary}' } },
        because: `${namedBecause} The condition demands the boundary.`,
      },
      onNamed(
        actionsOf(
          'iam',
          'GetRole GetRolePolicy ListRolePolicies ListAttachedRolePolicies TagRole UntagRole ListRoleTags',
        ),
        roles,
      ),
    ],
  },
  {
    title: 'Managed policies',
    types: ['AWS::IAM::ManagedPolicy'],
    note: 'For roles.',
    grants: [
      onNamed(
        actionsOf(
          'iam',
          `CreatePolicy GetPolicy DeletePolicy CreatePolicyVersion GetPolicyVersion DeletePolicyVersion ListPolicyVersions
           ListEntitiesForPolicy`,
        ),
        ['arn:aws:iam::{account}:policy/{name}'],
      ),
    ],
  },
  {
    title: 'Roles that AWS services take on',
    types: [],
    note: `A template hands roles to ${takesRoles.map((name) => `\`${name}\``).join(', ')}.`,
    grants: [
      {
        actions: ['iam:PassRole'],
        resources: roles,
        conditions: {
          StringEquals: { 'iam:PassedToService': takesRoles.map((service) => `${service}.amazonaws.com`) },
        },
        because: namedBecause,
      },
    ],
  },
];
