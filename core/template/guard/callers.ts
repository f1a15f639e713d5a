import * as z from 'zod';
import { listOf } from '../../values/records.ts';
import { referenceText, symbolicTexts, textsOf } from '../symbolic-text.ts';
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
  const branches = branchesOf(given);
  if (branches?.some(Array.isArray) === true)
    return { 'Fn::If': [branches[0], ...branches.slice(1).map((branch) => withAlias(branch, led))] };
  const resources = Array.isArray(given) ? listOf(given) : [given];
  const texts = resources.flatMap((one) => textsOf(one) ?? []);
  const aliases = resources.map((one) => aliasBehind(one, texts, led)).filter((one) => one !== undefined);
  return aliases.length === 0 ? given : [...resources, ...aliases];
}

/** What names the alias where this names the function; undefined where it does not, or the alias is allowed already. */
function aliasBehind(one: unknown, texts: readonly string[], led: Led): unknown {
  const [condition, ...branches] = branchesOf(one) ?? [];
  if (branches.length > 0) {
    const behind = branches.map((branch) => aliasBehind(branch, texts, led));
    if (behind.every((alias) => alias === undefined)) return undefined;
    return { 'Fn::If': [condition, ...behind.map((alias) => alias ?? { Ref: 'AWS::NoValue' })] };
  }
  const [text] = textsOf(one) ?? [];
  if (text === undefined || !namesFunction(text, led) || texts.some((other) => covers(other, text, led)))
    return undefined;
  return { 'Fn::Join': ['', [one, `:${led.aliasName}`]] };
}

const choice = z.strictObject({ 'Fn::If': z.array(z.unknown()).length(3) });

/** Condition and branches. */
function branchesOf(value: unknown): readonly unknown[] | undefined {
  return choice.safeParse(value).data?.['Fn::If'];
}

function namesFunction(text: string, { functionId, functionNames }: Led): boolean {
  const names = [referenceText(functionId), ...functionNames].map((name) => `:function:${name}`);
  return text === referenceText(`${functionId}.Arn`) || names.some((name) => text.endsWith(name));
}

/** Does it allow the alias already? */
function covers(other: string, text: string, { aliasName }: Led): boolean {
  return other === `${text}:${aliasName}` || other === `${text}:*` || other === `${text}*` || other === '*';
}

/** Does a policy name the function, and nothing beside it the alias? Such a caller would be shut out. */
export function shutsOut(resource: Resource, led: Led): boolean {
  const names = policiesOf[resource.Type] ?? [];
  return names.some((name) => resourcesIn(resource.Properties?.[name]).some((value) => isShut(value, led)));
}

function isShut(value: unknown, led: Led): boolean {
  const texts = symbolicTexts(value).map(({ text }) => text);
  const own = [referenceText(`${led.functionId}.Arn`), `:function:${referenceText(led.functionId)}`];
  const named = texts.some((text) => own.some((one) => text.includes(one)) || namesFunction(text, led));
  const alias = [`:${led.aliasName}`, '*', referenceText(led.aliasId), referenceText(`${led.aliasId}.AliasArn`)];
  return named && !texts.some((text) => alias.some((end) => text.endsWith(end)));
}

/** What `Resource` of each statement is. */
function resourcesIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(resourcesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    name === 'Resource' ? [inner] : resourcesIn(inner),
  );
}
