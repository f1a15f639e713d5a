import { Construct } from 'constructs';
import { Stack } from 'aws-cdk-lib';
import { boundaryName } from '../../core/contract/names.ts';
import { ownedArns } from '../../core/contract/owned.ts';
import type { EntryNames } from '../../core/policy/stack-names.ts';
import { createLimitingPolicy, type Limit } from '../constructs/permissions.ts';
import { othersByTag, ownByTag } from './denials.ts';

const because =
  'A boundary grants nothing: it is the most that a role made by a service’s stack can ever be granted by its template.';

/**
 * What running services do. Nothing that manages accounts, identities or other services. A boundary has no room for every name: a pattern
 * stands for exactly the actions that a test lists.
 */
export const running: readonly string[] = [
  // A function whose template has no log group makes it by itself; without that its logs are lost without a word.
  ...['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents', 'xray:PutT*'],
  ...['kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:DescribeStreamSummary', 'kinesis:ListShards'],
  ...['kinesis:PutRecord*', 'kinesis:SubscribeToShard', 'kinesis:DescribeStream', 'firehose:PutRecord*'],
  ...['execute-api:ManageConnections', 'execute-api:Invoke', 'lambda:InvokeFunction*', 'events:PutEvents'],
  ...['events:InvokeApiDestination', 'states:InvokeHTTPEndpoint', 'appsync:GraphQL'],
  ...['appsync:EventPublish'],
  ...['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage', 'cloudwatch:PutMetricData'],
  ...['dynamodb:*Item', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:DescribeTable', 'dynamodb:ListStreams'],
  ...['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:DeleteObject'],
  // By custom resources of the CDK: notifications of a bucket, and emptying one that has versions.
  // https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_s3_notifications-readme.html
  ...['s3:*BucketNotification', 's3:DeleteObjectVersion'],
  ...['s3:ListBucket*', 's3:GetBucketLocation', 's3:AbortMultipartUpload', 'sqs:SendMessage', 'sqs:ReceiveMessage'],
  ...['sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueue*', 'sns:Publish'],
  ...['ses:SendEmail', 'ses:SendRawEmail', 'ssm:GetParameter', 'ssm:GetParameters'],
  ...['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret', 'kms:*crypt'],
  ...['kms:GenerateDataKey', 'kms:DescribeKey', 'kms:Sign', 'kms:Verify', 'kms:GetPublicKey'],
  ...['states:St*Execution', 'states:DescribeExecution', 'states:SendTask*', 'states:GetActivityTask'],
  ...['codedeploy:PutLifecycleEventHookExecutionStatus', 'cloudwatch:DescribeAlarms'],
  ...['logs:*LogDelivery', 'logs:ListLogDeliveries', 'logs:PutResourcePolicy'],
  ...['logs:DescribeResourcePolicies', 'logs:DescribeLogGroups', 'ec2:CreateNetworkInterface'],
  ...['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:DeleteNetworkInterface'],
  ...['ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'],
];

/**
 * Where AWS compares no tags of what is reached, names do: a table's stream has none of the table's tags, what stands under a path
 * is not judged by itself, a rule has no tags before it is made, and a connection never has any. Rules are those of Step Functions, by
 * which a state machine hears of what it waits for; connections are used by its HTTP tasks.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/abac-streams.html
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html
 * https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
 */
function byName(resources: readonly string[]): Limit[] {
  // Account and Region are left to what grants it: the policy is shorter.
  const named = (service: string, before: string, after = ''): string[] =>
    resources.map((name) => `arn:aws:${service}:*:*:${before}${name}${after}`);
  const streams = ['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream'];
  const rules = ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'];
  return [
    { Effect: 'Allow', Action: movingTraffic, Resource: named('lambda', 'function:') },
    { Effect: 'Allow', Action: streams, Resource: named('dynamodb', 'table/', '/stream/*') },
    { Effect: 'Allow', Action: ['ssm:GetParametersByPath'], Resource: named('ssm', 'parameter/') },
    { Effect: 'Allow', Action: rules, Resource: ['arn:aws:events:*:*:rule/StepFunctions*'] },
    { Effect: 'Allow', Action: ['events:RetrieveConnectionCredentials'], Resource: named('events', 'connection/') },
    { Effect: 'Allow', Action: keepingLogs, Resource: named('logs', '*/') },
  ];
}

/** What a service's own CodeDeploy role does besides, for aliases whose deployment group is in its template. */
const movingTraffic = ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'] as const;

/** What the CDK's `LogRetention` does, to logs of the service's own functions: `log-group:/aws/lambda/…`, for short. */
const keepingLogs = ['logs:*RetentionPolicy'] as const;

/**
 * What services may do to one another, as far as their roles' policies and the other's resource policies let them: to call is
 * not to change. Keys of KMS alone give nobody data.
 */
const callingOthers = [
  ...['lambda:InvokeFunction', 'execute-api:Invoke', 'events:PutEvents', 'sns:Publish', 'sqs:SendMessage'],
  ...['appsync:GraphQL', 'appsync:EventPublish'],
  ...['sqs:GetQueue*', 'states:StartExecution', 'states:DescribeExecution'],
  ...['kms:*crypt', 'kms:GenerateDataKey', 'kms:DescribeKey', 'kms:Verify', 'kms:GetPublicKey'],
] as const;

/**
 * Services of which Sluice owns something that running code could reach, by name, where that is needed besides its tag: what AWS
 * compares no tags of (objects, executions, log streams), and what others can be called as. A policy has no room for more.
 */
const reachable = ['dynamodb', 's3', 'events', 'sns', 'sqs', 'states', 'ssm', 'kms', 'logs'] as const;

/** The permissions boundary that every role and user made by a stack of one entry has to carry. */
export class Boundary extends Construct {
  constructor(scope: Construct, id: string, { entry, resources }: EntryNames) {
    super(scope, id);
    const { region } = Stack.of(this);
    createLimitingPolicy(this, 'Policy', {
      name: boundaryName(region, entry),
      description: `The most that roles of ${entry} may be allowed`,
      because,
      limits: [
        { Effect: 'Allow', Action: running, Resource: ['*'] },
        ...byName(resources),
        { Effect: 'Deny', Action: ['*'], Resource: ownedArns(reachable) },
        ownByTag,
        othersByTag(entry, callingOthers),
      ],
    });
  }
}
