/**
 * A request to a REST API: stage, method, authorization, integration.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
import { randomUUID } from 'node:crypto';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { authenticate, scopeOf } from '../../wire/authentication.ts';
import type { HttpRequest } from '../../wire/http.ts';
import type { Answer, IamIdentity } from '../api-gateway/payload.ts';
import { identityOf } from '../api-gateway/authorizers/iam.ts';
import type { RestApi, Stage } from './apis.ts';
import { askAuthorizer, toldOf } from './authorization.ts';
import type { Routed } from './event.ts';
import { FORBIDDEN, NO_METHOD, notSimulated, refusal, refusalFor, TOO_LARGE } from './gateway-responses.ts';
import { integrate } from './integrate.ts';
import { methodFor, type Found } from './routing.ts';

const LARGEST_BODY = 10 * 1024 * 1024;

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
  const { authorizer } = found.deployed;
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
  { deployed: { method, authorizer } }: Found,
): Promise<{ readonly iam: IamIdentity | undefined } | Answer> {
  if (method.apiKeyRequired) return notSimulated('methods that require an API key');
  if (method.authorizationType === 'NONE' || authorizer !== undefined) return { iam: undefined };
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
