import { findAliases, guardsSameFunction } from '../aliases.ts';
import { type LiveVersions, pairVersions, type VersionPair } from '../publishing.ts';
import { attributeReference, propertyOf } from '../template.ts';
import type { Resource, Template } from '../template.ts';
import { addBoundary, type BoundaryAddition, removeBoundary } from './boundary.ts';
import { carriedIds, type Decisions, newIds, nothingDecided } from './choose-ids.ts';
import { importLeft, type Imported, type LeftBehind, nothingLeft, takeImportBack } from './import.ts';
import { type About, dropKept, keepDropped, type Keeping, nothingKept } from './keep.ts';
import { type Pinned, pinAliases, unpinAliases } from './pin.ts';
import { addPostponed, type LeftOut, type Postponed, postponeWaysIn } from './postpone.ts';
import { type LogicalIds, renameBack, renameResources } from './rename.ts';
import { sameThings } from './same-things.ts';
import { addSwitchedOff, leaveOutSwitchedOff, type SwitchedOff } from './switch-off.ts';
import { chooseStamps, type Stamped, stampFunctions, unstampFunctions } from './stamp.ts';
import type { ParameterValues } from './freeze.ts';
import { narrowPermissions, type Widened, widenPermissions } from './widen.ts';
import { giveTrafficBack, letVersionsGo, retainVersions, type TakenOver, takeTrafficOver } from './traffic.ts';

/** What stands in the target before the release. */
export interface LiveTemplate {
  /** Processed template of the stack. */
  readonly template: Template;
  readonly versions: LiveVersions;
  /** What the stack's parameters are; none are known where it is left out. */
  readonly values?: ParameterValues;
}

/** What was done to a template, by the names of the steps, with what takes each back. */
export interface StepsDone {
  /** Logical ids that differ from the team's template: first those of earlier releases, then this one's. */
  readonly rename: readonly LogicalIds[];
  readonly stamp: readonly Stamped[];
  readonly boundary: readonly BoundaryAddition[];
  readonly switchedOff: SwitchedOff;
  readonly postpone: LeftOut;
  readonly widen: readonly Widened[];
  readonly keep: Keeping['added'];
  readonly traffic: readonly TakenOver[];
  readonly undoable: readonly string[];
  readonly pin: readonly Pinned[];
  readonly import: readonly Imported[];
}

/** A template to apply, and what is special about it. */
export interface AppliedTemplate {
  readonly template: Template;
  /** The release's template as the stack calls its resources: what it is settled on, but for what every template gets. */
  readonly named: Template;
  readonly done: StepsDone;
  /** Versions that aliases name, with those that serve. */
  readonly pairs: readonly VersionPair[];
  /** Resources that are kept until the release has proven itself. */
  readonly resources: Keeping['resources'];
  /** Parameters that only kept resources use: they keep the value in use. */
  readonly parameters: Keeping['parameters'];
  /** Ways in that take others' places. */
  readonly postponed: readonly Postponed[];
  /** What allows more than the release's template until it is settled. */
  readonly widened: readonly Widened[];
  /** Aliases that are kept on the live version until traffic is shifted. */
  readonly pinned: readonly string[];
  /** Aliases that are new, or move to another function: they serve the new version at once. */
  readonly unpinned: readonly string[];
  /** Roles and users of the release that get the permissions boundary from the engine. */
  readonly bounded: readonly BoundaryAddition[];
  /** What a rolled-back release left and this one takes over. */
  readonly imported: readonly Imported[];
}

