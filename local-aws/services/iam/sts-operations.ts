import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  type AssumeRoleCommandInput,
  type GetCallerIdentityCommandOutput,
} from '@aws-sdk/client-sts';
import { AwsError } from '../../kernel/errors.ts';
import type { Caller, PolicyDocument, Principal } from '../../kernel/principal.ts';
import { operation, type AnyOperation, type Authorization } from '../../kernel/service.ts';
import type { Directory, Role } from './directory.ts';
import { parsePolicyDocument } from './policy-document.ts';
import { sessionArn } from './port.ts';
import { required, tagContext } from './requests.ts';
import type { Sessions } from './sessions.ts';

type AssumedRole = Extract<Principal, { type: 'assumedRole' }>;

/** AssumeRole and GetCallerIdentity. Every other operation of STS is refused by name. */
export function stsOperations(directory: Directory, sessions: Sessions): AnyOperation[] {
  return [
    operation({
      command: AssumeRoleCommand,
      accepts: [
        'RoleArn',
        'RoleSessionName',
        'DurationSeconds',
        'ExternalId',
        'Policy',
        'PolicyArns',
        'SourceIdentity',
        'Tags',
        'TransitiveTagKeys',
      ],
      authorize: (input, { caller }) => assumeRoleAsks(directory, input, caller),
      handle: async (input, { caller }) => {
        const role = directory.role(required(input.RoleArn, 'roleArn'));
        if (role === undefined)
          throw new Error(`AssumeRole of ${input.RoleArn ?? ''} was allowed but it does not exist.`);
        const session = sessionOf(directory, role, input, caller);
        const credentials = sessions.issue(session, checkedDuration(input.DurationSeconds ?? 3600, role, caller));
        return {
          Credentials: {
            AccessKeyId: credentials.accessKeyId,
            SecretAccessKey: credentials.secretAccessKey,
            SessionToken: credentials.sessionToken,
            Expiration: new Date(credentials.expiresAt ?? 0),
          },
          AssumedRoleUser: { AssumedRoleId: session.userId, Arn: session.arn },
          PackedPolicySize: Math.ceil((packedSize(input) / LARGEST_POLICY) * 100),
          ...(session.sourceIdentity === undefined ? {} : { SourceIdentity: session.sourceIdentity }),
        };
      },
    }),
    operation({
      command: GetCallerIdentityCommand,
      accepts: [],
      authorize: 'public',
      handle: async (_, { caller }) => callerIdentity(directory, caller),
    }),
  ];
}

/** Assuming, tagging the session and setting its source identity are three permissions, asked of both sides. */
function assumeRoleAsks(directory: Directory, input: AssumeRoleCommandInput, caller: Caller): Authorization[] {
  const resource = required(input.RoleArn, 'roleArn');
  const before = inherited(caller);
  const context = {
    'sts:RoleSessionName': checkedSessionName(input.RoleSessionName),
    ...(input.ExternalId === undefined ? {} : { 'sts:ExternalId': input.ExternalId }),
    ...tagContext(input.Tags),
    ...(input.TransitiveTagKeys === undefined ? {} : { 'sts:TransitiveTagKeys': input.TransitiveTagKeys }),
  };
  const sourceIdentity = input.SourceIdentity ?? before.sourceIdentity;
  const actions = ['sts:AssumeRole'];
  if ((input.Tags?.length ?? 0) + Object.keys(before.tags).length > 0) actions.push('sts:TagSession');
  if (sourceIdentity !== undefined) actions.push('sts:SetSourceIdentity');
  return actions.map((action) => ({
    action,
    resource,
    resourcePolicy: directory.role(resource)?.trust.document,
    context: { ...context, ...(sourceIdentity === undefined ? {} : { 'sts:SourceIdentity': sourceIdentity }) },
  }));
}

