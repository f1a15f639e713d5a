import * as z from 'zod';
import { assetBucketParameter } from './asset-bucket.ts';
import type { Template } from './template.ts';

/** A parameter of a template, as far as its value goes. */
interface ParameterDeclaration {
  readonly type: string;
  /** As text, as CloudFormation shows it. */
  readonly standard?: string;
  /** CloudFormation shows asterisks instead of its value, and keeps the value where it is told to. */
  readonly hidden: boolean;
}

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const declaration = z.looseObject({
  Type: z.string().catch('String'),
  Default: scalar.exactOptional().catch(''),
  NoEcho: scalar.exactOptional().catch('true'),
});

/** Every parameter of a template. */
export function declaredParameters({
  Parameters = {},
}: Pick<Template, 'Parameters'>): Map<string, ParameterDeclaration> {
  return new Map(Object.entries(Parameters).map(([name, body]) => [name, readDeclaration(body)]));
}

function readDeclaration(body: unknown): ParameterDeclaration {
  const { Type = 'String', Default, NoEcho = 'false' } = declaration.safeParse(body).data ?? {};
  return {
    type: Type,
    hidden: /^true$/i.test(NoEcho),
    ...(Default === undefined ? {} : { standard: Default }),
  };
}

/** Names of the parameters without any value: the stack that is live has one, or nobody has. */
export function missingParameters(template: Template, given: Readonly<Record<string, string>>): string[] {
  return [...declaredParameters(template)].flatMap(([name, { standard }]) =>
    standard === undefined && given[name] === undefined && name !== assetBucketParameter ? [name] : [],
  );
}

/**
 * Nothing but dynamic references: names of secrets, which are none themselves.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 */
export function isReference(value: string): boolean {
  return /^(\{\{resolve:(ssm|ssm-secure|secretsmanager):[^{}]+\}\})+$/.test(value);
}

/** Its value is the name of a parameter in the Parameter Store, which CloudFormation reads. */
export function isStoreType(type: string): boolean {
  return type.startsWith('AWS::SSM::Parameter::');
}

/** The parameters of a stack that is live. */
export interface LiveParameters {
  /** As CloudFormation shows them: hidden ones are asterisks. */
  readonly values: Readonly<Record<string, string>>;
  readonly template: Template;
}

/** Names of the parameters whose values a live stack hides. */
export function hiddenIn({ values, template }: LiveParameters): string[] {
  const declared = declaredParameters(template);
  return Object.keys(values).filter((name) => declared.get(name)?.hidden === true);
}

/** Values for a template's parameters, and the names of those that keep theirs; the others get the template's default. */
export interface ParameterChoice {
  readonly parameters: Readonly<Record<string, string>>;
  readonly kept: readonly string[];
}

/** Parameters that a change gives no value, and that have none without it: CloudFormation would not begin. */
export function missingValues(template: Template, { parameters, kept }: ParameterChoice): string[] {
  return [...declaredParameters(template)].flatMap(([name, { standard }]) =>
    standard === undefined && !(name in parameters) && !kept.includes(name) ? [name] : [],
  );
}

/**
 * The values of a change. A parameter that is given none keeps the one it has where the template has no default, and where the
 * live stack hides it: a hidden value that was changed could not be put back.
 * @param kept names of parameters that keep their value in any case
 */
export function chooseParameters(
  template: Template,
  given: Readonly<Record<string, string>>,
  kept: readonly string[],
  live: LiveParameters | undefined,
): ParameterChoice {
  const hidden = live === undefined ? [] : hiddenIn(live);
  const own = [...declaredParameters(template)].flatMap(([name, { standard }]) =>
    !(name in given) && live?.values[name] !== undefined && (standard === undefined || hidden.includes(name))
      ? [name]
      : [],
  );
  // What only kept resources use keeps its value, whoever would give it: CloudFormation takes each name once.
  const parameters = Object.fromEntries(Object.entries(given).filter(([name]) => !kept.includes(name)));
  return { parameters, kept: [...new Set([...kept, ...own])] };
}
