import { describeCounts, recordedObject } from '../checks/evidence.ts';
import type { ApprovalItem, TargetItem } from '../ledger/items.ts';
import { recoveryFunction } from '../manifest/recovery.ts';
import { describeCommits, type Linked } from '../release/commits.ts';
import type { ReleaseEvent } from '../release/events.ts';
import type { ReleaseHead } from '../release/head.ts';
import { environmentOf, type Plan } from '../release/plan.ts';
import type { ChangeWarning } from '../template/change-schema.ts';
import { secondsBetween, spellSeconds } from '../values/duration.ts';
import { whyAskedTwice } from './first-question.ts';
import { type PreviewedTarget, previewOf } from './preview.ts';
import { describeStanding, type Standing } from './standing.ts';

/** All that is known of an approval, read consistently. */
export interface Asked {
  readonly approval: ApprovalItem;
  readonly standing: Standing;
  readonly head: ReleaseHead;
  readonly plan: Plan;
  /** The targets of its environment. */
  readonly targets: readonly TargetItem[];
  /** The last transitions of the release, in order: all of them, or as many as were read. */
  readonly events: readonly ReleaseEvent[];
}

/** What a person decides on, before any detail. Mail, page and Slack say it from here, so that all three say the same. */
export interface Brief {
  readonly question: 'Release' | 'Continue';
  /** `orders 1.4.1 → 1.4.2` */
  readonly what: string;
  /** `production`, or `production (333333333333/us-east-1)` */
  readonly where: string;
  /** What is in service there, and what would be. */
  readonly version: string;
  readonly commits: Linked;
  readonly author: string;
  /** Why a person is asked to continue; absent where it is a release. */
  readonly inconclusive?: string;
  /** Why the same release is asked about again after this: sentences. */
  readonly twice: readonly string[];
  /** `Add 2, Modify 1` */
  readonly change: string;
  /** What would be lost, what would become broader, and what else must not be overlooked: sentences, each once. */
  readonly losses: readonly string[];
  readonly broader: readonly string[];
  readonly others: readonly string[];
  /** How it went in the environments before. */
  readonly earlier: readonly string[];
  readonly rollout: string;
  /** Who has decided, and how many are needed. */
  readonly decided: string;
}

/** The worst first: a message has room for few. */
const lossCodes: readonly ChangeWarning['code'][] = [
  'stateful-removed',
  'stateful-replaced',
  'stateful-emptied',
  'stateful-left',
  'replaced-at-once',
  'permissions-cut',
  'permissions-narrowed',
];
const broaderCodes: readonly ChangeWarning['code'][] = ['permissions-widened', 'permissions-changed'];

/** What an approval is about, in few words. @param now for how long something has served */
export function briefOf(asked: Asked, now: string): Brief {
  const { approval, standing, head, plan, targets } = asked;
  const { manifest } = plan;
  const { override, environment } = approval;
  const before = inServiceBefore(targets);
  const changes = override === undefined ? previewOf(approval, targets) : [];
  const { losses, ...changing } = whatChanges(changes);
  return {
    question: override === undefined ? 'Release' : 'Continue',
    what: `${manifest.service} ${arrow(before)}${manifest.version}`,
    where: override?.target === undefined ? environment : `${environment} (${override.target})`,
    version: describeVersion(before, manifest.version),
    commits: describeCommits(before.source, manifest.source),
    author: approval.author,
    ...(override === undefined ? {} : { inconclusive: override.inconclusiveReason }),
    twice: whyAskedTwice(changes),
    ...changing,
    losses: [...losses, ...dataLosses(plan)],
    earlier: [...describeOrigin(head), ...describeEarlier(asked, now)],
    rollout: describeRollout(plan, environment),
    decided: describeStanding(approval, standing, head),
  };
}

/** What changes in an environment, in few words: sentences, each once. */
export function whatChanges(
  changes: readonly Pick<PreviewedTarget, 'lookedAhead'>[],
): Pick<Brief, 'change' | 'losses' | 'broader' | 'others'> {
  const warnings = changes.flatMap(({ lookedAhead }) => lookedAhead.warnings);
  const sentences = (wanted: (code: ChangeWarning['code']) => boolean): string[] => [
    ...new Set(warnings.filter(({ code }) => wanted(code)).map(({ sentence }) => sentence)),
  ];
  return {
    change: countChanges(changes.flatMap(({ lookedAhead }) => lookedAhead.resources)),
    losses: [...new Set(lossCodes.flatMap((lost) => sentences((code) => code === lost)))],
    broader: sentences((code) => broaderCodes.includes(code)),
    others: sentences((code) => !lossCodes.includes(code) && !broaderCodes.includes(code)),
  };
}

/** `1.4.1 → 1.4.2`, of what is in service in targets and what would be. */
export function versionChange(targets: readonly Pick<TargetItem, 'inService'>[], version: string): string {
  return describeVersion(inServiceBefore(targets), version);
}

/** `Release orders 1.4.1 → 1.4.2 to production?` */
export function questionOf({ question, what, where }: Brief): string {
  return `${question} ${what} ${question === 'Release' ? 'to' : 'in'} ${where}?`;
}

interface Before {
  /** Versions in service, each with the number of targets. */
  readonly versions: ReadonlyMap<string, number>;
  /** Targets in which nothing serves; in which something serves that no release brought; that nobody has looked at. */
  readonly none: number;
  readonly foreign: number;
  readonly unknown: number;
  /** Of what is in service, where that is one release everywhere. */
  readonly source: { readonly repository?: string; readonly commit?: string } | undefined;
}

