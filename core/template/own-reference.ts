import * as z from 'zod';
import type { Template } from './template.ts';

const reference = z.union([
  z.strictObject({ Ref: z.string() }).transform(({ Ref }) => Ref),
  z.strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }).transform(({ 'Fn::GetAtt': [name] }) => name),
  z.strictObject({ 'Fn::GetAtt': z.string() }).transform(({ 'Fn::GetAtt': text }) => text.replace(/\..*$/, '')),
  z
    .strictObject({ 'Fn::Sub': z.string().regex(/^\$\{[\w.]+\}$/) })
    .transform(({ 'Fn::Sub': text }) => text.slice(2, -1).replace(/\..*$/, '')),
]);
const choice = z.strictObject({ 'Fn::If': z.tuple([z.unknown(), z.unknown(), z.unknown()]) });

/**
 * Does a value certainly stand for a resource of the template itself, of one of these types? Of other types it would not do: what
 * `Ref` gives of a parameter in SSM, say, is a text of the template's choice.
 */
export function isOwnReference(value: unknown, template: Template, types: RegExp): boolean {
  const branches = choice.safeParse(value).data?.['Fn::If'];
  if (branches !== undefined) return branches.slice(1).every((branch) => isOwnReference(branch, template, types));
  const name = reference.safeParse(value).data;
  if (name === undefined) return false;
  return name === 'AWS::NoValue' || types.test(template.Resources[name]?.Type ?? '');
}
