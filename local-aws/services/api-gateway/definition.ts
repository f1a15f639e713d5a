/**
 * HTTP APIs as OpenAPI 3 tells them, with API Gateway's extensions.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
 */
import { parse } from 'yaml';
import * as z from 'zod';
import { NotImplemented } from '../../kernel/errors.ts';
import type { Route } from './apis.ts';
import { authorizerIn, schemeSchema, type DefinedAuthorizer } from './definition-security.ts';
import type { CorsConfiguration } from './cors.ts';
import { badRequest } from './errors.ts';

/** A route of a definition, with its integration. */
interface DefinedRoute {
  /** `GET /pets/{id}`, or `$default`. */
  readonly key: string;
  readonly authorization: Route['authorization'];
  /** The name of its authorizer. */
  readonly authorizer: string | undefined;
  readonly authorizationScopes: readonly string[];
  readonly operationName: string | undefined;
  readonly integration: DefinedIntegration | undefined;
}

interface DefinedIntegration {
  readonly IntegrationType: string;
  readonly IntegrationMethod: string | undefined;
  readonly IntegrationUri: string | undefined;
  readonly IntegrationSubtype: string | undefined;
  readonly RequestParameters: Readonly<Record<string, string>> | undefined;
  readonly PayloadFormatVersion: string | undefined;
  readonly ConnectionType: string | undefined;
  readonly CredentialsArn: string | undefined;
  readonly TimeoutInMillis: number | undefined;
}

/** An API, as it was told. */
export interface Definition {
  readonly name: string;
  readonly description: string | undefined;
  readonly version: string | undefined;
  readonly cors: CorsConfiguration | undefined;
  readonly tags: ReadonlyMap<string, string>;
  readonly authorizers: readonly DefinedAuthorizer[];
  readonly routes: readonly DefinedRoute[];
}

const CORS = 'x-amazon-apigateway-cors';
const INTEGRATION = 'x-amazon-apigateway-integration';
const TAG = 'x-amazon-apigateway-tag-value';
/** The extensions that are implemented (the third says that a definition was exported); another one is refused by name. */
const EXTENSIONS: ReadonlySet<string> = new Set([CORS, INTEGRATION, 'x-amazon-apigateway-importexport-version', TAG]);

const texts = z.array(z.string()).optional();
const corsSchema = z.strictObject({
  allowCredentials: z.stringbool().or(z.boolean()).optional(),
  allowHeaders: texts,
  allowMethods: texts,
  allowOrigins: texts,
  exposeHeaders: texts,
  maxAge: z.coerce.number().optional(),
});
const security = z.array(z.record(z.string(), z.array(z.string()))).optional();
const documentSchema = z.looseObject({
  openapi: z.coerce.string(),
  info: z.looseObject({
    title: z.string(),
    description: z.string().optional(),
    version: z.coerce.string().optional(),
  }),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  security,
  servers: z.array(z.looseObject({})).default([]),
  tags: z.array(z.looseObject({ name: z.string(), [TAG]: z.coerce.string().optional() })).default([]),
  components: z.looseObject({ securitySchemes: z.record(z.string(), schemeSchema).default({}) }).optional(),
  [CORS]: corsSchema.optional(),
});
type Document = z.output<typeof documentSchema>;

const integrationSchema = z.strictObject({
  type: z.string(),
  httpMethod: z.string().optional(),
  uri: z.string().optional(),
  integrationSubtype: z.string().optional(),
  requestParameters: z.record(z.string(), z.string()).optional(),
  payloadFormatVersion: z.coerce.string().optional(),
  connectionType: z.string().optional(),
  credentials: z.string().optional(),
  timeoutInMillis: z.coerce.number().optional(),
  // Of REST APIs; in HTTP APIs it changes nothing.
  passthroughBehavior: z.string().optional(),
});
const operationSchema = z.looseObject({
  operationId: z.string().optional(),
  security,
  [INTEGRATION]: integrationSchema.optional(),
});

const VERB = /^(get|head|post|put|patch|delete|options|x-amazon-apigateway-any-method)$/;

