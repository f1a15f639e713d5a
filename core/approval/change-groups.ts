import type { ChangeSummary, ResourceChange } from '../template/change-schema.ts';
import { describeResource } from '../template/describe-resource.ts';
import { describeParameter } from '../template/parameter-changes.ts';
import { nameTarget, type Target } from '../values/identifiers.ts';
import { cutText } from '../values/text.ts';

/** What would change in targets in which the same would. */
interface ChangeGroup {
  /** `222222222222/us-east-1, … and 198 more targets` */
  readonly targets: string;
  readonly parts: readonly ChangePart[];
}

/** Changes of one kind. */
interface ChangePart {
  readonly title: string;
  readonly items: readonly string[];
}

/** A target and what would change in it. */
export interface ShownChange extends Target {
  readonly lookedAhead: ChangeSummary;
}

/** The groups that there is room for, and how many lines there was none for. */
export interface GroupedChange {
  readonly groups: readonly ChangeGroup[];
  readonly left: number;
}

/** Targets that a group names. */
const NAMED = 5;
/** Of a line, in characters. */
const LINE = 500;

/** What would change, by targets in which the same would, and by kind. @param most lines that there is room for */
export function groupChanges(previewed: readonly ShownChange[], most: number): GroupedChange {
  const same = new Map<string, ShownChange[]>();
  for (const target of previewed) {
    const { resources, parameters, warnings, boundary } = target.lookedAhead;
    const key = JSON.stringify([resources, parameters, warnings, boundary]);
    same.set(key, [...(same.get(key) ?? []), target]);
  }
  const groups: ChangeGroup[] = [];
  let [room, left] = [most, 0];
  for (const targets of same.values()) {
    const parts = targets.slice(0, 1).flatMap(({ lookedAhead }) => partsOf(lookedAhead));
    const shown: ChangePart[] = [];
    for (const { title, items } of parts) {
      const fitting = items.slice(0, room).map((item) => cutText(item, LINE));
      left += items.length - fitting.length;
      room -= fitting.length;
      if (fitting.length > 0) shown.push({ title, items: fitting });
    }
    if (shown.length > 0) groups.push({ targets: listTargets(targets), parts: shown });
  }
  return { groups, left };
}

function listTargets(targets: readonly ShownChange[]): string {
  const names = targets.slice(0, NAMED).map(nameTarget).join(', ');
  const more = targets.length - NAMED;
  return more > 0 ? `${names} and ${more} more ${more === 1 ? 'target' : 'targets'}` : names;
}

function partsOf({ resources, parameters = [], warnings, boundary }: ChangeSummary): ChangePart[] {
  const parts = [
    { title: 'To know', items: [...warnings.map(({ sentence }) => sentence), ...(boundary === undefined ? [] : [boundary])] }, // prettier-ignore
    ...kinds.map(({ title, includes }) => ({
      title,
      items: resources.filter(includes).map(describeResource),
    })),
    { title: 'Parameters', items: parameters.map(describeParameter) },
  ].filter(({ items }) => items.length > 0);
  return parts.length > 0 ? parts : [{ title: 'Nothing changes', items: ['No resource and no parameter differs.'] }];
}

interface Kind {
  readonly title: string;
  readonly includes: (change: ResourceChange) => boolean;
}

/** Kinds of changes, the gravest first. CloudFormation knows of some only once it applies them. */
const kinds: readonly Kind[] = [
  { title: 'Removed', includes: ({ action }) => action === 'Remove' },
  { title: 'Replaced', includes: ({ action, replacement }) => action === 'Modify' && replacement === 'True' },
  {
    title: 'Changed, perhaps replaced: known only once it is applied',
    includes: ({ action, replacement }) => action === 'Modify' && replacement === 'Conditional',
  },
  { title: 'Changed or not: known only once it is applied', includes: ({ action }) => action === 'Dynamic' },
  {
    title: 'Changed',
    includes: ({ action, replacement }) =>
      action === 'Modify' && (replacement === undefined || replacement === 'False'),
  },
  { title: 'Brought back to what the template says', includes: ({ action }) => action === 'SyncWithActual' },
  { title: 'Taken over', includes: ({ action }) => action === 'Import' },
  { title: 'Added', includes: ({ action }) => action === 'Add' },
];
