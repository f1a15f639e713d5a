import {
  CreateRouteCommand,
  DeleteRouteCommand,
  GetRouteCommand,
  GetRoutesCommand,
  UpdateRouteCommand,
  type Route as RouteShape,
} from '@aws-sdk/client-apigatewayv2';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
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
  const members = ['ApiId', 'RouteKey', 'AuthorizationType', 'OperationName', 'Target'];
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
          authorization: checkedAuthorization(input.AuthorizationType),
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
        if (input.AuthorizationType !== undefined) route.authorization = checkedAuthorization(input.AuthorizationType);
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

function checkedAuthorization(type = 'NONE'): Route['authorization'] {
  if (type === 'NONE' || type === 'AWS_IAM') return type;
  throw new NotImplemented(`AuthorizationType ${type} of HTTP APIs`);
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
    RouteId: route.id,
    RouteKey: route.key,
    ...(route.operationName === undefined ? {} : { OperationName: route.operationName }),
    ...(route.integration === undefined ? {} : { Target: `integrations/${route.integration}` }),
  };
}
