import * as z from 'zod';
import type { Target } from '../values/identifiers.ts';
import { refName } from './template.ts';

/** What a template's names are resolved with. */
export interface Naming extends Target {
  readonly parameters: Readonly<Record<string, string>>;
}

const substitution = z.strictObject({ 'Fn::Sub': z.string() });

/** A value as text, where names, parameters, account and Region suffice for that; undefined for what is computed in further ways. */
export function textOf(value: unknown, naming: Naming): string | undefined {
  if (typeof value === 'string') return value;
  const name = refName(value);
  if (name !== undefined) return namedValue(name, naming);
  const text = substitution.safeParse(value).data?.['Fn::Sub'];
  if (text === undefined) return undefined;
  // Text and names take turns.
  const parts = text
    .split(/\$\{([^!}][^}]*)\}/)
    .map((part, index) => (index % 2 === 0 ? part : namedValue(part.trim(), naming)));
  return parts.includes(undefined) ? undefined : parts.join('');
}

function namedValue(name: string, { account, region, parameters }: Naming): string | undefined {
  switch (name) {
    case 'AWS::AccountId':
      return account;
    case 'AWS::Region':
      return region;
    case 'AWS::Partition':
      return 'aws';
    default:
      return parameters[name];
  }
}
