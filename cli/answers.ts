import * as z from 'zod';
import { problemDocument } from '../core/contract/api/documents.ts';
import { CommandError, exitCode, type ExitCode } from './exit-codes.ts';

const engineProblem = problemDocument.extend({ code: z.templateLiteral(['SLUICE-', z.string()]) });
/** API Gateway's own refusals. */
const gatewayRefusal = z.object({ message: z.string() });

/** A call of the API. */
interface Asked {
  readonly method: string;
  /** With its query. */
  readonly path: string;
}

/** `GET /v1/releases`. */
export function nameCall({ method, path }: Asked): string {
  return `${method} ${path.replace(/\?.*/, '')}`;
}

/** The document in the API's answer. @throws CommandError with the API's own sentence */
export async function readAnswer<T>(schema: z.ZodType<T>, response: Response, asked: Asked): Promise<T> {
  const what = nameCall(asked);
  const document: unknown = parse(await response.text());
  if (!response.ok) throw refusal(response.status, document, asked);
  const read = schema.safeParse(document);
  if (read.success) return read.data;
  throw new CommandError(
    `The engine answered ${what} in a form that this version of sluice does not know: use the one it was deployed from.`,
    exitCode.failed,
    { code: 'cli.answer-unknown' },
  );
}

function refusal(status: number, document: unknown, asked: Asked): CommandError {
  const what = nameCall(asked);
  const problem = engineProblem.safeParse(document);
  if (problem.success)
    return new CommandError(problem.data.detail, codeOf(status), { code: problem.data.code }, asked.path);
  const told = gatewayRefusal.safeParse(document);
  const said = told.success ? ` (${told.data.message})` : '';
  if (codeOf(status) !== exitCode.denied)
    return new CommandError(`${what} was answered with ${status}${said}.`, codeOf(status), {
      code: 'cli.engine-answer',
    });
  const sentence = `You may not ${what}: your identity needs execute-api:Invoke on it${said}.`;
  return new CommandError(sentence, exitCode.denied, { code: 'cli.engine-denied' });
}

function codeOf(status: number): ExitCode {
  if (status === 404) return exitCode.notFound;
  if (status === 401 || status === 403) return exitCode.denied;
  return status < 500 && status !== 429 ? exitCode.badInput : exitCode.failed;
}

function parse(text: string): unknown {
  try {
    const document: unknown = JSON.parse(text);
    return document;
  } catch {
    return undefined;
  }
}
