import { NotImplemented } from '../../kernel/errors.ts';
import { newId } from '../api-gateway/apis.ts';
import { badRequest } from '../api-gateway/errors.ts';
import { addResource, childrenOf, type Resource, type RestApi } from './apis.ts';
import type { RestAuthorizer } from './authorizers.ts';
import { readDefinition } from './definition.ts';

/** How a definition comes into an API that has something already. */
export type Mode = 'merge' | 'overwrite';

const ENDPOINTS: ReadonlySet<string> = new Set(['EDGE', 'REGIONAL', 'PRIVATE']);

/**
 * Makes an API what an OpenAPI document says.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api-update.html
 * @throws AwsError BadRequestException; the API is as it was then
 */
export function importDefinition(
  api: RestApi,
  body: unknown,
  parameters: Readonly<Record<string, string>> | undefined,
  mode: Mode,
): void {
  const types = endpointTypes(parameters);
  const definition = readDefinition(textOf(body));
  const root = api.resources.get(api.rootId);
  if (root === undefined) throw new Error('An API without a root.');
  const draft = copyOf(api);
  if (mode === 'overwrite') for (const resource of draft.resources.values()) resource.methods = new Map();
  for (const { path, method } of definition.methods) resourceAt(draft, path).methods.set(method.httpMethod, method);
  if (mode === 'overwrite') prune(draft);

  api.resources.clear();
  for (const [id, resource] of draft.resources) api.resources.set(id, resource);
  if (definition.name !== '') api.name = definition.name;
  api.description = definition.description ?? (mode === 'merge' ? api.description : undefined);
  api.version = definition.version ?? api.version;
  api.binaryMediaTypes = [...(definition.binaryMediaTypes ?? api.binaryMediaTypes)];
  if (types !== undefined) api.endpointConfiguration = { ...api.endpointConfiguration, types };
  putAuthorizers(api, definition.authorizers, mode);
  if (mode === 'overwrite') api.models.clear();
  for (const [name, schema] of definition.models)
    api.models.set(name, { id: newId(6), name, contentType: 'application/json', schema });
}

/** An authorizer takes the place of the one of its name, for the methods that are left, too. */
function putAuthorizers(api: RestApi, authorizers: readonly RestAuthorizer[], mode: Mode): void {
  for (const { id, name } of [...api.authorizers.values()]) {
    const next = authorizers.find((other) => other.name === name);
    if (mode === 'merge' && next === undefined) continue;
    api.authorizers.delete(id);
    for (const { methods } of api.resources.values())
      for (const [verb, method] of methods)
        if (method.authorizerId === id) methods.set(verb, { ...method, authorizerId: next?.id });
  }
  for (const authorizer of authorizers) api.authorizers.set(authorizer.id, authorizer);
}

/** The wire gives bytes; who calls from inside may give text. */
function textOf(body: unknown): string {
  return body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : typeof body === 'string' ? body : '';
}

function endpointTypes(
  parameters: Readonly<Record<string, string>> = {},
): NonNullable<RestApi['endpointConfiguration']['types']> | undefined {
  const { endpointConfigurationTypes: type, basepath = 'ignore', ...rest } = parameters;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new NotImplemented(`the parameter ${unknown} of an import`);
  if (basepath !== 'ignore') throw new NotImplemented(`basepath=${basepath} of an import`);
  if (type === undefined) return undefined;
  if (!ENDPOINTS.has(type)) throw badRequest(`Invalid endpoint configuration type: ${type}`);
  return [type === 'EDGE' ? 'EDGE' : type === 'PRIVATE' ? 'PRIVATE' : 'REGIONAL'];
}

/** A copy whose resources can be changed without the API's own being changed. */
function copyOf(api: RestApi): RestApi {
  const resources = [...api.resources].map(([id, resource]): [string, Resource] => [
    id,
    { ...resource, methods: new Map(resource.methods) },
  ]);
  return { ...api, resources: new Map(resources) };
}

function resourceAt(api: RestApi, path: string): Resource {
  if (!path.startsWith('/')) throw badRequest(`Invalid OpenAPI input: the path ${path} does not begin with a slash.`);
  const root = api.resources.get(api.rootId);
  if (root === undefined) throw new Error('An API without a root.');
  return path
    .split('/')
    .slice(1)
    .filter((part) => part !== '')
    .reduce((parent, part) => {
      const known = childrenOf(api, parent.id).find(({ pathPart }) => pathPart === part);
      return known ?? addResource(api, parent, part);
    }, root);
}

/** Takes away what has neither methods nor anything below it. */
function prune(api: RestApi): void {
  for (const resource of [...api.resources.values()].toReversed())
    if (resource.id !== api.rootId && resource.methods.size === 0 && childrenOf(api, resource.id).length === 0)
      api.resources.delete(resource.id);
}
