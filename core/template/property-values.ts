import { recordOf } from '../values/records.ts';
import { type Kind, membersOfShape, type Scalar as ScalarKind, type Shapes } from './specification/kinds.ts';

/** Something in the properties of a resource that its type does not take. */
export interface WrongValue {
  /** `Resources.Orders.Properties.VpcConfig.SubnetIds` */
  readonly place: string;
  /** It stands in a branch of a condition, which may never be taken. */
  readonly conditional: boolean;
  readonly wrong: Wrong;
}

export type Wrong =
  /** Required properties that an object has not. */
  | { readonly is: 'missing'; readonly names: readonly string[] }
  /** A value that cannot be made into what belongs there. */
  | { readonly is: 'kind'; readonly value: unknown; readonly kind: Kind }
  /** Another value than those that are known. */
  | { readonly is: 'choice'; readonly value: string; readonly only: readonly string[] }
  /** A number that is smaller or greater than is known. */
  | { readonly is: 'range'; readonly value: string; readonly least: number; readonly greatest: number };

/** Does a condition of the template hold? undefined where that is not known. */
export type Choose = (condition: unknown) => boolean | undefined;

/** Of one resource, so many are refused at most, and so many only said: a template of 1 MB has room for half a million. */
const MOST = 100;

interface Where {
  readonly place: string;
  /** How many more are told. */
  readonly room: { refused: number; said: number };
  readonly conditional: boolean;
  readonly shapes: Shapes;
  readonly choose: Choose;
}

/**
 * Everything in the properties of a type that it does not take. Of what functions give, nothing is said, nor of branches that are not chosen.
 * @param shapes what the type has
 */
export function wrongValues(properties: unknown, shapes: Shapes, place: string, choose: Choose): WrongValue[] {
  return judge(
    properties,
    { is: 'members', shape: '' },
    { place, conditional: false, shapes, choose, room: { refused: MOST, said: MOST } },
  );
}

function judge(value: unknown, kind: Kind, where: Where): WrongValue[] {
  if (where.room.refused <= 0) return [];
  const branches = branchesOf(value);
  if (branches !== undefined) return inBranches(branches, kind, where);
  if (isLeftToAws(value)) return [];
  switch (kind.is) {
    case 'anything':
      return [];
    case 'list':
      if (!Array.isArray(value)) return told(value, kind, where);
      return value.flatMap((one: unknown, index) => judge(one, kind.of, within(where, `[${index}]`)));
    case 'map':
      if (!isMap(value)) return told(value, kind, where);
      return ownMembers(value).flatMap(([name, one]) => judge(one, kind.of, within(where, `.${name}`)));
    case 'tag':
      return isMap(value) ? [] : told(value, kind, where);
    case 'members':
      if (isMap(value)) return inMembers(value, kind.shape, where);
      return typeof value === 'string' && isObjectInS3(kind.shape, where) ? [] : told(value, kind, where);
    default:
      return judgeScalar(value, kind, where);
  }
}

function inBranches([condition, ...branches]: readonly unknown[], kind: Kind, where: Where): WrongValue[] {
  const chosen = where.choose(condition);
  return branches.flatMap((one, index) => {
    if (chosen !== undefined && chosen !== (index === 0)) return [];
    const conditional = where.conditional || chosen === undefined;
    return judge(one, kind, { ...where, place: `${where.place}.Fn::If[${index + 1}]`, conditional });
  });
}

function inMembers(value: object, shape: string, where: Where): WrongValue[] {
  const members = membersOfShape(where.shapes, shape);
  const own = new Map(ownMembers(value));
  const missing = members.filter(({ name, required }) => required && !own.has(name)).map(({ name }) => name);
  const inner = members.flatMap(({ name, kind }) => judge(own.get(name), kind, within(where, `.${name}`)));
  // What a function gives may have them.
  if (missing.length === 0 || hasFunctions(value)) return inner;
  return [...wrongAt(where, { is: 'missing', names: missing }), ...inner];
}

/** Text in its place is a path on somebody's machine, which packing replaces or tells of. */
function isObjectInS3(shape: string, { shapes }: Where): boolean {
  return membersOfShape(shapes, shape).some(({ name }) => name === 'Key' || name === 'S3Key');
}

function judgeScalar(value: unknown, kind: ScalarKind, where: Where): WrongValue[] {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    return told(value, kind, where);
  if (!fits[kind.is](value)) return told(value, kind, where);
  const wrong = value === '' ? undefined : unheardOf(String(value), kind);
  return wrong === undefined ? [] : wrongAt(where, wrong);
}

function unheardOf(value: string, { only, least = -Infinity, greatest = Infinity }: ScalarKind): Wrong | undefined {
  if (only.length > 0) return only.includes(value) ? undefined : { is: 'choice', value, only };
  const number = Number(value);
  return number < least || number > greatest ? { is: 'range', value, least, greatest } : undefined;
}

type Scalar = string | number | boolean;

/**
 * CloudFormation makes text of numbers, and numbers and truth of text. What it may take or not is let pass: text that is empty, a
 * number with a fraction for a whole one, other words for true and false.
 */
const fits: Readonly<Record<'text' | 'whole' | 'number' | 'truth', (value: Scalar) => boolean>> = {
  text: () => true,
  whole: isNumeric,
  number: isNumeric,
  truth: (value) => /^(|true|false|yes|no|on|off|[ynt01f])$/i.test(String(value).trim()),
};

function isNumeric(value: Scalar): boolean {
  return typeof value !== 'boolean' && !Number.isNaN(Number(value));
}

/** Null has a meaning of its own; text with a variable in it is not what it says. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html */
function isLeftToAws(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === 'string') return value.includes('{{resolve:') || /[$&]\{/.test(value);
  const names = Object.keys(recordOf(value));
  return names.length === 1 && names.every(isFunction);
}

/** The condition and the branches of a choice. */
function branchesOf(value: unknown): readonly unknown[] | undefined {
  const { 'Fn::If': choice, ...others } = recordOf(value);
  return Array.isArray(choice) && Object.keys(others).length === 0 ? choice : undefined;
}

function hasFunctions(value: object): boolean {
  return Object.keys(value).some(isFunction);
}

function ownMembers(value: object): [string, unknown][] {
  return Object.entries(value).filter(([name]) => !isFunction(name));
}

function isFunction(name: string): boolean {
  return name === 'Ref' || name.startsWith('Fn::');
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function within(where: Where, part: string): Where {
  return { ...where, place: `${where.place}${part}` };
}

/** Is it told without refusing anything? AWS adds values, and raises limits; what a condition leaves out does no harm. */
export function isOnlySaid({ conditional, wrong }: Pick<WrongValue, 'conditional' | 'wrong'>): boolean {
  return conditional || wrong.is === 'choice' || wrong.is === 'range';
}

function wrongAt({ place, conditional, room }: Where, wrong: Wrong): WrongValue[] {
  const counted = isOnlySaid({ conditional, wrong }) ? 'said' : 'refused';
  if (room[counted] <= 0) return [];
  room[counted] -= 1;
  return [{ place, conditional, wrong }];
}

function told(value: unknown, kind: Kind, where: Where): WrongValue[] {
  return wrongAt(where, { is: 'kind', value, kind });
}
