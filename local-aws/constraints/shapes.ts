import * as z from 'zod';

/**
 * What AWS's own API models say of requests: which members are required, and the types, lengths, ranges, patterns and values
 * of each. `models/` holds that part of them, for the operations that are implemented; its README says where it comes from.
 */
const shapeSchema = z.strictObject({
  type: z.enum([
    'structure',
    'list',
    'map',
    'string',
    'integer',
    'long',
    'float',
    'double',
    'boolean',
    'blob',
    'timestamp',
  ]),
  /** Of a structure: the members that must be there. */
  required: z.array(z.string()).optional(),
  /** Of a structure: the shapes of members that have constraints, or something below them. */
  members: z.record(z.string(), z.string()).optional(),
  /** Of a list: the shape of its items. */
  member: z.string().optional(),
  key: z.string().optional(),
  value: z.string().optional(),
  /** Length of texts, bytes, lists and maps; value of numbers. */
  min: z.number().optional(),
  max: z.number().optional(),
  /** A regular expression of Java that the whole text has to match. */
  pattern: z.string().optional(),
  enum: z.array(z.string()).optional(),
  /** Not to be repeated in an error. */
  sensitive: z.literal(true).optional(),
});

export const apiModelSchema = z.strictObject({
  source: z.strictObject({ model: z.string(), api: z.string(), license: z.string() }),
  /** The implemented operations that take input: its shape, and those of the operation's errors that can be about one member. */
  operations: z.record(z.string(), z.strictObject({ input: z.string(), errors: z.array(z.string()).optional() })),
  shapes: z.record(z.string(), shapeSchema),
});

export type Shape = z.output<typeof shapeSchema>;
export type ApiModel = z.output<typeof apiModelSchema>;
