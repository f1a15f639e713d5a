import type { SmokeAnswer } from '../../core/checks/smoke.ts';
import { syntheticContext, syntheticHeader } from '../../core/checks/synthetic-mark.ts';
import type { SmokeCheck, TrafficCheck } from '../../core/checks/schema.ts';
import { onDemand } from '../../adapters/on-demand.ts';
import { headersOf } from './secret-headers.ts';
import { findFunction, findUrl, outputHosts, type ReachBy, type VerificationContext } from './verification-context.ts';

type Check = SmokeCheck | TrafficCheck;

/** Sends one request of a check. */
export type Probe = () => Promise<SmokeAnswer>;

/** Makes a check's probe; the function or URL is looked up once. */
export async function probeOf(verification: VerificationContext, check: Check, by: ReachBy): Promise<Probe> {
  const timeoutMilliseconds = 1000 * ('timeoutSeconds' in check ? (check.timeoutSeconds ?? 10) : 10);
  if ('invoke' in check) {
    const found = await findFunction(verification, check.invoke, by);
    if (found === undefined) return unanswered(`the stack has no function ${check.invoke}`);
    const clientContext = syntheticContext(verification.plan.release);
    const invocation = { ...found, payload: check.payload, timeoutMilliseconds, clientContext };
    return async () => {
      const { payload, functionError, version } = await verification.target.functions.invoke(invocation);
      return { kind: 'function', payload, version, ...(functionError === undefined ? {} : { functionError }) };
    };
  }
  const base = await findUrl(verification, check.http);
  if (base === undefined) return unanswered(`the stack has no output ${check.http}`);
  const json = check.body === undefined ? {} : { 'content-type': 'application/json' };
  const question = {
    url: `${base.replace(/\/$/, '')}${check.path ?? ''}`,
    method: check.method ?? 'GET',
    body: check.body === undefined ? undefined : JSON.stringify(check.body),
    timeoutMilliseconds,
    hosts: outputHosts(verification),
  };
  // Secrets are rotated: an attempt at a smoke check reads them by itself, traffic and a slice of it once.
  const read = () => headersOf(verification, check);
  const headersNow = 'phases' in check ? onDemand(read) : read;
  return async () => {
    const given = await headersNow();
    const headers = { 'user-agent': 'sluice', ...json, ...given, [syntheticHeader]: verification.plan.release };
    const { status, body } = await verification.http.ask({ ...question, headers });
    return { kind: 'http', status, body };
  };
}

function unanswered(sentence: string): Probe {
  return () => Promise.resolve({ kind: 'unanswered', sentence });
}
