import { resourceProblem } from '../model/errors.ts';
import { sub } from '../model/intrinsics.ts';
import { requireList, requireMap, requireText, requireTruth } from '../model/shape.ts';
import { asList, isFilled, isGiven, isMap, mapOf, type Fields } from '../model/values.ts';

/** An authorizer of a REST API. */
export interface RestAuthorizer {
  readonly name: string;
  readonly properties: Fields;
  readonly isIam: boolean;
}

/** The authorizers of an API, with IAM where it is the default; undefined where there are none. @throws Problem */
export function restAuthorizers(
  id: string,
  auth: Fields,
  defaultName?: unknown,
): readonly RestAuthorizer[] | undefined {
  const iam = defaultName === 'AWS_IAM' ? [{ name: 'AWS_IAM', properties: {}, isIam: true }] : [];
  if (!isFilled(auth.Authorizers)) return iam.length > 0 ? iam : undefined;
  const named = Object.entries(requireMap(id, 'Auth.Authorizers', auth.Authorizers)).map(([name, value]) => {
    const properties = requireMap(id, `Auth.Authorizers.${name}`, value);
    requireValid(id, name, properties);
    return { name, properties, isIam: false };
  });
  return [...iam.filter(() => !named.some(({ name }) => name === 'AWS_IAM')), ...named];
}

function requireValid(id: string, name: string, properties: Fields): void {
  const { FunctionPayloadType: payload, AuthorizationScopes: scopes } = properties;
  if (isGiven(payload) && payload !== 'TOKEN' && payload !== 'REQUEST')
    throw resourceProblem(id, `${name} Authorizer has invalid 'FunctionPayloadType': ${String(payload)}.`);
  if (payload === 'REQUEST' && lacksIdentity(id, name, properties.Identity))
    throw resourceProblem(
      id,
      `${name} Authorizer must specify Identity with at least one of Headers, QueryStrings, StageVariables, or Context.`,
    );
  if (isGiven(scopes)) requireList(id, `Authorizers.${name}.AuthorizationScopes`, scopes);
  const path = `Authorizers.${name}.DisableFunctionDefaultPermissions`;
  requireTruth(id, path, properties.DisableFunctionDefaultPermissions);
}

function lacksIdentity(id: string, name: string, identity: unknown): boolean {
  if (!isFilled(identity)) return true;
  const given = requireMap(id, `Authorizer.${name}.Identity`, identity);
  const none = !['Headers', 'QueryStrings', 'StageVariables', 'Context'].some((key) => isFilled(given[key]));
  const seconds = isGiven(given.ReauthorizeEvery) ? Number(given.ReauthorizeEvery) : Number.NaN;
  return Number.isNaN(seconds) ? none : seconds > 0 && none;
}

/** What the definition says of an authorizer. @throws Problem */
export function restScheme(id: string, { name, properties, isIam }: RestAuthorizer, partition: string): Fields {
  const kind = kindOf(properties, isIam);
  const isRequest = kind === 'custom' && properties.FunctionPayloadType === 'REQUEST';
  const scheme = {
    type: 'apiKey',
    name: isRequest ? 'Unused' : headerOf(id, properties.Identity),
    in: 'header',
    'x-amazon-apigateway-authtype': kind,
  };
  if (kind === 'awsSigv4') return scheme;
  const validation = isRequest ? undefined : mapOf(properties.Identity).ValidationExpression;
  const authorizer =
    kind === 'cognito_user_pools'
      ? { type: kind, providerARNs: asList(properties.UserPoolArn) }
      : lambdaAuthorizer(id, name, properties, isRequest, partition);
  return {
    ...scheme,
    'x-amazon-apigateway-authorizer': {
      ...authorizer,
      ...(isFilled(validation) ? { identityValidationExpression: validation } : {}),
    },
  };
}

function kindOf({ UserPoolArn }: Fields, isIam: boolean): 'awsSigv4' | 'cognito_user_pools' | 'custom' {
  if (isIam) return 'awsSigv4';
  return isFilled(UserPoolArn) ? 'cognito_user_pools' : 'custom';
}

function headerOf(id: string, identity: unknown): unknown {
  if (isFilled(identity) && !isMap(identity))
    throw resourceProblem(
      id,
      'Auth.Authorizers.<Authorizer>.Identity must be a dict (LambdaTokenAuthorizationIdentity, LambdaRequestAuthorizationIdentity or CognitoAuthorizationIdentity).',
    );
  const { Header } = mapOf(identity);
  return isFilled(Header) ? Header : 'Authorization';
}

function lambdaAuthorizer(id: string, name: string, properties: Fields, isRequest: boolean, partition: string): Fields {
  const { FunctionArn, FunctionInvokeRole: role } = properties;
  const identity = mapOf(properties.Identity);
  const source = isRequest ? identitySource(id, name, identity) : '';
  return {
    type: isRequest ? 'request' : 'token',
    authorizerUri: authorizerUri(partition, FunctionArn),
    ...(isGiven(identity.ReauthorizeEvery) ? { authorizerResultTtlInSeconds: identity.ReauthorizeEvery } : {}),
    ...(isFilled(role) && role !== 'NONE' ? { authorizerCredentials: role } : {}),
    ...(source === '' ? {} : { identitySource: source }),
  };
}

export function authorizerUri(partition: string, functionArn: unknown): Fields {
  return sub(
    `arn:${partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${__FunctionArn__}/invocations`,
    { __FunctionArn__: functionArn ?? null },
  );
}

function identitySource(id: string, name: string, identity: Fields): string {
  return Object.entries({
    Headers: 'method.request.header.',
    QueryStrings: 'method.request.querystring.',
    StageVariables: 'stageVariables.',
    Context: 'context.',
  })
    .flatMap(([key, prefix]) => {
      if (!isFilled(identity[key])) return [];
      const path = `Auth.Authorizers.${name}.Identity.${key}`;
      return requireList(id, path, identity[key]).map(
        (value, index) => `${prefix}${requireText(id, `${path}[${index}]`, value)}`,
      );
    })
    .join(', ');
}
