/**
 * Methods with an authorizer that is a function.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 */
import type { Kernel } from '../../kernel/kernel.ts';
import { ask } from '../api-gateway/authorizers/ask.ts';
import type { Authorizer, Context, Verdict } from '../api-gateway/authorizers/authorizer.ts';
import { eventFor, type Routed } from './event.ts';
import { functionOf } from './integrations.ts';
import { own } from '../../kernel/own.ts';

/** Asks the method's authorizer. */
export function askAuthorizer(kernel: Kernel, authorizer: Authorizer, routed: Routed): Promise<Verdict> {
  const { api, stage, request, path } = routed;
  const resource = `arn:aws:execute-api:${api.region}:${api.account}:${api.id}/${stage.name}/${request.method}${path}`;
  const identity = authorizer.identitySources.map((source) => valueOf(source, routed));
  return ask(kernel, {
    ...{ authorizer, api, stage: stage.name, identity, resource, flat: true },
    event:
      authorizer.kind === 'TOKEN'
        ? { type: 'TOKEN', methodArn: resource, authorizationToken: identity[0] }
        : requestEvent(resource, routed),
    functionName: functionOf(authorizer.uri, stage.variables),
  });
}

/** What a proxy integration would be given, without the body. */
function requestEvent(methodArn: string, routed: Routed): object {
  const event = Object.entries(eventFor(routed)).filter(([name]) => name !== 'body' && name !== 'isBase64Encoded');
  return { type: 'REQUEST', methodArn, ...Object.fromEntries(event) };
}

/** `method.request.header.Auth`, `method.request.querystring.key`, `stageVariables.x`, `context.httpMethod` */
function valueOf(source: string, { request, stage, requestId, api, deployed }: Routed): string | undefined {
  const [, place = '', name = ''] =
    /^(method\.request\.header|method\.request\.querystring|stageVariables|context)\.(.+)$/.exec(source) ?? [];
  switch (place) {
    case 'method.request.header':
      return own(request.headers, name.toLowerCase());
    case 'method.request.querystring':
      return request.query.get(name) ?? undefined;
    case 'stageVariables':
      return own(stage.variables, name);
    default: {
      const known = { apiId: api.id, httpMethod: request.method, path: request.path, requestId, stage: stage.name };
      return own({ ...known, 'identity.sourceIp': '127.0.0.1', resourcePath: deployed.path }, name);
    }
  }
}

/** What a proxy integration is told: every value as text. */
export function toldOf(principalId: string | undefined, context: Context): Readonly<Record<string, unknown>> {
  const texts = Object.entries(context).map(([name, value]) => [name, textOf(value)] as const);
  return { ...Object.fromEntries(texts), principalId, integrationLatency: 0 };
}

/** Objects are refused before. */
function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : value === null ? null : JSON.stringify(value);
}
