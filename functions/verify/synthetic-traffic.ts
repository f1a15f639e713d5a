import { type ErrorKind, type Measurement } from '../../core/checks/measurement-schema.ts';
import { measure, type Sample } from '../../core/checks/measurement.ts';
import { describeFunctionError } from '../../core/checks/redact.ts';
import type { TrafficCheck } from '../../core/checks/schema.ts';
import { judgeSyntheticTraffic, planRequests } from '../../core/checks/synthetic-traffic.ts';
import type { Verdict } from '../../core/checks/verdict.ts';
import { AddressRefused } from '../../adapters/http/addresses.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { drive, type Timed } from './load.ts';
import { type Probe, probeOf } from './probe.ts';
import { SecretUnreadable } from './secret-headers.ts';
import type { BeforeCheck } from './under-way.ts';
import type { VerificationContext } from './verification-context.ts';

/** The result of one request of synthetic traffic. */
export interface TrafficAnswer {
  readonly answered: boolean;
  readonly failure?: { readonly kind: ErrorKind; readonly sentence: string };
  /** The version of the function that answered. */
  readonly version?: string;
}

/** Runs synthetic traffic, one check after another, so that they do not measure each other. @param before called before each */
export async function runSyntheticTraffic(
  verification: VerificationContext,
  checks: readonly TrafficCheck[],
  by: 'version' | 'alias',
  invocation: InvocationContext,
  before?: BeforeCheck,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const check of checks) {
    await before?.();
    const measurement = await driveCheck(await probeOf(verification, check, by), check, invocation);
    const verdict = judgeSyntheticTraffic(check, measurement);
    const { errors, examples } = measurement;
    if (Object.keys(errors).length > 0)
      invocation.log.warn(`Traffic had errors: ${verdict.check}`, { errors, examples });
    verdicts.push(verdict);
  }
  return verdicts;
}

async function driveCheck(probe: Probe, check: TrafficCheck, invocation: InvocationContext): Promise<Measurement> {
  const timed = await drive(
    planRequests(check.phases),
    () => ask(probe, check),
    (milliseconds) => invocation.pause(milliseconds),
  );
  return measure(timed.map(sampleOf));
}

/** The sample of a request: an answer has a latency, whether or not it was an error. */
export function sampleOf({ result: { answered, failure }, milliseconds }: Timed<TrafficAnswer>): Sample {
  return { ...(answered ? { milliseconds } : {}), ...(failure === undefined ? {} : { failure }) };
}

/** Sends one request; a failure is an answer, too. */
export async function ask(probe: Probe, { keep }: Pick<TrafficCheck, 'keep'>): Promise<TrafficAnswer> {
  try {
    const answer = await probe();
    switch (answer.kind) {
      case 'function': {
        const version = answer.version === undefined ? {} : { version: answer.version };
        if (answer.functionError === undefined) return { answered: true, ...version };
        const sentence = describeFunctionError(answer.payload, keep);
        return { answered: true, ...version, failure: { kind: 'functionError', sentence } };
      }
      case 'http':
        return { answered: true, ...statusFailure(answer.status) };
      case 'unanswered':
        return { answered: false, failure: { kind: 'unreachable', sentence: answer.sentence } };
    }
  } catch (problem) {
    const sentence = problem instanceof Error ? problem.message : String(problem);
    return { answered: false, failure: { kind: kindOf(problem), sentence } };
  }
}

function statusFailure(status: number): Pick<TrafficAnswer, 'failure'> {
  if (status < 400) return {};
  const sentence = `status ${status}`;
  if (status === 429) return { failure: { kind: 'throttled', sentence } };
  return { failure: { kind: status < 500 ? 'clientError' : 'serverError', sentence } };
}

/** The kind of failure of an error from the SDK, a socket, or Sluice's own adapter. */
function kindOf(problem: unknown): ErrorKind {
  if (problem instanceof AddressRefused) return 'refused';
  if (problem instanceof SecretUnreadable) return 'secretUnreadable';
  if (!(problem instanceof Error)) return 'unreachable';
  if (/^(TooManyRequests|Throttl|EC2Throttled)/.test(problem.name)) return 'throttled';
  if (/^(TimeoutError|AbortError|HttpTimedOut)$/.test(problem.name)) return 'timeout';
  return 'unreachable';
}
