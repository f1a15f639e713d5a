/**
 * Payload format 1.0 of HTTP APIs: what a function is given, and how its answer is read.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import * as z from 'zod';
import type { HttpRequest } from '../../wire/http.ts';
import { bodyOf, commonLogTime, type Answer, type Routed } from './payload.ts';

/** The event for a function. What is not there is null. @param rawHeaders names and values as they came, one after the other */
export function eventFor1(request: HttpRequest, rawHeaders: readonly string[], routed: Routed): object {
  const headers = grouped(
    rawHeaders.flatMap((text, index): [string, string][] =>
      index % 2 === 0 ? [[text, rawHeaders[index + 1] ?? '']] : [],
    ),
  );
  const query = grouped([...request.query]);
  const { body, isBase64Encoded } = bodyOf(request);
  const path = routed.routeKey.slice(routed.routeKey.indexOf(' ') + 1);
  return {
    version: '1.0',
    resource: path,
    path: request.path,
    httpMethod: request.method,
    headers: lasts(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: orNull(lasts(query)),
    multiValueQueryStringParameters: orNull(Object.fromEntries(query)),
    requestContext: contextFor(request, path, routed),
    pathParameters: orNull(routed.pathParameters),
    stageVariables: orNull(routed.stageVariables),
    body: body ?? null,
    isBase64Encoded,
  };
}

function contextFor(request: HttpRequest, resourcePath: string, routed: Routed): object {
  const { iam } = routed;
  return {
    accountId: routed.accountId,
    apiId: routed.apiId,
    ...authorizerOf(routed),
    domainName: request.headers['host'],
    domainPrefix: routed.apiId,
    extendedRequestId: routed.requestId,
    httpMethod: request.method,
    identity: {
      accessKey: iam?.accessKey ?? null,
      accountId: iam?.accountId ?? null,
      caller: iam?.callerId ?? null,
      cognitoAmr: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: '127.0.0.1',
      user: iam?.userId ?? null,
      userAgent: request.headers['user-agent'] ?? '',
      userArn: iam?.userArn ?? null,
    },
    path: request.path,
    protocol: 'HTTP/1.1',
    requestId: routed.requestId,
    requestTime: commonLogTime(routed.at),
    requestTimeEpoch: routed.at.getTime(),
    resourceId: null,
    resourcePath,
    stage: routed.stage,
  };
}

function authorizerOf({ told }: Routed): object {
  if (told === undefined) return {};
  return {
    authorizer:
      told.kind === 'jwt'
        ? { claims: told.claims, scopes: told.scopes }
        : { ...told.context, principalId: told.principalId },
  };
}

function grouped(pairs: readonly (readonly [string, string])[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [name, value] of pairs) found.set(name, [...(found.get(name) ?? []), value]);
  return found;
}

/** The last value of each name. */
function lasts(values: ReadonlyMap<string, readonly string[]>): Record<string, string> {
  return Object.fromEntries([...values].map(([name, all]) => [name, all.at(-1) ?? '']));
}

function orNull(value: object): object | null {
  return Object.keys(value).length === 0 ? null : value;
}

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const answerSchema = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), scalar).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(scalar)).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** Reads a function's answer; undefined where it is malformed: in this format nothing is inferred. */
export function readAnswer1(payload: string): Answer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    return undefined;
  }
  const read = answerSchema.safeParse(value);
  if (!read.success) return undefined;
  const { statusCode: status, headers, multiValueHeaders, body, isBase64Encoded } = read.data;
  const single = Object.entries(headers ?? {}).map(([name, text]): [string, string] => [
    name.toLowerCase(),
    String(text),
  ]);
  const several = Object.entries(multiValueHeaders ?? {}).map(([name, all]): [string, string[]] => [
    name.toLowerCase(),
    all.map(String),
  ]);
  return {
    status,
    headers: {
      'content-type': 'text/plain;charset=UTF-8',
      ...Object.fromEntries(single),
      ...Object.fromEntries(several),
    },
    cookies: [],
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}
