import type { Context } from '../model/context.ts';
import { eventProblem, resourceProblem } from '../model/errors.ts';
import { choose, shorthand, sub } from '../model/intrinsics.ts';
import type { Made } from '../model/resource.ts';
import { requireMap } from '../model/shape.ts';
import { isFilled, isMap, isText, mapOf, type Fields } from '../model/values.ts';
import { permission } from '../events/permission.ts';
import type { FunctionEvent } from '../events/target.ts';
import {
  deepGet,
  emptySwagger,
  hasIntegration,
  integrate,
  integrated,
  INTEGRATION,
  lambdaUri,
  methodKey,
  permittedPath,
  reasonOf,
  requireSwagger,
} from './definition.ts';
import { MANAGED } from './implicit.ts';
import { addRequestModel, addRequestParameters } from './request.ts';
import { authorizeMethod } from './rest-method-auth.ts';

/** The API of an event, by the properties it has so far. */
export interface RestApi {
  readonly id: string;
  readonly properties: Fields;
  /** What ends the logical id of the permission: the stage's name, where it is known. */
  readonly suffix: string;
}

/** Finds the API that an event names. @throws Problem */
export function restApiOf(event: string, reference: unknown, { resources }: Context): RestApi | undefined {
  const id = isMap(reference) && 'Ref' in reference ? reference.Ref : reference;
  if (!isText(id)) return undefined;
  const resource = resources[id];
  if (!isMap(resource))
    throw eventProblem(event, 'RestApiId property of Api event must reference a valid resource in the same template.');
  const properties = requireMap(id, 'Properties', resource.Properties ?? {});
  const { StageName: stage } = properties;
  if (stage === '') throw resourceProblem(id, 'StageName cannot be empty.');
  return { id, properties, suffix: isText(stage) ? stage : 'Stage' };
}

/** The permission of an `Api` event; its path is integrated in the API's definition. @throws Problem, DocumentProblem */
export function restApiEvent(event: FunctionEvent, context: Context): readonly Made[] {
  const { name, properties, target, id } = event;
  const api = restApiOf(name, properties.RestApiId, context);
  const [path, method] = [String(properties.Path), String(properties.Method).toLowerCase()];
  const permitted = `${method === 'any' ? '*' : method.toUpperCase()}${permittedPath(path, 'any greedy')}`;
  const source = sub(
    `arn:${context.partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${__ApiId__}/\${__Stage__}/${permitted}`,
    { __ApiId__: properties.RestApiId, __Stage__: '*' },
  );
  const suffix = api?.suffix ?? 'AllStages';
  const allowed = permission(target, 'apigateway.amazonaws.com', id, { suffix, SourceArn: source });
  if (api !== undefined) {
    if (isFilled(api.properties[MANAGED]) || isFilled(api.properties.MergeDefinitions))
      addRoute(event, api, { path, method }, context);
    overrideAuth(event, api, { path, method }, context);
  }
  return [allowed];
}

interface RouteKey {
  readonly path: string;
  readonly method: string;
}

function addRoute(event: FunctionEvent, api: RestApi, route: RouteKey, context: Context): void {
  const given = api.properties.DefinitionBody;
  if (given === undefined || given === null) return;
  const merges = isFilled(api.properties.MergeDefinitions);
  // A copy: an event that is refused leaves nothing behind.
  const body = requireSwagger(merges ? emptySwagger() : structuredClone(given));
  addLambda(event, api, route, body, context);
  if (merges) mergeInto(api, route, mapOf(given), body);
  else api.properties.DefinitionBody = body;
}

