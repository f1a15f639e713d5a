import * as z from 'zod';
import { SluiceError } from './errors.ts';
import type { ErrorPlace } from './errors.ts';

/** A failure as the ledger keeps it: the name a `Catch` matched, and a sentence for people. */
export interface Failure extends ErrorPlace {
  readonly error: string;
  readonly message: string;
}

const MAXIMUM_MESSAGE = 1000;
const MAXIMUM_NESTING = 8;

const ourCause = z.object({
  message: z.string(),
  place: z.object({
    release: z.string().exactOptional(),
    environment: z.string().exactOptional(),
    account: z.string().exactOptional(),
    region: z.string().exactOptional(),
  }),
});
const lambdaCause = z.object({ errorType: z.string(), errorMessage: z.string() });
/** Of an execution that was stopped or timed out, error and cause may be absent, null or empty. */
const executionCause = z.object({
  ExecutionArn: z.string(),
  Error: z.string().nullish(),
  Cause: z.string().nullish(),
  Status: z.string(),
});

/**
 * What `SendTaskFailure` sends for an error: its name, and a cause that `readFailure` understands.
 * AWS allows 256 characters of error and 32,768 of cause.
 */
export function describeFailure(error: unknown): { error: string; cause: string } {
  if (error instanceof SluiceError) {
    const message = shorten(error.message);
    return { error: error.name, cause: JSON.stringify({ message, place: error.place }) };
  }
  const known = error instanceof Error ? error : new Error(String(error));
  return { error: known.name, cause: JSON.stringify({ message: shorten(known.message), place: {} }) };
}

/**
 * Reads `$states.errorOutput`. The cause may be Sluice's (`describeFailure`), Lambda's (`errorType`, `errorMessage`), that of a
 * child execution (`States.TaskFailed` around the child's own `Error` and `Cause`), or plain text: the innermost one counts.
 */
export function readFailure(error: string, cause: string): Failure {
  let text = cause === '' ? withoutCause(error) : cause;
  let failure: Failure = { error, message: shorten(text) };
  for (let depth = 0; depth < MAXIMUM_NESTING; depth += 1) {
    const json = parseJson(text);
    const ours = ourCause.safeParse(json);
    if (ours.success) return { ...failure, message: ours.data.message, ...ours.data.place };
    const lambda = lambdaCause.safeParse(json);
    if (lambda.success) return { error: lambda.data.errorType, message: shorten(lambda.data.errorMessage) };
    const child = executionCause.safeParse(json);
    if (!child.success) return failure;
    const { ExecutionArn, Error: own, Cause, Status } = child.data;
    const ended = `The execution ${ExecutionArn} ended as ${Status}`;
    text = isSaid(Cause) ? Cause : isSaid(own) ? `${ended}: ${withoutCause(own)}` : `${ended}.`;
    failure = { error: isSaid(own) ? own : failure.error, message: shorten(text) };
  }
  return failure;
}

function isSaid(text: string | null | undefined): text is string {
  return text !== undefined && text !== null && text !== '';
}

/** Step Functions says nothing about a timeout but its name. */
function withoutCause(error: string): string {
  return error === 'States.Timeout' ? 'A task did not answer in time.' : `${error}, for which no reason was given.`;
}

function shorten(text: string): string {
  return text.length <= MAXIMUM_MESSAGE ? text : `${text.slice(0, MAXIMUM_MESSAGE - 1)}…`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
