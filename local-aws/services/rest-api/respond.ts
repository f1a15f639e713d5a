/**
 * A request to a REST API: stage, method, authorization, integration.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { randomUUID } from 'node:crypto';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { serviceCaller } from '../../kernel/principal.ts';
import { authenticate, scopeOf } from '../../wire/authentication.ts';
import type { HttpRequest } from '../../wire/http.ts';
import { message, type Answer, type IamIdentity } from '../api-gateway/payload.ts';
import { identityOf } from '../api-gateway/respond.ts';
import type { RestApi, Stage } from './apis.ts';
import type { Verdict } from '../api-gateway/authorizers/authorizer.ts';
import { askAuthorizer, toldOf } from './authorization.ts';
import { eventFor, readAnswer, type Routed } from './event.ts';
import { functionOf } from './integrations.ts';
import { mockAnswer } from './mock.ts';
import { methodFor, type Found } from './routing.ts';

const LARGEST_BODY = 10 * 1024 * 1024;

/** A gateway response: what API Gateway itself answers. */
function refusal(status: number, text: string, type: string): Answer {
  const plain = message(status, text);
  return { ...plain, headers: { ...plain.headers, 'x-amzn-errortype': type } };
}

const FORBIDDEN = refusal(403, 'Forbidden', 'ForbiddenException');
const NO_METHOD = refusal(403, 'Missing Authentication Token', 'MissingAuthenticationTokenException');
const TOO_LARGE = refusal(413, 'Request Too Long', 'RequestTooLargeException');
const FAILED = refusal(500, 'Internal server error', 'InternalServerErrorException');
const MALFORMED = refusal(502, 'Internal server error', 'InternalServerErrorException');
const TIMED_OUT = refusal(504, 'Endpoint request timed out', 'InternalServerErrorException');

/** What API Gateway answers where an authorizer did not let a request in. */
function refusalFor(verdict: Exclude<Verdict, { kind: 'allowed' }>): Answer {
  if (verdict.kind === 'unauthorized') return refusal(401, 'Unauthorized', 'UnauthorizedException');
  const failed = verdict.kind === 'failed';
  const text = `User is not authorized to access this resource${!failed && verdict.explicit ? ' with an explicit deny' : ''}`;
  const type = failed ? 'AuthorizerConfigurationException' : 'AccessDeniedException';
  const body = JSON.stringify(failed ? { message: null } : { Message: text });
  return { ...refusal(failed ? 500 : 403, '', type), body: Buffer.from(body) };
}

/** What only the local AWS answers. */
function notSimulated(what: string): Answer {
  return refusal(501, `The local AWS does not simulate ${what}.`, 'NotImplementedByLocalAws');
}

/** Answers a request to an API. */
export async function respond(
  kernel: Kernel,
  api: RestApi,
  request: HttpRequest,
  rawHeaders: readonly string[],
): Promise<Answer> {
  const requestId = randomUUID();
  const answer = await answerOf(kernel, api, request, rawHeaders, requestId);
  return { ...answer, headers: { ...answer.headers, 'x-amzn-requestid': requestId, 'x-amz-apigw-id': requestId } };
}

async function answerOf(
  kernel: Kernel,
  api: RestApi,
  request: HttpRequest,
  rawHeaders: readonly string[],
  requestId: string,
): Promise<Answer> {
  const [, name = '', rest = '/'] = /^\/([^/]*)(\/.*)?$/.exec(request.path) ?? [];
  const stage = api.stages.get(name);
  const deployment = api.deployments.get(stage?.deploymentId ?? '');
  if (stage === undefined || deployment === undefined || api.disableExecuteApiEndpoint) return FORBIDDEN;
  if (request.rawBody.length > LARGEST_BODY) return TOO_LARGE;
  const found = methodFor(deployment, request, rest);
  if (found === undefined) return NO_METHOD;
  const allowed = await authorized(kernel, api, stage, request, rest, found);
  if ('status' in allowed) return allowed;
  const routed: Routed = {
    ...{ api, stage, request, rawHeaders, requestId, ...found, ...allowed },
    binaryMediaTypes: deployment.binaryMediaTypes,
    path: rest,
    at: kernel.clock.date(),
  };
  const { authorizer } = found.deployed.method;
  if (authorizer === undefined) return integrate(kernel, routed);
  const verdict = await askAuthorizer(kernel, authorizer, routed);
  return verdict.kind === 'allowed'
    ? integrate(kernel, { ...routed, authorizer: toldOf(verdict.principalId, verdict.context) })
    : refusalFor(verdict);
}

