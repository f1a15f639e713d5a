import {
  BatchGetDeploymentGroupsCommand,
  CreateDeploymentGroupCommand,
  DeleteDeploymentGroupCommand,
  GetDeploymentGroupCommand,
  ListDeploymentGroupsCommand,
  UpdateDeploymentGroupCommand,
  type AlarmConfiguration,
  type AutoRollbackConfiguration,
  type DeploymentStyle,
} from '@aws-sdk/client-codedeploy';
import { AwsError } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';
import { operation, type AnyOperation, type Authorization } from '../../kernel/service.ts';
import { onlyMembers } from '../only-members.ts';
import { showGroup } from './show.ts';
import {
  activeDeployment,
  applicationArn,
  applicationOf,
  configurationOf,
  groupArn,
  groupOf,
  newId,
  type Group,
  type Realms,
} from './store.ts';

const SETTINGS = [
  'applicationName',
  'serviceRoleArn',
  'deploymentConfigName',
  'alarmConfiguration',
  'autoRollbackConfiguration',
  'deploymentStyle',
];

/** Deployment groups of Lambda applications. */
export function groupOperations(realms: Realms): AnyOperation[] {
  const onGroup =
    (action: string) =>
    (
      input: { applicationName: string | undefined; deploymentGroupName: string | undefined },
      { caller }: { caller: Caller },
    ) => ({
      action: `codedeploy:${action}`,
      resource: groupArn(caller, input.applicationName, input.deploymentGroupName),
    });
  return [
    operation({
      command: CreateDeploymentGroupCommand,
      accepts: [...SETTINGS, 'deploymentGroupName', 'tags'],
      authorize: (input, call) => [
        onGroup('CreateDeploymentGroup')(input, call),
        ...passRole(input.serviceRoleArn),
        ...(input.tags === undefined ? [] : [onGroup('TagResource')(input, call)]),
      ],
      handle: async (input, { caller }) => {
        const realm = realms.of(caller);
        const application = applicationOf(realm, input.applicationName);
        const name = input.deploymentGroupName ?? '';
        if (name === '')
          throw new AwsError('DeploymentGroupNameRequiredException', 'The deployment group name is required.');
        if (application.groups.has(name))
          throw new AwsError(
            'DeploymentGroupAlreadyExistsException',
            `Deployment group ${name} already exists for application ${application.name}`,
          );
        if (input.serviceRoleArn === undefined)
          throw new AwsError('RoleRequiredException', 'The role ID was not specified.');
        // Lambda groups shift traffic: there is no other style, and it has to be said.
        const style = checkStyle(input.deploymentStyle ?? { deploymentType: 'IN_PLACE' });
        const group: Group = {
          id: newId(),
          name,
          application: application.name,
          roleArn: input.serviceRoleArn,
          configuration: configurationOf(realm, input.deploymentConfigName ?? 'CodeDeployDefault.LambdaAllAtOnce').name,
          style,
          alarms: checkAlarms(input.alarmConfiguration),
          rollback: checkRollback(input.autoRollbackConfiguration),
          tags: new Map((input.tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
          lastSuccessful: undefined,
          lastAttempted: undefined,
        };
        application.groups.set(name, group);
        return { deploymentGroupId: group.id };
      },
    }),
    operation({
      command: UpdateDeploymentGroupCommand,
      accepts: [...SETTINGS, 'currentDeploymentGroupName', 'newDeploymentGroupName'],
      authorize: (input, { caller }) => [
        {
          action: 'codedeploy:UpdateDeploymentGroup',
          resource: groupArn(caller, input.applicationName, input.currentDeploymentGroupName),
        },
        ...passRole(input.serviceRoleArn),
      ],
      handle: async (input, { caller }) => {
        const realm = realms.of(caller);
        const { groups } = applicationOf(realm, input.applicationName);
        const group = groupOf(realm, input.applicationName, input.currentDeploymentGroupName);
        const fresh = input.newDeploymentGroupName;
        if (fresh !== undefined && fresh !== group.name && groups.has(fresh))
          throw new AwsError('DeploymentGroupAlreadyExistsException', `Deployment group ${fresh} already exists`);
        if (input.deploymentConfigName !== undefined)
          group.configuration = configurationOf(realm, input.deploymentConfigName).name;
        if (input.deploymentStyle !== undefined) group.style = checkStyle(input.deploymentStyle);
        if (input.serviceRoleArn !== undefined) group.roleArn = input.serviceRoleArn;
        if (input.alarmConfiguration !== undefined) group.alarms = checkAlarms(input.alarmConfiguration);
        if (input.autoRollbackConfiguration !== undefined)
          group.rollback = checkRollback(input.autoRollbackConfiguration);
        if (fresh !== undefined) {
          groups.delete(group.name);
          group.name = fresh;
          groups.set(fresh, group);
        }
        return { hooksNotCleanedUp: [] };
      },
    }),
    operation({
      command: GetDeploymentGroupCommand,
      accepts: ['applicationName', 'deploymentGroupName'],
      authorize: onGroup('GetDeploymentGroup'),
      handle: async (input, { caller }) => ({
        deploymentGroupInfo: showGroup(groupOf(realms.of(caller), input.applicationName, input.deploymentGroupName)),
      }),
    }),
    operation({
      command: BatchGetDeploymentGroupsCommand,
      accepts: ['applicationName', 'deploymentGroupNames'],
      authorize: (input, call) =>
        (input.deploymentGroupNames ?? []).map((deploymentGroupName) =>
          onGroup('BatchGetDeploymentGroups')({ applicationName: input.applicationName, deploymentGroupName }, call),
        ),
      handle: async (input, { caller }) => {
        const { groups } = applicationOf(realms.of(caller), input.applicationName);
        return {
          deploymentGroupsInfo: (input.deploymentGroupNames ?? []).flatMap((name) => {
            const group = groups.get(name);
            return group === undefined ? [] : [showGroup(group)];
          }),
        };
      },
    }),
    operation({
      command: DeleteDeploymentGroupCommand,
      accepts: ['applicationName', 'deploymentGroupName'],
      authorize: onGroup('DeleteDeploymentGroup'),
      handle: async (input, { caller }) => {
        const realm = realms.of(caller);
        const group = realm.applications.get(input.applicationName ?? '')?.groups.get(input.deploymentGroupName ?? '');
        // Deleting what is not there succeeds; a deployment under way is stopped where it stands.
        if (group === undefined) return { hooksNotCleanedUp: [] };
        const active = activeDeployment(realm, group);
        if (active !== undefined) {
          active.stop = {
            error: { code: 'DEPLOYMENT_GROUP_MISSING', message: 'The deployment group was deleted.' },
            rollBack: false,
            event: 'DEPLOYMENT_STOP_ON_REQUEST',
          };
          active.wake?.();
        }
        applicationOf(realm, group.application).groups.delete(group.name);
        return { hooksNotCleanedUp: [] };
      },
    }),
    operation({
      command: ListDeploymentGroupsCommand,
      accepts: ['applicationName'],
      authorize: (input, { caller }) => ({
        action: 'codedeploy:ListDeploymentGroups',
        resource: applicationArn(caller, input.applicationName),
      }),
      handle: async (input, { caller }) => {
        const { name, groups } = applicationOf(realms.of(caller), input.applicationName);
        return { applicationName: name, deploymentGroups: [...groups.keys()].sort() };
      },
    }),
  ];
}

function passRole(roleArn: string | undefined): Authorization[] {
  if (roleArn === undefined) return [];
  return [
    {
      action: 'iam:PassRole',
      resource: roleArn,
      context: { 'iam:PassedToService': 'codedeploy.amazonaws.com' },
    },
  ];
}

function checkStyle(style: DeploymentStyle): DeploymentStyle {
  if (style.deploymentType !== 'BLUE_GREEN' || style.deploymentOption !== 'WITH_TRAFFIC_CONTROL')
    throw new AwsError(
      'InvalidDeploymentStyleException',
      'An invalid deployment style was specified. For a Lambda application the deployment type must be BLUE_GREEN and the deployment option WITH_TRAFFIC_CONTROL.',
    );
  return style;
}

export function checkAlarms(given: AlarmConfiguration | undefined): AlarmConfiguration | undefined {
  onlyMembers(given, ['enabled', 'ignorePollAlarmFailure', 'alarms'], 'alarmConfiguration');
  const names = (given?.alarms ?? []).map(({ name }) => name);
  if (given?.enabled === true && names.length === 0)
    throw new AwsError('InvalidAlarmConfigException', 'The alarm configuration is enabled but names no alarm.');
  if (new Set(names).size < names.length)
    throw new AwsError('InvalidAlarmConfigException', 'The alarm configuration names an alarm twice.');
  if (names.length > 50)
    throw new AwsError(
      'AlarmsLimitExceededException',
      'The maximum number of alarms for a deployment group (50) was exceeded.',
    );
  return given;
}

export function checkRollback(given: AutoRollbackConfiguration | undefined): AutoRollbackConfiguration | undefined {
  if (given?.enabled === true && (given.events ?? []).length === 0)
    throw new AwsError('InvalidAutoRollbackConfigException', 'The automatic rollback configuration names no event.');
  return given;
}
