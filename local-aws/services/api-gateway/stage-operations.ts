import {
  CreateStageCommand,
  DeleteStageCommand,
  GetStageCommand,
  GetStagesCommand,
  UpdateStageCommand,
  type AccessLogSettings,
  type RouteSettings,
  type Stage as StageShape,
} from '@aws-sdk/client-apigatewayv2';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { operation, type AnyOperation, type Authorization, type Call } from '../../kernel/service.ts';
import { onlyMembers } from '../only-members.ts';
import { checkFormat } from './access-log.ts';
import { ask } from './api-operations.ts';
import { type Api, type Apis, type Stage } from './apis.ts';
import { badRequest, notFound, required } from './errors.ts';

interface StageInput {
  readonly ApiId: string | undefined;
  readonly StageName?: string | undefined;
}
interface Settings {
  readonly AutoDeploy?: boolean | undefined;
  readonly DefaultRouteSettings?: RouteSettings | undefined;
  readonly AccessLogSettings?: AccessLogSettings | undefined;
}

const MEMBERS = [
  'ApiId',
  'StageName',
  'AutoDeploy',
  'Description',
  'StageVariables',
  'DefaultRouteSettings',
  'AccessLogSettings',
];

/** Stages, deployed by themselves (`AutoDeploy`). */
export function stageOperations(kernel: Kernel, apis: Apis): AnyOperation[] {
  const asks =
    (method: string) =>
    ({ ApiId: api = '', StageName: stage }: StageInput, call: Call) =>
      ask(method, `/apis/${api}/stages${stage === undefined || method === 'POST' ? '' : `/${stage}`}`, call);
  return [
    operation({
      command: CreateStageCommand,
      accepts: [...MEMBERS, 'Tags'],
      authorize: (input, call) => {
        const path = `/apis/${input.ApiId ?? ''}/stages`;
        const tagged = Object.keys(input.Tags ?? {}).length > 0;
        return [
          ask('POST', path, call, input.Tags),
          ...(tagged ? [ask('TagResource', path, call, input.Tags)] : []),
          ...deliverLogs(input),
        ];
      },
      handle: async (input, call) => {
        const api = apis.of(call, input.ApiId);
        const name = required(input.StageName, 'StageName');
        if (!/^(\$default|[\w-]{1,128})$/.test(name))
          throw badRequest('Stage name only allows a-zA-Z0-9_- or should be "$default".');
        if (api.stages.has(name)) throw new AwsError('ConflictException', 'Stage already exists', 409);
        checkSettings(input, input.AutoDeploy ?? false);
        const stage: Stage = {
          name,
          createdAt: kernel.clock.date(),
          tags: new Map(Object.entries(input.Tags ?? {})),
          description: input.Description,
          variables: input.StageVariables ?? {},
          defaultRouteSettings: input.DefaultRouteSettings,
          accessLogSettings: input.AccessLogSettings,
        };
        api.stages.set(name, stage);
        return shapeOf(stage);
      },
    }),
    operation({
      command: UpdateStageCommand,
      accepts: MEMBERS,
      authorize: (input, call) => [asks('PATCH')(input, call), ...deliverLogs(input)],
      handle: async (input, call) => {
        const stage = stageOf(apis.of(call, input.ApiId), input.StageName);
        checkSettings(input, input.AutoDeploy ?? true);
        stage.description = input.Description ?? stage.description;
        stage.variables = input.StageVariables ?? stage.variables;
        stage.defaultRouteSettings = input.DefaultRouteSettings ?? stage.defaultRouteSettings;
        stage.accessLogSettings = input.AccessLogSettings ?? stage.accessLogSettings;
        return shapeOf(stage);
      },
    }),
    operation({
      command: GetStageCommand,
      accepts: ['ApiId', 'StageName'],
      authorize: asks('GET'),
      handle: async (input, call) => shapeOf(stageOf(apis.of(call, input.ApiId), input.StageName)),
    }),
    operation({
      command: GetStagesCommand,
      accepts: ['ApiId'],
      authorize: asks('GET'),
      handle: async (input, call) => ({ Items: [...apis.of(call, input.ApiId).stages.values()].map(shapeOf) }),
    }),
    operation({
      command: DeleteStageCommand,
      accepts: ['ApiId', 'StageName'],
      authorize: asks('DELETE'),
      handle: async (input, call) => {
        const api = apis.of(call, input.ApiId);
        api.stages.delete(stageOf(api, input.StageName).name);
        return {};
      },
    }),
  ];
}

/** Who lets access logs be delivered. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html */
function deliverLogs({ AccessLogSettings }: Settings): Authorization[] {
  if (AccessLogSettings?.DestinationArn === undefined) return [];
  return [
    ...['CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery', 'ListLogDeliveries'],
    ...['PutResourcePolicy', 'DescribeResourcePolicies'],
  ].map((action) => ({ action: `logs:${action}`, resource: '*' }));
}

function stageOf(api: Api, name: string | undefined): Stage {
  const stage = api.stages.get(name ?? '');
  if (stage === undefined) throw notFound('Invalid stage identifier specified');
  return stage;
}

function checkSettings(settings: Settings, autoDeploy: boolean): void {
  if (!autoDeploy) throw new NotImplemented('stages of HTTP APIs without AutoDeploy');
  onlyMembers(
    settings.DefaultRouteSettings,
    ['ThrottlingBurstLimit', 'ThrottlingRateLimit', 'DetailedMetricsEnabled'],
    'DefaultRouteSettings of a stage',
  );
  onlyMembers(settings.AccessLogSettings, ['DestinationArn', 'Format'], 'AccessLogSettings of a stage');
  checkFormat(settings.AccessLogSettings?.Format);
}

function shapeOf(stage: Stage): StageShape {
  return {
    StageName: stage.name,
    ...(stage.managed === undefined ? {} : { ApiGatewayManaged: true }),
    AutoDeploy: true,
    CreatedDate: stage.createdAt,
    LastUpdatedDate: stage.createdAt,
    DefaultRouteSettings: stage.defaultRouteSettings ?? { DetailedMetricsEnabled: false },
    RouteSettings: {},
    StageVariables: stage.variables,
    Tags: Object.fromEntries(stage.tags),
    ...(stage.description === undefined ? {} : { Description: stage.description }),
    ...(stage.accessLogSettings === undefined ? {} : { AccessLogSettings: stage.accessLogSettings }),
  };
}
