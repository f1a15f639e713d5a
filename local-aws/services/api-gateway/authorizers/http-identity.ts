/**
 * What of a request to an HTTP API says who calls.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
import { NotImplemented } from '../../../kernel/errors.ts';
import { own } from '../../../kernel/own.ts';
import type { HttpRequest } from '../../../wire/http.ts';
import { badRequest } from '../errors.ts';
import type { Routed } from '../payload.ts';

const SOURCE = /^\$(request\.header|request\.querystring|stageVariables|context)\.(.+)$/;

const CONTEXT: Readonly<Record<string, (request: HttpRequest, routed: Routed) => string>> = {
  accountId: (_, { accountId }) => accountId,
  apiId: (_, { apiId }) => apiId,
  domainName: ({ headers }) => headers['host'] ?? '',
  domainPrefix: (_, { apiId }) => apiId,
  httpMethod: ({ method }) => method,
  'identity.sourceIp': () => '127.0.0.1',
  'identity.userAgent': ({ headers }) => headers['user-agent'] ?? '',
  path: ({ path }) => path,
  protocol: () => 'HTTP/1.1',
  requestId: (_, { requestId }) => requestId,
  routeKey: (_, { routeKey }) => routeKey,
  stage: (_, { stage }) => stage,
};

/** What `$context.<name>` stands for, of the variables that are there here. */
export const contextValue = {
  knows: (name: string): boolean => own(CONTEXT, name) !== undefined,
  of: (name: string, request: HttpRequest, routed: Routed): string | undefined => own(CONTEXT, name)?.(request, routed),
};

/** @throws AwsError BadRequestException @throws NotImplemented for a variable of the context that is not there here */
export function checkSource(source: string): void {
  const [, place, name = ''] = SOURCE.exec(source) ?? [];
  if (place === undefined) throw badRequest(`Invalid identity source: ${source}`);
  if (place === 'context' && !contextValue.knows(name)) throw new NotImplemented(`the identity source ${source}`);
}

/** `$request.header.Auth`, `$request.querystring.key`, `$stageVariables.x`, `$context.routeKey` */
export function identityIn(source: string, request: HttpRequest, routed: Routed): string | undefined {
  const [, place, name = ''] = SOURCE.exec(source) ?? [];
  switch (place) {
    case 'request.header':
      return own(request.headers, name.toLowerCase());
    case 'request.querystring':
      return request.query.get(name) ?? undefined;
    case 'stageVariables':
      return own(routed.stageVariables, name);
    default:
      return contextValue.of(name, request, routed);
  }
}
