/**
 * Gateway responses: what API Gateway itself answers.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
import type { Verdict } from '../api-gateway/authorizers/authorizer.ts';
import { message, type Answer } from '../api-gateway/payload.ts';

export function refusal(status: number, text: string, type: string): Answer {
  const plain = message(status, text);
  return { ...plain, headers: { ...plain.headers, 'x-amzn-errortype': type } };
}

export const FORBIDDEN = refusal(403, 'Forbidden', 'ForbiddenException');
export const NO_METHOD = refusal(403, 'Missing Authentication Token', 'MissingAuthenticationTokenException');
export const TOO_LARGE = refusal(413, 'Request Too Long', 'RequestTooLargeException');
export const UNSUPPORTED = refusal(415, 'Unsupported Media Type', 'BadRequestException');
export const FAILED = refusal(500, 'Internal server error', 'InternalServerErrorException');
export const MALFORMED = refusal(502, 'Internal server error', 'InternalServerErrorException');
export const TIMED_OUT = refusal(504, 'Endpoint request timed out', 'InternalServerErrorException');

/** What API Gateway answers where an authorizer did not let a request in. */
export function refusalFor(verdict: Exclude<Verdict, { kind: 'allowed' }>): Answer {
  if (verdict.kind === 'unauthorized') return refusal(401, 'Unauthorized', 'UnauthorizedException');
  const failed = verdict.kind === 'failed';
  const text = `User is not authorized to access this resource${!failed && verdict.explicit ? ' with an explicit deny' : ''}`;
  const type = failed ? 'AuthorizerConfigurationException' : 'AccessDeniedException';
  const body = JSON.stringify(failed ? { message: null } : { Message: text });
  return { ...refusal(failed ? 500 : 403, '', type), body: Buffer.from(body) };
}

/** What only the local AWS answers. */
export function notSimulated(what: string): Answer {
  return refusal(501, `The local AWS does not simulate ${what}.`, 'NotImplementedByLocalAws');
}
