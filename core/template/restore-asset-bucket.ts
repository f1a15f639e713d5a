import * as z from 'zod';
import { assetBucketParameter } from './asset-bucket.ts';
import type { Resource, Template } from './template.ts';

const maps = z.record(z.string(), z.unknown());
const lists = z.array(z.unknown());
const asset = /^assets\/[0-9a-f]{64}\.zip$/;

/** Members that say where an object is: its bucket and its key. */
const places = [
  ['S3Bucket', 'S3Key'],
  ['Bucket', 'Key'],
] as const;

/**
 * Says the bucket of assets by its parameter again, where a transform wrote the parameter's value in its place: SAM does so with the
 * code of each function whose alias it publishes. What a release applies is the same in all targets then, and its code is judged as
 * packing wrote it.
 * @param bucket of the target that the template was expanded for
 */
export function restoreAssetBucket(template: Template, bucket: string): Template {
  const Resources = Object.fromEntries(
    Object.entries(template.Resources).map(([id, resource]) => [id, restoreResource(resource, bucket)]),
  );
  return { ...template, Resources };
}

function restoreResource(resource: Resource, bucket: string): Resource {
  const { Properties } = resource;
  return Properties === undefined ? resource : { ...resource, Properties: maps.parse(restore(Properties, bucket)) };
}

function restore(value: unknown, bucket: string): unknown {
  const list = lists.safeParse(value);
  if (list.success) return list.data.map((item) => restore(item, bucket));
  const map = maps.safeParse(value);
  if (!map.success) return value;
  const restored = Object.fromEntries(Object.entries(map.data).map(([key, member]) => [key, restore(member, bucket)]));
  for (const [bucketOf, keyOf] of places) {
    const key = restored[keyOf];
    if (restored[bucketOf] === bucket && typeof key === 'string' && asset.test(key))
      restored[bucketOf] = { Ref: assetBucketParameter };
  }
  return restored;
}