/** Who calls, or what is answered instead. */
async function authorized(
  kernel: Kernel,
  api: RestApi,
  stage: Stage,
  request: HttpRequest,
  path: string,
  { deployed: { method } }: Found,
): Promise<{ readonly iam: IamIdentity | undefined } | Answer> {
  if (method.apiKeyRequired) return notSimulated('methods that require an API key');
  if (method.authorizationType === 'NONE' || method.authorizer !== undefined) return { iam: undefined };
  if (method.authorizationType !== 'AWS_IAM') return notSimulated(`the authorization ${method.authorizationType}`);
  const scope = scopeOf(request);
  if (scope === undefined) return NO_METHOD;
  try {
    const caller = await authenticate(request, kernel.port.iam, 'execute-api');
    const resource = `arn:aws:execute-api:${api.region}:${api.account}:${api.id}/${stage.name}/${request.method}${path}`;
    kernel.port.iam.authorize(caller, [{ action: 'execute-api:Invoke', resource }]);
    return { iam: await identityOf(kernel, caller, scope.accessKeyId) };
  } catch (error) {
    if (!(error instanceof AwsError) || error.status === 501) throw error;
    return refusal(403, error.message, error.code);
  }
}

async function integrate(kernel: Kernel, routed: Routed): Promise<Answer> {
  const { integration } = routed.deployed.method;
  if (integration === undefined) return FAILED;
  switch (integration.type) {
    case 'AWS_PROXY':
      return inTime(kernel, integration.timeoutMilliseconds, routed, invoke(kernel, routed));
    case 'MOCK': {
      const answer = mockAnswer(integration, routed.request.headers['content-type']);
      if (answer === undefined) return FAILED;
      return 'status' in answer ? answer : notSimulated(answer.notSimulated);
    }
    case 'AWS':
    case 'HTTP':
    case 'HTTP_PROXY':
      return notSimulated(`integrations of type ${integration.type}`);
  }
}

async function inTime(kernel: Kernel, milliseconds: number, { api }: Routed, work: Promise<Answer>): Promise<Answer> {
  let late: () => void = () => undefined;
  const timeout = new Promise<Answer>((resolve) => (late = () => resolve(TIMED_OUT)));
  const timer = kernel.clock.after(milliseconds, () => late(), `the integration of ${api.name}`);
  try {
    return await Promise.race([work, timeout]);
  } finally {
    timer.cancel();
  }
}

/** The function's answer, or API Gateway's own where the function fails or answers nonsense. */
async function invoke(kernel: Kernel, routed: Routed): Promise<Answer> {
  const { api, stage, deployed, request, binaryMediaTypes } = routed;
  const { integration } = deployed.method;
  const FunctionName = functionOf(integration?.uri ?? '', stage.variables);
  // A function is invoked by POST, whatever the method of the request; the URI's variables may come to nothing.
  if (FunctionName === undefined || integration?.httpMethod !== 'POST') return FAILED;
  if (integration.credentials !== undefined) return notSimulated('integrations with credentials');
  // What a function's resource policy speaks of: `<api>/<stage>/<method>/<path of the resource>`.
  const from = `arn:aws:execute-api:${api.region}:${api.account}:${api.id}/${stage.name}/${request.method}${deployed.path}`;
  const caller = serviceCaller('apigateway.amazonaws.com', api.account, api.region, from);
  try {
    const { FunctionError: failed, Payload: payload } = await kernel.send(
      caller,
      new InvokeCommand({
        FunctionName,
        InvocationType: 'RequestResponse',
        Payload: Buffer.from(JSON.stringify(eventFor(routed))),
      }),
    );
    if (failed !== undefined) return MALFORMED;
    return readAnswer(Buffer.from(payload ?? []).toString(), request.headers['accept'], binaryMediaTypes) ?? MALFORMED;
  } catch (error) {
    // A missing permission or function is the API's owner's mistake, and its users see no more than this.
    if (error instanceof AwsError && error.status !== 501) return FAILED;
    throw error;
  }
}
