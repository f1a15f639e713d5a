import { actionsOf, arnsOf, logGroups, madeUp, onNamed, serviceLinkedRoles, type ResourceKind } from './kind.ts';

/** What watches services, and what scales them. */
export const watchingKinds: readonly ResourceKind[] = [
  {
    title: 'Log groups',
    types: ['AWS::Logs::LogGroup'],
    note: 'Called after the stack, also behind `/aws/lambda/`, `/aws/apigateway/`, `/aws/vendedlogs/states/` and the like.',
    grants: [
      onNamed(
        actionsOf(
          'logs',
          `CreateLogGroup DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy TagResource UntagResource ListTagsForResource
           GetDataProtectionPolicy PutDataProtectionPolicy DeleteDataProtectionPolicy PutLogGroupDeletionProtection`,
        ),
        logGroups,
      ),
      {
        // The Service Authorization Reference knows no resource for index policies, other pages do: all satisfies both.
        actions: actionsOf('logs', 'DescribeLogGroups DescribeIndexPolicies'),
        resources: ['*'],
        because: 'These lists cannot be narrowed.',
      },
      {
        actions: actionsOf(
          'logs',
          `CreateLogDelivery GetLogDelivery UpdateLogDelivery DeleteLogDelivery ListLogDeliveries PutResourcePolicy
           DescribeResourcePolicies`,
        ),
        resources: ['*'],
        because: 'CloudWatch Logs offers no resources for the delivery of vended logs.',
      },
    ],
  },
  {
    title: 'Log streams',
    types: ['AWS::Logs::LogStream'],
    grants: [onNamed(actionsOf('logs', 'CreateLogStream DeleteLogStream DescribeLogStreams'), logGroups)],
  },
  {
    title: 'Metric filters',
    types: ['AWS::Logs::MetricFilter'],
    grants: [onNamed(actionsOf('logs', 'PutMetricFilter DeleteMetricFilter DescribeMetricFilters'), logGroups)],
  },
  {
    title: 'Subscription filters',
    types: ['AWS::Logs::SubscriptionFilter'],
    grants: [
      onNamed(
        actionsOf('logs', 'PutSubscriptionFilter DeleteSubscriptionFilter DescribeSubscriptionFilters'),
        logGroups,
      ),
    ],
  },
  {
    title: 'Alarms',
    types: ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'],
    grants: [
      onNamed(
        actionsOf(
          'cloudwatch',
          'PutMetricAlarm PutCompositeAlarm DeleteAlarms TagResource UntagResource ListTagsForResource',
        ),
        arnsOf('cloudwatch', 'alarm:{name}'),
      ),
      {
        actions: ['cloudwatch:DescribeAlarms'],
        resources: ['*'],
        because: 'This list cannot be narrowed.',
      },
    ],
  },
  {
    title: 'Dashboards',
    types: ['AWS::CloudWatch::Dashboard'],
    grants: [
      {
        actions: actionsOf(
          'cloudwatch',
          'PutDashboard GetDashboard DeleteDashboards TagResource UntagResource ListTagsForResource',
        ),
        resources: ['{name}', madeUp].map((name) => `arn:aws:cloudwatch::{account}:dashboard/${name}`),
        because: 'CloudFormation may call a dashboard without a name by its logical id and twelve random characters.',
      },
    ],
  },
  {
    title: 'Scaling by itself',
    types: ['AWS::ApplicationAutoScaling::ScalableTarget', 'AWS::ApplicationAutoScaling::ScalingPolicy'],
    note: 'Of provisioned concurrency and of tables.',
    grants: [
      {
        actions: actionsOf(
          'application-autoscaling',
          `RegisterScalableTarget DeregisterScalableTarget PutScalingPolicy DeleteScalingPolicy PutScheduledAction
           DeleteScheduledAction`,
        ),
        resources: arnsOf('application-autoscaling', 'scalable-target/*'),
        conditions: { StringEquals: { 'application-autoscaling:service-namespace': ['lambda', 'dynamodb'] } },
        because: 'AWS gives what is to be scaled random ids; the condition names the services.',
      },
      {
        actions: actionsOf(
          'application-autoscaling',
          'DescribeScalableTargets DescribeScalingPolicies DescribeScheduledActions',
        ),
        resources: ['*'],
        because: 'These lists cannot be narrowed.',
      },
      {
        actions: actionsOf('cloudwatch', 'PutMetricAlarm DeleteAlarms'),
        resources: arnsOf('cloudwatch', 'alarm:TargetTracking-*'),
        because: 'Application Auto Scaling calls its alarms so, and makes them with the rights of its caller.',
      },
      serviceLinkedRoles(
        'lambda.application-autoscaling.amazonaws.com',
        'dynamodb.application-autoscaling.amazonaws.com',
      ),
    ],
  },
];
