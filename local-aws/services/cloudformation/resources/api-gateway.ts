/**
 * AWS::ApiGatewayV2::Api, Integration, Route, Stage, and Authorizer.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGatewayV2.html
 */
import {
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteApiCommand,
  DeleteCorsConfigurationCommand,
  DeleteIntegrationCommand,
  DeleteRouteCommand,
  DeleteStageCommand,
  GetApiCommand,
  ImportApiCommand,
  ReimportApiCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateApiCommand,
  UpdateIntegrationCommand,
  UpdateRouteCommand,
  UpdateStageCommand,
  type GetApiCommandOutput,
} from '@aws-sdk/client-apigatewayv2';
import * as z from 'zod';
import { AwsError, NotImplemented } from '../../../kernel/errors.ts';
import type { ResourceContext, ResourceProvider, ResourceState } from '../provider.ts';
import { authorizer } from './api-gateway-authorizer.ts';
import { unlessGone } from './gone.ts';

const GONE = 'NotFoundException';
const texts = z.record(z.string(), z.string());
const flag = z.stringbool().or(z.boolean());

const corsSchema = z.strictObject({
  AllowCredentials: flag.optional(),
  AllowHeaders: z.array(z.string()).optional(),
  AllowMethods: z.array(z.string()).optional(),
  AllowOrigins: z.array(z.string()).optional(),
  ExposeHeaders: z.array(z.string()).optional(),
  MaxAge: z.coerce.number().optional(),
});
const apiSchema = z.object({
  /** OpenAPI 3, which says the name and everything else. */
  Body: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  FailOnWarnings: flag.optional(),
  Name: z.string().optional(),
  ProtocolType: z.enum(['HTTP', 'WEBSOCKET']).optional(),
  Target: z.string().optional(),
  RouteKey: z.string().optional(),
  CredentialsArn: z.string().optional(),
  CorsConfiguration: corsSchema.optional(),
  Description: z.string().optional(),
  Version: z.string().optional(),
  RouteSelectionExpression: z.string().optional(),
  IpAddressType: z.enum(['ipv4', 'dualstack']).optional(),
  Tags: texts.default({}),
});

const api: ResourceProvider = {
  type: 'AWS::ApiGatewayV2::Api',
  properties: Object.keys(apiSchema.shape),
  createOnly: ['ProtocolType'],
  attributes: ['ApiEndpoint', 'ApiId'],
  create: async (properties, context) => {
    const { Body, FailOnWarnings, ...wanted } = apiSchema.parse(properties);
    const { kernel, caller } = context;
    if (Body === undefined)
      return stateOf(await kernel.send(caller, new CreateApiCommand({ ...wanted, ...named(wanted) })));
    refuseBesideBody(wanted);
    const made = await kernel.send(caller, new ImportApiCommand({ Body: textOf(Body), FailOnWarnings }));
    try {
      await adjustImported(made.ApiId, wanted, {}, context);
    } catch (error) {
      // What was half made has no physical id yet by which the stack could remove it.
      await kernel.send(caller, new DeleteApiCommand({ ApiId: made.ApiId }));
      throw error;
    }
    return stateOf(made);
  },
  update: async (ApiId, properties, previous, context) => {
    const { Body, FailOnWarnings, ...wanted } = apiSchema.parse(properties);
    const before = apiSchema.parse(previous);
    const { kernel, caller } = context;
    if (Body !== undefined) {
      refuseBesideBody(wanted);
      await kernel.send(caller, new ReimportApiCommand({ ApiId, Body: textOf(Body), FailOnWarnings }));
      await adjustImported(ApiId, wanted, before.Tags, context);
      return stateOf(await kernel.send(caller, new GetApiCommand({ ApiId })));
    }
    const { Name, Description, Version, Tags, CorsConfiguration, RouteSelectionExpression, ...rest } = wanted;
    const { Target, RouteKey, CredentialsArn, IpAddressType = 'ipv4' } = rest;
    const said = { Name, Description, Version, RouteSelectionExpression, IpAddressType };
    const quick = { Target, RouteKey, CredentialsArn };
    await kernel.send(caller, new UpdateApiCommand({ ApiId, ...said, CorsConfiguration, ...quick }));
    if (CorsConfiguration === undefined && before.CorsConfiguration !== undefined)
      await kernel.send(caller, new DeleteCorsConfigurationCommand({ ApiId }));
    await retag(`/apis/${ApiId}`, Tags, before.Tags, context);
    return stateOf(await kernel.send(caller, new GetApiCommand({ ApiId })));
  },
  delete: async (ApiId, _, { kernel, caller }) => {
    await unlessGone(kernel.send(caller, new DeleteApiCommand({ ApiId })), GONE);
  },
};

type ApiProperties = Omit<z.infer<typeof apiSchema>, 'Body' | 'FailOnWarnings'>;

function stateOf({ ApiId, ApiEndpoint }: Pick<GetApiCommandOutput, 'ApiId' | 'ApiEndpoint'>): ResourceState {
  return { physicalId: ApiId ?? '', attributes: { ApiEndpoint, ApiId } };
}

function textOf(body: NonNullable<z.infer<typeof apiSchema>['Body']>): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

/** Without a Body an API has to say what it is. @throws AwsError ValidationError */
function named({ Name, ProtocolType }: ApiProperties): { Name: string; ProtocolType: 'HTTP' | 'WEBSOCKET' } {
  if (Name === undefined || ProtocolType === undefined)
    throw new AwsError('ValidationError', 'Name and ProtocolType are required without a Body.');
  return { Name, ProtocolType };
}

/** A definition says these by itself. */
function refuseBesideBody({ Target, RouteKey, CredentialsArn, CorsConfiguration }: ApiProperties): void {
  const [both] = Object.entries({ Target, RouteKey, CredentialsArn, CorsConfiguration }).filter(
    ([, value]) => value !== undefined,
  );
  if (both !== undefined) throw new NotImplemented(`${both[0]} beside the Body of an AWS::ApiGatewayV2::Api`);
}

/** What stands beside a Body. */
async function adjustImported(
  ApiId: string | undefined,
  { Name, Description, Version, Tags: wanted }: ApiProperties,
  before: Tags,
  context: ResourceContext,
): Promise<void> {
  if ([Name, Description, Version].some((value) => value !== undefined))
    await context.kernel.send(context.caller, new UpdateApiCommand({ ApiId, Name, Description, Version }));
  await retag(`/apis/${ApiId ?? ''}`, wanted, before, context);
}

const integrationSchema = z.object({
  ApiId: z.string(),
  IntegrationType: z.enum(['AWS', 'AWS_PROXY', 'HTTP', 'HTTP_PROXY', 'MOCK']),
  IntegrationUri: z.string().optional(),
  IntegrationSubtype: z.string().optional(),
  RequestParameters: texts.optional(),
  IntegrationMethod: z.string().optional(),
  PayloadFormatVersion: z.string().optional(),
  ConnectionType: z.enum(['INTERNET', 'VPC_LINK']).optional(),
  CredentialsArn: z.string().optional(),
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
  AuthorizationType: z.enum(['NONE', 'AWS_IAM', 'JWT', 'CUSTOM']).default('NONE'),
  AuthorizerId: z.string().optional(),
  AuthorizationScopes: z.array(z.string()).default([]),
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

export const apiGatewayResources: ResourceProvider[] = [api, authorizer, integration, route, stage];
