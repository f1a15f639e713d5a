import { listOf, ownMember, recordOf } from '../values/records.ts';
import { findReferences } from './references.ts';
import type { Template } from './template.ts';

/** What EventBridge adds to requests: to those that bring events, and to those that fetch a token. */
const connectionRequests = [
  'AuthParameters.InvocationHttpParameters',
  'AuthParameters.OAuthParameters.OAuthHttpParameters',
];
const httpParameters = ['HeaderParameters', 'QueryStringParameters', 'BodyParameters'];

/**
 * Properties that hold a secret as text, by type: what goes into one is a secret, whatever its parameter says of it. `*` stands for each
 * entry of a list that says of itself that its value is one.
 */
const secretProperties: Readonly<Record<string, readonly string[]>> = {
  'AWS::Cognito::UserPoolIdentityProvider': ['ProviderDetails.client_secret'],
  'AWS::DocDB::DBCluster': ['MasterUserPassword'],
  'AWS::ElastiCache::ReplicationGroup': ['AuthToken'],
  'AWS::Events::Connection': [
    'AuthParameters.ApiKeyAuthParameters.ApiKeyValue',
    'AuthParameters.BasicAuthParameters.Password',
    'AuthParameters.OAuthParameters.ClientParameters.ClientSecret',
    ...connectionRequests.flatMap((request) => httpParameters.map((list) => `${request}.${list}.*.Value`)),
  ],
  'AWS::IAM::User': ['LoginProfile.Password'],
  'AWS::KinesisFirehose::DeliveryStream': [
    'HttpEndpointDestinationConfiguration.EndpointConfiguration.AccessKey',
    'RedshiftDestinationConfiguration.Password',
    ...['PrivateKey', 'KeyPassphrase'].map((key) => `SnowflakeDestinationConfiguration.${key}`),
    'SplunkDestinationConfiguration.HECToken',
  ],
  'AWS::RDS::DBCluster': ['MasterUserPassword'],
  'AWS::RDS::DBInstance': ['MasterUserPassword'],
  'AWS::Redshift::Cluster': ['MasterUserPassword'],
  'AWS::SecretsManager::Secret': ['SecretString'],
};

/** Parameters that go into a property that holds a secret, and where: `Password` → `Database.MasterUserPassword`. */
export function secretParameters(template: Template): Map<string, string> {
  const parameters = Object.keys(template.Parameters ?? {});
  const found = new Map<string, string>();
  for (const [logicalId, { Type, Properties }] of Object.entries(template.Resources)) {
    for (const path of ownMember(secretProperties, Type) ?? []) {
      const { parametersAndResources: used } = findReferences(valueAt(Properties, path.split('.')));
      for (const name of parameters) if (used.has(name)) found.set(name, `${logicalId}.${path}`);
    }
  }
  return found;
}

function valueAt(value: unknown, [name, ...further]: readonly string[]): unknown {
  if (name === undefined) return value;
  if (name === '*') return listOf(value).flatMap((entry) => (isSecretEntry(entry) ? [valueAt(entry, further)] : []));
  const inner: unknown = Object.entries(value ?? {}).find(([key]) => key === name)?.[1];
  return inner === undefined ? undefined : valueAt(inner, further);
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ConnectionHeaderParameter.html */
function isSecretEntry(entry: unknown): boolean {
  const { IsValueSecret: said = false } = recordOf(entry);
  return typeof said === 'string' ? said.toLowerCase() === 'true' : said !== false;
}
