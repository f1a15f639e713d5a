import { recreationOf, type Properties, type ResourceContext, type ResourceProvider } from '../provider.ts';
import { recreationBySpecification } from '../specification/recreation.ts';
import { specificationOf } from '../specification/specification.ts';
import type { RecordedResources } from './recorded-resources.ts';

/**
 * Properties of types that behave, of which nothing comes here: how something is logged, encrypted, cached, kept warm, scaled, kept or
 * checked. None of them says who answers a request, by which code, or who may ask: a property that does is simulated, or refused by name.
 */
const RECORDED_PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  'AWS::ApiGateway::Method': ['RequestValidatorId'],
  'AWS::ApiGateway::RestApi': ['ApiKeySourceType', 'EndpointAccessMode', 'MinimumCompressionSize', 'SecurityPolicy'],
  'AWS::ApiGateway::Stage': [
    ...['AccessLogSetting', 'CacheClusterEnabled', 'CacheClusterSize', 'ClientCertificateId', 'DocumentationVersion'],
  ],
  'AWS::ApiGatewayV2::Api': ['ApiKeySelectionExpression', 'DisableSchemaValidation'],
  'AWS::ApiGatewayV2::Stage': ['ClientCertificateId', 'RouteSettings'],
  'AWS::DynamoDB::Table': ['ContributorInsightsSpecification', 'OnDemandThroughput', 'WarmThroughput'],
  'AWS::Events::EventBus': ['DeadLetterConfig', 'KmsKeyIdentifier', 'LogConfig'],
  'AWS::Lambda::Alias': ['ProvisionedConcurrencyConfig'],
  'AWS::Lambda::EventSourceMapping': ['KmsKeyArn', 'LoggingConfig', 'MetricsConfig', 'ProvisionedPollerConfig'],
  'AWS::Lambda::Function': [
    ...['DurableConfig', 'FileSystemConfigs', 'KmsKeyArn', 'RecursiveLoop', 'RuntimeManagementConfig', 'SnapStart'],
  ],
  'AWS::Lambda::Version': ['ProvisionedConcurrencyConfig'],
  'AWS::Logs::LogGroup': ['DataProtectionPolicy', 'DeletionProtectionEnabled', 'FieldIndexPolicies'],
  'AWS::S3::Bucket': [
    ...['AbacStatus', 'AccelerateConfiguration', 'AccessControl', 'AnalyticsConfigurations', 'CorsConfiguration'],
    ...['IntelligentTieringConfigurations', 'InventoryConfigurations', 'MetricsConfigurations', 'WebsiteConfiguration'],
  ],
  'AWS::SNS::Topic': ['DataProtectionPolicy', 'DeliveryStatusLogging', 'SignatureVersion', 'TracingConfig'],
  'AWS::SQS::Queue': ['KmsDataKeyReusePeriodSeconds', 'RedriveAllowPolicy'],
  'AWS::Scheduler::Schedule': ['KmsKeyArn'],
  'AWS::StepFunctions::StateMachine': ['EncryptionConfiguration'],
};

/** A type that behaves, with what is recorded of its properties, which are kept and shown and given to nobody. */
export function withRecordedProperties(provider: ResourceProvider, resources: RecordedResources): ResourceProvider {
  const specification = specificationOf(provider.type);
  const names = (RECORDED_PROPERTIES[provider.type] ?? []).filter((name) => !provider.properties.includes(name));
  if (names.length === 0 || specification === undefined) return provider;
  const simulated = (properties: Properties): Properties =>
    Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
  const note = (physicalId: string, properties: Properties, context: ResourceContext): void => {
    const { account, region, logicalId, stackName } = context;
    const resource = { account, region, type: provider.type, physicalId, logicalId, stackName };
    resources.setProperties(
      resource,
      names.filter((name) => name in properties),
    );
  };
  return {
    ...provider,
    properties: [...provider.properties, ...names],
    recordedProperties: names,
    recreation: (name, before, after) =>
      names.includes(name)
        ? recreationBySpecification(specification, name, before, after)
        : recreationOf(provider, name, before, after),
    create: async (properties, context) => {
      const state = await provider.create(simulated(properties), context);
      note(state.physicalId, properties, context);
      return state;
    },
    update: async (physicalId, properties, previous, context) => {
      const state = await provider.update(physicalId, simulated(properties), simulated(previous), context);
      note(physicalId, properties, context);
      return state;
    },
    delete: async (physicalId, properties, context) => {
      await provider.delete(physicalId, simulated(properties), context);
      note(physicalId, {}, context);
    },
  };
}
