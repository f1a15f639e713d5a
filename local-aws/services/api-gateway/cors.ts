/**
 * Cross-origin requests, as HTTP APIs and function URLs answer them by their configuration.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
 */
import type { HttpRequest } from '../../wire/http.ts';
import type { Answer } from './payload.ts';

/** Who may ask from where; the names are those of both services' APIs. */
export interface CorsConfiguration {
  readonly AllowCredentials?: boolean | undefined;
  readonly AllowHeaders?: readonly string[] | undefined;
  readonly AllowMethods?: readonly string[] | undefined;
  /** `*`, `https://*`, `http://*`, or whole origins. */
  readonly AllowOrigins?: readonly string[] | undefined;
  readonly ExposeHeaders?: readonly string[] | undefined;
  /** Seconds. */
  readonly MaxAge?: number | undefined;
}

/** Whether a browser asks beforehand: OPTIONS with `Origin` and `Access-Control-Request-Method`. */
export function isPreflight({ method, headers }: HttpRequest): boolean {
  return (
    method === 'OPTIONS' && headers['origin'] !== undefined && headers['access-control-request-method'] !== undefined
  );
}

/** What a preflight request is answered, which reaches no function. @param status 204 of HTTP APIs, 200 of function URLs */
export function preflightAnswer(cors: CorsConfiguration, request: HttpRequest, status: number): Answer {
  const origin = originFor(cors, request);
  const headers =
    origin === undefined
      ? {}
      : {
          ...commonHeaders(cors, origin),
          ...listed('access-control-allow-methods', cors.AllowMethods),
          ...listed('access-control-allow-headers', cors.AllowHeaders),
          ...(cors.MaxAge === undefined ? {} : { 'access-control-max-age': String(cors.MaxAge) }),
        };
  return { status, headers, cookies: [], body: Buffer.alloc(0) };
}

/**
 * An answer with the configuration's headers, as far as the request has an `Origin` that it allows.
 * @param own what becomes of the CORS headers of the function's own: HTTP APIs drop all, function URLs those that conflict
 */
export function withCors(
  cors: CorsConfiguration | undefined,
  request: HttpRequest,
  answer: Answer,
  own: 'dropped' | 'kept',
): Answer {
  if (cors === undefined) return answer;
  const kept = Object.entries(answer.headers).filter(([name]) => own === 'kept' || !name.startsWith('access-control-'));
  const origin = originFor(cors, request);
  return {
    ...answer,
    headers: {
      ...Object.fromEntries(kept),
      ...(origin === undefined
        ? {}
        : { ...commonHeaders(cors, origin), ...listed('access-control-expose-headers', cors.ExposeHeaders) }),
    },
  };
}

function commonHeaders({ AllowCredentials }: CorsConfiguration, origin: string): Record<string, string> {
  return {
    'access-control-allow-origin': origin,
    ...(origin === '*' ? {} : { vary: 'Origin' }),
    ...(AllowCredentials === true ? { 'access-control-allow-credentials': 'true' } : {}),
  };
}

/** What `Access-Control-Allow-Origin` says; undefined for a request that is from nowhere, or from where nobody may ask. */
function originFor({ AllowOrigins = [] }: CorsConfiguration, { headers }: HttpRequest): string | undefined {
  const { origin } = headers;
  if (origin === undefined) return undefined;
  if (AllowOrigins.includes('*')) return '*';
  return AllowOrigins.some(
    (allowed) => allowed === origin || (/^https?:\/\/\*$/.test(allowed) && origin.startsWith(allowed.slice(0, -1))),
  )
    ? origin
    : undefined;
}

function listed(name: string, values: readonly string[] | undefined): Record<string, string> {
  return values === undefined || values.length === 0 ? {} : { [name]: values.join(',') };
}
