import { definitionLocation } from '../code-location.ts';
import type { Context } from '../model/context.ts';
import { resourceProblem } from '../model/errors.ts';
import { ref } from '../model/intrinsics.ts';
import { suffixed } from '../model/logical-id.ts';
import { handedOn, kept, type Made } from '../model/resource.ts';
import { anything, checkShape, map, oneOf, text, truth, type Shape } from '../model/shape.ts';
import { filled, isFilled, mapOf, type Fields } from '../model/values.ts';
import { propagateTags } from '../tags.ts';
import { httpAuthorizers } from './http-authorizer.ts';
import { addHttpAuth, addHttpCors, addHttpEndpointSwitch, addHttpInfo, addHttpTags } from './http-definition.ts';
import { httpDomain } from './http-domain.ts';
import { MANAGED } from './implicit.ts';
import { authorizerPermission } from './rest-auth.ts';

/** https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-httpapi.html */
export const HTTP_API: Shape = {
  [MANAGED]: truth,
  Name: anything,
  StageName: oneOf(text, map),
  Tags: map,
  PropagateTags: truth,
  DefinitionBody: map,
  DefinitionUri: oneOf(text, map),
  StageVariables: map,
  CorsConfiguration: oneOf(truth, map),
  AccessLogSettings: map,
  DefaultRouteSettings: map,
  Auth: map,
  RouteSettings: map,
  Domain: map,
  FailOnWarnings: truth,
  Description: text,
  DisableExecuteApiEndpoint: truth,
};
const DEFAULT_STAGE = '$default';

/** The HTTP API and its stage, of an `AWS::Serverless::HttpApi`. @throws Problem, DocumentProblem */
export function expandHttpApi(id: string, definition: Fields, context: Context): readonly Made[] {
  const given = mapOf(definition.Properties);
  checkShape(id, 'AWS::Serverless::HttpApi', given, HTTP_API);
  const properties: Fields = {
    ...given,
    CorsConfiguration: context.resolve(given.CorsConfiguration),
    Domain: context.resolve(given.Domain),
  };
  const attributes = handedOn(definition);
  const { api, tags } = makeApi(id, definition, properties, context);
  const domain = isFilled(properties.Domain) ? httpDomain(id, mapOf(properties.Domain), attributes, context) : [];
  const all = [
    api,
    ...permissions(id, properties.Auth, attributes),
    ...domain,
    makeStage(id, properties, tags, attributes),
  ];
  return isFilled(properties.DefinitionBody) && isFilled(tags) ? propagateTags(all, tags) : all;
}

function makeApi(id: string, definition: Fields, properties: Fields, context: Context) {
  const { DefinitionBody: body, DefinitionUri: uri } = properties;
  if (isFilled(uri) && isFilled(body))
    throw resourceProblem(id, "Specify either 'DefinitionUri' or 'DefinitionBody' property and not both.");
  addHttpCors(id, properties.CorsConfiguration, body);
  addHttpAuth(id, properties.Auth, body, context);
  const tags = addHttpTags(id, properties.Tags, body);
  addHttpEndpointSwitch(id, properties.DisableExecuteApiEndpoint, body);
  addHttpInfo(id, properties);
  if (isFilled(properties.FailOnWarnings)) renameDefault(mapOf(mapOf(body).paths));
  if (!isFilled(uri) && !isFilled(body))
    throw resourceProblem(
      id,
      "'DefinitionUri' or 'DefinitionBody' are required properties of an 'AWS::Serverless::HttpApi'. Add a value for one of these properties or add a 'HttpApi' event to an 'AWS::Serverless::Function'.",
    );
  const api: Made = {
    id,
    type: 'AWS::ApiGatewayV2::Api',
    dependsOn: definition.DependsOn,
    attributes: kept(definition),
    properties: {
      FailOnWarnings: filled(properties.FailOnWarnings),
      BodyS3Location: isFilled(uri) ? definitionLocation(id, uri) : undefined,
      Body: isFilled(uri) ? undefined : body,
    },
  };
  return { api, tags };
}

/** With `FailOnWarnings` the path must begin with a slash. */
function renameDefault(paths: Fields): void {
  if (!(DEFAULT_STAGE in paths)) return;
  paths[`/${DEFAULT_STAGE}`] = paths[DEFAULT_STAGE];
  delete paths[DEFAULT_STAGE];
}

function permissions(id: string, auth: unknown, attributes: Fields): readonly Made[] {
  if (!isFilled(auth)) return [];
  return httpAuthorizers(id, mapOf(auth)).flatMap(({ name, properties }) =>
    isFilled(properties.FunctionArn) && isFilled(properties.EnableFunctionDefaultPermissions)
      ? [authorizerPermission(id, name, properties.FunctionArn, attributes, '${AWS::Partition}')]
      : [],
  );
}

function makeStage(id: string, properties: Fields, tags: unknown, attributes: Fields): Made {
  const name = isFilled(properties.StageName) ? properties.StageName : DEFAULT_STAGE;
  return {
    id: stageId(id, name),
    type: 'AWS::ApiGatewayV2::Stage',
    attributes,
    properties: {
      ApiId: ref(id),
      StageName: name,
      StageVariables: properties.StageVariables,
      AccessLogSettings: properties.AccessLogSettings,
      DefaultRouteSettings: properties.DefaultRouteSettings,
      RouteSettings: properties.RouteSettings,
      Tags: tags,
      AutoDeploy: true,
    },
  };
}

function stageId(id: string, name: unknown): string {
  if (name === DEFAULT_STAGE) return `${id}ApiGatewayDefaultStage`;
  const alone = suffixed('', name);
  return alone === name ? `${id}${alone}Stage` : suffixed(`${id}Stage`, name);
}
