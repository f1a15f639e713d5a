import { listOf, ownMember, recordOf } from '../../values/records.ts';
import { canonicalJson } from '../../release/chain.ts';
import { propertyOf, type Resource, type Template, withProperties } from '../template.ts';
import { closesCircle } from '../dependencies.ts';
import { findReferences } from '../references.ts';
import { freezeParameters, type ParameterValues } from './freeze.ts';

/** Where a resource says what is allowed: property paths, `*` for each member of a list. */
const documents: Readonly<Record<string, readonly string[]>> = {
  'AWS::IAM::Role': ['AssumeRolePolicyDocument'],
  'AWS::IAM::Policy': ['PolicyDocument'],
  'AWS::IAM::RolePolicy': ['PolicyDocument'],
  'AWS::IAM::UserPolicy': ['PolicyDocument'],
  'AWS::IAM::GroupPolicy': ['PolicyDocument'],
  'AWS::IAM::ManagedPolicy': ['PolicyDocument'],
  'AWS::SQS::QueuePolicy': ['PolicyDocument'],
  'AWS::SQS::QueueInlinePolicy': ['PolicyDocument'],
  'AWS::SNS::TopicPolicy': ['PolicyDocument'],
  'AWS::SNS::TopicInlinePolicy': ['PolicyDocument'],
  'AWS::S3::BucketPolicy': ['PolicyDocument'],
  'AWS::SecretsManager::ResourcePolicy': ['ResourcePolicy'],
  'AWS::KMS::Key': ['KeyPolicy'],
  'AWS::Events::EventBusPolicy': ['Statement'],
  'AWS::ApiGateway::RestApi': ['Policy'],
};
/** Types with inline policies of their own: a list of names with documents. */
const withInlinePolicies = ['AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group'];
/** Lists of what a policy is attached to, or of the policies that are attached. */
const attachments: Readonly<Record<string, readonly string[]>> = {
  'AWS::IAM::Role': ['ManagedPolicyArns'],
  'AWS::IAM::User': ['ManagedPolicyArns', 'Groups'],
  'AWS::IAM::Group': ['ManagedPolicyArns'],
  'AWS::IAM::Policy': ['Roles', 'Users', 'Groups'],
  'AWS::IAM::ManagedPolicy': ['Roles', 'Users', 'Groups'],
  'AWS::SQS::QueuePolicy': ['Queues'],
  'AWS::SNS::TopicPolicy': ['Topics'],
};

/** A resource that allows more than the release's template says, until it is settled. */
export interface Widened {
  readonly logicalId: string;
  readonly type: string;
  /** The properties that were changed, as the release has them: what undoes it. */
  readonly own: Readonly<Record<string, unknown>>;
  /** The same with what the live template allows. */
  readonly widened: Readonly<Record<string, unknown>>;
}

/** The live template, and what parameters are before and after the change. */
export interface Widening {
  readonly live: Template;
  readonly before: ParameterValues;
  readonly after: ParameterValues;
}

/**
 * Until a release has proven itself, permissions only grow: what the live template allows and the release's no longer does is added
 * to the same documents and lists, with the values that it has. What cannot wait is in the change set, from which the approver is
 * told: new denials, what would exceed IAM's sizes, what depends on a condition or mapping that the release changes, and what
 * names a resource that has come to depend on the policy.
 */
export function widenPermissions(
  next: Template,
  widening: Widening,
): { readonly template: Template; readonly widened: readonly Widened[] } {
  const widened: Widened[] = [];
  // As the stack is until the release is settled: what is dropped is kept, and what is widened refers to more.
  const standing = { ...widening.live.Resources, ...next.Resources };
  const resources = Object.entries(next.Resources).map(([logicalId, resource]): [string, Resource] => {
    const before = widening.live.Resources[logicalId];
    if (before?.Type !== resource.Type) return [logicalId, resource];
    const properties = widenedProperties(
      resource,
      before,
      comparisonOf(next, widening, (part) => closesCircle(logicalId, part, standing)),
    );
    if (Object.keys(properties).length === 0) return [logicalId, resource];
    const own = Object.fromEntries(Object.keys(properties).map((name) => [name, propertyOf(resource, name)]));
    widened.push({ logicalId, type: resource.Type, own, widened: properties });
    standing[logicalId] = withProperties(resource, properties);
    return [logicalId, withProperties(resource, properties)];
  });
  return { template: { ...next, Resources: Object.fromEntries(resources) }, widened };
}

/** Takes `widenPermissions` back. */
export function narrowPermissions(template: Template, widened: readonly Widened[]): Template {
  const before = new Map(widened.map(({ logicalId, own }) => [logicalId, own]));
  const resources = Object.entries(template.Resources).map(([logicalId, resource]): [string, Resource] => {
    const own = before.get(logicalId);
    return [logicalId, own === undefined ? resource : withProperties(resource, own)];
  });
  return { ...template, Resources: Object.fromEntries(resources) };
}

/** Compares parts of the live template with the release's. */
interface Comparison {
  /** What a part of the release's template means. */
  readonly next: (value: unknown) => string;
  /** The live parts that the release's have lost, as they can be written into its template. */
  readonly lost: (live: readonly unknown[], next: readonly unknown[]) => readonly unknown[];
}

