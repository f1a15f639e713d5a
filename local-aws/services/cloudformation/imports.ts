/**
 * Change sets that import what exists already (ImportExistingResources).
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
 */
import type { Caller } from '../../kernel/principal.ts';
import { includedResources, type Desired } from './desired.ts';
import { placeOf, type Engine } from './engine.ts';
import { validationError } from './errors.ts';
import { retains } from './changes.ts';
import { exists, type Stack } from './stack.ts';
import type { ResourceDefinition } from './template.ts';

/** A resource that a template would add, and that is there already. */
export interface Existing {
  readonly logicalId: string;
  readonly identifier: string;
  readonly physicalId: string;
  readonly definition: ResourceDefinition;
}

/**
 * What a stack would get anew, and exists already: by a name that the template spells out, and of a type whose primary identifier
 * that name is. A name by a function, or an identifier that AWS makes (a queue's URL), is not looked for.
 * @param caller whom CloudFormation acts as @throws AwsError what the service answers, if it is not that there is none
 */
export async function findExisting(
  engine: Engine,
  stack: Stack,
  desired: Desired,
  caller: Caller,
): Promise<readonly Existing[]> {
  const added = [...includedResources(desired, placeOf(stack))].filter(([id]) => !exists(stack.resources.get(id)));
  const found = await Promise.all(
    added.map(async ([logicalId, definition]): Promise<Existing[]> => {
      const { importing } = engine.providers.get(definition.Type) ?? {};
      const physicalId = definition.Properties[importing?.identifier ?? ''];
      if (importing === undefined || typeof physicalId !== 'string') return [];
      const there = await importing.read(physicalId, { kernel: engine.kernel, caller });
      return there === undefined ? [] : [{ logicalId, identifier: importing.identifier, physicalId, definition }];
    }),
  );
  return found.flat();
}

/** @throws AwsError ValidationError in AWS's own words: the reason of the change set's failure */
export function requireImportable(engine: Engine, stack: Stack, existing: readonly Existing[]): void {
  const removable = existing.filter(({ definition }) => !retains(definition.DeletionPolicy));
  if (removable.length > 0) {
    const affected = removable.map(
      ({ logicalId, identifier, physicalId }) => `${logicalId} ({${identifier}=${physicalId}})`,
    );
    throw validationError(
      `CloudFormation is attempting to import some resources because they already exist in your account. The resources must have the DeletionPolicy attribute set to 'Retain' or 'RetainExceptOnCreate' in the template for successful import. The affected resources are ${affected.join(', ')}`,
    );
  }
  for (const { physicalId, definition } of existing) {
    const owner = engine.stacks.in(stack.account, stack.region).find(({ status, resources }) => {
      const records = status === 'DELETE_COMPLETE' ? [] : [...resources.values()];
      return records.some(
        (record) => record.type === definition.Type && record.physicalId === physicalId && isHeld(record.status),
      );
    });
    if (owner !== undefined) throw validationError(`${physicalId} already exists in stack ${owner.id}`);
  }
}

/** Does a stack still have a resource of this status? */
function isHeld(status: string): boolean {
  return !/^(DELETE_COMPLETE|DELETE_SKIPPED|IMPORT_ROLLBACK_COMPLETE)$/.test(status);
}
