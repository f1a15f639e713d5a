/**
 * APIs as OpenAPI 2 or 3 tells them, with API Gateway's extensions.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
 */
import { parse } from 'yaml';
import * as z from 'zod';
import { NotImplemented } from '../../kernel/errors.ts';
import { badRequest } from '../api-gateway/errors.ts';
import type { Method } from './apis.ts';
import type { RestAuthorizer } from './authorizers.ts';
import { authorizationOf, schemesOf } from './definition-security.ts';
import { readIntegration } from './definition-integration.ts';
import { read } from './read.ts';

/** An API, as it was told. */
export interface Definition {
  readonly name: string;
  readonly description?: string | undefined;
  readonly version?: string | undefined;
  readonly binaryMediaTypes?: readonly string[] | undefined;
  readonly authorizers: readonly RestAuthorizer[];
  readonly methods: readonly { readonly path: string; readonly method: Method }[];
  /** Schemas of bodies, as JSON, by name. */
  readonly models: ReadonlyMap<string, string>;
}

const documentSchema = z.looseObject({
  /** Documents in YAML mostly say 2.0 without quotes. */
  swagger: z.union([z.string(), z.literal(2).transform(() => '2.0')]).optional(),
  openapi: z.string().optional(),
  info: z.looseObject({
    title: z.string().optional(),
    description: z.string().optional(),
    version: z.coerce.string().optional(),
  }),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  'x-amazon-apigateway-binary-media-types': z.array(z.string()).optional(),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  definitions: z.record(z.string(), z.unknown()).default({}),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()).default({}) }).optional(),
});
const operationSchema = z.looseObject({
  operationId: z.string().optional(),
  parameters: z
    .array(z.looseObject({ name: z.string().optional(), in: z.string().optional(), required: z.boolean().optional() }))
    .default([]),
  responses: z
    .record(z.string(), z.looseObject({ headers: z.record(z.string(), z.unknown()).default({}) }))
    .default({}),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  'x-amazon-apigateway-auth': z.looseObject({ type: z.string() }).optional(),
  'x-amazon-apigateway-integration': z.record(z.string(), z.unknown()).optional(),
});

const VERB = /^(get|head|post|put|patch|delete|options|x-amazon-apigateway-any-method)$/;
/** The extensions that are implemented; another one is refused by name. */
const EXTENSIONS: ReadonlySet<string> = new Set([
  'x-amazon-apigateway-binary-media-types',
  'x-amazon-apigateway-integration',
  'x-amazon-apigateway-auth',
]);

/** Reads a definition, JSON or YAML. @throws AwsError BadRequestException @throws NotImplemented */
export function readDefinition(text: string): Definition {
  const document = read(documentSchema, parsed(text), 'The OpenAPI document');
  if (document.swagger !== '2.0' && document.openapi?.startsWith('3.') !== true)
    throw badRequest('Invalid OpenAPI input: it is neither Swagger 2.0 nor OpenAPI 3.');
  refuseExtensions(document, 'an OpenAPI document');
  const schemes = schemesOf(document);
  const methods = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([verb]) => VERB.test(verb))
      .map(([verb, operation]) => ({ path, method: methodOf(verb, operation, `${verb} ${path}`, document, schemes) })),
  );
  const models = { ...document.definitions, ...document.components?.schemas };
  return {
    name: document.info.title ?? '',
    description: document.info.description,
    version: document.info.version,
    binaryMediaTypes: document['x-amazon-apigateway-binary-media-types'],
    authorizers: [...schemes.values()].flatMap(({ authorizer }) => authorizer ?? []),
    methods,
    models: new Map(Object.entries(models).map(([name, schema]) => [name, JSON.stringify(schema)])),
  };
}

function methodOf(
  verb: string,
  given: unknown,
  where: string,
  document: z.output<typeof documentSchema>,
  schemes: ReturnType<typeof schemesOf>,
): Method {
  const operation = read(operationSchema, given, where);
  refuseExtensions(operation, where);
  const own = operation['x-amazon-apigateway-auth']?.type;
  const integration = operation['x-amazon-apigateway-integration'];
  return {
    httpMethod: verb.startsWith('x-') ? 'ANY' : verb.toUpperCase(),
    ...(own === undefined
      ? authorizationOf(operation.security ?? document.security ?? [], schemes)
      : { authorizationType: own.toUpperCase(), apiKeyRequired: false }),
    operationName: operation.operationId,
    requestParameters: Object.fromEntries(operation.parameters.flatMap(parameterOf)),
    requestModels: {},
    responses: Object.fromEntries(
      Object.entries(operation.responses)
        .filter(([status]) => /^\d{3}$/.test(status))
        .map(([statusCode, { headers }]) => [
          statusCode,
          {
            statusCode,
            responseParameters: Object.fromEntries(
              Object.keys(headers).map((name) => [`method.response.header.${name}`, false]),
            ),
          },
        ]),
    ),
    integration: integration === undefined ? undefined : readIntegration(integration, where),
  };
}

const PLACES: Readonly<Record<string, string>> = { query: 'querystring', header: 'header', path: 'path' };

function parameterOf(parameter: {
  readonly name?: string | undefined;
  readonly in?: string | undefined;
  readonly required?: boolean | undefined;
}): [string, boolean][] {
  const place = PLACES[parameter.in ?? ''];
  return place === undefined || parameter.name === undefined
    ? []
    : [[`method.request.${place}.${parameter.name}`, parameter.required ?? false]];
}

function refuseExtensions(value: object, where: string): void {
  const unknown = Object.keys(value).find((key) => key.startsWith('x-amazon-apigateway-') && !EXTENSIONS.has(key));
  if (unknown !== undefined) throw new NotImplemented(`${unknown} in ${where}`);
}

function parsed(text: string): unknown {
  try {
    const value: unknown = parse(text);
    return value;
  } catch (error) {
    throw badRequest(`Unable to parse API definition because of a malformed document: ${String(error)}`);
  }
}
