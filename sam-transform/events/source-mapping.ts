import type { Context } from '../model/context.ts';
import { managedPolicy } from '../policies/managed-policies.ts';
import { eventProblem } from '../model/errors.ts';
import { isIntrinsic } from '../model/intrinsics.ts';
import type { Made } from '../model/resource.ts';
import { requireMap } from '../model/shape.ts';
import { isEqual, isFilled, isList, isText, mapOf, type Fields } from '../model/values.ts';
import { destinationPolicy } from '../policies/documents.ts';
import { sourcePolicies } from './source-policies.ts';
import type { EventTarget, FunctionEvent } from './target.ts';

/** Properties of a mapping that Lambda has by the same name. */
const SAME = [
  ...['StartingPosition', 'StartingPositionTimestamp', 'BatchSize', 'Enabled', 'MaximumBatchingWindowInSeconds'],
  ...['MaximumRetryAttempts', 'BisectBatchOnFunctionError', 'MaximumRecordAgeInSeconds', 'ParallelizationFactor'],
  ...['Topics', 'Queues', 'SourceAccessConfigurations', 'TumblingWindowInSeconds', 'FunctionResponseTypes'],
  ...['FilterCriteria', 'KmsKeyArn', 'ScalingConfig', 'ProvisionedPollerConfig', 'MetricsConfig', 'LoggingConfig'],
];

/** Where each kind of source says what it is, and the policy of AWS's that reading it takes. */
const SOURCES: Readonly<Record<string, { readonly source?: string; readonly policy?: string }>> = {
  DocumentDB: { source: 'Cluster' },
  DynamoDB: { source: 'Stream', policy: 'AWSLambdaDynamoDBExecutionRole' },
  Kinesis: { source: 'Stream', policy: 'AWSLambdaKinesisExecutionRole' },
  MQ: { source: 'Broker' },
  MSK: { source: 'Stream', policy: 'AWSLambdaMSKExecutionRole' },
  SQS: { source: 'Queue', policy: 'AWSLambdaSQSQueueExecutionRole' },
  SelfManagedKafka: {},
};
const KAFKA: Readonly<Record<string, string>> = {
  MSK: 'AmazonManagedKafkaEventSourceConfig',
  SelfManagedKafka: 'SelfManagedKafkaEventSourceConfig',
};

export function isMappedSource(type: string): boolean {
  return type in SOURCES;
}

/** The event source mapping of an event that Lambda fetches; what that takes is given to the function's role. @throws Problem */
export function sourceMapping(event: FunctionEvent, type: string, context: Context): readonly Made[] {
  const { properties, id } = event;
  const { source, policy } = SOURCES[type] ?? {};
  requireFilter(event, type);
  const failure = onFailure(id, properties.DestinationConfig);
  const mapping = makeMapping(id, event.target, {
    EventSourceArn: source === undefined ? undefined : properties[source],
    ...Object.fromEntries(SAME.map((name) => [name, properties[name]])),
    ...kafka(id, type, properties),
    DestinationConfig: isFilled(properties.DestinationConfig) ? failure.config : undefined,
    ...(type === 'DocumentDB' ? { DocumentDBEventSourceConfig: documents(properties) } : {}),
  });
  if (policy !== undefined) allowManaged(event.role, managedPolicy(context, `service-role/${policy}`));
  for (const one of sourcePolicies(event, type, context)) allowInline(event.role, one);
  if (failure.policy !== undefined) allowInline(event.role, failure.policy);
  return [mapping];
}

export function makeMapping(id: string, target: EventTarget, properties: Fields): Made {
  return {
    id,
    type: 'AWS::Lambda::EventSourceMapping',
    attributes: target.attributes,
    properties: { FunctionName: target.name, ...properties },
  };
}

function documents({ DatabaseName, CollectionName, FullDocument }: Fields): Fields {
  return {
    DatabaseName,
    ...(isFilled(CollectionName) ? { CollectionName } : {}),
    ...(isFilled(FullDocument) ? { FullDocument } : {}),
  };
}

function kafka(
  id: string,
  type: string,
  { KafkaBootstrapServers, ConsumerGroupId, SchemaRegistryConfig }: Fields,
): Fields {
  const member = KAFKA[type];
  if (isFilled(ConsumerGroupId) && member === undefined)
    throw eventProblem(id, `Property ConsumerGroupId not defined for resource of type ${type}.`);
  const config = {
    ...(isFilled(ConsumerGroupId) ? { ConsumerGroupId } : {}),
    ...(isFilled(SchemaRegistryConfig) ? { SchemaRegistryConfig } : {}),
  };
  return {
    ...(isFilled(KafkaBootstrapServers) ? { SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers } } } : {}),
    ...(member !== undefined && isFilled(config) ? { [member]: config } : {}),
  };
}

function requireFilter({ name, properties: { FilterCriteria } }: FunctionEvent, type: string): void {
  if (!isFilled(FilterCriteria) || isIntrinsic(FilterCriteria)) return;
  if (!isMappedSource(type))
    throw eventProblem(name, `FilterCriteria is only available for ${Object.keys(SOURCES).join(', ')} events.`);
  if (Object.keys(mapOf(FilterCriteria)).some((key) => key !== 'Filters'))
    throw eventProblem(name, 'FilterCriteria field has a wrong format');
}

/** `Type` says what the destination is, for the role's sake; Lambda does not know it. */
function onFailure(id: string, config: unknown): { readonly config?: Fields; readonly policy?: Fields | undefined } {
  if (!isFilled(config)) return {};
  const { OnFailure } = mapOf(config);
  const { Type, ...destination } = requireMap(id, 'DestinationConfig.OnFailure', OnFailure, eventProblem);
  if (!isFilled(Type)) return { config: mapOf(config) };
  if (!isText(Type) || !['SQS', 'SNS', 'S3', 'Kafka'].includes(Type))
    throw eventProblem(id, "The only valid values for 'Type' are 'SQS', 'SNS', 'S3', and 'Kafka'");
  return {
    config: { ...mapOf(config), OnFailure: destination },
    policy: destinationPolicy(Type, id, destination.Destination),
  };
}

/** Adds a managed policy to a role that is being made. */
export function allowManaged({ properties }: Made, arn: string): void {
  const given = isList(properties.ManagedPolicyArns) ? properties.ManagedPolicyArns : [];
  if (!given.includes(arn)) properties.ManagedPolicyArns = [...given, arn];
}

function allowInline({ properties }: Made, policy: Fields): void {
  const given = isList(properties.Policies) ? properties.Policies : [];
  if (given.some((other) => isEqual(mapOf(other).PolicyDocument, policy.PolicyDocument))) return;
  properties.Policies = [...given, policy];
}
