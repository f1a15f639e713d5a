import * as z from 'zod';
import { problem, type Problem } from '../values/problems.ts';
import { propertyOf, type Template } from './template.ts';

/** What Sluice's own tags begin with. */
const OWN = /^sluice:/i;

const listed = z.array(z.object({ Key: z.string() }));
const mapped = z.record(z.string(), z.unknown());

/**
 * Tags `sluice:…` that a template sets: by them the target knows whose a resource is, so the engine alone sets them, on the
 * stack, from where CloudFormation gives them to everything in it.
 */
export function ownTagProblems({ Resources }: Template, fileName: string): Problem[] {
  return Object.entries(Resources).flatMap(([logicalId, resource]) => {
    const found = tagKeys(propertyOf(resource, 'Tags')).filter((key) => OWN.test(key));
    if (found.length === 0) return [];
    const sentence = `"${logicalId}" (${resource.Type}) sets the tag ${found.join(', ')}: remove it, tags that begin with "sluice:" are set by Sluice.`;
    return [problem('template.tag-reserved', fileName, sentence)];
  });
}

/** A list of `Key` and `Value` in most types, an object in others. */
function tagKeys(tags: unknown): string[] {
  const list = listed.safeParse(tags).data;
  if (list !== undefined) return list.map(({ Key }) => Key);
  return Object.keys(mapped.safeParse(tags).data ?? {});
}
