import {
  CreateRestApiCommand,
  DeleteRestApiCommand,
  GetRestApiCommand,
  GetRestApisCommand,
  ImportRestApiCommand,
  PutRestApiCommand,
  UpdateRestApiCommand,
  type RestApi as RestApiShape,
} from '@aws-sdk/client-api-gateway';
import type { Kernel } from '../../kernel/kernel.ts';
import { operation, type AnyOperation, type Call } from '../../kernel/service.ts';
import { ask } from '../api-gateway/api-operations.ts';
import { newId } from '../api-gateway/apis.ts';
import { badRequest, required } from '../api-gateway/errors.ts';
import { Listener } from '../api-gateway/listener.ts';
import { onlyMembers } from '../only-members.ts';
import { newRoot, type RestApi, type RestApis } from './apis.ts';
import { importDefinition } from './import.ts';
import { applyPatches, type Place } from './patches.ts';
import { respond } from './respond.ts';

export function apiOperations(kernel: Kernel, apis: RestApis): AnyOperation[] {
  return [...makingOperations(kernel, apis), ...standingOperations(apis)];
}

function makingOperations(kernel: Kernel, apis: RestApis): AnyOperation[] {
  return [
    operation({
      command: CreateRestApiCommand,
      accepts: [
        ...['name', 'description', 'version', 'binaryMediaTypes', 'endpointConfiguration', 'tags'],
        'disableExecuteApiEndpoint',
      ],
      authorize: (input, call) => ask('POST', '/restapis', call, input.tags),
      handle: async (input, call) => {
        const name = required(input.name, 'name');
        if (name.trim() === '') throw badRequest("Name is a required field and can't be blank");
        onlyMembers(input.endpointConfiguration, ['types', 'ipAddressType'], 'endpointConfiguration of a REST API');
        const api = newApi(kernel, name, call);
        api.description = input.description;
        api.version = input.version;
        api.binaryMediaTypes = input.binaryMediaTypes ?? [];
        api.endpointConfiguration = { ...api.endpointConfiguration, ...input.endpointConfiguration };
        api.disableExecuteApiEndpoint = input.disableExecuteApiEndpoint ?? false;
        for (const [key, value] of Object.entries(input.tags ?? {})) api.tags.set(key, value);
        return begin(apis, api);
      },
    }),
    operation({
      command: ImportRestApiCommand,
      accepts: ['body', 'parameters', 'failOnWarnings'],
      authorize: (_, call) => ask('POST', '/restapis', call),
      handle: async (input, call) => {
        const api = newApi(kernel, '', call);
        importDefinition(api, input.body, input.parameters, 'overwrite');
        return begin(apis, api);
      },
    }),
  ];
}

function standingOperations(apis: RestApis): AnyOperation[] {
  const own =
    (method: string) =>
    ({ restApiId: id = '' }: { readonly restApiId: string | undefined }, call: Call) =>
      ask(method, `/restapis/${id}`, call);
  return [
    operation({
      command: PutRestApiCommand,
      accepts: ['restApiId', 'body', 'parameters', 'mode', 'failOnWarnings'],
      authorize: own('PUT'),
      handle: async (input, call) => {
        const api = apis.of(call, input.restApiId);
        importDefinition(api, input.body, input.parameters, input.mode ?? 'merge');
        return shapeOf(api);
      },
    }),
    operation({
      command: GetRestApiCommand,
      accepts: ['restApiId'],
      authorize: own('GET'),
      handle: async (input, call) => shapeOf(apis.of(call, input.restApiId)),
    }),
    operation({
      command: GetRestApisCommand,
      accepts: ['limit'],
      authorize: (_, call) => ask('GET', '/restapis', call),
      handle: async (_, call) => ({ items: apis.list(call).map(shapeOf) }),
    }),
    operation({
      command: UpdateRestApiCommand,
      accepts: ['restApiId', 'patchOperations'],
      authorize: own('PATCH'),
      handle: async (input, call) => {
        const api = apis.of(call, input.restApiId);
        applyPatches(input.patchOperations, placesOf(api), 'a REST API');
        return shapeOf(api);
      },
    }),
    operation({
      command: DeleteRestApiCommand,
      accepts: ['restApiId'],
      authorize: own('DELETE'),
      handle: async (input, call) => {
        await apis.delete(apis.of(call, input.restApiId));
        return {};
      },
    }),
  ];
}

function newApi(kernel: Kernel, name: string, { caller }: Call): RestApi {
  const root = newRoot();
  const api: RestApi = {
    id: newId(10),
    account: caller.account,
    region: caller.region,
    createdAt: kernel.clock.date(),
    rootId: root.id,
    resources: new Map([[root.id, root]]),
    models: new Map(),
    authorizers: new Map(),
    deployments: new Map(),
    stages: new Map(),
    tags: new Map(),
    listener: new Listener(kernel, (request, _, rawHeaders) => respond(kernel, api, request, rawHeaders)),
    name,
    binaryMediaTypes: [],
    endpointConfiguration: { types: ['EDGE'], ipAddressType: 'ipv4' },
    disableExecuteApiEndpoint: false,
  };
  return api;
}

async function begin(apis: RestApis, api: RestApi): Promise<RestApiShape> {
  await api.listener.listen();
  apis.add(api);
  return shapeOf(api);
}

function placesOf(api: RestApi): Place[] {
  return [
    { path: '/name', operations: ['replace'], change: (value = '') => (api.name = value) },
    { path: '/description', operations: ['replace', 'remove'], change: (value) => (api.description = value) },
    { path: '/version', operations: ['replace', 'remove'], change: (value) => (api.version = value) },
    {
      path: '/disableExecuteApiEndpoint',
      operations: ['replace'],
      change: (value) => (api.disableExecuteApiEndpoint = value === 'true'),
    },
    {
      path: '/binaryMediaTypes/*',
      operations: ['add', 'remove'],
      change: (value, [, type = '']) => {
        const others = api.binaryMediaTypes.filter((other) => other !== type);
        api.binaryMediaTypes = value === undefined ? others : [...others, type];
      },
    },
    {
      path: '/endpointConfiguration/types/*',
      operations: ['replace'],
      change: (value) => {
        if (value !== 'EDGE' && value !== 'REGIONAL' && value !== 'PRIVATE')
          throw badRequest(`Invalid endpoint configuration type: ${value ?? ''}`);
        api.endpointConfiguration = { ...api.endpointConfiguration, types: [value] };
      },
    },
  ];
}

function shapeOf(api: RestApi): RestApiShape {
  return {
    id: api.id,
    name: api.name,
    createdDate: api.createdAt,
    apiKeySource: 'HEADER',
    endpointConfiguration: api.endpointConfiguration,
    disableExecuteApiEndpoint: api.disableExecuteApiEndpoint,
    rootResourceId: api.rootId,
    tags: Object.fromEntries(api.tags),
    ...(api.description === undefined ? {} : { description: api.description }),
    ...(api.version === undefined ? {} : { version: api.version }),
    ...(api.binaryMediaTypes.length === 0 ? {} : { binaryMediaTypes: api.binaryMediaTypes }),
  };
}
