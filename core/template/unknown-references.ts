import { problem, type Problem } from '../values/problems.ts';
import { listOf, recordOf } from '../values/records.ts';
import { assetBucketParameter } from './asset-bucket.ts';
import { findReferences } from './references.ts';
import { hasTransforms, type Template } from './template.ts';
import { listFew } from './ways-in/around.ts';

/** A name that nothing in the template has, and where it is used. */
interface Unknown {
  readonly name: string;
  readonly what: string;
  readonly place: string;
}

/**
 * Names that a template refers to and does not have: CloudFormation refuses the template. Not of one with transforms, which make
 * resources.
 * @param fileName of the template in the artifact
 */
export function unknownReferenceProblems(template: Template, fileName: string): Problem[] {
  if (hasTransforms(template)) return [];
  const places = new Map<string, { readonly what: string; readonly name: string; readonly at: string[] }>();
  for (const { name, what, place } of [...inResources(template), ...inOutputs(template), ...inConditions(template)]) {
    const known = places.get(`${what} ${name}`);
    if (known === undefined) places.set(`${what} ${name}`, { what, name, at: [place] });
    else if (!known.at.includes(place)) known.at.push(place);
  }
  return [...places.values()].map(({ what, name, at }) => {
    const sentence = `The template refers to "${name}" (${listFew(at)}), but has no ${what} of that name: correct or add it.`;
    return problem('template.reference-unknown', fileName, sentence, { places: at });
  });
}

function inResources(template: Template): Unknown[] {
  return Object.entries(template.Resources).flatMap(([logicalId, { Condition, DependsOn, ...resource }]) => {
    const place = `Resources.${logicalId}`;
    return [
      ...unknownIn(resource, place, template),
      ...noSuch([Condition], 'condition', template.Conditions, `${place}.Condition`),
      ...noSuch(listOf(DependsOn), 'resource', template.Resources, `${place}.DependsOn`),
    ];
  });
}

function inOutputs(template: Template): Unknown[] {
  return Object.entries(template.Outputs ?? {}).flatMap(([name, output]) => [
    ...unknownIn(output, `Outputs.${name}`, template),
    ...noSuch([recordOf(output)['Condition']], 'condition', template.Conditions, `Outputs.${name}.Condition`),
  ]);
}

/** Conditions refer to parameters, mappings and one another, and to no resource. */
function inConditions(template: Template): Unknown[] {
  return Object.entries(template.Conditions ?? {}).flatMap(([name, condition]) => {
    const place = `Conditions.${name}`;
    const { conditions } = findReferences(condition);
    return [
      ...unknownIn(condition, place, { ...template, Resources: {} }),
      ...noSuch([...conditions], 'condition', template.Conditions, place),
    ];
  });
}

function unknownIn(
  value: unknown,
  place: string,
  { Resources, Parameters, Conditions, Mappings }: Template,
): Unknown[] {
  const used = usedIn(value);
  // A bucket that is not declared has a problem of its own.
  const names = [...used.names].filter((name) => !name.startsWith('AWS::') && name !== assetBucketParameter);
  return [
    ...noSuch(names, 'resource or parameter', { ...Resources, ...Parameters }, place),
    ...noSuch([...used.conditions], 'condition', Conditions, place),
    ...noSuch([...used.mappings], 'mapping', Mappings, place),
  ];
}

interface Used {
  readonly names: Set<string>;
  readonly conditions: Set<string>;
  readonly mappings: Set<string>;
}

/** Of functions alone: a member `Condition` or `DependsOn` inside of properties is the type's own, as in a state machine's choice. */
function usedIn(value: unknown, used: Used = { names: new Set(), conditions: new Set(), mappings: new Set() }): Used {
  if (typeof value !== 'object' || value === null) return used;
  const members: [string, unknown][] = Object.entries(value);
  for (const [name, inner] of members) {
    const [first] = listOf(inner);
    if (/^(Ref|Fn::(GetAtt|Sub))$/.test(name))
      for (const one of findReferences({ [name]: inner }).parametersAndResources) used.names.add(one);
    if (name === 'Fn::If' && typeof first === 'string') used.conditions.add(first);
    if (name === 'Fn::FindInMap' && typeof first === 'string') used.mappings.add(first);
    usedIn(inner, used);
  }
  return used;
}

function noSuch(
  names: readonly unknown[],
  what: string,
  section: Readonly<Record<string, unknown>> = {},
  place: string,
): Unknown[] {
  return names.flatMap((name) =>
    typeof name === 'string' && !Object.hasOwn(section, name) ? [{ name, what, place }] : [],
  );
}
