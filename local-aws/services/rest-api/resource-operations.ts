import {
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourcesCommand,
  UpdateResourceCommand,
  type Resource as ResourceShape,
} from '@aws-sdk/client-api-gateway';
import { AwsError } from '../../kernel/errors.ts';
import { operation, type AnyOperation, type Call } from '../../kernel/service.ts';
import { ask } from '../api-gateway/api-operations.ts';
import { badRequest, required } from '../api-gateway/errors.ts';
import { addResource, childrenOf, pathOf, resourceOf, type Resource, type RestApi, type RestApis } from './apis.ts';
import { methodShape } from './method-operations.ts';
import { applyPatches } from './patches.ts';

interface ResourceInput {
  readonly restApiId: string | undefined;
  readonly resourceId?: string | undefined;
  readonly parentId?: string | undefined;
}

export function resourceOperations(apis: RestApis): AnyOperation[] {
  const asks =
    (method: string) =>
    ({ restApiId: api = '', resourceId, parentId }: ResourceInput, call: Call) => {
      const id = resourceId ?? parentId;
      return ask(method, `/restapis/${api}/resources${id === undefined ? '' : `/${id}`}`, call);
    };
  return [
    operation({
      command: CreateResourceCommand,
      accepts: ['restApiId', 'parentId', 'pathPart'],
      authorize: asks('POST'),
      handle: async (input, call) => {
        const api = apis.of(call, input.restApiId);
        const parent = resourceOf(api, input.parentId);
        const part = required(input.pathPart, 'pathPart');
        refuseTwins(api, parent.id, part);
        return shapeOf(api, addResource(api, parent, part));
      },
    }),
    operation({
      command: GetResourceCommand,
      accepts: ['restApiId', 'resourceId', 'embed'],
      authorize: asks('GET'),
      handle: async (input, call) => {
        const api = apis.of(call, input.restApiId);
        return shapeOf(api, resourceOf(api, input.resourceId));
      },
    }),
    operation({
      command: GetResourcesCommand,
      accepts: ['restApiId', 'embed', 'limit'],
      authorize: asks('GET'),
      handle: async (input, call) => {
        const api = apis.of(call, input.restApiId);
        return { items: [...api.resources.values()].map((resource) => shapeOf(api, resource)) };
      },
    }),
    operation({
      command: UpdateResourceCommand,
      accepts: ['restApiId', 'resourceId', 'patchOperations'],
      authorize: asks('PATCH'),
      handle: async (input, call) => {
        const api = apis.of(call, input.restApiId);
        const resource = resourceOf(api, input.resourceId);
        const pathPart = (value = ''): void => {
          refuseTwins(api, resource.parentId, value);
          resource.pathPart = value;
        };
        applyPatches(
          input.patchOperations,
          [{ path: '/pathPart', operations: ['replace'], change: pathPart }],
          'a resource of a REST API',
        );
        return shapeOf(api, resource);
      },
    }),
    operation({
      command: DeleteResourceCommand,
      accepts: ['restApiId', 'resourceId'],
      authorize: asks('DELETE'),
      handle: async (input, call) => {
        const api = apis.of(call, input.restApiId);
        const resource = resourceOf(api, input.resourceId);
        if (resource.id === api.rootId) throw badRequest('Root resource cannot be deleted.');
        remove(api, resource);
        return {};
      },
    }),
  ];
}

/** Deletes a resource with all below it. */
function remove(api: RestApi, resource: Resource): void {
  for (const child of childrenOf(api, resource.id)) remove(api, child);
  api.resources.delete(resource.id);
}

function refuseTwins(api: RestApi, parentId: string | undefined, pathPart: string): void {
  const twin = childrenOf(api, parentId ?? '').find((other) => other.pathPart === pathPart);
  if (twin !== undefined)
    throw new AwsError(
      'ConflictException',
      `Another resource with the same parent already has this name: ${pathPart}`,
      409,
    );
}

function shapeOf(api: RestApi, resource: Resource): ResourceShape {
  const methods = [...resource.methods.values()].map((method) => [method.httpMethod, methodShape(method)] as const);
  return {
    id: resource.id,
    path: pathOf(api, resource),
    ...(resource.parentId === undefined ? {} : { parentId: resource.parentId, pathPart: resource.pathPart }),
    ...(methods.length === 0 ? {} : { resourceMethods: Object.fromEntries(methods) }),
  };
}
