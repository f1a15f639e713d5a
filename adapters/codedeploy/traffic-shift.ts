import {
  CodeDeployClient,
  type CodeDeployClientConfig,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  CreateDeploymentConfigCommand,
  CreateDeploymentGroupCommand,
  type DeploymentInfo,
  GetDeploymentCommand,
  GetDeploymentConfigCommand,
  GetDeploymentGroupCommand,
  ListDeploymentsCommand,
  StopDeploymentCommand,
  type TrafficRoutingConfig as TrafficRouting,
  UpdateDeploymentGroupCommand,
} from '@aws-sdk/client-codedeploy';
import type { Observability } from '../powertools/observability.ts';

export type { TrafficRouting };

/** A deployment as CodeDeploy describes it. */
export interface DeploymentState {
  readonly id: string;
  /** `Created`, `Queued`, `InProgress`, `Baking`, `Succeeded`, `Failed`, `Stopped` or `Ready`. */
  readonly status: string;
  readonly reason?: string | undefined;
}

/** A deployment group: where deployments of one alias run, and the alarms that stop them. */
export interface DeploymentGroup {
  readonly application: string;
  readonly group: string;
}

/** The required settings of one of the engine's own groups. */
interface GroupOrder extends DeploymentGroup {
  readonly serviceRoleArn: string;
  readonly alarms: readonly string[];
}

/** A traffic shift to start. */
export interface DeploymentOrder extends DeploymentGroup {
  /** Name of the deployment configuration. */
  readonly configuration: string;
  /** The AppSpec as JSON text. */
  readonly appSpec: string;
  /** Names of the alarms that stop it, where these are not its group's. */
  readonly alarms?: readonly string[];
  /** Identifies the intent; CodeDeploy has no client token, so the description serves as one. At most 256 characters. */
  readonly intention: string;
}

/** CodeDeploy in one target, for one service. */
export interface TrafficShifts {
  /** Creates the application and the group, or brings the group's alarms up to date. */
  ensureGroup(order: GroupOrder): Promise<void>;
  /** Creates the configuration unless one of that name exists. */
  ensureConfiguration(name: string, routing: TrafficRouting): Promise<void>;
  /** Names of the alarms that stop the deployments of a group. */
  groupAlarms(group: DeploymentGroup): Promise<readonly string[]>;
  /** Starts a deployment, or finds the one this intention started before. */
  deploy(order: DeploymentOrder): Promise<string>;
  describe(deployment: string): Promise<DeploymentState | undefined>;
  /** Deployments of a group that have not ended, except those by which CodeDeploy itself rolls back. */
  running(group: DeploymentGroup): Promise<readonly string[]>;
  /** Stops it and rolls the alias back; one that has ended is not changed. */
  stop(deployment: string): Promise<void>;
}

/** Traffic of one target. @param settings region and credentials of the target */
export function openTraffic(observe: Observability, settings: CodeDeployClientConfig): TrafficShifts {
  return createTrafficShifts(observe.client(new CodeDeployClient(settings)));
}

export function createTrafficShifts(client: CodeDeployClient): TrafficShifts {
  return {
    ensureGroup: async (order) => {
      await unlessThere('ApplicationAlreadyExistsException', () =>
        client.send(new CreateApplicationCommand({ applicationName: order.application, computePlatform: 'Lambda' })),
      );
      const created = await unlessThere('DeploymentGroupAlreadyExistsException', () =>
        client.send(new CreateDeploymentGroupCommand({ deploymentGroupName: order.group, ...groupSettings(order) })),
      );
      if (!created && !(await isUpToDate(client, order))) {
        await client.send(
          new UpdateDeploymentGroupCommand({ currentDeploymentGroupName: order.group, ...groupSettings(order) }),
        );
      }
    },
    ensureConfiguration: async (name, routing) => {
      if (await there(() => client.send(new GetDeploymentConfigCommand({ deploymentConfigName: name })))) return;
      await unlessThere('DeploymentConfigAlreadyExistsException', () =>
        client.send(
          new CreateDeploymentConfigCommand({
            deploymentConfigName: name,
            computePlatform: 'Lambda',
            trafficRoutingConfig: routing,
          }),
        ),
      );
    },
    groupAlarms: async (group) => (await groupInfo(client, group)).alarms,
    deploy: async (order) => (await startedBefore(client, order)) ?? start(client, order),
    describe: async (deployment) => {
      const info = await there(() => client.send(new GetDeploymentCommand({ deploymentId: deployment })));
      return info?.deploymentInfo === undefined ? undefined : stateOf(info.deploymentInfo);
    },
    running: async ({ application, group }) => {
      const input = { applicationName: application, deploymentGroupName: group, includeOnlyStatuses: [...unended] };
      const found = await there(() => client.send(new ListDeploymentsCommand(input)));
      const rollbacks = await Promise.all((found?.deployments ?? []).map((id) => isRollback(client, id)));
      return (found?.deployments ?? []).filter((_, index) => rollbacks[index] === false);
    },
    stop: async (deployment) => {
      await unlessThere('DeploymentAlreadyCompletedException', () =>
        client.send(new StopDeploymentCommand({ deploymentId: deployment, autoRollbackEnabled: true })),
      );
    },
  };
}

