import { wiresOfLackingKinds } from './lacking-kinds.ts';

/** Actions for options of resources that only AWS has, and for what only AWS's handlers read. */
const options: readonly string[] = [
  ...[
    'apigateway:PUT',
    'dynamodb:PutResourcePolicy',
    'dynamodb:DeleteResourcePolicy',
    'dynamodb:UpdateContributorInsights',
  ],
  ...['iam:ListRoleTags', 'iam:UpdateRoleDescription', 'lambda:PutFunctionRecursionConfig', 's3:GetBucketAcl'],
  ...['lambda:PutRuntimeManagementConfig', 'logs:PutDataProtectionPolicy', 'logs:DeleteDataProtectionPolicy'],
  ...['logs:PutLogGroupDeletionProtection', 'sns:SetSubscriptionAttributes', 'sns:PutDataProtectionPolicy'],
  ...['s3:GetObjectVersion', 'secretsmanager:GetRandomPassword', 'scheduler:TagResource', 'scheduler:UntagResource'],
  ...['apigateway:GET on apigateway /tags/\\S+', 'apigateway:UpdateRestApiPolicy:'],
  // Of a statement that API keys and usage plans share with REST APIs.
  'apigateway:GET … \\(5 actions\\): apigateway /(apikeys|usageplans)(/\\*)?',
];

/** Wires that may survive, each with the reason why no test on the local AWS can miss it. Everything else has to be missed. */
const exceptions: readonly { readonly wire: RegExp; readonly because: string }[] = [
  {
    wire: /^ReleaseTarget: sluice-target-boundary-\S+ allows /,
    because:
      'A boundary grants nothing. It is the most that a service’s template may ever grant to its own roles, so it names what services do that are not here.',
  },
  {
    wire: /^ReleaseTarget: sluice-target-scope-\S+ allows /,
    because: 'A scope grants nothing: it limits the grants to names, and is made from the same list as they are.',
  },
  {
    wire: new RegExp(`^ReleaseTarget: sluice-target-(cfn|resources)-\\S+ (may|allows) (${options.join('|')})( |$)`),
    because:
      'CloudFormation’s handlers ask for these when a template uses an option that the local AWS does not implement, or read what its own do not. `scripts/compare-grants.ts` compares the grants with what the handlers ask for.',
  },
  {
    wire: wiresOfLackingKinds(),
    because:
      'The local AWS has no resource of these kinds. `scripts/compare-grants.ts` compares the grants with what CloudFormation’s handlers ask for.',
  },
  {
    wire: /^ReleaseEngine: .* ses:SendEmail: ses configuration-set/,
    because: 'Identities of the local AWS have no default configuration set.',
  },
  {
    wire: /^ReleaseTarget: .*ssm:GetParameters on ssm parameter\/aws\/service/,
    because: 'The parameters that AWS publishes are not in the local AWS.',
  },
  {
    wire: /^ReleaseTarget: .* cloudformation:CreateChangeSet: cloudformation aws:transform\//,
    because: 'Transforms are AWS’s own code: the local AWS refuses templates that need one, by name.',
  },
  {
    wire: /^ReleaseTarget: .* iam:(GetUser|GetUserPolicy|ListUserPolicies|ListAttachedUserPolicies)( |$)/,
    because:
      'Users are in stacks that somebody else made; the local AWS makes none by CloudFormation. Their boundary and policies are read as those of roles are.',
  },
];

/** Why a wire may survive; undefined when it may not. */
export function exceptionFor(name: string): string | undefined {
  return exceptions.find(({ wire }) => wire.test(name))?.because;
}
