/**
 * Who may call a route of an HTTP API.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html
 */
import type { Kernel } from '../../../kernel/kernel.ts';
import type { HttpRequest } from '../../../wire/http.ts';
import type { Api, Route } from '../apis.ts';
import { eventFor, message, type Answer, type Routed, type Told } from '../payload.ts';
import { eventFor1 } from '../payload-1.ts';
import { functionArn } from '../integrations.ts';
import { ask } from './ask.ts';
import type { Authorizer, JwtAuthorizer, Verdict } from './authorizer.ts';
import { identityIn } from './http-identity.ts';
import { signerOf } from './iam.ts';
import { judgeToken, type JwtVerdict } from './jwt.ts';

const UNAUTHORIZED = message(401, 'Unauthorized');
const FORBIDDEN = message(403, 'Forbidden');
const FAILED = message(500, 'Internal Server Error');

/** A request that found its route. */
export interface Entering {
  readonly request: HttpRequest;
  /** Its path, as functions are given it. */
  readonly given: string;
  readonly rawQueryString: string;
  readonly rawHeaders: readonly string[];
  /** Without the stage, decoded once. */
  readonly path: string;
  readonly routed: Routed;
}

/** Who calls, as the integration is told it, or what is answered instead. */
export type Admission = Pick<Routed, 'iam' | 'told'> | { readonly refused: Answer };

export async function admit(kernel: Kernel, api: Api, route: Route, entering: Entering): Promise<Admission> {
  const { request, path, routed } = entering;
  const { account, region, id } = api;
  const resource = `arn:aws:execute-api:${region}:${account}:${id}/${routed.stage}/${request.method}${path}`;
  switch (route.authorization) {
    case 'NONE':
      return {};
    case 'AWS_IAM': {
      const iam = await signerOf(kernel, request, resource);
      return iam === undefined ? { refused: FORBIDDEN } : { iam };
    }
    case 'JWT':
    case 'CUSTOM': {
      const authorizer = api.authorizers.get(route.authorizerId ?? '');
      if (authorizer === undefined) return { refused: FAILED };
      return authorizer.kind === 'JWT'
        ? byToken(kernel, authorizer, route, entering)
        : byFunction(kernel, api, authorizer, resource, entering);
    }
  }
}

async function byFunction(
  kernel: Kernel,
  api: Api,
  authorizer: Authorizer,
  resource: string,
  entering: Entering,
): Promise<Admission> {
  const { request, routed } = entering;
  const identity = authorizer.identitySources.map((source) => identityIn(source, request, routed));
  const verdict = await ask(kernel, {
    ...{ authorizer, api, stage: routed.stage, identity, resource },
    event: eventOf(authorizer, resource, identity, entering),
    functionName: functionArn(authorizer.uri),
    flat: authorizer.payloadFormat === '1.0',
  });
  if (verdict.kind !== 'allowed') return { refused: refusalFor(verdict) };
  const told: Told = { kind: 'function', principalId: verdict.principalId, context: verdict.context };
  return { told };
}

function refusalFor({ kind }: Exclude<Verdict, { kind: 'allowed' }>): Answer {
  if (kind === 'unauthorized') return UNAUTHORIZED;
  return kind === 'denied' ? FORBIDDEN : FAILED;
}

/** What an integration would be given, without the body; and who calls. */
function eventOf(
  { payloadFormat }: Authorizer,
  resource: string,
  identity: readonly (string | undefined)[],
  { request: asked, given, rawQueryString, rawHeaders, routed }: Entering,
): object {
  const request = { ...asked, path: given };
  if (payloadFormat === '2.0') {
    const event = without(eventFor(request, rawQueryString, routed), ['body', 'isBase64Encoded']);
    return { version: '2.0', type: 'REQUEST', routeArn: resource, identitySource: identity, ...event };
  }
  const own = ['body', 'isBase64Encoded', 'multiValueHeaders', 'multiValueQueryStringParameters'];
  const event = without(eventFor1(request, rawHeaders, routed), own);
  const token = identity.join(',');
  return {
    version: '1.0',
    type: 'REQUEST',
    methodArn: resource,
    identitySource: token,
    authorizationToken: token,
    ...event,
  };
}

function without(event: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(event).filter(([name]) => !names.includes(name)));
}

async function byToken(
  kernel: Kernel,
  authorizer: JwtAuthorizer,
  { authorizationScopes: wanted }: Route,
  { request, routed }: Entering,
): Promise<Admission> {
  const verdict = await judgeToken(kernel, authorizer, identityIn(authorizer.identitySource, request, routed), wanted);
  if (verdict.kind !== 'allowed') return { refused: tokenRefusal(verdict, authorizer, wanted) };
  return { told: { kind: 'jwt', claims: verdict.claims, scopes: verdict.scopes } };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-jwt.html */
function tokenRefusal(
  verdict: Exclude<JwtVerdict, { kind: 'allowed' }>,
  { name, issuer }: JwtAuthorizer,
  wanted: readonly string[],
): Answer {
  const scope = `scope="${wanted.join(' ')}"`;
  switch (verdict.kind) {
    case 'unreachable':
      return message(
        501,
        `The local AWS cannot ask the issuer ${issuer} of the authorizer ${name} for its keys: ${verdict.because}.`,
      );
    case 'denied':
      return challenged(FORBIDDEN, `Bearer ${scope} error="insufficient_scope"`);
    case 'unauthorized':
      return challenged(
        UNAUTHORIZED,
        verdict.because === undefined
          ? 'Bearer'
          : `Bearer ${scope} error="invalid_token" error_description="${verdict.because}"`,
      );
  }
}

function challenged(answer: Answer, challenge: string): Answer {
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': challenge } };
}
