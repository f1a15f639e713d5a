/**
 * A request to a function URL: CORS, permissions, invocation.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
import { randomUUID } from 'node:crypto';
import { AwsError } from '../../../kernel/errors.ts';
import type { Caller } from '../../../kernel/principal.ts';
import { authenticate, scopeOf } from '../../../wire/authentication.ts';
import type { HttpRequest } from '../../../wire/http.ts';
import { isPreflight, preflightAnswer, withCors } from '../../api-gateway/cors.ts';
import { eventFor, readAnswer, type Answer, type IamIdentity } from '../../api-gateway/payload.ts';
import { identityOf } from '../../api-gateway/authorizers/iam.ts';
import { policyOf, type Lambda } from '../lambda.ts';
import { arnOf } from '../names.ts';
import type { FunctionUrl } from './function-url.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LARGEST_REQUEST = 6_291_456;

const FORBIDDEN = refusal(403, 'AccessDeniedException', {
  Message:
    'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html',
});
const TOO_LARGE = refusal(413, 'RequestEntityTooLargeException', { Message: 'Request Entity Too Large' });
const FAILED: Answer = {
  status: 502,
  headers: { 'content-type': 'text/plain' },
  cookies: [],
  body: Buffer.from('Internal Server Error'),
};

/** What Lambda itself answers. */
function refusal(status: number, type: string, body: object): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': type },
    cookies: [],
    body: Buffer.from(JSON.stringify(body)),
  };
}

/** Answers a request to a function URL. */
export async function respond(
  lambda: Lambda,
  url: FunctionUrl,
  request: HttpRequest,
  rawQueryString: string,
): Promise<Answer> {
  const requestId = randomUUID();
  const { cors } = url.settings;
  const answer =
    cors !== undefined && isPreflight(request)
      ? preflightAnswer(cors, request, 200)
      : withCors(cors, request, await answerOf(lambda, url, request, rawQueryString, requestId), 'kept');
  return { ...answer, headers: { ...answer.headers, 'x-amzn-requestid': requestId } };
}

async function answerOf(
  lambda: Lambda,
  url: FunctionUrl,
  request: HttpRequest,
  rawQueryString: string,
  requestId: string,
): Promise<Answer> {
  if (request.rawBody.length > LARGEST_REQUEST) return TOO_LARGE;
  const allowed = await authorized(lambda, url, request);
  if (allowed === undefined) return FORBIDDEN;
  const event = eventFor(request, rawQueryString, {
    // Nobody is known by a URL that is open to all.
    accountId: allowed.iam?.accountId ?? 'anonymous',
    apiId: url.id,
    stage: '$default',
    stageVariables: {},
    routeKey: '$default',
    pathParameters: {},
    requestId,
    at: lambda.kernel.clock.date(),
    iam: allowed.iam,
  });
  return invoke(lambda, url, JSON.stringify(event), requestId);
}

/**
 * Who calls, if they may both invoke the URL and, by it, the function; undefined where not. Since October 2025 a URL asks for both.
 * Where anybody may call, the function's own policy has to say so.
 */
async function authorized(
  { kernel }: Lambda,
  { record, alias, settings: { authType } }: FunctionUrl,
  request: HttpRequest,
): Promise<{ readonly iam: IamIdentity | undefined } | undefined> {
  const { account, region } = record;
  const on = { resource: arnOf(record, alias), resourcePolicy: policyOf(record, alias) };
  try {
    const caller: Caller =
      authType === 'AWS_IAM'
        ? await authenticate(request, kernel.port.iam, 'lambda')
        : { principal: { type: 'anonymous', arn: 'anonymous' }, account, region };
    kernel.port.iam.authorize(caller, [
      { ...on, action: 'lambda:InvokeFunctionUrl', context: { 'lambda:FunctionUrlAuthType': authType } },
      { ...on, action: 'lambda:InvokeFunction', context: { 'lambda:InvokedViaFunctionUrl': 'true' } },
    ]);
    const accessKey = scopeOf(request)?.accessKeyId ?? '';
    return { iam: authType === 'AWS_IAM' ? await identityOf(kernel, caller, accessKey) : undefined };
  } catch (error) {
    if (error instanceof AwsError && error.status !== 501) return undefined;
    throw error;
  }
}

async function invoke(
  { kernel, invoker }: Lambda,
  { record, alias }: FunctionUrl,
  event: string,
  requestId: string,
): Promise<Answer> {
  try {
    const { failed, payload } = await kernel.clock.busy(() =>
      invoker.invoke({ record, qualifier: alias, requestId, event, clientContext: undefined, nested: false }),
    );
    return failed ? FAILED : (readAnswer(payload) ?? FAILED);
  } catch (error) {
    if (!(error instanceof AwsError) || error.status === 501) throw error;
    if (error.code !== 'TooManyRequestsException') return FAILED;
    return refusal(429, error.code, { Message: error.message });
  }
}
