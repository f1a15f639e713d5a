import * as z from 'zod';
import { logicalId } from '../values/identifiers.ts';
import { plainHeaderValue, secretReference } from './header-secret.ts';
import { shownPath } from './redact.ts';

/** The manifest's smoke checks and synthetic traffic. */

/** Verification runs inside one Lambda invocation: all traffic of a check must fit well within its 15 minutes. */
const LONGEST_TRAFFIC_SECONDS = 600;

const label = z.string().min(1).max(100);
const seconds = z.int().min(1).max(60);
const json = z.json();

const invoke = {
  /** Name of a function in the template. */
  invoke: logicalId,
  payload: json.exactOptional(),
};

/** Headers of the connection, and the one that marks synthetic requests: a check must not set them. */
const reservedHeaders =
  /^(host|connection|content-length|expect|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|x-sluice-.*)$/i;

const MOST_HEADERS = 50;

const headerName = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9-]+$/, 'must be a header name')
  .refine((name) => !reservedHeaders.test(name), {
    error: 'must not be a header of the connection, nor one of Sluice',
    params: { code: 'reserved-header' },
  });

const http = {
  /** Name of an output of the template that holds a URL. */
  http: logicalId,
  /** Appended to the URL. */
  path: z
    .string()
    .max(2000)
    .regex(/^\/[^\s]*$/, 'must start with "/" and hold no space')
    .exactOptional(),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).exactOptional(),
  /** A credential lies in a secret, to which the value refers. */
  headers: z
    .record(headerName, z.union([plainHeaderValue, secretReference]))
    .refine((headers) => Object.keys(headers).length <= MOST_HEADERS, {
      error: `must have at most ${MOST_HEADERS} members`,
      params: { code: 'too-many-headers' },
    })
    .meta({ maxProperties: MOST_HEADERS })
    .exactOptional(),
  body: json.exactOptional(),
};

/** A new resource may need a moment: permissions, addresses and certificates propagate. */
const retry = z.strictObject({
  /** Most attempts, the first included. */
  attempts: z.int().min(1).max(20),
  /** No further attempt begins later than this after the first. */
  withinSeconds: z.int().min(1).max(300),
});

const within = {
  /** Longest time that the answer may take. */
  withinMilliseconds: z.int().min(1).max(60_000).exactOptional(),
};

const common = {
  name: label.exactOptional(),
  /** What is answered, and the path that is asked, are kept and shown as they are; else only their shape, since they may hold secrets. */
  keep: z.literal(true).exactOptional(),
};

const smokeInvoke = z.strictObject({
  ...common,
  ...invoke,
  /** Seconds to wait for the answer; 10 when not given. */
  timeoutSeconds: seconds.exactOptional(),
  /** `json` must be contained in what the function answers. A function error always fails. */
  expect: z.strictObject({ json: json.exactOptional(), ...within }).exactOptional(),
  /** 3 attempts within 30 seconds when not given. */
  retry: retry.exactOptional(),
});

const smokeHttp = z.strictObject({
  ...common,
  ...http,
  timeoutSeconds: seconds.exactOptional(),
  /** `status` is 200 when not given; `json` must be contained in the body. */
  expect: z
    .strictObject({ status: z.int().min(100).max(599).exactOptional(), json: json.exactOptional(), ...within })
    .exactOptional(),
  retry: retry.exactOptional(),
});

/** One function sends all of it, each request at its time. While traffic shifts, all checks are driven side by side. */
const MOST_PER_SECOND = 200;

const phase = z.strictObject({
  seconds: z.int().min(1).max(LONGEST_TRAFFIC_SECONDS),
  perSecond: z.number().positive().max(MOST_PER_SECOND),
  rampTo: z.number().positive().max(MOST_PER_SECOND).exactOptional(),
});

const phases = z
  .array(phase)
  .min(1)
  .max(20)
  .refine((list) => list.reduce((sum, { seconds: length }) => sum + length, 0) <= LONGEST_TRAFFIC_SECONDS, {
    error: 'must take 600 seconds or less together',
    params: { code: 'traffic-too-long' },
  });

