import { scopeOf, type Desired, type Place, type ResourceView, type Tag } from './desired.ts';
import { validationError } from './errors.ts';
import { evaluate } from './intrinsics.ts';
import type { Properties, ResourceProvider } from './provider.ts';
import type { Providers } from './providers.ts';
import type { ResourceRecord } from './stack.ts';
import type { ResourceDefinition } from './template.ts';
import type { ResourceSpecification } from './specification/specification.ts';
import { isRecord, Unknown } from './values.ts';

/** Types whose Tags are an object; everywhere else they are a list of Key and Value. */
const TAGS_AS_OBJECT: ReadonlySet<string> = new Set([
  'AWS::SSM::Parameter',
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Stage',
]);

/** A resource's properties with every intrinsic function resolved and the stack's tags merged in. */
export function resolveProperties(
  definition: ResourceDefinition,
  desired: Desired,
  place: Place,
  view: ResourceView,
  providers: Providers,
): Properties {
  const resolved = evaluate(definition.Properties, scopeOf(desired, place, view));
  if (!isRecord(resolved)) throw validationError('Properties must be an object');
  const tags = tagsOf(providers.get(definition.Type));
  if (tags === undefined || desired.tags.length === 0) return resolved;
  const own = resolved[tags.property];
  if (own instanceof Unknown) return resolved;
  return { ...resolved, [tags.property]: withStackTags(tags.asObject, own, desired.tags) };
}

/** Where a type has its tags; undefined where it has none. */
function tagsOf(provider: ResourceProvider | undefined): ResourceSpecification['tags'] {
  if (provider?.recorded !== undefined) return provider.recorded.tags;
  if (provider?.properties.includes('Tags') !== true) return undefined;
  return { property: 'Tags', asObject: TAGS_AS_OBJECT.has(provider.type) };
}

function withStackTags(asObject: boolean, own: unknown, stackTags: readonly Tag[]): unknown {
  if (asObject) {
    return { ...Object.fromEntries(stackTags.map(({ Key, Value }) => [Key, Value])), ...(isRecord(own) ? own : {}) };
  }
  const list: readonly unknown[] = Array.isArray(own) ? own : [];
  const keys = list.map((tag) => (isRecord(tag) ? tag.Key : undefined));
  return [...list, ...stackTags.filter(({ Key }) => !keys.includes(Key))];
}

/** Resources as they stand. @throws AwsError ValidationError for one that is not there, or an attribute it has not */
export function existingView(resources: ReadonlyMap<string, ResourceRecord>): ResourceView {
  const record = (logicalId: string): ResourceRecord => {
    const found = resources.get(logicalId);
    if (found?.physicalId === undefined)
      throw validationError(
        `Template format error: Unresolved resource dependencies [${logicalId}] in the Resources block of the template`,
      );
    return found;
  };
  return {
    physicalId: (logicalId) => record(logicalId).physicalId,
    attribute: (logicalId, name) => {
      const { attributes, type } = record(logicalId);
      if (Object.hasOwn(attributes, name)) return attributes[name];
      // Only a custom resource's answer says what it has; everything else was looked at with the template.
      throw validationError(
        type.startsWith('AWS::') && type !== 'AWS::CloudFormation::CustomResource'
          ? `Requested attribute ${name} does not exist in schema for ${type}`
          : `CustomResource attribute error: Vendor response doesn't contain ${name} attribute in object ${logicalId}`,
      );
    },
  };
}
