import { documentProblem } from '../model/errors.ts';
import { choose, isNoValue, ref } from '../model/intrinsics.ts';
import { isFilled, isGiven, isList, isMap, isText, mapOf, type Fields } from '../model/values.ts';

export const INTEGRATION = 'x-amazon-apigateway-integration';
export const ANY = 'x-amazon-apigateway-any-method';

/** What an API event of SAM's may stand in a path item beside its methods. */
const NO_METHODS = ['summary', 'description', 'parameters'];

export function emptySwagger(): Fields {
  return { swagger: '2.0', info: { version: '1.0', title: ref('AWS::StackName') }, paths: {} };
}

export function emptyOpenApi(): Fields {
  return { openapi: '3.0.1', info: { version: '1.0', title: ref('AWS::StackName') }, paths: {} };
}

export function isVersion3(version: unknown): boolean {
  return /^3(\.\d)(\.\d)?$/.test(String(version));
}

/** Whether it is a definition of a REST API, which may be Swagger 2 or OpenAPI 3. */
export function isSwagger(body: unknown): body is Fields {
  if (!isMap(body) || !isMap(body.paths)) return false;
  return isFilled(body.swagger) || isVersion3(body.openapi);
}

/** Whether it is a definition of an HTTP API. */
export function isOpenApi(body: unknown): body is Fields {
  return isMap(body) && isMap(body.paths) && isVersion3(body.openapi);
}

/** @throws DocumentProblem unless it can be changed as a definition of a REST API */
export function requireSwagger(body: unknown): Fields {
  if (!isSwagger(body))
    throw documentProblem(
      "Invalid Swagger document or the Swagger document is not explicitly defined in 'DefinitionBody'.",
    );
  for (const path of pathsOf(body)) pathItems(body, path);
  return body;
}

/** @throws DocumentProblem unless it can be changed as a definition of an HTTP API */
export function requireOpenApi(body: unknown): Fields {
  if (isOpenApi(body)) return body;
  throw documentProblem(
    "Invalid OpenApi document. Invalid values or missing keys for 'openapi' or 'paths' in 'DefinitionBody'.",
  );
}

/** A method as a definition names it. */
export function methodKey(method: string): string {
  const lower = method.toLowerCase();
  return lower === 'any' ? ANY : lower;
}

export function pathsOf(body: Fields): readonly string[] {
  return Object.keys(mapOf(body.paths));
}

/** What a value is under its condition: both branches of an `Fn::If`, without those that are nothing. */
export function contents(value: unknown): readonly unknown[] {
  if (!isMap(value) || !('Fn::If' in value)) return [value];
  const items = value['Fn::If'];
  if (!isList(items)) throw documentProblem('Value of Fn::If must be a list.');
  return items.slice(1).filter((item) => !isNoValue(item));
}

/** The path items of a path. @throws DocumentProblem where one is none */
export function pathItems(body: Fields, path: string): readonly Fields[] {
  return contents(mapOf(body.paths)[path]).map((item) => {
    if (isMap(item)) return item;
    throw documentProblem(`Value of '${path}' path must be a dictionary according to Swagger spec.`);
  });
}

function operations(value: unknown, path: string, method: string): readonly Fields[] {
  return contents(value).map((operation) => {
    if (isMap(operation)) return operation;
    throw documentProblem(`Definition of method '${method}' for path '${path}' should be a map.`);
  });
}

/** The definitions of a method that have an integration. */
export function integrated(body: Fields, path: string, method: string): readonly Fields[] {
  return pathItems(body, path)
    .flatMap((item) => operations(item[methodKey(method)], path, method))
    .filter((operation) => isFilled(operation[INTEGRATION]));
}

/** All methods of a path that have an integration, by name. */
export function allIntegrated(
  body: Fields,
  path: string,
  skipped: readonly string[] = NO_METHODS,
): readonly (readonly [string, Fields])[] {
  return pathItems(body, path).flatMap((item) =>
    Object.entries(item)
      .filter(([name]) => !skipped.includes(name))
      .flatMap(([name, value]) =>
        operations(value, path, name)
          .filter((operation) => isFilled(operation[INTEGRATION]))
          .map((operation) => [methodKey(name), operation] as const),
      ),
  );
}

