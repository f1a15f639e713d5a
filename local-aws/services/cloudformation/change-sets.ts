import { AwsError } from '../../kernel/errors.ts';
import type { Call } from '../../kernel/service.ts';
import { validationError } from './errors.ts';
import type { ChangeSet, Stack } from './stack.ts';
import type { Stacks } from './stacks.ts';

/** The change set that has a name now, or an ARN. */
export function currentChangeSet(stack: Stack, nameOrArn: string): ChangeSet | undefined {
  return stack.changeSets.find(({ id, name }) => id === nameOrArn || name === nameOrArn);
}

/** The same, or else the latest executed or outdated one, which can still be described. */
export function findChangeSet(stack: Stack, nameOrArn: string): ChangeSet | undefined {
  return (
    currentChangeSet(stack, nameOrArn) ??
    stack.pastChangeSets.findLast(({ id, name }) => id === nameOrArn || name === nameOrArn)
  );
}

/** @throws AwsError ChangeSetNotFound, ValidationError */
export function getChangeSet(
  stacks: Stacks,
  { caller }: Call,
  input: { readonly ChangeSetName?: string | undefined; readonly StackName?: string | undefined },
): { readonly stack: Stack; readonly changeSet: ChangeSet } {
  const name = input.ChangeSetName ?? '';
  if (!name.startsWith('arn:') && input.StackName === undefined)
    throw validationError('StackName must be specified if ChangeSetName is not specified as an ARN.');
  const among =
    input.StackName === undefined
      ? stacks.in(caller.account, caller.region)
      : [stacks.get(caller.account, caller.region, input.StackName)];
  for (const stack of among) {
    const changeSet = findChangeSet(stack, name);
    if (changeSet !== undefined) return { stack, changeSet };
  }
  throw new AwsError('ChangeSetNotFound', `ChangeSet [${name}] does not exist`, 404);
}