const ensureSchema = z.strictObject({
  /** Most errors allowed, in percent of the requests sent. */
  errorPercent: z.number().min(0).max(100),
  /** Slowest that half of the requests may be; likewise for the shares below. */
  p50Milliseconds: z.number().positive().exactOptional(),
  p90Milliseconds: z.number().positive().exactOptional(),
  p95Milliseconds: z.number().positive().exactOptional(),
  p99Milliseconds: z.number().positive().exactOptional(),
  /** Fewer samples prove nothing: the verdict is inconclusive. */
  minimumSamples: z
    .int()
    .min(1)
    .max(MOST_PER_SECOND * LONGEST_TRAFFIC_SECONDS),
});

/** The new version side by side with the one it replaces, while traffic moves. */
const baselineSchema = z
  .strictObject({
    /** Smallest difference in errors that counts, in percentage points: 1 means that 3% against 2% is still allowed. */
    errorPoints: z.number().positive().max(100).exactOptional(),
    /** Smallest slowdown that counts, in percent of the old version's latency (geometric mean). */
    latencyPercent: z.number().positive().max(1000).exactOptional(),
    /** How sure a verdict must be, 0.9 to 0.999; 0.95 when not given. */
    confidence: z.number().min(0.9).max(0.999).exactOptional(),
  })
  .refine(({ errorPoints, latencyPercent }) => errorPoints !== undefined || latencyPercent !== undefined, {
    error: 'must give "errorPoints", "latencyPercent" or both',
    params: { code: 'baseline-empty' },
  });

const load = { ...common, phases, ensure: ensureSchema };

export const smokeCheck = z.union([smokeInvoke, smokeHttp]);
const trafficCheck = z.union([
  z.strictObject({ ...invoke, ...load, baseline: baselineSchema.exactOptional() }),
  z.strictObject({ ...http, ...load }),
]);

/** Synthetic traffic of a manifest. */
export const trafficChecks = z
  .array(trafficCheck)
  .max(20)
  .refine((checks) => peakPerSecond(checks) <= MOST_PER_SECOND, {
    error: `may send ${MOST_PER_SECOND} requests a second or less together, since all checks are driven side by side while traffic shifts: the highest perSecond or rampTo of each counts`,
    params: { code: 'traffic-too-dense' },
  });

function peakPerSecond(checks: readonly { readonly phases: readonly TrafficPhase[] }[]): number {
  const peaks = checks.map(({ phases: list }) =>
    Math.max(...list.map(({ perSecond, rampTo = perSecond }) => Math.max(perSecond, rampTo))),
  );
  return peaks.reduce((sum, peak) => sum + peak, 0);
}

export type SmokeCheck = z.infer<typeof smokeCheck>;
export type TrafficCheck = z.infer<typeof trafficCheck>;
export type TrafficPhase = z.infer<typeof phase>;
export type Ensure = z.infer<typeof ensureSchema>;
export type Baseline = z.infer<typeof baselineSchema>;
export type Json = z.infer<typeof json>;

/** All checks of a target run one after another in one invocation of 900 seconds, a minute of which goes to reading and writing. */
export const LONGEST_CHECKS_SECONDS = 840;

/** How long checks may take together when each smoke check needs all of its attempts, in seconds. */
export function longestSeconds({ smoke = [], traffic = [] }: Checks): number {
  const phaseSeconds = traffic.flatMap(({ phases: list }) => list.map(({ seconds: length }) => length));
  const smokeSeconds = smoke.map(({ retry: { attempts, withinSeconds } = DEFAULT_RETRY, timeoutSeconds = 10 }) =>
    // The last attempt begins within that time, and may take as long as any.
    attempts === 1 ? timeoutSeconds : withinSeconds + timeoutSeconds,
  );
  return [...phaseSeconds, ...smokeSeconds].reduce((sum, length) => sum + length, 0);
}

/** The checks of a manifest. */
interface Checks {
  readonly smoke?: readonly SmokeCheck[];
  readonly traffic?: readonly TrafficCheck[];
}

/** Of a smoke check that says nothing about attempts. */
export const DEFAULT_RETRY = { attempts: 3, withinSeconds: 30 };

/** A check's name for people: its own, or what it calls, without what may be a key. */
export function checkName(check: SmokeCheck | TrafficCheck): string {
  if (check.name !== undefined) return check.name;
  if ('invoke' in check) return `invoke ${check.invoke}`;
  const { method = 'GET', http: output, path = '', keep } = check;
  return `${method} ${output}${keep === true ? path : shownPath(path)}`;
}
