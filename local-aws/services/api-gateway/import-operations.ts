/**
 * Whole APIs at once, by OpenAPI, and what is made by a target alone.
 * https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html#ImportApi
 */
import { ImportApiCommand, ReimportApiCommand } from '@aws-sdk/client-apigatewayv2';
import { NotImplemented } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { ask, checkedCors, newApi, shapeOf } from './api-operations.ts';
import type { HttpAuthorizer } from './authorizers/authorizer.ts';
import { makeAuthorizer } from './authorizers/http-authorizer.ts';
import { newId, type Api, type Apis, type Integration, type Route } from './apis.ts';
import { readDefinition, type Definition } from './definition.ts';
import { badRequest, required } from './errors.ts';
import { newIntegration } from './integrations.ts';
import { readRouteKey } from './routing.ts';

export function importOperations(kernel: Kernel, apis: Apis): AnyOperation[] {
  return [
    operation({
      command: ImportApiCommand,
      accepts: ['Body', 'Basepath', 'FailOnWarnings'],
      authorize: (_, call) => ask('PUT', '/apis', call),
      handle: async ({ Body, Basepath }, { caller }) => {
        const definition = readDefinition(required(Body, 'Body'));
        const content = contentOf(definition, Basepath);
        const api = newApi(kernel, caller, { name: definition.name, tags: definition.tags });
        put(api, definition, content);
        await api.listener.listen();
        apis.add(api);
        return shapeOf(api);
      },
    }),
    operation({
      command: ReimportApiCommand,
      accepts: ['ApiId', 'Body', 'Basepath', 'FailOnWarnings'],
      authorize: (input, call) => ask('PUT', `/apis/${input.ApiId ?? ''}`, call),
      handle: async ({ ApiId, Body, Basepath }, call) => {
        const api = apis.of(call, ApiId);
        const definition = readDefinition(required(Body, 'Body'));
        put(api, definition, contentOf(definition, Basepath));
        for (const [key, value] of definition.tags) api.tags.set(key, value);
        return shapeOf(api);
      },
    }),
  ];
}

interface Content {
  readonly authorizers: readonly HttpAuthorizer[];
  readonly routes: readonly Route[];
  readonly integrations: readonly Integration[];
}

/** The routes, integrations and authorizers of a definition, which is good then as a whole. */
function contentOf({ routes, cors, authorizers: defined }: Definition, basepath: string | undefined): Content {
  if (basepath !== undefined && basepath !== 'ignore') throw new NotImplemented(`Basepath ${basepath} of an import`);
  checkedCors(cors);
  const keys = routes.map(({ key }) => key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw badRequest(`Invalid OpenAPI input: the route ${twice} is there twice.`);
  const authorizers = defined.map((each) => makeAuthorizer(each));
  const made = routes.map(({ integration: given, authorizer, ...route }) => {
    readRouteKey(route.key);
    const integration = given && newIntegration(given);
    const authorizerId = authorizers.find(({ name }) => name === authorizer)?.id;
    return { route: { ...route, id: newId(7), authorizerId, integration: integration?.id }, integration };
  });
  return {
    authorizers,
    routes: made.map(({ route }) => route),
    integrations: made.flatMap(({ integration }) => integration ?? []),
  };
}

/** Puts a definition in the place of everything that there was but the stages. */
function put(api: Api, { name, description, version, cors }: Definition, content: Content): void {
  const { routes, integrations, authorizers } = content;
  Object.assign(api, { name, description, version, cors });
  api.routes.clear();
  for (const route of routes) api.routes.set(route.id, route);
  api.integrations.clear();
  for (const integration of integrations) api.integrations.set(integration.id, integration);
  api.authorizers.clear();
  for (const authorizer of authorizers) api.authorizers.set(authorizer.id, authorizer);
}