/**
 * The template to apply: publishes the new version without moving users. It is the release's own after a chain of steps, each
 * of which can be taken back. The steps, in their order:
 *
 * 1. rename: what had to be called otherwise in the stack; a version that is not published is the live one
 * 2. stamp: functions whose change Lambda might not see
 * 3. boundary: of roles and users that have none
 * 4. traffic: CloudFormation does not shift it, and versions are retained
 * 5. switchedOff: what a condition no longer lets be there is taken for dropped
 * 6. postpone: a way in that takes another's place waits
 * 7. widen: permissions only grow
 * 8. keep: what the new template drops stays; it comes from the live template as it is there, with the values that it has
 * 9. undoable: a new version goes when the change is undone. One that a rollback left behind would keep the same code from ever
 *    being published again ("A version for this Lambda function exists").
 * 10. pin: aliases serve the live version
 * 11. import: what a rolled-back release left is taken over
 *
 * Settling takes 5 to 11 back.
 *
 * @param next processed template of the release
 * @param live undefined for a first deployment
 * @param boundary ARN of the permissions boundary of the entry's roles; undefined where the policy wants none
 * @param decisions what a first change set showed
 * @param values what the parameters are after the change, as far as that is known
 * @param left what rolled-back releases left there
 */
export function applyTemplate(
  next: Template,
  live: LiveTemplate | undefined,
  boundary: string | undefined,
  decisions: Decisions = nothingDecided,
  values: ParameterValues = new Map(),
  left: LeftBehind = nothingLeft,
): AppliedTemplate {
  const { named, rename, stamp, pairs } = nameAsInStack(next, live, decisions);
  const bounded = addBoundary(named, boundary);
  const own = takeTrafficOver(bounded.template);
  const { template: on, switchedOff } = leaveOut(own.template, live, decisions);
  const ways = live === undefined ? nothingPostponed(on) : postponeWaysIn(on, live.template);
  const { template: wide, widened } = widen(ways.template, live, values);
  const about = {
    doubled: decisions.doubled,
    switchedOff: decisions.switchedOff ?? [],
    outputs: ways.leftOut.outputs.map(([name]) => name),
    after: values,
  };
  const kept = live === undefined ? nothingKept(wide) : keep(wide, live, about);
  // What is kept may come from somebody who left the traffic to CloudFormation.
  const whole = takeTrafficOver(kept.template).template;
  const undoable = live === undefined ? unchanged(whole) : letVersionsGo(whole, live.template);
  const aliases = findAliases(undoable.template).map(({ logicalId }) => logicalId);
  const serving = new Map(aliases.flatMap((id) => servedOf(undoable.template, live, id)));
  const { template: still, pinned } = pinAliases(undoable.template, serving);
  const { template, imported } = importLeft(still, live?.template, left);
  return {
    template,
    named,
    pairs,
    done: {
      rename,
      stamp,
      boundary: bounded.added,
      switchedOff,
      postpone: ways.leftOut,
      widen: widened,
      keep: kept.added,
      traffic: own.taken,
      undoable: undoable.versions,
      pin: pinned,
      import: imported,
    },
    resources: kept.resources,
    parameters: kept.parameters,
    widened,
    postponed: ways.postponed,
    pinned: [...serving.keys()],
    unpinned: aliases.filter((id) => !serving.has(id)),
    bounded: bounded.added,
    imported,
  };
}

/** Takes back what is done only until the release is settled: what remains is the template to settle on. */
export function takeBackUntilSettled(
  applied: Template,
  { switchedOff, postpone, widen: wide, keep: kept, undoable, pin, import: imported }: StepsDone,
): Template {
  const own = narrowPermissions(
    dropKept(retainVersions(unpinAliases(takeImportBack(applied, imported), pin), undoable), kept),
    wide,
  );
  return addSwitchedOff(addPostponed(own, postpone), switchedOff);
}

/** Takes every step back: what remains is the team's template. */
export function takeBackAll(applied: Template, done: StepsDone): Template {
  const settled = takeBackUntilSettled(applied, done);
  const own = unstampFunctions(removeBoundary(giveTrafficBack(settled, done.traffic), done.boundary), done.stamp);
  return done.rename.reduceRight(renameBack, own);
}

