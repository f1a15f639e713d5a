import type { Context } from '../model/context.ts';
import { eventProblem, resourceProblem } from '../model/errors.ts';
import { choose, ref } from '../model/intrinsics.ts';
import type { Made } from '../model/resource.ts';
import { requireList, requireMap } from '../model/shape.ts';
import { asList, isEqual, isFilled, isGiven, isMap, isText, mapOf, type Fields } from '../model/values.ts';
import { tagList } from '../tags.ts';
import { permission } from './permission.ts';
import type { FunctionEvent } from './target.ts';

/** The resource of the template that an event names, to be changed in place. @throws Problem where it is none of them */
export function namedResource(reference: unknown, { resources }: Context): readonly [string, Fields] | undefined {
  if (!isMap(reference) || !isText(reference.Ref)) return undefined;
  const resource = resources[reference.Ref];
  return isMap(resource) ? [reference.Ref, resource] : undefined;
}

/** What an `S3` event changes: the bucket tells the function, and waits for the permission to. @throws Problem */
export function bucketNotification(event: FunctionEvent, context: Context): readonly Made[] {
  const { properties, target } = event;
  const found = namedResource(properties.Bucket, context);
  if (found === undefined)
    throw eventProblem(event.name, 'S3 events must reference an S3 bucket in the same template.');
  const [id, bucket] = found;
  event.touched.add(id);
  const allowed = permission(target, 's3.amazonaws.com', event.id, { SourceAccount: ref('AWS::AccountId') });
  if (isFilled(target.condition)) dependByTag(id, bucket, allowed, target.condition);
  else dependOn(event.id, bucket, allowed.id);
  notify(id, bucket, event);
  return [allowed];
}

function dependOn(eventId: string, bucket: Fields, on: string): void {
  const given = 'DependsOn' in bucket ? asList(bucket.DependsOn) : [];
  if (!given.every(isText))
    throw resourceProblem(eventId, "Invalid type for field 'DependsOn'. Expected a string or list of strings.");
  bucket.DependsOn = given.includes(on) ? given : [...given, on];
}

/** A dependency may not have a condition; a tag whose value names the permission may. */
function dependByTag(id: string, bucket: Fields, allowed: Made, condition: unknown): void {
  const properties = ownProperties(id, bucket);
  const tags = requireList(id, 'Tags', properties.Tags ?? []);
  const value = choose(condition, ref(allowed.id), 'no dependency');
  properties.Tags = [...tags, ...tagList({ [`sam:ConditionalDependsOn:${allowed.id}`]: value })];
}

export function ownProperties(id: string, resource: Fields): Fields {
  const { Properties: properties = {} } = resource;
  if (!isMap(properties)) throw resourceProblem(id, 'Properties should be a map.');
  resource.Properties = properties;
  return properties;
}

function notify(id: string, bucket: Fields, { properties: { Events, Filter }, target }: FunctionEvent): void {
  const own = ownProperties(id, bucket);
  own.NotificationConfiguration ??= {};
  const configuration = requireMap(id, 'NotificationConfiguration', own.NotificationConfiguration);
  const given = configuration.LambdaConfigurations ?? [];
  if (!Array.isArray(given)) throw resourceProblem(id, 'Invalid type for LambdaConfigurations. Must be a list.');
  const told: unknown[] = [...asList(given)];
  for (const Event of asList(Events)) {
    const one = { Function: target.arn, ...(isGiven(Filter) ? { Filter } : {}), Event };
    const mapping = isFilled(target.condition) ? choose(target.condition, one) : one;
    if (!told.some((other) => isEqual(other, mapping))) told.push(mapping);
  }
  mapOf(configuration).LambdaConfigurations = told;
}
