/**
 * AWS::ApiGateway::RestApi, Resource, Method, Authorizer, Deployment, Stage, Model, Account.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGateway.html
 */
import {
  CreateDeploymentCommand,
  CreateModelCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  CreateStageCommand,
  DeleteDeploymentCommand,
  DeleteModelCommand,
  DeleteResourceCommand,
  DeleteRestApiCommand,
  DeleteStageCommand,
  GetRestApiCommand,
  GetStageCommand,
  PutRestApiCommand,
  UpdateAccountCommand,
  UpdateDeploymentCommand,
  UpdateModelCommand,
  UpdateResourceCommand,
  UpdateRestApiCommand,
  type PatchOperation,
} from '@aws-sdk/client-api-gateway';
import * as z from 'zod';
import type { Properties, ResourceContext, ResourceProvider, ResourceState } from '../provider.ts';
import { ifThere, unlessGone } from './gone.ts';
import { authorizer } from './rest-api-authorizer.ts';
import { method } from './rest-api-method.ts';
import { changed, patch, replace, retag, tagsOf } from './rest-api-patches.ts';
import { stage } from './rest-api-stage.ts';
import { differ, flag, readProperties, tagList } from './shapes.ts';

const GONE = 'NotFoundException';
const texts = z.record(z.string(), z.coerce.string());

const restApiSchema = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  Body: z.union([z.record(z.string(), z.unknown()), z.string()]).optional(),
  Mode: z.enum(['merge', 'overwrite']).default('overwrite'),
  FailOnWarnings: flag.optional(),
  Parameters: texts.optional(),
  BinaryMediaTypes: z.array(z.string()).default([]),
  EndpointConfiguration: z
    .strictObject({
      Types: z.array(z.enum(['EDGE', 'REGIONAL', 'PRIVATE'])).optional(),
      IpAddressType: z.enum(['ipv4', 'dualstack']).optional(),
    })
    .optional(),
  DisableExecuteApiEndpoint: flag.optional(),
  Tags: tagList.default([]),
});
type RestApiProperties = z.output<typeof restApiSchema>;

const restApi: ResourceProvider = {
  type: 'AWS::ApiGateway::RestApi',
  properties: Object.keys(restApiSchema.shape),
  createOnly: [],
  attributes: ['RestApiId', 'RootResourceId'],
  create: async (properties, context) => {
    const { kernel, caller } = context;
    const given = readProperties('AWS::ApiGateway::RestApi', restApiSchema, properties);
    const { Types, IpAddressType } = given.EndpointConfiguration ?? {};
    const { id = '' } = await kernel.send(
      caller,
      new CreateRestApiCommand({
        // A body has a name, too; until it is read, the API has the one that CloudFormation makes.
        name: given.Name ?? context.name(128),
        description: given.Description,
        ...(given.BinaryMediaTypes.length === 0 ? {} : { binaryMediaTypes: given.BinaryMediaTypes }),
        endpointConfiguration:
          Types === undefined && IpAddressType === undefined
            ? undefined
            : { types: Types, ipAddressType: IpAddressType },
        disableExecuteApiEndpoint: given.DisableExecuteApiEndpoint,
        tags: given.Tags.length === 0 ? undefined : tagsOf(given.Tags),
      }),
    );
    await putBody(id, given, context);
    return restApiState(id, context);
  },
  update: async (id, properties, previous, context) => {
    const given = readProperties('AWS::ApiGateway::RestApi', restApiSchema, properties);
    const before = readProperties('AWS::ApiGateway::RestApi', restApiSchema, previous);
    if (differ(given.Body, before.Body) || differ(given.Parameters, before.Parameters))
      await putBody(id, given, context);
    await patch(changesOf(given, before), (patchOperations) =>
      context.kernel.send(context.caller, new UpdateRestApiCommand({ restApiId: id, patchOperations })),
    );
    await retag(`/restapis/${id}`, given.Tags, before.Tags, context);
    return restApiState(id, context);
  },
  delete: async (restApiId, _, { kernel, caller }) => {
    await unlessGone(kernel.send(caller, new DeleteRestApiCommand({ restApiId })), GONE);
  },
};

