import { problem, type Problem } from '../values/problems.ts';
import { listOf, recordOf } from '../values/records.ts';
import { assetBucketParameter } from './asset-bucket.ts';
import { findReferences } from './references.ts';
import { likelyMeant } from '../values/alike.ts';
import { hasTransforms, transformsOf, type Template } from './template.ts';
import { listFew } from './ways-in/around.ts';

/** A name that nothing in the template has, and where it is used. */
interface Unknown {
  readonly name: string;
  readonly what: string;
  readonly place: string;
  /** What is there instead. */
  readonly known: readonly string[];
}

const SAM_TRANSFORM = 'AWS::Serverless-2016-10-31';

/**
 * What CloudFormation knows in every template.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
 */
const pseudoParameters = [
  'AWS::AccountId',
  'AWS::NotificationARNs',
  'AWS::NoValue',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
];

/**
 * Names that a template refers to and does not have: CloudFormation refuses the template. Not of one with other transforms than SAM's,
 * which make resources by any name.
 * @param fileName of the template in the artifact
 */
export function unknownReferenceProblems(template: Template, fileName: string): Problem[] {
  const bySam = isSamAlone(template);
  if (hasTransforms(template) && !bySam) return [];
  const places = new Map<string, { readonly one: Unknown; readonly at: string[] }>();
  const unknown = [...inResources(template), ...inOutputs(template), ...inConditions(template)];
  for (const one of unknown.filter((each) => !(bySam && isMadeBySam(each, template)))) {
    const { name, what, place } = one;
    const found = places.get(`${what} ${name}`);
    if (found === undefined) places.set(`${what} ${name}`, { one, at: [place] });
    else if (!found.at.includes(place)) found.at.push(place);
  }
  return [...places.values()].map(({ one: { what, name, known }, at }) => {
    const sentence = `The template refers to "${name}" (${listFew(at)}), but has no ${what} of that name: correct or add it.${likelyMeant(name, name.startsWith('AWS::') ? pseudoParameters : known)}`;
    return problem('template.reference-unknown', fileName, sentence, { places: at });
  });
}

function isSamAlone(template: Template): boolean {
  return transformsOf(template).join() === SAM_TRANSFORM;
}

/**
 * SAM begins the names of what it makes with the logical id of what it makes it for, but for what all functions share: `ServerlessRestApi`,
 * and the role of deployments. https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
 */
function isMadeBySam({ name, what }: Unknown, { Resources }: Template): boolean {
  if (what === 'condition' || what === 'mapping') return false;
  const beginnings = [...Object.keys(Resources), 'Serverless', 'CodeDeployServiceRole'];
  return beginnings.some((beginning) => name.startsWith(beginning));
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
  const names = [...used.names].filter((name) => !pseudoParameters.includes(name) && name !== assetBucketParameter);
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
    typeof name === 'string' && !Object.hasOwn(section, name)
      ? [{ name, what, place, known: Object.keys(section) }]
      : [],
  );
}
