/** A property of a resource type by which events come to a function. */
export interface WayInKind {
  readonly type: string;
  /** Where the function's ARN, name or invocation URI is: `*` stands for each of a list or map, `**` for any depth. All below counts. */
  readonly holds: readonly string[];
  /**
   * What lets it in: the principal of an `AWS::Lambda::Permission`; `role`, which the service takes on; `own role`, where Lambda
   * fetches the events with the function's; `none`.
   */
  readonly allowedBy: string;
  /**
   * Properties that say which events come by it: two resources that agree in them stand in each other's place. None where the
   * resource itself is what they come from.
   */
  readonly events: readonly string[];
  /** `edge` takes no alias, only the number of a version; `likely` may be a way in, or only a name: it is told and never refused. */
  readonly nature?: 'edge' | 'likely';
}

/** A property by which events come to another resource, which leads to a function. */
export interface LinkKind {
  readonly type: string;
  readonly holds: readonly string[];
  readonly events: readonly string[];
}

/** Names with spaces between them. Those of AWS's types stand without `AWS::`. */
function way(
  type: string,
  holds: string,
  allowedBy: string,
  events = '',
  nature: WayInKind['nature'] = undefined,
): WayInKind {
  const kind = { type: typeName(type), holds: words(holds), allowedBy, events: words(events) };
  return nature === undefined ? kind : { ...kind, nature };
}

function link(type: string, holds: string, events: string): LinkKind {
  return { type: typeName(type), holds: words(holds), events: words(events) };
}

function typeName(name: string): string {
  return /^(Custom|Alexa)::/.test(name) ? name : `AWS::${name}`;
}

function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}

/**
 * Every way in to a function that CloudFormation knows, by the references of its resource types
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html) and what Lambda says of its
 * callers (https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html). What only CloudFormation or CodeDeploy calls while
 * something is released – handlers of custom resources, hooks – is none.
 */
