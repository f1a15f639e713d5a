/**
 * What an authorizer of a REST API may be, by itself or in a definition.
 * https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html
 */
import { NotImplemented } from '../../kernel/errors.ts';
import { newId } from '../api-gateway/apis.ts';
import type { Authorizer } from '../api-gateway/authorizers/authorizer.ts';
import { badRequest, required } from '../api-gateway/errors.ts';

/** Users of Cognito: it is kept and shown, and what calls its methods is told that it is not simulated. */
interface PoolAuthorizer {
  readonly id: string;
  readonly name: string;
  readonly kind: 'COGNITO_USER_POOLS';
  readonly providerArns: readonly string[];
  readonly identitySources: readonly string[];
  readonly validation: string | undefined;
  readonly ttlSeconds: number;
}

export type RestAuthorizer = Authorizer | PoolAuthorizer;

/** What an authorizer is made of. */
export interface GivenAuthorizer {
  readonly name?: string | undefined;
  readonly type?: string | undefined;
  readonly providerARNs?: readonly string[] | undefined;
  readonly authorizerUri?: string | undefined;
  readonly authorizerCredentials?: string | undefined;
  /** With commas. */
  readonly identitySource?: string | undefined;
  readonly identityValidationExpression?: string | undefined;
  readonly authorizerResultTtlInSeconds?: number | undefined;
}

const KEPT_SECONDS = 300;
const LAMBDA = /^arn:aws[\w-]*:apigateway:[\w-]+:lambda:path\/2015-03-31\/functions\/.+\/invocations$/;

/** @param id of the authorizer that is changed; a new one without it @throws AwsError BadRequestException @throws NotImplemented */
export function makeAuthorizer(given: GivenAuthorizer, id = newId(6)): RestAuthorizer {
  const name = required(given.name, 'name');
  const kind = required(given.type, 'type');
  const ttlSeconds = checkedSeconds(given.authorizerResultTtlInSeconds ?? KEPT_SECONDS);
  const identitySources = sourcesOf(given.identitySource);
  const validation = checkedExpression(given.identityValidationExpression);
  if (kind === 'COGNITO_USER_POOLS') {
    const { providerARNs: providerArns = [] } = given;
    if (providerArns.length === 0) throw badRequest('Invalid ProviderArns for COGNITO_USER_POOLS authorizer');
    refuseSources(kind, identitySources);
    return { id, name, kind, providerArns, identitySources, validation, ttlSeconds };
  }
  if (kind !== 'TOKEN' && kind !== 'REQUEST') throw new NotImplemented(`authorizers of type ${kind} of REST APIs`);
  if (kind === 'TOKEN') refuseSources(kind, identitySources);
  else if (validation !== undefined) throw badRequest('Identity validation expression is not for REQUEST authorizers');
  else if (ttlSeconds > 0 && identitySources.length === 0)
    throw badRequest('Identity source for authorizer is required when caching is enabled');
  const uri = required(given.authorizerUri, 'authorizerUri');
  if (!LAMBDA.test(uri))
    throw badRequest(
      `Invalid Authorizer URI: ${uri}. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.`,
    );
  return {
    ...{ id, name, kind, uri, credentials: given.authorizerCredentials, identitySources, validation, ttlSeconds },
    ...{ simple: false, payloadFormat: '1.0' },
  };
}

function checkedSeconds(seconds: number): number {
  if (seconds >= 0 && seconds <= 3_600) return seconds;
  throw badRequest('Authorizer result TTL should be between 0 and 3600 seconds');
}

function sourcesOf(text: string | undefined): string[] {
  const sources = (text ?? '').split(',').flatMap((source) => (source.trim() === '' ? [] : [source.trim()]));
  const wrong = sources.find(
    (source) => !/^(method\.request\.(header|querystring)|stageVariables|context)\..+$/.test(source),
  );
  if (wrong !== undefined) throw badRequest(`Invalid identity source: ${wrong}`);
  return sources;
}

/** A token comes in one header. */
function refuseSources(kind: string, sources: readonly string[]): void {
  const [source, ...more] = sources;
  if (source?.startsWith('method.request.header.') !== true || more.length > 0)
    throw badRequest(`Invalid identity source for ${kind} authorizer: it has to be one header.`);
}

function checkedExpression(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    new RegExp(text);
  } catch {
    throw badRequest(`Invalid identity validation expression: ${text}`);
  }
  return text;
}

/** What was given, by what came of it. */
export function givenOf(authorizer: RestAuthorizer): GivenAuthorizer {
  const { name, kind: type, identitySources, validation, ttlSeconds } = authorizer;
  return {
    ...{ name, type, identityValidationExpression: validation, authorizerResultTtlInSeconds: ttlSeconds },
    ...(identitySources.length === 0 ? {} : { identitySource: identitySources.join(', ') }),
    ...(authorizer.kind === 'COGNITO_USER_POOLS'
      ? { providerARNs: authorizer.providerArns }
      : { authorizerUri: authorizer.uri, authorizerCredentials: authorizer.credentials }),
  };
}
