import {
  BatchGetDeploymentsCommand,
  BatchGetDeploymentTargetsCommand,
  CreateDeploymentCommand,
  GetDeploymentCommand,
  GetDeploymentTargetCommand,
  ListDeploymentsCommand,
  ListDeploymentTargetsCommand,
  PutLifecycleEventHookExecutionStatusCommand,
  StopDeploymentCommand,
  type CreateDeploymentInput,
  type DeploymentTarget,
} from '@aws-sdk/client-codedeploy';
import { AwsError } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { revisionText } from './app-spec.ts';
import { checkAlarms, checkRollback } from './group-operations.ts';
import { start } from './run.ts';
import { showDeployment, showTarget } from './show.ts';
import {
  activeDeployment,
  arnOf,
  configurationOf,
  deploymentOf,
  groupArn,
  groupOf,
  newDeploymentId,
  pendingLifecycle,
  type Deployment,
  type Realm,
  type Realms,
} from './store.ts';

/** Deployments, their targets and their hooks' reports. */
export function deploymentOperations(realms: Realms): AnyOperation[] {
  const onDeployment =
    (action: string) =>
    (input: { deploymentId?: string | undefined }, { caller }: { caller: Caller }) => {
      const { group } = deploymentOf(realms.of(caller), input.deploymentId);
      return { action: `codedeploy:${action}`, resource: groupArn(caller, group.application, group.name) };
    };
  return [
    operation({
      command: CreateDeploymentCommand,
      accepts: [
        'applicationName',
        'deploymentGroupName',
        'revision',
        'deploymentConfigName',
        'description',
        'autoRollbackConfiguration',
        'overrideAlarmConfiguration',
      ],
      authorize: (input, { caller }) => {
        const { applicationName = '', deploymentGroupName = '', deploymentConfigName } = input;
        // Who may not deploy is not told what there is.
        const group = realms.of(caller).applications.get(applicationName)?.groups.get(deploymentGroupName);
        const configuration = deploymentConfigName ?? group?.configuration ?? '*';
        return [
          { action: 'codedeploy:CreateDeployment', resource: groupArn(caller, applicationName, deploymentGroupName) },
          // A revision that is given with the deployment is registered with the application.
          {
            action: 'codedeploy:RegisterApplicationRevision',
            resource: arnOf(caller, `application:${applicationName}`),
          },
          { action: 'codedeploy:GetDeploymentConfig', resource: arnOf(caller, `deploymentconfig:${configuration}`) },
        ];
      },
      handle: async (input, { caller }) => ({ deploymentId: create(realms, realms.of(caller), input).id }),
    }),
    operation({
      command: StopDeploymentCommand,
      accepts: ['deploymentId', 'autoRollbackEnabled'],
      // It has no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html
      authorize: () => ({ action: 'codedeploy:StopDeployment', resource: '*' }),
      handle: async (input, { caller }) => {
        const deployment = deploymentOf(realms.of(caller), input.deploymentId);
        if (deployment.completedAt !== undefined)
          throw new AwsError(
            'DeploymentAlreadyCompletedException',
            `The deployment ${deployment.id} is already complete.`,
          );
        deployment.stop ??= {
          error: { code: 'MANUAL_STOP', message: 'The deployment was stopped on request.' },
          rollBack: input.autoRollbackEnabled,
          event: 'DEPLOYMENT_STOP_ON_REQUEST',
        };
        deployment.wake?.();
        return {
          status: 'Pending' as const,
          statusMessage: 'Stop operation initiated. Check the deployment for its status.',
        };
      },
    }),
    operation({
      command: GetDeploymentCommand,
      accepts: ['deploymentId'],
      authorize: onDeployment('GetDeployment'),
      handle: async (input, { caller }) => ({
        deploymentInfo: showDeployment(deploymentOf(realms.of(caller), input.deploymentId)),
      }),
    }),
    operation({
      command: BatchGetDeploymentsCommand,
      accepts: ['deploymentIds'],
      authorize: (input, call) =>
        (input.deploymentIds ?? []).map((deploymentId) => onDeployment('BatchGetDeployments')({ deploymentId }, call)),
      handle: async (input, { caller }) => ({
        deploymentsInfo: (input.deploymentIds ?? []).map((id) => showDeployment(deploymentOf(realms.of(caller), id))),
      }),
    }),
    operation({
      command: ListDeploymentsCommand,
      accepts: ['applicationName', 'deploymentGroupName', 'includeOnlyStatuses', 'createTimeRange'],
      authorize: (input, { caller }) => ({
        action: 'codedeploy:ListDeployments',
        resource: groupArn(caller, input.applicationName ?? '*', input.deploymentGroupName ?? '*'),
      }),
      handle: async (input, { caller }) => {
        const realm = realms.of(caller);
        if (input.applicationName !== undefined) groupOf(realm, input.applicationName, input.deploymentGroupName);
        const { start: from, end: to } = input.createTimeRange ?? {};
        const all = [...realm.deployments.values()].filter(
          ({ group, status, createdAt }) =>
            (input.applicationName === undefined ||
              (group.application === input.applicationName && group.name === input.deploymentGroupName)) &&
            (input.includeOnlyStatuses === undefined || input.includeOnlyStatuses.includes(status)) &&
            (from === undefined || createdAt >= from) &&
            (to === undefined || createdAt <= to),
        );
        return { deployments: all.reverse().map(({ id }) => id) };
      },
    }),
    ...targetOperations(realms, onDeployment),
  ];
}

