/**
 * The condition keys of services: which of them have several values, and with which actions a service supplies them. A request
 * has no key that does not stand here for its action.
 *
 * AWS accepts a policy that asks for a key which its service never supplies with the action, and takes the key as absent then:
 * the statement never applies (or, with a negated operator or `ForAllValues`, always), without a word. And it accepts a plain
 * operator on a key with several values, and refuses later what was meant to be allowed. Here both are refused by name when the
 * policy is saved. What says itself that the key may be absent is accepted: `…IfExists`, and `Null` that asks for `true`.
 *
 * Written from the tables of the Service Authorization Reference, as far as services of the local AWS supply the keys, or have none of
 * the operations that come with them:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
import { matchesWildcard } from './match.ts';

interface ConditionKey {
  /** Several values: a policy asks for them by `ForAnyValue:` or `ForAllValues:`. */
  readonly list?: true;
  /** Actions with which it is supplied, some by wildcards. */
  readonly with: readonly string[];
}

const actions = (service: string, names: string): string[] => names.split(/\s+/).map((name) => `${service}:${name}`);

/** Operations of IAM that are on a role or a user. */
const ofIdentities = actions(
  'iam',
  `AttachRolePolicy AttachUserPolicy CreateAccessKey DeleteAccessKey DeleteRole DeleteRolePermissionsBoundary DeleteRolePolicy
   DeleteUser DeleteUserPermissionsBoundary DeleteUserPolicy DetachRolePolicy DetachUserPolicy GetRole GetRolePolicy GetUser
   GetUserPolicy ListAccessKeys ListAttachedRolePolicies ListAttachedUserPolicies ListRolePolicies ListRoleTags ListUserPolicies
   ListUserTags PutRolePermissionsBoundary PutRolePolicy PutUserPermissionsBoundary PutUserPolicy TagRole TagUser UntagRole
   UntagUser UpdateAccessKey UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription UpdateUser`,
);
const tagging = [
  ...actions('iam', 'CreatePolicy CreateRole CreateUser TagPolicy TagRole TagUser'),
  ...actions('events', 'CreateEventBus PutRule TagResource'),
  ...actions('apigateway', 'DELETE PATCH POST PUT'),
  ...actions('sts', 'AssumeRole TagSession'),
];
/** Services all of whose resources here are judged by their tags, where they are there already. */
const ofTagged = [
  'apigateway',
  'dynamodb',
  'events',
  'kms',
  'lambda',
  'logs',
  'secretsmanager',
  'sns',
  'sqs',
  'ssm',
  'states',
].map((service) => `${service}:*`);
const encrypting = actions('kms', 'Decrypt Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext ReEncryptFrom');