/** @param closes would the part make the resource need itself? */
function comparisonOf(
  template: Template,
  { live, before, after }: Widening,
  closes: (part: unknown) => boolean,
): Comparison {
  const next = (value: unknown): string => meaningOf(freezeParameters(value, after));
  return {
    next,
    lost: (parts, own) => {
      const known = new Set(own.map(next));
      return parts
        .map((part) => withoutSid(freezeParameters(part, before)))
        .filter((part) => !known.has(meaningOf(part)) && isPortable(part, template, live) && !closes(part));
    },
  };
}

/** Does it mean in the release's template what it means in the live one? Resources that it refers to are in both. */
function isPortable(part: unknown, next: Template, live: Template): boolean {
  const { conditions, mappings, parametersAndResources } = findReferences(part);
  const sameIn = (section: 'Conditions' | 'Mappings' | 'Parameters', names: Iterable<string>): boolean =>
    [...names].every((name) => canonicalJson(next[section]?.[name]) === canonicalJson(live[section]?.[name]));
  const parameters = [...parametersAndResources].filter((name) => live.Parameters?.[name] !== undefined);
  return sameIn('Conditions', conditions) && sameIn('Mappings', mappings) && sameIn('Parameters', parameters);
}

/** Properties of the release's resource that have to allow more. */
function widenedProperties(next: Resource, live: Resource, comparison: Comparison): Readonly<Record<string, unknown>> {
  const { Type: type } = next;
  const both = (name: string): [unknown, unknown] => [propertyOf(next, name), propertyOf(live, name)];
  const found: [string, unknown][] = [
    ...(ownMember(documents, type) ?? []).map((name): [string, unknown] => [
      name,
      withinSize(`${type}.${name}`, widenDocument(...both(name), comparison)),
    ]),
    ...(ownMember(attachments, type) ?? []).map((name): [string, unknown] => [
      name,
      widenList(...both(name), comparison),
    ]),
  ];
  if (withInlinePolicies.includes(type))
    found.push(['Policies', withinSize(`${type}.Policies`, widenInline(...both('Policies'), comparison))]);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

/** A document with the statements of the live one that it lacks; undefined where it lacks none, or is no document that can be read. */
function widenDocument(next: unknown, live: unknown, { lost }: Comparison): unknown {
  const [after, before] = [recordOf(next), recordOf(live)];
  if (after['Statement'] === undefined || before['Statement'] === undefined) return undefined;
  const own = listOf(after['Statement']);
  const missing = lost(listOf(before['Statement']), own).filter((statement) => !isDenial(statement));
  return missing.length === 0 ? undefined : { ...after, Statement: [...own, ...missing] };
}

/** Inline policies by their names: a document of the same name is widened, one that is gone stays. */
function widenInline(next: unknown, live: unknown, comparison: Comparison): unknown {
  if (!Array.isArray(live) || (next !== undefined && !Array.isArray(next))) return undefined;
  const own = listOf(next ?? []);
  const nameOf = (policy: unknown): string => meaningOf(recordOf(policy)['PolicyName']);
  const grown = own.map((policy) => {
    const before = listOf(live).find((one) => nameOf(one) === nameOf(policy));
    const document = widenDocument(recordOf(policy)['PolicyDocument'], recordOf(before)['PolicyDocument'], comparison);
    return document === undefined ? policy : { ...recordOf(policy), PolicyDocument: document };
  });
  const gone = comparison.lost(
    live.filter((policy) => own.every((one) => nameOf(one) !== nameOf(policy))),
    own,
  );
  const changed = gone.length > 0 || grown.some((policy, index) => policy !== own[index]);
  return changed ? [...grown, ...gone] : undefined;
}

/** A list with the members of the live one that it lacks; undefined where it lacks none. */
function widenList(next: unknown, live: unknown, { lost }: Comparison): unknown {
  if (!Array.isArray(live) || (next !== undefined && !Array.isArray(next))) return undefined;
  const own = listOf(next ?? []);
  const missing = lost(live, own);
  return missing.length === 0 ? undefined : [...own, ...missing];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, and the services' own pages; bytes of JSON */
const sizes: Readonly<Record<string, number>> = {
  'AWS::IAM::Role.AssumeRolePolicyDocument': 2048,
  'AWS::IAM::Role.Policies': 10_240,
  'AWS::IAM::User.Policies': 2048,
  'AWS::IAM::Group.Policies': 5120,
  'AWS::IAM::Policy.PolicyDocument': 10_240,
  'AWS::IAM::RolePolicy.PolicyDocument': 10_240,
  'AWS::IAM::ManagedPolicy.PolicyDocument': 6144,
  'AWS::S3::BucketPolicy.PolicyDocument': 20_480,
};

function withinSize(place: string, value: unknown): unknown {
  const { [place]: most = Infinity } = sizes;
  return value === undefined || Buffer.byteLength(JSON.stringify(value)) > most ? undefined : value;
}

function meaningOf(value: unknown): string {
  return canonicalJson(withoutSid(value));
}

/** A statement's id must be unique in a document, and says nothing. */
function withoutSid(statement: unknown): unknown {
  if (typeof statement !== 'object' || statement === null || Array.isArray(statement)) return statement;
  return Object.fromEntries(Object.entries(statement).filter(([name]) => name !== 'Sid'));
}

function isDenial(statement: unknown): boolean {
  return recordOf(statement)['Effect'] === 'Deny';
}
