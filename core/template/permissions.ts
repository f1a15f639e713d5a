import { listOf } from '../values/records.ts';
import { canonicalJson } from '../release/chain.ts';
import type { ChangeWarning, ResourceChange } from './change-schema.ts';
import type { ChangeSetResource } from './change-set.ts';
import type { Resource } from './template.ts';
import type { Widened } from './steps/widen.ts';

/** Types that grant something. */
const granting =
  /^AWS::(IAM::(Role|Policy|RolePolicy|UserPolicy|GroupPolicy|ManagedPolicy|User|Group)|Lambda::(Permission|LayerVersionPermission|Url)|S3::BucketPolicy|SQS::Queue(Inline)?Policy|SNS::Topic(Inline)?Policy|SecretsManager::ResourcePolicy|Events::EventBusPolicy|KMS::Key|Serverless::Function)$/;

/**
 * Names changes of permissions, from the resource before and after as the change set shows it: the statements that are added
 * and removed. Whether that is acceptable is for the approver to decide.
 */
export function permissionWarnings(change: ChangeSetResource, resource: ResourceChange): ChangeWarning[] {
  const { logicalId, type, action } = resource;
  if (!granting.test(type) || action === 'SyncWithActual') return [];
  const [before, after] = [grantsIn(change.BeforeContext), grantsIn(change.AfterContext)];
  if (before.size === 0 && after.size === 0) {
    if (type === 'AWS::KMS::Key' || type === 'AWS::Serverless::Function') return [];
    return [
      { code: 'permissions-changed', logicalId, sentence: `${logicalId} (${type}): ${verb(action)} permissions.` },
    ];
  }
  const added = [...after].filter(([grant]) => !before.has(grant));
  const removed = [...before].filter(([grant]) => !after.has(grant));
  const [denied, allowed] = [added.filter(isDenial), added.filter((grant) => !isDenial(grant))];
  const [freed, taken] = [removed.filter(isDenial), removed.filter((grant) => !isDenial(grant))];
  return [
    ...warningOf('permissions-widened', logicalId, type, 'adds', allowed),
    ...warningOf('permissions-widened', logicalId, type, 'takes back', freed),
    ...warningOf('permissions-narrowed', logicalId, type, `takes away ${atOnce}`, taken),
    ...warningOf('permissions-narrowed', logicalId, type, `adds ${atOnce}`, denied),
  ];
}

const atOnce = 'at once, from the version in service too';

/**
 * What a resource allows or denies in one of two templates alone, in lines for people: statements, managed policies, and what a
 * `AWS::Lambda::Permission` or a policy template of SAM says. Of a resource of a type that grants nothing, nothing.
 */
export function grantDifference(
  before: Resource | undefined,
  after: Resource | undefined,
): { readonly added: readonly string[]; readonly removed: readonly string[] } {
  const [was, is] = [grantsOf(before), grantsOf(after)];
  const only = (one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): string[] =>
    [...one].flatMap(([key, text]) => (other.has(key) ? [] : [text]));
  return { added: only(is, was), removed: only(was, is) };
}

function grantsOf(resource: Resource | undefined): Map<string, string> {
  const grants = new Map<string, string>();
  if (resource === undefined || !granting.test(resource.Type)) return grants;
  const { Type, Properties = {} } = resource;
  collect(Properties, grants);
  if (Type === 'AWS::Lambda::Permission' || Type === 'AWS::Lambda::LayerVersionPermission')
    grants.set(canonicalJson(Properties), describe({ ...Properties, Resource: Properties['FunctionName'] }));
  // https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html#sam-function-policies
  if (Type === 'AWS::Serverless::Function')
    for (const policy of listOf(Properties['Policies'] ?? []))
      if (!JSON.stringify(policy).includes('"Statement"'))
        grants.set(canonicalJson(policy), `the policy ${text(policy)}`);
  return grants;
}

/** What a resource goes on allowing until the bake is over, and then no longer does. */
export function narrowedAfterBake({ logicalId, type, own, widened }: Widened): ChangeWarning[] {
  const kept = grantsIn(JSON.stringify({ Properties: own }));
  const removed = [...grantsIn(JSON.stringify({ Properties: widened }))].filter(([grant]) => !kept.has(grant));
  return warningOf('permissions-narrowed', logicalId, type, 'takes away once the bake is over', removed);
}

function isDenial([, text]: readonly [string, string]): boolean {
  return text.startsWith('Deny');
}

function verb(action: ResourceChange['action']): string {
  switch (action) {
    case 'Add':
    case 'Import':
      return 'adds';
    case 'Remove':
      return 'removes';
    case 'Modify':
    case 'Dynamic':
    case 'SyncWithActual':
      return 'changes';
  }
}

function warningOf(
  code: 'permissions-widened' | 'permissions-narrowed',
  logicalId: string,
  type: string,
  does: string,
  grants: readonly [string, string][],
): ChangeWarning[] {
  if (grants.length === 0) return [];
  const shown = grants.slice(0, 5).map(([, text]) => text);
  const rest = grants.length > shown.length ? [`and ${grants.length - shown.length} more`] : [];
  return [{ code, logicalId, sentence: `${logicalId} (${type}) ${does}: ${[...shown, ...rest].join('; ')}.` }];
}

/** Statements and managed policies in a resource, by their canonical text, with a line for people. */
function grantsIn(context: string | undefined): Map<string, string> {
  const grants = new Map<string, string>();
  let json: unknown;
  try {
    json = context === undefined ? undefined : JSON.parse(context);
  } catch {
    return grants;
  }
  collect(json, grants);
  return grants;
}

function collect(value: unknown, grants: Map<string, string>): void {
  if (Array.isArray(value)) for (const item of value) collect(item, grants);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'Statement')
      for (const statement of listOf(inner)) grants.set(canonicalJson(statement), describe(statement));
    else if (name === 'ManagedPolicyArns')
      for (const arn of listOf(inner)) grants.set(canonicalJson(arn), `the policy ${text(arn)}`);
    else collect(inner, grants);
  }
}

function describe(statement: unknown): string {
  const members = new Map<string, unknown>(
    typeof statement === 'object' && statement !== null ? Object.entries(statement) : [],
  );
  const part = (name: string, word: string): string => {
    const value = members.get(name);
    return value === undefined ? '' : ` ${word} ${listOf(value).map(text).join(', ')}`;
  };
  const effect = text(members.get('Effect') ?? 'Allow');
  return `${effect}${part('Action', 'to')}${part('NotAction', 'all but')}${part('Resource', 'on')}${part('Principal', 'for')}`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : canonicalJson(value);
}
