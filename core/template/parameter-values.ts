import * as z from 'zod';
import type { Manifest } from '../manifest/manifest.ts';
import { problem, type Problem } from '../values/problems.ts';
import { ownMember } from '../values/records.ts';
import type { Template } from './template.ts';

/** What a template says of the values that a parameter may have. `AllowedPattern` is Java's, and left to CloudFormation. */
const bounds = z.object({
  Type: z.enum(['String', 'Number']),
  AllowedValues: z.array(z.coerce.string()).optional().catch(undefined),
  MinLength: z.coerce.number().optional().catch(undefined),
  MaxLength: z.coerce.number().optional().catch(undefined),
  MinValue: z.coerce.number().optional().catch(undefined),
  MaxValue: z.coerce.number().optional().catch(undefined),
});
type Bounds = z.infer<typeof bounds>;

/**
 * Values of the manifest that the template's own parameters do not take.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 */
export function parameterValueProblems(
  template: Template,
  { parameters = {}, template: fileName }: Manifest,
): Problem[] {
  return Object.entries(parameters).flatMap(([environment, values]) =>
    Object.entries(values).flatMap(([name, value]) => {
      const declared = bounds.safeParse(ownMember(template.Parameters ?? {}, name)).data;
      // What a reference comes to is known in the target alone.
      const wanted =
        declared === undefined || value.includes('{{resolve:') ? undefined : wantedInstead(value, declared);
      if (wanted === undefined) return [];
      const path = `parameters.${environment}.${name}`;
      const sentence = `"${path}" is "${value}", but the parameter ${name} of "${fileName}" must ${wanted}: correct one of them.`;
      return [problem('template.parameter-value', path, sentence, { places: [`Parameters.${name}`] })];
    }),
  );
}

function wantedInstead(value: string, { Type, ...limits }: Bounds): string | undefined {
  const { AllowedValues, MinLength = 0, MaxLength = Infinity, MinValue = -Infinity, MaxValue = Infinity } = limits;
  if (AllowedValues?.includes(value) === false) return `be one of ${AllowedValues.join(', ')}`;
  if (Type === 'String') {
    if (value.length < MinLength) return `have at least ${MinLength} characters`;
    return value.length > MaxLength ? `have at most ${MaxLength} characters` : undefined;
  }
  const number = value.trim() === '' ? NaN : Number(value);
  if (Number.isNaN(number)) return 'be a number';
  if (number < MinValue) return `be at least ${MinValue}`;
  return number > MaxValue ? `be at most ${MaxValue}` : undefined;
}
