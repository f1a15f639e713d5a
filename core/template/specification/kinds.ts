import { ownMember } from '../../values/records.ts';
import { propertiesOfTypes } from './properties.ts';

/** What the value of a property is by its type. */
export type Kind =
  | Scalar
  | { readonly is: 'list' | 'map'; readonly of: Kind }
  /** An object with properties of its own. @see membersOfShape */
  | { readonly is: 'members'; readonly shape: string }
  | { readonly is: 'tag' | 'anything' };

export interface Scalar {
  readonly is: 'text' | 'whole' | 'number' | 'truth';
  /** The only values that are known; empty where it may be any. */
  readonly only: readonly string[];
  readonly least?: number;
  readonly greatest?: number;
}

/** A property of a type, or of an object in it. */
export interface Member {
  readonly name: string;
  readonly required: boolean;
  readonly kind: Kind;
}

/** Properties of a type under an empty name, and of the objects in it under theirs. */
export type Shapes = Readonly<Record<string, string>>;

const scalars = { s: 'text', i: 'whole', n: 'number', b: 'truth' } as const;

/** What is known of a type; undefined of a type that nothing is known of. */
export function shapesOf(type: string): Shapes | undefined {
  return ownMember(propertiesOfTypes, type);
}

/** Properties of the type (`''`) or of an object in it. */
export function membersOfShape(shapes: Shapes, shape: string): Member[] {
  const listed = ownMember(shapes, shape) ?? '';
  return listed
    .split(' ')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [named = '', kind = ''] = entry.split(':');
      return { name: named.replace('!', ''), required: named.endsWith('!'), kind: kindOf(kind) };
    });
}

/** As the table writes it: `[s` is a list of text, `i(1|3)` one of two numbers. */
function kindOf(written: string): Kind {
  if (written === '') return { is: 'anything' };
  if (written === 't') return { is: 'tag' };
  if (written.startsWith('[')) return { is: 'list', of: kindOf(written.slice(1)) };
  if (written.startsWith('{')) return { is: 'map', of: kindOf(written.slice(1)) };
  const scalar = /^(?<letter>[sinb])(?:\((?<only>.+)\))?$/.exec(written)?.groups;
  if (scalar === undefined) return { is: 'members', shape: written };
  const { letter = '', only } = scalar;
  const is = Object.entries(scalars).find(([one]) => one === letter)?.[1];
  if (is === undefined) return { is: 'anything' };
  const range = /^(?<least>-?\d*)\.\.(?<greatest>\d*)$/.exec(only ?? '')?.groups;
  if (range === undefined) return { is, only: only?.split('|') ?? [] };
  const { least = '', greatest = '' } = range;
  return {
    ...{ is, only: [] },
    ...(least === '' ? {} : { least: Number(least) }),
    ...(greatest === '' ? {} : { greatest: Number(greatest) }),
  };
}
