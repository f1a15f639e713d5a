import { problem, type Problem } from '../values/problems.ts';
import { listOf, recordOf } from '../values/records.ts';
import { assetBucketParameter } from './asset-bucket.ts';
import { findReferences } from './references.ts';
import { membersOf } from './members-of.ts';
import { isMadeBySam } from './sam-ids.ts';
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
  for (const one of unknown.filter((each) => !(bySam && mayBeMadeBySam(each, template)))) {
    const { name, what, place } = one;
    const found = places.get(`${what} ${name}`);
    if (found === undefined) places.set(`${what} ${name}`, { one, at: [place] });
    else found.at.push(place);
  }
  return [...places.values()].map(({ one: { what, name, known }, at }) => {
    const sentence = `The template refers to "${name}" (${listFew([...new Set(at.map(userOf))])}), but has no ${what} of that name: correct or add it.${likelyMeant(name, name.startsWith('AWS::') ? pseudoParameters : known)}`;
    return problem('template.reference-unknown', fileName, sentence, { places: at });
  });
}

/** What uses a name by a function: the property, without the function. */
export function userOf(place: string): string {
  return place.replace(/\.(Ref|Fn::\w+)$/, '');
}

function isSamAlone(template: Template): boolean {
  return transformsOf(template).join() === SAM_TRANSFORM;
}

/** Conditions and mappings are what a team writes. */
function mayBeMadeBySam({ name, what }: Unknown, template: Template): boolean {
  return what !== 'condition' && what !== 'mapping' && isMadeBySam(name, template);
}

function inResources(template: Template): Unknown[] {
  return Object.entries(template.Resources).flatMap(([logicalId, { Condition, DependsOn, ...resource }]) => {
    const place = `Resources.${logicalId}`;
    const needed = listOf(DependsOn).map((name, index): Use => {
      const entry = Array.isArray(DependsOn) ? `[${index}]` : '';
      return { name, what: 'resource', place: `${place}.DependsOn${entry}` };
    });
    return [
      ...unknownIn(resource, place, template),
      ...noSuch([{ name: Condition, what: 'condition', place: `${place}.Condition` }, ...needed], template),
    ];
  });
}

function inOutputs(template: Template): Unknown[] {
  return Object.entries(template.Outputs ?? {}).flatMap(([name, output]) => [
    ...unknownIn(output, `Outputs.${name}`, template),
    ...noSuch(
      [{ name: recordOf(output)['Condition'], what: 'condition', place: `Outputs.${name}.Condition` }],
      template,
    ),
  ]);
}

/** Conditions refer to parameters, mappings and one another, and to no resource. */
function inConditions(template: Template): Unknown[] {
  return Object.entries(template.Conditions ?? {}).flatMap(([name, condition]) => {
    const place = `Conditions.${name}`;
    return [
      ...unknownIn(condition, place, { ...template, Resources: {} }),
      ...noSuch(conditionsIn(condition, place), template),
    ];
  });
}

/** A name that is used, and where: down to the function that uses it. */
interface Use {
  readonly name: unknown;
  readonly what: keyof typeof sections;
  readonly place: string;
}

const sections = {
  'resource or parameter': ({ Resources, Parameters }: Template) => ({ ...Resources, ...Parameters }),
  resource: ({ Resources }: Template) => Resources,
  condition: ({ Conditions = {} }: Template) => Conditions,
  mapping: ({ Mappings = {} }: Template) => Mappings,
};

function unknownIn(value: unknown, place: string, template: Template): Unknown[] {
  // A bucket that is not declared has a problem of its own.
  const known = [...pseudoParameters, assetBucketParameter];
  return noSuch(usesIn(value, place), template).filter(({ name }) => !known.includes(name));
}

/** Of functions alone: a member `Condition` or `DependsOn` inside of properties is the type's own, as in a state machine's choice. */
function usesIn(value: unknown, place: string): Use[] {
  return membersOf(value, place).flatMap(({ name, inner, at }): Use[] => {
    const [first] = listOf(inner);
    const below = usesIn(inner, at);
    if (/^(Ref|Fn::(GetAtt|Sub))$/.test(name)) {
      const used = [...findReferences({ [name]: withoutNested(inner) }).parametersAndResources];
      return [...used.map((one): Use => ({ name: one, what: 'resource or parameter', place: at })), ...below];
    }
    if (name === 'Fn::If') return [{ name: first, what: 'condition', place: at }, ...below];
    if (name === 'Fn::FindInMap') return [{ name: first, what: 'mapping', place: at }, ...below];
    return below;
  });
}

/** Of what a function is given, what it uses by itself: functions inside of it are seen at their own place. */
function withoutNested(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((one: unknown) =>
    typeof one === 'object' && one !== null ? Object.fromEntries(Object.keys(one).map((name) => [name, ''])) : one,
  );
}

/** Conditions that a condition names, other than by `Fn::If`. */
function conditionsIn(value: unknown, place: string): Use[] {
  return membersOf(value, place).flatMap(({ name, inner, at }): Use[] =>
    name === 'Condition' && typeof inner === 'string'
      ? [{ name: inner, what: 'condition', place: at }]
      : conditionsIn(inner, at),
  );
}

function noSuch(uses: readonly Use[], template: Template): Unknown[] {
  return uses.flatMap(({ name, what, place }) => {
    const section = sections[what](template);
    return typeof name === 'string' && !Object.hasOwn(section, name)
      ? [{ name, what, place, known: Object.keys(section) }]
      : [];
  });
}
