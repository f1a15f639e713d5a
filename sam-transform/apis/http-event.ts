import type { Context } from '../model/context.ts';
import { eventProblem, DocumentProblem, resourceProblem } from '../model/errors.ts';
import { choose, shorthand, sub } from '../model/intrinsics.ts';
import type { Made } from '../model/resource.ts';
import { requireMap } from '../model/shape.ts';
import { isFilled, isGiven, isList, isMap, isText, mapOf, said, type Fields } from '../model/values.ts';
import { permission } from '../events/permission.ts';
import type { FunctionEvent } from '../events/target.ts';
import {
  ANY,
  contents,
  hasIntegration,
  integrate,
  integrated,
  INTEGRATION,
  lambdaUri,
  methodKey,
  permittedPath,
  requireOpenApi,
  securityOf,
} from './definition.ts';
import { MANAGED } from './implicit.ts';
import { requireDefined } from './rest-method-auth.ts';

const DEFAULT_PATH = '$default';
const PARTITION = '${AWS::Partition}';

/** The permission of an `HttpApi` event; its path is integrated in the API's definition. @throws Problem, DocumentProblem */
export function httpApiEvent(event: FunctionEvent, context: Context): readonly Made[] {
  const { name, properties } = event;
  const reference = properties.ApiId;
  const id = isMap(reference) ? reference.Ref : reference;
  const resource = isText(id) ? context.resources[id] : undefined;
  if (!isText(id) || !isMap(resource))
    throw eventProblem(
      name,
      "ApiId must be a valid reference to an 'AWS::Serverless::HttpApi' resource in same template.",
    );
  const api = mapOf(resource.Properties);
  const route = { path: String(properties.Path), method: String(properties.Method).toLowerCase() };
  const allowed = permitted(event, id, api.DefinitionBody, route);
  addRoute(event, id, api, route);
  return allowed;
}

interface RouteKey {
  readonly path: string;
  readonly method: string;
}

/** What leads everywhere to the function permits each path of it, too. */
function permitted(event: FunctionEvent, apiId: string, body: unknown, { path, method }: RouteKey): readonly Made[] {
  const { target, id, properties } = event;
  const isDefault = path === DEFAULT_PATH;
  if (isFilled(body)) {
    const definition = readable(apiId, body);
    if (!isDefault && isDefaultOf(definition, target.id)) return [];
  }
  const end = isDefault ? '' : permittedPath(path, 'proxy alone');
  const any = method === 'any' || method === ANY;
  const call = method === 'any' && end === `/${DEFAULT_PATH}` ? end : `/${any ? '*' : method.toUpperCase()}${end}`;
  const source = sub(
    `arn:${PARTITION}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${__ApiId__}/\${__Stage__}${call}`,
    { __ApiId__: properties.ApiId, __Stage__: '*' },
  );
  return [permission(target, 'apigateway.amazonaws.com', id, { SourceArn: source })];
}

function readable(apiId: string, body: unknown): Fields {
  try {
    return requireOpenApi(body);
  } catch (error) {
    throw error instanceof DocumentProblem ? resourceProblem(apiId, error.messages.join(' ')) : error;
  }
}

/** Whether the API's default route leads to the function; SAM sees that of one without an alias only. */
function isDefaultOf(body: Fields, functionId: string): boolean {
  if (!hasIntegration(body, DEFAULT_PATH, ANY)) return false;
  return integrated(body, DEFAULT_PATH, ANY).every((operation) => {
    const { uri } = mapOf(operation[INTEGRATION]);
    return contents(uri).every((one) => {
      const text = mapOf(one)['Fn::Sub'];
      return isText(text) && /([A-Za-z0-9]+)\.Arn/.exec(text)?.[1] === functionId;
    });
  });
}

