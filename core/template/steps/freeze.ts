import { listOf, recordOf } from '../../values/records.ts';
import type { Template } from '../template.ts';

/** Value of each parameter of a stack, as `Ref` gives it; those that are hidden are missing. */
export type ParameterValues = ReadonlyMap<string, string | readonly string[]>;

/**
 * The values that a stack's parameters have.
 * @param given by name, as CloudFormation shows them: a `NoEcho` one as asterisks, one from Parameter Store as its name there
 * @param resolved what was found in Parameter Store
 */
export function parameterValues(
  template: Template,
  given: Readonly<Record<string, string>>,
  resolved: Readonly<Record<string, string>> = {},
): ParameterValues {
  return new Map(
    Object.entries(template.Parameters ?? {}).flatMap(([name, declaration]): [string, string | readonly string[]][] => {
      const { Type: type, NoEcho: hidden } = recordOf(declaration);
      const isStored = typeof type === 'string' && type.startsWith('AWS::SSM::Parameter::Value<');
      const value = isStored ? resolved[name] : given[name];
      if (value === undefined || hidden === true || hidden === 'true' || /^\*+$/.test(value)) return [];
      const isList = typeof type === 'string' && /List</.test(`${type}<`) && type !== 'String';
      return [[name, isList ? value.split(',').map((item) => item.trim()) : value]];
    }),
  );
}

/** A value in which parameters are replaced by what they are: it stays as it is when they change. */
export function freezeParameters(value: unknown, values: ParameterValues): unknown {
  if (Array.isArray(value)) return value.map((item) => freezeParameters(item, values));
  if (typeof value !== 'object' || value === null) return value;
  const { Ref: name, 'Fn::Sub': substituted } = recordOf(value);
  if (typeof name === 'string' && Object.keys(value).length === 1) return values.get(name) ?? value;
  if (substituted !== undefined && Object.keys(value).length === 1)
    return { 'Fn::Sub': freezeSub(substituted, values) };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, freezeParameters(inner, values)]));
}

/** Variables of a `Fn::Sub` hide parameters of the same name. */
function freezeSub(value: unknown, values: ParameterValues): unknown {
  if (typeof value === 'string') return freezeText(value, values);
  const [text, variables, ...rest] = listOf(value);
  if (typeof text !== 'string') return freezeParameters(value, values);
  const hidden = Object.keys(recordOf(variables));
  const visible = new Map([...values].filter(([name]) => !hidden.includes(name)));
  return [freezeText(text, visible), ...[variables, ...rest].map((part) => freezeParameters(part, values))];
}

function freezeText(text: string, values: ParameterValues): string {
  return text.replace(/\$\{(?!!)\s*([^}]+?)\s*\}/g, (whole, name: string) => {
    const value = values.get(name);
    return typeof value === 'string' ? value.replaceAll('${', '${!') : whole;
  });
}
