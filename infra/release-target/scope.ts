import { formerCodeBuckets } from '../../core/contract/names.ts';
import { isApart, withoutCovered } from '../../core/policy/stack-names.ts';
import { packPermissions } from '../constructs/pack-permissions.ts';
import type { Limit, Permission } from '../constructs/permissions.ts';

/** Stands for a name of the entry in a pattern of an ARN. */
const NAME = '{name}';

/**
 * What an entry's execution role is limited to, however much its policies grant: of each service whose resources have names,
 * those of the entry; of every other service what its policies grant. It has to be short: which actions there are is left to the grants
 * wherever a resource says enough.
 * @param grants built-in ones, with `{name}` where a name of the entry stands
 * @param names of the entry's resources, with `*` and `?` as in IAM
 */
export function scopeOf(grants: readonly Permission[], names: readonly string[]): readonly Limit[] {
  const patterns = grants.flatMap(({ resources }) => resources.filter((one) => one.includes(NAME)));
  const services = [...new Set(patterns.map(serviceOf))].sort();
  const own = patterns.flatMap((pattern) => fill(pattern, names));
  const unnamed = grants.flatMap((grant) => withoutNames(grant, services));
  const { free, listed } = byReach(unnamed, patterns);
  return [
    { Effect: 'Allow', Action: ['*'], Resource: withoutCovered([...own, ...free]) },
    ...listed.map(({ actions, resources, conditions }): Limit => {
      const condition = conditionOnNames(conditions, names);
      return { Effect: 'Allow', Action: actions, Resource: resources, ...condition };
    }),
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:GetObjectVersion'], Resource: codeBuckets },
    { Effect: 'Allow', NotAction: services.map((service) => `${service}:*`), Resource: ['*'] },
    namesWithPaths,
  ];
}

/**
 * Names of IAM are unique whatever their path: one that begins like the entry's in its path could be anybody's behind it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
const namesWithPaths: Limit = {
  Effect: 'Deny',
  Action: ['iam:CreateRole', 'iam:CreateUser', 'iam:CreatePolicy'],
  Resource: ['role', 'user', 'policy'].map((kind) => `arn:aws:iam::*:${kind}/*/*`),
};

const codeBuckets = ['sluice-assets-*', ...formerCodeBuckets].map((name) => `arn:aws:s3:::${name}/*`);

/** What a grant says of things without a name, of services that are limited by names: lists, and what has a random id. */
function withoutNames({ actions, resources, conditions }: Permission, services: readonly string[]): Permission[] {
  const limited = actions.filter((action) => services.includes(serviceOfAction(action)));
  const bare = resources
    .filter((resource) => !resource.includes(NAME))
    .map(anywhere)
    .map((resource, _, all) => (all.includes(`${resource}/*`) ? resource : openEnded(resource)));
  if (limited.length === 0) return [];
  const named = JSON.stringify(conditions ?? {}).includes(NAME) && conditions !== undefined ? { conditions } : {};
  return bare.map((resource) => ({ actions: limited, resources: [resource], ...named }));
}

/** Of a resource that stands for none with a name every action is left to the grants; of any other the actions are listed. */
function byReach(
  unnamed: readonly Permission[],
  patterns: readonly string[],
): { readonly free: readonly string[]; readonly listed: readonly Permission[] } {
  const named = withoutCovered(patterns.map(anywhere));
  const isFree = ({ resources, conditions }: Permission): boolean =>
    conditions === undefined && resources.every((one) => isApart(one, named));
  const free = unnamed.filter(isFree).flatMap(({ resources }) => resources);
  return { free, listed: packPermissions(unnamed.filter((one) => !isFree(one))).flat() };
}

/** A condition may name what a thing without a name belongs to; of those that name nothing the grants say all. */
function conditionOnNames(
  conditions: Permission['conditions'] = {},
  names: readonly string[],
): Pick<Limit, 'Condition'> {
  const filled = Object.entries(conditions).map(([operator, keys]): [string, Record<string, string[]>] => {
    const named = Object.entries(keys).filter(([, values]) => [values].flat().some((value) => value.includes(NAME)));
    return [operator, Object.fromEntries(named.map(([key, values]) => [key, patternsOf([values].flat(), names)]))];
  });
  const naming = filled.filter(([, keys]) => Object.keys(keys).length > 0);
  return naming.length === 0 ? {} : { Condition: Object.fromEntries(naming) };
}

function patternsOf(values: readonly string[], names: readonly string[]): string[] {
  return withoutCovered(values.flatMap((pattern) => fill(pattern, names)));
}

function serviceOf(arn: string): string {
  return arn.split(':')[2] ?? '';
}

function serviceOfAction(action: string): string {
  return action.replace(/:.*/, '');
}

/** Names of buckets have small letters. */
function fill(pattern: string, names: readonly string[]): string[] {
  const wide = anywhere(pattern);
  const any = kindsAlike.includes(serviceOf(wide)) ? wide.replace(/:[^:]+:\{name\}/, `:*:${NAME}`) : wide;
  return names.map(openEnded).map((name) => any.replace(NAME, serviceOf(wide) === 's3' ? name.toLowerCase() : name));
}

/**
 * Services whose ARNs are all a kind, a colon and a name that has none: one pattern says every kind.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html
 */
const kindsAlike: readonly string[] = ['codedeploy'];

/**
 * What ends in random characters, and what is below it (`:live`, `/index/byDay`, the six characters of a secret), so that one pattern
 * says all of it.
 */
function openEnded(pattern: string): string {
  return pattern.endsWith('?') ? `${pattern}*` : pattern;
}

/** Account and Region are left to the grants: the policy is shorter. */
function anywhere(pattern: string): string {
  if (pattern === '*' || serviceOf(pattern) === 's3') return pattern;
  const [arn, partition, service, , , ...rest] = pattern.split(':');
  return [arn, partition, service, '*', '*', ...rest].join(':');
}
