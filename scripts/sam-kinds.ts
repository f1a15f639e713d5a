/**
 * What the properties of SAM's types hold, of those that the transform passes on as they are (`=` and the type that has them, under another
 * name after a dot) or whose type it demands itself, in the table's words.
 * https://github.com/aws/serverless-application-model/blob/develop/samtranslator/model/sam_resources.py
 */
export const samKinds: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'AWS::Serverless::Api': {
    s: 'Name StageName CacheClusterSize Description Mode ApiKeySourceType',
    b: 'CacheClusterEnabled TracingEnabled FailOnWarnings DisableExecuteApiEndpoint AlwaysDeploy',
    i: 'MinimumCompressionSize',
    '[': 'BinaryMediaTypes MethodSettings',
    '{': 'AccessLogSetting Auth CanarySetting DefinitionBody Domain GatewayResponses Models Tags Variables',
  },
  'AWS::Serverless::Function': {
    '=AWS::Lambda::Function':
      'Architectures CodeSigningConfigArn Description Environment EphemeralStorage FileSystemConfigs Handler ImageConfig KmsKeyArn Layers LoggingConfig MemorySize PackageType RecursiveLoop ReservedConcurrentExecutions Runtime TenancyConfig Timeout VpcConfig',
    s: 'AutoPublishAlias FunctionName InlineCode PermissionsBoundary Role RolePath SourceKMSKeyArn VersionDescription',
    's(Active|Disabled|PassThrough)': 'Tracing',
    b: 'AutoPublishAliasAllProperties PropagateTags',
    '{': 'AssumeRolePolicyDocument DeadLetterQueue DeploymentPreference EventInvokeConfig Events FunctionUrlConfig SnapStart Tags',
  },
  'AWS::Serverless::HttpApi': {
    '=AWS::ApiGatewayV2::Stage': 'AccessLogSettings DefaultRouteSettings',
    s: 'Description Name StageName',
    b: 'DisableExecuteApiEndpoint FailOnWarnings PropagateTags',
    '{': 'Auth DefinitionBody Domain RouteSettings StageVariables Tags',
  },
  'AWS::Serverless::LayerVersion': {
    s: 'Description LayerName LicenseInfo RetentionPolicy',
    '[s': 'CompatibleArchitectures CompatibleRuntimes',
  },
  'AWS::Serverless::SimpleTable': {
    '=AWS::DynamoDB::Table': 'PointInTimeRecoverySpecification ProvisionedThroughput',
    s: 'TableName',
    '{': 'PrimaryKey SSESpecification Tags',
  },
  'AWS::Serverless::StateMachine': {
    '=AWS::StepFunctions::StateMachine': 'DefinitionSubstitutions',
    s: 'AutoPublishAlias Name PermissionsBoundary Role RolePath',
    's(EXPRESS|STANDARD)': 'Type',
    b: 'PropagateTags UseAliasAsEventTarget',
    '{': 'Definition DeploymentPreference Events Logging Tags Tracing',
  },
};
