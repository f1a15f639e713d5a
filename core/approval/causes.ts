import type { InService, TargetItem } from '../ledger/items.ts';
import type { ApprovalCause } from '../policy/approval-rule.ts';
import type { ReleaseEvent } from '../release/events.ts';
import type { ReleaseHead } from '../release/head.ts';
import { kindOf } from '../release/kind.ts';
import type { ChangeSummary, ChangeWarning, ResourceChange } from '../template/change-schema.ts';
import { isCustomResource } from '../template/custom-resource.ts';
import { compareVersions } from '../values/version-order.ts';

/**
 * Why an approval is asked: every release is asked about, a cause of the policy's is there; or, whatever the policy names, it is a
 * hotfix, something would be lost, or nobody can tell what would change.
 */
export type AskedBecause = 'always' | ApprovalCause | 'hotfix' | 'loss' | 'unknown';

/** What is known of a target once it was looked at. */
type Seen = Pick<TargetItem, 'lookedAhead' | 'inService'>;

/** A release that comes to an environment. */
interface Coming {
  /** The causes of the policy that ask; undefined where every release is asked about. */
  readonly when: readonly ApprovalCause[] | undefined;
  readonly head: Pick<ReleaseHead, 'origin' | 'version'>;
  /** Does its manifest say that it changes data? */
  readonly changesData: boolean;
  readonly targets: readonly Seen[];
}

/** Why people are asked; nobody is where nothing is in the list. What cannot be told counts as if it were so. */
export function whyAsked({ when, head, changesData, targets }: Coming): AskedBecause[] {
  if (when === undefined) return ['always'];
  const found = new Set<AskedBecause>(targets.flatMap((target) => causesOf(target, head.version)));
  if (changesData) found.add('dataChanges');
  if (kindOf(head) === 'rollback') found.add('downgrade');
  if (kindOf(head) === 'hotfix') found.add('hotfix');
  const counts = new Set<AskedBecause>([...when, 'hotfix', 'loss', 'unknown']);
  return [...found].filter((cause) => counts.has(cause)).sort();
}

/** Did the environment last come to it that nobody is asked? */
export function wasNotNeeded(events: readonly ReleaseEvent[], environment: string): boolean {
  const last = events.findLast(
    (event) =>
      (event.type === 'approvalNotNeeded' || event.type === 'approvalRequested' || event.type === 'approvalVoided') &&
      event.environment === environment,
  );
  return last?.type === 'approvalNotNeeded';
}

/**
 * Is another version in service than the one by which it was decided whether people are asked? Of a rollback and a hotfix that was
 * not decided by it.
 */
export function hasMoved(
  { when, head }: Pick<Coming, 'when' | 'head'>,
  seen: Pick<TargetItem, 'inService'>,
  now: InService,
): boolean {
  if (when?.includes('downgrade') !== true || kindOf(head) !== 'release') return false;
  return seen.inService?.kind !== now.kind || versionOf(seen.inService) !== versionOf(now);
}

/** In words, for the ledger and its readers. */
export const becauseWords: Readonly<Record<AskedBecause, string>> = {
  always: 'every release is asked about',
  replacement: 'a resource is replaced',
  permissions: 'permissions change',
  dataChanges: 'data changes',
  downgrade: 'an earlier version comes back',
  hotfix: 'it is a hotfix',
  loss: 'something would be lost',
  unknown: 'what would change cannot be told for all of it',
};

function causesOf({ lookedAhead, inService }: Seen, version: string): AskedBecause[] {
  if (lookedAhead === undefined) return ['unknown'];
  const { resources, warnings, partial } = lookedAhead;
  return [
    ...(partial === true || resources.some(isOpaque) ? (['unknown'] as const) : []),
    ...(resources.some(isReplaced) ? (['replacement'] as const) : []),
    ...warnings.flatMap(({ code }) => warningCauses[code] ?? []),
    ...(inService !== undefined && inService.kind !== 'nothing' && !isUpgrade(versionOf(inService), version)
      ? (['downgrade'] as const)
      : []),
  ];
}

/** What a warning stands for. */
const warningCauses: Readonly<Partial<Record<ChangeWarning['code'], readonly AskedBecause[]>>> = {
  'stateful-replaced': ['replacement', 'dataChanges', 'loss'],
  'stateful-removed': ['dataChanges', 'loss'],
  'stateful-emptied': ['replacement', 'dataChanges', 'loss'],
  'stateful-left': ['dataChanges', 'loss'],
  'resource-replaced': ['replacement'],
  'replaced-at-once': ['replacement', 'loss'],
  'permissions-changed': ['permissions'],
  'permissions-widened': ['permissions'],
  'permissions-narrowed': ['permissions'],
  'permissions-cut': ['permissions', 'loss'],
  'not-looked-at': ['unknown'],
};

/** Only once it is done is it known what is done, or what a function of the team's own does there. */
function isOpaque({ action, type }: ResourceChange): boolean {
  return isCustomResource(type) || action === 'Dynamic' || action === 'SyncWithActual';
}

/** Each release has a version of its own: that is no replacement. */
function isReplaced({ type, replacement }: ChangeSummary['resources'][number]): boolean {
  return type !== 'AWS::Lambda::Version' && (replacement === 'True' || replacement === 'Conditional');
}

function versionOf(inService: TargetItem['inService']): string | undefined {
  return inService?.kind === 'release' ? inService.version : undefined;
}

/** A version that nobody knows may be any. */
function isUpgrade(before: string | undefined, version: string): boolean {
  const order = before === undefined ? undefined : compareVersions(before, version);
  return order !== undefined && order <= 0;
}
