import {
  CreateRouteCommand,
  DeleteRouteCommand,
  GetRouteCommand,
  GetRoutesCommand,
  UpdateRouteCommand,
  type Route as RouteShape,
} from '@aws-sdk/client-apigatewayv2';
import { AwsError } from '../../kernel/errors.ts';
import { operation, type AnyOperation, type Call } from '../../kernel/service.ts';
import { ask } from './api-operations.ts';
import { newId, type Api, type Apis, type Route } from './apis.ts';
import { badRequest, notFound, required } from './errors.ts';
import { readRouteKey } from './routing.ts';

interface RouteInput {
  readonly ApiId: string | undefined;
  readonly RouteId?: string | undefined;
}

export function routeOperations(apis: Apis): AnyOperation[] {
  const asks =
    (method: string) =>
    ({ ApiId: api = '', RouteId: route }: RouteInput, call: Call) =>
      ask(method, `/apis/${api}/routes${route === undefined ? '' : `/${route}`}`, call);
  const members = [
    ...['ApiId', 'RouteKey', 'AuthorizationType', 'AuthorizerId', 'AuthorizationScopes', 'OperationName', 'Target'],
  ];
  return [
    operation({
      command: CreateRouteCommand,
      accepts: members,
      authorize: asks('POST'),
      handle: async (input, call) => {
        const api = apis.of(call, input.ApiId);
        const route: Route = {
          id: newId(7),
          key: checkedKey(api, required(input.RouteKey, 'RouteKey')),
          ...checkedAuthorization(api, input),
          operationName: input.OperationName,
          integration: checkedTarget(api, input.Target),
        };
        api.routes.set(route.id, route);
        return shapeOf(route);
      },
    }),
    operation({
      command: UpdateRouteCommand,
      accepts: [...members, 'RouteId'],
      authorize: asks('PATCH'),
      handle: async (input, call) => {
        const api = apis.of(call, input.ApiId);
        const route = routeOf(api, input.RouteId);
        if (input.RouteKey !== undefined && input.RouteKey !== route.key) route.key = checkedKey(api, input.RouteKey);
        if (AUTHORIZATION.some((member) => input[member] !== undefined))
          Object.assign(route, checkedAuthorization(api, { ...authorizationShape(route), ...given(input) }));
        if (input.OperationName !== undefined) route.operationName = input.OperationName;
        if (input.Target !== undefined) route.integration = checkedTarget(api, input.Target);
        return shapeOf(route);
      },
    }),
    operation({
      command: GetRouteCommand,
      accepts: ['ApiId', 'RouteId'],
      authorize: asks('GET'),
      handle: async (input, call) => shapeOf(routeOf(apis.of(call, input.ApiId), input.RouteId)),
    }),
    operation({
      command: GetRoutesCommand,
      accepts: ['ApiId'],
      authorize: asks('GET'),
      handle: async (input, call) => ({ Items: [...apis.of(call, input.ApiId).routes.values()].map(shapeOf) }),
    }),
    operation({
      command: DeleteRouteCommand,
      accepts: ['ApiId', 'RouteId'],
      authorize: asks('DELETE'),
      handle: async (input, call) => {
        const api = apis.of(call, input.ApiId);
        api.routes.delete(routeOf(api, input.RouteId).id);
        return {};
      },
    }),
  ];
}

function routeOf(api: Api, id: string | undefined): Route {
  const route = api.routes.get(id ?? '');
  if (route === undefined) throw notFound(`Unable to find Route by id ${id ?? ''} within the provided RestApi`);
  return route;
}

function checkedKey(api: Api, key: string): string {
  readRouteKey(key);
  if ([...api.routes.values()].some((other) => other.key === key))
    throw new AwsError('ConflictException', `Route with key ${key} already exists for this API`, 409);
  return key;
}

const AUTHORIZATION = ['AuthorizationType', 'AuthorizerId', 'AuthorizationScopes'] as const;

interface GivenAuthorization {
  readonly AuthorizationType?: string | undefined;
  readonly AuthorizerId?: string | undefined;
  readonly AuthorizationScopes?: readonly string[] | undefined;
}

/** What of it is said. An authorizer that is given up with the type is not to be kept. */
function given({ AuthorizationType: type, AuthorizerId, AuthorizationScopes }: GivenAuthorization): GivenAuthorization {
  const all = { AuthorizationType: type, AuthorizerId, AuthorizationScopes };
  const said = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return type === 'NONE' || type === 'AWS_IAM' ? { AuthorizerId: undefined, AuthorizationScopes: [], ...said } : said;
}

/** @throws AwsError BadRequestException where the authorizer is not one of the type */
function checkedAuthorization(
  api: Api,
  { AuthorizationType: type = 'NONE', AuthorizerId: id, AuthorizationScopes: scopes = [] }: GivenAuthorization,
): Pick<Route, 'authorization' | 'authorizerId' | 'authorizationScopes'> {
  if (scopes.length > 0 && type !== 'JWT') throw badRequest('AuthorizationScopes are only for AuthorizationType JWT.');
  if (type === 'NONE' || type === 'AWS_IAM') {
    if (id !== undefined) throw badRequest(`AuthorizationType ${type} takes no AuthorizerId.`);
    return { authorization: type, authorizerId: undefined, authorizationScopes: [] };
  }
  const kind = api.authorizers.get(id ?? '')?.kind;
  if ((type !== 'JWT' && type !== 'CUSTOM') || kind === undefined || (kind === 'JWT') !== (type === 'JWT'))
    throw badRequest(
      `Invalid authorization type specified. AuthorizationType ${type} needs the AuthorizerId of such an authorizer.`,
    );
  return { authorization: type, authorizerId: id, authorizationScopes: [...scopes] };
}

function authorizationShape(route: Route): GivenAuthorization {
  return {
    AuthorizationType: route.authorization,
    AuthorizerId: route.authorizerId,
    AuthorizationScopes: route.authorizationScopes,
  };
}

/** `integrations/<id>` */
function checkedTarget(api: Api, target: string | undefined): string | undefined {
  if (target === undefined) return undefined;
  const id = /^integrations\/([^/]+)$/.exec(target)?.[1];
  if (id === undefined || !api.integrations.has(id)) throw badRequest(`Unable to find Integration: ${target}`);
  return id;
}

function shapeOf(route: Route): RouteShape {
  return {
    ApiKeyRequired: false,
    ...(route.managed === undefined ? {} : { ApiGatewayManaged: true }),
    AuthorizationType: route.authorization,
    ...(route.authorizerId === undefined ? {} : { AuthorizerId: route.authorizerId }),
    ...(route.authorizationScopes.length === 0 ? {} : { AuthorizationScopes: [...route.authorizationScopes] }),
    RouteId: route.id,
    RouteKey: route.key,
    ...(route.operationName === undefined ? {} : { OperationName: route.operationName }),
    ...(route.integration === undefined ? {} : { Target: `integrations/${route.integration}` }),
  };
}
