/**
 * Proxy integrations of functions: the event that a function is given (payload format 1.0), and how its answer is read.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
import * as z from 'zod';
import type { HttpRequest } from '../../wire/http.ts';
import { commonLogTime, type Answer, type IamIdentity } from '../api-gateway/payload.ts';
import type { Deployed, RestApi, Stage } from './apis.ts';

/** A request that found its method. */
export interface Routed {
  readonly api: RestApi;
  readonly stage: Stage;
  readonly deployed: Deployed;
  readonly binaryMediaTypes: readonly string[];
  readonly request: HttpRequest;
  /** Names and values of the headers as they came, one after the other. */
  readonly rawHeaders: readonly string[];
  /** Without the stage. */
  readonly path: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly requestId: string;
  readonly at: Date;
  readonly iam: IamIdentity | undefined;
  /** What an authorizer told. */
  readonly authorizer?: Readonly<Record<string, unknown>> | undefined;
}

/** The event for a function. What is not there is null. */
export function eventFor(routed: Routed): object {
  const { request, deployed, stage, pathParameters } = routed;
  const { body } = request;
  const query = new Map([...new Set(request.query.keys())].map((name) => [name, request.query.getAll(name)]));
  const headers = headersOf(routed.rawHeaders);
  const isBinary = body.length > 0 && matchesAny(request.headers['content-type'], routed.binaryMediaTypes);
  return {
    resource: deployed.path,
    path: routed.path,
    httpMethod: request.method,
    headers: orNull(lasts(headers)),
    multiValueHeaders: orNull(Object.fromEntries(headers)),
    queryStringParameters: orNull(lasts(query)),
    multiValueQueryStringParameters: orNull(Object.fromEntries(query)),
    pathParameters: orNull(pathParameters),
    stageVariables: orNull(stage.variables),
    requestContext: contextFor(routed),
    body: body.length === 0 ? null : body.toString(isBinary ? 'base64' : 'utf8'),
    isBase64Encoded: isBinary,
  };
}

/** What `requestContext` and `$context` tell. */
export function contextFor({ api, stage, deployed, request, path, requestId, at, iam, authorizer }: Routed): object {
  return {
    ...(authorizer === undefined ? {} : { authorizer }),
    resourceId: deployed.resourceId,
    resourcePath: deployed.path,
    httpMethod: request.method,
    extendedRequestId: requestId,
    requestTime: commonLogTime(at),
    path: `/${stage.name}${path}`,
    accountId: api.account,
    protocol: 'HTTP/1.1',
    stage: stage.name,
    domainPrefix: api.id,
    requestTimeEpoch: at.getTime(),
    requestId,
    identity: {
      cognitoIdentityPoolId: null,
      accountId: iam?.accountId ?? null,
      cognitoIdentityId: null,
      caller: iam?.callerId ?? null,
      sourceIp: '127.0.0.1',
      principalOrgId: null,
      accessKey: iam?.accessKey ?? null,
      cognitoAuthenticationType: null,
      cognitoAuthenticationProvider: null,
      userArn: iam?.userArn ?? null,
      userAgent: request.headers['user-agent'] ?? null,
      user: iam?.userId ?? null,
    },
    domainName: request.headers['host'],
    deploymentId: stage.deploymentId,
    apiId: api.id,
  };
}

/** Values by name, in the case that each name first came in. */
export function headersOf(raw: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  const names = new Map<string, string>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const given = raw[index] ?? '';
    const name = names.get(given.toLowerCase()) ?? given;
    names.set(given.toLowerCase(), name);
    headers.set(name, [...(headers.get(name) ?? []), raw[index + 1] ?? '']);
  }
  return headers;
}

/** The last value of each name. */
function lasts(values: ReadonlyMap<string, readonly string[]>): Record<string, string> {
  return Object.fromEntries([...values].map(([name, all]) => [name, all.at(-1) ?? '']));
}

function orNull(value: object): object | null {
  return Object.keys(value).length === 0 ? null : value;
}

/** Whether a media type, or the first of a list of them, is one of those that are binary. */
function matchesAny(header: string | undefined, types: readonly string[]): boolean {
  const type = header?.split(',')[0]?.split(';')[0]?.trim().toLowerCase() ?? '';
  const [group = ''] = type.split('/');
  return types.some((each) => {
    const wanted = each.toLowerCase();
    return wanted === '*/*' || wanted === type || wanted === `${group}/*`;
  });
}

const scalar = z.union([z.string(), z.number(), z.boolean()]);
/** An answer of any other form is malformed. */
const answerSchema = z.strictObject({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), scalar).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(scalar)).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** Reads a function's answer; undefined where it is malformed. A name in both kinds of headers has the values of the second. */
export function readAnswer(payload: string, accept: string | undefined, binary: readonly string[]): Answer | undefined {
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
  const decoded = isBase64Encoded === true && matchesAny(accept, binary);
  return {
    status,
    headers: { 'content-type': 'application/json', ...Object.fromEntries(single), ...Object.fromEntries(several) },
    cookies: [],
    body: Buffer.from(body ?? '', decoded ? 'base64' : 'utf8'),
  };
}
