import { ownMember } from '../values/records.ts';
/**
 * By type: the properties by which a template can give a resource its identity. Two resources of a type for which they are the same
 * cannot exist side by side; where a template leaves them out, CloudFormation makes a name up. An empty list: nothing that a template
 * says is the identity. Primary identifiers of https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
 */
const identities: Readonly<Record<string, readonly string[]>> = {
  'AWS::ApiGateway::ApiKey': ['Name'],
  'AWS::ApiGateway::Authorizer': ['RestApiId', 'Name'],
  'AWS::ApiGateway::BasePathMapping': ['DomainName', 'BasePath'],
  'AWS::ApiGateway::Deployment': [],
  'AWS::ApiGateway::DomainName': ['DomainName'],
  'AWS::ApiGateway::GatewayResponse': ['RestApiId', 'ResponseType'],
  'AWS::ApiGateway::Method': ['RestApiId', 'ResourceId', 'HttpMethod'],
  'AWS::ApiGateway::Model': ['RestApiId', 'Name'],
  'AWS::ApiGateway::RequestValidator': [],
  'AWS::ApiGateway::Resource': ['RestApiId', 'ParentId', 'PathPart'],
  'AWS::ApiGateway::RestApi': [],
  'AWS::ApiGateway::Stage': ['RestApiId', 'StageName'],
  'AWS::ApiGateway::UsagePlan': [],
  'AWS::ApiGatewayV2::Api': [],
  'AWS::ApiGatewayV2::ApiMapping': ['DomainName', 'ApiMappingKey'],
  'AWS::ApiGatewayV2::Authorizer': ['ApiId', 'Name'],
  'AWS::ApiGatewayV2::DomainName': ['DomainName'],
  'AWS::ApiGatewayV2::Integration': [],
  'AWS::ApiGatewayV2::Route': ['ApiId', 'RouteKey'],
  'AWS::ApiGatewayV2::Stage': ['ApiId', 'StageName'],
  'AWS::AppSync::Api': [],
  'AWS::AppSync::ApiKey': [],
  'AWS::AppSync::ChannelNamespace': ['ApiId', 'Name'],
  'AWS::AppSync::DataSource': ['ApiId', 'Name'],
  'AWS::AppSync::FunctionConfiguration': ['ApiId', 'Name'],
  'AWS::AppSync::GraphQLApi': [],
  'AWS::AppSync::GraphQLSchema': ['ApiId'],
  'AWS::AppSync::Resolver': ['ApiId', 'TypeName', 'FieldName'],
  'AWS::ApplicationAutoScaling::ScalableTarget': ['ServiceNamespace', 'ScalableDimension', 'ResourceId'],
  'AWS::CloudWatch::Dashboard': ['DashboardName'],
  'AWS::CodeDeploy::Application': ['ApplicationName'],
  'AWS::CodeDeploy::DeploymentConfig': ['DeploymentConfigName'],
  'AWS::CodeDeploy::DeploymentGroup': ['ApplicationName', 'DeploymentGroupName'],
  'AWS::Cognito::IdentityPool': [],
  'AWS::Cognito::UserPool': [],
  'AWS::Cognito::UserPoolClient': [],
  'AWS::Cognito::UserPoolDomain': ['Domain'],
  'AWS::Cognito::UserPoolGroup': ['UserPoolId', 'GroupName'],
  'AWS::Cognito::UserPoolResourceServer': ['UserPoolId', 'Identifier'],
  'AWS::DynamoDB::GlobalTable': ['TableName'],
  'AWS::DynamoDB::Table': ['TableName'],
  'AWS::Events::ApiDestination': ['Name'],
  'AWS::Events::Connection': ['Name'],
  'AWS::Events::EventBus': ['Name'],
  'AWS::Events::EventBusPolicy': ['EventBusName', 'StatementId'],
  'AWS::Events::Rule': ['EventBusName', 'Name'],
  'AWS::IAM::GroupPolicy': ['GroupName', 'PolicyName'],
  'AWS::IAM::ManagedPolicy': ['ManagedPolicyName'],
  'AWS::IAM::Policy': ['Roles', 'Users', 'Groups', 'PolicyName'],
  'AWS::IAM::Role': ['RoleName'],
  'AWS::IAM::RolePolicy': ['RoleName', 'PolicyName'],
  'AWS::IAM::User': ['UserName'],
  'AWS::IAM::UserPolicy': ['UserName', 'PolicyName'],
  'AWS::KMS::Alias': ['AliasName'],
  'AWS::KMS::Key': [],
  'AWS::Kinesis::Stream': ['Name'],
  'AWS::KinesisFirehose::DeliveryStream': ['DeliveryStreamName'],
  'AWS::Lambda::EventInvokeConfig': ['FunctionName', 'Qualifier'],
  'AWS::Lambda::EventSourceMapping': ['EventSourceArn', 'FunctionName'],
  'AWS::Lambda::LayerVersion': [],
  'AWS::Lambda::LayerVersionPermission': [],
  'AWS::Lambda::Permission': [],
  'AWS::Lambda::Url': ['TargetFunctionArn', 'Qualifier'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::Logs::LogStream': ['LogGroupName', 'LogStreamName'],
  'AWS::Logs::MetricFilter': ['LogGroupName', 'FilterName'],
  'AWS::Logs::ResourcePolicy': ['PolicyName'],
  'AWS::Logs::SubscriptionFilter': ['LogGroupName', 'FilterName'],
  'AWS::Pipes::Pipe': ['Name'],
  'AWS::S3::Bucket': ['BucketName'],
  'AWS::S3::BucketPolicy': ['Bucket'],
  'AWS::SNS::Subscription': ['TopicArn', 'Protocol', 'Endpoint'],
  'AWS::SNS::Topic': ['TopicName'],
  'AWS::SNS::TopicInlinePolicy': ['TopicArn'],
  'AWS::SNS::TopicPolicy': ['Topics'],
  'AWS::SQS::Queue': ['QueueName'],
  'AWS::SQS::QueueInlinePolicy': ['Queue'],
  'AWS::SQS::QueuePolicy': ['Queues'],
  'AWS::SSM::Parameter': ['Name'],
  'AWS::Scheduler::Schedule': ['GroupName', 'Name'],
  'AWS::Scheduler::ScheduleGroup': ['Name'],
  'AWS::SecretsManager::ResourcePolicy': ['SecretId'],
  'AWS::SecretsManager::Secret': ['Name'],
  'AWS::StepFunctions::Activity': ['Name'],
  'AWS::StepFunctions::StateMachine': ['StateMachineName'],
};

/**
 * The same of types that are never doubled, because what is live has to be held on them. They exist once, so one that has another
 * logical id is the one that is live.
 */
const held: Readonly<Record<string, readonly string[]>> = { 'AWS::Lambda::Alias': ['FunctionName', 'Name'] };

/** Properties as a change set shows them, resolved. */
type Properties = Readonly<Record<string, unknown>>;

/**
 * What a template says a resource's identity is: its name, or the place in which there can be one. Undefined where CloudFormation makes
 * a name up, and for types of which that is not known.
 */
export function identityOf(type: string, properties: Properties): readonly unknown[] | undefined {
  const identity = ownMember({ ...identities, ...held }, type);
  const last = identity?.at(-1);
  // What it belongs to, before the last, says nothing by itself.
  if (identity === undefined || last === undefined || properties[last] === undefined) return undefined;
  return identity.map((name) => properties[name] ?? null);
}

/**
 * Can the resource that takes another's place exist beside it? Not where both would have the same name, or sit in the same place;
 * and not where that is unknown.
 */
export function canStandBeside(type: string, before: Properties, after: Properties): boolean {
  if (!hasIdentity(type)) return false;
  const identity = identityOf(type, after);
  return identity === undefined || JSON.stringify(identity) !== JSON.stringify(identityOf(type, before));
}

/** Is it known what gives a resource of the type its identity? */
export function hasIdentity(type: string): boolean {
  return type in identities;
}
