import * as z from 'zod';
import type { Target } from '../values/identifiers.ts';
import { propertyOf, refName, resourcesOfType, type Template } from './template.ts';

/** An object in S3 that a function's code comes from. */
export interface CodeObject {
  readonly bucket: string;
  readonly key: string;
}

/** What a template's names are resolved with. */
export interface Naming extends Target {
  readonly parameters: Readonly<Record<string, string>>;
}

const codeSchema = z.object({ S3Bucket: z.unknown(), S3Key: z.unknown() });
const substitution = z.strictObject({ 'Fn::Sub': z.string() });

/** Where the code of a processed template's functions is; without what the template computes in other ways. */
export function codeObjects(template: Template, naming: Naming): CodeObject[] {
  const found = resourcesOfType(template, 'AWS::Lambda::Function').flatMap(([, resource]) => {
    const code = codeSchema.safeParse(propertyOf(resource, 'Code')).data;
    const [bucket, key] = [textOf(code?.S3Bucket, naming), textOf(code?.S3Key, naming)];
    return bucket === undefined || key === undefined ? [] : [{ bucket, key }];
  });
  return [...new Map(found.map((object) => [`${object.bucket}/${object.key}`, object])).values()];
}

function textOf(value: unknown, naming: Naming): string | undefined {
  if (typeof value === 'string') return value;
  const name = refName(value);
  if (name !== undefined) return namedValue(name, naming);
  const text = substitution.safeParse(value).data?.['Fn::Sub'];
  if (text === undefined) return undefined;
  // Text and names alternate.
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
