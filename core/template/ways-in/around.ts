import type { Template } from '../template.ts';
import { findWaysIn, type WayIn } from './find.ts';
import { readGuards, type GuardedFunction } from './guards.ts';

/** Where a template's users would come to new code all at once. */
export interface Unguarded {
  /** Ways in that go around the alias of a guarded function. */
  readonly around: readonly WayAround[];
  /** Functions that no alias guards. */
  readonly functions: readonly UnguardedFunction[];
}

/** A resource that leads to a guarded function, around its alias. */
interface WayAround {
  readonly logicalId: string;
  readonly type: string;
  readonly functionId: string;
  /** The alias it should lead to. */
  readonly alias: string;
  /** May only be a name, and no way in: it is told and never refused. */
  readonly likely: boolean;
  readonly sentence: string;
  readonly remedy: string;
}

/** A function that no alias guards. */
interface UnguardedFunction {
  readonly functionId: string;
  /** Resources that lead to it, `Rule (AWS::Events::Rule)`. */
  readonly ways: readonly string[];
  /** Resources that may know it by name only. */
  readonly likely: readonly string[];
}

/**
 * Every way around an alias, and every function without one, of a template that is processed or as it was written. A function to which
 * nothing in the template leads – a handler of custom resources, a hook – has none of its own users that the template shows.
 *
 * @param released the release's own template, where `template` also has what is kept of the live one: only its functions count, but a
 *   way in that it drops leads to them until *Settle*
 */
export function findUnguarded(template: Template, released = template): Unguarded {
  const ways = findWaysIn(template);
  const functions = readGuards(template).functions.filter(({ id }) => released.Resources[id] !== undefined);
  const found = functions.map((one) => ({
    one,
    ways: ways.filter((way) => way.functionId === one.id && isAround(way)),
  }));
  return {
    around: found.flatMap(({ one, ways: own }) => byResource(own).flatMap((way) => describeAround(way, one))),
    functions: found
      .filter(({ one }) => one.aliases.length === 0)
      .map(({ one, ways: own }) => ({
        functionId: one.id,
        ways: byResource(own.filter(({ nature }) => nature !== 'likely')).map(nameWay),
        likely: byResource(own.filter(({ nature }) => nature === 'likely')).map(nameWay),
      })),
  };
}

/** What knows a number of a version, for a check of it, is no caller. */
function isAround({ leads, nature }: WayIn): boolean {
  return nature === 'likely' ? leads === 'function' : leads !== 'alias';
}

interface ResourceWay extends WayIn {
  /** How many places of the resource lead there besides. */
  readonly more: number;
}

/** One way for each resource. */
function byResource(ways: readonly WayIn[]): ResourceWay[] {
  const first = new Map(ways.toReversed().map((way) => [way.logicalId, way]));
  return [...first.values()].toReversed().map((way) => ({
    ...way,
    more: ways.filter(({ logicalId }) => logicalId === way.logicalId).length - 1,
  }));
}

function nameWay({ logicalId, type }: WayIn): string {
  return `${logicalId} (${type})`;
}

function describeAround(way: ResourceWay, { id, aliases }: GuardedFunction): WayAround[] {
  const [alias] = aliases;
  if (alias === undefined) return [];
  const place = way.more === 0 ? way.path : `${way.path} and ${way.more} more`;
  const common = { logicalId: way.logicalId, type: way.type, functionId: id, alias: alias.id };
  if (way.nature === 'likely') {
    const sentence = `${nameWay(way)} knows the function ${id} and not its alias ${alias.id} (${place}): if it calls it by that name, it gets new code at once.`;
    return [{ ...common, likely: true, sentence, remedy: remedyOf(way, alias.id, alias.names[0]) }];
  }
  const sentence = `${nameWay(way)} leads to ${destinationOf(way)} instead of its alias ${alias.id} (${place}): whoever comes by it gets new code at once.`;
  return [{ ...common, likely: false, sentence, remedy: remedyOf(way, alias.id, alias.names[0]) }];
}

function destinationOf({ leads, functionId }: WayIn): string {
  switch (leads) {
    case 'version':
      return `one version of the function ${functionId}`;
    case 'unknown':
      return `a version or alias of the function ${functionId} that the template does not show,`;
    default:
      return `the function ${functionId}`;
  }
}

function remedyOf({ type, path, functionId, nature }: WayIn, alias: string, name: string | undefined): string {
  if (nature === 'edge') return 'CloudFront takes versions and no aliases, so no rollout can hold its users back.';
  if (type === 'AWS::Lambda::Url' && name !== undefined && !name.includes('⟦'))
    return `Give it "Qualifier": "${name}".`;
  if (/uri$/i.test(path)) return `Name the alias in it: \${${alias}} instead of \${${functionId}.Arn}.`;
  return `Name the alias there: {"Ref": "${alias}"}.`;
}

const mostNamed = 5;

/** Some of a list, in words. */
export function listFew(names: readonly string[]): string {
  const rest = names.length - mostNamed;
  const shown = names.slice(0, mostNamed);
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}

/** What keeps a template from being released where a rollout is demanded. */
export interface UnguardedPart {
  readonly logicalId: string;
  /** With the way to mend it. */
  readonly sentence: string;
}

/** Every part of a template that keeps it from being released where a rollout is demanded. */
export function unguardedParts({ around, functions }: Unguarded): UnguardedPart[] {
  const without = functions
    .filter(({ ways }) => ways.length > 0)
    .map(({ functionId, ways }) => ({
      logicalId: functionId,
      sentence: `No alias guards the function ${functionId}, to which ${listFew(ways)} ${ways.length === 1 ? 'leads' : 'lead'}: whoever comes by ${ways.length === 1 ? 'it' : 'them'} gets new code at once. Add "guard": ["${functionId}"] to release.json, which gives it an alias and leads each of them there; or make version and alias in the template.`,
    }));
  const ways = around
    .filter(({ likely }) => !likely)
    .map(({ logicalId, sentence, remedy }) => ({ logicalId, sentence: `${sentence} ${remedy}` }));
  return [...ways, ...without];
}
