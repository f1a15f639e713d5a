import * as z from 'zod';

export const errorKind = z.enum([
  'functionError',
  'serverError',
  'clientError',
  'throttled',
  'timeout',
  'unreachable',
  'refused',
  'secretUnreadable',
]);
export type ErrorKind = z.infer<typeof errorKind>;

/** Longest example that is kept, in characters. */
export const LONGEST_EXAMPLE = 200;

/**
 * What synthetic traffic measured, as the ledger keeps it. Latencies count from the intended start of each request, so that a
 * stalled target shows; answers that were errors are included.
 */
export const measurementSchema = z.object({
  sent: z.int().min(0),
  /** How many requests failed, by kind. */
  errors: z.partialRecord(errorKind, z.int().min(1)),
  /** The message of the first failure of each kind. */
  examples: z.partialRecord(errorKind, z.string().max(LONGEST_EXAMPLE)),
  /** Of the requests that were answered: the text of `Latencies`. */
  latencies: z.string(),
});
export type Measurement = z.infer<typeof measurementSchema>;

export const nothingMeasured: Measurement = { sent: 0, errors: {}, examples: {}, latencies: '' };

/** Traffic during a shift: both versions answer through the alias, so measurements are kept by version. */
export const measuredVersionsSchema = z.object({ newVersion: measurementSchema, oldVersion: measurementSchema });
export type MeasuredVersions = z.infer<typeof measuredVersionsSchema>;
