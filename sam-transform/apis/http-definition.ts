import type { Context } from '../model/context.ts';
import { documentProblem, resourceProblem } from '../model/errors.ts';
import { isIntrinsic, isNoValue } from '../model/intrinsics.ts';
import { requireText } from '../model/shape.ts';
import { isEqual, isFilled, isGiven, isList, isMap, mapOf, written, type Fields } from '../model/values.ts';
import {
  allIntegrated,
  deepGet,
  isOpenApi,
  methodKey,
  pathItems,
  pathsOf,
  reasonOf,
  requireOpenApi,
  sectionOf,
} from './definition.ts';
import { httpAuthorizers, httpScheme, isAuthorized } from './http-authorizer.ts';

const CORS = ['AllowMethods', 'AllowHeaders', 'AllowOrigins', 'MaxAge', 'ExposeHeaders', 'AllowCredentials'];
const CREATED_BY = { 'httpapi:createdBy': 'SAM' };

/** Says in an HTTP API's definition which origins may call it. @throws Problem, DocumentProblem */
export function addHttpCors(id: string, cors: unknown, body: unknown): void {
  if (!isFilled(cors)) return;
  if (!isFilled(body))
    throw resourceProblem(id, "Cors works only with inline OpenApi specified in 'DefinitionBody' property.");
  const given = corsOf(id, cors);
  if (!isOpenApi(body))
    throw resourceProblem(
      id,
      "Unable to add Cors configuration because 'DefinitionBody' does not contain a valid OpenApi definition.",
    );
  if (given.AllowCredentials === true && isEqual(given.AllowOrigins, ['*']))
    throw resourceProblem(
      id,
      `Unable to add Cors configuration because 'AllowCredentials' can not be true when 'AllowOrigin' is "'*'" or not set.`,
    );
  const section = body['x-amazon-apigateway-cors'] ?? {};
  if (!isMap(section))
    throw documentProblem("Value of 'x-amazon-apigateway-cors' must be a dictionary according to Swagger spec.");
  body['x-amazon-apigateway-cors'] = { ...section, ...corsSection(given) };
}

function corsOf(id: string, cors: unknown): Fields {
  if (cors === true) return { AllowOrigins: ['*'] };
  if (isIntrinsic(cors)) return { AllowOrigins: cors };
  if (!isMap(cors)) throw resourceProblem(id, "Invalid value for 'Cors' property.");
  const unknown = Object.keys(cors).find((key) => !CORS.includes(key));
  if (unknown !== undefined) throw resourceProblem(id, `Invalid key '${unknown}' for 'Cors' property.`);
  return cors;
}

