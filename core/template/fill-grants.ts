import { withoutCovered } from '../policy/stack-names.ts';
import type { Grant, ResourceKind } from './resource-kinds.ts';

/** What stands for the placeholders of grants. */
export interface Filling {
  readonly account: string;
  readonly region: string;
  /** ARN of the permissions boundary; where none is wanted, what asks for it falls away. */
  readonly boundary?: string;
  /** Names that a service's resources may have, or patterns; `*` for all. */
  readonly names: readonly string[];
}

/**
 * What a kind is granted in one target: each placeholder replaced, a resource for each name, none that another covers.
 * @throws Error for a placeholder that nothing is given for
 */
export function fillGrants({ grants }: ResourceKind, filling: Filling): Grant[] {
  return grants.map(({ resources, conditions = {}, ...grant }) => {
    const filled = fillConditions(conditions, filling);
    return {
      ...grant,
      resources: fillTexts(resources, filling),
      ...(Object.keys(filled).length === 0 ? {} : { conditions: filled }),
    };
  });
}

function fillConditions(
  conditions: NonNullable<Grant['conditions']>,
  filling: Filling,
): NonNullable<Grant['conditions']> {
  return withoutEmpty(conditions, (keys) =>
    withoutEmpty(keys, (value) => {
      const texts = fillTexts([value].flat(), filling);
      return typeof value === 'string' && texts.length === 1 ? texts.join() : texts;
    }),
  );
}

/** A record with changed values, without those of which nothing is left. */
function withoutEmpty<From, To extends object | string>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  const changed = Object.entries(record).map(([key, value]): [string, To] => [key, change(value)]);
  return Object.fromEntries(changed.filter(([, value]) => Object.keys(value).length > 0));
}

function fillTexts(texts: readonly string[], filling: Filling): string[] {
  const wanted = texts.filter((text) => filling.boundary !== undefined || !text.includes('{boundary}'));
  return withoutCovered(wanted.flatMap((text) => fill(text, filling)));
}

function fill(text: string, { account, region, boundary = '', names }: Filling): string[] {
  const placed = text
    .replaceAll('{account}', account)
    .replaceAll('{region}', region)
    .replaceAll('{boundary}', boundary);
  const left = /\{(?!name\})\w+\}/.exec(placed);
  if (left !== null) throw new Error(`A grant has the placeholder ${left[0]}, and nothing is given for it: ${text}`);
  if (!placed.includes('{name}')) return [placed];
  // Names of buckets have small letters.
  const small = placed.startsWith('arn:aws:s3:::');
  return names.map((name) => placed.replaceAll('{name}', small ? name.toLowerCase() : name));
}