/** One that ends with `/` or `:` goes on with the key of a tag, or of an encryption context. */
export const SERVICE_KEYS: Readonly<Record<string, ConditionKey>> = {
  'aws:RequestTag/': { with: tagging },
  'aws:ResourceTag/': { with: [...ofIdentities, ...ofTagged] },
  'aws:TagKeys': {
    list: true,
    with: [...tagging, ...actions('iam', 'UntagPolicy UntagRole UntagUser'), 'events:UntagResource'],
  },
  'application-autoscaling:service-namespace': {
    with: actions(
      'application-autoscaling',
      `DeleteScalingPolicy DeleteScheduledAction DeregisterScalableTarget PutScalingPolicy PutScheduledAction
         RegisterScalableTarget`,
    ),
  },
  'cloudformation:ChangeSetName': {
    with: actions('cloudformation', 'CreateChangeSet DeleteChangeSet DescribeChangeSet ExecuteChangeSet'),
  },
  'cloudformation:RoleArn': {
    with: actions(
      'cloudformation',
      'ContinueUpdateRollback CreateChangeSet CreateStack DeleteStack RollbackStack UpdateStack',
    ),
  },
  'cloudformation:TemplateUrl': { with: actions('cloudformation', 'CreateChangeSet CreateStack UpdateStack') },
  'cloudwatch:namespace': { with: ['cloudwatch:PutMetricData'] },
  // AWS supplies it with Query, too, from the key condition, which is not read for it here.
  'dynamodb:LeadingKeys': {
    list: true,
    with: actions('dynamodb', 'BatchGetItem BatchWriteItem ConditionCheckItem DeleteItem GetItem PutItem UpdateItem'),
  },
  'dynamodb:Select': { with: actions('dynamodb', 'Query Scan') },
  // Each event is judged by itself, and AWS's own policies of buses ask for its one source and type plainly.
  'events:detail-type': { with: ['events:PutEvents'] },
  'events:source': { with: ['events:PutEvents'] },
  'events:TargetArn': { list: true, with: ['events:PutTargets'] },
  'iam:AWSServiceName': { with: ['iam:CreateServiceLinkedRole'] },
  'iam:PassedToService': { with: ['iam:PassRole'] },
  'iam:PermissionsBoundary': {
    with: actions(
      'iam',
      `AttachRolePolicy AttachUserPolicy CreateRole CreateUser DeleteRole DeleteRolePermissionsBoundary DeleteRolePolicy
         DeleteUserPermissionsBoundary DeleteUserPolicy DetachRolePolicy DetachUserPolicy GetRole PutRolePermissionsBoundary
         PutRolePolicy PutUserPermissionsBoundary PutUserPolicy UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription`,
    ),
  },
  'iam:PolicyARN': { with: actions('iam', 'AttachRolePolicy AttachUserPolicy DetachRolePolicy DetachUserPolicy') },
  'iam:ResourceTag/': { with: ofIdentities },
  'kms:EncryptionContext:': { with: encrypting },
  'kms:GrantIsForAWSResource': { with: actions('kms', 'CreateGrant RevokeGrant') },
  'kms:MessageType': { with: actions('kms', 'Sign Verify') },
  'kms:RequestAlias': {
    with: [...encrypting, ...actions('kms', 'DescribeKey GetPublicKey Sign Verify GenerateMac VerifyMac')],
  },
  'kms:SigningAlgorithm': { with: actions('kms', 'Sign Verify') },
  'lambda:FunctionArn': {
    with: actions(
      'lambda',
      'CreateEventSourceMapping DeleteEventSourceMapping GetEventSourceMapping UpdateEventSourceMapping',
    ),
  },
  'lambda:FunctionUrlAuthType': {
    with: actions(
      'lambda',
      `AddPermission CreateFunctionUrlConfig DeleteFunctionUrlConfig GetFunctionUrlConfig InvokeFunctionUrl RemovePermission
       UpdateFunctionUrlConfig`,
    ),
  },
  'lambda:InvokedViaFunctionUrl': { with: ['lambda:InvokeFunction'] },
  'lambda:Principal': { with: actions('lambda', 'AddPermission RemovePermission') },
  's3:ExistingObjectTag/': { with: actions('s3', 'GetObject GetObjectVersion') },
  's3:delimiter': { with: actions('s3', 'ListBucket ListBucketVersions') },
  's3:if-none-match': { with: ['s3:PutObject'] },
  's3:max-keys': { with: actions('s3', 'ListBucket ListBucketVersions') },
  's3:prefix': { with: actions('s3', 'ListBucket ListBucketVersions') },
  's3:ResourceAccount': { with: ['s3:*'] },
  's3:x-amz-server-side-encryption': { with: ['s3:PutObject'] },
  's3:x-amz-server-side-encryption-aws-kms-key-id': { with: ['s3:PutObject'] },
  'secretsmanager:Name': { with: ['secretsmanager:CreateSecret'] },
  'secretsmanager:VersionStage': { with: ['secretsmanager:GetSecretValue'] },
  'ses:ApiVersion': { with: ['ses:SendEmail'] },
  'ses:FromAddress': { with: ['ses:SendEmail'] },
  'ses:Recipients': { list: true, with: ['ses:SendEmail'] },
  'states:StateMachineQualifier': {
    list: true,
    with: actions(
      'states',
      `CreateStateMachineAlias DeleteStateMachineAlias DeleteStateMachineVersion DescribeStateMachine
         DescribeStateMachineAlias ListExecutions ListStateMachineAliases StartExecution StartSyncExecution
         UpdateStateMachineAlias`,
    ),
  },
  'sts:ExternalId': { with: ['sts:AssumeRole'] },
  'sts:RoleSessionName': { with: ['sts:AssumeRole'] },
  'sts:SourceIdentity': { with: actions('sts', 'AssumeRole SetSourceIdentity') },
  'sts:TransitiveTagKeys': { list: true, with: actions('sts', 'AssumeRole TagSession') },
};

const KEYS: ReadonlyMap<string, ConditionKey> = new Map(
  Object.entries(SERVICE_KEYS).map(([name, key]) => [name.toLowerCase(), key]),
);

/** Global keys with several values that no table above has. */
const GLOBAL_LISTS: ReadonlySet<string> = new Set(
  ['aws:PrincipalOrgPaths', 'aws:PrincipalServiceNamesList', 'aws:ResourceOrgPaths', 'aws:SourceOrgPaths'].map((key) =>
    key.toLowerCase(),
  ),
);

function find(name: string): ConditionKey | undefined {
  const wanted = name.toLowerCase();
  const [, stem = ''] = /^([^:]+:[^/:]+[/:])./.exec(wanted) ?? [];
  return KEYS.get(wanted) ?? KEYS.get(stem);
}

/** Whether a key of a service, or about tags, is known here. */
export function isServiceKey(name: string): boolean {
  return find(name) !== undefined;
}

/** Whether a key has several values. */
export function isList(name: string): boolean {
  return find(name)?.list === true || GLOBAL_LISTS.has(name.toLowerCase());
}

/** Whether a key comes with an action, or with one of those that a pattern stands for. Global keys come with all. */
export function isSupplied(name: string, action: string): boolean {
  const key = find(name);
  if (key === undefined) return name.toLowerCase().startsWith('aws:');
  const wanted = action.toLowerCase();
  return key.with
    .map((each) => each.toLowerCase())
    .some((each) => matchesWildcard(each, wanted) || matchesWildcard(wanted, each));
}
