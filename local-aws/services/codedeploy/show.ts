import type {
  DeploymentGroupInfo,
  DeploymentInfo,
  DeploymentTarget,
  LastDeploymentInfo,
} from '@aws-sdk/client-codedeploy';
import { readAppSpec, revisionText } from './app-spec.ts';
import type { Deployment, Group, Realm } from './store.ts';

/** A deployment as GetDeployment shows it. */
export function showDeployment(deployment: Deployment): DeploymentInfo {
  const { group } = deployment;
  const count = (status: boolean): number => (status ? 1 : 0);
  return {
    applicationName: group.application,
    deploymentGroupName: group.name,
    deploymentConfigName: deployment.configuration.name,
    deploymentId: deployment.id,
    ...(deployment.previousRevision === undefined ? {} : { previousRevision: deployment.previousRevision }),
    revision: deployment.revision,
    status: deployment.status,
    ...(deployment.error === undefined ? {} : { errorInformation: deployment.error }),
    createTime: deployment.createdAt,
    ...(deployment.startedAt === undefined ? {} : { startTime: deployment.startedAt }),
    ...(deployment.completedAt === undefined ? {} : { completeTime: deployment.completedAt }),
    deploymentOverview: {
      Pending: count(deployment.startedAt === undefined && deployment.completedAt === undefined),
      InProgress: count(deployment.status === 'InProgress'),
      Succeeded: count(deployment.status === 'Succeeded'),
      Failed: count(deployment.status === 'Failed'),
      Skipped: count(deployment.status === 'Stopped'),
      Ready: 0,
    },
    ...(deployment.description === undefined ? {} : { description: deployment.description }),
    creator: deployment.creator,
    ignoreApplicationStopFailures: false,
    ...(deployment.rollback === undefined ? {} : { autoRollbackConfiguration: deployment.rollback }),
    updateOutdatedInstancesOnly: false,
    ...(deployment.rollbackInfo === undefined ? {} : { rollbackInfo: deployment.rollbackInfo }),
    deploymentStyle: group.style,
    instanceTerminationWaitTimeStarted: false,
    computePlatform: 'Lambda',
    ...(deployment.alarms === group.alarms || deployment.alarms === undefined
      ? {}
      : { overrideAlarmConfiguration: deployment.alarms }),
  };
}

/** The one target of a Lambda deployment, `<function>:<alias>`; undefined where the AppSpec names none. */
export function showTarget(realm: Realm, deployment: Deployment): DeploymentTarget | undefined {
  const spec = readAppSpec(revisionText(deployment.revision));
  if (typeof spec === 'string') return undefined;
  const targetId = `${spec.functionName}:${spec.alias}`;
  const name = spec.functionName.startsWith('arn:')
    ? spec.functionName
    : `arn:aws:lambda:${realm.region}:${realm.account}:function:${spec.functionName}`;
  const { status } = deployment;
  return {
    deploymentTargetType: 'LambdaTarget',
    lambdaTarget: {
      deploymentId: deployment.id,
      targetId,
      targetArn: `${name}:${spec.alias}`,
      status:
        status === 'Succeeded' || status === 'InProgress' || status === 'Failed'
          ? status
          : status === 'Stopped'
            ? 'Skipped'
            : 'Pending',
      lastUpdatedAt: deployment.updatedAt,
      lifecycleEvents: deployment.lifecycle.map((event) => ({ ...event })),
      lambdaFunctionInfo: {
        functionName: spec.functionName,
        functionAlias: spec.alias,
        currentVersion: spec.currentVersion,
        targetVersion: spec.targetVersion,
        targetVersionWeight: deployment.weight,
      },
    },
  };
}

/** A group as GetDeploymentGroup shows it. */
export function showGroup(group: Group): DeploymentGroupInfo {
  return {
    applicationName: group.application,
    deploymentGroupId: group.id,
    deploymentGroupName: group.name,
    deploymentConfigName: group.configuration,
    serviceRoleArn: group.roleArn,
    computePlatform: 'Lambda',
    deploymentStyle: group.style,
    ...(group.alarms === undefined ? {} : { alarmConfiguration: group.alarms }),
    ...(group.rollback === undefined ? {} : { autoRollbackConfiguration: group.rollback }),
    ...(group.lastSuccessful === undefined
      ? {}
      : {
          targetRevision: group.lastSuccessful.revision,
          lastSuccessfulDeployment: showLast(group.lastSuccessful),
        }),
    ...(group.lastAttempted === undefined ? {} : { lastAttemptedDeployment: showLast(group.lastAttempted) }),
  };
}

function showLast({ id, status, completedAt, createdAt }: Deployment): LastDeploymentInfo {
  return {
    deploymentId: id,
    status,
    createTime: createdAt,
    ...(completedAt === undefined ? {} : { endTime: completedAt }),
  };
}
