import type { PolicyTemplate } from './notation.ts';

/** SAM's policy templates. https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html */
export const FROM_A: Readonly<Record<string, PolicyTemplate>> = {
  AMIDescribePolicy: { parameters: [], statements: [{ actions: 'ec2:DescribeImages', on: '*' }] },
  AWSSecretsManagerGetSecretValuePolicy: {
    parameters: ['SecretArn'],
    statements: [{ actions: 'secretsmanager:GetSecretValue', on: '${secretArn}' }],
  },
  AWSSecretsManagerRotationPolicy: {
    parameters: ['FunctionName'],
    statements: [
      {
        actions:
          'secretsmanager:DescribeSecret secretsmanager:GetSecretValue secretsmanager:PutSecretValue secretsmanager:UpdateSecretVersionStage',
        on: 'arn:secretsmanager:@:secret:*',
        when: ['secretsmanager:resource/AllowRotationLambdaArn', 'arn:lambda:@:function:${functionName}'],
      },
      { actions: 'secretsmanager:GetRandomPassword', on: '*' },
    ],
  },
  AcmGetCertificatePolicy: {
    parameters: ['CertificateArn'],
    statements: [{ actions: 'acm:GetCertificate', on: '${certificateArn}' }],
  },
  AthenaQueryPolicy: {
    parameters: ['WorkGroupName'],
    statements: [
      {
        actions:
          'athena:ListWorkGroups athena:GetExecutionEngine athena:GetExecutionEngines athena:GetNamespace athena:GetCatalogs athena:GetNamespaces athena:GetTables athena:GetTable',
        on: '*',
      },
      {
        actions:
          'athena:StartQueryExecution athena:GetQueryResults athena:DeleteNamedQuery athena:GetNamedQuery athena:ListQueryExecutions athena:StopQueryExecution athena:GetQueryResultsStream athena:ListNamedQueries athena:CreateNamedQuery athena:GetQueryExecution athena:BatchGetNamedQuery athena:BatchGetQueryExecution athena:GetWorkGroup',
        on: 'arn:athena:@:workgroup/${workgroupName}',
      },
    ],
  },
  CloudFormationDescribeStacksPolicy: {
    parameters: [],
    statements: [{ actions: 'cloudformation:DescribeStacks', on: 'arn:cloudformation:@:stack/*' }],
  },
  CloudWatchDashboardPolicy: {
    parameters: [],
    statements: [
      {
        actions: 'cloudwatch:GetDashboard cloudwatch:ListDashboards cloudwatch:PutDashboard cloudwatch:ListMetrics',
        on: '*',
      },
    ],
  },
  CloudWatchDescribeAlarmHistoryPolicy: {
    parameters: [],
    statements: [{ actions: 'cloudwatch:DescribeAlarmHistory', on: '*' }],
  },
  CloudWatchPutMetricPolicy: { parameters: [], statements: [{ actions: 'cloudwatch:PutMetricData', on: '*' }] },
  CodeCommitCrudPolicy: {
    parameters: ['RepositoryName'],
    statements: [
      {
        actions:
          'codecommit:GitPull codecommit:GitPush codecommit:CreateBranch codecommit:DeleteBranch codecommit:GetBranch codecommit:ListBranches codecommit:MergeBranchesByFastForward codecommit:MergeBranchesBySquash codecommit:MergeBranchesByThreeWay codecommit:UpdateDefaultBranch codecommit:BatchDescribeMergeConflicts codecommit:CreateUnreferencedMergeCommit codecommit:DescribeMergeConflicts codecommit:GetMergeCommit codecommit:GetMergeOptions codecommit:BatchGetPullRequests codecommit:CreatePullRequest codecommit:DescribePullRequestEvents codecommit:GetCommentsForPullRequest codecommit:GetCommitsFromMergeBase codecommit:GetMergeConflicts codecommit:GetPullRequest codecommit:ListPullRequests codecommit:MergePullRequestByFastForward codecommit:MergePullRequestBySquash codecommit:MergePullRequestByThreeWay codecommit:PostCommentForPullRequest codecommit:UpdatePullRequestDescription codecommit:UpdatePullRequestStatus codecommit:UpdatePullRequestTitle codecommit:DeleteFile codecommit:GetBlob codecommit:GetFile codecommit:GetFolder codecommit:PutFile codecommit:DeleteCommentContent codecommit:GetComment codecommit:GetCommentsForComparedCommit codecommit:PostCommentForComparedCommit codecommit:PostCommentReply codecommit:UpdateComment codecommit:BatchGetCommits codecommit:CreateCommit codecommit:GetCommit codecommit:GetCommitHistory codecommit:GetDifferences codecommit:GetObjectIdentifier codecommit:GetReferences codecommit:GetTree codecommit:GetRepository codecommit:UpdateRepositoryDescription codecommit:ListTagsForResource codecommit:TagResource codecommit:UntagResource codecommit:GetRepositoryTriggers codecommit:PutRepositoryTriggers codecommit:TestRepositoryTriggers codecommit:GetBranch codecommit:GetCommit codecommit:UploadArchive codecommit:GetUploadArchiveStatus codecommit:CancelUploadArchive',
        on: 'arn:codecommit:@:${repositoryName}',
      },
    ],
  },
  CodeCommitReadPolicy: {
    parameters: ['RepositoryName'],
    statements: [
      {
        actions:
          'codecommit:GitPull codecommit:GetBranch codecommit:ListBranches codecommit:BatchDescribeMergeConflicts codecommit:DescribeMergeConflicts codecommit:GetMergeCommit codecommit:GetMergeOptions codecommit:BatchGetPullRequests codecommit:DescribePullRequestEvents codecommit:GetCommentsForPullRequest codecommit:GetCommitsFromMergeBase codecommit:GetMergeConflicts codecommit:GetPullRequest codecommit:ListPullRequests codecommit:GetBlob codecommit:GetFile codecommit:GetFolder codecommit:GetComment codecommit:GetCommentsForComparedCommit codecommit:BatchGetCommits codecommit:GetCommit codecommit:GetCommitHistory codecommit:GetDifferences codecommit:GetObjectIdentifier codecommit:GetReferences codecommit:GetTree codecommit:GetRepository codecommit:ListTagsForResource codecommit:GetRepositoryTriggers codecommit:TestRepositoryTriggers codecommit:GetBranch codecommit:GetCommit codecommit:GetUploadArchiveStatus',
        on: 'arn:codecommit:@:${repositoryName}',
      },
    ],
  },
  CodePipelineLambdaExecutionPolicy: {
    parameters: [],
    statements: [{ actions: 'codepipeline:PutJobSuccessResult codepipeline:PutJobFailureResult', on: '*' }],
  },
  CodePipelineReadOnlyPolicy: {
    parameters: ['PipelineName'],
    statements: [{ actions: 'codepipeline:ListPipelineExecutions', on: 'arn:codepipeline:@:${pipelinename}' }],
  },
  ComprehendBasicAccessPolicy: {
    parameters: [],
    statements: [
      {
        actions:
          'comprehend:BatchDetectKeyPhrases comprehend:DetectDominantLanguage comprehend:DetectEntities comprehend:BatchDetectEntities comprehend:DetectKeyPhrases comprehend:DetectSentiment comprehend:BatchDetectDominantLanguage comprehend:BatchDetectSentiment',
        on: '*',
      },
    ],
  },
  CostExplorerReadOnlyPolicy: {
    parameters: [],
    statements: [
      {
        actions:
          'ce:GetCostAndUsage ce:GetDimensionValues ce:GetReservationCoverage ce:GetReservationPurchaseRecommendation ce:GetReservationUtilization ce:GetTags',
        on: '*',
      },
    ],
  },
  DynamoDBBackupFullAccessPolicy: {
    parameters: ['TableName'],
    statements: [
      { actions: 'dynamodb:CreateBackup dynamodb:DescribeContinuousBackups', on: 'arn:dynamodb:@:table/${tableName}' },
      {
        actions: 'dynamodb:DeleteBackup dynamodb:DescribeBackup dynamodb:ListBackups',
        on: 'arn:dynamodb:@:table/${tableName}/backup/*',
      },
    ],
  },
  DynamoDBCrudPolicy: {
    parameters: ['TableName'],
    statements: [
      {
        actions:
          'dynamodb:GetItem dynamodb:DeleteItem dynamodb:PutItem dynamodb:Scan dynamodb:Query dynamodb:UpdateItem dynamodb:BatchWriteItem dynamodb:BatchGetItem dynamodb:DescribeTable dynamodb:ConditionCheckItem',
        on: ['arn:dynamodb:@:table/${tableName}', 'arn:dynamodb:@:table/${tableName}/index/*'],
      },
    ],
  },
  DynamoDBReadPolicy: {
    parameters: ['TableName'],
    statements: [
      {
        actions: 'dynamodb:GetItem dynamodb:Scan dynamodb:Query dynamodb:BatchGetItem dynamodb:DescribeTable',
        on: ['arn:dynamodb:@:table/${tableName}', 'arn:dynamodb:@:table/${tableName}/index/*'],
      },
    ],
  },
  DynamoDBReconfigurePolicy: {
    parameters: ['TableName'],
    statements: [{ actions: 'dynamodb:UpdateTable', on: 'arn:dynamodb:@:table/${tableName}' }],
  },
  DynamoDBRestoreFromBackupPolicy: {
    parameters: ['TableName'],
    statements: [
      { actions: 'dynamodb:RestoreTableFromBackup', on: 'arn:dynamodb:@:table/${tableName}/backup/*' },
      {
        actions:
          'dynamodb:PutItem dynamodb:UpdateItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:Query dynamodb:Scan dynamodb:BatchWriteItem',
        on: 'arn:dynamodb:@:table/${tableName}',
      },
    ],
  },
  DynamoDBStreamReadPolicy: {
    parameters: ['StreamName', 'TableName'],
    statements: [
      {
        actions: 'dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator',
        on: 'arn:dynamodb:@:table/${tableName}/stream/${streamName}',
      },
      { actions: 'dynamodb:ListStreams', on: 'arn:dynamodb:@:table/${tableName}/stream/*' },
    ],
  },
  DynamoDBWritePolicy: {
    parameters: ['TableName'],
    statements: [
      {
        actions: 'dynamodb:PutItem dynamodb:UpdateItem dynamodb:BatchWriteItem',
        on: ['arn:dynamodb:@:table/${tableName}', 'arn:dynamodb:@:table/${tableName}/index/*'],
      },
    ],
  },
};
