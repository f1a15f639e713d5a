import { problem, type Problem } from '../values/problems.ts';
import type { Template } from './template.ts';

/** What Sluice's own tags begin with. */
const OWN = /^sluice:/i;

/**
 * Tags `sluice:…` that a template sets, in whatever way a type takes tags, and also in SAM's `Globals`: by them the target knows
 * whose a resource is, so the engine alone sets them, on the stack, from where CloudFormation gives them to everything in it.
 */
export function ownTagProblems(template: Template, fileName: string): Problem[] {
  const resources = Object.entries(template.Resources).map(([logicalId, { Type, ...rest }]) => ({
    who: `"${logicalId}" (${Type})`,
    place: `Resources.${logicalId}`,
    found: tagKeys(rest),
  }));
  const globals = { who: 'The section "Globals"', place: 'Globals', found: tagKeys(template['Globals']) };
  return [...resources, globals].flatMap(({ who, place, found }) => {
    if (found.length === 0) return [];
    const sentence = `${who} sets the tag ${[...new Set(found)].join(', ')}: remove it, tags that begin with "sluice:" are set by Sluice.`;
    return [problem('template.tag-reserved', fileName, sentence, { places: [place] })];
  });
}

/** Members in which a type takes tags: `Tags`, `UserPoolTags`, `TagSpecifications`, `TagList`. */
const TAGS = /^Tag(s|List|Specifications?)$|Tags$/;

function tagKeys(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(tagKeys);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    TAGS.test(name) ? keysIn(inner) : tagKeys(inner),
  );
}

/** A list of `Key` and `Value` in most types, an object in others; either may stand in a condition. */
function keysIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => [
    ...(OWN.test(name) ? [name] : []),
    ...(name === 'Key' ? textsIn(inner).filter((text) => OWN.test(text)) : []),
    ...keysIn(inner),
  ]);
}

/** Also of a text that `Fn::Sub` or `Fn::Join` makes. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
