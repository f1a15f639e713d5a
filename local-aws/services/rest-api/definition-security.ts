/**
 * Who may call a method, as OpenAPI's security schemes and API Gateway's extensions of them say.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
 */
import * as z from 'zod';
import type { Method } from './apis.ts';

const schemeSchema = z.looseObject({
  type: z.string(),
  'x-amazon-apigateway-authtype': z.string().optional(),
  'x-amazon-apigateway-authorizer': z.looseObject({ type: z.string().optional() }).optional(),
});
const documentSchema = z.looseObject({
  securityDefinitions: z.record(z.string(), schemeSchema).default({}),
  components: z.looseObject({ securitySchemes: z.record(z.string(), schemeSchema).default({}) }).optional(),
});

type Scheme = z.output<typeof schemeSchema>;
type Authorization = Pick<Method, 'authorizationType' | 'apiKeyRequired'>;

/** The security schemes of a document, by name. */
export function schemesOf(document: unknown): ReadonlyMap<string, Scheme> {
  const { securityDefinitions, components } = documentSchema.parse(document);
  return new Map(Object.entries({ ...securityDefinitions, ...components?.securitySchemes }));
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