function groupSettings({ application, serviceRoleArn, alarms }: GroupOrder) {
  return {
    applicationName: application,
    serviceRoleArn,
    deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
    autoRollbackConfiguration: {
      enabled: true,
      events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
    },
    alarmConfiguration: alarmConfiguration(alarms),
  } satisfies Partial<ConstructorParameters<typeof CreateDeploymentGroupCommand>[0]>;
}

function alarmConfiguration(alarms: readonly string[]) {
  return { enabled: alarms.length > 0, alarms: alarms.map((name) => ({ name })) };
}

async function isUpToDate(client: CodeDeployClient, order: GroupOrder): Promise<boolean> {
  const { serviceRoleArn, alarms } = await groupInfo(client, order);
  return serviceRoleArn === order.serviceRoleArn && [...alarms].sort().join() === [...order.alarms].sort().join();
}

async function groupInfo(client: CodeDeployClient, { application, group }: DeploymentGroup) {
  const { deploymentGroupInfo: info } = await client.send(
    new GetDeploymentGroupCommand({ applicationName: application, deploymentGroupName: group }),
  );
  const { enabled = true, alarms = [] } = info?.alarmConfiguration ?? {};
  return { serviceRoleArn: info?.serviceRoleArn, alarms: enabled ? alarms.map(({ name = '' }) => name) : [] };
}

async function start(client: CodeDeployClient, order: DeploymentOrder): Promise<string> {
  const { deploymentId } = await client.send(
    new CreateDeploymentCommand({
      applicationName: order.application,
      deploymentGroupName: order.group,
      deploymentConfigName: order.configuration,
      ...(order.alarms === undefined ? {} : { overrideAlarmConfiguration: alarmConfiguration(order.alarms) }),
      description: order.intention,
      revision: { revisionType: 'AppSpecContent', appSpecContent: { content: order.appSpec } },
    }),
  );
  if (deploymentId === undefined) throw new Error(`CodeDeploy gave no id for a deployment of ${order.group}.`);
  return deploymentId;
}

const unended = ['Created', 'Queued', 'InProgress', 'Baking', 'Ready'] as const;

// A function that crashed after CreateDeployment and is invoked again must find its own deployment: it is among the latest,
// for only one deployment runs in a group at a time.
const latest = 5;

async function startedBefore(client: CodeDeployClient, order: DeploymentOrder): Promise<string | undefined> {
  const { deployments = [] } = await client.send(
    new ListDeploymentsCommand({ applicationName: order.application, deploymentGroupName: order.group }),
  );
  for (const deploymentId of deployments.slice(0, latest)) {
    const { deploymentInfo } = await client.send(new GetDeploymentCommand({ deploymentId }));
    if (deploymentInfo?.description === order.intention) return deploymentId;
  }
  return undefined;
}

function stateOf(info: DeploymentInfo): DeploymentState {
  const { message } = info.errorInformation ?? {};
  return {
    id: info.deploymentId ?? '',
    status: info.status ?? '',
    reason: message ?? info.rollbackInfo?.rollbackMessage,
  };
}

/** Whether CodeDeploy started it to roll another one back: stopped, it would leave the alias on two versions. */
async function isRollback(client: CodeDeployClient, deploymentId: string): Promise<boolean> {
  const { deploymentInfo } = await client.send(new GetDeploymentCommand({ deploymentId }));
  return deploymentInfo?.creator === 'codeDeployRollback';
}

/** True when the call created it, false when it existed already. */
async function unlessThere(name: string, send: () => Promise<unknown>): Promise<boolean> {
  try {
    await send();
    return true;
  } catch (problem) {
    if (problem instanceof Error && problem.name === name) return false;
    throw problem;
  }
}

async function there<T>(send: () => Promise<T>): Promise<T | undefined> {
  try {
    return await send();
  } catch (problem) {
    if (
      problem instanceof Error &&
      /^(Deployment|DeploymentConfig|DeploymentGroup|Application)DoesNotExistException$/.test(problem.name)
    )
      return undefined;
    throw problem;
  }
}
