import * as z from 'zod';

export const errorKind = z.enum([
  'functionError',
  'serverError',
  'clientError',
  'throttled',
  'timeout',
  'unreachable',
  'refused',
]);
export type ErrorKind = z.infer<typeof errorKind>;

/** Characters that are kept of an example. */
export const LONGEST_EXAMPLE = 200;

/**
 * What synthetic traffic measured, as the ledger keeps it. Latencies count from the intended start of each request, so that a
 * stalled target shows; those of answers that were errors are in, too.
 */
export const measurementSchema = z.object({
  sent: z.int().min(0),
  /** How many requests failed, by kind. */
  errors: z.partialRecord(errorKind, z.int().min(1)),
  /** The first failure of each kind, in its own words. */
  examples: z.partialRecord(errorKind, z.string().max(LONGEST_EXAMPLE)),
  /** Of the requests that were answered: the text of `Latencies`. */
  latencies: z.string(),
});
export type Measurement = z.infer<typeof measurementSchema>;

export const nothingMeasured: Measurement = { sent: 0, errors: {}, examples: {}, latencies: '' };

/** Traffic beside a shift: through the alias both versions answer, so what was measured is kept by version. */
export const measuredVersionsSchema = z.object({ newVersion: measurementSchema, oldVersion: measurementSchema });
export type MeasuredVersions = z.infer<typeof measuredVersionsSchema>;
