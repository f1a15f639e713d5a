/**
 * Reads policy documents, with IAM's refusals.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
import * as z from 'zod';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import type { PolicyDocument, PolicyStatement } from '../../kernel/principal.ts';
import { isList, isServiceKey, isSupplied } from './condition-keys.ts';
import { asksFor, isConditionOperator } from './conditions.ts';
import { many, statementsOf } from './evaluate.ts';
import { isIncompleteArn } from './match.ts';

/** What the document is for: a user's or role's permissions, who may assume a role, or who may use a resource. */
export type DocumentKind = 'identity' | 'trust' | 'resource';

const strings = z.union([z.string(), z.array(z.string())]);
const principal = z.union([z.literal('*'), z.record(z.string(), strings)]);
const scalar = z.union([z.string(), z.number(), z.boolean()]);
export const statement = z.strictObject({
  Sid: z.string().exactOptional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: principal.exactOptional(),
  NotPrincipal: principal.exactOptional(),
  Action: strings.exactOptional(),
  NotAction: strings.exactOptional(),
  Resource: strings.exactOptional(),
  NotResource: strings.exactOptional(),
  Condition: z.record(z.string(), z.record(z.string(), z.union([scalar, z.array(scalar)]))).exactOptional(),
});
const documentSchema = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).exactOptional(),
  Id: z.string().exactOptional(),
  Statement: z.union([z.array(statement), statement]),
});

/**
 * Global condition keys that are set here, or that are rightly absent in a world without organizations, VPCs and MFA.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export const GLOBAL_KEYS: readonly string[] =
  `aws:PrincipalArn aws:PrincipalAccount aws:PrincipalType aws:PrincipalIsAWSService aws:PrincipalServiceName
   aws:PrincipalServiceNamesList aws:PrincipalOrgID aws:PrincipalOrgPaths aws:userid aws:username aws:SourceIdentity
   aws:CurrentTime aws:EpochTime aws:RequestedRegion aws:SecureTransport aws:SourceIp aws:SourceArn aws:SourceAccount
   aws:SourceOrgID aws:SourceOrgPaths aws:SourceVpc aws:SourceVpce aws:VpcSourceIp aws:ViaAWSService aws:TagKeys
   aws:ResourceAccount aws:ResourceOrgID aws:ResourceOrgPaths aws:MultiFactorAuthPresent aws:MultiFactorAuthAge
   aws:TokenIssueTime aws:FederatedProvider aws:Referer`.split(/\s+/);
/** Global keys that go on with the key of a tag. */
export const TAG_KEYS: readonly string[] = ['aws:PrincipalTag/', 'aws:RequestTag/', 'aws:ResourceTag/'];
const globalKeys = new Set(GLOBAL_KEYS.map((key) => key.toLowerCase()));
const tagKeys = TAG_KEYS.map((key) => key.toLowerCase());

/** How principals are named, by the member of Principal that names them. */
export const PRINCIPALS: ReadonlyMap<string, RegExp> = new Map([
  ['AWS', /^(\*|\d{12}|arn:aws:(iam|sts)::\d{12}:.+|A(ROA|IDA)[A-Z0-9]+)$/],
  ['Service', /^[a-z0-9.-]+\.amazonaws\.com$/],
]);
/** Members of Principal that AWS has and we do not. */
export const PRINCIPALS_NOT_IMPLEMENTED: readonly string[] = ['Federated', 'CanonicalUser'];

/** @throws AwsError MalformedPolicyDocument; NotImplemented for federated principals, and keys that are unknown or never supplied */
export function parsePolicyDocument(text: string, kind?: DocumentKind): PolicyDocument {
  const read = documentSchema.safeParse(parseJson(text));
  if (!read.success) {
    const [problem] = read.error.issues;
    throw malformed(`Syntax errors in policy. (${problem?.path.join('.') ?? ''}: ${problem?.message ?? ''})`);
  }
  if (read.data.Version !== '2012-10-17' && text.includes('${'))
    throw new NotImplemented('policy variables in a document whose Version is not 2012-10-17');
  const statements = statementsOf(read.data);
  const ids = statements.flatMap(({ Sid: id }) => (id === undefined || id === '' ? [] : [id]));
  if (new Set(ids).size < ids.length) throw malformed('Statement IDs (SID) in a single policy must be unique.');
  for (const each of statements) {
    checkActions(each);
    checkConditions(each);
    checkPrincipals(each);
    checkKind(each, kind);
  }
  return read.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('This policy contains invalid Json');
  }
}

