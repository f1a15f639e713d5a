/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-stage.html */
import {
  CreateStageCommand,
  DeleteStageCommand,
  UpdateStageCommand,
  type PatchOperation,
} from '@aws-sdk/client-api-gateway';
import * as z from 'zod';
import type { ResourceProvider } from '../provider.ts';
import { unlessGone } from './gone.ts';
import { changed, patch, replace, retag, tagsOf } from './rest-api-patches.ts';
import { differ, flag, readProperties, tagList } from './shapes.ts';

const texts = z.record(z.string(), z.coerce.string());
const settingSchema = z.strictObject({
  ResourcePath: z.string(),
  HttpMethod: z.string(),
  MetricsEnabled: flag.optional(),
  LoggingLevel: z.string().optional(),
  DataTraceEnabled: flag.optional(),
  ThrottlingBurstLimit: z.coerce.number().optional(),
  ThrottlingRateLimit: z.coerce.number().optional(),
});
const stageSchema = z.strictObject({
  RestApiId: z.string(),
  StageName: z.string().default('default'),
  DeploymentId: z.string().optional(),
  Description: z.string().optional(),
  Variables: texts.default({}),
  TracingEnabled: flag.optional(),
  MethodSettings: z.array(settingSchema).default([]),
  Tags: tagList.default([]),
});

export const stage: ResourceProvider = {
  type: 'AWS::ApiGateway::Stage',
  properties: Object.keys(stageSchema.shape),
  createOnly: ['RestApiId', 'StageName'],
  attributes: [],
  create: async (properties, { kernel, caller }) => {
    const given = readProperties('AWS::ApiGateway::Stage', stageSchema, properties);
    const at = { restApiId: given.RestApiId, stageName: given.StageName };
    await kernel.send(
      caller,
      new CreateStageCommand({
        ...at,
        deploymentId: given.DeploymentId,
        description: given.Description,
        variables: given.Variables,
        tracingEnabled: given.TracingEnabled,
        tags: given.Tags.length === 0 ? undefined : tagsOf(given.Tags),
      }),
    );
    await patch(given.MethodSettings.flatMap(settingChanges), (patchOperations) =>
      kernel.send(caller, new UpdateStageCommand({ ...at, patchOperations })),
    );
    return { physicalId: given.StageName, attributes: {} };
  },
  update: async (stageName, properties, previous, context) => {
    const given = readProperties('AWS::ApiGateway::Stage', stageSchema, properties);
    const before = readProperties('AWS::ApiGateway::Stage', stageSchema, previous);
    const gone = Object.keys(before.Variables).filter((name) => !Object.hasOwn(given.Variables, name));
    const settings = differ(given.MethodSettings, before.MethodSettings)
      ? [
          ...before.MethodSettings.map((setting) => ({ op: 'remove' as const, path: settingPath(setting) })),
          ...given.MethodSettings.flatMap(settingChanges),
        ]
      : [];
    const changes: PatchOperation[] = [
      ...changed('/deploymentId', given.DeploymentId, before.DeploymentId),
      ...changed('/description', given.Description, before.Description),
      ...gone.map((name) => ({ op: 'remove' as const, path: `/variables/${name}` })),
      ...Object.entries(given.Variables).flatMap(([name, value]) =>
        changed(`/variables/${name}`, value, before.Variables[name]),
      ),
      ...(given.TracingEnabled === before.TracingEnabled
        ? []
        : [replace('/tracingEnabled', String(given.TracingEnabled ?? false))]),
      ...settings,
    ];
    await patch(changes, (patchOperations) =>
      context.kernel.send(
        context.caller,
        new UpdateStageCommand({ restApiId: given.RestApiId, stageName, patchOperations }),
      ),
    );
    await retag(`/restapis/${given.RestApiId}/stages/${stageName}`, given.Tags, before.Tags, context);
    return { physicalId: stageName, attributes: {} };
  },
  delete: async (stageName, { RestApiId }, { kernel, caller }) => {
    await unlessGone(
      kernel.send(caller, new DeleteStageCommand({ restApiId: String(RestApiId), stageName })),
      'NotFoundException',
    );
  },
};

type Setting = z.output<typeof settingSchema>;

/** `/*` stands for all paths, and a path's slashes are escaped: `/~1pets/GET`. */
function settingPath({ ResourcePath, HttpMethod }: Setting): string {
  const path = ResourcePath === '/*' ? '*' : ResourcePath.replace(/^\/(?=~1)/, '').replaceAll('/', '~1');
  return `/${path}/${HttpMethod}`;
}

function settingChanges(setting: Setting): PatchOperation[] {
  const path = settingPath(setting);
  const values: readonly (readonly [string, string | number | boolean | undefined])[] = [
    ['metrics/enabled', setting.MetricsEnabled],
    ['logging/loglevel', setting.LoggingLevel],
    ['logging/dataTrace', setting.DataTraceEnabled],
    ['throttling/burstLimit', setting.ThrottlingBurstLimit],
    ['throttling/rateLimit', setting.ThrottlingRateLimit],
  ];
  return values.flatMap(([name, value]) => (value === undefined ? [] : [replace(`${path}/${name}`, String(value))]));
}
