import { planPrefix } from '../artifact/plan-key.ts';
import { problem, type Problem } from '../values/problems.ts';
import { type Entries, isPattern, keyPrefix } from './entries.ts';

/** A statement of the release bucket's policy that refuses uploads. */
export interface UploadDenial {
  /** Keys that are refused, or all but these; `*` stands for any text. */
  readonly keys: { readonly only: readonly string[] } | { readonly allBut: readonly string[] };
  /** Whom it is refused: these principals, or all but these. */
  readonly principals: { readonly only: readonly string[] } | { readonly allBut: readonly string[] };
}

/** Keys, and who alone is not refused them. */
interface ClosedKeys {
  readonly keys: readonly string[];
  readonly allBut: readonly string[];
}

/** An uploader of a more exact entry, and the keys that are not refused them. */
interface ConfinedGuest {
  readonly guest: string;
  readonly theirs: readonly string[];
}

/** One entry whose uploads are restricted. */
interface Closed {
  readonly key: string;
  readonly uploaders: readonly string[];
}

/**
 * What the release bucket refuses, so that only an entry's `uploaders` drop artifacts of its services, where it lists any, and the
 * most exact entry's list counts. A bucket's policy knows keys by wildcards and cannot say "team-a-* but not team-a-x". So
 * whoever may upload only by a more exact entry is let through at the wider one, and is refused everything but what is theirs.
 */
export function uploadDenials(services: Entries): UploadDenial[] {
  const closed = closedEntries(services);
  const refused = closed.map(({ key, uploaders }): ClosedKeys => {
    const allowed = [...uploaders, ...guestsOf(services, key)];
    return { keys: objectsOf(key), allBut: [...new Set(allowed)].toSorted() };
  });
  const guests = new Set(closed.flatMap(({ key }) => guestsOf(services, key)));
  const confined = [...guests].toSorted().map((guest): ConfinedGuest => {
    const theirs = Object.keys(services).filter((key) => mayUpload(services, key, guest));
    return { guest, theirs: theirs.flatMap(objectsOf) };
  });
  return together({ closed: refused, confined });
}

/** What a policy asks of uploaders that a bucket's policy cannot say. */
export function uploaderProblems(services: Entries): Problem[] {
  return closedEntries(services).flatMap(({ key }) => {
    const open = moreExact(services, key).filter((inner) => services[inner]?.uploaders === undefined);
    if (open.length > 0) {
      const path = `services.${open[0]}.uploaders`;
      const sentence = `"${path}" is missing: everybody would upload for "${open[0]}", which "services.${key}.uploaders" forbids for "${key}", and the release bucket's policy cannot say both. List the uploaders of "${open[0]}", too.`;
      return [problem('policy.uploaders-missing', path, sentence)];
    }
    return guestsOf(services, key).flatMap((guest) => {
      const wider = Object.keys(services).find((one) => isWithin(key, one) && mayUpload(services, one, guest));
      if (wider === undefined) return [];
      const path = `services.${key}.uploaders`;
      const sentence = `"${path}" leaves out ${guest}, who may upload for more of "${wider}" and for a part of "${key}": the release bucket's policy cannot say that. List it here, too, or give "${wider}" uploaders without it.`;
      return [problem('policy.uploaders-inexpressible', path, sentence)];
    });
  });
}

function closedEntries(services: Entries): Closed[] {
  return Object.entries(services).flatMap(([key, { uploaders }]) =>
    uploaders === undefined ? [] : [{ key, uploaders }],
  );
}

/** Uploaders of more exact entries who are not uploaders of this one. */
function guestsOf(services: Entries, key: string): string[] {
  const inner = moreExact(services, key);
  const all = closedEntries(services).flatMap((one) => (inner.includes(one.key) ? one.uploaders : []));
  return [...new Set(all)].filter((one) => !mayUpload(services, key, one));
}

function mayUpload(services: Entries, key: string, principal: string): boolean {
  return services[key]?.uploaders?.includes(principal) ?? true;
}

/** Keys of entries that speak of some of a pattern's services instead of it. */
function moreExact(services: Entries, key: string): string[] {
  return Object.keys(services).filter((other) => isWithin(other, key));
}

/** Are all services of the first among those of the second, which has more? */
function isWithin(inner: string, outer: string): boolean {
  return inner !== outer && isPattern(outer) && keyPrefix(inner).startsWith(keyPrefix(outer));
}

/** Keys of artifacts of an entry's services, of those too that are only planned. */
function objectsOf(key: string): string[] {
  return key === '*' ? ['*'] : [`${key}/*`, `${planPrefix}${key}/*`];
}

/** Statements about the same people are one, and statements about the same keys: a policy has little room. */
function together({
  closed,
  confined,
}: {
  readonly closed: readonly ClosedKeys[];
  readonly confined: readonly ConfinedGuest[];
}): UploadDenial[] {
  const byPeople = grouped(closed, ({ allBut }) => allBut);
  const byKeys = grouped(confined, ({ theirs }) => theirs);
  return [
    ...byPeople.map(([allBut, group]) => ({
      keys: { only: group.flatMap(({ keys }) => keys) },
      principals: { allBut },
    })),
    ...byKeys.map(([allBut, group]) => ({ keys: { allBut }, principals: { only: group.map(({ guest }) => guest) } })),
  ];
}

/** What has the same list stands together with it. */
function grouped<T>(items: readonly T[], listOf: (item: T) => readonly string[]): [readonly string[], T[]][] {
  const groups = new Map<string, [readonly string[], T[]]>();
  for (const item of items) {
    const list = listOf(item);
    const [, known = []] = groups.get(list.join(' ')) ?? [];
    groups.set(list.join(' '), [list, [...known, item]]);
  }
  return [...groups.values()];
}
