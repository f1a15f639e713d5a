import { type FormerAlarms, leftOutAlarms } from '../checks/watched-alarms.ts';
import { canonicalJson, digestOf } from '../release/chain.ts';
import { type ChangeSummary, type ChangeWarning, type ResourceChange, resourceChangeSchema } from './change-schema.ts';
import type { ChangeSetResource } from './change-set.ts';
import { describeResource } from './describe-resource.ts';
import { canBeDoubled } from './doubling.ts';
import type { KeptResource } from './steps/keep.ts';
import type { Postponed } from './steps/postpone.ts';
import type { Widened } from './steps/widen.ts';
import { hasIdentity } from './resource-identity.ts';
import { runtimeWarnings } from './runtimes.ts';
import { customWarnings } from './service-tokens.ts';
import type { Template } from './template.ts';
import { narrowedAfterBake, permissionWarnings } from './permissions.ts';
import { isStateful } from './stateful.ts';
import { listFew, type Unguarded } from './ways-in/around.ts';
import type { MovedUsers } from './ways-in/at-once.ts';
import {
  fullParameterChanges,
  type ParameterContext,
  parameterChanges,
  parameterWarnings,
} from './parameter-changes.ts';

/** One entry of `DescribeChangeSet`'s changes, as far as it is read (with property values included). */
export interface ChangeSetEntry {
  readonly ResourceChange?: ChangeSetResource | undefined;
}

/** The context of a change. */
export interface ChangeContext {
  /** Functions that no alias guards, and ways in around the aliases of others. */
  readonly unguarded: Unguarded;
  /** Users who move as soon as the stack is changed. */
  readonly moved: readonly MovedUsers[];
  /** Resources that are kept until the bake is over, and then removed. */
  readonly kept: readonly KeptResource[];
  /** Ways in that take others' places, for the same events. */
  readonly postponed?: readonly Postponed[];
  /** What goes on allowing more than the release's template until the bake is over. */
  readonly widened?: readonly Widened[];
  /** What rolled-back releases left and this one takes over. */
  readonly imported?: readonly { readonly logicalId: string; readonly type: string; readonly physicalId: string }[];
  /** How many roles and users get the boundary, in a sentence; undefined where none does. */
  readonly boundary?: string | undefined;
  /** The template that is applied, and its aliases that go on serving the former version: for what custom resources do. */
  readonly applied?: { readonly template: Template; readonly pinned: readonly string[] } | undefined;
  /** The alarms of the manifest, by their logical ids. */
  readonly alarms: readonly string[];
  /** The release that is live; undefined where none is. */
  readonly former?: FormerAlarms | undefined;
  /** By what day runtimes are closed or not: an instant, ISO 8601. */
  readonly now: string;
  /** Undefined where nothing is known of parameters. */
  readonly parameters?: ParameterContext | undefined;
}

/**
 * What a change set would do, for the approver and for comparison: the digest is the same as long as the change is.
 * Physical ids and the change set's own name are left out; values are in.
 */
export function summarizeChange(changes: readonly ChangeSetEntry[], context: ChangeContext): ChangeSummary {
  const entries = changes
    .flatMap(({ ResourceChange: change }) => (change === undefined ? [] : [{ change, resource: describe(change) }]))
    .sort((a, b) => compare(a.resource.logicalId, b.resource.logicalId));
  const details = entries.map(({ change, resource }) => [resource, change.PolicyAction ?? '', detailsOf(change)]);
  const kept = [...context.kept].sort((a, b) => compare(a.logicalId, b.logicalId));
  const { former, postponed = [], parameters: given } = context;
  const leftOut = leftOutAlarms(context.alarms, former);
  const parameters = given === undefined ? [] : parameterChanges(given);
  const boundary = context.boundary === undefined ? {} : { boundary: context.boundary };
  return {
    digest: digestOf({
      details,
      kept,
      ...boundary,
      ...(postponed.length === 0 ? {} : { postponed }),
      ...(leftOut.length === 0 ? {} : { leftOut }),
      ...(given === undefined || parameters.length === 0 ? {} : { parameters: fullParameterChanges(given) }),
    }),
    ...boundary,
    resources: entries.map(({ resource }) => resource),
    ...(parameters.length === 0 ? {} : { parameters }),
    warnings: [
      ...entries.flatMap(({ change, resource }) => warningsOf(change, resource, context)),
      ...(context.applied === undefined
        ? []
        : customWarnings(
            entries.map(({ change }) => change),
            context.applied.template,
            context.applied.pinned,
          )),
      ...context.moved.map(({ logicalId, sentence }) => ({ code: 'takes-over-at-once' as const, logicalId, sentence })),
      ...aroundWarnings(
        entries.map(({ resource }) => resource),
        context,
      ),
      ...kept.map(keptWarning),
      ...postponed.map(postponedWarning),
      ...(context.widened ?? []).flatMap(narrowedAfterBake),
      ...(context.imported ?? []).map(importWarning),
      ...(given === undefined ? [] : parameterWarnings(parameters, given)),
      ...(former === undefined ? [] : leftOut.map((name) => leftOutWarning(name, former.release))),
    ],
  };
}

