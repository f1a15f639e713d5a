/**
 * Authorizers as OpenAPI's security schemes tell them, with API Gateway's extension.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
 */
import * as z from 'zod';
import type { GivenAuthorizer } from './authorizers/http-authorizer.ts';

/** What of an authorizer stands in a definition; its name is that of the scheme. */
export type DefinedAuthorizer = GivenAuthorizer & { readonly Name: string };

const authorizerSchema = z.strictObject({
  type: z.string(),
  authorizerUri: z.string().optional(),
  authorizerCredentials: z.string().optional(),
  authorizerPayloadFormatVersion: z.coerce.string().optional(),
  authorizerResultTtlInSeconds: z.coerce.number().optional(),
  enableSimpleResponses: z.stringbool().or(z.boolean()).optional(),
  // A list, or a text with commas.
  identitySource: z.union([z.string().transform((text) => text.split(',')), z.array(z.string())]).optional(),
  jwtConfiguration: z
    .strictObject({
      issuer: z.string().optional(),
      audience: z.union([z.string().transform((text) => [text]), z.array(z.string())]).optional(),
    })
    .optional(),
});
export const schemeSchema = z.looseObject({
  'x-amazon-apigateway-authtype': z.string().optional(),
  'x-amazon-apigateway-authorizer': authorizerSchema.optional(),
});

/** Undefined for a scheme that has none. */
export function authorizerIn(name: string, scheme: z.output<typeof schemeSchema>): DefinedAuthorizer | undefined {
  const given = scheme['x-amazon-apigateway-authorizer'];
  if (given === undefined) return undefined;
  return {
    Name: name,
    AuthorizerType: given.type.toUpperCase(),
    AuthorizerUri: given.authorizerUri,
    AuthorizerCredentialsArn: given.authorizerCredentials,
    AuthorizerPayloadFormatVersion: given.authorizerPayloadFormatVersion,
    AuthorizerResultTtlInSeconds: given.authorizerResultTtlInSeconds,
    EnableSimpleResponses: given.enableSimpleResponses,
    IdentitySource: given.identitySource?.map((source) => source.trim()).filter((source) => source !== ''),
    JwtConfiguration: given.jwtConfiguration && {
      Issuer: given.jwtConfiguration.issuer,
      Audience: given.jwtConfiguration.audience,
    },
  };
}
