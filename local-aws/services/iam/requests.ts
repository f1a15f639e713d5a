import { AwsError } from '../../kernel/errors.ts';
import type { Authorization, Call } from '../../kernel/service.ts';
import { noSuchEntity, type Directory, type Identity, type Role, type User } from './directory.ts';

/** A member that AWS demands. @throws AwsError ValidationError */
export function required<T>(value: T | undefined, member: string): T {
  if (value !== undefined) return value;
  throw new AwsError(
    'ValidationError',
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

/** A name that IAM takes, at most `longest` characters. @throws AwsError ValidationError */
export function checkedName(value: string | undefined, member: string, longest: number): string {
  const name = required(value, member);
  if (name.length > 0 && name.length <= longest && /^[\w+=,.@-]+$/.test(name)) return name;
  throw new AwsError(
    'ValidationError',
    `1 validation error detected: Value '${name}' at '${member}' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+ and have length less than or equal to ${longest}`,
  );
}

/** @throws AwsError ValidationError */
export function checkedPath(path: string | undefined): string {
  if (path === undefined || /^(\/|\/[\u0021-\u007e]+\/)$/.test(path)) return path ?? '/';
  throw new AwsError('ValidationError', `The specified value for path is invalid: ${path}`);
}

/** @throws AwsError NoSuchEntity */
export function roleOf(directory: Directory, call: Call, name: string | undefined): Role {
  const wanted = required(name, 'roleName');
  const role = directory.account(call.caller.account).roles.get(wanted);
  if (role === undefined) throw noSuchEntity(`The role with name ${wanted} cannot be found.`);
  return role;
}

/** @throws AwsError NoSuchEntity */
export function userOf(directory: Directory, call: Call, name: string | undefined): User {
  const { principal } = call.caller;
  const wanted = required(name ?? (principal.type === 'user' ? principal.userName : undefined), 'userName');
  const user = directory.account(call.caller.account).users.get(wanted);
  if (user === undefined) throw noSuchEntity(`The user with name ${wanted} cannot be found.`);
  return user;
}

/** The ARN a role of that name has, or would have. */
export function roleArn(directory: Directory, call: Call, name: string | undefined): string {
  const { account } = call.caller;
  return directory.account(account).roles.get(name ?? '')?.arn ?? `arn:aws:iam::${account}:role/${name ?? ''}`;
}

/** The ARN a user of that name has, or would have. */
export function userArn(directory: Directory, call: Call, name: string | undefined): string {
  const { account, principal } = call.caller;
  const wanted = name ?? (principal.type === 'user' ? principal.userName : '');
  return directory.account(account).users.get(wanted)?.arn ?? `arn:aws:iam::${account}:user/${wanted}`;
}

/** Condition keys about the role or user that an operation is on: its boundary and its tags. */
export function identityContext(identity: Identity | undefined): Record<string, string> {
  const context: Record<string, string> = {};
  if (identity?.boundary !== undefined) context['iam:PermissionsBoundary'] = identity.boundary;
  for (const [key, value] of identity?.tags ?? []) {
    context[`aws:ResourceTag/${key}`] = value;
    context[`iam:ResourceTag/${key}`] = value;
  }
  return context;
}

interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** Condition keys about the tags a request sets. */
export function tagContext(tags: readonly Tag[] | undefined): Record<string, string | readonly string[]> {
  if (tags === undefined || tags.length === 0) return {};
  const context: Record<string, string | readonly string[]> = { 'aws:TagKeys': tags.map(({ Key: key }) => key ?? '') };
  for (const { Key: key, Value: value } of tags) context[`aws:RequestTag/${key ?? ''}`] = value ?? '';
  return context;
}

/** Making something with tags on it is two permissions: to make it, and to tag it. */
export function createAuthorizations(
  making: Authorization,
  tagging: string,
  tags: readonly Tag[] | undefined,
): readonly Authorization[] {
  const ask = { ...making, context: { ...making.context, ...tagContext(tags) } };
  return tags === undefined || tags.length === 0 ? [ask] : [ask, { ...ask, action: tagging }];
}

/** @throws AwsError InvalidInput, LimitExceeded */
export function tagsOf(tags: readonly Tag[] | undefined): Map<string, string> {
  const read = new Map((tags ?? []).map(({ Key: key, Value: value }) => [required(key, 'tags.key'), value ?? '']));
  if (read.size !== (tags?.length ?? 0))
    throw new AwsError('InvalidInput', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  if (read.size > 50) throw limitExceeded('The number of tags has reached the maximum limit.');
  return read;
}

export function tagList(tags: ReadonlyMap<string, string>): { Key: string; Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

/** One page of a list; a marker is the position to go on from. */
export function page<T>(
  items: readonly T[],
  { Marker: marker, MaxItems: most = 100 }: { Marker?: string | undefined; MaxItems?: number | undefined },
): { items: T[]; IsTruncated: boolean; Marker?: string } {
  const from = marker === undefined ? 0 : Number(Buffer.from(marker, 'base64').toString());
  if (!Number.isInteger(from)) throw new AwsError('ValidationError', `Invalid Marker: ${marker ?? ''}`);
  const next = from + most;
  const more = next < items.length;
  return {
    items: items.slice(from, next),
    IsTruncated: more,
    ...(more ? { Marker: Buffer.from(String(next)).toString('base64') } : {}),
  };
}

export function limitExceeded(message: string): AwsError {
  return new AwsError('LimitExceeded', message, 409);
}