async function putBody(
  restApiId: string,
  given: RestApiProperties,
  { kernel, caller }: ResourceContext,
): Promise<void> {
  if (given.Body === undefined) return;
  const text = typeof given.Body === 'string' ? given.Body : JSON.stringify(given.Body);
  await kernel.send(
    caller,
    new PutRestApiCommand({
      restApiId,
      mode: given.Mode,
      failOnWarnings: given.FailOnWarnings,
      parameters: given.Parameters,
      body: Buffer.from(text),
    }),
  );
  // What the template says besides holds against the body.
  await patch(
    [
      ...(given.Name === undefined ? [] : [replace('/name', given.Name)]),
      ...(given.Description === undefined ? [] : [replace('/description', given.Description)]),
    ],
    (patchOperations) => kernel.send(caller, new UpdateRestApiCommand({ restApiId, patchOperations })),
  );
}

function changesOf(given: RestApiProperties, before: RestApiProperties): PatchOperation[] {
  const [type] = given.EndpointConfiguration?.Types ?? [];
  const media = (name: string): string => `/binaryMediaTypes/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return [
    ...(given.Name === undefined || given.Name === before.Name ? [] : [replace('/name', given.Name)]),
    ...changed('/description', given.Description, before.Description),
    ...(given.DisableExecuteApiEndpoint === before.DisableExecuteApiEndpoint
      ? []
      : [replace('/disableExecuteApiEndpoint', String(given.DisableExecuteApiEndpoint ?? false))]),
    ...before.BinaryMediaTypes.filter((name) => !given.BinaryMediaTypes.includes(name)).map((name) => ({
      op: 'remove' as const,
      path: media(name),
    })),
    ...given.BinaryMediaTypes.filter((name) => !before.BinaryMediaTypes.includes(name)).map((name) => ({
      op: 'add' as const,
      path: media(name),
      value: name,
    })),
    ...(type === undefined || type === before.EndpointConfiguration?.Types?.[0]
      ? []
      : [replace(`/endpointConfiguration/types/${before.EndpointConfiguration?.Types?.[0] ?? 'EDGE'}`, type)]),
  ];
}

async function restApiState(restApiId: string, { kernel, caller }: ResourceContext): Promise<ResourceState> {
  const { rootResourceId } = await kernel.send(caller, new GetRestApiCommand({ restApiId }));
  return { physicalId: restApiId, attributes: { RestApiId: restApiId, RootResourceId: rootResourceId } };
}

const resourceSchema = z.strictObject({ RestApiId: z.string(), ParentId: z.string(), PathPart: z.string() });

const resource: ResourceProvider = {
  type: 'AWS::ApiGateway::Resource',
  properties: Object.keys(resourceSchema.shape),
  createOnly: ['ParentId', 'PathPart', 'RestApiId'],
  attributes: ['ResourceId'],
  create: async (properties, { kernel, caller }) => {
    const { RestApiId, ParentId, PathPart } = readProperties('AWS::ApiGateway::Resource', resourceSchema, properties);
    const { id = '' } = await kernel.send(
      caller,
      new CreateResourceCommand({ restApiId: RestApiId, parentId: ParentId, pathPart: PathPart }),
    );
    return { physicalId: id, attributes: { ResourceId: id } };
  },
  // Every property of it means a replacement.
  update: async (id, properties, _, { kernel, caller }) => {
    const { RestApiId } = readProperties('AWS::ApiGateway::Resource', resourceSchema, properties);
    await kernel.send(caller, new UpdateResourceCommand({ restApiId: RestApiId, resourceId: id, patchOperations: [] }));
    return { physicalId: id, attributes: { ResourceId: id } };
  },
  delete: async (resourceId, { RestApiId }, { kernel, caller }) => {
    await unlessGone(
      kernel.send(caller, new DeleteResourceCommand({ restApiId: String(RestApiId), resourceId })),
      GONE,
    );
  },
};

const deploymentSchema = z.strictObject({
  RestApiId: z.string(),
  Description: z.string().optional(),
  StageName: z.string().optional(),
});

const deployment: ResourceProvider = {
  type: 'AWS::ApiGateway::Deployment',
  properties: Object.keys(deploymentSchema.shape),
  createOnly: ['RestApiId'],
  attributes: ['DeploymentId'],
  create: async (properties, { kernel, caller }) => {
    const given = readProperties('AWS::ApiGateway::Deployment', deploymentSchema, properties);
    const { id = '' } = await kernel.send(
      caller,
      new CreateDeploymentCommand({
        restApiId: given.RestApiId,
        stageName: given.StageName,
        description: given.Description,
      }),
    );
    return { physicalId: id, attributes: { DeploymentId: id } };
  },
  update: async (deploymentId, properties, previous, { kernel, caller }) => {
    const { RestApiId: restApiId, ...given } = readProperties(
      'AWS::ApiGateway::Deployment',
      deploymentSchema,
      properties,
    );
    const before = readProperties('AWS::ApiGateway::Deployment', deploymentSchema, previous);
    await patch(changed('/description', given.Description, before.Description), (patchOperations) =>
      kernel.send(caller, new UpdateDeploymentCommand({ restApiId, deploymentId, patchOperations })),
    );
    if (given.StageName !== undefined && given.StageName !== before.StageName)
      await kernel.send(caller, new CreateStageCommand({ restApiId, stageName: given.StageName, deploymentId }));
    return { physicalId: deploymentId, attributes: { DeploymentId: deploymentId } };
  },
  delete: async (deploymentId, properties, { kernel, caller }) => {
    const { RestApiId: restApiId, StageName: stageName } = readProperties(
      'AWS::ApiGateway::Deployment',
      deploymentSchema,
      properties,
    );
    // The stage that came with the deployment goes with it, unless it serves another one by now.
    if (stageName !== undefined) {
      const stage = await ifThere(kernel.send(caller, new GetStageCommand({ restApiId, stageName })), GONE);
      if (stage?.deploymentId === deploymentId)
        await unlessGone(kernel.send(caller, new DeleteStageCommand({ restApiId, stageName })), GONE);
    }
    await unlessGone(kernel.send(caller, new DeleteDeploymentCommand({ restApiId, deploymentId })), GONE);
  },
};

const modelSchema = z.strictObject({
  RestApiId: z.string(),
  Name: z.string().optional(),
  ContentType: z.string().default('application/json'),
  Description: z.string().optional(),
  Schema: z.union([z.record(z.string(), z.unknown()), z.string()]).optional(),
});

const model: ResourceProvider = {
  type: 'AWS::ApiGateway::Model',
  properties: Object.keys(modelSchema.shape),
  createOnly: ['ContentType', 'Name', 'RestApiId'],
  attributes: [],
  create: async (properties, context) => {
    const given = readProperties('AWS::ApiGateway::Model', modelSchema, properties);
    const { name = '' } = await context.kernel.send(
      context.caller,
      new CreateModelCommand({
        restApiId: given.RestApiId,
        name: given.Name ?? context.name(128).replaceAll(/[^A-Za-z0-9]/g, ''),
        contentType: given.ContentType,
        description: given.Description,
        schema: schemaText(given.Schema),
      }),
    );
    return { physicalId: name, attributes: {} };
  },
  update: async (modelName, properties, previous, { kernel, caller }) => {
    const given = readProperties('AWS::ApiGateway::Model', modelSchema, properties);
    const before = readProperties('AWS::ApiGateway::Model', modelSchema, previous);
    const changes = [
      ...changed('/description', given.Description ?? '', before.Description ?? ''),
      ...changed('/schema', schemaText(given.Schema) ?? '', schemaText(before.Schema) ?? ''),
    ];
    await patch(changes, (patchOperations) =>
      kernel.send(caller, new UpdateModelCommand({ restApiId: given.RestApiId, modelName, patchOperations })),
    );
    return { physicalId: modelName, attributes: {} };
  },
  delete: async (modelName, { RestApiId }, { kernel, caller }) => {
    await unlessGone(kernel.send(caller, new DeleteModelCommand({ restApiId: String(RestApiId), modelName })), GONE);
  },
};

function schemaText(schema: Record<string, unknown> | string | undefined): string | undefined {
  return typeof schema === 'object' ? JSON.stringify(schema) : schema;
}

const accountSchema = z.strictObject({ CloudWatchRoleArn: z.string().optional() });

/** One for all of an account and region; that it is taken out of a stack changes nothing. */
const account: ResourceProvider = {
  type: 'AWS::ApiGateway::Account',
  properties: Object.keys(accountSchema.shape),
  createOnly: [],
  attributes: ['Id'],
  create: async (properties, context) => {
    const Id = context.name(64);
    await setRole(properties, context);
    return { physicalId: Id, attributes: { Id } };
  },
  update: async (Id, properties, _, context) => {
    await setRole(properties, context);
    return { physicalId: Id, attributes: { Id } };
  },
  delete: () => Promise.resolve(),
};

async function setRole(properties: Properties, { kernel, caller }: ResourceContext): Promise<void> {
  const { CloudWatchRoleArn } = readProperties('AWS::ApiGateway::Account', accountSchema, properties);
  const patchOperations = [replace('/cloudwatchRoleArn', CloudWatchRoleArn ?? '')];
  await kernel.send(caller, new UpdateAccountCommand({ patchOperations }));
}

export const restApiResources: ResourceProvider[] = [
  restApi,
  resource,
  method,
  authorizer,
  deployment,
  stage,
  model,
  account,
];
