import { withoutCovered } from '../policy/stack-names.ts';
import type { Grant, ResourceKind } from './resource-kinds.ts';

/** What stands for the placeholders of grants. */
export interface Filling {
  readonly account: string;
  readonly region: string;
  /** ARN of the permissions boundary; needed where a grant names it. */
  readonly boundary?: string;
  /** Names that a service's resources may have, or patterns; `*` for all. */
  readonly names: readonly string[];
}

/**
 * What a kind is granted in one target: each placeholder replaced, a resource for each name, none that another covers.
 * @throws Error for a placeholder that nothing is given for
 */
export function fillGrants({ grants }: ResourceKind, filling: Filling): Grant[] {
  const fill = (text: string): string[] => texts(text, filling);
  return grants.map(({ resources, conditions, ...grant }) => ({
    ...grant,
    resources: withoutCovered(resources.flatMap(fill)),
    ...(conditions === undefined ? {} : { conditions: inValues(conditions, fill) }),
  }));
}

function texts(text: string, { account, region, boundary, names }: Filling): string[] {
  const placed = text.replaceAll('{account}', account).replaceAll('{region}', region);
  const bounded = boundary === undefined ? placed : placed.replaceAll('{boundary}', boundary);
  const left = /\{(?!name\})\w+\}/.exec(bounded);
  if (left !== null) throw new Error(`A grant has the placeholder ${left[0]}, and nothing is given for it: ${text}`);
  if (!bounded.includes('{name}')) return [bounded];
  // Names of buckets have small letters.
  const small = bounded.startsWith('arn:aws:s3:::');
  return names.map((name) => bounded.replaceAll('{name}', small ? name.toLowerCase() : name));
}

function inValues(
  conditions: NonNullable<Grant['conditions']>,
  fill: (text: string) => string[],
): NonNullable<Grant['conditions']> {
  const filled = (value: string | readonly string[]): string | string[] =>
    typeof value === 'string' && !value.includes('{name}')
      ? fill(value).join()
      : withoutCovered([value].flat().flatMap(fill));
  return mapValues(conditions, (keys) => mapValues(keys, filled));
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
