import type { HonoRequest } from 'hono';
import { problemType, type ProblemDocument } from '../../core/contract/api/documents.ts';
import { NotInLedger, SluiceError } from '../../core/contract/errors.ts';
import { cutText, inWords } from '../../core/values/text.ts';

/** The statuses of refusals. */
type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 409 | 410 | 500 | 503;

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
  const { status, document } = refusalOf(statusOf(error), error.name, error.code, error.message);
  return { status, document: { ...document, ...error.place } };
}

function refusalOf(status: RefusalStatus, error: string, code: string, detail: string): Refusal {
  return { status, document: { type: `urn:sluice:error:${code}`, title: inWords(error), status, detail, error, code } };
}

function statusOf(error: SluiceError): RefusalStatus {
  switch (error.name) {
    case 'NotInLedger':
      return 404;
    case 'MethodNotTaken':
      return 405;
    case 'RequestInvalid':
      return 400;
    case 'LinkInvalid':
    case 'SlackRequestInvalid':
    case 'DecisionRefused':
    case 'SessionMissing':
    case 'SignInRefused':
      return 403;
    case 'TokenInvalid':
      return 401;
    case 'ApprovalExpired':
      return 410;
    default:
      return error.kind === 'technical' ? 503 : 409;
  }
}

/** The header in which a request has API Gateway's id of it, which the access log has, too. */
export const requestIdHeader = 'sluice-request';

/** An API's refusal. @param request by whose id the access log knows it @param headers what a caller is told beside the document: how to identify, which methods there are */
export function refuse(
  error: unknown,
  request?: { header(name: string): string | undefined },
  headers: Readonly<Record<string, string>> = {},
): Response {
  const { status, document } = describeRefusal(error);
  const id = request?.header(requestIdHeader);
  return Response.json(
    { ...document, ...(id === undefined ? {} : { instance: `urn:sluice:request:${id}` }) },
    {
      status,
      headers: { 'content-type': problemType, 'cache-control': 'no-store', ...headers },
    },
  );
}

/** There is no such route. */
export function notFound({ method, path }: Pick<HonoRequest, 'method' | 'path'>): NotInLedger {
  return new NotInLedger(`There is nothing at ${method} ${cutText(path, 100)}.`);
}
