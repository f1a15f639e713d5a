import { AwsError } from '../../kernel/errors.ts';

/** The error CloudFormation answers nearly everything wrong with: a template, a parameter, a stack in the wrong state. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message, 400);
}
