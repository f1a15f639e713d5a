import { canonicalJson } from '../../release/chain.ts';
import { propertyOf, referredName, type Template } from '../template.ts';
import { type Entrance, entrancesOf, type Lead } from './entrances.ts';

/** Users who are on other code as soon as the stack is changed, because no alias can be held for them. */
export interface MovedUsers {
  /** The alias, or the resource by which they come. */
  readonly logicalId: string;
  readonly sentence: string;
  readonly remedy: string;
}

/** A release's template beside the one that is live. */
export interface Comparison {
  readonly next: Template;
  readonly live: Template | undefined;
  /** Aliases that are not held on what they serve. */
  readonly unpinned: readonly string[];
  /** Functions whose code or settings change. */
  readonly changed: ReadonlySet<string>;
}

/**
 * Whom a release moves at once although an alias guards them: an alias goes to another function or has another name, another function takes
 * the place of one under another logical id, or an alias is new for a function that had users before. What is new altogether has no users
 * yet, and so has a first deployment.
 */
export function findMovedUsers({ next, live, unpinned, changed }: Comparison): MovedUsers[] {
  if (live === undefined) return [];
  const moved = unpinned.filter((id) => live.Resources[id]?.Type === ALIAS);
  const fresh = unpinned.filter((id) => !moved.includes(id));
  const before = entrancesOf(live);
  const found = [...entrancesOf(next)].flatMap(([key, entrance]) => {
    const old = before.get(key);
    const own = { ...entrance, leads: entrance.leads.filter(({ alias = '' }) => !moved.includes(alias)) };
    return old === undefined ? [] : [...takenOver(old, own), ...newlyGuarded(old, own, fresh, changed)];
  });
  const all = [...moved.map((id) => movedAlias(id, next, live)), ...found];
  return [...new Map(all.map((one) => [`${one.logicalId} ${one.sentence}`, one])).values()];
}

const ALIAS = 'AWS::Lambda::Alias';

function movedAlias(logicalId: string, next: Template, live: Template): MovedUsers {
  const [after, before] = [next.Resources[logicalId], live.Resources[logicalId]];
  const differs = (name: string): boolean =>
    canonicalJson(propertyOf(after, name)) !== canonicalJson(propertyOf(before, name));
  const functionId = referredName(propertyOf(after, 'FunctionName'));
  const what = differs('FunctionName')
    ? `goes to ${functionId === undefined ? 'another function' : `the function ${functionId}`}`
    : differs('Name')
      ? 'has another name'
      : `cannot be held on what it serves, because ${functionId ?? 'its function'} is replaced or the alias is gone`;
  return {
    logicalId,
    sentence: `The alias ${logicalId} ${what}: all its users are on the new code as soon as the stack is changed.`,
    remedy:
      'Keep the function, its name and the name of its alias, so that the alias can be held and moved by rollout.',
  };
}

function takenOver({ leads: old }: Entrance, { logicalId, type, leads }: Entrance): MovedUsers[] {
  const gone = functionsOf(old).filter((id) => !functionsOf(leads).includes(id));
  const come = functionsOf(leads).filter((id) => !functionsOf(old).includes(id));
  if (gone.length === 0 || come.length === 0) return [];
  return [
    {
      logicalId,
      sentence: `${logicalId} (${type}) leads to the function ${come.join(', ')} instead of ${gone.join(', ')}: whoever comes by it is on other code as soon as the stack is changed.`,
      remedy: `Keep the logical ids of the function and of its alias, so that the alias can be held and moved by rollout.`,
    },
  ];
}

function newlyGuarded(
  { leads: old }: Entrance,
  { logicalId, type, leads }: Entrance,
  fresh: readonly string[],
  changed: ReadonlySet<string>,
): MovedUsers[] {
  const known = functionsOf(old);
  return leads
    .filter(
      ({ functionId, alias = '' }) => known.includes(functionId) && fresh.includes(alias) && changed.has(functionId),
    )
    .map(({ functionId, alias = '' }) => ({
      logicalId,
      sentence: `${logicalId} (${type}) leads to the alias ${alias}, which is new and serves the new code of ${functionId} at once: whoever comes by it moves as soon as the stack is changed.`,
      remedy: 'Release the alias first, with the code that is live, and then the new code.',
    }));
}

function functionsOf(leads: readonly Lead[]): string[] {
  return [...new Set(leads.map(({ functionId }) => functionId))];
}
