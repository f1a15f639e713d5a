import { problem, type Problem } from '../values/problems.ts';
import { type Entries, isPattern, keyPrefix } from './entries.ts';

/** A statement of the release bucket's policy that refuses uploads. */
export interface UploadDenial {
  /** Keys that are refused, or all but these; `*` stands for any text. */
  readonly keys: { readonly only: readonly string[] } | { readonly allBut: readonly string[] };
  /** Whom it is refused: these principals, or all but these. */
  readonly principals: { readonly only: readonly string[] } | { readonly allBut: readonly string[] };
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
  const denials = closed.map(({ key, uploaders }): UploadDenial => {
    const allowed = [...uploaders, ...guestsOf(services, key)];
    return { keys: { only: [objectsOf(key)] }, principals: { allBut: [...new Set(allowed)].toSorted() } };
  });
  const guests = new Set(closed.flatMap(({ key }) => guestsOf(services, key)));
  const confined = [...guests].toSorted().map((guest): UploadDenial => {
    const theirs = Object.entries(services).filter(([, { uploaders = [guest] }]) => uploaders.includes(guest));
    const keys = theirs.map(([key]) => objectsOf(key));
    return { keys: { allBut: keys }, principals: { only: [guest] } };
  });
  return together([...denials, ...confined]);
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
  const all = moreExact(services, key).flatMap((inner) => services[inner]?.uploaders ?? []);
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

/** Keys of artifacts of an entry's services. */
function objectsOf(key: string): string {
  return key === '*' ? '*' : `${key}/*`;
}

/** One statement for the keys of which the same people are refused, and for the people who are refused the same keys: a policy has little room. */
function together(denials: readonly UploadDenial[]): UploadDenial[] {
  const merged = new Map<string, UploadDenial>();
  for (const denial of denials) {
    const [by, same] = 'only' in denial.keys ? [denial.principals, 'keys'] : [denial.keys, 'principals'];
    const name = `${same} ${JSON.stringify(by)}`;
    const known = merged.get(name);
    merged.set(name, known === undefined ? denial : join(known, denial));
  }
  return [...merged.values()];
}

function join(one: UploadDenial, other: UploadDenial): UploadDenial {
  if ('only' in one.keys && 'only' in other.keys)
    return { ...one, keys: { only: [...one.keys.only, ...other.keys.only] } };
  if ('only' in one.principals && 'only' in other.principals)
    return { ...one, principals: { only: [...one.principals.only, ...other.principals.only] } };
  return one;
}
