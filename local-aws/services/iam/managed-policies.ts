/**
 * The AWS managed policies that templates here attach, with AWS's own documents.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
import { SERVICE_POLICIES } from './service-policies.ts';

const allow = (actions: readonly string[], resources: readonly string[] = ['*']): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: resources }],
});

const tracing = [
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'xray:GetSamplingStatisticSummaries',
];

const logging = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

/** ARN to document, for `arn:aws:iam::aws:policy/…`. Any other is refused by name. */
export const AWS_MANAGED_POLICIES: Readonly<Record<string, object>> = {
  ...SERVICE_POLICIES,
  'arn:aws:iam::aws:policy/AdministratorAccess': allow(['*']),
  'arn:aws:iam::aws:policy/PowerUserAccess': {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: [
          ...['account:GetAccountInformation', 'account:GetGovCloudAccountInformation', 'account:GetPrimaryEmail'],
          ...['account:ListRegions', 'iam:CreateServiceLinkedRole', 'iam:DeleteServiceLinkedRole', 'iam:ListRoles'],
          ...['organizations:DescribeEffectivePolicy', 'organizations:DescribeOrganization'],
        ],
        Resource: '*',
      },
    ],
  },
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': allow(logging),
  'arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole': allow([
    ...['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    ...logging,
  ]),
  'arn:aws:iam::aws:policy/service-role/AWSLambdaDynamoDBExecutionRole': allow([
    ...['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
    ...logging,
  ]),
  'arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole': allow([
    ...logging,
    ...['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
    ...['ec2:DeleteNetworkInterface', 'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'],
  ]),
  'arn:aws:iam::aws:policy/service-role/AWSLambdaRole': allow(['lambda:InvokeFunction']),
  'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess': allow(tracing),
  'arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess': allow(tracing),
  'arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda': codeDeploy(['sns:Publish']),
  'arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited': codeDeploy([]),
};

function codeDeploy(further: readonly string[]): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Action: [
          'cloudwatch:DescribeAlarms',
          'lambda:UpdateAlias',
          'lambda:GetAlias',
          'lambda:GetProvisionedConcurrencyConfig',
          ...further,
        ],
        Resource: '*',
        Effect: 'Allow',
      },
      { Action: ['s3:GetObject', 's3:GetObjectVersion'], Resource: 'arn:aws:s3:::*/CodeDeploy/*', Effect: 'Allow' },
      {
        Action: ['s3:GetObject', 's3:GetObjectVersion'],
        Resource: '*',
        Condition: { StringEquals: { 's3:ExistingObjectTag/UseWithCodeDeploy': 'true' } },
        Effect: 'Allow',
      },
      { Action: ['lambda:InvokeFunction'], Resource: 'arn:aws:lambda:*:*:function:CodeDeployHook_*', Effect: 'Allow' },
    ],
  };
}
