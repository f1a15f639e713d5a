/**
 * IAM's decision on one request, pure.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
import type { OneOrMany, PolicyDocument, PolicyStatement, Principal } from '../../kernel/principal.ts';
import { conditionHolds } from './conditions.ts';
import { completeArn, matchesArn, matchesWildcard, type RequestContext } from './match.ts';

/** One request, with everything that policies may ask about it. */
export interface AccessRequest {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  /** The account that owns the resource. */
  readonly resourceAccount: string;
  readonly context: RequestContext;
}

/** The policies that apply to a request. */
export interface ApplicablePolicies {
  /** Those of the user or role; `'everything'` for an account's root user. */
  readonly identity: readonly PolicyDocument[] | 'everything';
  readonly boundary?: PolicyDocument | undefined;
  /** Session policies grant together what any of them grants. */
  readonly session: readonly PolicyDocument[];
  readonly resource?: PolicyDocument | undefined;
  /** The resource's policy decides alone who may come in (a role's trust policy, a key policy). */
  readonly resourceRequired?: boolean;
}

export type PolicyKind = 'identity' | 'boundary' | 'session' | 'resource';

export type Decision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly explicit: boolean; readonly by: PolicyKind };

/**
 * How a resource's policy grants: `direct` to the very session, user or everybody (no boundary or session policy limits it
 * implicitly), to the `role`, or to the `account`, which then has to grant it to its own principals.
 */
type Grant = 'none' | 'account' | 'role' | 'direct';
const ORDER: readonly Grant[] = ['none', 'account', 'role', 'direct'];

const ALLOWED: Decision = { allowed: true };
const implicit = (by: PolicyKind): Decision => ({ allowed: false, explicit: false, by });

/** Whether the policies together allow the request, and if not, which kind of policy stands in the way. */
export function evaluate(request: AccessRequest, policies: ApplicablePolicies): Decision {
  const denier = explicitDenier(request, policies);
  if (denier !== undefined) return { allowed: false, explicit: true, by: denier };
  const grant = policies.resource === undefined ? 'none' : grantOf(policies.resource, request);
  const { principal } = request;
  if (principal.type === 'service' || principal.type === 'anonymous') {
    return grant === 'none' ? implicit('resource') : ALLOWED;
  }
  if (principal.account !== request.resourceAccount) {
    const own = ownDecision(request, policies);
    return own.allowed && grant === 'none' ? implicit('resource') : own;
  }
  if (grant === 'direct') return ALLOWED;
  if (grant === 'role') return limits(request, policies) ?? ALLOWED;
  if (grant === 'none' && policies.resourceRequired === true) return implicit('resource');
  return ownDecision(request, policies);
}

/** What the principal's own policies say: identity, boundary and session policies must all allow. */
function ownDecision(request: AccessRequest, policies: ApplicablePolicies): Decision {
  const { identity } = policies;
  if (identity !== 'everything' && !identity.some((policy) => allows(policy, request))) return implicit('identity');
  return limits(request, policies) ?? ALLOWED;
}

function limits(request: AccessRequest, { boundary, session }: ApplicablePolicies): Decision | undefined {
  if (boundary !== undefined && !allows(boundary, request)) return implicit('boundary');
  if (session.length > 0 && !session.some((policy) => allows(policy, request))) return implicit('session');
  return undefined;
}

function explicitDenier(request: AccessRequest, policies: ApplicablePolicies): PolicyKind | undefined {
  const { identity, boundary, session, resource } = policies;
  if (identity !== 'everything' && identity.some((policy) => denies(policy, request))) return 'identity';
  if (boundary !== undefined && denies(boundary, request)) return 'boundary';
  if (session.some((policy) => denies(policy, request))) return 'session';
  const denied =
    resource !== undefined &&
    statementsOf(resource).some(
      (statement) =>
        statement.Effect === 'Deny' &&
        applies(statement, request) &&
        principalOf(statement, request.principal) !== 'none',
    );
  return denied ? 'resource' : undefined;
}

function grantOf(policy: PolicyDocument, request: AccessRequest): Grant {
  let best: Grant = 'none';
  for (const statement of statementsOf(policy)) {
    if (statement.Effect !== 'Allow' || !applies(statement, request)) continue;
    const grant = principalOf(statement, request.principal);
    if (ORDER.indexOf(grant) > ORDER.indexOf(best)) best = grant;
  }
  return best;
}

function allows(policy: PolicyDocument, request: AccessRequest): boolean {
  return statementsOf(policy).some((statement) => statement.Effect === 'Allow' && applies(statement, request));
}

function denies(policy: PolicyDocument, request: AccessRequest): boolean {
  return statementsOf(policy).some((statement) => statement.Effect === 'Deny' && applies(statement, request));
}

/** Whether action, resource and condition of a statement match; the principal is not looked at. */
export function applies(statement: PolicyStatement, request: AccessRequest): boolean {
  const hasAction = (patterns: OneOrMany<string>): boolean =>
    many(patterns).some((pattern) => matchesAction(pattern, request));
  if (statement.Action !== undefined && !hasAction(statement.Action)) return false;
  if (statement.NotAction !== undefined && hasAction(statement.NotAction)) return false;
  const hasResource = (patterns: OneOrMany<string>): boolean =>
    many(patterns).some((pattern) => matchesResource(pattern, request));
  if (statement.Resource !== undefined && !hasResource(statement.Resource)) return false;
  if (statement.NotResource !== undefined && hasResource(statement.NotResource)) return false;
  return conditionHolds(statement.Condition, request.context);
}

/** Whether one action of a statement is the request's. */
export function matchesAction(pattern: string, { action }: AccessRequest): boolean {
  return matchesWildcard(pattern.toLowerCase(), action.toLowerCase());
}

/** Whether one resource of a statement is the request's. */
export function matchesResource(pattern: string, { resource, context }: AccessRequest): boolean {
  return pattern === resource || matchesArn(completeArn(pattern), resource, context);
}

/** How a statement of a resource's policy names the principal. */
function principalOf(statement: PolicyStatement, principal: Principal): Grant {
  if (statement.NotPrincipal !== undefined)
    return named(statement.NotPrincipal, principal) === 'none' ? 'direct' : 'none';
  return statement.Principal === undefined ? 'none' : named(statement.Principal, principal);
}

function named(element: NonNullable<PolicyStatement['Principal']>, principal: Principal): Grant {
  if (typeof element === 'string') return 'direct';
  let best: Grant = 'none';
  for (const [kind, values] of Object.entries(element)) {
    for (const value of many(values)) {
      const grant = namedAs(kind, value, principal);
      if (ORDER.indexOf(grant) > ORDER.indexOf(best)) best = grant;
    }
  }
  return best;
}

function namedAs(kind: string, value: string, principal: Principal): Grant {
  if (kind === 'Service') return principal.type === 'service' && principal.service === value ? 'direct' : 'none';
  if (kind !== 'AWS') return 'none';
  if (value === '*') return 'direct';
  if (principal.type === 'service' || principal.type === 'anonymous') return 'none';
  if (value === principal.arn) return 'direct';
  if (principal.type === 'assumedRole' && value === principal.roleArn) return 'role';
  const account = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(value)?.[1];
  return account === principal.account ? 'account' : 'none';
}

export function statementsOf({ Statement: statements }: PolicyDocument): readonly PolicyStatement[] {
  return many<PolicyStatement>(statements);
}

export function many<T>(value: OneOrMany<T>): readonly T[] {
  return isMany(value) ? value : [value];
}

function isMany<T>(value: OneOrMany<T>): value is readonly T[] {
  return Array.isArray(value);
}
