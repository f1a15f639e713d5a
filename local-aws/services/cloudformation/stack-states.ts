import { validationError } from './errors.ts';
import type { Stack } from './stack.ts';

/** @throws AwsError ValidationError unless it can name a new stack */
export function checkName(name: string | undefined): string {
  if (name === undefined || !/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name))
    throw validationError(
      `1 validation error detected: Value '${name ?? ''}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
    );
  return name;
}

const UPDATABLE: readonly string[] = [
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
  'IMPORT_COMPLETE',
  // With rollback disabled a failed operation can be followed by another try.
  'CREATE_FAILED',
  'UPDATE_FAILED',
];

/**
 * An update needs a stack at rest that was deployed once: not one under review, not one whose creation was rolled back.
 * @throws AwsError ValidationError
 */
export function checkUpdatable(stack: Stack): void {
  if (stack.status === 'REVIEW_IN_PROGRESS') throw validationError(`Stack [${stack.name}] does not exist`);
  if (!UPDATABLE.includes(stack.status) || stack.operation !== undefined)
    throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
}
