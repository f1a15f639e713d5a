import { listOf, ownMember, recordOf } from '../../values/records.ts';
import { isGiven, resolveText, type FutureStack } from '../resolve.ts';
import { propertyOf, type Resource } from '../template.ts';

/** An option of types on the list for which nothing is granted. */
export interface LeftOutOption {
  readonly types: readonly string[];
  /** Property, with dots. */
  readonly property: string;
  /** What it asks for, in words. */
  readonly what: string;
  /** Does a resource ask for it? Where this is left out: is the property given? */
  readonly isAsked?: (value: unknown, stack: FutureStack) => boolean;
}

const functions = ['AWS::Lambda::Function', 'AWS::Serverless::Function'];
const apis = ['AWS::Serverless::Api', 'AWS::Serverless::HttpApi', 'AWS::Serverless::WebSocketApi'];

/** Options that CloudFormation is not going to be allowed to set: what the kinds' notes say is not among them. */
export const leftOutOptions: readonly LeftOutOption[] = [
  { types: functions, property: 'FileSystemConfigs', what: 'a file system' },
  { types: functions, property: 'CodeSigningConfigArn', what: 'code signing' },
  { types: functions, property: 'CapacityProviderConfig', what: 'a capacity provider' },
  {
    types: ['AWS::Serverless::Function'],
    property: 'Events',
    what: 'a rule of AWS IoT (AWS::IoT::TopicRule)',
    isAsked: (events) => Object.values(recordOf(events)).some((event) => recordOf(event)['Type'] === 'IoTRule'),
  },
  { types: apis, property: 'Domain', what: 'a domain of its own' },
  { types: ['AWS::DynamoDB::Table'], property: 'ImportSourceSpecification', what: 'an import' },
  {
    types: ['AWS::DynamoDB::GlobalTable'],
    property: 'Replicas',
    what: 'replicas in other regions',
    isAsked: (replicas, stack) =>
      listOf(replicas).some((replica) => {
        const region = resolveText(recordOf(replica)['Region'], stack);
        return region !== undefined && region !== stack.region;
      }),
  },
  { types: ['AWS::S3::Bucket'], property: 'ReplicationConfiguration', what: 'replication' },
  { types: ['AWS::S3::Bucket'], property: 'MetadataTableConfiguration', what: 'tables of metadata' },
  { types: ['AWS::S3::Bucket'], property: 'MetadataConfiguration', what: 'tables of metadata' },
  { types: ['AWS::SecretsManager::Secret'], property: 'ReplicaRegions', what: 'replicas in other regions' },
  {
    types: ['AWS::SecretsManager::RotationSchedule'],
    property: 'HostedRotationLambda',
    what: 'a rotation that AWS hosts, which is a nested stack',
  },
  { types: ['AWS::Cognito::UserPoolDomain'], property: 'CustomDomainConfig', what: 'a domain of its own' },
  { types: ['AWS::Cognito::UserPoolClient'], property: 'AnalyticsConfiguration', what: 'analytics' },
  ...['CognitoEvents', 'CognitoStreams', 'PushSync'].map((property) => ({
    types: ['AWS::Cognito::IdentityPool'],
    property,
    what: 'Cognito Sync',
  })),
  ...['InvocationConnectivityParameters', 'AuthParameters.ConnectivityParameters'].map((property) => ({
    types: ['AWS::Events::Connection'],
    property,
    what: 'a private API, which it reaches by VPC Lattice',
  })),
  ...['FirehoseLogDestination', 'S3LogDestination'].map((destination) => ({
    types: ['AWS::Pipes::Pipe'],
    property: `LogConfiguration.${destination}`,
    what: 'logs that go elsewhere than to a log group',
  })),
  ...['MSKSourceConfiguration', 'DatabaseSourceConfiguration'].map((property) => ({
    types: ['AWS::KinesisFirehose::DeliveryStream'],
    property,
    what: 'a source other than a Kinesis stream',
  })),
  ...['AmazonOpenSearchServerless', 'Amazonopensearchservice', 'Elasticsearch', 'Iceberg', 'Redshift', 'Snowflake'].map(
    (destination) => ({
      types: ['AWS::KinesisFirehose::DeliveryStream'],
      property: `${destination}DestinationConfiguration`,
      what: 'a destination other than S3, HTTP endpoints and Splunk',
    }),
  ),
  {
    types: ['AWS::KinesisFirehose::DeliveryStream'],
    property: 'ExtendedS3DestinationConfiguration.DataFormatConversionConfiguration',
    what: 'another format, by AWS Glue',
  },
  { types: ['AWS::Logs::LogGroup'], property: 'FieldIndexPolicies', what: 'indexes of fields' },
];

/** The options that a resource asks for. */
export function askedOptions(resource: Resource, stack: FutureStack): LeftOutOption[] {
  return leftOutOptions.filter(({ types, property, isAsked = isGiven }) => {
    const [name = '', inner] = property.split('.');
    const given = propertyOf(resource, name);
    const value = inner === undefined ? given : ownMember(recordOf(given), inner);
    return types.includes(resource.Type) && value !== undefined && isAsked(value, stack);
  });
}