function addRoute(event: FunctionEvent, apiId: string, api: Fields, route: RouteKey): void {
  if (!isGiven(api.DefinitionBody)) return;
  const { name, properties, target } = event;
  const { path, method } = route;
  // A copy: an event that is refused leaves nothing behind.
  const body = requireOpenApi(structuredClone(api.DefinitionBody));
  const there = hasIntegration(body, path, method);
  if (there && isFilled(api[MANAGED]))
    throw eventProblem(name, `API method '${method}' defined multiple times for path '${path}'.`);
  if (!there)
    integrate(body, path, method, target.condition, (operation) => {
      const uri = lambdaUri(PARTITION, shorthand(target.arn), false);
      operation[INTEGRATION] = {
        type: 'aws_proxy',
        httpMethod: 'POST',
        payloadFormatVersion: '2.0',
        uri: isFilled(target.condition) ? choose(target.condition, uri) : uri,
      };
      if (path === DEFAULT_PATH && methodKey(method) === ANY) operation.isDefaultRoute = true;
      operation.responses ??= {};
    });
  if (isFilled(properties.Auth)) authorize(event, apiId, api, route, body);
  for (const operation of integrated(body, path, method)) {
    const integration = mapOf(operation[INTEGRATION]);
    if (isFilled(properties.TimeoutInMillis)) integration.timeoutInMillis = properties.TimeoutInMillis;
    if (isFilled(properties.PayloadFormatVersion)) integration.payloadFormatVersion = properties.PayloadFormatVersion;
    addPathParameters(operation, path);
  }
  api.DefinitionBody = body;
}

function addPathParameters(operation: Fields, path: string): void {
  const names = [...path.matchAll(/\{(.*?)\}/g)].map(([, name]) => name);
  if (names.length === 0) return;
  const parameters = isList(operation.parameters) ? [...operation.parameters] : [];
  for (const name of names) {
    const known = parameters.find((one): one is Fields => isMap(one) && one.name === name);
    if (known === undefined) parameters.push({ name, in: 'path', required: true });
    else Object.assign(known, { in: 'path', required: true });
  }
  operation.parameters = parameters;
}

/** Says who may call a route, by the event's `Auth`. */
function authorize(
  { name, properties }: FunctionEvent,
  apiId: string,
  api: Fields,
  route: RouteKey,
  body: Fields,
): void {
  const auth = mapOf(properties.Auth);
  const apiAuth = requireMap(apiId, 'Auth', 'Auth' in api ? api.Auth : {});
  const authorizer = isFilled(auth.Authorizer) ? auth.Authorizer : apiAuth.DefaultAuthorizer;
  if (!isFilled(authorizer))
    throw eventProblem(
      name,
      "'Auth' section requires either an explicit 'Authorizer' set or a 'DefaultAuthorizer' configured on the HttpApi.",
    );
  const about = `on API method [${route.method}] for path [${route.path}]`;
  const isIam = authorizer === 'AWS_IAM' && apiAuth.EnableIamAuthorizer === true;
  if (authorizer === 'NONE') {
    if (!isFilled(apiAuth.DefaultAuthorizer))
      throw eventProblem(
        name,
        `Unable to set Authorizer ${about} because 'NONE' is only a valid value when a DefaultAuthorizer on the API is specified.`,
      );
  } else if (!isIam) requireHttpAuthorizer(name, authorizer, apiAuth.Authorizers, about);
  const { AuthorizationScopes: scopes } = auth;
  if (isFilled(scopes) && !isList(scopes))
    throw eventProblem(
      name,
      `Unable to set Authorizer ${about} because 'AuthorizationScopes' must be a list of strings.`,
    );
  if (!isText(authorizer)) return;
  const defined = mapOf(mapOf(apiAuth.Authorizers)[authorizer]);
  const own = isFilled(scopes) ? scopes : defined.AuthorizationScopes;
  const granted = authorizer !== 'NONE' && authorizer !== 'AWS_IAM' && isFilled(own) ? own : [];
  for (const operation of integrated(body, route.path, route.method))
    operation.security = [...securityOf(operation, route.path, route.method), { [authorizer]: granted }];
}

function requireHttpAuthorizer(name: string, authorizer: unknown, authorizers: unknown, about: string): void {
  if (isText(authorizer) && isMap(authorizers)) {
    requireDefined(name, authorizer, authorizers, about);
    return;
  }
  throw eventProblem(
    name,
    `Unable to set Authorizer [${said(authorizer)}] ${about}. The method authorizer must be a string with a corresponding dict entry in the api authorizer.`,
  );
}
