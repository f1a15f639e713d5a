/**
 * What an authorizer of an HTTP API may be, by itself or in a definition.
 * https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html
 */
import { AwsError } from '../../../kernel/errors.ts';
import { newId } from '../apis.ts';
import { badRequest, required } from '../errors.ts';
import { checkedUri } from '../integrations.ts';
import type { Authorizer, HttpAuthorizer, JwtAuthorizer } from './authorizer.ts';
import { checkSource } from './http-identity.ts';

/** What an authorizer is made of. */
export interface GivenAuthorizer {
  readonly Name?: string | undefined;
  readonly AuthorizerType?: string | undefined;
  readonly AuthorizerUri?: string | undefined;
  readonly AuthorizerCredentialsArn?: string | undefined;
  readonly AuthorizerPayloadFormatVersion?: string | undefined;
  readonly AuthorizerResultTtlInSeconds?: number | undefined;
  readonly EnableSimpleResponses?: boolean | undefined;
  readonly IdentitySource?: readonly string[] | undefined;
  readonly JwtConfiguration?:
    | { readonly Issuer?: string | undefined; readonly Audience?: readonly string[] | undefined }
    | undefined;
}

/** How long an answer is kept that has an identity, unless it is said. */
const KEPT_SECONDS = 300;

/** @param id of the authorizer that is changed; a new one without it @throws AwsError BadRequestException @throws NotImplemented */
export function makeAuthorizer(given: GivenAuthorizer, id = newId(6)): HttpAuthorizer {
  const name = required(given.Name, 'Name');
  const type = required(given.AuthorizerType, 'AuthorizerType');
  for (const source of given.IdentitySource ?? []) checkSource(source);
  if (type === 'JWT') return jwtAuthorizer(id, name, given);
  if (type === 'REQUEST') return functionAuthorizer(id, name, given);
  throw badRequest(`Invalid AuthorizerType: ${type}`);
}

function functionAuthorizer(id: string, name: string, given: GivenAuthorizer): Authorizer {
  if (given.JwtConfiguration !== undefined) throw badRequest('JwtConfiguration is only for JWT authorizers.');
  const payloadFormat = checkedFormat(required(given.AuthorizerPayloadFormatVersion, 'AuthorizerPayloadFormatVersion'));
  const simple = given.EnableSimpleResponses ?? false;
  if (simple && payloadFormat !== '2.0')
    throw badRequest('EnableSimpleResponses needs the AuthorizerPayloadFormatVersion 2.0.');
  const { IdentitySource: identitySources = [], AuthorizerResultTtlInSeconds: ttl } = given;
  if (ttl !== undefined && ttl > 0 && identitySources.length === 0)
    throw badRequest('Answers are kept by IdentitySource, and there is none.');
  return {
    ...{ id, name, kind: 'REQUEST', payloadFormat, simple, identitySources, validation: undefined },
    uri: checkedUri(required(given.AuthorizerUri, 'AuthorizerUri')),
    credentials: given.AuthorizerCredentialsArn,
    ttlSeconds: ttl ?? (identitySources.length === 0 ? 0 : KEPT_SECONDS),
  };
}

function checkedFormat(version: string): Authorizer['payloadFormat'] {
  if (version === '1.0' || version === '2.0') return version;
  throw badRequest('AuthorizerPayloadFormatVersion must be 1.0 or 2.0.');
}

const OF_FUNCTIONS = ['AuthorizerUri', 'AuthorizerCredentialsArn', 'AuthorizerPayloadFormatVersion'] as const;

function jwtAuthorizer(id: string, name: string, given: GivenAuthorizer): JwtAuthorizer {
  const wrong = OF_FUNCTIONS.find((member) => given[member] !== undefined);
  if (wrong !== undefined || given.EnableSimpleResponses === true)
    throw badRequest(`${wrong ?? 'EnableSimpleResponses'} is only for REQUEST authorizers.`);
  const { Issuer, Audience = [] } = required(given.JwtConfiguration, 'JwtConfiguration');
  const [identitySource, ...more] = given.IdentitySource ?? [];
  if (identitySource === undefined || more.length > 0)
    throw badRequest('A JWT authorizer has exactly one IdentitySource.');
  const issuer = checkedIssuer(required(Issuer, 'JwtConfiguration.Issuer'));
  return { id, name, kind: 'JWT', identitySource, issuer, audience: Audience };
}

/**
 * AWS asks an issuer for its configuration when an authorizer is made; here it is asked with the first token, so that an issuer of the
 * same stack (a user pool) may be recorded. Without TLS it has to be on this machine, where AWS takes none.
 */
function checkedIssuer(issuer: string): string {
  if (!URL.canParse(issuer)) throw badRequest(`Invalid issuer: ${issuer}.`);
  const { protocol, hostname } = new URL(issuer);
  if (protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(hostname))) return issuer;
  throw badRequest(
    `Invalid issuer: ${issuer}. Issuer must have a valid discovery endpoint ended with '/.well-known/openid-configuration'`,
  );
}

/** What was given, by what came of it. */
export function givenOf(authorizer: HttpAuthorizer): GivenAuthorizer {
  if (authorizer.kind === 'JWT')
    return {
      ...{ Name: authorizer.name, AuthorizerType: 'JWT', IdentitySource: [authorizer.identitySource] },
      JwtConfiguration: { Issuer: authorizer.issuer, Audience: authorizer.audience },
    };
  return {
    ...{ Name: authorizer.name, AuthorizerType: 'REQUEST', IdentitySource: authorizer.identitySources },
    AuthorizerUri: authorizer.uri,
    AuthorizerCredentialsArn: authorizer.credentials,
    AuthorizerPayloadFormatVersion: authorizer.payloadFormat,
    AuthorizerResultTtlInSeconds: authorizer.ttlSeconds,
    EnableSimpleResponses: authorizer.simple,
  };
}

/** @throws AwsError ConflictException where another authorizer of the API has the name */
export function refuseTwin(
  all: Iterable<{ readonly id: string; readonly name: string }>,
  name: string,
  id?: string,
): void {
  for (const other of all)
    if (other.name === name && other.id !== id)
      throw new AwsError(
        'ConflictException',
        `Authorizer name must be unique. Authorizer ${name} already exists in this RestApi.`,
        409,
      );
}
