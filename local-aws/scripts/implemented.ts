import { NormalizedSchema } from '@smithy/core/schema';
import type { Service } from '../kernel/service.ts';
import { loadModels } from '../wire/model.ts';

/** Per signing name: the operations that are implemented, and those of them that take no input. */
export function implemented(
  services: readonly Service[],
): ReadonlyMap<string, { readonly operations: ReadonlySet<string>; readonly inputless: ReadonlySet<string> }> {
  const models = loadModels();
  const found = new Map<string, { operations: Set<string>; inputless: Set<string> }>();
  for (const { signingName, operations } of services) {
    const entry = found.get(signingName) ?? { operations: new Set(), inputless: new Set() };
    found.set(signingName, entry);
    for (const { name } of operations) {
      entry.operations.add(name);
      const input = models.get(signingName)?.operations.get(name)?.input ?? NormalizedSchema.of('unit');
      if (!input.isStructSchema() || Object.keys(input.getMemberSchemas()).length === 0) entry.inputless.add(name);
    }
  }
  return found;
}
