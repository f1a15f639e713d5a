import { actionsOf, arnsOf, serviceLinkedRoles, type ResourceKind } from './kind.ts';

/** Who signs in: Cognito. */
export const signInKinds: readonly ResourceKind[] = [
  {
    title: 'User pools',
    types: [
      ...['UserPool', 'UserPoolClient', 'UserPoolDomain', 'UserPoolGroup', 'UserPoolIdentityProvider'],
      ...['UserPoolResourceServer', 'UserPoolUICustomizationAttachment', 'UserPoolRiskConfigurationAttachment'],
      'ManagedLoginBranding',
    ].map((name) => `AWS::Cognito::${name}`),
    note: 'Users, custom domains and analytics are not among the options.',
    grants: [
      {
        actions: actionsOf(
          'cognito-idp',
          `UpdateUserPool DeleteUserPool DescribeUserPool AddCustomAttributes GetUserPoolMfaConfig SetUserPoolMfaConfig
           TagResource UntagResource ListTagsForResource CreateUserPoolClient UpdateUserPoolClient DeleteUserPoolClient
           DescribeUserPoolClient CreateUserPoolDomain UpdateUserPoolDomain DeleteUserPoolDomain CreateGroup UpdateGroup
           DeleteGroup GetGroup CreateIdentityProvider UpdateIdentityProvider DeleteIdentityProvider
           DescribeIdentityProvider CreateResourceServer UpdateResourceServer DeleteResourceServer DescribeResourceServer
           GetUICustomization SetUICustomization DescribeRiskConfiguration SetRiskConfiguration CreateManagedLoginBranding
           UpdateManagedLoginBranding DeleteManagedLoginBranding DescribeManagedLoginBranding
           DescribeManagedLoginBrandingByClient`,
        ),
        resources: arnsOf('cognito-idp', 'userpool/*'),
        because: 'Cognito gives user pools random ids.',
      },
      {
        actions: actionsOf('cognito-idp', 'CreateUserPool DescribeUserPoolDomain'),
        resources: ['*'],
        because: 'A user pool that is being made has no id, and a domain is looked up by its own name.',
      },
      serviceLinkedRoles('email.cognito-idp.amazonaws.com'),
    ],
  },
  {
    title: 'Identity pools',
    types: ['IdentityPool', 'IdentityPoolRoleAttachment', 'IdentityPoolPrincipalTag'].map(
      (name) => `AWS::Cognito::${name}`,
    ),
    note: 'Cognito Sync is not among the options.',
    grants: [
      {
        actions: actionsOf(
          'cognito-identity',
          `DescribeIdentityPool UpdateIdentityPool DeleteIdentityPool GetIdentityPoolRoles GetPrincipalTagAttributeMap
           TagResource UntagResource ListTagsForResource`,
        ),
        resources: arnsOf('cognito-identity', 'identitypool/*'),
        because: 'Cognito gives identity pools random ids.',
      },
      {
        actions: actionsOf('cognito-identity', 'CreateIdentityPool SetIdentityPoolRoles SetPrincipalTagAttributeMap'),
        resources: ['*'],
        because: 'The Service Authorization Reference knows no resource for these.',
      },
    ],
  },
];
