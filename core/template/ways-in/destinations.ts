import type { Destination, Guards } from './guards.ts';
import type { HeldText } from './held.ts';
import type { WayInKind } from './table.ts';

/** What a text leads to. */
export interface Found {
  readonly functionId: string;
  /** An alias that guards the function, the function itself, one version, or what the template does not show. */
  readonly leads: 'alias' | 'function' | 'version' | 'unknown';
  /** The alias, where it leads to one. */
  readonly alias?: string;
}

const QUALIFIER = String.raw`(?::((?:⟦[^⟧]*⟧|\$\{[^}]*\}|[\w$-])+))?`;
const REFERENCE = new RegExp(`⟦[^⟧]+⟧${QUALIFIER}`, 'g');

/** Functions of the template that a text names: by reference, or by their name. */
export function destinationsIn(
  { text, path, qualifiers, exact }: HeldText,
  { nature }: WayInKind,
  guards: Guards,
): Found[] {
  const referred = [...text.matchAll(REFERENCE)].flatMap(([reference]) => {
    const [name, qualifier] = parse(reference);
    const destination = guards.destinations.get(name);
    return destination === undefined ? [] : qualified(destination, [qualifier, ...qualifiers], guards);
  });
  const speaks = (exact && nature !== 'likely') || path.slice(-1).some((member) => /function|lambda/i.test(member));
  const named = guards.functions.flatMap(({ id, names, aliases }) =>
    names.flatMap((name) =>
      [...text.matchAll(nameIn(name, speaks))].flatMap(([, qualifier]) =>
        qualified({ kind: 'function', functionId: id, aliases }, [qualifier, ...qualifiers], guards),
      ),
    ),
  );
  return [...referred, ...named];
}

/** What a reference names, and the qualifier behind it. */
function parse(reference: string): [string, string | undefined] {
  const end = reference.indexOf('⟧');
  const qualifier = reference.slice(end + 2);
  return [reference.slice(1, end), qualifier === '' ? undefined : qualifier];
}

/** A function's name in an ARN; or as the whole text, where that can be nothing else. */
function nameIn(name: string, alone: boolean): RegExp {
  const literal = name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`(?:${alone ? '^|' : ''}:function:)${literal}${QUALIFIER}(?=$|["/])`, 'g');
}

/** A reference to the function with a qualifier leads to what that names. */
function qualified(
  destination: Destination,
  given: readonly (string | undefined)[],
  { destinations }: Guards,
): Found[] {
  const { functionId } = destination;
  if (destination.kind === 'alias') return [{ functionId, leads: 'alias', alias: destination.alias.id }];
  if (destination.kind === 'version') return [{ functionId, leads: 'version' }];
  const qualifiers = given.filter((one) => one !== undefined);
  if (qualifiers.length === 0) return [{ functionId, leads: 'function' }];
  return qualifiers.map((qualifier): Found => {
    const alias = destination.aliases.find(({ names }) => names.includes(qualifier));
    if (alias !== undefined) return { functionId, leads: 'alias', alias: alias.id };
    if (qualifier === '$LATEST') return { functionId, leads: 'function' };
    const name = qualifier.replaceAll(/^⟦|[.⟧].*$/g, '');
    const isVersion = /^\d+$/.test(qualifier) || destinations.get(name)?.kind === 'version';
    return { functionId, leads: isVersion ? 'version' : 'unknown' };
  });
}
