import { grantDifference } from '../template/permissions.ts';
import type { Resource, Template } from '../template/template.ts';
import { ownMember } from '../values/records.ts';
import { cutText } from '../values/text.ts';
import { isRecord, isSame, namesIn, type Places, placesOf } from './differences.ts';

/** What is there in one of two, or in both and not the same. */
export const differenceKinds = ['added', 'removed', 'changed'] as const;
type DifferenceKind = (typeof differenceKinds)[number];

/** A resource that differs. */
interface ResourceDifference extends Places {
  readonly logicalId: string;
  readonly type: string;
  /** Where it was of another type. */
  readonly formerType?: string;
  readonly difference: DifferenceKind;
}

/** A member of another section that differs: `Outputs`, `ApiUrl`. */
interface SectionDifference {
  readonly section: string;
  readonly name: string;
  readonly difference: DifferenceKind;
}

/** Statements and managed policies that one resource allows or denies in one of the two alone. */
interface PermissionDifference {
  readonly logicalId: string;
  readonly type: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Further ones that are not listed. */
  readonly further: number;
}

/** What differs between two templates as their teams wrote them. */
export interface TemplateDifference {
  readonly resources: readonly ResourceDifference[];
  readonly sections: readonly SectionDifference[];
  readonly permissions: readonly PermissionDifference[];
}

/** Compares two templates. Of properties the places are told and not the values; permissions are told as approvers read them. */
export function compareTemplates(before: Template, after: Template): TemplateDifference {
  const pairs = pairsOf(before, after);
  return {
    resources: pairs.flatMap(resourceDifference),
    sections: sectionsOf(before, after),
    permissions: pairs.flatMap(permissionDifference),
  };
}

/** A resource of one of the templates, or of both. */
interface Pair {
  readonly logicalId: string;
  /** What it is, or was where it is no more. */
  readonly type: string;
  readonly was: Resource | undefined;
  readonly is: Resource | undefined;
}

function pairsOf(before: Template, after: Template): Pair[] {
  const latest = new Map([...Object.entries(before.Resources), ...Object.entries(after.Resources)]);
  return [...latest]
    .map(([logicalId, { Type: type }]) => ({
      ...{ logicalId, type },
      was: ownMember(before.Resources, logicalId),
      is: ownMember(after.Resources, logicalId),
    }))
    .sort((a, b) => (a.logicalId < b.logicalId ? -1 : 1));
}

function resourceDifference({ logicalId, type, was, is }: Pair): ResourceDifference[] {
  if (isSame(was, is)) return [];
  if (was === undefined || is === undefined)
    return [{ logicalId, type, difference: was === undefined ? 'added' : 'removed', places: [], further: 0 }];
  const former = was.Type === is.Type ? {} : { formerType: was.Type };
  return [{ logicalId, type, ...former, difference: 'changed', ...placesOf(was, is) }];
}

/** Sections that say nothing of what is made, or that are compared by themselves. */
const passedOver = ['Resources', 'AWSTemplateFormatVersion', 'Metadata'];

function sectionsOf(before: Template, after: Template): SectionDifference[] {
  const sections = namesIn(before, after).filter((name) => !passedOver.includes(name));
  return sections.flatMap((section) => {
    const [was, is]: unknown[] = [ownMember(before, section), ownMember(after, section)];
    if (isSame(was, is)) return [];
    // What is no record of named members (`Transform`, `Description`) is one thing.
    if (!isRecord(was ?? {}) || !isRecord(is ?? {}))
      return [{ section, name: section, difference: kindOf(was, is) } as const];
    const [old, own] = [isRecord(was) ? was : {}, isRecord(is) ? is : {}];
    return namesIn(old, own).flatMap((name): SectionDifference[] => {
      const [a, b] = [ownMember(old, name), ownMember(own, name)];
      return isSame(a, b) ? [] : [{ section, name, difference: kindOf(a, b) }];
    });
  });
}

function kindOf(was: unknown, is: unknown): DifferenceKind {
  return was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
}

/** Lines of permissions of one resource that are listed, and how long each is. */
const MOST_GRANTS = 20;
const LONGEST_GRANT = 500;

function permissionDifference({ logicalId, type, was, is }: Pair): PermissionDifference[] {
  const { added, removed } = grantDifference(was, is);
  if (added.length === 0 && removed.length === 0) return [];
  const first = (lines: readonly string[]): string[] =>
    lines.slice(0, MOST_GRANTS).map((line) => cutText(line, LONGEST_GRANT));
  const further = Math.max(0, added.length - MOST_GRANTS) + Math.max(0, removed.length - MOST_GRANTS);
  return [{ logicalId, type, added: first(added), removed: first(removed), further }];
}
