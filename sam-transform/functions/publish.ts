import type { Context } from '../model/context.ts';
import { resourceProblem } from '../model/errors.ts';
import { getAtt, ref, referredId } from '../model/intrinsics.ts';
import { digest } from '../model/logical-id.ts';
import type { Made } from '../model/resource.ts';
import { compact, filled, isFilled, isList, isMap, isText, mapOf, type Fields } from '../model/values.ts';

/** The alias of a function that SAM publishes, and the version it names. */
export interface Published {
  readonly name: string;
  readonly version: Made;
  readonly alias: Made;
}

/** The text that a property says, where a parameter says it. @throws Problem */
function resolvedText(id: string, value: unknown, { resolve }: Context, text: string): string {
  const resolved = resolve(value);
  if (isText(resolved)) return resolved;
  throw resourceProblem(id, text);
}

/** What `AutoPublishCodeSha256` says; undefined where it is not there. @throws Problem */
export function codeDigest(id: string, properties: Fields, context: Context): string | undefined {
  if (!isFilled(properties.AutoPublishCodeSha256)) return undefined;
  return resolvedText(id, properties.AutoPublishCodeSha256, context, 'AutoPublishCodeSha256 must be a string');
}

/**
 * A version of the function as it is, and the alias of `AutoPublishAlias` on it. The version's logical id ends in a digest of where
 * the code is, so that another version is published when that changes; `AutoPublishAliasAllProperties` digests all properties.
 * @param lambda properties of the function that was made @throws Problem
 */
export function publish(
  id: string,
  properties: Fields,
  lambda: Fields,
  attributes: Fields,
  context: Context,
): Published {
  const name = resolvedText(
    id,
    properties.AutoPublishAlias,
    context,
    "'AutoPublishAlias' must be a string or a Ref to a template parameter",
  );
  requireAliasName(id, name);
  const sha256 = codeDigest(id, properties, context);
  const version = makeVersion(
    id,
    properties,
    attributes,
    sha256?.slice(0, 10) ?? digest(digested(properties, lambda, context)),
  );
  const alias: Made = {
    id: `${id}Alias${name.replace(/-/g, 'D').replace(/_/g, 'U')}`,
    type: 'AWS::Lambda::Alias',
    attributes,
    properties: {
      Name: name,
      FunctionName: ref(id),
      FunctionVersion: getAtt(version.id, 'Version'),
      ProvisionedConcurrencyConfig: filled(properties.ProvisionedConcurrencyConfig),
    },
  };
  return { name, version, alias };
}

function requireAliasName(id: string, name: string): void {
  if (name === '') throw resourceProblem(id, 'Alias name is required to create an alias');
  if (/^(?!\d+$)[\w-]+$/.test(name)) return;
  throw resourceProblem(
    id,
    `AutoPublishAlias name ('${name}') must contain only alphanumeric characters, hyphens, or underscores matching (?!^[0-9]+$)([a-zA-Z0-9-_]+) pattern.`,
  );
}

function makeVersion(id: string, properties: Fields, attributes: Fields, suffix: string): Made {
  const { VersionDeletionPolicy, VersionDescription, CapacityProviderConfig } = properties;
  const policy = VersionDeletionPolicy ?? (CapacityProviderConfig === undefined ? 'Retain' : 'Delete');
  return {
    id: `${id}Version${suffix}`,
    type: 'AWS::Lambda::Version',
    attributes: { DeletionPolicy: policy, ...attributes },
    properties: { FunctionName: ref(id), Description: VersionDescription },
  };
}

function digested(properties: Fields, lambda: Fields, { resources }: Context): Fields {
  if (properties.AutoPublishAliasAllProperties === true)
    return { ...compact(lambda), ...publishingLayers(lambda, resources) };
  const { Environment, MemorySize, SnapStart } = properties;
  const snapshot = isMap(SnapStart) && (SnapStart.ApplyOn ?? 'None') !== 'None';
  return {
    ...mapOf(lambda.Code),
    ...(isFilled(Environment) ? mapOf(Environment) : {}),
    ...(isFilled(MemorySize) ? { MemorySize } : {}),
    ...(snapshot ? { SnapStart } : {}),
  };
}

/** Layers of the template whose change is to publish a version of the functions that use them. */
function publishingLayers({ Layers }: Fields, resources: Fields): Fields {
  const ids = (isList(Layers) ? Layers : []).map(referredId).filter(isText);
  return Object.fromEntries(
    ids.flatMap((id) => {
      const properties = mapOf(mapOf(resources[id]).Properties);
      return isFilled(properties.PublishLambdaVersion) ? [[id, properties]] : [];
    }),
  );
}
