import {
  CreateStageCommand,
  DeleteStageCommand,
  GetStageCommand,
  GetStagesCommand,
  UpdateStageCommand,
  type MethodSetting,
  type Stage as StageShape,
} from '@aws-sdk/client-api-gateway';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { operation, type AnyOperation, type Call } from '../../kernel/service.ts';
import { ask } from '../api-gateway/api-operations.ts';
import { badRequest, notFound, required } from '../api-gateway/errors.ts';
import type { RestApi, RestApis, Stage } from './apis.ts';
import { applyPatches, type Place } from './patches.ts';

interface StageInput {
  readonly restApiId: string | undefined;
  readonly stageName?: string | undefined;
}

export function stageOperations(kernel: Kernel, apis: RestApis): AnyOperation[] {
  const asks =
    (method: string) =>
    ({ restApiId: api = '', stageName: stage }: StageInput, call: Call) =>
      ask(method, `/restapis/${api}/stages${stage === undefined ? '' : `/${stage}`}`, call);
  return [
    operation({
      command: CreateStageCommand,
      accepts: ['restApiId', 'stageName', 'deploymentId', 'description', 'variables', 'tracingEnabled', 'tags'],
      authorize: ({ restApiId = '', tags }, call) => ask('POST', `/restapis/${restApiId}/stages`, call, tags),
      handle: async (input, call) => {
        const api = apis.of(call, input.restApiId);
        const name = checkedStageName(required(input.stageName, 'stageName'));
        if (api.stages.has(name)) throw new AwsError('ConflictException', 'Stage already exists', 409);
        const stage = newStage(kernel, name, checkedDeployment(api, input.deploymentId));
        stage.description = input.description;
        stage.variables = checkedVariables(input.variables ?? {});
        stage.tracingEnabled = input.tracingEnabled ?? false;
        for (const [key, value] of Object.entries(input.tags ?? {})) stage.tags.set(key, value);
        api.stages.set(name, stage);
        return shapeOf(stage);
      },
    }),
    operation({
      command: GetStageCommand,
      accepts: ['restApiId', 'stageName'],
      authorize: asks('GET'),
      handle: async (input, call) => shapeOf(stageOf(apis.of(call, input.restApiId), input.stageName)),
    }),
    operation({
      command: GetStagesCommand,
      accepts: ['restApiId', 'deploymentId'],
      authorize: asks('GET'),
      handle: async (input, call) => ({
        item: [...apis.of(call, input.restApiId).stages.values()]
          .filter(({ deploymentId }) => input.deploymentId === undefined || input.deploymentId === deploymentId)
          .map(shapeOf),
      }),
    }),
    operation({
      command: UpdateStageCommand,
      accepts: ['restApiId', 'stageName', 'patchOperations'],
      authorize: asks('PATCH'),
      handle: async (input, call) => {
        const api = apis.of(call, input.restApiId);
        const stage = stageOf(api, input.stageName);
        applyPatches(input.patchOperations, placesOf(api, stage), 'a stage of a REST API');
        stage.updatedAt = kernel.clock.date();
        return shapeOf(stage);
      },
    }),
    operation({
      command: DeleteStageCommand,
      accepts: ['restApiId', 'stageName'],
      authorize: asks('DELETE'),
      handle: async (input, call) => {
        const api = apis.of(call, input.restApiId);
        api.stages.delete(stageOf(api, input.stageName).name);
        return {};
      },
    }),
  ];
}

export function newStage(kernel: Kernel, name: string, deploymentId: string): Stage {
  const now = kernel.clock.date();
  return {
    name,
    createdAt: now,
    updatedAt: now,
    tags: new Map(),
    deploymentId,
    variables: {},
    tracingEnabled: false,
    methodSettings: {},
  };
}

/** @throws AwsError BadRequestException */
export function checkedStageName(name: string): string {
  if (/^[\w-]{1,128}$/.test(name)) return name;
  throw badRequest('Stage name only allows a-zA-Z0-9_-');
}

function stageOf(api: RestApi, name: string | undefined): Stage {
  const stage = api.stages.get(name ?? '');
  if (stage === undefined) throw notFound('Invalid stage identifier specified');
  return stage;
}

function checkedDeployment(api: RestApi, id: string | undefined): string {
  if (id !== undefined && api.deployments.has(id)) return id;
  throw notFound('Invalid Deployment identifier specified');
}

function checkedVariables(variables: Readonly<Record<string, string>>): Record<string, string> {
  for (const [name, value] of Object.entries(variables))
    if (!/^\w+$/.test(name) || !/^[A-Za-z0-9-._~:/?#&=,]*$/.test(value))
      throw badRequest(
        'Stage variable name should match with [A-Za-z0-9_]+ and value should match with [A-Za-z0-9-._~:/?#&=,]+',
      );
  return { ...variables };
}

function placesOf(api: RestApi, stage: Stage): Place[] {
  const setting = (steps: readonly string[], one: (value: string) => MethodSetting, value = ''): void => {
    const key = `${steps[0] ?? ''}/${steps[1] ?? ''}`;
    stage.methodSettings[key] = { ...stage.methodSettings[key], ...one(value) };
  };
  const settings = Object.entries(SETTINGS).map(([path, one]): Place => ({
    path: `/*/*/${path}`,
    operations: ['replace'],
    change: (value, steps) => setting(steps, one, value),
  }));
  return [
    {
      path: '/deploymentId',
      operations: ['replace'],
      change: (value) => (stage.deploymentId = checkedDeployment(api, value)),
    },
    { path: '/description', operations: ['replace', 'remove'], change: (value) => (stage.description = value) },
    {
      path: '/variables/*',
      operations: ['replace', 'remove'],
      change: (value, [, name = '']) => {
        const others = Object.entries(stage.variables).filter(([other]) => other !== name);
        stage.variables = {
          ...Object.fromEntries(others),
          ...(value === undefined ? {} : checkedVariables({ [name]: value })),
        };
      },
    },
    { path: '/tracingEnabled', operations: ['replace'], change: (value) => (stage.tracingEnabled = value === 'true') },
    ...settings,
    {
      // All settings of a method at once.
      path: '/*/*',
      operations: ['remove'],
      change: (_, [path = '', method = '']) => {
        const others = Object.entries(stage.methodSettings).filter(([key]) => key !== `${path}/${method}`);
        stage.methodSettings = Object.fromEntries(others);
      },
    },
  ];
}

/** By the path of the patch. */
const SETTINGS: Readonly<Record<string, (value: string) => MethodSetting>> = {
  'metrics/enabled': (value) => ({ metricsEnabled: value === 'true' }),
  'logging/loglevel': (value) => ({ loggingLevel: value }),
  'logging/dataTrace': (value) => ({ dataTraceEnabled: value === 'true' }),
  'throttling/burstLimit': (value) => ({ throttlingBurstLimit: Number(value) }),
  'throttling/rateLimit': (value) => ({ throttlingRateLimit: Number(value) }),
};

function shapeOf(stage: Stage): StageShape {
  return {
    stageName: stage.name,
    deploymentId: stage.deploymentId,
    createdDate: stage.createdAt,
    lastUpdatedDate: stage.updatedAt,
    cacheClusterEnabled: false,
    cacheClusterStatus: 'NOT_AVAILABLE',
    methodSettings: stage.methodSettings,
    tracingEnabled: stage.tracingEnabled,
    tags: Object.fromEntries(stage.tags),
    variables: { ...stage.variables },
    ...(stage.description === undefined ? {} : { description: stage.description }),
  };
}
