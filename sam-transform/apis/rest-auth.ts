import type { Context } from '../model/context.ts';
import { documentProblem, resourceProblem } from '../model/errors.ts';
import { ref, sub } from '../model/intrinsics.ts';
import type { Made } from '../model/resource.ts';
import { isFilled, isMap, isText, mapOf, said, type Fields } from '../model/values.ts';
import { allIntegrated, isSwagger, pathsOf, sectionOf, securityOf } from './definition.ts';
import { restAuthorizers, restScheme, type RestAuthorizer } from './rest-authorizer.ts';
import { addKeyScheme, noteIam } from './rest-method-auth.ts';
import { addCustomStatements, addResourcePolicy } from './resource-policy.ts';

const PROPERTIES = [
  ...['Authorizers', 'DefaultAuthorizer', 'InvokeRole', 'AddDefaultAuthorizerToCorsPreflight'],
  ...['AddApiKeyRequiredToCorsPreflight', 'ApiKeyRequired', 'ResourcePolicy', 'UsagePlan'],
];

/** Says in a REST API's definition who may call it, by the API's `Auth`. @throws Problem, DocumentProblem */
export function addAuth(id: string, auth: unknown, body: unknown, stage: unknown, { partition }: Context): void {
  if (!isFilled(auth)) return;
  if (!isFilled(body))
    throw resourceProblem(id, "Auth works only with inline Swagger specified in 'DefinitionBody' property.");
  const given = mapOf(auth);
  if (Object.keys(given).some((key) => !PROPERTIES.includes(key)))
    throw resourceProblem(id, "Invalid value for 'Auth' property");
  if (!isSwagger(body))
    throw resourceProblem(
      id,
      "Unable to add Auth configuration because 'DefinitionBody' does not contain a valid Swagger definition.",
    );
  const authorizers = restAuthorizers(id, given, given.DefaultAuthorizer);
  if (authorizers !== undefined && authorizers.length > 0) {
    const schemes = sectionOf(body, 'securityDefinitions');
    for (const one of authorizers) schemes[one.name] = restScheme(id, one, partition);
    setDefaults(id, given, authorizers, body);
  }
  if (isFilled(given.ApiKeyRequired)) requireKeys(given, body);
  addPolicy(given.ResourcePolicy, body, stage);
}

function addPolicy(policy: unknown, body: Fields, stage: unknown): void {
  if (!isFilled(policy)) return;
  if (!isMap(policy)) throw documentProblem('ResourcePolicy must be a map (ResourcePolicyStatement).');
  for (const path of pathsOf(body)) addResourcePolicy(body, policy, path, stage);
  if (isFilled(policy.CustomStatements)) addCustomStatements(body, policy.CustomStatements);
}

function setDefaults(id: string, auth: Fields, authorizers: readonly RestAuthorizer[], body: Fields): void {
  const { DefaultAuthorizer: name, AddDefaultAuthorizerToCorsPreflight: toPreflight = true } = auth;
  if (!isFilled(name)) return;
  if (!isText(name)) throw resourceProblem(id, 'DefaultAuthorizer is not a string.');
  const found = authorizers.find((one) => one.name === name);
  if (found === undefined)
    throw resourceProblem(id, `Unable to set DefaultAuthorizer because '${name}' was not defined in 'Authorizers'.`);
  const names = new Set(['AWS_IAM', ...authorizers.map((one) => one.name)]);
  for (const path of pathsOf(body))
    for (const [method, operation] of allIntegrated(body, path)) {
      if (!isFilled(toPreflight) && method === 'options') continue;
      const security = withDefault(operation, path, method, names, {
        [name]: found.properties.AuthorizationScopes ?? [],
      });
      if (security.length === 0) continue;
      operation.security = security;
      noteIam(operation, body);
    }
}

/** A method has the default authorizer unless it has one already, or `NONE`. */
function withDefault(
  operation: Fields,
  path: string,
  method: string,
  authorizers: ReadonlySet<string>,
  ofDefault: Fields,
): readonly unknown[] {
  const given = securityOf(operation, path, method).map((one) => requireSecurity(one, path, method));
  const own = given.filter((one) => Object.keys(one).some((key) => authorizers.has(key)));
  const others = given.filter((one) => !own.includes(one));
  const none = others.findIndex((one) => 'NONE' in one);
  if (none !== -1) return others.filter((_, index) => index !== none);
  return [...others, ...(own.length > 0 ? own : [ofDefault])];
}

function requireSecurity(value: unknown, path: string, method: string): Fields {
  if (isMap(value)) return value;
  throw documentProblem(`${said(value)} in Security for path ${path} method ${method} is not a valid dictionary.`);
}

/** Every method takes an API key, but one that says it does not. */
function requireKeys({ AddApiKeyRequiredToCorsPreflight: toPreflight = true }: Fields, body: Fields): void {
  addKeyScheme(body);
  for (const path of pathsOf(body))
    for (const [method, operation] of allIntegrated(body, path)) {
      const given = securityOf(operation, path, method).map((one) => requireSecurity(one, path, method));
      const others = given.filter((one) => !('api_key' in one) && !('api_key_false' in one));
      const isFree = given.some((one) => 'api_key_false' in one);
      const exempt = isFree || (method === 'options' && !isFilled(toPreflight));
      const security = [...others, ...(exempt ? [] : [{ api_key: [] }])];
      if (security.length > 0 || given.length > 0) operation.security = security;
    }
}

/** The permissions by which API Gateway calls the functions of authorizers. @throws Problem */
export function authorizerPermissions(
  id: string,
  auth: unknown,
  attributes: Fields,
  { partition }: Context,
): readonly Made[] {
  if (!isFilled(auth)) return [];
  return (restAuthorizers(id, mapOf(auth)) ?? []).flatMap(({ name, properties }) => {
    if (!isFilled(properties.FunctionArn) || isFilled(properties.DisableFunctionDefaultPermissions)) return [];
    return [authorizerPermission(id, name, properties.FunctionArn, attributes, partition)];
  });
}

export function authorizerPermission(
  id: string,
  name: string,
  functionArn: unknown,
  attributes: Fields,
  partition: string,
): Made {
  return {
    id: `${id}${name}AuthorizerPermission`,
    type: 'AWS::Lambda::Permission',
    attributes,
    properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: functionArn,
      Principal: 'apigateway.amazonaws.com',
      SourceArn: sub(`arn:${partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${__ApiId__}/authorizers/*`, {
        __ApiId__: ref(id),
      }),
    },
  };
}
