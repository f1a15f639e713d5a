import { scopeOf, type Desired, type Place, type ResourceView } from './desired.ts';
import { validationError } from './errors.ts';
import { evaluate } from './intrinsics.ts';
import type { StackOutput } from './stack.ts';

/** The outputs whose condition holds. @throws AwsError ValidationError for a value that is no text */
export function resolveOutputs(desired: Desired, place: Place, view: ResourceView): readonly StackOutput[] {
  const scope = scopeOf(desired, place, view);
  return [...desired.template.outputs]
    .filter(([, { Condition }]) => Condition === undefined || scope.condition(Condition))
    .map(([key, { Value, Description, Export }]) => {
      const value = evaluate(Value, scope);
      const exportName = Export === undefined ? undefined : evaluate(Export.Name, scope);
      return {
        key,
        value: outputText(key, value),
        ...(Description === undefined ? {} : { description: Description }),
        ...(exportName === undefined ? {} : { exportName: outputText(key, exportName) }),
      };
    });
}

function outputText(key: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw validationError(
    `Template format error: The Value field of every Outputs member must evaluate to a String (${key}).`,
  );
}
