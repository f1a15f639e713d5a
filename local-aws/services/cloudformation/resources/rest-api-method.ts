/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-method.html */
import {
  DeleteMethodCommand,
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  PutMethodCommand,
  PutMethodResponseCommand,
} from '@aws-sdk/client-api-gateway';
import * as z from 'zod';
import type { Properties, ResourceContext, ResourceProvider } from '../provider.ts';
import { unlessGone } from './gone.ts';
import { flag, readProperties } from './shapes.ts';

const TYPE = 'AWS::ApiGateway::Method';
const texts = z.record(z.string(), z.coerce.string());
const flags = z.record(z.string(), flag);
const handling = z.enum(['CONVERT_TO_BINARY', 'CONVERT_TO_TEXT']);

const integrationSchema = z.strictObject({
  Type: z.enum(['AWS', 'AWS_PROXY', 'HTTP', 'HTTP_PROXY', 'MOCK']),
  IntegrationHttpMethod: z.string().optional(),
  Uri: z.string().optional(),
  Credentials: z.string().optional(),
  ConnectionType: z.enum(['INTERNET', 'VPC_LINK']).optional(),
  ContentHandling: handling.optional(),
  PassthroughBehavior: z.string().optional(),
  RequestParameters: texts.optional(),
  RequestTemplates: texts.optional(),
  TimeoutInMillis: z.coerce.number().optional(),
  IntegrationResponses: z
    .array(
      z.strictObject({
        StatusCode: z.coerce.string(),
        SelectionPattern: z.string().optional(),
        ContentHandling: handling.optional(),
        ResponseParameters: texts.optional(),
        ResponseTemplates: texts.optional(),
      }),
    )
    .default([]),
});
const methodSchema = z.strictObject({
  RestApiId: z.string(),
  ResourceId: z.string(),
  HttpMethod: z.string(),
  AuthorizationType: z.string().default('NONE'),
  AuthorizerId: z.string().optional(),
  AuthorizationScopes: z.array(z.string()).optional(),
  ApiKeyRequired: flag.optional(),
  OperationName: z.string().optional(),
  RequestParameters: flags.optional(),
  RequestModels: texts.optional(),
  Integration: integrationSchema.optional(),
  MethodResponses: z
    .array(
      z.strictObject({
        StatusCode: z.coerce.string(),
        ResponseModels: texts.optional(),
        ResponseParameters: flags.optional(),
      }),
    )
    .default([]),
});

export const method: ResourceProvider = {
  type: TYPE,
  properties: Object.keys(methodSchema.shape),
  createOnly: ['HttpMethod', 'ResourceId', 'RestApiId'],
  attributes: [],
  create: async (properties, context) => {
    await put(properties, context);
    return { physicalId: context.name(64), attributes: {} };
  },
  // It is put anew, as the permissions of the type's own update handler have it.
  update: async (physicalId, properties, _, context) => {
    await remove(properties, context);
    await put(properties, context);
    return { physicalId, attributes: {} };
  },
  delete: (_, properties, context) => remove(properties, context),
};

async function put(properties: Properties, { kernel, caller }: ResourceContext): Promise<void> {
  const given = readProperties(TYPE, methodSchema, properties);
  const at = { restApiId: given.RestApiId, resourceId: given.ResourceId, httpMethod: given.HttpMethod };
  await kernel.send(
    caller,
    new PutMethodCommand({
      ...at,
      authorizationType: given.AuthorizationType,
      authorizerId: given.AuthorizerId,
      authorizationScopes: given.AuthorizationScopes,
      apiKeyRequired: given.ApiKeyRequired,
      operationName: given.OperationName,
      requestParameters: given.RequestParameters,
      requestModels: given.RequestModels,
    }),
  );
  for (const { StatusCode, ResponseModels, ResponseParameters } of given.MethodResponses)
    await kernel.send(
      caller,
      new PutMethodResponseCommand({
        ...at,
        statusCode: StatusCode,
        responseModels: ResponseModels,
        responseParameters: ResponseParameters,
      }),
    );
  const { Integration } = given;
  if (Integration === undefined) return;
  await kernel.send(
    caller,
    new PutIntegrationCommand({
      ...at,
      type: Integration.Type,
      integrationHttpMethod: Integration.IntegrationHttpMethod,
      uri: Integration.Uri,
      credentials: Integration.Credentials,
      connectionType: Integration.ConnectionType,
      contentHandling: Integration.ContentHandling,
      passthroughBehavior: Integration.PassthroughBehavior,
      requestParameters: Integration.RequestParameters,
      requestTemplates: Integration.RequestTemplates,
      timeoutInMillis: Integration.TimeoutInMillis,
    }),
  );
  for (const response of Integration.IntegrationResponses)
    await kernel.send(
      caller,
      new PutIntegrationResponseCommand({
        ...at,
        statusCode: response.StatusCode,
        selectionPattern: response.SelectionPattern,
        contentHandling: response.ContentHandling,
        responseParameters: response.ResponseParameters,
        responseTemplates: response.ResponseTemplates,
      }),
    );
}

async function remove(properties: Properties, { kernel, caller }: ResourceContext): Promise<void> {
  const { RestApiId, ResourceId, HttpMethod } = readProperties(TYPE, methodSchema, properties);
  await unlessGone(
    kernel.send(
      caller,
      new DeleteMethodCommand({ restApiId: RestApiId, resourceId: ResourceId, httpMethod: HttpMethod }),
    ),
    'NotFoundException',
  );
}
