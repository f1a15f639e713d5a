import { documentProblem, resourceProblem, structureText } from '../model/errors.ts';
import { isIntrinsic } from '../model/intrinsics.ts';
import { requireMap } from '../model/shape.ts';
import { isFilled, isGiven, isList, isMap, isText, mapOf, walk, type Fields } from '../model/values.ts';
import {
  ANY,
  deepGet,
  deepSet,
  INTEGRATION,
  isSwagger,
  isVersion3,
  pathItems,
  pathsOf,
  reasonOf,
  requireSwagger,
  sectionOf,
} from './definition.ts';

const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
const CORS = ['AllowMethods', 'AllowHeaders', 'AllowOrigin', 'MaxAge', 'AllowCredentials'];
const EVERYBODY = "'*'";

/** Answers preflight requests at every path, by the API's `Cors`. @throws Problem */
export function addCors(id: string, cors: unknown, body: unknown): void {
  if (!isFilled(cors)) return;
  if (!isFilled(body))
    throw resourceProblem(id, "Cors works only with inline Swagger specified in 'DefinitionBody' property.");
  const given = corsOf(id, cors);
  if (!isSwagger(body))
    throw resourceProblem(
      id,
      "Unable to add Cors configuration because 'DefinitionBody' does not contain a valid Swagger definition.",
    );
  const { AllowOrigin = EVERYBODY, AllowCredentials } = given;
  if (AllowCredentials === true && AllowOrigin === EVERYBODY)
    throw resourceProblem(
      id,
      `Unable to add Cors configuration because 'AllowCredentials' can not be true when 'AllowOrigin' is "'*'" or not set`,
    );
  const done = new Set<string>();
  for (const path of pathsOf(body)) {
    const plain = path === '/' ? path : path.replace(/\/+$/, '');
    if (done.has(plain)) continue;
    done.add(plain);
    addPreflight(id, { ...given, AllowOrigin }, pathItems(body, path));
  }
}

function corsOf(id: string, cors: unknown): Fields {
  if (isText(cors) || isIntrinsic(cors)) return { AllowOrigin: cors };
  if (!isMap(cors)) throw resourceProblem(id, "Invalid value for 'Cors' property");
  const unknown = Object.keys(cors).find((key) => !CORS.includes(key));
  if (unknown !== undefined) throw resourceProblem(id, `Invalid key '${unknown}' for 'Cors' property.`);
  return cors;
}

function addPreflight(id: string, cors: Fields, items: readonly Fields[]): void {
  let methods = cors.AllowMethods;
  for (const item of items) {
    if ('options' in item) continue;
    if (!isFilled(cors.AllowOrigin))
      throw resourceProblem(id, structureText('Invalid input. Value for AllowedOrigins is required'));
    if (!isFilled(methods)) methods = `'${allowedMethods(item)}'`;
    item.options = preflight({ ...cors, AllowMethods: methods });
  }
}

function allowedMethods(item: Fields): string {
  if (ANY in item) return METHODS.join(',');
  return [...new Set([...Object.keys(item), 'options'].map((method) => method.toUpperCase()))].sort().join(',');
}

function preflight({ AllowOrigin, AllowHeaders, AllowMethods, MaxAge, AllowCredentials }: Fields): Fields {
  const headers: readonly (readonly [string, unknown, string])[] = [
    ['Access-Control-Allow-Origin', AllowOrigin, 'string'],
    ...(isFilled(AllowHeaders) ? [['Access-Control-Allow-Headers', AllowHeaders, 'string'] as const] : []),
    ...(isFilled(AllowMethods) ? [['Access-Control-Allow-Methods', AllowMethods, 'string'] as const] : []),
    ...(isGiven(MaxAge) ? [['Access-Control-Max-Age', MaxAge, 'integer'] as const] : []),
    ...(AllowCredentials === true ? [['Access-Control-Allow-Credentials', "'true'", 'string'] as const] : []),
  ];
  return {
    summary: 'CORS support',
    consumes: ['application/json'],
    produces: ['application/json'],
    [INTEGRATION]: {
      type: 'mock',
      requestTemplates: { 'application/json': '{\n  "statusCode" : 200\n}\n' },
      responses: {
        default: {
          statusCode: '200',
          responseParameters: Object.fromEntries(
            headers.map(([name, value]) => [`method.response.header.${name}`, value]),
          ),
          responseTemplates: { 'application/json': '{}\n' },
        },
      },
    },
    responses: {
      '200': {
        description: 'Default response for CORS method',
        headers: Object.fromEntries(headers.map(([name, , type]) => [name, { type }])),
      },
    },
  };
}

