/**
 * An API by its target alone: an integration, a route and the stage `$default` come with it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop.html#http-api-examples
 */
import type { Kernel } from '../../kernel/kernel.ts';
import { newId, type Api, type Route } from './apis.ts';
import { badRequest } from './errors.ts';
import { checkedUri, newIntegration } from './integrations.ts';
import { readRouteKey } from './routing.ts';

/** The members of CreateApi and UpdateApi that speak of it. */
export const QUICK = ['Target', 'RouteKey', 'CredentialsArn'] as const;

interface Quick {
  readonly Target?: string | undefined;
  readonly RouteKey?: string | undefined;
  readonly CredentialsArn?: string | undefined;
}

/** Gives a new API what its target brings. @throws AwsError BadRequestException for a key or a role without a target */
export function quickCreate(kernel: Kernel, api: Api, { Target, RouteKey, CredentialsArn }: Quick): void {
  if (Target === undefined) {
    if (RouteKey !== undefined || CredentialsArn !== undefined)
      throw badRequest('RouteKey and CredentialsArn need a Target.');
    return;
  }
  const key = RouteKey ?? '$default';
  readRouteKey(key);
  const integration = newIntegration({
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: Target,
    PayloadFormatVersion: '2.0',
    CredentialsArn,
  });
  api.integrations.set(integration.id, { ...integration, managed: true });
  const route: Route = {
    id: newId(7),
    key,
    authorization: 'NONE',
    authorizationScopes: [],
    integration: integration.id,
    managed: true,
  };
  api.routes.set(route.id, route);
  const stage = { name: '$default', createdAt: kernel.clock.date(), tags: new Map(), variables: {} };
  api.stages.set(stage.name, { ...stage, managed: true });
}

/** Changes what came with an API's target. @throws AwsError BadRequestException where there is none */
export function updateQuick(api: Api, { Target, RouteKey, CredentialsArn }: Quick): void {
  if (Target === undefined && RouteKey === undefined && CredentialsArn === undefined) return;
  const integration = [...api.integrations.values()].find(({ managed }) => managed === true);
  const route = [...api.routes.values()].find(({ managed }) => managed === true);
  if (integration === undefined || route === undefined) throw badRequest('The API was not made by a Target.');
  if (Target !== undefined) integration.target = { kind: 'function', uri: checkedUri(Target) };
  if (CredentialsArn !== undefined) integration.credentials = CredentialsArn;
  if (RouteKey === undefined) return;
  readRouteKey(RouteKey);
  route.key = RouteKey;
}
