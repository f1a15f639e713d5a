import {
  CreateAuthorizerCommand,
  DeleteAuthorizerCommand,
  FlushStageAuthorizersCacheCommand,
  GetAuthorizerCommand,
  GetAuthorizersCommand,
  UpdateAuthorizerCommand,
  type Authorizer as AuthorizerShape,
  type PatchOperation,
} from '@aws-sdk/client-api-gateway';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { operation, type AnyOperation, type Call } from '../../kernel/service.ts';
import { ask } from '../api-gateway/api-operations.ts';
import { forget } from '../api-gateway/authorizers/ask.ts';
import { refuseTwin } from '../api-gateway/authorizers/http-authorizer.ts';
import { badRequest, notFound, required } from '../api-gateway/errors.ts';
import type { RestApi, RestApis } from './apis.ts';
import { givenOf, makeAuthorizer, type GivenAuthorizer, type RestAuthorizer } from './authorizers.ts';
import { applyPatches, type Place } from './patches.ts';

interface AuthorizerInput {
  readonly restApiId: string | undefined;
  readonly authorizerId?: string | undefined;
}

/** Authorizers: functions are asked with each request; users of Cognito are kept and not simulated. */
export function authorizerOperations(kernel: Kernel, apis: RestApis): AnyOperation[] {
  const asks =
    (method: string) =>
    ({ restApiId: api = '', authorizerId: id }: AuthorizerInput, call: Call) =>
      ask(method, `/restapis/${api}/authorizers${id === undefined ? '' : `/${id}`}`, call);
  return [
    operation({
      command: CreateAuthorizerCommand,
      accepts: [
        ...['restApiId', 'name', 'type', 'providerARNs', 'authType', 'authorizerUri', 'authorizerCredentials'],
        ...['identitySource', 'identityValidationExpression', 'authorizerResultTtlInSeconds'],
      ],
      authorize: asks('POST'),
      handle: async (input, call) => {
        const api = apis.of(call, input.restApiId);
        const authorizer = makeAuthorizer(input);
        refuseTwin(api.authorizers.values(), authorizer.name);
        api.authorizers.set(authorizer.id, authorizer);
        return shapeOf(authorizer);
      },
    }),
    operation({
      command: GetAuthorizerCommand,
      accepts: ['restApiId', 'authorizerId'],
      authorize: asks('GET'),
      handle: async (input, call) => shapeOf(authorizerOf(apis.of(call, input.restApiId), input.authorizerId)),
    }),
    operation({
      command: GetAuthorizersCommand,
      accepts: ['restApiId', 'limit'],
      authorize: asks('GET'),
      handle: async (input, call) => ({ items: [...apis.of(call, input.restApiId).authorizers.values()].map(shapeOf) }),
    }),
    operation({
      command: UpdateAuthorizerCommand,
      accepts: ['restApiId', 'authorizerId', 'patchOperations'],
      authorize: asks('PATCH'),
      handle: async (input, call) => {
        const api = apis.of(call, input.restApiId);
        const authorizer = patched(authorizerOf(api, input.authorizerId), input.patchOperations);
        refuseTwin(api.authorizers.values(), authorizer.name, authorizer.id);
        api.authorizers.set(authorizer.id, authorizer);
        return shapeOf(authorizer);
      },
    }),
    operation({
      command: DeleteAuthorizerCommand,
      accepts: ['restApiId', 'authorizerId'],
      authorize: asks('DELETE'),
      handle: async (input, call) => {
        const api = apis.of(call, input.restApiId);
        const { id, name } = authorizerOf(api, input.authorizerId);
        const methods = [...api.resources.values()].flatMap((resource) => [...resource.methods.values()]);
        if (methods.some(({ authorizerId }) => authorizerId === id))
          throw new AwsError('ConflictException', `Cannot delete authorizer '${name}', is referenced in a method`, 409);
        api.authorizers.delete(id);
        return {};
      },
    }),
    operation({
      command: FlushStageAuthorizersCacheCommand,
      accepts: ['restApiId', 'stageName'],
      authorize: ({ restApiId: api = '', stageName: stage = '' }, call) =>
        ask('DELETE', `/restapis/${api}/stages/${stage}/cache/authorizers`, call),
      handle: async (input, call) => {
        const api = apis.of(call, input.restApiId);
        const stage = required(input.stageName, 'stageName');
        if (!api.stages.has(stage)) throw notFound('Invalid stage identifier specified');
        forget(kernel, api.id, stage);
        return {};
      },
    }),
  ];
}

function authorizerOf(api: RestApi, id: string | undefined): RestAuthorizer {
  const authorizer = api.authorizers.get(id ?? '');
  if (authorizer === undefined) throw notFound('Invalid Authorizer identifier specified');
  return authorizer;
}

/** https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateAuthorizer-Patch */
function patched(authorizer: RestAuthorizer, operations: readonly PatchOperation[] | undefined): RestAuthorizer {
  let given: GivenAuthorizer = givenOf(authorizer);
  const set =
    (name: keyof GivenAuthorizer): Place['change'] =>
    (value) => {
      given = { ...given, [name]: value };
    };
  const text = (name: keyof GivenAuthorizer): Place => ({
    ...{ path: `/${name}`, operations: ['replace', 'remove'], change: set(name) },
  });
  const seconds: Place = {
    path: '/authorizerResultTtlInSeconds',
    operations: ['replace'],
    change: (value) => {
      given = { ...given, authorizerResultTtlInSeconds: Number(value) };
    },
  };
  const texts = (['name', 'authorizerUri', 'authorizerCredentials', 'identitySource'] as const).map(text);
  const places = [...texts, text('type'), text('identityValidationExpression'), seconds];
  const isArn = ({ path }: PatchOperation): boolean => path === '/providerARNs';
  applyPatches(
    operations?.filter((each) => !isArn(each)),
    places,
    'an authorizer of a REST API',
  );
  const arns = (operations ?? []).filter(isArn).reduce(patchedArns, given.providerARNs ?? []);
  if (arns.length > 0) given = { ...given, providerARNs: arns };
  return makeAuthorizer(given, authorizer.id);
}

/** A member of this list is removed by its value. */
function patchedArns(arns: readonly string[], { op, value }: PatchOperation): readonly string[] {
  if (value === undefined) throw badRequest('Invalid null value for path /providerARNs');
  if (op === 'add') return [...arns, value];
  if (op === 'remove') return arns.filter((arn) => arn !== value);
  throw badRequest(
    `Invalid patch operation '${op ?? ''}' specified for path /providerARNs. Must be one of: [add, remove]`,
  );
}

function shapeOf(authorizer: RestAuthorizer): AuthorizerShape {
  const { providerARNs, ...given } = givenOf(authorizer);
  const isPool = authorizer.kind === 'COGNITO_USER_POOLS';
  return {
    ...given,
    id: authorizer.id,
    type: authorizer.kind,
    authType: isPool ? 'cognito_user_pools' : 'custom',
    ...(providerARNs === undefined ? {} : { providerARNs: [...providerARNs] }),
  };
}
