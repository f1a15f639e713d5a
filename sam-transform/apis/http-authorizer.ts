import { resourceProblem } from '../model/errors.ts';
import { requireList, requireMap, requireText, requireTruth } from '../model/shape.ts';
import { isFilled, isGiven, isList, isMap, mapOf, type Fields } from '../model/values.ts';
import { authorizerUri } from './rest-authorizer.ts';

type Kind = 'AWS_IAM' | 'JWT' | 'REQUEST';

/** An authorizer of an HTTP API. */
export interface HttpAuthorizer {
  readonly name: string;
  readonly kind: Kind;
  readonly properties: Fields;
}

/** Which kind of authorizer has a property, and how SAM names that kind. */
const KINDS: Readonly<Record<string, readonly [Kind, string]>> = {
  AuthorizationScopes: ['JWT', 'OAuth2 Authorizer'],
  JwtConfiguration: ['JWT', 'OAuth2 Authorizer'],
  IdentitySource: ['JWT', "OAuth2 Authorizer. For Lambda Authorizer, use the 'Identity' property instead"],
  FunctionArn: ['REQUEST', 'Lambda Authorizer'],
  FunctionInvokeRole: ['REQUEST', 'Lambda Authorizer'],
  Identity: ['REQUEST', 'Lambda Authorizer'],
  AuthorizerPayloadFormatVersion: ['REQUEST', 'Lambda Authorizer'],
  EnableSimpleResponses: ['REQUEST', 'Lambda Authorizer'],
  EnableFunctionDefaultPermissions: ['REQUEST', 'Lambda Authorizer'],
};

/** The authorizers of an HTTP API, with IAM where it is enabled. @throws Problem */
export function httpAuthorizers(id: string, auth: Fields): readonly HttpAuthorizer[] {
  const iam: HttpAuthorizer[] =
    auth.EnableIamAuthorizer === true ? [{ name: 'AWS_IAM', kind: 'AWS_IAM', properties: {} }] : [];
  if (!isFilled(auth.Authorizers)) return iam;
  const named = Object.entries(requireMap(id, 'Auth.Authorizers', auth.Authorizers)).map(([name, value]) => {
    const properties = requireMap(id, `Auth.Authorizers.${name}`, value);
    if ('OpenIdConnectUrl' in properties)
      throw resourceProblem(
        id,
        `'OpenIdConnectUrl' is no longer a supported property for authorizer '${name}'. Please refer to the AWS SAM documentation.`,
      );
    return requireValid(id, name, properties);
  });
  return [...iam.filter(() => !named.some(({ name }) => name === 'AWS_IAM')), ...named];
}

function requireValid(id: string, name: string, properties: Fields): HttpAuthorizer {
  const { JwtConfiguration, AuthorizationScopes } = properties;
  if (isFilled(JwtConfiguration)) requireMap(id, 'JwtConfiguration', JwtConfiguration);
  const kind = isFilled(JwtConfiguration) ? 'JWT' : 'REQUEST';
  if (isGiven(AuthorizationScopes) && !isList(AuthorizationScopes))
    throw resourceProblem(id, 'AuthorizationScopes must be a list.');
  for (const [property, [of, said]] of Object.entries(KINDS))
    if (of !== kind && isGiven(properties[property]))
      throw resourceProblem(id, `${property} is only supported for ${said}.`);
  const needed = kind === 'JWT' ? ['IdentitySource'] : ['FunctionArn', 'AuthorizerPayloadFormatVersion'];
  const lacking = needed.find((property) => !isFilled(properties[property]));
  if (lacking !== undefined)
    throw resourceProblem(id, `${name} ${kind === 'JWT' ? 'OAuth2' : 'Lambda'} Authorizer must define '${lacking}'.`);
  const path = `Authorizers.${name}.EnableFunctionDefaultPermissions`;
  requireTruth(id, path, properties.EnableFunctionDefaultPermissions);
  return { name, kind, properties };
}

/** What the definition says of an authorizer. @throws Problem */
export function httpScheme(id: string, { name, kind, properties }: HttpAuthorizer, partition: string): Fields {
  if (kind === 'AWS_IAM')
    return { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' };
  if (kind === 'JWT') {
    const jwt = Object.entries(mapOf(properties.JwtConfiguration)).map(([key, value]): [string, unknown] => [
      key.toLowerCase(),
      value,
    ]);
    return {
      type: 'oauth2',
      'x-amazon-apigateway-authorizer': {
        jwtConfiguration: Object.fromEntries(jwt),
        identitySource: properties.IdentitySource,
        type: 'jwt',
      },
    };
  }
  const { FunctionArn, FunctionInvokeRole: role, AuthorizerPayloadFormatVersion, EnableSimpleResponses } = properties;
  return {
    ...{ type: 'apiKey', name: 'Unused', in: 'header' },
    'x-amazon-apigateway-authorizer': {
      type: 'request',
      authorizerUri: authorizerUri(partition, FunctionArn),
      ...(isFilled(role) && role !== 'NONE' ? { authorizerCredentials: role } : {}),
      ...(isFilled(properties.Identity) ? identityOf(id, name, properties.Identity) : {}),
      authorizerPayloadFormatVersion: AuthorizerPayloadFormatVersion,
      ...(isFilled(EnableSimpleResponses) ? { enableSimpleResponses: EnableSimpleResponses } : {}),
    },
  };
}

function identityOf(id: string, name: string, given: unknown): Fields {
  const identity = requireMap(id, `Auth.Authorizers.${name}.Identity`, given);
  const { ReauthorizeEvery: seconds } = identity;
  const prefixes = {
    Headers: '$request.header.',
    QueryStrings: '$request.querystring.',
    StageVariables: '$stageVariables.',
    Context: '$context.',
  };
  const sources = Object.entries(prefixes).flatMap(([key, prefix]) => {
    if (!isFilled(identity[key])) return [];
    const path = `Authorizers.${name}.Identity.${key}`;
    return requireList(id, path, identity[key]).map(
      (value, index) => `${prefix}${requireText(id, `${path}[${index}]`, value)}`,
    );
  });
  return { ...(isGiven(seconds) ? { authorizerResultTtlInSeconds: seconds } : {}), identitySource: sources };
}

export function isAuthorized(operation: unknown): boolean {
  return isMap(operation) && isFilled(operation.security);
}
