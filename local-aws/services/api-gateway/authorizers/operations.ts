import {
  CreateAuthorizerCommand,
  DeleteAuthorizerCommand,
  GetAuthorizerCommand,
  GetAuthorizersCommand,
  ResetAuthorizersCacheCommand,
  UpdateAuthorizerCommand,
  type Authorizer as AuthorizerShape,
} from '@aws-sdk/client-apigatewayv2';
import { AwsError } from '../../../kernel/errors.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { operation, type AnyOperation, type Call } from '../../../kernel/service.ts';
import { ask } from '../api-operations.ts';
import type { Api, Apis } from '../apis.ts';
import { notFound, required } from '../errors.ts';
import { forget } from './ask.ts';
import type { HttpAuthorizer } from './authorizer.ts';
import { givenOf, makeAuthorizer, refuseTwin } from './http-authorizer.ts';

interface AuthorizerInput {
  readonly ApiId: string | undefined;
  readonly AuthorizerId?: string | undefined;
}
const MEMBERS = [
  ...['ApiId', 'Name', 'AuthorizerType', 'AuthorizerUri', 'AuthorizerCredentialsArn'],
  ...['AuthorizerPayloadFormatVersion', 'AuthorizerResultTtlInSeconds', 'EnableSimpleResponses'],
  ...['IdentitySource', 'JwtConfiguration'],
];

/** Authorizers of HTTP APIs: functions, and issuers of tokens. */
export function authorizerOperations(kernel: Kernel, apis: Apis): AnyOperation[] {
  const asks =
    (method: string) =>
    ({ ApiId: api = '', AuthorizerId: id }: AuthorizerInput, call: Call) =>
      ask(method, `/apis/${api}/authorizers${id === undefined ? '' : `/${id}`}`, call);
  return [
    operation({
      command: CreateAuthorizerCommand,
      accepts: MEMBERS,
      authorize: asks('POST'),
      handle: async (input, call) => {
        const api = apis.of(call, input.ApiId);
        const authorizer = makeAuthorizer(input);
        refuseTwin(api.authorizers.values(), authorizer.name);
        api.authorizers.set(authorizer.id, authorizer);
        return shapeOf(authorizer);
      },
    }),
    operation({
      command: UpdateAuthorizerCommand,
      accepts: [...MEMBERS, 'AuthorizerId'],
      authorize: asks('PATCH'),
      handle: async ({ ApiId, AuthorizerId, ...input }, call) => {
        const api = apis.of(call, ApiId);
        const before = authorizerOf(api, AuthorizerId);
        const said = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
        const isOther = input.AuthorizerType !== undefined && input.AuthorizerType !== givenOf(before).AuthorizerType;
        const authorizer = makeAuthorizer(
          { ...(isOther ? { Name: before.name } : givenOf(before)), ...said },
          before.id,
        );
        refuseTwin(api.authorizers.values(), authorizer.name, before.id);
        api.authorizers.set(before.id, authorizer);
        return shapeOf(authorizer);
      },
    }),
    operation({
      command: GetAuthorizerCommand,
      accepts: ['ApiId', 'AuthorizerId'],
      authorize: asks('GET'),
      handle: async (input, call) => shapeOf(authorizerOf(apis.of(call, input.ApiId), input.AuthorizerId)),
    }),
    operation({
      command: GetAuthorizersCommand,
      accepts: ['ApiId'],
      authorize: asks('GET'),
      handle: async (input, call) => ({ Items: [...apis.of(call, input.ApiId).authorizers.values()].map(shapeOf) }),
    }),
    operation({
      command: DeleteAuthorizerCommand,
      accepts: ['ApiId', 'AuthorizerId'],
      authorize: asks('DELETE'),
      handle: async (input, call) => {
        const api = apis.of(call, input.ApiId);
        const { id, name } = authorizerOf(api, input.AuthorizerId);
        const user = [...api.routes.values()].find(({ authorizerId }) => authorizerId === id);
        if (user !== undefined)
          throw new AwsError(
            'ConflictException',
            `Cannot delete authorizer '${name}', is referenced in ${user.key}`,
            409,
          );
        api.authorizers.delete(id);
        return {};
      },
    }),
    operation({
      command: ResetAuthorizersCacheCommand,
      accepts: ['ApiId', 'StageName'],
      authorize: ({ ApiId: api = '', StageName: stage = '' }, call) =>
        ask('DELETE', `/apis/${api}/stages/${stage}/cache/authorizers`, call),
      handle: async (input, call) => {
        const api = apis.of(call, input.ApiId);
        const stage = required(input.StageName, 'StageName');
        if (!api.stages.has(stage)) throw notFound('Invalid stage identifier specified');
        forget(kernel, api.id, stage);
        return {};
      },
    }),
  ];
}

function authorizerOf(api: Api, id: string | undefined): HttpAuthorizer {
  const authorizer = api.authorizers.get(id ?? '');
  if (authorizer === undefined) throw notFound('Invalid Authorizer identifier specified');
  return authorizer;
}

function shapeOf(authorizer: HttpAuthorizer): AuthorizerShape & { Name: string } {
  const { id: AuthorizerId, name: Name } = authorizer;
  if (authorizer.kind === 'JWT')
    return {
      ...{ AuthorizerId, Name, AuthorizerType: 'JWT', IdentitySource: [authorizer.identitySource] },
      JwtConfiguration: { Issuer: authorizer.issuer, Audience: [...authorizer.audience] },
    };
  return {
    ...{ AuthorizerId, Name, AuthorizerType: 'REQUEST', IdentitySource: [...authorizer.identitySources] },
    AuthorizerUri: authorizer.uri,
    ...(authorizer.credentials === undefined ? {} : { AuthorizerCredentialsArn: authorizer.credentials }),
    AuthorizerPayloadFormatVersion: authorizer.payloadFormat,
    AuthorizerResultTtlInSeconds: authorizer.ttlSeconds,
    EnableSimpleResponses: authorizer.simple,
  };
}