type OnDeployment = (
  action: string,
) => (input: { deploymentId?: string | undefined }, call: { caller: Caller }) => { action: string; resource: string };

function targetOperations(realms: Realms, onDeployment: OnDeployment): AnyOperation[] {
  const targetOf = (caller: Caller, deploymentId: string | undefined): DeploymentTarget | undefined =>
    showTarget(realms.of(caller), deploymentOf(realms.of(caller), deploymentId));
  const named = (caller: Caller, deploymentId: string | undefined, targetId: string | undefined): DeploymentTarget => {
    const target = targetOf(caller, deploymentId);
    if (target?.lambdaTarget?.targetId === targetId && target !== undefined) return target;
    throw new AwsError('DeploymentTargetDoesNotExistException', `The target ${targetId ?? ''} does not exist.`);
  };
  return [
    operation({
      command: GetDeploymentTargetCommand,
      accepts: ['deploymentId', 'targetId'],
      authorize: onDeployment('GetDeploymentTarget'),
      handle: async (input, { caller }) => ({ deploymentTarget: named(caller, input.deploymentId, input.targetId) }),
    }),
    operation({
      command: BatchGetDeploymentTargetsCommand,
      accepts: ['deploymentId', 'targetIds'],
      authorize: onDeployment('BatchGetDeploymentTargets'),
      handle: async (input, { caller }) => ({
        deploymentTargets: (input.targetIds ?? []).map((id) => named(caller, input.deploymentId, id)),
      }),
    }),
    operation({
      command: ListDeploymentTargetsCommand,
      accepts: ['deploymentId'],
      authorize: onDeployment('ListDeploymentTargets'),
      handle: async (input, { caller }) => {
        const id = targetOf(caller, input.deploymentId)?.lambdaTarget?.targetId;
        return { targetIds: id === undefined ? [] : [id] };
      },
    }),
    operation({
      command: PutLifecycleEventHookExecutionStatusCommand,
      accepts: ['deploymentId', 'lifecycleEventHookExecutionId', 'status'],
      authorize: onDeployment('PutLifecycleEventHookExecutionStatus'),
      handle: async (input, { caller }) => {
        const deployment = deploymentOf(realms.of(caller), input.deploymentId);
        const hook = deployment.hooks.find(({ executionId }) => executionId === input.lifecycleEventHookExecutionId);
        if (hook === undefined)
          throw new AwsError(
            'InvalidLifecycleEventHookExecutionIdException',
            'The lifecycle event hook execution ID is invalid.',
          );
        if (hook.status !== 'Pending' || deployment.completedAt !== undefined)
          throw new AwsError('LifecycleEventAlreadyCompletedException', 'The lifecycle event is already completed.');
        if (input.status !== 'Succeeded' && input.status !== 'Failed')
          throw new AwsError(
            'InvalidLifecycleEventHookExecutionStatusException',
            'The status must be Succeeded or Failed.',
          );
        hook.status = input.status;
        deployment.wake?.();
        return { lifecycleEventHookExecutionId: hook.executionId };
      },
    }),
  ];
}

function create(realms: Realms, realm: Realm, input: CreateDeploymentInput): Deployment {
  const group = groupOf(realm, input.applicationName, input.deploymentGroupName);
  const configuration = configurationOf(realm, input.deploymentConfigName ?? group.configuration);
  revisionText(input.revision);
  const active = activeDeployment(realm, group);
  if (active !== undefined)
    throw new AwsError(
      'DeploymentLimitExceededException',
      `The Deployment Group '${group.name}' already has an active Deployment '${active.id}'`,
    );
  const now = realms.kernel.clock.date();
  const deployment: Deployment = {
    id: newDeploymentId(),
    group,
    configuration,
    revision: input.revision ?? {},
    previousRevision: group.lastSuccessful?.revision,
    description: input.description,
    creator: 'user',
    alarms: checkAlarms(input.overrideAlarmConfiguration) ?? group.alarms,
    rollback: checkRollback(input.autoRollbackConfiguration) ?? group.rollback,
    createdAt: now,
    startedAt: undefined,
    completedAt: undefined,
    updatedAt: now,
    status: 'Created',
    error: undefined,
    rollbackInfo: undefined,
    lifecycle: pendingLifecycle(),
    hooks: [],
    weight: 0,
    moved: false,
    stop: undefined,
    wake: undefined,
  };
  realm.deployments.set(deployment.id, deployment);
  group.lastAttempted = deployment;
  start(realms, realm, deployment);
  return deployment;
}
