import type { Context } from '../model/context.ts';
import { documentProblem, eventProblem, templateProblem } from '../model/errors.ts';
import { requireList, requireMap } from '../model/shape.ts';
import { isFilled, isGiven, isMap, isText, mapOf, said, type Fields } from '../model/values.ts';
import { integrated, sectionOf, securityOf } from './definition.ts';
import type { MethodOf } from './request.ts';
import { addCustomStatements, addResourcePolicy } from './resource-policy.ts';

const SCHEMES = 'securityDefinitions';

/** Says in an API's definition who may call a method, by the event's `Auth`. @throws Problem, DocumentProblem */
export function authorizeMethod(
  of: MethodOf & { readonly suffix: unknown },
  auth: Fields,
  api: { readonly id: string; readonly properties: Fields },
  body: Fields,
  { resolve }: Context,
): void {
  const { name, path, suffix } = of;
  if (isFilled(api.properties.Auth)) api.properties.Auth = resolve(api.properties.Auth);
  const apiAuth = mapOf(api.properties.Auth);
  const { Authorizer: authorizer, AuthorizationScopes: scopes, ApiKeyRequired: keyRequired } = auth;
  if (isFilled(authorizer)) requireAuthorizer(of, authorizer, api.id, apiAuth);
  if (isFilled(scopes)) {
    requireList(name, 'Auth.AuthorizationScopes', scopes, eventProblem);
    if (!isFilled(authorizer)) throw eventProblem(name, 'AuthorizationScopes works only when Authorizer is set');
  }
  if (isGiven(keyRequired) && !isFilled(keyRequired) && !isFilled(apiAuth.ApiKeyRequired))
    throw eventProblem(
      name,
      `Unable to set ApiKeyRequired [False] on API method [${of.method}] for path [${path}] because the related API does not specify any ApiKeyRequired.`,
    );
  if (isFilled(authorizer) && isText(authorizer)) setAuthorizer(of, authorizer, scopes, apiAuth.Authorizers, body);
  if (isGiven(keyRequired)) setKey(of, isFilled(keyRequired), body);
  if (!isFilled(auth.ResourcePolicy)) return;
  const policy = requireMap(name, 'Auth.ResourcePolicy', auth.ResourcePolicy);
  addResourcePolicy(body, policy, path, suffix);
  if (isFilled(policy.CustomStatements)) addCustomStatements(body, policy.CustomStatements);
}

/** @throws Problem unless the API defines the authorizer */
function requireAuthorizer(
  of: MethodOf,
  authorizer: unknown,
  apiId: string,
  { Authorizers, DefaultAuthorizer }: Fields,
): void {
  const { name, method, path } = of;
  if (isFilled(Authorizers)) requireMap(apiId, 'Auth.Authorizers', Authorizers);
  if (authorizer === 'AWS_IAM') return;
  const about = `on API method [${method}] for path [${path}]`;
  if (authorizer === 'NONE') {
    if (isFilled(DefaultAuthorizer)) return;
    throw eventProblem(
      name,
      `Unable to set Authorizer ${about} because 'NONE' is only a valid value when a DefaultAuthorizer on the API is specified.`,
    );
  }
  requireDefined(name, authorizer, Authorizers, about);
}

/** @throws Problem unless the authorizer is one of those defined */
export function requireDefined(name: string, authorizer: unknown, authorizers: unknown, about: string): void {
  const unable = `Unable to set Authorizer [${said(authorizer)}] ${about}`;
  if (!isFilled(authorizers))
    throw eventProblem(name, `${unable} because the related API does not define any Authorizers.`);
  if (!isText(authorizer) || !isMap(authorizers))
    throw eventProblem(
      name,
      `${unable}. The method authorizer must be a string with a corresponding dict entry in the api authorizer.`,
    );
  if (!isFilled(authorizers[authorizer]))
    throw eventProblem(name, `${unable} because it wasn't defined in the API's Authorizers.`);
}

function setAuthorizer(of: MethodOf, name: string, scopes: unknown, authorizers: unknown, body: Fields): void {
  const defined = mapOf(authorizers)[name];
  if (isFilled(authorizers) && isGiven(defined) && !isMap(defined))
    throw documentProblem(`Type of authorizer '${name}' must be a dictionary`);
  const wanted = isGiven(scopes) ? scopes : mapOf(defined).AuthorizationScopes;
  const granted = name !== 'NONE' && isGiven(defined) && isGiven(wanted) ? wanted : [];
  for (const operation of integrated(body, of.path, of.method)) {
    operation.security = [...securityOf(operation, of.path, of.method), { [name]: granted }];
    noteIam(operation, body);
  }
}

function setKey(of: MethodOf, isRequired: boolean, body: Fields): void {
  for (const operation of integrated(body, of.path, of.method)) {
    if (isRequired) addKeyScheme(body);
    operation.security = [
      ...securityOf(operation, of.path, of.method),
      { [isRequired ? 'api_key' : 'api_key_false']: [] },
    ];
  }
}

/** @throws Problem where the definition's schemes are no map */
export function addKeyScheme(body: Fields): void {
  if (isFilled(body[SCHEMES]) && !isMap(body[SCHEMES]))
    throw templateProblem('securityDefinitions must be a dictionary.');
  sectionOf(body, SCHEMES).api_key ??= { type: 'apiKey', name: 'x-api-key', in: 'header' };
}

/** The definition says what the IAM authorizer is as soon as a method's first security is it. */
export function noteIam(operation: Fields, body: Fields): void {
  const [first] = securityOf(operation, '', '');
  if (!isMap(first) || !('AWS_IAM' in first)) return;
  sectionOf(body, SCHEMES).AWS_IAM ??= {
    'x-amazon-apigateway-authtype': 'awsSigv4',
    type: 'apiKey',
    name: 'Authorization',
    in: 'header',
  };
}
