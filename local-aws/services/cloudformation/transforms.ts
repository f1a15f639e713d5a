import { SAM_TRANSFORM, transform } from 'sam-transform';
import { NotImplemented } from '../../kernel/errors.ts';
import { validationError } from './errors.ts';
import type { ParameterValues } from './parameters.ts';

/**
 * What a template's `Transform` names; SAM's is the only one that is implemented.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-section-structure.html
 * @throws NotImplemented for any other macro, by its name
 */
export function declaredTransforms({ Transform: declared }: Readonly<Record<string, unknown>>): readonly string[] {
  if (declared === undefined) return [];
  const names: readonly unknown[] = Array.isArray(declared) ? declared : [declared];
  const others = names.filter((name) => name !== SAM_TRANSFORM);
  if (others.length > 0)
    throw new NotImplemented(`the template's Transform ${others.map((name) => JSON.stringify(name)).join(', ')}`);
  return names.length === 0 ? [] : [SAM_TRANSFORM];
}

/** The text of a template with SAM's transform expanded. @throws AwsError ValidationError with all that SAM does not take */
export function expandSections(
  template: Readonly<Record<string, unknown>>,
  parameters: ParameterValues,
  region: string,
): string {
  const values = Object.fromEntries([...parameters].map(([name, { value }]) => [name, value]));
  const { template: expanded, errors = [] } = transform({ template, parameters: values, region });
  if (expanded !== undefined) return JSON.stringify(expanded);
  const refused = errors.find((error) => error.includes(NOT_EXPANDED));
  if (refused !== undefined) throw new NotImplemented(`all of the Transform ${SAM_TRANSFORM}: ${refused}`);
  throw validationError(
    `Transform ${SAM_TRANSFORM} failed with: Invalid Serverless Application Specification document. Number of errors found: ${errors.length}. ${errors.join(' ')}`,
  );
}

/** How the transform says of what AWS's own expands that it does not. */
const NOT_EXPANDED = 'This transform does not expand';
