/**
 * Asks an authorizer's function whether a request may come in, or takes its answer of before.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html
 */
import { InvokeCommand } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { AwsError } from '../../../kernel/errors.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { serviceCaller, type Caller } from '../../../kernel/principal.ts';
import { readAnswered, verdictOf, type Answered } from './answer.ts';
import type { Authorizer, Verdict } from './authorizer.ts';

interface Place {
  readonly account: string;
  readonly region: string;
  readonly id: string;
}

export interface Question {
  readonly authorizer: Authorizer;
  readonly api: Place;
  readonly stage: string;
  /** The values of the identity sources, in their order; undefined for one that the request has not. */
  readonly identity: readonly (string | undefined)[];
  /** `arn:aws:execute-api:…`, what is called. */
  readonly resource: string;
  readonly event: object;
  readonly functionName: string | undefined;
  /** Whether the context has scalars alone. */
  readonly flat: boolean;
}

interface Kept {
  readonly of: { readonly apiId: string; readonly stage: string };
  readonly until: number;
  readonly answered: Answered;
}

/** What functions answered, by API, authorizer, stage and identity: an answer holds for every route. */
const kept = new WeakMap<Kernel, Map<string, Kept>>();

/** Forgets what was answered for a stage. */
export function forget(kernel: Kernel, apiId: string, stage: string): void {
  const all = kept.get(kernel);
  for (const [key, { of }] of all ?? []) if (of.apiId === apiId && of.stage === stage) all?.delete(key);
}

export async function ask(kernel: Kernel, question: Question): Promise<Verdict> {
  const { authorizer, api, identity, resource } = question;
  const known = identity.filter((value) => value !== undefined && value !== '');
  if (known.length < identity.length || !isValid(authorizer, known[0])) return { kind: 'unauthorized' };
  const cache = kept.get(kernel) ?? new Map<string, Kept>();
  kept.set(kernel, cache);
  const key = JSON.stringify([api.id, authorizer.id, question.stage, ...known]);
  const before = cache.get(key);
  if (before !== undefined && before.until > kernel.clock.now())
    return verdictOf(before.answered, resource, api.account);
  const answered = await invoke(kernel, question);
  if (answered === 'unauthorized') return { kind: 'unauthorized' };
  if (answered === 'failed') return { kind: 'failed' };
  if (authorizer.ttlSeconds > 0 && known.length > 0)
    cache.set(key, {
      of: { apiId: api.id, stage: question.stage },
      until: kernel.clock.now() + authorizer.ttlSeconds * 1_000,
      answered,
    });
  return verdictOf(answered, resource, api.account);
}

function isValid({ validation }: Authorizer, token: string | undefined): boolean {
  return validation === undefined || new RegExp(`^(?:${validation})$`).test(token ?? '');
}

const thrown = z.object({ errorMessage: z.string() });

async function invoke(kernel: Kernel, question: Question): Promise<Answered | 'unauthorized' | 'failed'> {
  const { authorizer, functionName: FunctionName, event, flat } = question;
  if (FunctionName === undefined) return 'failed';
  try {
    const { FunctionError, Payload } = await kernel.send(
      invokerOf(kernel, question),
      new InvokeCommand({
        ...{ FunctionName, InvocationType: 'RequestResponse' },
        Payload: Buffer.from(JSON.stringify(event)),
      }),
    );
    const payload = Buffer.from(Payload ?? []).toString();
    if (FunctionError !== undefined) return isUnauthorized(payload) ? 'unauthorized' : 'failed';
    return readAnswered(payload, authorizer.simple, flat) ?? 'failed';
  } catch (error) {
    // A missing permission or function is the API's owner's mistake.
    if (error instanceof AwsError && error.status !== 501) return 'failed';
    throw error;
  }
}

/** A function that throws just this word says that it does not know the caller. */
function isUnauthorized(payload: string): boolean {
  try {
    return thrown.parse(JSON.parse(payload)).errorMessage === 'Unauthorized';
  } catch {
    return false;
  }
}

/** As whom the function is invoked. Its resource policy speaks of `<api>/authorizers/<id>`. */
function invokerOf(kernel: Kernel, { authorizer, api }: Question): Caller {
  const service = 'apigateway.amazonaws.com';
  const from = `arn:aws:execute-api:${api.region}:${api.account}:${api.id}/authorizers/${authorizer.id}`;
  if (authorizer.credentials === undefined) return serviceCaller(service, api.account, api.region, from);
  return kernel.port.iam.assumeForService({
    ...{ roleArn: authorizer.credentials, service, region: api.region },
    ...{ sessionName: 'BackplaneAssumeRoleSession', sourceArn: from },
  });
}
