import * as z from 'zod';
import { CommandError, exitCode, type ExitCode } from './exit-codes.ts';

/** The engine's own refusals have a code; those of API Gateway have none. */
const refusalSchema = z.object({ message: z.string(), code: z.string().optional() });

/** The document in the API's answer. @param what `GET /v1/releases` @throws CommandError with the API's own sentence */
export async function readAnswer<T>(schema: z.ZodType<T>, response: Response, what: string): Promise<T> {
  const document: unknown = parse(await response.text());
  if (!response.ok) throw refusal(response.status, document, what);
  const read = schema.safeParse(document);
  if (read.success) return read.data;
  throw new CommandError(
    `The engine answered ${what} in a form that this version of sluice does not know: use the one it was deployed from.`,
    exitCode.failed,
  );
}

function refusal(status: number, document: unknown, what: string): CommandError {
  const told = refusalSchema.safeParse(document);
  if (told.success && told.data.code !== undefined)
    return new CommandError(told.data.message, codeOf(status), { code: told.data.code });
  const said = told.success ? ` (${told.data.message})` : '';
  const sentence =
    codeOf(status) === exitCode.denied
      ? `You may not ${what}: your identity needs execute-api:Invoke on it${said}.`
      : `${what} was answered with ${status}${said}.`;
  return new CommandError(sentence, codeOf(status));
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
