import {
  CreateApiCommand,
  DeleteApiCommand,
  DeleteCorsConfigurationCommand,
  GetApiCommand,
  GetApisCommand,
  GetTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateApiCommand,
  type Api as ApiShape,
  type Cors,
} from '@aws-sdk/client-apigatewayv2';
import { NotImplemented } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller } from '../../kernel/principal.ts';
import { operation, type AnyOperation, type Authorization, type Call } from '../../kernel/service.ts';
import type { CorsConfiguration } from './cors.ts';
import { newId, type Api, type Apis } from './apis.ts';
import { badRequest, notFound, required } from './errors.ts';
import { onlyMembers } from '../only-members.ts';
import { QUICK, quickCreate, updateQuick } from './quick-create.ts';
import { Listener } from './listener.ts';
import { respond } from './respond.ts';

/** API Gateway's permissions are HTTP methods on the paths of its own API. */
export function ask(
  method: string,
  path: string,
  { caller }: Call,
  tags?: Readonly<Record<string, string>>,
): Authorization {
  return {
    action: `apigateway:${method}`,
    resource: `arn:aws:apigateway:${caller.region}::${path}`,
    context: {
      ...(tags === undefined ? {} : { 'aws:TagKeys': Object.keys(tags) }),
      ...Object.fromEntries(Object.entries(tags ?? {}).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    },
  };
}

export function apiOperations(kernel: Kernel, apis: Apis): AnyOperation[] {
  return [...lifeOperations(kernel, apis), ...tagOperations(apis)];
}

function lifeOperations(kernel: Kernel, apis: Apis): AnyOperation[] {
  return [
    operation({
      command: CreateApiCommand,
      accepts: [
        ...['Name', 'ProtocolType', 'Description', 'Version', 'Tags', 'RouteSelectionExpression', 'IpAddressType'],
        ...['CorsConfiguration', ...QUICK],
      ],
      authorize: (input, call) => ask('POST', '/apis', call, input.Tags),
      handle: async (input, { caller }) => {
        if (input.ProtocolType !== 'HTTP') throw new NotImplemented(`${String(input.ProtocolType)} APIs`);
        requireRouteSelection(input.RouteSelectionExpression);
        const api = newApi(kernel, caller, {
          name: required(input.Name, 'Name'),
          tags: new Map(Object.entries(input.Tags ?? {})),
        });
        Object.assign(api, {
          cors: checkedCors(input.CorsConfiguration),
          description: input.Description,
          version: input.Version,
          ipAddressType: input.IpAddressType,
        });
        quickCreate(kernel, api, input);
        await api.listener.listen();
        apis.add(api);
        return shapeOf(api);
      },
    }),
    operation({
      command: GetApiCommand,
      accepts: ['ApiId'],
      authorize: (input, call) => ask('GET', `/apis/${input.ApiId ?? ''}`, call),
      handle: async (input, call) => shapeOf(apis.of(call, input.ApiId)),
    }),
    operation({
      command: GetApisCommand,
      accepts: [],
      authorize: (_, call) => ask('GET', '/apis', call),
      handle: async (_, call) => ({ Items: apis.list(call).map(shapeOf) }),
    }),
    operation({
      command: UpdateApiCommand,
      accepts: [
        ...['ApiId', 'Name', 'Description', 'Version', 'RouteSelectionExpression', 'IpAddressType'],
        ...['CorsConfiguration', ...QUICK],
      ],
      authorize: (input, call) => ask('PATCH', `/apis/${input.ApiId ?? ''}`, call),
      handle: async (input, call) => {
        const api = apis.of(call, input.ApiId);
        api.name = input.Name ?? api.name;
        api.description = input.Description ?? api.description;
        api.version = input.Version ?? api.version;
        requireRouteSelection(input.RouteSelectionExpression);
        api.ipAddressType = input.IpAddressType ?? api.ipAddressType;
        if (input.CorsConfiguration !== undefined) api.cors = checkedCors(input.CorsConfiguration);
        updateQuick(api, input);
        return shapeOf(api);
      },
    }),
    operation({
      command: DeleteCorsConfigurationCommand,
      accepts: ['ApiId'],
      authorize: (input, call) => ask('DELETE', `/apis/${input.ApiId ?? ''}/cors`, call),
      handle: async (input, call) => {
        apis.of(call, input.ApiId).cors = undefined;
        return {};
      },
    }),
    operation({
      command: DeleteApiCommand,
      accepts: ['ApiId'],
      authorize: (input, call) => ask('DELETE', `/apis/${input.ApiId ?? ''}`, call),
      handle: async (input, call) => {
        await apis.delete(apis.of(call, input.ApiId));
        return {};
      },
    }),
  ];
}

/** An API without anything in it, which does not listen yet. */
export function newApi(
  kernel: Kernel,
  { account, region }: Caller,
  { name, tags }: { readonly name: string; readonly tags: ReadonlyMap<string, string> },
): Api {
  const api: Api = {
    id: newId(10),
    account,
    region,
    createdAt: kernel.clock.date(),
    routes: new Map(),
    integrations: new Map(),
    authorizers: new Map(),
    stages: new Map(),
    tags: new Map(tags),
    listener: new Listener(kernel, (request, query, rawHeaders) => respond(kernel, api, request, query, rawHeaders)),
    name,
  };
  return api;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html */
export function checkedCors(cors: CorsConfiguration | undefined): CorsConfiguration | undefined {
  onlyMembers(
    cors,
    ['AllowCredentials', 'AllowHeaders', 'AllowMethods', 'AllowOrigins', 'ExposeHeaders', 'MaxAge'],
    'CorsConfiguration',
  );
  if (cors?.AllowCredentials === true && cors.AllowOrigins?.includes('*') === true)
    throw badRequest('Allow credentials is not supported with wildcard allow origin');
  return cors;
}

const ROUTE_SELECTION = '$request.method $request.path';

/** "For HTTP APIs, the routeSelectionExpression must be ${request.method} ${request.path}." @throws AwsError BadRequestException */
function requireRouteSelection(expression: string | undefined): void {
  const fits = [undefined, ROUTE_SELECTION, '${request.method} ${request.path}'].includes(expression);
  if (!fits) throw badRequest('Route selection expression for HTTP API must be ${request.method} ${request.path}');
}

function tagOperations(apis: Apis): AnyOperation[] {
  const path = (arn: string | undefined): string => `/tags/${encodeURIComponent(arn ?? '')}`;
  return [
    operation({
      command: TagResourceCommand,
      accepts: ['ResourceArn', 'Tags'],
      authorize: (input, call) => [
        ask('POST', path(input.ResourceArn), call, input.Tags),
        ...ofStage(input.ResourceArn, 'TagResource', call),
      ],
      handle: async (input, call) => {
        const tags = taggedOf(apis, call, input.ResourceArn);
        for (const [key, value] of Object.entries(input.Tags ?? {})) tags.set(key, value);
        return {};
      },
    }),
    operation({
      command: UntagResourceCommand,
      accepts: ['ResourceArn', 'TagKeys'],
      authorize: (input, call) => [
        ask('DELETE', path(input.ResourceArn), call),
        ...ofStage(input.ResourceArn, 'UntagResource', call),
      ],
      handle: async (input, call) => {
        const tags = taggedOf(apis, call, input.ResourceArn);
        for (const key of input.TagKeys ?? []) tags.delete(key);
        return {};
      },
    }),
    operation({
      command: GetTagsCommand,
      accepts: ['ResourceArn'],
      authorize: (input, call) => ask('GET', path(input.ResourceArn), call),
      handle: async (input, call) => ({ Tags: Object.fromEntries(taggedOf(apis, call, input.ResourceArn)) }),
    }),
  ];
}

/** Stages are tagged by actions of their own besides. */
function ofStage(arn: string | undefined, action: string, call: Call): Authorization[] {
  const [, path] = /^arn:aws:apigateway:[^:]+::(\/apis\/[^/]+\/stages\/[^/]+)$/.exec(arn ?? '') ?? [];
  return path === undefined ? [] : [ask(action, path, call)];
}

/** The tags of `arn:aws:apigateway:<region>::/apis/<id>`, or of a stage below it. */
function taggedOf(apis: Apis, call: Call, arn: string | undefined): Map<string, string> {
  const [, id, stage] = /^arn:aws:apigateway:[^:]+::\/apis\/([^/]+)(?:\/stages\/([^/]+))?$/.exec(arn ?? '') ?? [];
  const api = apis.of(call, id);
  const tagged = stage === undefined ? api : api.stages.get(stage);
  if (tagged === undefined) throw notFound(`Invalid stage identifier specified`);
  return tagged.tags;
}

export function shapeOf(api: Api): ApiShape {
  return {
    ApiId: api.id,
    ApiEndpoint: api.listener.endpoint(),
    ApiKeySelectionExpression: '$request.header.x-api-key',
    CreatedDate: api.createdAt,
    DisableExecuteApiEndpoint: false,
    IpAddressType: api.ipAddressType ?? 'ipv4',
    Name: api.name,
    ProtocolType: 'HTTP',
    RouteSelectionExpression: ROUTE_SELECTION,
    Tags: Object.fromEntries(api.tags),
    ...(api.cors === undefined ? {} : { CorsConfiguration: corsShape(api.cors) }),
    ...(api.description === undefined ? {} : { Description: api.description }),
    ...(api.version === undefined ? {} : { Version: api.version }),
  };
}

function corsShape(cors: CorsConfiguration): Cors {
  const { AllowCredentials, AllowHeaders, AllowMethods, AllowOrigins, ExposeHeaders, MaxAge } = cors;
  return {
    AllowCredentials,
    AllowHeaders: AllowHeaders && [...AllowHeaders],
    AllowMethods: AllowMethods && [...AllowMethods],
    AllowOrigins: AllowOrigins && [...AllowOrigins],
    ExposeHeaders: ExposeHeaders && [...ExposeHeaders],
    MaxAge,
  };
}
