import { listOf } from '../../values/records.ts';
import { referenceText, textsOf } from '../symbolic-text.ts';
import type { Resource } from '../template.ts';
import type { Led } from './rewire.ts';

/** Where a resource has policies: documents, or lists of what holds one. */
const policiesOf: Readonly<Record<string, readonly string[]>> = {
  'AWS::IAM::Role': ['Policies'],
  'AWS::IAM::User': ['Policies'],
  'AWS::IAM::Group': ['Policies'],
  'AWS::IAM::Policy': ['PolicyDocument'],
  'AWS::IAM::ManagedPolicy': ['PolicyDocument'],
  'AWS::IAM::RolePolicy': ['PolicyDocument'],
  'AWS::IAM::UserPolicy': ['PolicyDocument'],
  'AWS::IAM::GroupPolicy': ['PolicyDocument'],
  'AWS::Serverless::Function': ['Policies'],
  'AWS::Serverless::StateMachine': ['Policies'],
};

/**
 * A resource whose policies say of the alias what they say of the function: the alias is a resource of its own to IAM
 * (https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html). It is named behind the function's ARN and not by a reference:
 * the role may be the function's own, which is there before the alias.
 */
export function letCallAlias(resource: Resource, led: Led): Resource {
  const names = policiesOf[resource.Type];
  if (names === undefined || resource.Properties === undefined) return resource;
  const properties = Object.entries(resource.Properties).map(([name, value]): [string, unknown] => [
    name,
    names.includes(name) ? inPolicies(value, led) : value,
  ]);
  return { ...resource, Properties: Object.fromEntries(properties) };
}

function inPolicies(value: unknown, led: Led): unknown {
  if (Array.isArray(value)) return value.map((item) => inPolicies(item, led));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, unknown]) => [
      name,
      name === 'Resource' ? withAlias(inner, led) : inPolicies(inner, led),
    ]),
  );
}

function withAlias(given: unknown, led: Led): unknown {
  const resources = Array.isArray(given) ? listOf(given) : [given];
  const texts = resources.flatMap((one) => textsOf(one) ?? []);
  const aliases = resources.filter((one) => {
    const [text, ...others] = textsOf(one) ?? [];
    const isOne = text !== undefined && others.length === 0;
    return isOne && namesFunction(text, led) && !texts.some((other) => covers(other, text, led));
  });
  if (aliases.length === 0) return given;
  return [...resources, ...aliases.map((one) => ({ 'Fn::Join': ['', [one, `:${led.aliasName}`]] }))];
}

function namesFunction(text: string, { functionId }: Led): boolean {
  return text === referenceText(`${functionId}.Arn`) || text.endsWith(`:function:${referenceText(functionId)}`);
}

/** Does it allow the alias already? */
function covers(other: string, text: string, { aliasName }: Led): boolean {
  return other === `${text}:${aliasName}` || other === `${text}:*` || other === `${text}*` || other === '*';
}
