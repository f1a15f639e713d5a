import { problem, type Problem } from '../values/problems.ts';
import { isReservedMember, recordOf } from '../values/records.ts';
import { brokenRule } from './parameter-rules.ts';
import { transformsOf, type Template } from './template.ts';
import { circles } from './circles.ts';
import { userOf } from './unknown-references.ts';
import { unknownAttributes } from './unknown-attributes.ts';

/**
 * Templates that CloudFormation refuses as they are, without looking at any account: keys that it does not know, outputs without a value,
 * defaults that their own parameter does not take, resources that need one another in a circle, attributes that a type has not. Not of
 * one with a macro, which may make anything of it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 */
export function structureProblems(template: Template, fileName: string): Problem[] {
  if (transformsOf(template).some((name) => !name.startsWith('AWS::'))) return [];
  const told = (code: string, sentence: string, place: string): Problem =>
    problem(`template.${code}`, fileName, sentence, { places: [place] });
  return [
    ...unknownKeys(template).map(({ place, key, known }) =>
      told(
        'key-unknown',
        `"${place}" is nothing that CloudFormation knows (known are ${known.join(', ')}): remove "${key}", or correct its name.`,
        place,
      ),
    ),
    ...valueless(template).map((name) =>
      told(
        'output-without-value',
        `The output "${name}" has no Value, which CloudFormation asks for: add it.`,
        `Outputs.${name}`,
      ),
    ),
    ...Object.entries(template.Parameters ?? {}).flatMap(([name, body]) => {
      const broken = brokenDefault(body);
      const place = `Parameters.${name}.Default`;
      return broken === undefined
        ? []
        : [
            told(
              'parameter-default',
              `The default of the parameter "${name}" ${broken}: correct it, or what the parameter allows.`,
              place,
            ),
          ];
    }),
    ...circles(template).map((circle) => {
      const [first = ''] = circle;
      const path = [...circle, first].map((name) => `"${name}"`).join(' → ');
      const sentence = `Resources need one another in a circle (${path}), so that CloudFormation can make none first: take one of these references or DependsOn away.`;
      return problem('template.circular', fileName, sentence, { places: circle.map((name) => `Resources.${name}`) });
    }),
    ...unknownAttributes(template).map(({ logicalId, type, attribute, offered, place }) =>
      told(
        'attribute-unknown',
        `The template asks for the attribute "${attribute}" of "${logicalId}" (${userOf(place)}), but ${type} ${offered.length === 0 ? 'has no attributes' : `has only ${offered.join(', ')}`}: correct it${offered.length === 0 ? ', or use Ref' : ''}.`,
        place,
      ),
    ),
  ];
}

interface UnknownKey {
  readonly place: string;
  readonly key: string;
  readonly known: readonly string[];
}

const sections = [
  ...['AWSTemplateFormatVersion', 'Description', 'Metadata', 'Parameters', 'Rules', 'Mappings', 'Conditions'],
  ...['Transform', 'Resources', 'Outputs', 'Hooks'],
];
const ofResources = [
  ...['Type', 'Properties', 'DependsOn', 'Condition', 'Metadata', 'DeletionPolicy', 'UpdateReplacePolicy'],
  ...['UpdatePolicy', 'CreationPolicy', 'Description', 'Version'],
];
const ofParameters = [
  ...['Type', 'Default', 'Description', 'NoEcho', 'AllowedValues', 'AllowedPattern', 'ConstraintDescription'],
  ...['MinLength', 'MaxLength', 'MinValue', 'MaxValue'],
];
const ofOutputs = ['Value', 'Description', 'Export', 'Condition'];
/** What SAM's transform takes besides. https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy.html */
const ofSam = { sections: ['Globals'], resources: ['Connectors', 'IgnoreGlobals'] };

function unknownKeys(template: Template): UnknownKey[] {
  const sam = transformsOf(template).some((name) => name.startsWith('AWS::Serverless'));
  const within = (section: 'Resources' | 'Parameters' | 'Outputs', known: readonly string[]): UnknownKey[] =>
    Object.entries(template[section] ?? {})
      .filter(([name]) => !isFunction(name))
      .flatMap(([name, body]) => unknownIn(recordOf(body), known, `${section}.${name}.`));
  return [
    ...unknownIn(template, sam ? [...sections, ...ofSam.sections] : sections, ''),
    ...within('Resources', sam ? [...ofResources, ...ofSam.resources] : ofResources),
    ...within('Parameters', ofParameters),
    ...within('Outputs', ofOutputs),
  ];
}

function unknownIn(body: Readonly<Record<string, unknown>>, known: readonly string[], before: string): UnknownKey[] {
  return Object.keys(body)
    .filter((key) => !known.includes(key) && !isFunction(key) && !isReservedMember(key))
    .map((key) => ({ place: `${before}${key}`, key, known }));
}

/** `Fn::Transform`, `Fn::ForEach::Name`: what stands there is made by it. */
function isFunction(key: string): boolean {
  return key.startsWith('Fn::');
}

function valueless({ Outputs = {} }: Template): string[] {
  return Object.entries(Outputs)
    .filter(
      ([name, body]) => !isFunction(name) && !isReservedMember(name) && !Object.keys(recordOf(body)).some(givesValue),
    )
    .map(([name]) => name);
}

function givesValue(key: string): boolean {
  return key === 'Value' || isFunction(key);
}

/** The rule that a default breaks. */
function brokenDefault(body: unknown): string | undefined {
  const { Default: value } = recordOf(body);
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  return brokenRule(body, String(value));
}
