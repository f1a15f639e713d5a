/**
 * AWS managed policies that functions and state machines mostly have, with AWS's own documents of November 2026.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */

interface Statement {
  /** `<service>: <operations>`, a service a line. */
  readonly actions: readonly string[];
  readonly resource?: string;
  readonly condition?: object;
}

/** By what follows `arn:aws:iam::aws:policy/`. */
const STATEMENTS: Readonly<Record<string, readonly Statement[]>> = {
  'service-role/AWSLambdaKinesisExecutionRole': [
    {
      actions: [
        'kinesis: DescribeStream DescribeStreamSummary GetRecords GetShardIterator ListShards ListStreams SubscribeToShard',
        'logs: CreateLogGroup CreateLogStream PutLogEvents',
      ],
    },
  ],
  AmazonSQSFullAccess: [{ actions: ['sqs: *'] }],
  AmazonSQSReadOnlyAccess: [
    {
      actions: [
        'sqs: GetQueueAttributes GetQueueUrl ListDeadLetterSourceQueues ListQueues ListMessageMoveTasks ListQueueTags',
      ],
    },
  ],
  AmazonS3FullAccess: [{ actions: ['s3: *', 's3-object-lambda: *'] }],
  AmazonS3ReadOnlyAccess: [{ actions: ['s3: Get* List* Describe*', 's3-object-lambda: Get* List*'] }],
  AmazonSNSFullAccess: [
    { actions: ['sns: *'] },
    {
      actions: [
        'sms-voice: DescribeVerifiedDestinationNumbers CreateVerifiedDestinationNumber SendDestinationNumberVerificationCode SendTextMessage DeleteVerifiedDestinationNumber VerifyDestinationNumber DescribeAccountAttributes DescribeSpendLimits DescribePhoneNumbers SetTextMessageSpendLimitOverride DescribeOptedOutNumbers DeleteOptedOutNumber',
      ],
      condition: { StringEquals: { 'aws:CalledViaLast': 'sns.amazonaws.com' } },
    },
  ],
  AmazonDynamoDBFullAccess: [
    {
      actions: [
        'dynamodb: *',
        'dax: *',
        'application-autoscaling: DeleteScalingPolicy DeregisterScalableTarget DescribeScalableTargets DescribeScalingActivities DescribeScalingPolicies PutScalingPolicy RegisterScalableTarget',
        'cloudwatch: DeleteAlarms DescribeAlarmHistory DescribeAlarms DescribeAlarmsForMetric GetMetricStatistics ListMetrics PutMetricAlarm GetMetricData',
        'datapipeline: ActivatePipeline CreatePipeline DeletePipeline DescribeObjects DescribePipelines GetPipelineDefinition ListPipelines PutPipelineDefinition QueryObjects',
        'ec2: DescribeVpcs DescribeSubnets DescribeSecurityGroups',
        'iam: GetRole ListRoles',
        'kms: DescribeKey ListAliases',
        'sns: CreateTopic DeleteTopic ListSubscriptions ListSubscriptionsByTopic ListTopics Subscribe Unsubscribe SetTopicAttributes',
        'lambda: CreateFunction ListFunctions ListEventSourceMappings CreateEventSourceMapping DeleteEventSourceMapping GetFunctionConfiguration DeleteFunction',
        'resource-groups: ListGroups ListGroupResources GetGroup GetGroupQuery DeleteGroup CreateGroup',
        'tag: GetResources',
        'kinesis: ListStreams DescribeStream DescribeStreamSummary',
      ],
    },
    {
      actions: ['cloudwatch: GetInsightRuleReport'],
      resource: 'arn:aws:cloudwatch:*:*:insight-rule/DynamoDBContributorInsights*',
    },
    {
      actions: ['iam: PassRole'],
      condition: {
        StringLike: {
          'iam:PassedToService': [
            'application-autoscaling.amazonaws.com',
            'application-autoscaling.amazonaws.com.cn',
            'dax.amazonaws.com',
          ],
        },
      },
    },
    {
      actions: ['iam: CreateServiceLinkedRole'],
      condition: {
        StringEquals: {
          'iam:AWSServiceName': [
            'replication.dynamodb.amazonaws.com',
            'dax.amazonaws.com',
            'dynamodb.application-autoscaling.amazonaws.com',
            'contributorinsights.dynamodb.amazonaws.com',
            'kinesisreplication.dynamodb.amazonaws.com',
          ],
        },
      },
    },
  ],
  AmazonDynamoDBReadOnlyAccess: [
    {
      actions: [
        'application-autoscaling: DescribeScalableTargets DescribeScalingActivities DescribeScalingPolicies',
        'cloudwatch: DescribeAlarmHistory DescribeAlarms DescribeAlarmsForMetric GetMetricStatistics ListMetrics GetMetricData',
        'datapipeline: DescribeObjects DescribePipelines GetPipelineDefinition ListPipelines QueryObjects',
        'dynamodb: BatchGetItem Describe* List* GetAbacStatus GetItem GetResourcePolicy Query Scan PartiQLSelect',
        'dax: Describe* List* GetItem BatchGetItem Query Scan',
        'ec2: DescribeVpcs DescribeSubnets DescribeSecurityGroups',
        'iam: GetRole ListRoles',
        'kms: DescribeKey ListAliases',
        'sns: ListSubscriptionsByTopic ListTopics',
        'lambda: ListFunctions ListEventSourceMappings GetFunctionConfiguration',
        'resource-groups: ListGroups ListGroupResources GetGroup GetGroupQuery',
        'tag: GetResources',
        'kinesis: ListStreams DescribeStream DescribeStreamSummary',
      ],
    },
    {
      actions: ['cloudwatch: GetInsightRuleReport'],
      resource: 'arn:aws:cloudwatch:*:*:insight-rule/DynamoDBContributorInsights*',
    },
  ],
  AmazonAPIGatewayAdministrator: [{ actions: ['apigateway: *'], resource: 'arn:aws:apigateway:*::/*' }],
  AmazonAPIGatewayInvokeFullAccess: [
    { actions: ['execute-api: Invoke ManageConnections'], resource: 'arn:aws:execute-api:*:*:*' },
  ],
  'service-role/AmazonAPIGatewayPushToCloudWatchLogs': [
    {
      actions: [
        'logs: CreateLogGroup CreateLogStream DescribeLogGroups DescribeLogStreams PutLogEvents GetLogEvents FilterLogEvents',
      ],
    },
  ],
  AWSStepFunctionsFullAccess: [{ actions: ['states: *'] }],
  CloudWatchLambdaInsightsExecutionRolePolicy: [
    { actions: ['logs: CreateLogGroup'] },
    { actions: ['logs: CreateLogStream PutLogEvents'], resource: 'arn:aws:logs:*:*:log-group:/aws/lambda-insights:*' },
  ],
  AWSLambdaExecute: [
    { actions: ['logs: *'], resource: 'arn:aws:logs:*:*:*' },
    { actions: ['s3: GetObject PutObject'], resource: 'arn:aws:s3:::*' },
  ],
  AmazonSSMReadOnlyAccess: [{ actions: ['ssm: Describe* Get* List*'] }],
  CloudWatchLogsFullAccess: [
    {
      actions: [
        'logs: *',
        'cloudwatch: GenerateQuery GenerateQueryResultsSummary',
        'observabilityadmin: GetS3TableIntegration ListS3TableIntegrations ListTelemetryPipelines',
      ],
    },
  ],
  AmazonSESFullAccess: [{ actions: ['ses: *'] }],
  AmazonTextractFullAccess: [{ actions: ['textract: *'] }],
  AWSLambda_FullAccess: [
    {
      actions: [
        'cloudformation: DescribeStacks ListStackResources',
        'cloudwatch: ListMetrics GetMetricData',
        'ec2: DescribeSecurityGroups DescribeSubnets DescribeVpcs',
        'kms: DescribeKey ListAliases',
        'iam: GetPolicy GetPolicyVersion GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies ListRoles',
        'lambda: *',
        'logs: DescribeLogGroups',
        'states: DescribeStateMachine ListStateMachines',
        'tag: GetResources',
        'xray: GetTraceSummaries BatchGetTraces',
      ],
    },
    { actions: ['iam: PassRole'], condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } } },
    {
      actions: ['logs: DescribeLogStreams GetLogEvents FilterLogEvents StartLiveTail StopLiveTail'],
      resource: 'arn:aws:logs:*:*:log-group:/aws/lambda/*',
    },
    {
      actions: ['iam: CreateServiceLinkedRole'],
      resource: 'arn:aws:iam::*:role/aws-service-role/lambda.amazonaws.com/AWSServiceRoleForLambda',
      condition: { StringEquals: { 'iam:AWSServiceName': 'lambda.amazonaws.com' } },
    },
  ],
  ComprehendReadOnly: [
    {
      actions: [
        'comprehend: DetectDominantLanguage BatchDetectDominantLanguage DetectEntities BatchDetectEntities DetectKeyPhrases BatchDetectKeyPhrases DetectPiiEntities ContainsPiiEntities DetectSentiment BatchDetectSentiment DetectSyntax BatchDetectSyntax ClassifyDocument DescribeTopicsDetectionJob ListTopicsDetectionJobs DescribeDominantLanguageDetectionJob ListDominantLanguageDetectionJobs DescribeEntitiesDetectionJob ListEntitiesDetectionJobs DescribeKeyPhrasesDetectionJob ListKeyPhrasesDetectionJobs DescribePiiEntitiesDetectionJob ListPiiEntitiesDetectionJobs DescribeSentimentDetectionJob DescribeTargetedSentimentDetectionJob ListSentimentDetectionJobs ListTargetedSentimentDetectionJobs DescribeDocumentClassifier ListDocumentClassifiers DescribeDocumentClassificationJob ListDocumentClassificationJobs DescribeEntityRecognizer ListEntityRecognizers ListTagsForResource DescribeEndpoint ListEndpoints ListDocumentClassifierSummaries ListEntityRecognizerSummaries DescribeResourcePolicy',
      ],
    },
  ],
};

/** Documents by ARN. */
export const SERVICE_POLICIES: Readonly<Record<string, object>> = Object.fromEntries(
  Object.entries(STATEMENTS).map(([name, statements]) => [
    `arn:aws:iam::aws:policy/${name}`,
    { Version: '2012-10-17', Statement: statements.map(statementOf) },
  ]),
);

function statementOf({ actions, resource = '*', condition }: Statement): object {
  const named = actions.flatMap((line) => {
    const [service = '', operations = ''] = line.split(': ');
    return operations.split(' ').map((operation) => `${service}:${operation}`);
  });
  return {
    ...{ Effect: 'Allow', Action: named, Resource: resource },
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}
