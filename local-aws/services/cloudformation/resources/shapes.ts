import * as z from 'zod';
import { NotImplemented } from '../../../kernel/errors.ts';
import type { Properties } from '../provider.ts';

/** A boolean as templates write it: also as text. */
export const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
/** A number as templates write it: also as text. */
export const count = z.coerce.number();
/** A policy, given as an object or as text; read as text. */
export const policyDocument = z.union([
  z.string(),
  z.record(z.string(), z.unknown()).transform((value) => JSON.stringify(value)),
]);
export const tagList = z.array(z.strictObject({ Key: z.string(), Value: z.string() }));

/**
 * Reads a resource's properties. Schemas are strict at every depth.
 * @throws NotImplemented naming nested properties the schema does not know
 * @throws z.ZodError naming what has the wrong shape, which is told in the registry's words
 */
export function readProperties<S extends z.ZodType>(type: string, schema: S, properties: Properties): z.infer<S> {
  const read = schema.safeParse(properties);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  if (issue?.code !== 'unrecognized_keys') throw read.error;
  const where = [type, ...issue.path].map(String).join('.');
  throw new NotImplemented(`${issue.keys.join(', ')} in ${where}`);
}

/** Whether two property values differ. */
export function differ(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}
