/**
 * AWS::ApiGatewayV2::Api, Integration, Route, Stage. Authorizers are no resource type here, as no authorizer is implemented.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGatewayV2.html
 */
import {
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteApiCommand,
  DeleteIntegrationCommand,
  DeleteRouteCommand,
  DeleteStageCommand,
  GetApiCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateApiCommand,
  UpdateIntegrationCommand,
  UpdateRouteCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-apigatewayv2';
import * as z from 'zod';
import type { ResourceContext, ResourceProvider, ResourceState } from '../provider.ts';
import { unlessGone } from './gone.ts';

const GONE = 'NotFoundException';
const texts = z.record(z.string(), z.string());
const flag = z.stringbool().or(z.boolean());

const apiSchema = z.object({
  Name: z.string(),
  ProtocolType: z.enum(['HTTP', 'WEBSOCKET']),
  Description: z.string().optional(),
  Version: z.string().optional(),
  RouteSelectionExpression: z.string().optional(),
  IpAddressType: z.enum(['ipv4', 'dualstack']).optional(),
  Tags: texts.default({}),
});

const api: ResourceProvider = {
  type: 'AWS::ApiGatewayV2::Api',
  properties: Object.keys(apiSchema.shape),
  createOnly: ['ProtocolType', 'RouteSelectionExpression', 'IpAddressType'],
  attributes: ['ApiEndpoint', 'ApiId'],
  create: async (properties, { kernel, caller }) => {
    const { ApiId, ApiEndpoint } = await kernel.send(caller, new CreateApiCommand(apiSchema.parse(properties)));
    return { physicalId: ApiId ?? '', attributes: { ApiEndpoint, ApiId } };
  },
  update: async (ApiId, properties, previous, context) => {
    const { Name, Description, Version, Tags } = apiSchema.parse(properties);
    const { kernel, caller } = context;
    await kernel.send(caller, new UpdateApiCommand({ ApiId, Name, Description, Version }));
    await retag(`/apis/${ApiId}`, Tags, apiSchema.parse(previous).Tags, context);
    const { ApiEndpoint } = await kernel.send(caller, new GetApiCommand({ ApiId }));
    return { physicalId: ApiId, attributes: { ApiEndpoint, ApiId } };
  },
  delete: async (ApiId, _, { kernel, caller }) => {
    await unlessGone(kernel.send(caller, new DeleteApiCommand({ ApiId })), GONE);
  },
};

const integrationSchema = z.object({
  ApiId: z.string(),
  IntegrationType: z.enum(['AWS', 'AWS_PROXY', 'HTTP', 'HTTP_PROXY', 'MOCK']),
  IntegrationUri: z.string().optional(),
  IntegrationMethod: z.string().optional(),
  PayloadFormatVersion: z.string().optional(),
  ConnectionType: z.enum(['INTERNET', 'VPC_LINK']).optional(),
  TimeoutInMillis: z.coerce.number().optional(),
  Description: z.string().optional(),
});

const integration: ResourceProvider = {
  type: 'AWS::ApiGatewayV2::Integration',
  properties: Object.keys(integrationSchema.shape),
  createOnly: ['ApiId'],
  attributes: ['IntegrationId'],
  create: async (properties, { kernel, caller }) => {
    const { IntegrationId } = await kernel.send(
      caller,
      new CreateIntegrationCommand(integrationSchema.parse(properties)),
    );
    return { physicalId: IntegrationId ?? '', attributes: { IntegrationId } };
  },
  update: async (IntegrationId, properties, _, { kernel, caller }) => {
    const wanted = integrationSchema.parse(properties);
    await kernel.send(caller, new UpdateIntegrationCommand({ ...wanted, IntegrationId }));
    return { physicalId: IntegrationId, attributes: { IntegrationId } };
  },
  delete: async (IntegrationId, properties, { kernel, caller }) => {
    const { ApiId } = integrationSchema.parse(properties);
    await unlessGone(kernel.send(caller, new DeleteIntegrationCommand({ ApiId, IntegrationId })), GONE);
  },
};

const routeSchema = z.object({
  ApiId: z.string(),
  RouteKey: z.string(),
  AuthorizationType: z.enum(['NONE', 'AWS_IAM', 'JWT', 'CUSTOM']).optional(),
  OperationName: z.string().optional(),
  Target: z.string().optional(),
});

const route: ResourceProvider = {
  type: 'AWS::ApiGatewayV2::Route',
  properties: Object.keys(routeSchema.shape),
  createOnly: ['ApiId'],
  attributes: ['RouteId'],
  create: async (properties, { kernel, caller }) => {
    const { RouteId } = await kernel.send(caller, new CreateRouteCommand(routeSchema.parse(properties)));
    return { physicalId: RouteId ?? '', attributes: { RouteId } };
  },
  update: async (RouteId, properties, _, { kernel, caller }) => {
    await kernel.send(caller, new UpdateRouteCommand({ ...routeSchema.parse(properties), RouteId }));
    return { physicalId: RouteId, attributes: { RouteId } };
  },
  delete: async (RouteId, properties, { kernel, caller }) => {
    const { ApiId } = routeSchema.parse(properties);
    await unlessGone(kernel.send(caller, new DeleteRouteCommand({ ApiId, RouteId })), GONE);
  },
};

const stageSchema = z.object({
  ApiId: z.string(),
  StageName: z.string(),
  AutoDeploy: flag.optional(),
  Description: z.string().optional(),
  StageVariables: texts.optional(),
  // What these have beyond what is implemented is refused by the service, by name.
  DefaultRouteSettings: z
    .looseObject({
      ThrottlingBurstLimit: z.coerce.number().optional(),
      ThrottlingRateLimit: z.coerce.number().optional(),
      DetailedMetricsEnabled: flag.optional(),
    })
    .optional(),
  AccessLogSettings: z.looseObject({ DestinationArn: z.string().optional(), Format: z.string().optional() }).optional(),
  Tags: texts.default({}),
});

const stage: ResourceProvider = {
  type: 'AWS::ApiGatewayV2::Stage',
  properties: Object.keys(stageSchema.shape),
  createOnly: ['ApiId', 'StageName'],
  attributes: [],
  create: async (properties, { kernel, caller }) => {
    const wanted = stageSchema.parse(properties);
    await kernel.send(caller, new CreateStageCommand(wanted));
    return stageState(wanted.StageName);
  },
  update: async (StageName, properties, previous, context) => {
    const { Tags, ...wanted } = stageSchema.parse(properties);
    await context.kernel.send(context.caller, new UpdateStageCommand(wanted));
    await retag(`/apis/${wanted.ApiId}/stages/${StageName}`, Tags, stageSchema.parse(previous).Tags, context);
    return stageState(StageName);
  },
  delete: async (StageName, properties, { kernel, caller }) => {
    const { ApiId } = stageSchema.parse(properties);
    await unlessGone(kernel.send(caller, new DeleteStageCommand({ ApiId, StageName })), GONE);
  },
};

function stageState(StageName: string): ResourceState {
  return { physicalId: StageName, attributes: {} };
}

type Tags = z.infer<typeof texts>;

async function retag(path: string, wanted: Tags, before: Tags, context: ResourceContext): Promise<void> {
  const { kernel, caller, region } = context;
  const ResourceArn = `arn:aws:apigateway:${region}::${path}`;
  const TagKeys = Object.keys(before).filter((key) => !Object.hasOwn(wanted, key));
  if (TagKeys.length > 0) await kernel.send(caller, new UntagResourceCommand({ ResourceArn, TagKeys }));
  if (Object.keys(wanted).length > 0 && JSON.stringify(wanted) !== JSON.stringify(before))
    await kernel.send(caller, new TagResourceCommand({ ResourceArn, Tags: wanted }));
}

export const apiGatewayResources: ResourceProvider[] = [api, integration, route, stage];
