import { AwsError } from '../../kernel/errors.ts';
import type { Call } from '../../kernel/service.ts';

/** How inputs name a schedule. */
export interface Named {
  readonly Name?: string | undefined;
  readonly GroupName?: string | undefined;
}

export function scheduleArn({ Name: name = '', GroupName: group = 'default' }: Named, { caller }: Call): string {
  return `arn:aws:scheduler:${caller.region}:${caller.account}:schedule/${group}/${name}`;
}

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

export function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, 404);
}
