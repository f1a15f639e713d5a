import { resourceProblem, type Problem } from '../model/errors.ts';
import { sub } from '../model/intrinsics.ts';
import { isMap, type Fields } from '../model/values.ts';
import type { TemplateStatement } from './notation.ts';
import { FROM_A } from './templates-a-to-d.ts';
import { FROM_E } from './templates-e-to-p.ts';
import { FROM_R } from './templates-r-to-z.ts';

/** All of them, by name. */
export const POLICY_TEMPLATES = { ...FROM_A, ...FROM_E, ...FROM_R };

const TEMPLATES = new Map(Object.entries(POLICY_TEMPLATES));

export function isPolicyTemplate(value: unknown): value is Fields {
  const [name, ...others] = Object.keys(isMap(value) ? value : {});
  return name !== undefined && others.length === 0 && TEMPLATES.has(name);
}

/** The policy document of a policy template with its parameters' values. @throws Problem */
export function fillPolicyTemplate(resource: string, policy: Fields): Fields {
  const [name = '', values] = Object.entries(policy)[0] ?? [];
  const { parameters, statements } = TEMPLATES.get(name) ?? { parameters: [], statements: [] };
  if (!isMap(values)) throw invalid(resource, `Must specify valid parameter values for policy template '${name}'`);
  const missing = parameters.filter((parameter) => !(parameter in values));
  if (missing.length > 0)
    throw invalid(
      resource,
      `Following required parameters of template '${name}' don't have values: [${missing.map((one) => `'${one}'`).join(', ')}]`,
    );
  return { Statement: statements.map((statement) => fill(statement, parameters, values)) };
}

function invalid(resource: string, text: string): Problem {
  return resourceProblem(resource, text);
}

function fill(statement: TemplateStatement, parameters: readonly string[], values: Fields): Fields {
  const { on, when } = statement;
  const at = (pattern: string) => address(pattern, parameters, values);
  return {
    Effect: 'Allow',
    Action: 'actions' in statement ? statement.actions.split(' ') : statement.action,
    Resource: typeof on === 'string' ? at(on) : on.map(at),
    ...(when === undefined ? {} : { Condition: { StringEquals: { [when[0]]: at(when[1]) } } }),
  };
}

function address(pattern: string, parameters: readonly string[], values: Fields): unknown {
  if (pattern === '*') return pattern;
  const text = pattern.replace(/^arn:/, 'arn:${AWS::Partition}:').replace('@', '${AWS::Region}:${AWS::AccountId}');
  const named = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']): [string, unknown] => {
    const parameter = parameters.find((one) => one.toLowerCase() === name.toLowerCase()) ?? name;
    return [name, values[parameter]];
  });
  return sub(text, Object.fromEntries(named));
}
