import {
  DeleteIntegrationCommand,
  DeleteMethodCommand,
  GetIntegrationCommand,
  GetMethodCommand,
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  PutMethodCommand,
  PutMethodResponseCommand,
  type Integration as IntegrationShape,
  type Method as MethodShape,
} from '@aws-sdk/client-api-gateway';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import { operation, type AnyOperation, type Call } from '../../kernel/service.ts';
import { ask } from '../api-gateway/api-operations.ts';
import { badRequest, notFound, required } from '../api-gateway/errors.ts';
import { methodOf, resourceOf, type Integration, type Method, type RestApi, type RestApis } from './apis.ts';
import { newIntegration } from './integrations.ts';

interface MethodInput {
  readonly restApiId: string | undefined;
  readonly resourceId: string | undefined;
  readonly httpMethod: string | undefined;
  readonly statusCode?: string | undefined;
}

const HTTP_METHODS = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
const PLACE = ['restApiId', 'resourceId', 'httpMethod'];

/** Methods, their integrations, and the responses of both. */
export function methodOperations(apis: RestApis): AnyOperation[] {
  return [...ownOperations(apis), ...integrationOperations(apis), ...responseOperations(apis)];
}

function asks(method: string, below: (input: MethodInput) => string = () => '') {
  return (input: MethodInput, call: Call) => {
    const { restApiId: api = '', resourceId = '', httpMethod = '' } = input;
    return ask(method, `/restapis/${api}/resources/${resourceId}/methods/${httpMethod}${below(input)}`, call);
  };
}

function ownOperations(apis: RestApis): AnyOperation[] {
  return [
    operation({
      command: PutMethodCommand,
      accepts: [
        ...PLACE,
        ...['authorizationType', 'authorizerId', 'authorizationScopes', 'apiKeyRequired', 'operationName'],
        ...['requestParameters', 'requestModels'],
      ],
      authorize: asks('PUT'),
      handle: async (input, call) => {
        const api = apis.of(call, input.restApiId);
        const resource = resourceOf(api, input.resourceId);
        const httpMethod = required(input.httpMethod, 'httpMethod');
        const authorizationType = required(input.authorizationType, 'authorizationType');
        if (!HTTP_METHODS.includes(httpMethod)) throw badRequest(`Invalid HttpMethod specified: ${httpMethod}`);
        checkAuthorization(api, authorizationType, input.authorizerId);
        if (resource.methods.has(httpMethod))
          throw new AwsError('ConflictException', 'Method already exists for this resource', 409);
        const method: Method = {
          httpMethod,
          authorizationType,
          authorizerId: input.authorizerId,
          authorizationScopes: input.authorizationScopes,
          apiKeyRequired: input.apiKeyRequired ?? false,
          operationName: input.operationName,
          requestParameters: input.requestParameters ?? {},
          requestModels: input.requestModels ?? {},
          responses: {},
        };
        resource.methods.set(httpMethod, method);
        return methodShape(method);
      },
    }),
    operation({
      command: GetMethodCommand,
      accepts: PLACE,
      authorize: asks('GET'),
      handle: async (input, call) =>
        methodShape(methodOf(apis.of(call, input.restApiId), input.resourceId, input.httpMethod)),
    }),
    operation({
      command: DeleteMethodCommand,
      accepts: PLACE,
      authorize: asks('DELETE'),
      handle: async (input, call) => {
        const api = apis.of(call, input.restApiId);
        const { httpMethod } = methodOf(api, input.resourceId, input.httpMethod);
        resourceOf(api, input.resourceId).methods.delete(httpMethod);
        return {};
      },
    }),
  ];
}

/** @throws AwsError BadRequestException where the authorizer is not one of the type */
function checkAuthorization(api: RestApi, type: string, authorizerId: string | undefined): void {
  if ((type === 'NONE' || type === 'AWS_IAM') && authorizerId === undefined) return;
  const kind = api.authorizers.get(authorizerId ?? '')?.kind;
  const wanted = kind === undefined || kind === 'COGNITO_USER_POOLS' ? kind : 'CUSTOM';
  if (wanted !== undefined && type === wanted) return;
  throw badRequest(
    'Invalid authorization type specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.',
  );
}

function integrationOperations(apis: RestApis): AnyOperation[] {
  const integration = (): string => '/integration';
  return [
    operation({
      command: PutIntegrationCommand,
      accepts: [
        ...PLACE,
        ...['type', 'integrationHttpMethod', 'uri', 'connectionType', 'credentials', 'requestParameters'],
        ...['requestTemplates', 'passthroughBehavior', 'contentHandling', 'timeoutInMillis'],
      ],
      authorize: asks('PUT', integration),
      handle: async (input, call) => {
        const method = methodOf(apis.of(call, input.restApiId), input.resourceId, input.httpMethod);
        if (input.connectionType !== undefined && input.connectionType !== 'INTERNET')
          throw new NotImplemented(`connectionType ${input.connectionType} of REST APIs`);
        method.integration = newIntegration({ ...input, type: required(input.type, 'type') });
        return integrationShape(method.integration);
      },
    }),
    operation({
      command: GetIntegrationCommand,
      accepts: PLACE,
      authorize: asks('GET', integration),
      handle: async (input, call) =>
        integrationShape(integrationOf(methodOf(apis.of(call, input.restApiId), input.resourceId, input.httpMethod))),
    }),
    operation({
      command: DeleteIntegrationCommand,
      accepts: PLACE,
      authorize: asks('DELETE', integration),
      handle: async (input, call) => {
        const method = methodOf(apis.of(call, input.restApiId), input.resourceId, input.httpMethod);
        integrationOf(method);
        method.integration = undefined;
        return {};
      },
    }),
  ];
}

