import { problem, type Problem } from '../values/problems.ts';
import { recordOf } from '../values/records.ts';
import type { Template } from './template.ts';

/** What Sluice's own metadata begin with. */
const OWN = /^sluice:/i;

/**
 * Metadata `sluice:…` that a template gives a resource, as one does that was copied from a stack: by them the engine finds again what it
 * called otherwise or marked, so it would take one resource for another, and in the end drop the one that holds the data.
 */
export function ownMetadataProblems(template: Template, fileName: string): Problem[] {
  return Object.entries(template.Resources).flatMap(([logicalId, resource]) => {
    const found = Object.keys(recordOf(resource['Metadata'])).filter((name) => OWN.test(name));
    if (found.length === 0) return [];
    const sentence = `"${logicalId}" (${resource.Type}) has the metadata ${found.join(', ')}: remove it, metadata that begins with "sluice:" is written by Sluice into the stack, and does not belong into a template.`;
    const places = [`Resources.${logicalId}.Metadata`];
    return [problem('template.metadata-reserved', fileName, sentence, { places })];
  });
}
