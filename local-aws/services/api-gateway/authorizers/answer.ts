/**
 * What an authorizer's function answered.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
import * as z from 'zod';
import { AwsError } from '../../../kernel/errors.ts';
import type { PolicyDocument } from '../../../kernel/principal.ts';
import { applies, statementsOf, type AccessRequest } from '../../iam/evaluate.ts';
import { parsePolicyDocument } from '../../iam/policy-document.ts';
import type { Context, Verdict } from './authorizer.ts';

/** An answer, as it may be kept. A policy is looked at anew for each request. */
export type Answered =
  | {
      readonly kind: 'policy';
      readonly principalId: string;
      readonly policy: PolicyDocument;
      readonly context: Context;
    }
  | { readonly kind: 'simple'; readonly isAuthorized: boolean; readonly context: Context };

const context = z.record(z.string(), z.unknown()).nullish();
const policySchema = z.object({
  principalId: z.string().min(1),
  policyDocument: z.record(z.string(), z.unknown()),
  context,
});
const simpleSchema = z.object({ isAuthorized: z.boolean(), context });

/** Undefined for nonsense. @param flat whether the context has scalars alone, as that of REST APIs */
export function readAnswered(payload: string, simple: boolean, flat: boolean): Answered | undefined {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    return undefined;
  }
  if (simple) {
    const read = simpleSchema.safeParse(value);
    if (!read.success) return undefined;
    return { kind: 'simple', isAuthorized: read.data.isAuthorized, context: read.data.context ?? {} };
  }
  const read = policySchema.safeParse(value);
  if (!read.success) return undefined;
  const { principalId, policyDocument, context: told } = read.data;
  if (flat && Object.values(told ?? {}).some((one) => typeof one === 'object' && one !== null)) return undefined;
  const policy = policyOf(policyDocument);
  return policy === undefined ? undefined : { kind: 'policy', principalId, policy, context: told ?? {} };
}

function policyOf(document: Readonly<Record<string, unknown>>): PolicyDocument | undefined {
  try {
    return parsePolicyDocument(JSON.stringify(document));
  } catch (error) {
    if (error instanceof AwsError && error.status !== 501) return undefined;
    throw error;
  }
}

/** What an answer says of one request. @param resource the ARN of what is called */
export function verdictOf(answered: Answered, resource: string, account: string): Verdict {
  if (answered.kind === 'simple')
    return answered.isAuthorized
      ? { kind: 'allowed', principalId: undefined, context: answered.context }
      : { kind: 'denied', explicit: true };
  const request: AccessRequest = {
    principal: { type: 'anonymous', arn: '*' },
    action: 'execute-api:Invoke',
    resource,
    resourceAccount: account,
    context: new Map(),
  };
  const matching = statementsOf(answered.policy).filter((statement) => applies(statement, request));
  if (matching.some(({ Effect }) => Effect === 'Deny')) return { kind: 'denied', explicit: true };
  if (matching.length === 0) return { kind: 'denied', explicit: false };
  return { kind: 'allowed', principalId: answered.principalId, context: answered.context };
}
