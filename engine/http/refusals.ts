import type { Context } from 'hono';
import type { ErrorDocument } from '../../core/contract/api/documents.ts';
import { SluiceError } from '../../core/contract/errors.ts';

/** The statuses of refusals. */
export type RefusalStatus = 400 | 403 | 404 | 409 | 410 | 500 | 503;

/** A refusal: its status and its document. */
export interface Refusal {
  readonly status: RefusalStatus;
  readonly document: ErrorDocument;
}

/** The refusal for an error. The details of a defect are not disclosed. */
export function describeRefusal(error: unknown): Refusal {
  if (!(error instanceof SluiceError)) {
    const message = 'The engine failed; its log has the details.';
    return { status: 500, document: { error: 'Defect', code: 'SLUICE-900', message } };
  }
  const { release, environment } = error.place;
  const place = {
    ...(release === undefined ? {} : { release }),
    ...(environment === undefined ? {} : { environment }),
  };
  return {
    status: statusOf(error),
    document: { error: error.name, code: error.code, message: error.message, ...place },
  };
}

function statusOf(error: SluiceError): RefusalStatus {
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
  const { status, document } = describeRefusal(error);
  return context.json(document, status, { 'cache-control': 'no-store' });
}
