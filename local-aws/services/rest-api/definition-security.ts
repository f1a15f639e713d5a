/**
 * Who may call a method, as OpenAPI's security schemes and API Gateway's extensions of them say.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
 */
import * as z from 'zod';
import { newId } from '../api-gateway/apis.ts';
import type { Authorizer } from '../api-gateway/authorizers/authorizer.ts';
import { badRequest } from '../api-gateway/errors.ts';
import type { Method } from './apis.ts';

const schemeSchema = z.looseObject({
  type: z.string(),
  name: z.string().optional(),
  'x-amazon-apigateway-authtype': z.string().optional(),
  'x-amazon-apigateway-authorizer': z
    .looseObject({
      type: z.string().optional(),
      authorizerUri: z.string().optional(),
      authorizerCredentials: z.string().optional(),
      authorizerResultTtlInSeconds: z.coerce.number().min(0).max(3_600).optional(),
      identitySource: z.string().optional(),
      identityValidationExpression: z.string().optional(),
    })
    .optional(),
});
const documentSchema = z.looseObject({
  securityDefinitions: z.record(z.string(), schemeSchema).default({}),
  components: z.looseObject({ securitySchemes: z.record(z.string(), schemeSchema).default({}) }).optional(),
});

type Scheme = z.output<typeof schemeSchema> & { readonly authorizer: Authorizer | undefined };
type Authorization = Pick<Method, 'authorizationType' | 'authorizer' | 'apiKeyRequired'>;

/** The security schemes of a document, by name. */
export function schemesOf(document: unknown): ReadonlyMap<string, Scheme> {
  const { securityDefinitions, components } = documentSchema.parse(document);
  const all = Object.entries({ ...securityDefinitions, ...components?.securitySchemes });
  return new Map(all.map(([name, scheme]) => [name, { ...scheme, authorizer: authorizerOf(name, scheme) }]));
}

/** An authorizer that is a function; undefined for any other. @throws AwsError BadRequestException */
function authorizerOf(name: string, scheme: z.output<typeof schemeSchema>): Authorizer | undefined {
  const given = scheme['x-amazon-apigateway-authorizer'];
  const type = given?.type?.toLowerCase();
  if (given === undefined || (type !== 'token' && type !== 'request')) return undefined;
  if (given.authorizerUri === undefined) throw badRequest(`Invalid OpenAPI input: ${name} has no authorizerUri.`);
  const sources = given.identitySource ?? (type === 'token' ? `method.request.header.${scheme.name ?? ''}` : '');
  return {
    ...{ id: newId(6), name, kind: type === 'token' ? 'TOKEN' : 'REQUEST', uri: given.authorizerUri },
    credentials: given.authorizerCredentials,
    identitySources: sources.split(',').flatMap((source) => (source.trim() === '' ? [] : [source.trim()])),
    validation: type === 'token' ? given.identityValidationExpression : undefined,
    ttlSeconds: given.authorizerResultTtlInSeconds ?? 300,
    ...{ simple: false, payloadFormat: '1.0' },
  };
}

/** What a method's security comes to. A scheme that the document does not have asks for nothing. */
export function authorizationOf(
  security: readonly Readonly<Record<string, unknown>>[],
  schemes: ReadonlyMap<string, Scheme>,
): Authorization {
  const wanted = security.flatMap((requirement) => Object.keys(requirement)).flatMap((name) => schemes.get(name) ?? []);
  const types = wanted.map(typeOf);
  return {
    authorizationType: types.find((type) => type !== undefined) ?? 'NONE',
    authorizer: wanted.find(({ authorizer }) => authorizer !== undefined)?.authorizer,
    apiKeyRequired: types.includes(undefined),
  };
}

/** Undefined for an API key. */
function typeOf(scheme: Scheme): string | undefined {
  if (scheme['x-amazon-apigateway-authtype']?.toLowerCase() === 'awssigv4') return 'AWS_IAM';
  const authorizer = scheme['x-amazon-apigateway-authorizer'];
  if (authorizer === undefined) return scheme.type === 'apiKey' ? undefined : 'NONE';
  return authorizer.type === 'cognito_user_pools' ? 'COGNITO_USER_POOLS' : 'CUSTOM';
}