/** Sentences about what is certainly lost: what a replaced resource holds, and what the version in service goes without. */
export function certainLosses({ resources, warnings }: ChangeSummary): string[] {
  const uncertain = resources
    .filter(({ replacement }) => replacement === 'Conditional')
    .map(({ logicalId }) => logicalId);
  return warnings
    .filter(({ code }) => code === 'stateful-replaced' || code === 'replaced-at-once')
    .filter(({ logicalId }) => !uncertain.includes(logicalId))
    .map(({ sentence }) => sentence);
}

function describe(change: ChangeSetResource): ResourceChange {
  const { Action, LogicalResourceId, ResourceType, Replacement } = change;
  return resourceChangeSchema.parse({
    action: Action ?? 'Dynamic',
    logicalId: LogicalResourceId ?? '',
    type: ResourceType ?? '',
    ...(Replacement === undefined ? {} : { replacement: Replacement }),
  });
}

function detailsOf(change: ChangeSetResource): string[] {
  const lines = (change.Details ?? []).map(({ Target: target = {} }) =>
    canonicalJson([target.Attribute, target.Name, target.Path, target.RequiresRecreation, target.AfterValue]),
  );
  return [...new Set(lines)].sort();
}

function warningsOf(
  change: ChangeSetResource,
  resource: ResourceChange,
  { unguarded, alarms, former, now }: ChangeContext,
): ChangeWarning[] {
  const { logicalId, type, action } = resource;
  const found = [...replacementWarnings(change, resource), ...permissionWarnings(change, resource)];
  if (type === 'AWS::Lambda::EventSourceMapping' && action === 'Modify') {
    const sentence = `The event source mapping ${logicalId} changes in place, for the version still serving too.`;
    found.push({ code: 'event-source-changed', logicalId, sentence });
  }
  if (
    /^AWS::CloudWatch::(Composite)?Alarm$/.test(type) &&
    action === 'Modify' &&
    watches({ alarms, former }, logicalId)
  ) {
    const sentence = `The alarm ${logicalId}, by which the release is judged, changes in place.`;
    found.push({ code: 'alarm-changed', logicalId, sentence });
  }
  const open = unguarded.functions.find(({ functionId }) => functionId === logicalId);
  found.push(...runtimeWarnings(change, { guarded: open === undefined, now }));
  if (type === 'AWS::Lambda::Function' && action === 'Modify' && open !== undefined) {
    const callers = [...open.ways, ...open.likely];
    const by = callers.length === 0 ? '' : ` They come by ${listFew(callers)}.`;
    const sentence = `No alias guards the function ${logicalId}: its callers move to the new code all at once.${by}`;
    found.push({ code: 'moves-all-at-once', logicalId, sentence });
  }
  return found;
}

function watches({ alarms, former }: Pick<ChangeContext, 'alarms' | 'former'>, logicalId: string): boolean {
  return alarms.includes(logicalId) || former?.alarms.includes(logicalId) === true;
}

