import type { Context } from 'hono';
import { problemType, type ProblemDocument } from '../../core/contract/api/documents.ts';
import { NotInLedger, SluiceError } from '../../core/contract/errors.ts';
import { cutText, inWords } from '../../core/values/text.ts';

/** The statuses of refusals. */
export type RefusalStatus = 400 | 403 | 404 | 409 | 410 | 500 | 503;

/** A refusal: its status and its document. */
export interface Refusal {
  readonly status: RefusalStatus;
  readonly document: ProblemDocument;
}

/** The refusal for an error. The details of a defect are not disclosed. */
export function describeRefusal(error: unknown): Refusal {
  if (!(error instanceof SluiceError)) {
    return refusalOf(500, 'Defect', 'SLUICE-900', 'The engine failed; its log has the details.');
  }
  const { release, environment } = error.place;
  const place = {
    ...(release === undefined ? {} : { release }),
    ...(environment === undefined ? {} : { environment }),
  };
  const { status, document } = refusalOf(statusOf(error), error.name, error.code, error.message);
  return { status, document: { ...document, ...place } };
}

function refusalOf(status: RefusalStatus, error: string, code: string, detail: string): Refusal {
  return { status, document: { type: `urn:sluice:error:${code}`, title: inWords(error), status, detail, error, code } };
}

function statusOf(error: SluiceError): RefusalStatus {
  switch (error.name) {
    case 'NotInLedger':
      return 404;
    case 'RequestInvalid':
      return 400;
    case 'LinkInvalid':
    case 'SlackRequestInvalid':
    case 'DecisionRefused':
      return 403;
    case 'ApprovalExpired':
      return 410;
    default:
      return error.kind === 'technical' ? 503 : 409;
  }
}

/** An API's refusal. */
export function refuse(error: unknown): Response {
  const { status, document } = describeRefusal(error);
  return Response.json(document, { status, headers: { 'content-type': problemType, 'cache-control': 'no-store' } });
}

/** There is no such route. */
export function notFound({ req }: Context): NotInLedger {
  return new NotInLedger(`There is nothing at ${req.method} ${cutText(req.path, 100)}.`);
}