function inServiceBefore(targets: readonly Pick<TargetItem, 'inService' | 'formerRelease'>[]): Before {
  const found = targets.map(({ inService, formerRelease: former }): TargetItem['inService'] =>
    inService === undefined && former !== undefined
      ? { kind: 'release', release: former.release, version: former.version }
      : inService,
  );
  const count = (kind: 'nothing' | 'foreign'): number => found.filter((one) => one?.kind === kind).length;
  const releases = found.flatMap((one) => (one?.kind === 'release' ? [one] : []));
  const versions = new Map<string, number>();
  for (const { version } of releases) versions.set(version, (versions.get(version) ?? 0) + 1);
  const [first] = releases;
  const one = first !== undefined && releases.every(({ release }) => release === first.release);
  return {
    versions,
    none: count('nothing'),
    foreign: count('foreign'),
    unknown: found.filter((at) => at === undefined).length,
    source: one ? first : undefined,
  };
}

/** Versions that a title names. */
const NAMED = 3;

function arrow({ versions }: Before): string {
  return versions.size === 0 ? '' : `${[...versions.keys()].slice(0, NAMED).join(', ')} → `;
}

function describeVersion({ versions, none, foreign, unknown }: Before, version: string): string {
  const named: [string, number][] = [
    ...[...versions].slice(0, NAMED),
    ['nothing (the first release there)', none],
    ['what no release brought', foreign],
    ['what is not known', unknown],
  ];
  const parts = named.filter(([, targets]) => targets > 0);
  if (parts.length === 0) return version;
  const told = parts.map(([name, targets]) =>
    parts.length === 1 ? name : `${name} in ${targets} ${targets === 1 ? 'target' : 'targets'}`,
  );
  const more = versions.size - NAMED;
  return `${told.join(', ')}${more > 0 ? `, ${more} more` : ''} → ${version}`;
}

function countChanges(resources: readonly { readonly action: string }[]): string {
  const actions = [...new Set(resources.map(({ action }) => action))];
  const counted = actions.map((action) => `${action} ${resources.filter((one) => one.action === action).length}`);
  return counted.length === 0 ? 'no resource changes' : counted.join(', ');
}

/** Changes to data that nothing but the named remedy undoes. */
export function dataLosses({ manifest }: Plan): string[] {
  const { dataChanges: changes } = manifest;
  if (changes === undefined || changes.reversible) return [];
  const undoneBy = recoveryFunction(manifest);
  const remedy =
    undoneBy === undefined
      ? `To undo them: ${changes.recovery ?? 'nothing is named'}.`
      : `A rollback calls the function ${undoneBy}.`;
  return [`It changes data so that the version in service cannot live with it. ${remedy}`];
}

/** Why a person began it, as far as that says how it went before. */
function describeOrigin({ origin }: ReleaseHead): string[] {
  switch (origin?.kind) {
    case undefined:
      return [];
    case 'rollback':
      return [`A rollback on demand: ${origin.of ?? 'an earlier release'} serves again.`];
    case 'retry':
      return [
        `A new attempt${origin.of === undefined ? '' : ` of ${origin.of}`}: environments that it passed keep what they have.`,
      ];
    case 'promotion':
      if (origin.hotfix === true)
        return ['A hotfix: it passes over environments before this one that it has not proven itself in.'];
      return [
        `A promotion: the artifact has proven itself in the environments before${origin.of === undefined ? '' : `, as ${origin.of}`}.`,
      ];
  }
}

function describeEarlier({ approval, head, events }: Asked, now: string): string[] {
  const earlier = head.order.slice(0, head.order.indexOf(approval.environment));
  if (earlier.length === 0 && head.origin === undefined) return ['This is its first environment.'];
  return earlier.map((name) => {
    const own = events.filter((event) => 'environment' in event && event.environment === name);
    const checks = describeChecks(own);
    const since = head.environments[name]?.observedSince ?? own.findLast(({ type }) => type === 'checked')?.at;
    const serves = since === undefined ? '' : `, all users on it since ${inWords(since)} (${lasted(since, now)})`;
    return `${name}: passed${checks}${serves}.`;
  });
}

/** Numbers of the checks that were made there: of all of them, or, where not all transitions were read, of those after the bake. */
function describeChecks(own: readonly ReleaseEvent[]): string {
  const whole = own.some(({ type }) => type === 'turnTaken');
  const counts = own.flatMap((event) => {
    const wanted = whole ? ['verified', 'checked', 'judged'] : ['judged'];
    const found = wanted.includes(event.type) && 'evidence' in event ? recordedObject(event.evidence) : undefined;
    return found === undefined ? [] : [found.counts];
  });
  if (counts.length === 0) return '';
  const sum = { passed: 0, failed: 0, inconclusive: 0 };
  for (const { passed, failed, inconclusive } of counts) {
    sum.passed += passed;
    sum.failed += failed;
    sum.inconclusive += inconclusive;
  }
  return `, ${describeCounts(sum)}${whole ? '' : ' after its bake'}`;
}

/** To the minute: no page that is opened twice in a minute says something else. */
function lasted(since: string, now: string): string {
  const minutes = Math.floor(Math.max(0, secondsBetween(since, now)) / 60);
  return minutes === 0 ? 'less than a minute' : spellSeconds(minutes * 60);
}

export function describeRollout(plan: Plan, environment: string): string {
  const { rollout, bakeSeconds, monitorSeconds } = environmentOf(plan, environment);
  const bake = bakeSeconds === 0 ? 'no bake' : `then a bake of ${spellSeconds(bakeSeconds)}`;
  const monitored = monitorSeconds === undefined ? '' : `, then monitored for ${spellSeconds(monitorSeconds)}`;
  return `${rollout}, ${bake}${monitored}`;
}

function inWords(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`;
}
