/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-authorizer.html */
import {
  CreateAuthorizerCommand,
  DeleteAuthorizerCommand,
  UpdateAuthorizerCommand,
} from '@aws-sdk/client-apigatewayv2';
import * as z from 'zod';
import type { ResourceProvider } from '../provider.ts';
import { unlessGone } from './gone.ts';
import { count, flag, readProperties } from './shapes.ts';

const TYPE = 'AWS::ApiGatewayV2::Authorizer';
const schema = z.strictObject({
  ApiId: z.string(),
  Name: z.string(),
  AuthorizerType: z.enum(['REQUEST', 'JWT']),
  AuthorizerUri: z.string().optional(),
  AuthorizerCredentialsArn: z.string().optional(),
  AuthorizerPayloadFormatVersion: z.coerce.string().optional(),
  AuthorizerResultTtlInSeconds: count.optional(),
  EnableSimpleResponses: flag.optional(),
  IdentitySource: z.array(z.string()).default([]),
  JwtConfiguration: z
    .strictObject({ Audience: z.array(z.string()).optional(), Issuer: z.string().optional() })
    .optional(),
});

export const authorizer: ResourceProvider = {
  type: TYPE,
  properties: Object.keys(schema.shape),
  createOnly: ['ApiId'],
  attributes: ['AuthorizerId'],
  create: async (properties, { kernel, caller }) => {
    const given = readProperties(TYPE, schema, properties);
    const { AuthorizerId } = await kernel.send(caller, new CreateAuthorizerCommand(given));
    return { physicalId: AuthorizerId ?? '', attributes: { AuthorizerId } };
  },
  update: async (AuthorizerId, properties, _, { kernel, caller }) => {
    const given = readProperties(TYPE, schema, properties);
    await kernel.send(caller, new UpdateAuthorizerCommand({ ...given, AuthorizerId }));
    return { physicalId: AuthorizerId, attributes: { AuthorizerId } };
  },
  delete: async (AuthorizerId, { ApiId }, { kernel, caller }) => {
    await unlessGone(
      kernel.send(caller, new DeleteAuthorizerCommand({ ApiId: String(ApiId), AuthorizerId })),
      'NotFoundException',
    );
  },
};
