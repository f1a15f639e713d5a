import type { Context } from 'hono';
import { SluiceError } from '../core/errors.ts';

/** Headers of everything that a browser shows: nothing is loaded, framed or remembered, no link is leaked. */
export const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=63072000',
} as const;

/** The HTTP status for an error, and the document that says it. Defects say nothing of themselves to the outside. */
export function describeRefusal(error: unknown): {
  readonly status: 400 | 403 | 404 | 409 | 410 | 500 | 503;
  readonly code: string;
  readonly message: string;
} {
  if (!(error instanceof SluiceError)) {
    return { status: 500, code: 'SLUICE-900', message: 'Something went wrong in the engine; its log says what.' };
  }
  return { status: statusOf(error), code: error.code, message: error.message };
}

function statusOf(error: SluiceError): 400 | 403 | 404 | 409 | 410 | 503 {
  switch (error.name) {
    case 'NotInLedger':
      return 404;
    case 'RequestInvalid':
      return 400;
    case 'LinkInvalid':
    case 'DecisionRefused':
      return 403;
    case 'ApprovalExpired':
      return 410;
    default:
      return error.kind === 'technical' ? 503 : 409;
  }
}

/** An API's refusal. */
export function refuse(context: Context, error: unknown): Response {
  const { status, code, message } = describeRefusal(error);
  return context.json({ code, message }, status, { 'cache-control': 'no-store' });
}
