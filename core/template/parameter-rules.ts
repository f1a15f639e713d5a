import * as z from 'zod';
import type { Manifest } from '../manifest/manifest.ts';
import { problem, type Problem } from '../values/problems.ts';
import { matchesPattern } from './allowed-pattern.ts';
import { isReference } from './parameters.ts';
import type { Template } from './template.ts';

/**
 * What a template says of the values of its parameters, as CloudFormation reads it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 */

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const number = z.coerce.number().optional().catch(undefined);
const rulesSchema = z.looseObject({
  Type: z.string(),
  AllowedValues: z.array(scalar).optional().catch(undefined),
  AllowedPattern: z.string().optional().catch(undefined),
  ConstraintDescription: z.string().optional().catch(undefined),
  MinLength: number,
  MaxLength: number,
  MinValue: number,
  MaxValue: number,
});
type Rules = z.infer<typeof rulesSchema>;

/** Values of a manifest that CloudFormation would refuse, each for the environment or target that it is given for. */
export function parameterValueProblems({ Parameters = {} }: Template, { parameters = {} }: Manifest): Problem[] {
  return Object.entries(parameters).flatMap(([where, values]) =>
    Object.entries(values).flatMap(([name, value]) => {
      const broken = brokenRule(Parameters[name], value);
      if (broken === undefined) return [];
      const path = `parameters.${where}.${name}`;
      return [
        problem('template.parameter-value', path, `"${path}" ${broken}: correct it, or what the template allows.`),
      ];
    }),
  );
}

/**
 * The rule of a parameter that a value breaks, `must be one of small, large`. A reference is judged by nobody, and a name in the Parameter Store by
 * CloudFormation alone; the value itself is not told, since it may be a secret. @param body of the parameter in the template
 */
export function brokenRule(body: unknown, value: string): string | undefined {
  const rules = rulesSchema.safeParse(body).data;
  if (rules === undefined || isReference(value)) return undefined;
  const broken = ruleOf(rules, value);
  const { ConstraintDescription: said } = rules;
  return broken === undefined || said === undefined ? broken : `${broken} (${said})`;
}

function ruleOf(rules: Rules, value: string): string | undefined {
  switch (rules.Type) {
    case 'String':
      return lengthRule(rules, value) ?? choiceRule(rules, [value]);
    case 'Number':
      return numberRule(rules, [value]);
    case 'List<Number>':
      return numberRule(rules, entriesOf(value));
    case 'CommaDelimitedList':
      return choiceRule(rules, entriesOf(value));
    default:
      return undefined;
  }
}

function entriesOf(list: string): string[] {
  return list === '' ? [] : list.split(',').map((entry) => entry.trim());
}

function lengthRule({ MinLength: least, MaxLength: most }: Rules, value: string): string | undefined {
  if (least !== undefined && value.length < least) return `must have at least ${least} characters`;
  if (most !== undefined && value.length > most) return `must have at most ${most} characters`;
  return undefined;
}

function choiceRule(
  { AllowedValues: allowed, AllowedPattern: pattern }: Rules,
  entries: readonly string[],
): string | undefined {
  if (allowed !== undefined && entries.some((entry) => !allowed.includes(entry)))
    return `must be one of ${allowed.join(', ')}`;
  if (pattern !== undefined && entries.some((entry) => matchesPattern(pattern, entry) === false))
    return `must match ${pattern}`;
  return undefined;
}

function numberRule(
  { AllowedValues: allowed, MinValue: least, MaxValue: most }: Rules,
  entries: readonly string[],
): string | undefined {
  const numbers = entries.map((entry) => (entry.trim() === '' ? Number.NaN : Number(entry)));
  if (numbers.some(Number.isNaN)) return 'must be a number';
  if (allowed !== undefined && numbers.some((one) => !allowed.map(Number).includes(one)))
    return `must be one of ${allowed.join(', ')}`;
  if (least !== undefined && numbers.some((one) => one < least)) return `must be at least ${least}`;
  if (most !== undefined && numbers.some((one) => one > most)) return `must be at most ${most}`;
  return undefined;
}