function responseOperations(apis: RestApis): AnyOperation[] {
  return [
    operation({
      command: PutMethodResponseCommand,
      accepts: [...PLACE, 'statusCode', 'responseParameters', 'responseModels'],
      authorize: asks('PUT', ({ statusCode = '' }) => `/responses/${statusCode}`),
      handle: async (input, call) => {
        const method = methodOf(apis.of(call, input.restApiId), input.resourceId, input.httpMethod);
        const { responseParameters, responseModels } = input;
        const statusCode = required(input.statusCode, 'statusCode');
        const response = { statusCode, responseParameters, responseModels };
        method.responses = { ...method.responses, [statusCode]: response };
        return response;
      },
    }),
    operation({
      command: PutIntegrationResponseCommand,
      accepts: [
        ...PLACE,
        ...['statusCode', 'selectionPattern', 'responseParameters', 'responseTemplates', 'contentHandling'],
      ],
      authorize: asks('PUT', ({ statusCode = '' }) => `/integration/responses/${statusCode}`),
      handle: async (input, call) => {
        const method = methodOf(apis.of(call, input.restApiId), input.resourceId, input.httpMethod);
        const integration = integrationOf(method);
        const { selectionPattern, responseParameters, responseTemplates, contentHandling } = input;
        const statusCode = required(input.statusCode, 'statusCode');
        refuseUndeclared(method, statusCode, responseParameters ?? {});
        const response = { statusCode, selectionPattern, responseParameters, responseTemplates, contentHandling };
        integration.responses = { ...integration.responses, [statusCode]: response };
        return response;
      },
    }),
  ];
}

/** A response can only be mapped to what the method declares. */
function refuseUndeclared(method: Method, status: string, parameters: Readonly<Record<string, string>>): void {
  const declared = method.responses[status];
  if (declared === undefined) throw notFound('Invalid Response status code specified');
  const unknown = Object.keys(parameters).find((name) => declared.responseParameters?.[name] === undefined);
  if (unknown !== undefined)
    throw badRequest(
      `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: ${unknown}]`,
    );
}

function integrationOf(method: Method): Integration {
  if (method.integration === undefined) throw notFound('No integration defined for method');
  return method.integration;
}

export function methodShape(method: Method): MethodShape {
  return {
    httpMethod: method.httpMethod,
    authorizationType: method.authorizationType,
    apiKeyRequired: method.apiKeyRequired,
    ...(method.authorizerId === undefined ? {} : { authorizerId: method.authorizerId }),
    ...(method.authorizationScopes === undefined ? {} : { authorizationScopes: [...method.authorizationScopes] }),
    ...(method.operationName === undefined ? {} : { operationName: method.operationName }),
    requestParameters: { ...method.requestParameters },
    requestModels: { ...method.requestModels },
    methodResponses: Object.fromEntries(
      Object.entries(method.responses).map(([status, response]) => [
        status,
        {
          ...response,
          responseParameters: { ...response.responseParameters },
          responseModels: { ...response.responseModels },
        },
      ]),
    ),
    ...(method.integration === undefined ? {} : { methodIntegration: integrationShape(method.integration) }),
  };
}

function integrationShape(integration: Integration): IntegrationShape {
  const { timeoutMilliseconds, responses, requestParameters, requestTemplates, contentHandling, ...rest } = integration;
  return {
    ...rest,
    ...(contentHandling === undefined ? {} : { contentHandling: handlingOf(contentHandling) }),
    requestParameters: { ...requestParameters },
    requestTemplates: { ...requestTemplates },
    timeoutInMillis: timeoutMilliseconds,
    integrationResponses: Object.fromEntries(
      Object.entries(responses).map(([status, { contentHandling: handling, ...response }]) => [
        status,
        {
          ...response,
          ...(handling === undefined ? {} : { contentHandling: handlingOf(handling) }),
          responseParameters: { ...response.responseParameters },
          responseTemplates: { ...response.responseTemplates },
        },
      ]),
    ),
  };
}

function handlingOf(text: string): 'CONVERT_TO_BINARY' | 'CONVERT_TO_TEXT' {
  return text === 'CONVERT_TO_BINARY' ? text : 'CONVERT_TO_TEXT';
}
