import {
  CreateFunctionUrlConfigCommand,
  DeleteFunctionUrlConfigCommand,
  UpdateFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda';
import * as z from 'zod';
import type { ResourceProvider, ResourceState } from '../provider.ts';
import { unlessGone } from './gone.ts';
import { count, flag, readProperties } from './shapes.ts';

const URL = 'AWS::Lambda::Url';
const urlProperties = z.strictObject({
  AuthType: z.enum(['NONE', 'AWS_IAM']),
  Cors: z
    .strictObject({
      AllowCredentials: flag.optional(),
      AllowHeaders: z.array(z.string()).optional(),
      AllowMethods: z.array(z.enum(['GET', 'PUT', 'HEAD', 'POST', 'PATCH', 'DELETE', '*'])).optional(),
      AllowOrigins: z.array(z.string()).optional(),
      ExposeHeaders: z.array(z.string()).optional(),
      MaxAge: count.optional(),
    })
    .optional(),
  InvokeMode: z.enum(['BUFFERED', 'RESPONSE_STREAM']).optional(),
  Qualifier: z.string().optional(),
  TargetFunctionArn: z.string(),
});

/**
 * `Ref` is the ARN of the function or alias.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-url.html
 */
export const urlProvider: ResourceProvider = {
  type: URL,
  properties: Object.keys(urlProperties.shape),
  createOnly: ['Qualifier', 'TargetFunctionArn'],
  attributes: ['FunctionArn', 'FunctionUrl'],
  create: async (properties, { kernel, caller }) => {
    const { TargetFunctionArn: FunctionName, ...rest } = readProperties(URL, urlProperties, properties);
    return stateOf(await kernel.send(caller, new CreateFunctionUrlConfigCommand({ FunctionName, ...rest })));
  },
  update: async (_, properties, __, { kernel, caller }) => {
    const { TargetFunctionArn: FunctionName, ...rest } = readProperties(URL, urlProperties, properties);
    // Without CORS settings, those that were there go.
    const wanted = { FunctionName, ...rest, Cors: rest.Cors ?? {} };
    return stateOf(await kernel.send(caller, new UpdateFunctionUrlConfigCommand(wanted)));
  },
  delete: (_, properties, { kernel, caller }) => {
    const { TargetFunctionArn: FunctionName, Qualifier } = readProperties(URL, urlProperties, properties);
    return unlessGone(
      kernel.send(caller, new DeleteFunctionUrlConfigCommand({ FunctionName, Qualifier })),
      'ResourceNotFoundException',
    );
  },
};

function stateOf({
  FunctionArn = '',
  FunctionUrl,
}: {
  readonly FunctionArn: string | undefined;
  readonly FunctionUrl: string | undefined;
}): ResourceState {
  return { physicalId: FunctionArn, attributes: { FunctionArn, FunctionUrl } };
}
