/** An authorizer of an HTTP API. */
export type HttpAuthorizer = Authorizer | JwtAuthorizer;

/** An authorizer that is a function, of REST and of HTTP APIs. */
export interface Authorizer {
  readonly id: string;
  readonly name: string;
  /** `TOKEN`, of REST APIs alone, is given one header; `REQUEST` the request. */
  readonly kind: 'TOKEN' | 'REQUEST';
  /** As it was given: API Gateway's form of a function's ARN. */
  readonly uri: string;
  /** The role as which the function is invoked; without one, API Gateway does so in its own name. */
  readonly credentials: string | undefined;
  /** What of a request says who calls, in AWS's expressions: `method.request.header.Auth`, `$request.header.Auth`. */
  readonly identitySources: readonly string[];
  /** What a token has to match. */
  readonly validation: string | undefined;
  /** How long an answer holds for the same identity; 0 where each request is asked about. */
  readonly ttlSeconds: number;
  /** Whether the function says yes or no instead of a policy; HTTP APIs alone. */
  readonly simple: boolean;
  readonly payloadFormat: '1.0' | '2.0';
}

/** An authorizer that is an issuer of JSON Web Tokens; HTTP APIs alone. */
export interface JwtAuthorizer {
  readonly id: string;
  readonly name: string;
  readonly kind: 'JWT';
  /** Where the token is: `$request.header.Authorization`. */
  readonly identitySource: string;
  /** `https://…`, which publishes `/.well-known/openid-configuration`. */
  readonly issuer: string;
  /** Whom a token may be for. */
  readonly audience: readonly string[];
}

/** What a request came to. */
export type Verdict =
  | { readonly kind: 'allowed'; readonly principalId: string | undefined; readonly context: Context }
  /** Who calls is not known: 401. */
  | { readonly kind: 'unauthorized' }
  /** 403. */
  | { readonly kind: 'denied'; readonly explicit: boolean }
  /** The function failed, or answered nonsense: 500. */
  | { readonly kind: 'failed' };

/** What the function tells of the caller, for the integration. */
export type Context = Readonly<Record<string, unknown>>;
