import { AwsError } from '../../kernel/errors.ts';

export function notFound(message: string): AwsError {
  return new AwsError('NotFoundException', message, 404);
}

export function badRequest(message: string): AwsError {
  return new AwsError('BadRequestException', message, 400);
}

/** A member that AWS demands. @throws AwsError BadRequestException */
export function required<T>(value: T | undefined, member: string): T {
  if (value === undefined) throw badRequest(`${member} is a required field`);
  return value;
}