function leftOutWarning(logicalId: string, release: string): ChangeWarning {
  const sentence = `The manifest no longer names the alarm ${logicalId}, which ${release} names: while it exists, it is watched until this release has proven itself.`;
  return { code: 'alarm-left-out', logicalId, sentence };
}

/** Ways around an alias count where the function or the way changes. What may only be a name counts where the function does. */
function aroundWarnings(changes: readonly ResourceChange[], { unguarded }: ChangeContext): ChangeWarning[] {
  const changed = new Set(changes.filter(({ action }) => action !== 'Remove').map(({ logicalId }) => logicalId));
  return unguarded.around
    .filter(({ logicalId, functionId, likely }) => changed.has(functionId) || (!likely && changed.has(logicalId)))
    .map(({ logicalId, sentence }) => ({ code: 'goes-around-alias', logicalId, sentence }));
}

function replacementWarnings(
  change: ChangeSetResource,
  { logicalId, type, action, replacement }: ResourceChange,
): ChangeWarning[] {
  if (action === 'Remove' && isStateful(type)) {
    const sentence = `${logicalId} (${type}) would be removed, and what it holds with it.`;
    return [{ code: 'stateful-removed', logicalId, sentence }];
  }
  if (replacement !== 'True' && replacement !== 'Conditional') return [];
  const may = replacement === 'True' ? 'would be' : 'may be';
  if (isStateful(type)) {
    const sentence = `${logicalId} (${type}) ${may} replaced by a new, empty one as soon as the stack is changed, while the version in service still uses it.`;
    return [{ code: 'stateful-replaced', logicalId, sentence }];
  }
  if (type === 'AWS::Lambda::Version') return [];
  // What can stand beside its successor does so; this is called, or sits, where the new one would.
  const clashes = hasIdentity(type) && !canBeDoubled(change);
  const code = clashes ? 'replaced-at-once' : 'resource-replaced';
  const loss = clashes
    ? ' as soon as the stack is changed, while the version in service still uses it: there cannot be two of its name or in its place'
    : '';
  return [{ code, logicalId, sentence: `${logicalId} (${type}) ${may} replaced${loss}.` }];
}

function postponedWarning({ logicalId, type, replaces, waits }: Postponed): ChangeWarning {
  const takes = `${logicalId} (${type}) takes the place of ${replaces}, for the same events`;
  return waits
    ? { code: 'added-after-bake', logicalId, sentence: `${takes}: it is added once the bake is over.` }
    : {
        ...{ code: 'comes-twice', logicalId },
        sentence: `${takes}: both are there until the bake is over, so that each event comes twice. Something that is live refers to it and cannot wait.`,
      };
}

function importWarning({ logicalId, type, physicalId }: NonNullable<ChangeContext['imported']>[number]): ChangeWarning {
  const sentence = `${logicalId} (${type}) is ${physicalId}, which a release that was rolled back has left: it is taken over with what it holds.`;
  return { code: 'taken-over', logicalId, sentence };
}

function keptWarning(kept: KeptResource): ChangeWarning {
  const { logicalId, type, doubled } = kept;
  const stays = kept.policy === 'Retain' || kept.policy === 'RetainExceptOnCreate' || kept.policy === 'Snapshot';
  const holds = isStateful(type);
  const left = kept.switchedOff === true ? 'is switched off by its condition' : 'is no longer in the template';
  const what = doubled ? 'is replaced by a new, empty one' : left;
  const until = doubled
    ? 'both exist until the bake is over, and then the old one'
    : 'it is kept until the bake is over and then';
  const end = stays
    ? `leaves the stack; its template retains it (${kept.policy})`
    : `${doubled ? 'is ' : ''}removed${holds ? ', and what it holds with it' : ''}`;
  const sentence = `${describeResource(kept)} ${doubled && !holds ? 'is replaced' : what}: ${until} ${end}.`;
  if (!holds) return { code: doubled ? 'resource-replaced' : 'removed-after-bake', logicalId, sentence };
  if (stays) return { code: doubled ? 'stateful-emptied' : 'stateful-left', logicalId, sentence };
  return { code: doubled ? 'stateful-replaced' : 'stateful-removed', logicalId, sentence };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
