import { formerCodeBuckets } from '../../core/contract/names.ts';
import type { Limit, Permission } from '../constructs/permissions.ts';

/** Stands for a name of the entry in a pattern of an ARN. */
const NAME = '{name}';

/**
 * What an entry's execution role is limited to, however much its policies grant: of each service whose resources have names,
 * those of the entry; of every other service what its policies grant.
 * @param grants built-in ones, with `{name}` where a name of the entry stands
 * @param names of the entry's resources, with `*` and `?` as in IAM
 */
export function scopeOf(grants: readonly Permission[], names: readonly string[]): readonly Limit[] {
  const patterns = [...new Set(grants.flatMap(({ resources }) => resources.filter((one) => one.includes(NAME))))];
  const services = [...new Set(patterns.map(serviceOf))].sort();
  return [
    ...services.map((service): Limit => {
      const own = patterns.filter((pattern) => serviceOf(pattern) === service);
      return { Effect: 'Allow', Action: [`${service}:*`], Resource: own.flatMap((pattern) => fill(pattern, names)) };
    }),
    ...grants.flatMap((grant) => withoutNames(grant, services)),
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:GetObjectVersion'], Resource: codeBuckets },
    { Effect: 'Allow', NotAction: services.map((service) => `${service}:*`), Resource: ['*'] },
  ];
}

const codeBuckets = ['sluice-assets-*', ...formerCodeBuckets].map((name) => `arn:aws:s3:::${name}/*`);

/** What a grant says of things without a name, of services that are limited by names: lists, and what has a random id. */
function withoutNames({ actions, resources }: Permission, services: readonly string[]): Limit[] {
  const limited = actions.filter((action) => services.includes(action.replace(/:.*/, '')));
  const bare = resources.filter((resource) => !resource.includes(NAME));
  return limited.length === 0 || bare.length === 0 ? [] : [{ Effect: 'Allow', Action: limited, Resource: bare }];
}

function serviceOf(arn: string): string {
  return arn.split(':')[2] ?? '';
}

/** Names of buckets have small letters. Account and Region are left to the grants: the policy is shorter. */
function fill(pattern: string, names: readonly string[]): string[] {
  const [arn, partition, service, , , ...rest] = pattern.split(':');
  const anywhere = [arn, partition, service, service === 's3' ? '' : '*', service === 's3' ? '' : '*', ...rest].join(
    ':',
  );
  return names.map((name) => anywhere.replace(NAME, service === 's3' ? name.toLowerCase() : name));
}