function lowerFirst(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

/** An intrinsic function stands for the section as a whole, by the names of the definition. */
function corsSection({ AllowOrigins: origins, ...given }: Fields): Fields {
  if (isIntrinsic(origins)) {
    const text = CORS.reduce((json, name) => json.replaceAll(name, lowerFirst(name)), JSON.stringify(origins));
    const parsed: unknown = JSON.parse(text);
    return mapOf(parsed);
  }
  const { MaxAge, AllowCredentials, ...named } = given;
  const lists: Fields = { AllowOrigins: origins, ...named };
  const filled = Object.entries(lists).filter(([, value]) => isFilled(value));
  return {
    ...Object.fromEntries(filled.map(([name, value]) => [lowerFirst(name), value])),
    ...(isGiven(MaxAge) ? { maxAge: MaxAge } : {}),
    ...(AllowCredentials === true ? { allowCredentials: true } : {}),
  };
}

/** Says in an HTTP API's definition who may call it, by the API's `Auth`. @throws Problem */
export function addHttpAuth(id: string, auth: unknown, body: unknown, { partition }: Context): void {
  if (!isFilled(auth)) return;
  if (!isFilled(body))
    throw resourceProblem(id, "Auth works only with inline OpenApi specified in the 'DefinitionBody' property.");
  const given = mapOf(auth);
  if (Object.keys(given).some((key) => !['Authorizers', 'DefaultAuthorizer', 'EnableIamAuthorizer'].includes(key)))
    throw resourceProblem(id, "Invalid value for 'Auth' property");
  if (!isOpenApi(body))
    throw resourceProblem(
      id,
      "Unable to add Auth configuration because 'DefinitionBody' does not contain a valid OpenApi definition.",
    );
  const authorizers = httpAuthorizers(id, given);
  if (authorizers.length > 0) {
    const schemes = sectionOf(sectionOf(body, 'components'), 'securitySchemes');
    for (const one of authorizers) schemes[one.name] = httpScheme(id, one, partition);
  }
  const { DefaultAuthorizer: named } = given;
  if (!isFilled(named) || isNoValue(named)) return;
  const name = requireText(id, 'Auth.DefaultAuthorizer', named);
  const found = authorizers.find((one) => one.name === name);
  if (found === undefined)
    throw resourceProblem(id, `Unable to set DefaultAuthorizer because '${name}' was not defined in 'Authorizers'.`);
  for (const path of pathsOf(body)) {
    requireNormal(body, path);
    for (const [method, operation] of allIntegrated(body, path, ['parameters'])) {
      if (method === 'options' || isAuthorized(operation)) continue;
      operation.security = [{ [name]: found.properties.AuthorizationScopes ?? [] }];
    }
  }
}

/** @throws DocumentProblem for a method that API Gateway names otherwise */
function requireNormal(body: Fields, path: string): void {
  for (const item of pathItems(body, path))
    for (const key of Object.keys(item).map(methodKey))
      if (!(key in item) && key !== 'parameters' && key !== 'options')
        throw documentProblem(`Could not find ${key} in ${path} within DefinitionBody.`);
}

/** Tags an HTTP API in its definition; the only place it has for them. @returns the tags with SAM's own @throws Problem, DocumentProblem */
export function addHttpTags(id: string, given: unknown, body: unknown): unknown {
  if (isFilled(given) && !isFilled(body))
    throw resourceProblem(id, "Tags works only with inline OpenApi specified in the 'DefinitionBody' property.");
  if (!isFilled(body)) return given;
  if (!isOpenApi(body)) {
    if (!isFilled(given)) return given;
    throw resourceProblem(
      id,
      "Unable to add `Tags` because 'DefinitionBody' does not contain a valid OpenApi definition.",
    );
  }
  const tags = { ...mapOf(given), ...CREATED_BY };
  const { tags: before = [] } = body;
  if (!isList(before))
    throw documentProblem(
      `Tags in OpenApi DefinitionBody needs to be a list. ${written(before)} is a ${isMap(before) ? 'dict' : typeof before} not a list.`,
    );
  const listed = [...before];
  for (const [name, value] of Object.entries(tags)) {
    const known = listed.find((one): one is Fields => isMap(one) && one.name === name);
    if (known === undefined) listed.push({ name, 'x-amazon-apigateway-tag-value': value });
    else known['x-amazon-apigateway-tag-value'] = value;
  }
  body.tags = listed;
  return tags;
}

/** @throws Problem, DocumentProblem */
export function addHttpEndpointSwitch(id: string, disabled: unknown, given: unknown): void {
  if (!isGiven(disabled)) return;
  if (!isFilled(given))
    throw resourceProblem(id, "DisableExecuteApiEndpoint works only within 'DefinitionBody' property.");
  const body = requireOpenApi(given);
  const servers = isList(body.servers) ? body.servers : [{}];
  for (const server of servers) {
    if (!isMap(server))
      throw documentProblem("Value of 'servers' item must be a dictionary according to Swagger spec.");
    sectionOf(server, 'x-amazon-apigateway-endpoint-configuration').disableExecuteApiEndpoint = disabled;
  }
  body.servers = servers;
}

/** Puts `Name` and `Description` into the definition, where it does not say them itself. @throws Problem, DocumentProblem */
export function addHttpInfo(id: string, { Name, Description, DefinitionBody: body }: Fields): void {
  if (isFilled(Name)) {
    if (!isFilled(body)) throw resourceProblem(id, inlineOnly('Name'));
    const title = infoOf(id, body, 'title', '.');
    if (!isEqual(title, { Ref: 'AWS::StackName' })) throw resourceProblem(id, alreadySaid('Name'));
    sectionOf(requireOpenApi(body), 'info').title = Name;
  }
  if (!isFilled(Description)) return;
  if (!isFilled(body)) throw resourceProblem(id, inlineOnly('Description'));
  if (isFilled(infoOf(id, body, 'description', "'."))) throw resourceProblem(id, alreadySaid('Description'));
  sectionOf(requireOpenApi(body), 'info').description = Description;
}

function infoOf(id: string, body: unknown, name: string, end: string): unknown {
  try {
    return deepGet(body, ['info', name]);
  } catch (error) {
    throw resourceProblem(id, `Invalid 'DefinitionBody': ${reasonOf(error)}${end}`);
  }
}

function inlineOnly(name: string): string {
  return `${name} works only with inline OpenApi specified in the 'DefinitionBody' property.`;
}

function alreadySaid(name: string): string {
  return `Unable to set ${name} because it is already defined within inline OpenAPI specified in the 'DefinitionBody' property.`;
}
