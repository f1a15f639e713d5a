/**
 * Gathers what a decision needs (policies and condition keys), and words the refusal.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
import { AccessDenied, AwsError } from '../../kernel/errors.ts';
import type { Caller, PolicyDocument, Principal } from '../../kernel/principal.ts';
import type { Authorization } from '../../kernel/service.ts';
import { isSupplied } from './condition-keys.ts';
import type { Directory, Identity } from './directory.ts';
import { evaluate, type ApplicablePolicies, type Decision, type PolicyKind } from './evaluate.ts';
import type { RequestContext } from './match.ts';
import type { Question, Source } from './sole-grounds.ts';

/** What has to be decided about one request. `now` is engine time, milliseconds since the epoch. */
export function questionOf(directory: Directory, caller: Caller, ask: Authorization, now: number): Question {
  const { principal } = caller;
  const identity = identityOf(directory, principal);
  const resourceAccount = accountOwning(ask, caller);
  const request = {
    principal,
    action: ask.action,
    resource: ask.resource,
    resourceAccount,
    context: contextOf(caller, identity, ask, resourceAccount, now),
  };
  const policies = policiesFor(directory, principal, identity, ask);
  return { request, policies, sources: sourcesOf(directory, identity, ask) };
}

/** Decides it. */
export function decide({ request, policies }: Question): Decision {
  return evaluate(request, policies);
}

/** @throws AwsError worded as AWS does, with the code the asking service uses. */
export function refuse(caller: Caller, ask: Authorization, decision: Decision): void {
  if (decision.allowed) return;
  const { arn } = caller.principal;
  const policy =
    ask.action === 'sts:AssumeRole' && decision.by === 'resource' ? 'role trust policy' : POLICY_KINDS[decision.by];
  const because = decision.explicit
    ? `with an explicit deny in ${policy === 'role trust policy' ? 'the' : article(policy)} ${policy}`
    : `because no ${policy} allows the ${ask.action} action`;
  const code = CODES[ask.action.slice(0, ask.action.indexOf(':'))] ?? 'AccessDeniedException';
  if (code === 'AccessDeniedException' && !decision.explicit)
    throw new AccessDenied(arn, ask.action, ask.resource, because.slice('because '.length));
  throw new AwsError(
    code,
    `User: ${arn} is not authorized to perform: ${ask.action} on resource: ${ask.resource} ${because}`,
    403,
  );
}

export const POLICY_KINDS: Readonly<Record<PolicyKind, string>> = {
  identity: 'identity-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  resource: 'resource-based policy',
};

/** Services that do not call it AccessDeniedException. */
const CODES: Readonly<Record<string, string>> = {
  iam: 'AccessDenied',
  sts: 'AccessDenied',
  s3: 'AccessDenied',
  cloudformation: 'AccessDenied',
  cloudwatch: 'AccessDenied',
  sqs: 'AccessDenied',
  sns: 'AuthorizationError',
};

function article(noun: string): string {
  return /^[aeiou]/.test(noun) ? 'an' : 'a';
}

/** Actions that a resource's policy has to allow even to the resource's own account. */
function needsResourcePolicy(ask: Authorization): boolean {
  if (/^sts:(AssumeRole|TagSession|SetSourceIdentity)$/.test(ask.action)) return true;
  return ask.action.startsWith('kms:') && ask.resourcePolicy !== undefined;
}

function policiesFor(
  directory: Directory,
  principal: Principal,
  identity: Identity | undefined,
  ask: Authorization,
): ApplicablePolicies {
  const boundary = identity?.boundary;
  return {
    identity: principal.type === 'root' ? 'everything' : identity === undefined ? [] : directory.policiesOf(identity),
    boundary: boundary === undefined ? undefined : directory.documentOf(boundary),
    session: principal.type === 'assumedRole' ? principal.sessionPolicies : [],
    resource: ask.resourcePolicy,
    resourceRequired: needsResourcePolicy(ask),
  };
}

