/**
 * Payload format 2.0: what a function is given, and how its answer is read.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import * as z from 'zod';
import type { HttpRequest } from '../../wire/http.ts';
import type { Context } from './authorizers/authorizer.ts';

/** Who signed a request, as `requestContext.authorizer.iam` tells it. */
export interface IamIdentity {
  readonly accessKey: string;
  readonly accountId: string;
  readonly callerId: string;
  readonly cognitoIdentity: null;
  readonly principalOrgId: null;
  readonly userArn: string;
  readonly userId: string;
}

/** What an authorizer told of who calls. */
export type Told =
  | {
      readonly kind: 'jwt';
      readonly claims: Readonly<Record<string, string>>;
      /** Null where the route asks for none. */
      readonly scopes: readonly string[] | null;
    }
  | { readonly kind: 'function'; readonly principalId: string | undefined; readonly context: Context };

/** Where a request went, beyond what stands in it. */
export interface Routed {
  readonly accountId: string;
  readonly apiId: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly requestId: string;
  readonly at: Date;
  readonly iam?: IamIdentity | undefined;
  readonly told?: Told | undefined;
}

/** The event for a function. */
export function eventFor(request: HttpRequest, rawQueryString: string, routed: Routed): object {
  const { headers } = request;
  const { body, isBase64Encoded } = bodyOf(request);
  const cookies = headers['cookie']?.split(/;\s*/);
  const query = joined(request.query);
  return {
    version: '2.0',
    routeKey: routed.routeKey,
    rawPath: request.path,
    rawQueryString,
    ...(cookies === undefined ? {} : { cookies }),
    headers: Object.fromEntries(
      Object.entries(headers).filter(([name, value]) => name !== 'cookie' && value !== undefined),
    ),
    ...(Object.keys(query).length === 0 ? {} : { queryStringParameters: query }),
    requestContext: contextFor(request, routed),
    ...(Object.keys(routed.pathParameters).length === 0 ? {} : { pathParameters: routed.pathParameters }),
    ...(Object.keys(routed.stageVariables).length === 0 ? {} : { stageVariables: routed.stageVariables }),
    ...(body === undefined ? {} : { body }),
    isBase64Encoded,
  };
}

/** A request's body as events have it: text as it is, anything else in Base64. */
export function bodyOf({ headers, body }: HttpRequest): { readonly body?: string; readonly isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const isText = /^(text\/|application\/(json|javascript|xml|[\w.-]+\+json|[\w.-]+\+xml)\b)/i.test(
    headers['content-type'] ?? 'text/plain',
  );
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}

function contextFor(request: HttpRequest, routed: Routed): object {
  return {
    accountId: routed.accountId,
    apiId: routed.apiId,
    ...authorizerOf(routed),
    domainName: request.headers['host'],
    domainPrefix: routed.apiId,
    http: {
      method: request.method,
      path: request.path,
      protocol: 'HTTP/1.1',
      sourceIp: '127.0.0.1',
      userAgent: request.headers['user-agent'] ?? '',
    },
    requestId: routed.requestId,
    routeKey: routed.routeKey,
    stage: routed.stage,
    time: commonLogTime(routed.at),
    timeEpoch: routed.at.getTime(),
  };
}

function authorizerOf({ iam, told }: Routed): object {
  if (iam !== undefined) return { authorizer: { iam } };
  if (told === undefined) return {};
  return {
    authorizer: told.kind === 'jwt' ? { jwt: { claims: told.claims, scopes: told.scopes } } : { lambda: told.context },
  };
}

/** Values of one name are joined by commas. */
function joined(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(',')]));
}

/** `20/Nov/2026:09:00:00 +0000` */
export function commonLogTime(at: Date): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(at.toUTCString()) ?? [];
  return `${day ?? ''}/${month ?? ''}/${year ?? ''}:${time ?? ''} +0000`;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
}

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const answerSchema = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), scalar).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** Reads a function's answer; undefined where it is malformed, for which API Gateway answers 500. */
export function readAnswer(payload: string): Answer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) {
    // Without a status code the whole answer is the body.
    const body = typeof value === 'string' ? value : JSON.stringify(value);
    return { status: 200, headers: { 'content-type': 'application/json' }, cookies: [], body: Buffer.from(body) };
  }
  const read = answerSchema.safeParse(value);
  if (!read.success) return undefined;
  const { statusCode: status, headers, cookies, body, isBase64Encoded } = read.data;
  const named = Object.entries(headers ?? {}).map(([name, text]): [string, string] => [
    name.toLowerCase(),
    String(text),
  ]);
  return {
    status,
    headers: { 'content-type': 'text/plain;charset=UTF-8', ...Object.fromEntries(named) },
    cookies: cookies ?? [],
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

/** An answer of API Gateway's own, e.g. `{"message":"Forbidden"}`. */
export function message(status: number, text: string): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    cookies: [],
    body: Buffer.from(JSON.stringify({ message: text })),
  };
}