function sessionOf(directory: Directory, role: Role, input: AssumeRoleCommandInput, caller: Caller): AssumedRole {
  if (caller.principal.type === 'root')
    throw new AwsError('AccessDenied', 'Roles may not be assumed by root accounts.', 403);
  const before = inherited(caller);
  const sourceIdentity = checkedSourceIdentity(input.SourceIdentity, before.sourceIdentity);
  const sessionName = checkedSessionName(input.RoleSessionName);
  const tags = new Map((input.Tags ?? []).map(({ Key: key, Value: value }) => [key ?? '', value ?? '']));
  const overridden = [...tags.keys()].find((key) => key in before.tags);
  if (overridden !== undefined)
    throw new AwsError(
      'InvalidParameterValue',
      `One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.`,
    );
  for (const key of input.TransitiveTagKeys ?? []) {
    if (!tags.has(key))
      throw new AwsError(
        'InvalidParameterValue',
        'The specified transitive tag key must be included in the requested tags.',
      );
  }
  return {
    type: 'assumedRole',
    account: role.account,
    arn: sessionArn(role, sessionName),
    roleArn: role.arn,
    roleName: role.name,
    sessionName,
    userId: `${role.id}:${sessionName}`,
    sessionPolicies: sessionPolicies(directory, input),
    sessionTags: { ...before.tags, ...Object.fromEntries(tags) },
    transitiveTagKeys: [...Object.keys(before.tags), ...(input.TransitiveTagKeys ?? [])],
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    // Whoever made the call still runs in the same execution environment, which faults have to find.
    ...(before.executionEnvironment === undefined ? {} : { executionEnvironment: before.executionEnvironment }),
  };
}

/** What role chaining carries from the calling session into the next. */
function inherited({ principal }: Caller): {
  readonly sourceIdentity?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly executionEnvironment?: string;
} {
  if (principal.type !== 'assumedRole') return { tags: {} };
  const { sessionTags, transitiveTagKeys, sourceIdentity, executionEnvironment } = principal;
  return {
    tags: Object.fromEntries(Object.entries(sessionTags).filter(([key]) => transitiveTagKeys.includes(key))),
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    ...(executionEnvironment === undefined ? {} : { executionEnvironment }),
  };
}

const LARGEST_POLICY = 2048;

function packedSize(input: AssumeRoleCommandInput): number {
  const tags = (input.Tags ?? []).map(({ Key: key, Value: value }) => `${key ?? ''}${value ?? ''}`);
  const arns = (input.PolicyArns ?? []).map(({ arn }) => arn ?? '');
  return [input.Policy ?? '', ...arns, ...tags].join('').length;
}

function sessionPolicies(directory: Directory, input: AssumeRoleCommandInput): PolicyDocument[] {
  if ((input.PolicyArns?.length ?? 0) > 10)
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to 10`,
    );
  const size = packedSize(input);
  if (size > LARGEST_POLICY)
    throw new AwsError(
      'PackedPolicyTooLarge',
      `Packed policy consumes ${Math.ceil((size / LARGEST_POLICY) * 100)}% of allotted space, please use smaller policy.`,
    );
  return [
    ...(input.Policy === undefined ? [] : [parsePolicyDocument(input.Policy, 'identity')]),
    ...(input.PolicyArns ?? []).map(({ arn }) => directory.documentOf(required(arn, 'policyArns.arn'))),
  ];
}

function checkedDuration(seconds: number, role: Role, caller: Caller): number {
  if (seconds < 900 || seconds > 43_200)
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value between 900 and 43200`,
    );
  if (caller.principal.type === 'assumedRole' && seconds > 3600)
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  if (seconds > role.maxSessionDuration)
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  return seconds;
}

function checkedSessionName(name: string | undefined): string {
  return checkedText(required(name, 'roleSessionName'), 'roleSessionName');
}

function checkedSourceIdentity(asked: string | undefined, before: string | undefined): string | undefined {
  if (asked === undefined) return before;
  if (before !== undefined && before !== asked)
    throw new AwsError('AccessDenied', 'The source identity of a session cannot be changed by role chaining.', 403);
  if (asked.startsWith('aws:')) throw new AwsError('ValidationError', `'aws:' is reserved for AWS: sourceIdentity`);
  return checkedText(asked, 'sourceIdentity');
}

function checkedText(text: string, member: string): string {
  if (text.length >= 2 && text.length <= 64 && /^[\w+=,.@-]+$/.test(text)) return text;
  throw new AwsError(
    'ValidationError',
    `1 validation error detected: Value '${text}' at '${member}' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]* and have length between 2 and 64`,
  );
}

function callerIdentity(directory: Directory, caller: Caller): Omit<GetCallerIdentityCommandOutput, '$metadata'> {
  const { principal } = caller;
  switch (principal.type) {
    case 'assumedRole':
      return { UserId: principal.userId, Account: principal.account, Arn: principal.arn };
    case 'user':
      return { UserId: directory.user(principal.arn)?.id, Account: principal.account, Arn: principal.arn };
    case 'root':
      return { UserId: principal.account, Account: principal.account, Arn: principal.arn };
    case 'service':
    case 'anonymous':
      throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  }
}
