import { Latencies } from './latencies.ts';
import { type ErrorKind, errorKind, LONGEST_EXAMPLE, type Measurement } from './measurement-schema.ts';
import { cutText } from '../values/text.ts';

/** Ways in which a request of synthetic traffic fails, as sentences name them. */
const kinds = {
  functionError: 'function error',
  serverError: 'status 5xx',
  clientError: 'status 4xx',
  throttled: 'throttled',
  timeout: 'no answer in time',
  unreachable: 'not reachable',
  refused: 'address refused',
  secretUnreadable: 'secret not readable',
} as const;

/** One request's outcome. */
export interface Sample {
  /** Absent when there was no answer. */
  readonly milliseconds?: number;
  readonly failure?: { readonly kind: ErrorKind; readonly sentence: string };
}

/** The measurement of all samples. */
export function measure(samples: Iterable<Sample>): Measurement {
  const latencies = new Latencies();
  const errors: Partial<Record<ErrorKind, number>> = {};
  const examples: Partial<Record<ErrorKind, string>> = {};
  let sent = 0;
  for (const { milliseconds, failure } of samples) {
    sent += 1;
    if (milliseconds !== undefined) latencies.record(milliseconds);
    if (failure === undefined) continue;
    errors[failure.kind] = (errors[failure.kind] ?? 0) + 1;
    examples[failure.kind] ??= cutText(failure.sentence, LONGEST_EXAMPLE);
  }
  return { sent, errors, examples, latencies: latencies.toText() };
}

/** Both as one measurement. The order and grouping of merges do not matter. */
export function mergeMeasurements(earlier: Measurement, later: Measurement): Measurement {
  const latencies = Latencies.parse(earlier.latencies);
  latencies.add(Latencies.parse(later.latencies));
  const errors = { ...earlier.errors };
  for (const kind of errorKind.options) {
    const more = later.errors[kind] ?? 0;
    if (more > 0) errors[kind] = (errors[kind] ?? 0) + more;
  }
  return {
    sent: earlier.sent + later.sent,
    errors,
    examples: { ...later.examples, ...earlier.examples },
    latencies: latencies.toText(),
  };
}

export function errorCount({ errors }: Measurement): number {
  return Object.values(errors).reduce((sum, count) => sum + count, 0);
}

/** In percent of what was sent; 0 when nothing was. */
export function errorPercent(measurement: Measurement): number {
  return measurement.sent === 0 ? 0 : (100 * errorCount(measurement)) / measurement.sent;
}

/** `2 function error, 1 no answer in time`; empty without errors. */
export function describeErrors({ errors }: Measurement): string {
  return errorKind.options
    .flatMap((kind) => (errors[kind] === undefined ? [] : [`${errors[kind]} ${kinds[kind]}`]))
    .join(', ');
}