function checkActions({ Action: action, NotAction: notAction }: PolicyStatement): void {
  if (action !== undefined && notAction !== undefined)
    throw malformed('Syntax errors in policy. (Action and NotAction)');
  const actions = action ?? notAction;
  if (actions === undefined || many(actions).length === 0) throw malformed('Policy statement must contain actions.');
  for (const each of many(actions)) {
    if (each !== '*' && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(each))
      throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
  }
}

function checkConditions(statement: PolicyStatement): void {
  for (const [operator, keys] of Object.entries(statement.Condition ?? {})) {
    if (!isConditionOperator(operator)) throw malformed(`Invalid Condition type : ${operator}.`);
    for (const [key, expected] of Object.entries(keys)) {
      checkKey(key);
      checkUse(statement, key, operator, asksFor(operator, expected));
    }
  }
}

function checkKey(key: string): void {
  const name = key.toLowerCase();
  if (!name.includes(':'))
    throw malformed(`Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.`);
  const known = globalKeys.has(name) || tagKeys.some((each) => name.startsWith(each)) || isServiceKey(name);
  if (!known) throw new NotImplemented(`the condition key ${key}`);
}

/** Refuses by name what AWS accepts and then never lets hold, or always: condition-keys.ts says why. */
function checkUse(
  { Action: action }: PolicyStatement,
  key: string,
  operator: string,
  { plainly, allowsAbsence }: ReturnType<typeof asksFor>,
): void {
  if (plainly && isList(key))
    throw new NotImplemented(
      `${operator} on the condition key ${key}, which has several values: it takes ForAnyValue:${operator} or ForAllValues:${operator}`,
    );
  const without = many(action ?? '*').filter((each) => !isSupplied(key, each));
  if (without.length > 0 && !allowsAbsence)
    throw new NotImplemented(
      `the condition key ${key} with ${without.join(', ')}: no request for that has it, and ${operator} says nothing of its absence`,
    );
}

function checkPrincipals({ Principal: allowed, NotPrincipal: excluded }: PolicyStatement): void {
  const element = allowed ?? excluded;
  if (element === undefined || typeof element === 'string') return;
  for (const [kind, values] of Object.entries(element)) {
    if (PRINCIPALS_NOT_IMPLEMENTED.includes(kind)) throw new NotImplemented(`${kind} principals in policies`);
    const known = PRINCIPALS.get(kind);
    if (known === undefined) throw malformed(`Invalid principal in policy: "${kind}"`);
    for (const value of many(values)) {
      if (!known.test(value)) throw malformed(`Invalid principal in policy: "${kind}":"${value}"`);
    }
  }
}

function checkKind(each: PolicyStatement, kind: DocumentKind | undefined): void {
  const hasPrincipal = each.Principal !== undefined || each.NotPrincipal !== undefined;
  const resources = each.Resource ?? each.NotResource;
  if (kind === 'identity') {
    if (hasPrincipal) throw malformed('Policy document should not specify a principal.');
    if (resources === undefined) throw malformed('Policy statement must contain resources.');
  }
  if (kind === 'trust') {
    if (!hasPrincipal) throw malformed('Missing required field Principal');
    if (resources !== undefined) throw malformed('Has prohibited field Resource');
    const actions = many(each.Action ?? each.NotAction ?? []);
    if (!actions.every((action) => /^sts:/i.test(action)))
      throw malformed('AssumeRole policy may only specify STS AssumeRole actions.');
  }
  if (kind === 'resource' && !hasPrincipal) throw malformed('Missing required field Principal');
  for (const resource of many(resources ?? [])) {
    if (kind === 'identity' && isIncompleteArn(resource)) continue;
    if (resource !== '*' && !/^arn:[^:]*:[^:]*:[^:]*(\$\{[^}]*\})?[^:]*:[^:]*(\$\{[^}]*\})?[^:]*:.+/.test(resource))
      throw malformed(`Resource ${resource} must be in ARN format or "*".`);
  }
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocument', message, 400);
}
