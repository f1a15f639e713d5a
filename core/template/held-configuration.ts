import { listOf, recordOf } from '../values/records.ts';
import { digestOf } from '../release/chain.ts';

/** A function's configuration as Lambda gives it, for its latest code or one of its versions. */
type FunctionConfiguration = Readonly<Record<string, unknown>>;

/**
 * What a version holds of its function, and the alias therefore serves. The description is not among it, since a version may have
 * one of its own. https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
 */
const held = [
  'Architectures',
  'CapacityProviderConfig',
  'CodeSha256',
  'DeadLetterConfig',
  'DurableConfig',
  'Environment',
  'EphemeralStorage',
  'FileSystemConfigs',
  'Handler',
  'ImageConfigResponse',
  'KMSKeyArn',
  'LoggingConfig',
  'MemorySize',
  'PackageType',
  'Role',
  'Runtime',
  'TenancyConfig',
  'Timeout',
  'TracingConfig',
];

/** A digest that is the same for a version and its function as long as the version is what the function is. */
export function heldDigest(configuration: FunctionConfiguration): string {
  const { Layers: layers, VpcConfig: vpc, SnapStart: snapshots } = configuration;
  return digestOf([
    held.map((name) => configuration[name]),
    // Whether a snapshot is made, not whether there is one: a function's latest code has none.
    recordOf(snapshots)['ApplyOn'] === 'PublishedVersions',
    listOf(layers ?? []).map((layer) => recordOf(layer)['Arn']),
    ['SubnetIds', 'SecurityGroupIds'].map((name) =>
      listOf(recordOf(vpc)[name] ?? [])
        .map(String)
        .sort(),
    ),
  ]);
}
