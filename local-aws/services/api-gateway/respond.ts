/**
 * A request to an HTTP API: stage, route, authorization, integration.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
 */
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { randomUUID } from 'node:crypto';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { serviceCaller, type Caller } from '../../kernel/principal.ts';
import type { HttpRequest } from '../../wire/http.ts';
import { logAccess } from './access-log.ts';
import type { Api, Integration, Route, Stage } from './apis.ts';
import { admit } from './authorizers/authorize.ts';
import { isPreflight, preflightAnswer, withCors } from './cors.ts';
import { callService } from './integrated-services/call.ts';
import { functionArn } from './integrations.ts';
import { eventFor, message, readAnswer, type Answer, type Routed } from './payload.ts';
import { eventFor1, readAnswer1 } from './payload-1.ts';
import { bySpecificity, decodePath, match, readRouteKey } from './routing.ts';

/** What stands for a request that API Gateway itself refuses. */
const NOT_FOUND = message(404, 'Not Found');
const MALFORMED = message(400, 'Bad Request');
const FAILED = message(500, 'Internal Server Error');
const TIMED_OUT = message(503, 'Service Unavailable');
const LARGEST_BODY = 10 * 1024 * 1024;

/** What is known of a request besides its answer. */
interface Outcome extends Pick<Routed, 'iam' | 'told'> {
  readonly answer: Answer;
  readonly routeKey?: string;
  readonly integrationError?: string | undefined;
}

/** Answers a request to an API, and logs it. */
export async function respond(
  kernel: Kernel,
  api: Api,
  request: HttpRequest,
  rawQueryString: string,
  rawHeaders: readonly string[],
): Promise<Answer> {
  const at = kernel.clock.now();
  const requestId = randomUUID();
  const decoded = decodePath(request.path);
  if (decoded === undefined) return MALFORMED;
  const { stage, path } = stageOf(api, decoded.matched);
  if (stage === undefined) return NOT_FOUND;
  const { cors } = api;
  const outcome: Outcome =
    cors !== undefined && isPreflight(request)
      ? { answer: preflightAnswer(cors, request, 204) }
      : await outcomeOf(kernel, api, stage, {
          request,
          given: decoded.given,
          rawQueryString,
          rawHeaders,
          path,
          requestId,
        });
  const answer = isPreflight(request) ? outcome.answer : withCors(cors, request, outcome.answer, 'dropped');
  const { routeKey, iam, told, integrationError } = outcome;
  const latency = kernel.clock.now() - at;
  logAccess(kernel, { api, stage, request, requestId, at, routeKey, iam, told, answer, latency, integrationError });
  return answer;
}

interface Asked {
  /** As it was signed. */
  readonly request: HttpRequest;
  /** Its path, as an integration is given it. */
  readonly given: string;
  readonly rawQueryString: string;
  readonly rawHeaders: readonly string[];
  /** Without the stage, decoded once. */
  readonly path: string;
  readonly requestId: string;
}

async function outcomeOf(
  kernel: Kernel,
  api: Api,
  stage: Stage,
  { request, given, rawQueryString, rawHeaders, path, requestId }: Asked,
): Promise<Outcome> {
  if (request.rawBody.length > LARGEST_BODY) return { answer: message(413, 'Request Entity Too Large') };
  const found = routeOf(api, request.method, path);
  if (found === undefined) return { answer: NOT_FOUND };
  const { route, pathParameters } = found;
  const { key: routeKey } = route;
  const whoever: Routed = {
    accountId: api.account,
    apiId: api.id,
    stage: stage.name,
    stageVariables: stage.variables,
    routeKey,
    pathParameters,
    requestId,
    at: kernel.clock.date(),
  };
  const admitted = await admit(kernel, api, route, {
    request,
    given,
    rawQueryString,
    rawHeaders,
    path,
    routed: whoever,
  });
  if ('refused' in admitted) return { answer: withId(admitted.refused, requestId), routeKey };
  const integration = api.integrations.get(route.integration ?? '');
  if (integration === undefined) return { answer: FAILED, routeKey, ...admitted };
  const routed: Routed = { ...whoever, ...admitted };
  const made = await inTime(kernel, api, integration, () =>
    callOf(
      kernel,
      api,
      integration,
      sourceArn(api, stage, route, request.method),
      { request, given, rawQueryString, rawHeaders, path, requestId },
      routed,
    ),
  );
  const failed = made === FAILED || made === TIMED_OUT;
  const integrationError = failed ? made.body.toString() : undefined;
  return { answer: withId(made, requestId), routeKey, ...admitted, integrationError };
}