/**
 * The template to settle on: the release's own, with the new versions named as it names them, and with the boundary.
 * @param named as the stack calls its resources
 */
export function settleTemplate(named: Template, boundary: string | undefined): Template {
  return takeTrafficOver(addBoundary(named, boundary).template).template;
}

/**
 * The template to roll back to: the one that was live, with aliases pinned where it would give them another version than the
 * one they served (it was never settled, or a version was published again). Boundaries are as they were: a release that would
 * have to take one away again does not start.
 */
export function restoreTemplate(live: Template, versions: LiveVersions): Template {
  const prepared = takeTrafficOver(live).template;
  const differing = findAliases(prepared).flatMap(({ logicalId }): [string, string][] => {
    const serves = versions.aliases[logicalId];
    return serves !== undefined && serves !== wouldServe(prepared.Resources[logicalId], versions)
      ? [[logicalId, serves]]
      : [];
  });
  return pinAliases(prepared, new Map(differing)).template;
}

/** The release's template with the logical ids that what is live has already. */
export function nameAsLive(
  next: Template,
  live: Template,
): { readonly named: Template; readonly rename: readonly LogicalIds[] } {
  const carried = carriedIds(next, live);
  const asBefore = renameResources(next, carried, new Set(carried.keys()));
  const same = sameThings(asBefore, live);
  return { named: renameResources(asBefore, same, new Set(same.keys())), rename: [carried, same] };
}

function nameAsInStack(next: Template, live: LiveTemplate | undefined, decisions: Decisions) {
  if (live === undefined) return { named: next, rename: [], stamp: [], pairs: [] };
  const { named: before, rename } = nameAsLive(next, live.template);
  const pairs = pairVersions(before, live.template, live.versions);
  const ids = newIds(before, live.template, pairs, decisions);
  const versions = pairs.map(({ versionId }) => versionId);
  const marked = [...ids.keys()].filter((id) => !versions.includes(id));
  const renamed = renameResources(before, ids, new Set(marked));
  const { template: named, stamped } = stampFunctions(
    renamed,
    chooseStamps(renamed, live.template, pairs, decisions.publishing),
  );
  return { named, rename: [...rename, ids], stamp: stamped, pairs };
}

function nothingPostponed(template: Template): ReturnType<typeof postponeWaysIn> {
  return { template, postponed: [], leftOut: { resources: [], outputs: [] } };
}

function widen(next: Template, live: LiveTemplate | undefined, after: ParameterValues) {
  if (live === undefined) return { template: next, widened: [] };
  return widenPermissions(next, { live: live.template, before: live.values ?? new Map(), after });
}

function leaveOut(next: Template, live: LiveTemplate | undefined, { switchedOff = [] }: Decisions) {
  if (live === undefined) return { template: next, switchedOff: [] };
  return leaveOutSwitchedOff(next, live.template, switchedOff);
}

function keep(next: Template, live: LiveTemplate, about: Omit<About, 'before'>): Keeping {
  return keepDropped(next, live.template, { ...about, before: live.values ?? new Map() });
}

/** The live version that an alias goes on serving; none where it is new, or moves to another function. */
function servedOf(template: Template, live: LiveTemplate | undefined, alias: string): [string, string][] {
  const serves = live?.versions.aliases[alias];
  if (live === undefined || serves === undefined) return [];
  return guardsSameFunction(template, live.template, alias) ? [[alias, serves]] : [];
}

function unchanged(template: Template): ReturnType<typeof letVersionsGo> {
  return { template, versions: [] };
}

/** The number an alias would get from its template; undefined when that is not known in advance. */
function wouldServe(alias: Resource | undefined, versions: LiveVersions): string | undefined {
  const named = propertyOf(alias, 'FunctionVersion');
  if (typeof named === 'string' || typeof named === 'number') return String(named);
  const reference = attributeReference(named);
  return reference?.attribute === 'Version' ? versions.versions[reference.name] : undefined;
}
