/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-authorizer.html */
import {
  CreateAuthorizerCommand,
  DeleteAuthorizerCommand,
  UpdateAuthorizerCommand,
  type PatchOperation,
} from '@aws-sdk/client-api-gateway';
import * as z from 'zod';
import type { ResourceProvider } from '../provider.ts';
import { unlessGone } from './gone.ts';
import { changed, patch } from './rest-api-patches.ts';
import { count, readProperties } from './shapes.ts';

const TYPE = 'AWS::ApiGateway::Authorizer';
const schema = z.strictObject({
  RestApiId: z.string(),
  Name: z.string(),
  Type: z.enum(['TOKEN', 'REQUEST', 'COGNITO_USER_POOLS']),
  AuthType: z.string().optional(),
  AuthorizerUri: z.string().optional(),
  AuthorizerCredentials: z.string().optional(),
  AuthorizerResultTtlInSeconds: count.optional(),
  IdentitySource: z.string().optional(),
  IdentityValidationExpression: z.string().optional(),
  ProviderARNs: z.array(z.string()).default([]),
});
type Given = z.output<typeof schema>;

export const authorizer: ResourceProvider = {
  type: TYPE,
  properties: Object.keys(schema.shape),
  createOnly: ['RestApiId'],
  attributes: ['AuthorizerId'],
  create: async (properties, { kernel, caller }) => {
    const given = readProperties(TYPE, schema, properties);
    const { id: AuthorizerId = '' } = await kernel.send(
      caller,
      new CreateAuthorizerCommand({
        restApiId: given.RestApiId,
        name: given.Name,
        type: given.Type,
        authType: given.AuthType,
        authorizerUri: given.AuthorizerUri,
        authorizerCredentials: given.AuthorizerCredentials,
        authorizerResultTtlInSeconds: given.AuthorizerResultTtlInSeconds,
        identitySource: given.IdentitySource,
        identityValidationExpression: given.IdentityValidationExpression,
        ...(given.ProviderARNs.length === 0 ? {} : { providerARNs: given.ProviderARNs }),
      }),
    );
    return { physicalId: AuthorizerId, attributes: { AuthorizerId } };
  },
  update: async (authorizerId, properties, previous, { kernel, caller }) => {
    const given = readProperties(TYPE, schema, properties);
    const changes = changesOf(given, readProperties(TYPE, schema, previous));
    await patch(changes, (patchOperations) =>
      kernel.send(caller, new UpdateAuthorizerCommand({ restApiId: given.RestApiId, authorizerId, patchOperations })),
    );
    return { physicalId: authorizerId, attributes: { AuthorizerId: authorizerId } };
  },
  delete: async (authorizerId, { RestApiId }, { kernel, caller }) => {
    await unlessGone(
      kernel.send(caller, new DeleteAuthorizerCommand({ restApiId: String(RestApiId), authorizerId })),
      'NotFoundException',
    );
  },
};

function changesOf(given: Given, before: Given): PatchOperation[] {
  const seconds = (one: Given): string => String(one.AuthorizerResultTtlInSeconds ?? 300);
  const arn =
    (op: 'add' | 'remove') =>
    (value: string): PatchOperation => ({ op, path: '/providerARNs', value });
  return [
    ...changed('/name', given.Name, before.Name),
    ...changed('/type', given.Type, before.Type),
    ...changed('/authorizerUri', given.AuthorizerUri, before.AuthorizerUri),
    ...changed('/authorizerCredentials', given.AuthorizerCredentials, before.AuthorizerCredentials),
    ...changed('/identitySource', given.IdentitySource, before.IdentitySource),
    ...changed(
      '/identityValidationExpression',
      given.IdentityValidationExpression,
      before.IdentityValidationExpression,
    ),
    ...changed('/authorizerResultTtlInSeconds', seconds(given), seconds(before)),
    ...given.ProviderARNs.filter((one) => !before.ProviderARNs.includes(one)).map(arn('add')),
    ...before.ProviderARNs.filter((one) => !given.ProviderARNs.includes(one)).map(arn('remove')),
  ];
}