export const waysIn: readonly WayInKind[] = [
  // APIs and what stands before functions
  way('ApiGateway::Method', 'Integration.Uri', 'apigateway.amazonaws.com', 'RestApiId ResourceId HttpMethod'),
  way('ApiGateway::RestApi', 'Body.**.uri Body.**.authorizerUri', 'apigateway.amazonaws.com'),
  way('ApiGateway::Authorizer', 'AuthorizerUri', 'apigateway.amazonaws.com', 'RestApiId Name'),
  way('ApiGateway::Stage', 'Variables.*', 'apigateway.amazonaws.com', 'RestApiId StageName', 'likely'),
  way('ApiGatewayV2::Api', 'Target Body.**.uri Body.**.authorizerUri', 'apigateway.amazonaws.com'),
  way('ApiGatewayV2::Integration', 'IntegrationUri', 'apigateway.amazonaws.com'),
  way('ApiGatewayV2::Authorizer', 'AuthorizerUri', 'apigateway.amazonaws.com', 'ApiId Name'),
  way('ApiGatewayV2::Stage', 'StageVariables.*', 'apigateway.amazonaws.com', 'ApiId StageName', 'likely'),
  way('Lambda::Url', 'TargetFunctionArn', 'none'),
  way('AppSync::DataSource', 'LambdaConfig.LambdaFunctionArn', 'role', 'ApiId Name'),
  way(
    'AppSync::GraphQLApi',
    'LambdaAuthorizerConfig.AuthorizerUri AdditionalAuthenticationProviders.*.LambdaAuthorizerConfig.AuthorizerUri',
    'appsync.amazonaws.com',
  ),
  way('AppSync::Api', 'EventConfig.AuthProviders.*.LambdaAuthorizerConfig.AuthorizerUri', 'appsync.amazonaws.com'),
  way('ElasticLoadBalancingV2::TargetGroup', 'Targets.*.Id', 'elasticloadbalancing.amazonaws.com'),
  way('VpcLattice::TargetGroup', 'Targets.*.Id', 'vpc-lattice.amazonaws.com'),
  way('CloudFront::Distribution', 'DistributionConfig.**.LambdaFunctionARN', 'edgelambda.amazonaws.com', '', 'edge'),
  way('BedrockAgentCore::GatewayTarget', 'TargetConfiguration.Mcp.Lambda.LambdaArn', 'role', 'GatewayIdentifier Name'),

  // Events, schedules, messages, streams
  way('Events::Rule', 'Targets.*.Arn', 'events.amazonaws.com', 'EventBusName EventPattern ScheduleExpression'),
  way('Scheduler::Schedule', 'Target.Arn Target.Input', 'role', 'ScheduleExpression ScheduleExpressionTimezone'),
  way('Pipes::Pipe', 'Target Enrichment', 'role', 'Source'),
  way('Lambda::EventSourceMapping', 'FunctionName', 'own role', 'EventSourceArn SelfManagedEventSource Topics Queues'),
  way('Lambda::EventInvokeConfig', 'DestinationConfig.*.Destination', 'own role', 'FunctionName Qualifier'),
  way('SNS::Subscription', 'Endpoint', 'sns.amazonaws.com', 'TopicArn FilterPolicy'),
  way('SNS::Topic', 'Subscription.*.Endpoint', 'sns.amazonaws.com'),
  way('StepFunctions::StateMachine', 'Definition DefinitionString DefinitionSubstitutions.*', 'role'),
  way('KinesisFirehose::DeliveryStream', '*.ProcessingConfiguration', 'role'),
  way('KinesisAnalytics::Application', 'Inputs.*.InputProcessingConfiguration', 'role'),
  way('KinesisAnalytics::ApplicationOutput', 'Output.LambdaOutput', 'role', 'ApplicationName Output.Name'),
  way('KinesisAnalyticsV2::Application', 'ApplicationConfiguration.SqlApplicationConfiguration', 'role'),
  way('KinesisAnalyticsV2::ApplicationOutput', 'Output.LambdaOutput', 'role', 'ApplicationName Output.Name'),

  // Storage, logs, changes of resources
  way('S3::Bucket', 'NotificationConfiguration.LambdaConfigurations.*.Function', 's3.amazonaws.com'),
  way('S3ObjectLambda::AccessPoint', 'ObjectLambdaConfiguration.TransformationConfigurations', 'none', 'Name'),
  way('Logs::SubscriptionFilter', 'DestinationArn', 'logs.amazonaws.com', 'LogGroupName FilterPattern'),
  way('Logs::AccountPolicy', 'PolicyDocument', 'logs.amazonaws.com', 'PolicyType SelectionCriteria'),
  way('CloudWatch::Alarm', 'AlarmActions OKActions InsufficientDataActions', 'lambda.alarms.cloudwatch.amazonaws.com'),
  way(
    'CloudWatch::CompositeAlarm',
    'AlarmActions OKActions InsufficientDataActions',
    'lambda.alarms.cloudwatch.amazonaws.com',
  ),
  way('Config::ConfigRule', 'Source.SourceIdentifier', 'config.amazonaws.com', 'Scope Source.SourceDetails'),
  way(
    'Config::OrganizationConfigRule',
    'OrganizationCustomRuleMetadata.LambdaFunctionArn',
    'config.amazonaws.com',
    'OrganizationConfigRuleName',
  ),
  way('CodeCommit::Repository', 'Triggers.*.DestinationArn', 'codecommit.amazonaws.com'),
  way('CodePipeline::Pipeline', 'Stages.*.Actions.*.Configuration.FunctionName', 'role'),
  way('CloudFormation::Macro', 'FunctionName', 'none', 'Name'),
  way('SSM::MaintenanceWindowTask', 'TaskArn', 'role', 'WindowId Targets'),
  way('SecretsManager::RotationSchedule', 'RotationLambdaARN', 'secretsmanager.amazonaws.com', 'SecretId'),
  way('Transfer::Server', 'IdentityProviderDetails.Function', 'transfer.amazonaws.com'),
  way('Transfer::Workflow', 'Steps.*.CustomStepDetails.Target OnExceptionSteps.*.CustomStepDetails.Target', 'role'),
  way('AppConfig::Extension', 'Actions', 'role', 'Name'),
  way('AppConfig::ConfigurationProfile', 'Validators.*.Content', 'appconfig.amazonaws.com', 'ApplicationId Name'),
  way('Athena::DataCatalog', 'Parameters.*', 'none', 'Name'),

  // People, mail, conversations
  way('Cognito::UserPool', 'LambdaConfig', 'cognito-idp.amazonaws.com'),
  way('Cognito::IdentityPool', 'CognitoEvents', 'cognito-sync.amazonaws.com'),
  way(
    'SES::ReceiptRule',
    'Rule.Actions.*.LambdaAction.FunctionArn',
    'ses.amazonaws.com',
    'RuleSetName Rule.Recipients',
  ),
  way('Lex::Bot', 'TestBotAliasSettings', 'lexv2.amazonaws.com'),
  way('Lex::BotAlias', 'BotAliasLocaleSettings', 'lexv2.amazonaws.com', 'BotId BotAliasName'),
  way('Connect::IntegrationAssociation', 'IntegrationArn', 'connect.amazonaws.com', 'InstanceId'),
  way('Connect::ContactFlow', 'Content', 'connect.amazonaws.com', 'InstanceArn Name'),
  way('Bedrock::Agent', 'ActionGroups.*.ActionGroupExecutor.Lambda', 'bedrock.amazonaws.com'),
  way('Bedrock::Flow', 'Definition DefinitionString DefinitionSubstitutions.*', 'role'),
  way('Pinpoint::ApplicationSettings', 'CampaignHook.LambdaFunctionName', 'pinpoint.amazonaws.com', 'ApplicationId'),
  way('Alexa::ASK::Skill', 'SkillPackage.Overrides', 'alexa-appkit.amazon.com'),

  // Things
  way('IoT::TopicRule', 'TopicRulePayload', 'iot.amazonaws.com', 'TopicRulePayload.Sql'),
  way('IoT::Authorizer', 'AuthorizerFunctionArn', 'iot.amazonaws.com', 'AuthorizerName'),
  way('IoT::ProvisioningTemplate', 'PreProvisioningHook.TargetArn', 'iot.amazonaws.com', 'TemplateName'),
  way('IoTEvents::DetectorModel', 'DetectorModelDefinition', 'role', 'DetectorModelName'),
  way('IoTEvents::AlarmModel', 'AlarmEventActions AlarmNotification', 'role', 'AlarmModelName'),
  way('IoTAnalytics::Pipeline', 'PipelineActivities', 'iotanalytics.amazonaws.com', 'PipelineName'),
  way('GreengrassV2::ComponentVersion', 'LambdaFunction.LambdaArn', 'none'),

  // Resources that a framework's own functions make
  way(
    'Custom::S3BucketNotifications',
    'NotificationConfiguration.LambdaFunctionConfigurations.*.LambdaFunctionArn',
    's3.amazonaws.com',
    'BucketName',
  ),
  way('Custom::S3', 'FunctionName', 's3.amazonaws.com', 'BucketName BucketConfigs'),
  way('Custom::EventBridge', 'FunctionName', 'events.amazonaws.com', 'EventBridgeConfig'),
  way('Custom::CognitoUserPool', 'FunctionName', 'cognito-idp.amazonaws.com', 'UserPoolName UserPoolConfigs'),

  // What SAM's transform has not expanded yet; events of a function stand in the function
  way(
    'Serverless::Api',
    'DefinitionBody.**.uri DefinitionBody.**.authorizerUri Auth.Authorizers.*.FunctionArn',
    'apigateway.amazonaws.com',
  ),
  way(
    'Serverless::HttpApi',
    'DefinitionBody.**.uri DefinitionBody.**.authorizerUri Auth.Authorizers.*.FunctionArn',
    'apigateway.amazonaws.com',
  ),
  way('Serverless::WebSocketApi', 'Routes.*.FunctionArn Auth.AuthArn', 'apigateway.amazonaws.com'),
  way('Serverless::GraphQLApi', 'DataSources.Lambda.*.FunctionArn Auth', 'role'),
  way('Serverless::Function', 'EventInvokeConfig.DestinationConfig.*.Destination', 'role'),
  way('Serverless::StateMachine', 'Definition DefinitionSubstitutions.*', 'role'),

  // A permission: somebody whom the template may not show is let in
  way('Lambda::Permission', 'FunctionName', 'none', 'Principal SourceArn SourceAccount EventSourceToken'),

  // What knows a function by name, and probably calls it
  way('Lambda::Function', 'Environment.Variables.*', 'role', '', 'likely'),
  way('Serverless::Function', 'Environment.Variables.*', 'role', '', 'likely'),
  way('ECS::TaskDefinition', 'ContainerDefinitions.*.Environment.*.Value', 'role', '', 'likely'),
  way('SSM::Parameter', 'Value', 'role', 'Name', 'likely'),
];

/** What stands between events and a way in: events that belong to a route come by whatever integration it names. */
export const links: readonly LinkKind[] = [
  link('ApiGatewayV2::Route', 'Target AuthorizerId', 'ApiId RouteKey'),
  link('ApiGateway::Method', 'AuthorizerId', 'RestApiId ResourceId HttpMethod'),
  link('ElasticLoadBalancingV2::Listener', 'DefaultActions', 'LoadBalancerArn Port'),
  link('ElasticLoadBalancingV2::ListenerRule', 'Actions', 'ListenerArn Conditions'),
  link('VpcLattice::Listener', 'DefaultAction', 'ServiceIdentifier Port'),
  link('VpcLattice::Rule', 'Action', 'ListenerIdentifier Match'),
  link('AppSync::Resolver', 'DataSourceName PipelineConfig.Functions', 'ApiId TypeName FieldName'),
  link('AppSync::FunctionConfiguration', 'DataSourceName', 'ApiId Name'),
];

/** Principals that call a function only while something is released: no users come by them. */
export const releasePrincipals: readonly string[] = ['cloudformation.amazonaws.com', 'codedeploy.amazonaws.com'];