function addLambda(event: FunctionEvent, api: RestApi, route: RouteKey, body: Fields, context: Context): void {
  const { name, properties, target } = event;
  const { path, method } = route;
  if (hasIntegration(body, path, method))
    throw eventProblem(name, `API method "${method}" defined multiple times for path "${path}".`);
  const streamed = properties.ResponseTransferMode === 'RESPONSE_STREAM';
  const uri = lambdaUri(context.partition, shorthand(target.arn), streamed);
  const methodAuth = requireMap(name, 'Auth', isFilled(properties.Auth) ? properties.Auth : {}, eventProblem);
  const apiAuth = requireMap(api.id, 'Auth', isFilled(api.properties.Auth) ? api.properties.Auth : {});
  const credentials = invokeRole(methodAuth, apiAuth, context);
  integrate(body, path, method, target.condition, (operation) => {
    operation[INTEGRATION] = {
      type: 'aws_proxy',
      httpMethod: 'POST',
      uri: isFilled(target.condition) ? choose(target.condition, uri) : uri,
      ...(streamed ? { responseTransferMode: 'STREAM' } : {}),
      ...(credentials === undefined ? {} : { credentials }),
    };
    operation.responses ??= {};
  });
  if (isFilled(properties.Auth))
    authorizeMethod({ name, ...route, suffix: api.suffix }, methodAuth, api, body, context);
  if (isFilled(properties.TimeoutInMillis))
    for (const operation of integrated(body, path, method))
      mapOf(operation[INTEGRATION]).timeoutInMillis = properties.TimeoutInMillis;
  if (isFilled(properties.RequestModel)) addRequestModel({ name, ...route }, properties.RequestModel, api, body);
  if (isFilled(properties.RequestParameters))
    addRequestParameters({ name, ...route }, properties.RequestParameters, body);
}

/** By whose right an IAM authorized method invokes the function: the caller's, unless a role is named. */
function invokeRole(methodAuth: Fields, apiAuth: Fields, { partition }: Context): unknown {
  const byIam =
    methodAuth.Authorizer === 'AWS_IAM' || (apiAuth.DefaultAuthorizer === 'AWS_IAM' && !isFilled(methodAuth));
  if (!byIam) return undefined;
  const roleOf = (auth: Fields) => ('InvokeRole' in auth && !isFilled(auth.InvokeRole) ? 'NONE' : auth.InvokeRole);
  const role = roleOf(methodAuth) ?? roleOf(apiAuth);
  if (role === 'NONE') return undefined;
  return isFilled(role) && role !== 'CALLER_CREDENTIALS' ? role : `arn:${partition}:iam::*:user/*`;
}

/** Where an API merges, what SAM makes of a method is put into the definition that is written, and counts there. */
function mergeInto(api: RestApi, { path, method }: RouteKey, given: Fields, made: Fields): void {
  const paths = isFilled(given.paths) ? mapOf(given.paths) : {};
  const written = writtenMethod(api.id, paths, path, method);
  const generated = mapOf(mapOf(mapOf(made.paths)[path])[methodKey(method)]);
  const item = mapOf(paths[path]);
  item[method] = { ...written, ...generated };
  paths[path] = item;
  api.properties.DefinitionBody = { ...given, ...('paths' in given && isFilled(given.paths) ? { paths } : {}) };
}

function writtenMethod(id: string, paths: Fields, path: string, method: string): Fields {
  try {
    const found = deepGet(paths, [path, method]);
    return requireMap(id, `DefinitionBody.paths.${path}.${method}`, isFilled(found) ? found : {});
  } catch (error) {
    if (error instanceof TypeError)
      throw resourceProblem(id, `Property 'DefinitionBody' is invalid: ${reasonOf(error)}`);
    throw error;
  }
}

/** `OverrideApiAuth` has an event's authorization count in a definition that the team wrote. */
function overrideAuth({ name, properties }: FunctionEvent, api: RestApi, route: RouteKey, context: Context): void {
  const { DefinitionBody: body } = api.properties;
  const auth = mapOf(properties.Auth);
  if (!isFilled(body) || !isFilled(auth.OverrideApiAuth)) return;
  if (!['Authorizer', 'ApiKeyRequired', 'ResourcePolicy'].some((key) => isFilled(auth[key])))
    throw eventProblem(
      name,
      'Must define one of: Authorizer, ApiKeyRequired or ResourcePolicy when using the OverrideApiAuth property.',
    );
  authorizeMethod({ name, ...route, suffix: api.suffix }, auth, api, requireSwagger(body), context);
}