/** Reads a definition, JSON or YAML. @throws AwsError BadRequestException @throws NotImplemented */
export function readDefinition(text: string): Definition {
  const document = read(documentSchema, parsed(text), 'the OpenAPI document');
  if (!document.openapi.startsWith('3.')) throw badRequest('Invalid OpenAPI input: HTTP APIs take OpenAPI 3.');
  refuseExtensions(document, 'an OpenAPI document');
  for (const server of document.servers) refuseExtensions(server, 'a server of an OpenAPI document');
  const routes = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([verb]) => VERB.test(verb))
      .map(([verb, operation]) => routeOf(path, verb, operation, document)),
  );
  const cors = document[CORS];
  return {
    name: document.info.title,
    description: document.info.description,
    version: document.info.version,
    cors: cors && corsOf(cors),
    tags: new Map(document.tags.flatMap(({ name, [TAG]: value }) => (value === undefined ? [] : [[name, value]]))),
    authorizers: Object.entries(document.components?.securitySchemes ?? {}).flatMap(
      ([name, scheme]) => authorizerIn(name, scheme) ?? [],
    ),
    routes,
  };
}

function corsOf(given: z.output<typeof corsSchema>): CorsConfiguration {
  return {
    AllowCredentials: given.allowCredentials,
    AllowHeaders: given.allowHeaders,
    AllowMethods: given.allowMethods,
    AllowOrigins: given.allowOrigins,
    ExposeHeaders: given.exposeHeaders,
    MaxAge: given.maxAge,
  };
}

function routeOf(path: string, verb: string, given: unknown, document: Document): DefinedRoute {
  const where = `${verb} ${path}`;
  const operation = read(operationSchema, given, where);
  refuseExtensions(operation, where);
  const integration = operation[INTEGRATION];
  return {
    key: keyOf(path, verb),
    ...authorizationOf(operation.security ?? document.security ?? [], document, where),
    operationName: operation.operationId,
    integration: integration && {
      IntegrationType: integration.type.toUpperCase(),
      IntegrationMethod: integration.httpMethod,
      IntegrationUri: integration.uri,
      IntegrationSubtype: integration.integrationSubtype,
      RequestParameters: integration.requestParameters,
      PayloadFormatVersion: integration.payloadFormatVersion,
      ConnectionType: integration.connectionType,
      CredentialsArn: integration.credentials,
      TimeoutInMillis: integration.timeoutInMillis,
    },
  };
}

function keyOf(path: string, verb: string): string {
  if (/^\/?\$default$/.test(path)) return '$default';
  return `${verb.startsWith('x-') ? 'ANY' : verb.toUpperCase()} ${path}`;
}

/** What an operation's security, or the document's, comes to. */
function authorizationOf(
  requirements: readonly Readonly<Record<string, readonly string[]>>[],
  { components }: Document,
  where: string,
): Pick<DefinedRoute, 'authorization' | 'authorizer' | 'authorizationScopes'> {
  const [requirement] = requirements.flatMap((each) => Object.entries(each));
  if (requirement === undefined) return { authorization: 'NONE', authorizer: undefined, authorizationScopes: [] };
  const [name, scopes] = requirement;
  const scheme = components?.securitySchemes[name];
  // As SAM writes it for a route that asks for nothing where the API's default asks for something.
  if (scheme === undefined && name === 'NONE')
    return { authorization: 'NONE', authorizer: undefined, authorizationScopes: [] };
  if (scheme === undefined)
    throw new NotImplemented(`the security ${name} of ${where}, which the document does not define`);
  if (scheme['x-amazon-apigateway-authtype']?.toLowerCase() === 'awssigv4')
    return { authorization: 'AWS_IAM', authorizer: undefined, authorizationScopes: [] };
  const authorizer = scheme['x-amazon-apigateway-authorizer'];
  if (authorizer === undefined) throw new NotImplemented(`the security scheme ${name} without an authorizer`);
  return authorizer.type.toLowerCase() === 'jwt'
    ? { authorization: 'JWT', authorizer: name, authorizationScopes: scopes }
    : { authorization: 'CUSTOM', authorizer: name, authorizationScopes: [] };
}

function refuseExtensions(value: object, where: string): void {
  const unknown = Object.keys(value).find((key) => key.startsWith('x-amazon-apigateway-') && !EXTENSIONS.has(key));
  if (unknown !== undefined) throw new NotImplemented(`${unknown} in ${where}`);
}

function read<S extends z.ZodType>(schema: S, value: unknown, where: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue?.code === 'unrecognized_keys') throw new NotImplemented(`${issue.keys.join(', ')} in ${where}`);
  throw badRequest(
    `Invalid OpenAPI input: ${[where, ...(issue?.path ?? []).map(String)].join('.')}: ${issue?.message ?? ''}`,
  );
}

function parsed(text: string): unknown {
  try {
    const value: unknown = parse(text);
    return value;
  } catch (error) {
    throw badRequest(`Unable to parse API definition because of a malformed document: ${String(error)}`);
  }
}