function withId(answer: Answer, requestId: string): Answer {
  return { ...answer, headers: { ...answer.headers, 'apigw-requestid': requestId } };
}

/** A named stage is the first segment of the path; everything else is for `$default`. */
function stageOf(api: Api, path: string): { readonly stage: Stage | undefined; readonly path: string } {
  const [, first = '', rest] = /^\/([^/]*)(\/.*)?$/.exec(path) ?? [];
  const named = first === '$default' ? undefined : api.stages.get(first);
  return named === undefined ? { stage: api.stages.get('$default'), path } : { stage: named, path: rest ?? '/' };
}

function routeOf(
  api: Api,
  method: string,
  path: string,
): { readonly route: Route; readonly pathParameters: Record<string, string> } | undefined {
  const candidates = [...api.routes.values()].flatMap((route) => {
    const read = readRouteKey(route.key);
    const pathParameters = read === undefined ? undefined : match(read, method, path);
    return read === undefined || pathParameters === undefined ? [] : [{ route, read, pathParameters }];
  });
  const [best] = candidates.sort((one, other) => bySpecificity(one.read, other.read));
  if (best !== undefined) return best;
  const otherwise = [...api.routes.values()].find(({ key }) => key === '$default');
  return otherwise === undefined ? undefined : { route: otherwise, pathParameters: {} };
}

/** `arn:aws:execute-api:…:<api>/<stage>/<method>/<path of the route>`, what a function's resource policy speaks of. */
function sourceArn(api: Api, stage: Stage, route: Route, method: string): string {
  const path = route.key === '$default' ? '$default' : `${method}${route.key.slice(route.key.indexOf(' ') + 1)}`;
  return `arn:aws:execute-api:${api.region}:${api.account}:${api.id}/${stage.name}/${path}`;
}

async function inTime(
  kernel: Kernel,
  api: Api,
  { timeoutMilliseconds }: Integration,
  work: () => Promise<Answer>,
): Promise<Answer> {
  let late: () => void = () => undefined;
  const timeout = new Promise<Answer>((resolve) => (late = () => resolve(TIMED_OUT)));
  const timer = kernel.clock.after(timeoutMilliseconds, () => late(), `the integration of ${api.name}`);
  try {
    return await Promise.race([work(), timeout]);
  } finally {
    timer.cancel();
  }
}

/** What the integration answers. @param from `arn:aws:execute-api:…`, in whose name it is called */
async function callOf(
  kernel: Kernel,
  api: Api,
  integration: Integration,
  from: string,
  { request: asked, given, rawQueryString, rawHeaders }: Asked,
  routed: Routed,
): Promise<Answer> {
  const request = { ...asked, path: given };
  const { target, credentials, payloadFormat } = integration;
  if (target.kind === 'service')
    return callService(kernel, target, credentials ?? '', api.region, from, request, routed);
  const event =
    payloadFormat === '1.0' ? eventFor1(request, rawHeaders, routed) : eventFor(request, rawQueryString, routed);
  return invoke(kernel, api, integration, target.uri, from, event);
}

/** The function's answer, or API Gateway's own where the function fails or answers nonsense. */
async function invoke(
  kernel: Kernel,
  api: Api,
  integration: Integration,
  uri: string,
  from: string,
  event: object,
): Promise<Answer> {
  const readIt = integration.payloadFormat === '1.0' ? readAnswer1 : readAnswer;
  try {
    const caller = invokerOf(kernel, api, integration, from);
    const { FunctionError: failed, Payload: payload } = await kernel.send(
      caller,
      new InvokeCommand({
        FunctionName: functionArn(uri),
        InvocationType: 'RequestResponse',
        Payload: Buffer.from(JSON.stringify(event)),
      }),
    );
    if (failed !== undefined) return FAILED;
    return readIt(Buffer.from(payload ?? []).toString()) ?? FAILED;
  } catch (error) {
    // A missing permission or function is the API's owner's mistake, and its users see no more than this.
    if (error instanceof AwsError && error.status !== 501) return FAILED;
    throw error;
  }
}

/** As whom a function is invoked: the integration's role, or API Gateway itself. @throws AwsError AccessDenied */
function invokerOf(kernel: Kernel, api: Api, { credentials }: Integration, from: string): Caller {
  const service = 'apigateway.amazonaws.com';
  if (credentials === undefined) return serviceCaller(service, api.account, api.region, from);
  return kernel.port.iam.assumeForService({
    roleArn: credentials,
    service,
    region: api.region,
    sessionName: 'BackplaneAssumeRoleSession',
    sourceArn: from,
  });
}
