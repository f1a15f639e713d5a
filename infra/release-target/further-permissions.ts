import type { Permission } from '../constructs/permissions.ts';
import { servicesBecause, type TargetArns } from './names.ts';

/** The rest of what CloudFormation may do, in a managed policy: a role's inline policies have a size limit. */
export function furtherCloudFormationPermissions(arns: TargetArns): readonly Permission[] {
  return [...watching(arns), ...messages(arns), ...flows(arns)];
}

function watching({ named }: TargetArns): Permission[] {
  return [
    {
      actions: [
        ...['CreateLogGroup', 'DeleteLogGroup', 'PutRetentionPolicy', 'DeleteRetentionPolicy', 'TagResource'],
        ...['UntagResource', 'ListTagsForResource', 'GetDataProtectionPolicy', 'PutDataProtectionPolicy'],
        ...['DeleteDataProtectionPolicy', 'PutLogGroupDeletionProtection'],
      ].map((action) => `logs:${action}`),
      resources: ['/aws/lambda/', '/aws/vendedlogs/', '/aws/vendedlogs/states/', ''].flatMap((before) =>
        named('logs', `log-group:${before}`),
      ),
      because: servicesBecause,
    },
    {
      // The Service Authorization Reference knows no resource for index policies, other pages do: all satisfies both.
      actions: ['logs:DescribeLogGroups', 'logs:DescribeIndexPolicies', 'cloudwatch:DescribeAlarms'],
      resources: ['*'],
      because: 'These lists cannot be narrowed.',
    },
    {
      actions: [
        'PutMetricAlarm',
        'PutCompositeAlarm',
        'DeleteAlarms',
        'TagResource',
        'UntagResource',
        'ListTagsForResource',
      ].map((action) => `cloudwatch:${action}`),
      resources: named('cloudwatch', 'alarm:'),
      because: servicesBecause,
    },
  ];
}

function messages({ named }: TargetArns): Permission[] {
  return [
    {
      actions: [
        'CreateQueue',
        'DeleteQueue',
        'GetQueueUrl',
        'GetQueueAttributes',
        'SetQueueAttributes',
        'TagQueue',
        'UntagQueue',
        'ListQueueTags',
      ].map((action) => `sqs:${action}`),
      resources: named('sqs', ''),
      because: servicesBecause,
    },
    {
      actions: [
        ...['CreateTopic', 'DeleteTopic', 'GetTopicAttributes', 'SetTopicAttributes', 'Subscribe', 'Unsubscribe'],
        ...['GetSubscriptionAttributes', 'SetSubscriptionAttributes', 'ListSubscriptionsByTopic'],
        ...['GetDataProtectionPolicy', 'PutDataProtectionPolicy'],
        ...['TagResource', 'UntagResource', 'ListTagsForResource'],
      ].map((action) => `sns:${action}`),
      resources: named('sns', ''),
      because: servicesBecause,
    },
    {
      actions: [
        ...['PutRule', 'DeleteRule', 'DescribeRule', 'PutTargets', 'RemoveTargets', 'ListTargetsByRule'],
        ...['CreateEventBus', 'UpdateEventBus', 'DeleteEventBus', 'DescribeEventBus', 'PutPermission'],
        ...['RemovePermission', 'TagResource', 'UntagResource', 'ListTagsForResource'],
      ].map((action) => `events:${action}`),
      resources: ['rule/', 'event-bus/'].flatMap((before) => named('events', before)),
      because: servicesBecause,
    },
  ];
}

function flows({ named }: TargetArns): Permission[] {
  return [
    {
      actions: [
        ...['CreateStateMachine', 'UpdateStateMachine', 'DeleteStateMachine', 'DescribeStateMachine'],
        ...['PublishStateMachineVersion', 'ListStateMachineVersions', 'DeleteStateMachineVersion'],
        ...[
          'CreateStateMachineAlias',
          'UpdateStateMachineAlias',
          'DescribeStateMachineAlias',
          'DeleteStateMachineAlias',
        ],
        ...['TagResource', 'UntagResource', 'ListTagsForResource'],
      ].map((action) => `states:${action}`),
      resources: named('states', 'stateMachine:'),
      because: servicesBecause,
    },
    {
      actions: ['CreateSchedule', 'UpdateSchedule', 'GetSchedule', 'DeleteSchedule'].map(
        (action) => `scheduler:${action}`,
      ),
      resources: named('scheduler', 'schedule/default/'),
      because: servicesBecause,
    },
    {
      actions: [
        ...['CreateApplication', 'GetApplication', 'DeleteApplication', 'CreateDeploymentGroup', 'GetDeploymentGroup'],
        ...['UpdateDeploymentGroup', 'DeleteDeploymentGroup', 'CreateDeploymentConfig', 'GetDeploymentConfig'],
        // Of a group its handler reads the last deployment, too.
        ...[
          'DeleteDeploymentConfig',
          'ListDeployments',
          'GetDeployment',
          'TagResource',
          'UntagResource',
          'ListTagsForResource',
        ],
      ].map((action) => `codedeploy:${action}`),
      resources: [
        ...named('codedeploy', 'application:'),
        ...named('codedeploy', 'deploymentgroup:', '/*'),
        ...named('codedeploy', 'deploymentconfig:'),
      ],
      because: servicesBecause,
    },
  ];
}
