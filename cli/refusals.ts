import * as z from 'zod';
import type { CommandCode } from './codes.ts';
import { CommandError, exitCode, type ExitCode } from './exit-codes.ts';

/** A failure as Node.js, `fetch` and the AWS SDK report it, each in its own way. */
const failureSchema = z.object({
  name: z.string().optional(),
  message: z.string().optional(),
  code: z.string().optional(),
  address: z.string().optional(),
  port: z.number().optional(),
  hostname: z.string().optional(),
  cause: z.unknown().optional(),
  errors: z.array(z.unknown()).optional(),
});
type Failure = z.infer<typeof failureSchema>;

/** Transient network failures. */
const passing = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT'];

/** Is a retry worthwhile? Not when nothing listens at the endpoint, and not when it answered. */
export function isPassing(error: unknown): boolean {
  return passing.includes(networkFailure(error)?.code ?? '');
}

/** Why something could not be done, as one sentence and an exit code. @param attempt `read the parameter …` */
export function explain(error: unknown, attempt: string, profile = process.env['AWS_PROFILE']): CommandError {
  if (error instanceof CommandError) return error;
  const network = networkFailure(error);
  const [reason, exit, code] = network === undefined ? ofAws(failureOf(error), profile) : ofNetwork(network);
  return new CommandError(`Could not ${attempt}: ${reason}`, exit, { code });
}

type Reason = readonly [sentence: string, exit: ExitCode, code: CommandCode];

function ofNetwork({ code = '', address, port, hostname, message }: Failure): Reason {
  const place = hostname ?? (address === undefined ? 'the endpoint' : `${address}:${port ?? ''}`);
  switch (code) {
    case 'ECONNREFUSED':
      return [
        `nothing listens at ${place}. Is it running, and is the endpoint right?`,
        exitCode.failed,
        'cli.network-refused',
      ];
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return [
        `there is no host ${place}. Check the network, the region and the endpoint.`,
        exitCode.failed,
        'cli.network-host',
      ];
    default:
      return [
        `${place} did not answer (${message ?? code}). Check the network and try again.`,
        exitCode.failed,
        'cli.network-no-answer',
      ];
  }
}

function ofAws({ name = 'Error', message = '' }: Failure, profile: string | undefined): Reason {
  const said = message.split('\n')[0]?.trim() ?? '';
  if (/CredentialsProviderError|TokenProviderError/.test(name)) {
    const advice =
      profile === undefined
        ? 'Log in, set AWS_PROFILE or pass --profile'
        : `The profile "${profile}" is not there, or needs you to log in: "aws configure list-profiles" lists those that are`;
    return [
      `there are no AWS credentials to use (${withoutEnd(said)}). ${advice}.`,
      exitCode.denied,
      'cli.aws-no-credentials',
    ];
  }
  if (/^(ExpiredToken|RequestExpired)/.test(name))
    return ['the credentials have expired. Log in again.', exitCode.denied, 'cli.aws-expired'];
  if (/UnrecognizedClient|InvalidClientTokenId|InvalidAccessKeyId|InvalidSignature|SignatureDoesNotMatch/.test(name))
    return [`AWS does not know these credentials (${withoutEnd(said)}).`, exitCode.denied, 'cli.aws-credentials'];
  if (/AccessDenied|NotAuthorized/.test(name)) return [`${withoutEnd(said)}.`, exitCode.denied, 'cli.aws-denied'];
  if (/Region is missing/.test(said))
    return ['no region is set. Set AWS_REGION or pass --region.', exitCode.badInput, 'cli.aws-no-region'];
  if (name === 'TimeoutError')
    return ['there was no answer in time. Try again.', exitCode.failed, 'cli.network-no-answer'];
  if (/Invalid URL/.test(said))
    return ['the endpoint is no URL, such as http://127.0.0.1:4566.', exitCode.badInput, 'cli.endpoint-invalid'];
  return [`${name}: ${withoutEnd(said)}.`, exitCode.failed, 'cli.aws'];
}

function withoutEnd(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

function failureOf(error: unknown): Failure {
  const read = failureSchema.safeParse(error);
  return read.success ? read.data : { message: String(error) };
}

/** The failure of a connection within an error, its causes or its parts: `fetch` wraps it, and attempts at several addresses group it. */
function networkFailure(error: unknown): Failure | undefined {
  const failure = failureOf(error);
  if (/^(E(?!RR_)[A-Z_]+|UND_ERR_\w+)$/.test(failure.code ?? '') && failure.errors === undefined) return failure;
  const inner = [failure.cause, ...(failure.errors ?? [])].filter((one) => one !== undefined && one !== null);
  for (const one of inner) {
    const found = networkFailure(one);
    if (found !== undefined) return found;
  }
  return undefined;
}
