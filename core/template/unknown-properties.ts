import { likelyMeant, misspelt } from '../values/alike.ts';
import { problem, type Problem } from '../values/problems.ts';
import { recordOf } from '../values/records.ts';
import { type Kind, membersOfShape, type Shapes, shapesOf } from './specification/kinds.ts';
import { transformsOf, type Template } from './template.ts';
import { type DescribePlace, placeAlone } from './describe-place.ts';

/**
 * A property that its type has not, as far as is known here. CloudFormation refuses it, but when it makes the resource and not before:
 * what is newer than the table looks the same, so the engine leaves it to CloudFormation, and the command tells of it.
 */
interface UnknownProperty {
  /** `Resources.Orders.Properties.VpcConfig.SubnetIDs` */
  readonly place: string;
  readonly name: string;
  readonly type: string;
  /** What stands there beside it, or could. */
  readonly known: readonly string[];
}

/** Properties that are all but one that their type has – another case, one character –: nothing newer is called so. */
export function misspeltProperties(template: Template, fileName: string): Problem[] {
  return unknownProperties(template).flatMap(({ place, name, type, known }) => {
    const meant = misspelt(name, known);
    if (meant === undefined) return [];
    const sentence = `"${name}" (${place}) is no property of ${type}, and ${refuser(type)} would refuse it: it is called "${meant}".`;
    return [problem('template.property-unknown', fileName, sentence, { places: [place] })];
  });
}

/** Sentences about every other property that is not known. @param describe what is told of a place; the place alone when left out */
export function propertyRemarks(template: Template, describe: DescribePlace = placeAlone): string[] {
  return unknownProperties(template)
    .filter(({ name, known }) => misspelt(name, known) === undefined)
    .map(
      ({ place, name, type, known }) =>
        `${type} has no property "${name}" that this version of Sluice knows (${describe(place)}): ${refuser(type)} refuses it, unless it is newer.${likelyMeant(name, known)}`,
    );
}

/** Not of a template with a macro, which may make anything of it. */
function unknownProperties(template: Template): UnknownProperty[] {
  if (transformsOf(template).some((name) => !name.startsWith('AWS::'))) return [];
  return Object.entries(template.Resources).flatMap(([logicalId, { Type: type, Properties }]) => {
    const shapes = shapesOf(type);
    if (shapes === undefined) return [];
    return unknownIn(Properties, '', shapes, `Resources.${logicalId}.Properties`).map((one) => ({ ...one, type }));
  });
}

/** SAM's transform looks before anything is made, CloudFormation when it makes the resource. */
function refuser(type: string): string {
  return type.startsWith('AWS::Serverless::') ? 'SAM' : 'CloudFormation';
}

type Found = Omit<UnknownProperty, 'type'>;

/** @param shape name of the properties that the value may have */
function unknownIn(value: unknown, shape: string, shapes: Shapes, place: string): Found[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => unknownIn(one, shape, shapes, `${place}[${index}]`));
  const members = recordOf(value);
  const [, ...choices] = branchesOf(members['Fn::If']);
  if (choices.length > 0)
    return choices.flatMap((one, index) => unknownIn(one, shape, shapes, `${place}.Fn::If[${index + 1}]`));
  const known = new Map(membersOfShape(shapes, shape).map(({ name, kind }) => [name, shapeWithin(kind)]));
  return Object.entries(members).flatMap(([name, inner]) => {
    if (isFunction(name)) return [];
    const at = `${place}.${name}`;
    if (!known.has(name)) return [{ place: at, name, known: [...known.keys()] }];
    const its = known.get(name);
    return its === undefined ? [] : unknownIn(inner, its, shapes, at);
  });
}

/** Of what a property holds, itself or each entry of its list. */
function shapeWithin(kind: Kind): string | undefined {
  if (kind.is === 'list') return shapeWithin(kind.of);
  return kind.is === 'members' ? kind.shape : undefined;
}

function branchesOf(choice: unknown): readonly unknown[] {
  return Array.isArray(choice) ? choice : [];
}

/** What stands there is known once CloudFormation has it. */
function isFunction(name: string): boolean {
  return name === 'Ref' || name.startsWith('Fn::');
}
