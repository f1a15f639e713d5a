import * as z from 'zod';

/** The fields that a schema knows at a place of a document, of every form that may stand there; none where no object stands. */
export function knownFields(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  let found = formsOf(schema);
  for (const part of path) found = found.flatMap((form) => formsOf(within(form, part)));
  return [...new Set(found.flatMap((form) => (form instanceof z.ZodObject ? Object.keys(form.shape) : [])))];
}

/** What may stand at a part of something; undefined where nothing does. */
function within(form: z.core.$ZodType, part: PropertyKey): z.core.$ZodType | undefined {
  if (form instanceof z.ZodObject) return new Map<PropertyKey, z.core.$ZodType>(Object.entries(form.shape)).get(part);
  if (form instanceof z.ZodRecord) return form.valueType;
  return form instanceof z.ZodArray ? form.element : undefined;
}

/** A schema without what only says whether and how it has to be there, in each of its forms. */
function formsOf(schema: z.core.$ZodType | undefined): z.core.$ZodType[] {
  if (schema === undefined) return [];
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(formsOf);
  const wrapped =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodExactOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodReadonly;
  return wrapped ? formsOf(schema.unwrap()) : [schema];
}
