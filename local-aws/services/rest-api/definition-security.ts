/**
 * Who may call a method, as OpenAPI's security schemes and API Gateway's extensions of them say.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
 */
import * as z from 'zod';
import type { Method } from './apis.ts';
import { makeAuthorizer, type RestAuthorizer } from './authorizers.ts';

const schemeSchema = z.looseObject({
  type: z.string(),
  name: z.string().optional(),
  'x-amazon-apigateway-authtype': z.string().optional(),
  'x-amazon-apigateway-authorizer': z
    .looseObject({
      type: z.string().optional(),
      providerARNs: z.array(z.string()).optional(),
      authorizerUri: z.string().optional(),
      authorizerCredentials: z.string().optional(),
      authorizerResultTtlInSeconds: z.coerce.number().optional(),
      identitySource: z.string().optional(),
      identityValidationExpression: z.string().optional(),
    })
    .optional(),
});
const documentSchema = z.looseObject({
  securityDefinitions: z.record(z.string(), schemeSchema).default({}),
  components: z.looseObject({ securitySchemes: z.record(z.string(), schemeSchema).default({}) }).optional(),
});

type Scheme = z.output<typeof schemeSchema> & { readonly authorizer: RestAuthorizer | undefined };
type Authorization = Pick<Method, 'authorizationType' | 'authorizerId' | 'authorizationScopes' | 'apiKeyRequired'>;

/** The security schemes of a document, by name. */
export function schemesOf(document: unknown): ReadonlyMap<string, Scheme> {
  const { securityDefinitions, components } = documentSchema.parse(document);
  const all = Object.entries({ ...securityDefinitions, ...components?.securitySchemes });
  return new Map(all.map(([name, scheme]) => [name, { ...scheme, authorizer: authorizerOf(name, scheme) }]));
}

/** Undefined for a scheme that has none. @throws AwsError BadRequestException @throws NotImplemented */
function authorizerOf(name: string, scheme: z.output<typeof schemeSchema>): RestAuthorizer | undefined {
  const given = scheme['x-amazon-apigateway-authorizer'];
  if (given === undefined) return undefined;
  const { identitySource, identityValidationExpression, authorizerResultTtlInSeconds } = given;
  const type = (given.type ?? '').toUpperCase();
  return makeAuthorizer({
    ...{ name, type, authorizerResultTtlInSeconds, providerARNs: given.providerARNs },
    authorizerUri: given.authorizerUri,
    authorizerCredentials: given.authorizerCredentials,
    identitySource: identitySource ?? (type === 'REQUEST' ? '' : `method.request.header.${scheme.name ?? ''}`),
    identityValidationExpression: type === 'REQUEST' ? undefined : identityValidationExpression,
  });
}

/** What a method's security comes to. A scheme that the document does not have asks for nothing. */
export function authorizationOf(
  security: readonly Readonly<Record<string, readonly string[]>>[],
  schemes: ReadonlyMap<string, Scheme>,
): Authorization {
  const wanted = security
    .flatMap((requirement) => Object.entries(requirement))
    .flatMap(([name, scopes]) => {
      const scheme = schemes.get(name);
      return scheme === undefined ? [] : [{ scheme, scopes }];
    });
  const types = wanted.map(({ scheme }) => typeOf(scheme));
  const asked = wanted.find(({ scheme }) => scheme.authorizer !== undefined);
  return {
    authorizationType: types.find((type) => type !== undefined) ?? 'NONE',
    authorizerId: asked?.scheme.authorizer?.id,
    ...(asked === undefined || asked.scopes.length === 0 ? {} : { authorizationScopes: asked.scopes }),
    apiKeyRequired: types.includes(undefined),
  };
}

/** Undefined for an API key. */
function typeOf(scheme: Scheme): string | undefined {
  if (scheme['x-amazon-apigateway-authtype']?.toLowerCase() === 'awssigv4') return 'AWS_IAM';
  const authorizer = scheme['x-amazon-apigateway-authorizer'];
  if (authorizer === undefined) return scheme.type === 'apiKey' ? undefined : 'NONE';
  return authorizer.type?.toLowerCase() === 'cognito_user_pools' ? 'COGNITO_USER_POOLS' : 'CUSTOM';
}
