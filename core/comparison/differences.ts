import { canonicalJson } from '../release/chain.ts';
import { ownMember } from '../values/records.ts';

/** Places at which two values differ, and how many of them are not listed. */
export interface Places {
  readonly places: readonly string[];
  readonly further: number;
}

/** Places that are listed of one thing. */
const MOST = 20;
/** Longest path. */
const LONGEST = 200;

/**
 * Where two values differ, by the paths of their members, without what stands there: that may be a secret.
 * `Properties.Environment.Variables.LEVEL`.
 */
export function placesOf(before: unknown, after: unknown): Places {
  const found: string[] = [];
  collect(before, after, '', found);
  return { places: found.slice(0, MOST), further: Math.max(0, found.length - MOST) };
}

/** Are they the same, whatever the order of their members? */
export function isSame(before: unknown, after: unknown): boolean {
  return canonicalJson(before ?? null) === canonicalJson(after ?? null);
}

function collect(before: unknown, after: unknown, path: string, found: string[]): void {
  if (isSame(before, after)) return;
  if (!isRecord(before) || !isRecord(after) || isIntrinsic(before) || isIntrinsic(after)) {
    found.push(path.length > LONGEST ? `${path.slice(0, LONGEST)}…` : path);
    return;
  }
  for (const name of namesIn(before, after))
    collect(ownMember(before, name), ownMember(after, name), path === '' ? name : `${path}.${name}`, found);
}

/** Has it members of its own names? */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Names of the members of two records, in order. */
export function namesIn(before: object, after: object): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
}

/** A function of CloudFormation stands for one value. */
function isIntrinsic(value: Readonly<Record<string, unknown>>): boolean {
  const [only, ...others] = Object.keys(value);
  return others.length === 0 && only !== undefined && /^(Ref|Condition|Fn::\w+)$/.test(only);
}
