import * as z from 'zod';
import { canonicalJson } from '../release/chain.ts';
import { propertyOf, referredName, resourcesOfType } from './template.ts';
import type { Template } from './template.ts';

const substitution = z.strictObject({ 'Fn::Sub': z.string() });
const whole = /^\$\{(?<name>[A-Za-z0-9]+)(?:\.Arn)?\}$/;

/**
 * The function of the template that a property means, however it is written: `Ref`, `Fn::GetAtt`, `Fn::Sub`, or the name that the
 * function's own `FunctionName` gives it, as text, intrinsic or end of an ARN. Undefined for a function that is not in the template.
 */
export function functionMeant(template: Template, value: unknown): string | undefined {
  const name =
    referredName(value) ?? whole.exec(substitution.safeParse(value).data?.['Fn::Sub'] ?? '')?.groups?.['name'];
  const functions = resourcesOfType(template, 'AWS::Lambda::Function');
  if (name !== undefined && functions.some(([logicalId]) => logicalId === name)) return name;
  return functions.find(([, resource]) => isNamed(value, propertyOf(resource, 'FunctionName')))?.[0];
}

function isNamed(value: unknown, functionName: unknown): boolean {
  if (value === undefined || functionName === undefined) return false;
  if (canonicalJson(value) === canonicalJson(functionName)) return true;
  const text = typeof value === 'string' ? value : substitution.safeParse(value).data?.['Fn::Sub'];
  const plain =
    typeof functionName === 'string' ? functionName : substitution.safeParse(functionName).data?.['Fn::Sub'];
  return text !== undefined && plain !== undefined && text.endsWith(`:function:${plain}`);
}
