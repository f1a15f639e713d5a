/** How the resources of REST APIs are changed: by patches, and by tags. */
import { TagResourceCommand, UntagResourceCommand, type PatchOperation } from '@aws-sdk/client-api-gateway';
import type * as z from 'zod';
import type { ResourceContext } from '../provider.ts';
import { differ, type tagList } from './shapes.ts';

/** Sets the value of a place. */
export function replace(path: string, value: string): PatchOperation {
  return { op: 'replace', path, value };
}

/** What takes a value that is optional from what it was to what it shall be. */
export function changed(path: string, wanted: string | undefined, before: string | undefined): PatchOperation[] {
  if (wanted === before) return [];
  return wanted === undefined ? [{ op: 'remove', path }] : [replace(path, wanted)];
}

/** Sends changes, if there are any. */
export async function patch(
  changes: PatchOperation[],
  send: (changes: PatchOperation[]) => Promise<unknown>,
): Promise<void> {
  if (changes.length > 0) await send(changes);
}

type Tags = z.output<typeof tagList>;

/** Tags as the service has them. */
export function tagsOf(tags: Tags): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

/** Gives `/restapis/…` the tags it shall have. */
export async function retag(
  path: string,
  wanted: Tags,
  before: Tags,
  { kernel, caller, region }: ResourceContext,
): Promise<void> {
  const resourceArn = `arn:aws:apigateway:${region}::${path}`;
  const tags = tagsOf(wanted);
  const tagKeys = before.map(({ Key }) => Key).filter((key) => !Object.hasOwn(tags, key));
  if (tagKeys.length > 0) await kernel.send(caller, new UntagResourceCommand({ resourceArn, tagKeys }));
  if (wanted.length > 0 && differ(tags, tagsOf(before)))
    await kernel.send(caller, new TagResourceCommand({ resourceArn, tags }));
}
