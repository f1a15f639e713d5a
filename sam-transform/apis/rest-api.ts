import { definitionLocation } from '../code-location.ts';
import type { Context } from '../model/context.ts';
import { notExpanded, resourceProblem } from '../model/errors.ts';
import { ref } from '../model/intrinsics.ts';
import { digest, suffixed } from '../model/logical-id.ts';
import { handedOn, kept, type Made } from '../model/resource.ts';
import {
  checkShape,
  list,
  literal,
  map,
  oneOf,
  required,
  requireMap,
  text,
  truth,
  whole,
  type Shape,
} from '../model/shape.ts';
import { filled, isFilled, isGiven, isMap, mapOf, type Fields } from '../model/values.ts';
import { propagateTags, tagList } from '../tags.ts';
import { restDomain } from './rest-domain.ts';
import { MANAGED } from './implicit.ts';
import { addAuth, authorizerPermissions } from './rest-auth.ts';
import {
  addBinaryMediaTypes,
  addCors,
  addEndpointSwitch,
  addGatewayResponses,
  addModels,
  asOpenApi3,
} from './rest-definition.ts';
import { usagePlan } from './usage-plan.ts';

/** https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html */
export const REST_API: Shape = {
  [MANAGED]: truth,
  Name: oneOf(text, map),
  StageName: required(oneOf(text, map)),
  Tags: map,
  PropagateTags: truth,
  DefinitionBody: map,
  DefinitionUri: oneOf(text, map),
  MergeDefinitions: literal(truth),
  CacheClusterEnabled: truth,
  CacheClusterSize: text,
  Variables: map,
  EndpointConfiguration: oneOf(text, map),
  MethodSettings: list,
  BinaryMediaTypes: list,
  MinimumCompressionSize: whole,
  Cors: oneOf(text, map),
  Auth: map,
  GatewayResponses: map,
  AccessLogSetting: map,
  CanarySetting: map,
  TracingEnabled: truth,
  OpenApiVersion: text,
  Models: map,
  Domain: map,
  FailOnWarnings: truth,
  Description: text,
  Mode: text,
  DisableExecuteApiEndpoint: truth,
  ApiKeySourceType: text,
  AlwaysDeploy: literal(truth),
  Policy: oneOf(text, map),
  SecurityPolicy: text,
  EndpointAccessMode: text,
};

/** Properties of the stage that have the same name. */
const OF_STAGE = [
  ...['StageName', 'CacheClusterEnabled', 'CacheClusterSize', 'Variables', 'MethodSettings', 'AccessLogSetting'],
  ...['CanarySetting', 'TracingEnabled'],
];

/**
 * The REST API, stage and deployment of an `AWS::Serverless::Api`. The deployment's logical id ends in a digest of the definition:
 * a changed one is deployed again. @throws Problem, DocumentProblem
 */
export function expandRestApi(id: string, definition: Fields, context: Context): readonly Made[] {
  const given = mapOf(definition.Properties);
  checkShape(id, 'AWS::Serverless::Api', given, REST_API);
  const properties = resolveSome(given, context);
  if (properties.AlwaysDeploy === true)
    throw resourceProblem(id, notExpanded('AlwaysDeploy, which says the time in a logical id'));
  const attributes = handedOn(definition);
  const api = makeApi(id, definition, properties, context);
  const { properties: made } = api;
  const domain = isFilled(properties.Domain)
    ? restDomain(id, requireMap(id, 'Domain', properties.Domain), attributes, context)
    : [];
  const deployment = makeDeployment(id, made.Body ?? made.BodyS3Location, properties, attributes);
  const stage = makeStage(id, deployment.id, properties, attributes);
  const all = [
    api,
    deployment,
    stage,
    ...authorizerPermissions(id, properties.Auth, attributes, context),
    ...domain,
    ...usagePlan(id, properties.Auth, stage.id, attributes, context),
  ];
  return properties.PropagateTags === true && isFilled(properties.Tags) ? propagateTags(all, properties.Tags) : all;
}

/** Properties that SAM reads before it looks at them. */
function resolveSome(properties: Fields, { resolve }: Context): Fields {
  const read = ['BinaryMediaTypes', 'Domain', 'Auth'];
  return { ...properties, ...Object.fromEntries(read.map((name) => [name, resolve(properties[name])])) };
}