/** Where the documents come from; those of a session come from nowhere. */
function sourcesOf(
  directory: Directory,
  identity: Identity | undefined,
  { resource, resourcePolicy }: Authorization,
): ReadonlyMap<PolicyDocument, Source> {
  const sources = new Map<PolicyDocument, Source>();
  for (const [inline, { document }] of identity?.inline ?? [])
    sources.set(document, { kind: 'identity', holder: identity?.arn ?? '', inline });
  for (const holder of identity?.attached ?? [])
    sources.set(directory.documentOf(holder), { kind: 'identity', holder });
  const boundary = identity?.boundary;
  if (boundary !== undefined) sources.set(directory.documentOf(boundary), { kind: 'boundary', holder: boundary });
  if (resourcePolicy !== undefined) sources.set(resourcePolicy, { kind: 'resource', holder: resource });
  return sources;
}

/** The role or user behind a principal. @throws AwsError InvalidClientTokenId when it is gone, or is another of that name. */
function identityOf(directory: Directory, principal: Principal): Identity | undefined {
  if (principal.type === 'user') return directory.user(principal.arn) ?? gone();
  if (principal.type !== 'assumedRole') return undefined;
  const role = directory.role(principal.roleArn);
  return role !== undefined && principal.userId.startsWith(`${role.id}:`) ? role : gone();
}

function gone(): never {
  throw new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.', 403);
}

function accountOwning(ask: Authorization, caller: Caller): string {
  const named = ask.resource.split(':')[4];
  return ask.resourceAccount ?? (named !== undefined && /^\d{12}$/.test(named) ? named : caller.account);
}

function contextOf(
  caller: Caller,
  identity: Identity | undefined,
  ask: Authorization,
  resourceAccount: string,
  now: number,
): RequestContext {
  const keys: [string, string | readonly string[]][] = [
    ['aws:RequestedRegion', caller.region],
    ['aws:CurrentTime', new Date(now).toISOString()],
    ['aws:EpochTime', String(Math.floor(now / 1000))],
    // The loopback wire stands in for TLS.
    ['aws:SecureTransport', 'true'],
    ['aws:ViaAWSService', 'false'],
    ['aws:ResourceAccount', resourceAccount],
    ...principalKeys(caller.principal, identity),
    // A service may offer the same for all of its actions; AWS supplies it with some.
    ...Object.entries(ask.context ?? {}).filter(([key]) => isSupplied(key, ask.action)),
  ];
  return new Map(keys.map(([key, value]) => [key.toLowerCase(), typeof value === 'string' ? [value] : value]));
}

function principalKeys(principal: Principal, identity: Identity | undefined): [string, string][] {
  const isService = String(principal.type === 'service');
  const tags = {
    ...Object.fromEntries(identity?.tags ?? []),
    ...(principal.type === 'assumedRole' ? principal.sessionTags : {}),
  };
  const common: [string, string][] = [
    ['aws:PrincipalIsAWSService', isService],
    ...Object.entries(tags).map(([key, value]): [string, string] => [`aws:PrincipalTag/${key}`, value]),
  ];
  switch (principal.type) {
    case 'anonymous':
      return [...common, ['aws:PrincipalType', 'Anonymous'], ['aws:SourceIp', '127.0.0.1']];
    case 'service':
      return [
        ...common,
        ['aws:PrincipalServiceName', principal.service],
        ['aws:SourceAccount', principal.sourceAccount],
        ...(principal.sourceArn === undefined ? [] : [pair('aws:SourceArn', principal.sourceArn)]),
      ];
    case 'root':
      return [...common, ...accountKeys(principal.account, principal.arn, 'Account', principal.account)];
    case 'user':
      return [
        ...common,
        ...accountKeys(principal.account, principal.arn, 'User', identity?.id ?? ''),
        ['aws:username', principal.userName],
      ];
    case 'assumedRole':
      return [
        ...common,
        ...accountKeys(principal.account, principal.roleArn, 'AssumedRole', principal.userId),
        ...(principal.sourceIdentity === undefined ? [] : [pair('aws:SourceIdentity', principal.sourceIdentity)]),
      ];
  }
}

function accountKeys(account: string, arn: string, type: string, userId: string): [string, string][] {
  return [
    ['aws:PrincipalAccount', account],
    ['aws:PrincipalArn', arn],
    ['aws:PrincipalType', type],
    ['aws:userid', userId],
    ['aws:SourceIp', '127.0.0.1'],
  ];
}

function pair(key: string, value: string): [string, string] {
  return [key, value];
}
