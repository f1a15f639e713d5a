import { AwsError } from '../../kernel/errors.ts';

/** A member that AWS demands. @throws AwsError ValidationException */
export function required<T>(value: T | undefined, member: string): T {
  if (value !== undefined) return value;
  throw validation(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

export function validation(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** Condition keys about the tags a request sets. */
export function tagContext(tags: readonly Tag[] | undefined): Record<string, string | readonly string[]> {
  if (tags === undefined || tags.length === 0) return {};
  return {
    'aws:TagKeys': tags.map(({ Key: key }) => key ?? ''),
    ...Object.fromEntries(tags.map(({ Key: key, Value: value }) => [`aws:RequestTag/${key ?? ''}`, value ?? ''])),
  };
}

export function tagsOf(tags: readonly Tag[] | undefined): Map<string, string> {
  return new Map((tags ?? []).map(({ Key: key, Value: value }) => [required(key, 'tags.key'), value ?? '']));
}

export function tagList(tags: ReadonlyMap<string, string>): { Key: string; Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

/** One page of a list; a token is the position to go on from. */
export function page<T>(
  items: readonly T[],
  { Limit: limit = 100, NextToken: token }: { Limit?: number | undefined; NextToken?: string | undefined },
): { items: T[]; NextToken?: string } {
  const from = token === undefined ? 0 : Number(Buffer.from(token, 'base64').toString());
  if (!Number.isInteger(from)) throw validation(`Token ${token ?? ''} is not valid.`);
  const next = from + limit;
  return {
    items: items.slice(from, next),
    ...(next < items.length ? { NextToken: Buffer.from(String(next)).toString('base64') } : {}),
  };
}