/** What API Gateway answers itself. @throws Problem */
export function addGatewayResponses(id: string, responses: unknown, body: unknown): void {
  if (!isFilled(responses)) return;
  if (!isFilled(body))
    throw resourceProblem(
      id,
      "GatewayResponses works only with inline Swagger specified in 'DefinitionBody' property.",
    );
  for (const [type, response] of Object.entries(mapOf(responses))) requireGatewayResponse(id, type, response);
  if (!isSwagger(body))
    throw resourceProblem(
      id,
      "Unable to add Auth configuration because 'DefinitionBody' does not contain a valid Swagger definition.",
    );
  const section = sectionOf(body, 'x-amazon-apigateway-gateway-responses');
  for (const [type, response] of Object.entries(mapOf(responses)))
    section[type] = gatewayResponse(id, type, mapOf(response));
}

function requireGatewayResponse(id: string, type: string, response: unknown): void {
  if (isIntrinsic(response))
    throw resourceProblem(
      id,
      'Unable to set GatewayResponses attribute because intrinsic functions are not supported for this field.',
    );
  if (!isMap(response))
    throw resourceProblem(
      id,
      `Invalid property type '${typeName(response)}' for GatewayResponses. Expected an object of type 'GatewayResponse'.`,
    );
  const unknown = Object.keys(response).find(
    (key) => !['ResponseParameters', 'ResponseTemplates', 'StatusCode'].includes(key),
  );
  if (unknown !== undefined)
    throw resourceProblem(id, `Invalid property '${unknown}' in 'GatewayResponses' property '${type}'.`);
}

function typeName(value: unknown): string {
  if (isList(value)) return 'list';
  if (isText(value)) return 'str';
  if (typeof value === 'number') return 'int';
  return typeof value === 'boolean' ? 'bool' : 'NoneType';
}

function gatewayResponse(
  id: string,
  type: string,
  { ResponseParameters, ResponseTemplates, StatusCode }: Fields,
): Fields {
  const parameters = isFilled(ResponseParameters)
    ? requireMap(id, `GatewayResponses.${type}.ResponseParameters`, ResponseParameters)
    : {};
  const prefixes = { Headers: 'header.', Paths: 'path.', QueryStrings: 'querystring.' };
  const unknown = Object.keys(parameters).find((key) => !Object.hasOwn(prefixes, key));
  if (unknown !== undefined) throw resourceProblem(id, `Invalid gateway response parameter '${unknown}'`);
  if (isFilled(StatusCode) && !/^\d{1,3}$/.test(String(StatusCode)))
    throw resourceProblem(id, "Property 'StatusCode' must be numeric");
  const prefixed = Object.entries(prefixes).flatMap(([key, prefix]) =>
    Object.entries(requireMap(id, `ResponseParameters.${key}`, parameters[key] ?? {})).map(([name, value]) => [
      `gatewayresponse.${prefix}${name}`,
      value,
    ]),
  );
  return {
    responseParameters: Object.fromEntries(prefixed),
    responseTemplates: isFilled(ResponseTemplates) ? ResponseTemplates : {},
    ...(isGiven(StatusCode) && StatusCode !== '' ? { statusCode: String(StatusCode) } : {}),
  };
}

