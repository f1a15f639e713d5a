import type { PolicyTemplate } from './notation.ts';

/** SAM's policy templates. https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html */
export const FROM_R: Readonly<Record<string, PolicyTemplate>> = {
  RekognitionDetectOnlyPolicy: {
    parameters: [],
    statements: [
      {
        actions:
          'rekognition:DetectFaces rekognition:DetectLabels rekognition:DetectModerationLabels rekognition:DetectText',
        on: '*',
      },
    ],
  },
  RekognitionFacesManagementPolicy: {
    parameters: ['CollectionId'],
    statements: [
      {
        actions:
          'rekognition:IndexFaces rekognition:DeleteFaces rekognition:SearchFaces rekognition:SearchFacesByImage rekognition:ListFaces',
        on: 'arn:rekognition:@:collection/${collectionId}',
      },
    ],
  },
  RekognitionFacesPolicy: {
    parameters: [],
    statements: [{ actions: 'rekognition:CompareFaces rekognition:DetectFaces', on: '*' }],
  },
  RekognitionLabelsPolicy: {
    parameters: [],
    statements: [{ actions: 'rekognition:DetectLabels rekognition:DetectModerationLabels', on: '*' }],
  },
  RekognitionNoDataAccessPolicy: {
    parameters: ['CollectionId'],
    statements: [
      {
        actions:
          'rekognition:CompareFaces rekognition:DetectFaces rekognition:DetectLabels rekognition:DetectModerationLabels',
        on: 'arn:rekognition:@:collection/${collectionId}',
      },
    ],
  },
  RekognitionReadPolicy: {
    parameters: ['CollectionId'],
    statements: [
      {
        actions:
          'rekognition:ListCollections rekognition:ListFaces rekognition:SearchFaces rekognition:SearchFacesByImage',
        on: 'arn:rekognition:@:collection/${collectionId}',
      },
    ],
  },
  RekognitionWriteOnlyAccessPolicy: {
    parameters: ['CollectionId'],
    statements: [
      {
        actions: 'rekognition:CreateCollection rekognition:IndexFaces',
        on: 'arn:rekognition:@:collection/${collectionId}',
      },
    ],
  },
  Route53ChangeResourceRecordSetsPolicy: {
    parameters: ['HostedZoneId'],
    statements: [{ actions: 'route53:ChangeResourceRecordSets', on: 'arn:route53:::hostedzone/${HostedZoneId}' }],
  },
  S3CrudPolicy: {
    parameters: ['BucketName'],
    statements: [
      {
        actions:
          's3:GetObject s3:ListBucket s3:GetBucketLocation s3:GetObjectVersion s3:PutObject s3:PutObjectAcl s3:GetLifecycleConfiguration s3:PutLifecycleConfiguration s3:DeleteObject',
        on: ['arn:s3:::${bucketName}', 'arn:s3:::${bucketName}/*'],
      },
    ],
  },
  S3FullAccessPolicy: {
    parameters: ['BucketName'],
    statements: [
      {
        actions:
          's3:GetObject s3:GetObjectAcl s3:GetObjectVersion s3:PutObject s3:PutObjectAcl s3:DeleteObject s3:DeleteObjectTagging s3:DeleteObjectVersionTagging s3:GetObjectTagging s3:GetObjectVersionTagging s3:PutObjectTagging s3:PutObjectVersionTagging',
        on: ['arn:s3:::${bucketName}/*'],
      },
      {
        actions: 's3:ListBucket s3:GetBucketLocation s3:GetLifecycleConfiguration s3:PutLifecycleConfiguration',
        on: ['arn:s3:::${bucketName}'],
      },
    ],
  },
  S3ReadPolicy: {
    parameters: ['BucketName'],
    statements: [
      {
        actions: 's3:GetObject s3:ListBucket s3:GetBucketLocation s3:GetObjectVersion s3:GetLifecycleConfiguration',
        on: ['arn:s3:::${bucketName}', 'arn:s3:::${bucketName}/*'],
      },
    ],
  },
  S3WritePolicy: {
    parameters: ['BucketName'],
    statements: [
      {
        actions: 's3:PutObject s3:PutObjectAcl s3:PutLifecycleConfiguration',
        on: ['arn:s3:::${bucketName}', 'arn:s3:::${bucketName}/*'],
      },
    ],
  },
  SESBulkTemplatedCrudPolicy: {
    parameters: ['IdentityName'],
    statements: [
      {
        actions:
          'ses:GetIdentityVerificationAttributes ses:SendEmail ses:SendRawEmail ses:SendTemplatedEmail ses:SendBulkTemplatedEmail ses:VerifyEmailIdentity',
        on: 'arn:ses:@:identity/${identityName}',
      },
    ],
  },
  SESBulkTemplatedCrudPolicy_v2: {
    parameters: ['IdentityName', 'TemplateName'],
    statements: [
      {
        actions: 'ses:SendEmail ses:SendRawEmail ses:SendTemplatedEmail ses:SendBulkTemplatedEmail',
        on: ['arn:ses:@:identity/${identityName}', 'arn:ses:@:template/${templateName}'],
      },
      { actions: 'ses:GetIdentityVerificationAttributes ses:VerifyEmailIdentity', on: '*' },
    ],
  },
  SESCrudPolicy: {
    parameters: ['IdentityName'],
    statements: [
      {
        actions: 'ses:GetIdentityVerificationAttributes ses:SendEmail ses:SendRawEmail ses:VerifyEmailIdentity',
        on: 'arn:ses:@:identity/${identityName}',
      },
    ],
  },
  SESEmailTemplateCrudPolicy: {
    parameters: [],
    statements: [
      {
        actions:
          'ses:CreateTemplate ses:GetTemplate ses:ListTemplates ses:UpdateTemplate ses:DeleteTemplate ses:TestRenderTemplate',
        on: '*',
      },
    ],
  },
  SESSendBouncePolicy: {
    parameters: ['IdentityName'],
    statements: [{ actions: 'ses:SendBounce', on: 'arn:ses:@:identity/${identityName}' }],
  },
  SNSCrudPolicy: {
    parameters: ['TopicName'],
    statements: [
      {
        actions: 'sns:ListSubscriptionsByTopic sns:CreateTopic sns:SetTopicAttributes sns:Subscribe sns:Publish',
        on: 'arn:sns:@:${topicName}*',
      },
    ],
  },
  SNSPublishMessagePolicy: {
    parameters: ['TopicName'],
    statements: [{ actions: 'sns:Publish', on: 'arn:sns:@:${topicName}' }],
  },
  SQSPollerPolicy: {
    parameters: ['QueueName'],
    statements: [
      {
        actions:
          'sqs:ChangeMessageVisibility sqs:ChangeMessageVisibilityBatch sqs:DeleteMessage sqs:DeleteMessageBatch sqs:GetQueueAttributes sqs:ReceiveMessage',
        on: 'arn:sqs:@:${queueName}',
      },
    ],
  },
  SQSSendMessagePolicy: {
    parameters: ['QueueName'],
    statements: [{ actions: 'sqs:SendMessage*', on: 'arn:sqs:@:${queueName}' }],
  },
  SSMParameterReadPolicy: {
    parameters: ['ParameterName'],
    statements: [
      { actions: 'ssm:DescribeParameters', on: '*' },
      {
        actions: 'ssm:GetParameters ssm:GetParameter ssm:GetParametersByPath',
        on: 'arn:ssm:@:parameter/${parameterName}',
      },
    ],
  },
  SSMParameterWithSlashPrefixReadPolicy: {
    parameters: ['ParameterName'],
    statements: [
      { actions: 'ssm:DescribeParameters', on: '*' },
      {
        actions: 'ssm:GetParameters ssm:GetParameter ssm:GetParametersByPath',
        on: 'arn:ssm:@:parameter${parameterName}',
      },
    ],
  },
  SageMakerCreateEndpointConfigPolicy: {
    parameters: ['EndpointConfigName'],
    statements: [
      { actions: 'sagemaker:CreateEndpointConfig', on: 'arn:sagemaker:@:endpoint-config/${endpointConfigName}' },
    ],
  },
  SageMakerCreateEndpointPolicy: {
    parameters: ['EndpointName'],
    statements: [{ actions: 'sagemaker:CreateEndpoint', on: 'arn:sagemaker:@:endpoint/${endpointName}' }],
  },
  ServerlessRepoReadWriteAccessPolicy: {
    parameters: [],
    statements: [
      {
        actions:
          'serverlessrepo:CreateApplication serverlessrepo:CreateApplicationVersion serverlessrepo:UpdateApplication serverlessrepo:GetApplication serverlessrepo:ListApplications serverlessrepo:ListApplicationVersions serverlessrepo:ListApplicationDependencies',
        on: ['arn:serverlessrepo:@:applications/*'],
      },
    ],
  },
  StepFunctionsCallbackPolicy: {
    parameters: ['StateMachineName'],
    statements: [
      {
        actions: 'states:SendTaskFailure states:SendTaskHeartbeat states:SendTaskSuccess',
        on: 'arn:states:@:stateMachine:${stateMachineName}',
      },
    ],
  },
  StepFunctionsExecutionPolicy: {
    parameters: ['StateMachineName'],
    statements: [{ actions: 'states:StartExecution', on: 'arn:states:@:stateMachine:${stateMachineName}' }],
  },
  StepFunctionsExecutionPolicy_v2: {
    parameters: ['StateMachineName'],
    statements: [
      {
        actions: 'states:StartExecution states:StartSyncExecution',
        on: 'arn:states:@:stateMachine:${stateMachineName}',
      },
    ],
  },
  TextractDetectAnalyzePolicy: {
    parameters: [],
    statements: [
      {
        actions:
          'textract:DetectDocumentText textract:StartDocumentTextDetection textract:StartDocumentAnalysis textract:AnalyzeDocument',
        on: '*',
      },
    ],
  },
  TextractGetResultPolicy: {
    parameters: [],
    statements: [{ actions: 'textract:GetDocumentTextDetection textract:GetDocumentAnalysis', on: '*' }],
  },
  TextractPolicy: { parameters: [], statements: [{ actions: 'textract:*', on: '*' }] },
  VPCAccessPolicy: {
    parameters: [],
    statements: [
      {
        actions:
          'ec2:CreateNetworkInterface ec2:DeleteNetworkInterface ec2:DescribeNetworkInterfaces ec2:DetachNetworkInterface',
        on: '*',
      },
    ],
  },
};
