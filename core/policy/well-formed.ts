import type * as z from 'zod';
import { memberAt, type MemberPath, withMember } from '../values/members.ts';
import { ownMember } from '../values/records.ts';
import { type Policy, policySchema } from './policy.ts';

/** Something of a document that its form does not allow. */
export interface LeftOut {
  readonly path: MemberPath;
  /** Something else stands in for it, under the same name: whatever refers to the name finds it. */
  readonly stoodIn: boolean;
  /** It is a field that nobody knows: any other may be meant. */
  readonly unknown: boolean;
}

/** A policy of what of a document has the right form. */
export interface WellFormed {
  readonly policy: Policy;
  readonly leftOut: readonly LeftOut[];
}

/** As many faults as a policy can have, one by one; what has more is not read on. */
const MOST_ROUNDS = 500;

/**
 * What of a document is well formed: each part that is not is left out, the smallest that can be; people, groups, environments and
 * targets, which others name or count, are stood in for. Undefined where nothing sensible is left.
 */
export function wellFormedParts(document: unknown): WellFormed | undefined {
  let rest = document;
  const leftOut: LeftOut[] = [];
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const reading = policySchema.safeParse(rest);
    if (reading.success) return { policy: reading.data, leftOut };
    // One after the other: places in a list change when something before them is left out.
    for (const { path, code } of reading.error.issues.slice(0, 1).flatMap(faultsOf)) {
      // What stands in for something wrong is right; a name that is wrong stays so.
      const mayStandIn = code !== 'invalid_key' && !leftOut.some((one) => isSame(one.path, path));
      const [without, gone] = leaveOut(rest, path, mayStandIn);
      if (gone.path.length === 0) return undefined;
      rest = without;
      leftOut.push({ ...gone, unknown: code === 'unrecognized_keys' });
    }
  }
  return undefined;
}

function faultsOf(issue: z.core.$ZodIssue): { readonly path: MemberPath; readonly code: z.core.$ZodIssueCode }[] {
  const { code, path } = issue;
  return code === 'unrecognized_keys' ? issue.keys.map((key) => ({ path: [...path, key], code })) : [{ path, code }];
}

function isSame(one: MemberPath, other: MemberPath): boolean {
  return one.length === other.length && one.every((part, index) => part === other[index]);
}

/** Leaves out what is at a path; where that is missing, what it is missing in. */
function leaveOut(document: unknown, path: MemberPath, mayStandIn: boolean): [unknown, Omit<LeftOut, 'unknown'>] {
  const [section] = path;
  // A policy has these two in any case.
  if (path.length === 1 && (section === 'services' || section === 'environments'))
    return [withMember(document, path, {}), { path, stoodIn: false }];
  const standIn = mayStandIn ? standInFor(path) : undefined;
  if (standIn !== undefined) return [withMember(document, path, standIn), { path, stoodIn: true }];
  if (path.length > 0 && memberAt(document, path) === undefined)
    return leaveOut(document, path.slice(0, -1), mayStandIn);
  return [withMember(document, path, undefined), { path, stoodIn: false }];
}

const target = { account: '000000000000', region: 'us-east-1' };
const waves = [{ targets: [target] }];

/** What stands in for something that others name or count; undefined where nothing does. */
function standInFor([section, name, field, place, ...deeper]: MemberPath): unknown {
  if (name === undefined) return undefined;
  if (section === 'environments') {
    if (field === undefined) return { waves };
    if (field === 'waves' && (place === undefined || deeper.length === 0))
      return place === undefined ? waves : waves[0];
    return field === 'waves' && deeper.length === 1 ? waves[0]?.targets : undefined;
  }
  if (section !== 'people') return undefined;
  const email = `${String(name)}-${String(field ?? 0)}@people.invalid`;
  const person = { name: 'Somebody', email };
  if (field === undefined) return [person];
  if (place === undefined) return person;
  return ownMember<unknown>(person, String(place));
}