/** @throws Problem, DocumentProblem */
export function addModels(id: string, models: unknown, body: unknown): void {
  if (!isFilled(models)) return;
  if (!isFilled(body))
    throw resourceProblem(id, "Models works only with inline Swagger specified in 'DefinitionBody' property.");
  if (!isSwagger(body))
    throw resourceProblem(
      id,
      "Unable to add Models definitions because 'DefinitionBody' does not contain a valid Swagger definition.",
    );
  const schemas = Object.entries(mapOf(models));
  if (!schemas.every(([, schema]) => isMap(schema))) throw resourceProblem(id, "Invalid value for 'Models' property");
  const definitions = sectionOf(body, 'definitions');
  for (const [name, schema] of schemas) {
    if (!isFilled(mapOf(schema).type)) throw documentProblem("'Models' schema is missing 'type'.");
    definitions[name.toLowerCase()] = schema;
  }
}

/** Media types are written with `~1` for a slash; the definition has the slash. */
export function addBinaryMediaTypes(types: unknown, body: unknown): void {
  if (!isFilled(types) || !isFilled(body)) return;
  requireSwagger(body)['x-amazon-apigateway-binary-media-types'] = walk(types, (node) =>
    isText(node) ? node.replaceAll('~1', '/') : node,
  );
}

/** @throws Problem, DocumentProblem */
export function addEndpointSwitch(id: string, disabled: unknown, given: unknown): void {
  if (!isGiven(disabled)) return;
  if (!isFilled(given))
    throw resourceProblem(id, "DisableExecuteApiEndpoint works only within 'DefinitionBody' property.");
  const path = ['x-amazon-apigateway-endpoint-configuration', 'disableExecuteApiEndpoint'];
  const body = requireSwagger(given);
  if (!isVersion3(body.openapi)) {
    setSwitch(body, path, disabled, 'Invalid OpenAPI definition');
    return;
  }
  const servers = isList(body.servers) ? body.servers : [{}];
  for (const [index, server] of servers.entries())
    setSwitch(server, path, disabled, `Invalid OpenAPI definition of 'servers[${index}]'`);
  body.servers = servers;
}

function setSwitch(value: unknown, path: readonly string[], disabled: unknown, about: string): void {
  try {
    deepSet(value, path, disabled);
  } catch (error) {
    throw documentProblem(`${about}: ${reasonOf(error)}.`);
  }
}

/** Says by OpenAPI 3 what was said by Swagger 2, where the definition is of version 3. @throws DocumentProblem */
export function asOpenApi3(body: Fields, version: unknown): void {
  if (isGiven(body.swagger)) return;
  const wanted = isGiven(body.openapi) && !isGiven(version) ? body.openapi : version;
  if (!isFilled(wanted) || !isVersion3(wanted)) return;
  moveToComponents(body, 'securityDefinitions', 'securitySchemes');
  moveToComponents(body, 'definitions', 'schemas');
  if (!isFilled(body.paths)) return;
  for (const [path, item] of Object.entries(
    requirePlain(body.paths, 'Value of paths must be a dictionary according to Swagger spec.'),
  )) {
    const { options } = requirePlain(item, `Value of '${path}' path must be a dictionary according to Swagger spec.`);
    if (!isFilled(options)) continue;
    const about = `Value of options method for path ${path} must be a dictionary according to Swagger spec.`;
    describeHeaders(requirePlain(options, about), path);
  }
}

function moveToComponents(body: Fields, from: string, to: string): void {
  if (!isFilled(body[from])) return;
  sectionOf(body, 'components')[to] = body[from];
  delete body[from];
}

function requirePlain(value: unknown, text: string): Fields {
  if (isMap(value)) return value;
  throw documentProblem(text);
}

function describeHeaders(options: Fields, path: string): void {
  delete options.produces;
  delete options.consumes;
  if (!('responses' in options)) return;
  const headers = headersOf(options.responses, path);
  if (!isFilled(headers)) return;
  const found = requirePlain(
    headers,
    `Value of response's headers in options method for path ${path} must be a dictionary according to Swagger spec.`,
  );
  for (const [name, header] of Object.entries(found)) found[name] = { schema: header };
}

function headersOf(responses: unknown, path: string): unknown {
  try {
    return deepGet(responses, ['200', 'headers']);
  } catch (error) {
    throw documentProblem(`Invalid responses in options method for path ${path}: ${reasonOf(error)}.`);
  }
}
