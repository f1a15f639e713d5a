import { scopeOf, type Desired, type Place, type ResourceView } from './desired.ts';
import { validationError } from './errors.ts';
import { evaluate } from './intrinsics.ts';
import type { StackOutput } from './stack.ts';

/** Where the API of that id answers in the local AWS; undefined where it has none. */
export type EndpointOf = (apiId: string, region: string) => string | undefined;

/**
 * The outputs whose condition holds. Templates put the addresses of APIs together themselves; those of APIs that are here become the
 * addresses at which they answer here, as `ApiEndpoint` is.
 * @throws AwsError ValidationError for a value that is no text
 */
export function resolveOutputs(
  desired: Desired,
  place: Place,
  view: ResourceView,
  endpointOf: EndpointOf = () => undefined,
): readonly StackOutput[] {
  const scope = scopeOf(desired, place, view);
  return [...desired.template.outputs]
    .filter(([, { Condition }]) => Condition === undefined || scope.condition(Condition))
    .map(([key, { Value, Description, Export }]) => {
      const value = evaluate(Value, scope);
      const exportName = Export === undefined ? undefined : evaluate(Export.Name, scope);
      return {
        key,
        value: reachable(outputText(key, value), endpointOf),
        ...(Description === undefined ? {} : { description: Description }),
        ...(exportName === undefined ? {} : { exportName: outputText(key, exportName) }),
      };
    });
}

const ADDRESS = /https:\/\/([a-z0-9]+)\.execute-api\.([a-z0-9-]+)\.amazonaws\.com/g;

function reachable(text: string, endpointOf: EndpointOf): string {
  return text.replaceAll(ADDRESS, (address, id: string, region: string) => endpointOf(id, region) ?? address);
}

function outputText(key: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw validationError(
    `Template format error: The Value field of every Outputs member must evaluate to a String (${key}).`,
  );
}