function makeApi(id: string, definition: Fields, properties: Fields, context: Context): Made {
  const { DefinitionBody: body, DefinitionUri: uri, OpenApiVersion: version, EndpointConfiguration } = properties;
  requireDefinition(id, properties);
  const edgeless = /^aws-(iso|us-gov|cn|eusc)/.test(context.partition);
  const endpoint = isFilled(EndpointConfiguration) ? EndpointConfiguration : edgeless ? 'REGIONAL' : undefined;
  addCors(id, properties.Cors, body);
  addAuth(id, properties.Auth, body, properties.StageName, context);
  if (isFilled(properties.Auth) && isMap(body)) asOpenApi3(body, version);
  addGatewayResponses(id, properties.GatewayResponses, body);
  addBinaryMediaTypes(properties.BinaryMediaTypes, body);
  addModels(id, properties.Models, body);
  if (isFilled(properties.Models) && isMap(body)) asOpenApi3(body, version);
  addEndpointSwitch(id, properties.DisableExecuteApiEndpoint, body);
  if (!isFilled(uri) && isFilled(body) && isMap(body)) asOpenApi3(body, version);
  const same = ['Name', 'Description', 'Mode', 'ApiKeySourceType', 'Policy', 'SecurityPolicy', 'EndpointAccessMode'];
  return {
    id,
    type: 'AWS::ApiGateway::RestApi',
    dependsOn: definition.DependsOn,
    attributes: kept(definition),
    properties: {
      BinaryMediaTypes: properties.BinaryMediaTypes,
      MinimumCompressionSize: properties.MinimumCompressionSize,
      ...(isFilled(endpoint) ? endpointOf(id, endpoint) : {}),
      FailOnWarnings: filled(properties.FailOnWarnings),
      BodyS3Location: isFilled(uri) ? definitionLocation(id, uri) : undefined,
      Body: isFilled(uri) ? undefined : filled(body),
      ...Object.fromEntries(same.map((name) => [name, filled(properties[name])])),
    },
  };
}

function requireDefinition(
  id: string,
  { DefinitionBody, DefinitionUri, MergeDefinitions, OpenApiVersion }: Fields,
): void {
  if (isFilled(DefinitionUri) && isFilled(DefinitionBody))
    throw resourceProblem(id, "Specify either 'DefinitionUri' or 'DefinitionBody' property and not both.");
  if (isFilled(DefinitionUri) && isFilled(MergeDefinitions))
    throw resourceProblem(id, "Cannot set 'MergeDefinitions' to True when using `DefinitionUri`.");
  if (isFilled(OpenApiVersion) && !/^[2-3](\.\d)(\.\d)?$/.test(String(OpenApiVersion)))
    throw resourceProblem(id, "The OpenApiVersion value must be of the format '3.0.0'.");
}

function endpointOf(id: string, value: unknown): Fields {
  const { Type, VPCEndpointIds, VpcEndpointIds, IpAddressType } = mapOf(value);
  if (!isFilled(Type))
    return { EndpointConfiguration: { Types: [value] }, Parameters: { endpointConfigurationTypes: value } };
  if (VPCEndpointIds !== undefined && VpcEndpointIds !== undefined)
    throw resourceProblem(
      id,
      "'VPCEndpointIds' and 'VpcEndpointIds' cannot be used together in EndpointConfiguration.",
    );
  const endpoints = isFilled(VPCEndpointIds) ? VPCEndpointIds : VpcEndpointIds;
  return {
    Parameters: { endpointConfigurationTypes: Type },
    EndpointConfiguration: {
      Types: [Type],
      ...(isGiven(endpoints) ? { VpcEndpointIds: endpoints } : {}),
      ...(IpAddressType === undefined ? {} : { IpAddressType }),
    },
  };
}

function makeDeployment(id: string, definition: unknown, properties: Fields, attributes: Fields): Made {
  const { OpenApiVersion: version, Domain: domain } = properties;
  const digested = [definition, filled(version), filled(domain)].filter(isGiven);
  const ofDefinition = isFilled(definition);
  return {
    id: ofDefinition ? `${id}Deployment${digest(digested)}` : `${id}Deployment`,
    type: 'AWS::ApiGateway::Deployment',
    attributes,
    properties: {
      Description: ofDefinition ? `RestApi deployment id: ${digest(digested, 40)}` : undefined,
      RestApiId: ref(id),
      StageName: isFilled(version) ? undefined : 'Stage',
    },
  };
}

function makeStage(id: string, deployment: string, properties: Fields, attributes: Fields): Made {
  const { StageName: name, Tags } = properties;
  const alone = suffixed('', name);
  return {
    id: alone === name ? `${id}${alone}Stage` : suffixed(`${id}Stage`, name),
    type: 'AWS::ApiGateway::Stage',
    attributes,
    properties: {
      RestApiId: ref(id),
      DeploymentId: ref(deployment),
      ...Object.fromEntries(OF_STAGE.map((key) => [key, properties[key]])),
      Tags: isGiven(Tags) ? tagList(Tags) : undefined,
    },
  };
}
