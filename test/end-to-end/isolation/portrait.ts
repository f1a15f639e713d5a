import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeEventBusCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import {
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import {
  GetFunctionCommand,
  GetPolicyCommand,
  LambdaClient,
  ListAliasesCommand,
  ListVersionsByFunctionCommand,
} from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetTopicAttributesCommand, ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { LocalAws } from 'local-aws';
import type { Scene } from './attack.ts';

/** Everything of the victim's that an attack could change, and Sluice's topic, as their administrator sees it. */
export async function portrait(aws: LocalAws, scene: Scene): Promise<unknown> {
  const plain: unknown = JSON.parse(JSON.stringify(await draw(aws, scene)), withoutMetadata);
  return plain;
}

/** Not links that are signed anew, nor what the clock alone makes of an alarm. */
function withoutMetadata(key: string, value: unknown): unknown {
  return key === '$metadata' || key === 'Location' || key.startsWith('State') ? undefined : value;
}

async function draw(aws: LocalAws, scene: Scene): Promise<object> {
  const { functionName: FunctionName, roleName: RoleName, bus, rule } = scene;
  const [lambda, iam] = [aws.client(LambdaClient, scene), aws.client(IAMClient, scene)];
  const [sns, events] = [aws.client(SNSClient, scene), aws.client(EventBridgeClient, scene)];
  const dynamodb = aws.client(DynamoDBClient, scene);
  const topic = (TopicArn: string) => [
    sns.send(new GetTopicAttributesCommand({ TopicArn })),
    sns.send(new ListSubscriptionsByTopicCommand({ TopicArn })),
  ];
  return Promise.all([
    lambda.send(new GetFunctionCommand({ FunctionName })),
    lambda.send(new ListVersionsByFunctionCommand({ FunctionName })),
    lambda.send(new ListAliasesCommand({ FunctionName })),
    lambda.send(new GetPolicyCommand({ FunctionName })).catch(String),
    iam.send(new GetRoleCommand({ RoleName })),
    iam.send(new ListRolePoliciesCommand({ RoleName })),
    iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
    dynamodb.send(new DescribeTableCommand({ TableName: scene.table })),
    dynamodb.send(new ScanCommand({ TableName: scene.table })),
    events.send(new DescribeEventBusCommand({ Name: bus })),
    events.send(new ListRulesCommand({ EventBusName: bus })),
    events.send(new ListTargetsByRuleCommand({ EventBusName: bus, Rule: rule })),
    ...topic(scene.topicArn),
    ...topic(`arn:aws:sns:${scene.region}:${scene.account}:sluice-target-alarms`),
    aws
      .client(SQSClient, scene)
      .send(
        new GetQueueAttributesCommand({ QueueUrl: scene.queueUrl, AttributeNames: ['Policy', 'VisibilityTimeout'] }),
      ),
    aws.client(SecretsManagerClient, scene).send(new GetSecretValueCommand({ SecretId: scene.secret })),
    aws.client(SSMClient, scene).send(new GetParameterCommand({ Name: scene.parameter })),
    aws.client(SFNClient, scene).send(new DescribeStateMachineCommand({ stateMachineArn: scene.machineArn })),
    aws.client(CloudWatchClient, scene).send(new DescribeAlarmsCommand({ AlarmNames: [scene.alarm] })),
  ]);
}