export function hasIntegration(body: Fields, path: string, method: string): boolean {
  const key = methodKey(method);
  const value = mapOf(body.paths)[path];
  if (value === undefined) return false;
  if (contents(value).some((item) => !isMap(item) || !(key in item))) return false;
  return pathItems(body, path).every(
    (item) =>
      isMap(item[key]) && operations(item[key], path, method).some((operation) => isFilled(operation[INTEGRATION])),
  );
}

/** Adds a path and a method where they are not there. */
export function addPath(body: Fields, path: string, method: string): void {
  const paths = mapOf(body.paths);
  paths[path] ??= {};
  if (!isMap(paths[path]))
    throw documentProblem(`Value of '${path}' path must be a dictionary according to Swagger spec.`);
  for (const item of contents(paths[path])) if (isMap(item)) item[methodKey(method)] ??= {};
}

/** Puts an integration into a method, under a condition where there is one. */
export function integrate(
  body: Fields,
  path: string,
  method: string,
  condition: unknown,
  fill: (operation: Fields) => void,
): void {
  addPath(body, path, method);
  const key = methodKey(method);
  for (const item of pathItems(body, path)) {
    const operation = isMap(item[key]) ? item[key] : {};
    fill(operation);
    item[key] = isFilled(condition) ? choose(condition, operation) : operation;
  }
}

/** A path with its parameters, as a permission names it. */
export function permittedPath(path: string, greedy: 'any greedy' | 'proxy alone'): string {
  return starred(path.replace(/^(.+)\/$/, '$1'), greedy);
}

/** A path with `*` for each parameter. SAM takes greedy ones of any name for REST APIs, and `{proxy+}` alone for HTTP APIs. */
export function starred(path: string, greedy: 'any greedy' | 'proxy alone'): string {
  const parameter = greedy === 'any greedy' ? /\{[a-zA-Z0-9._-]+\+?\}/g : /\{([a-zA-Z0-9._-]+|proxy\+)\}/g;
  return path.replace(parameter, '*');
}

/** The security of an operation with one more behind. @throws DocumentProblem */
export function securityOf(operation: Fields, path: string, method: string): readonly unknown[] {
  const { security = [] } = operation;
  if (isList(security)) return security;
  throw documentProblem(`Type of security for path ${path} method ${method} must be a list`);
}

/** The definition's map of that name, made where it is not there. */
export function sectionOf(body: Fields, name: string): Fields {
  const section = isFilled(body[name]) ? mapOf(body[name]) : {};
  body[name] = section;
  return section;
}

/** The URI by which API Gateway invokes a function. */
export function lambdaUri(partition: string, functionArn: string, streamed: boolean): Fields {
  const [version, call] = streamed ? ['2021-11-15', 'response-streaming-invocations'] : ['2015-03-31', 'invocations'];
  return {
    'Fn::Sub': `arn:${partition}:apigateway:\${AWS::Region}:lambda:path/${version}/functions/${functionArn}/${call}`,
  };
}

/** What stands at a path of keys; undefined where nothing does. @throws TypeError with the path of what is no map */
export function deepGet(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const [index, key] of path.entries()) {
    if (!isGiven(found)) return undefined;
    if (!isMap(found)) throw new TypeError(noMap(path.slice(0, index)));
    found = found[key];
  }
  return found;
}

/** Puts a value at a path of keys. @throws TypeError with the path of what is no map */
export function deepSet(value: unknown, path: readonly string[], put: unknown): void {
  let found = value;
  for (const [index, key] of path.entries()) {
    if (!isMap(found)) throw new TypeError(noMap(path.slice(0, index)));
    if (index === path.length - 1) found[key] = put;
    else found = found[key] ??= {};
  }
}

function noMap(path: readonly string[]): string {
  return path.length === 0 ? 'It should be a map' : `The value of '${path.join('.')}' should be a map`;
}

/** What a failed reading of a definition says. */
export function reasonOf(error: unknown): string {
  return error instanceof TypeError ? error.message : String(error);
}

export function isTextList(value: unknown): boolean {
  return isList(value) && value.every(isText);
}
