/**
 * Values that AWS documents and its resource specification does not carry: the only values of a property, or its least and greatest number.
 * By type, and by property or `Object.Property`. They are only said to people, since AWS raises and adds to them.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/, and the models of the APIs.
 */
export const knownLimits: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'AWS::ApiGateway::Method': {
    AuthorizationType: 'NONE|AWS_IAM|CUSTOM|COGNITO_USER_POOLS',
    HttpMethod: 'ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT',
    'Integration.TimeoutInMillis': '50..',
  },
  'AWS::ApiGateway::RestApi': { 'EndpointConfiguration.Types': 'EDGE|REGIONAL|PRIVATE' },
  'AWS::ApiGatewayV2::Api': { ProtocolType: 'HTTP|WEBSOCKET' },
  'AWS::ApiGatewayV2::Integration': {
    IntegrationType: 'AWS|AWS_PROXY|HTTP|HTTP_PROXY|MOCK',
    PayloadFormatVersion: '1.0|2.0',
    TimeoutInMillis: '50..30000',
  },
  'AWS::ApiGatewayV2::Route': { AuthorizationType: 'NONE|AWS_IAM|CUSTOM|JWT' },
  'AWS::AppSync::GraphQLApi': {
    AuthenticationType: 'AMAZON_COGNITO_USER_POOLS|API_KEY|AWS_IAM|AWS_LAMBDA|OPENID_CONNECT',
    'LogConfig.FieldLogLevel': 'ALL|DEBUG|ERROR|INFO|NONE',
  },
  'AWS::AppSync::Resolver': { Kind: 'PIPELINE|UNIT' },
  'AWS::CloudWatch::Alarm': {
    ComparisonOperator:
      'GreaterThanOrEqualToThreshold|GreaterThanThreshold|GreaterThanUpperThreshold|LessThanLowerOrGreaterThanUpperThreshold|LessThanLowerThreshold|LessThanOrEqualToThreshold|LessThanThreshold',
    EvaluationPeriods: '1..',
    Statistic: 'Average|Maximum|Minimum|SampleCount|Sum',
    TreatMissingData: 'breaching|ignore|missing|notBreaching',
  },
  'AWS::DynamoDB::Table': {
    BillingMode: 'PAY_PER_REQUEST|PROVISIONED',
    TableClass: 'STANDARD|STANDARD_INFREQUENT_ACCESS',
    'AttributeDefinition.AttributeType': 'B|N|S',
    'PointInTimeRecoverySpecification.RecoveryPeriodInDays': '1..35',
    'Projection.ProjectionType': 'ALL|INCLUDE|KEYS_ONLY',
    'ProvisionedThroughput.ReadCapacityUnits': '1..',
    'ProvisionedThroughput.WriteCapacityUnits': '1..',
    'StreamSpecification.StreamViewType': 'KEYS_ONLY|NEW_AND_OLD_IMAGES|NEW_IMAGE|OLD_IMAGE',
  },
  'AWS::Events::Rule': {
    'RetryPolicy.MaximumEventAgeInSeconds': '60..86400',
    'RetryPolicy.MaximumRetryAttempts': '0..185',
  },
  'AWS::KMS::Key': { PendingWindowInDays: '7..30' },
  'AWS::Lambda::EventInvokeConfig': { MaximumEventAgeInSeconds: '60..21600', MaximumRetryAttempts: '0..2' },
  'AWS::Lambda::EventSourceMapping': {
    BatchSize: '1..10000',
    FunctionResponseTypes: 'ReportBatchItemFailures',
    MaximumBatchingWindowInSeconds: '0..300',
    MaximumRecordAgeInSeconds: '-1..604800',
    MaximumRetryAttempts: '-1..10000',
    ParallelizationFactor: '1..10',
    TumblingWindowInSeconds: '0..900',
  },
  'AWS::Lambda::Function': {
    Architectures: 'arm64|x86_64',
    'EphemeralStorage.Size': '512..32768',
    MemorySize: '128..32768',
    ReservedConcurrentExecutions: '0..',
    Timeout: '1..',
  },
  'AWS::Lambda::LayerVersion': { CompatibleArchitectures: 'arm64|x86_64' },
  'AWS::Scheduler::Schedule': {
    'FlexibleTimeWindow.MaximumWindowInMinutes': '1..1440',
    'RetryPolicy.MaximumEventAgeInSeconds': '60..86400',
    'RetryPolicy.MaximumRetryAttempts': '0..185',
  },
  'AWS::SecretsManager::Secret': { 'GenerateSecretString.PasswordLength': '1..4096' },
  'AWS::SNS::Subscription': {
    FilterPolicyScope: 'MessageAttributes|MessageBody',
    Protocol: 'application|email|email-json|firehose|http|https|lambda|sms|sqs',
  },
  'AWS::SQS::Queue': {
    DeduplicationScope: 'messageGroup|queue',
    DelaySeconds: '0..900',
    FifoThroughputLimit: 'perMessageGroupId|perQueue',
    KmsDataKeyReusePeriodSeconds: '60..86400',
    MaximumMessageSize: '1024..1048576',
    MessageRetentionPeriod: '60..1209600',
    ReceiveMessageWaitTimeSeconds: '0..20',
    VisibilityTimeout: '0..43200',
  },
};
