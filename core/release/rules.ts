import type { ApprovalItem, QuarantineItem, TurnItem } from '../ledger/items.ts';
import { whyNot } from '../approval/decision.ts';
import { isReached } from '../approval/quorum.ts';
import { canonicalJson, verifyChain } from './chain.ts';
import { placeOf } from './events.ts';
import type { ReleaseEvent } from './events.ts';
import type { ReleaseHead } from './head.ts';
import { hasPassed, isClean, isGood, isHeld, orderedEnvironments } from './progress.ts';
import { isEnd } from './status.ts';
import { fold } from './transition.ts';

/** Everything the ledger has of one release. */
export interface ReleaseRecord {
  readonly head: ReleaseHead;
  readonly events: readonly ReleaseEvent[];
  readonly approvals: readonly ApprovalItem[];
}

/** One environment of one service, as the ledger has it. */
export interface EnvironmentRecord {
  readonly service: string;
  readonly environment: string;
  readonly turn: TurnItem | undefined;
  readonly quarantine: QuarantineItem | undefined;
  /** Releases that left it unclean, and whose quarantine a person cleared. */
  readonly cleared: readonly string[];
}

/** A rule of the ledger that does not hold; the number is that of the design's list. */
export interface BrokenRule {
  readonly rule: number;
  readonly release?: string;
  readonly sentence: string;
}

/**
 * Checks what must always hold over a ledger's items, read at rest or between two transactions. Rules about AWS itself (6 in
 * part, 7), about requests (10) and about repeated events (11) need more than the ledger: the end-to-end tests check those.
 */
export function checkRules(
  releases: readonly ReleaseRecord[],
  environments: readonly EnvironmentRecord[],
): BrokenRule[] {
  return [
    ...releases.flatMap((record) => [
      ...chainRules(record),
      ...endRules(record),
      ...approvalRules(record),
      ...intentRules(record),
    ]),
    ...environments.flatMap((environment) => turnRules(environment, releases)),
    ...fenceRules(releases),
    ...releases.flatMap((record) => originRules(record, releases)),
  ];
}

/** Rule 3: numbered without a gap, only appended, and the head is what the events fold to. */
function chainRules({ head, events }: ReleaseRecord): BrokenRule[] {
  const { release } = head;
  const broken = verifyChain(events);
  if (broken !== undefined) return [{ rule: 3, release, sentence: broken.sentence }];
  let folded: ReleaseHead | undefined;
  try {
    folded = fold(events);
  } catch (error) {
    return [{ rule: 3, release, sentence: String(error) }];
  }
  if (canonicalJson(folded) === canonicalJson(head)) return [];
  return [{ rule: 3, release, sentence: 'The head is not what the events fold to.' }];
}

/** Rules 2, 5 and 8: one end, earlier environments first, the turn given back if and only if clean. */
function endRules({ head, events }: ReleaseRecord): BrokenRule[] {
  const { release } = head;
  const broken: BrokenRule[] = [];
  const ends = events.filter(({ type }) => type === 'ended');
  if (ends.length > 1 || (ends.length === 1) !== isEnd(head.status)) {
    broken.push({ rule: 2, release, sentence: `The release has ${ends.length} ends and the status ${head.status}.` });
  }
  if (ends.length > 0 && events.at(-1)?.type !== 'ended') {
    broken.push({ rule: 2, release, sentence: 'Something follows the end.' });
  }
  const states = orderedEnvironments(head);
  const begun = states.findLastIndex(({ targets }) => Object.values(targets).some((phase) => phase !== 'pending'));
  const skipped = states.slice(0, Math.max(0, begun)).find((state) => !isGood(state));
  if (skipped !== undefined) {
    broken.push({
      rule: 5,
      release,
      sentence: `${skipped.name} was passed over before it was proven.`,
    });
  }
  for (const state of states) {
    const givenBack = state.phase === 'done' || state.phase === 'undone';
    if (givenBack && !isClean(state)) {
      broken.push({ rule: 8, release, sentence: `The turn of ${state.name} was given back unclean.` });
    }
    if (isEnd(head.status) && isHeld(state) && isClean(state)) {
      broken.push({ rule: 8, release, sentence: `The turn of ${state.name} was kept although it is clean.` });
    }
  }
  return broken;
}

/** Rule 4: an approval is used at most once, by people who may, for exactly this digest and change. */
function approvalRules({ head, events, approvals }: ReleaseRecord): BrokenRule[] {
  const { release } = head;
  const broken: BrokenRule[] = [];
  const used = events.flatMap((event) => (event.type === 'approved' ? [event] : []));
  for (const event of used) {
    const { approval: id, change, digest } = event.evidence;
    const approval = approvals.find((candidate) => candidate.approval === id);
    if (approval === undefined) {
      broken.push({ rule: 4, release, sentence: `Approval ${id} is not in the ledger.` });
      continue;
    }
    const voided = events.some(
      (one) => one.type === 'approvalVoided' && one.environment === event.environment && one.sequence > event.sequence,
    );
    const counted = approval.state === 'approved' || (approval.state === 'void' && voided);
    const fits = counted && approval.change === change && approval.digest === digest;
    if (!fits || digest !== head.artifact.sha256) {
      broken.push({ rule: 4, release, sentence: `Approval ${id} is not for what was released.` });
    }
    const by = new Set(approval.decisions.filter(({ decision }) => decision === 'approve').map((one) => one.by));
    const allowed = approval.people.filter(
      (person) => by.has(person.email.toLowerCase()) && whyNot(approval, person).approve === undefined,
    );
    if (allowed.length < by.size || !isReached(approval)) {
      broken.push({ rule: 4, release, sentence: `Approval ${id} was given by a person who may not, or by too few.` });
    }
  }
  if (head.origin?.hotfix === true && events.some(({ type }) => type === 'approvalNotNeeded'))
    broken.push({ rule: 4, release, sentence: 'Nobody was asked about a hotfix.' });
  const ids = used.map(({ evidence }) => evidence.approval);
  if (new Set(ids).size < ids.length) broken.push({ rule: 4, release, sentence: 'An approval was used twice.' });
  return broken;
}

const effects = {
  prepared: 'preparing',
  changed: 'changeStarted',
  shifted: 'shiftStarted',
  settled: 'settleStarted',
  trafficRestored: 'rollbackStarted',
  recovered: 'recoveryStarted',
  aliasesRestored: 'aliasesRestoring',
} as const;

/** Rule 9: every change has an earlier event that announces it. */
function intentRules({ head, events }: ReleaseRecord): BrokenRule[] {
  return events.flatMap((event, index) => {
    const intent = Object.entries(effects).find(([effect]) => effect === event.type)?.[1];
    if (intent === undefined) return [];
    const place = canonicalJson(placeOf(event));
    const before = events.slice(0, index);
    if (before.some((earlier) => earlier.type === intent && canonicalJson(placeOf(earlier)) === place)) return [];
    return [{ rule: 9, release: head.release, sentence: `"${event.type}" of ${place} was never announced.` }];
  });
}

/** Rules 1 and 8: the turn's holder is the one release that holds it by its own events; an unclean end leaves a quarantine. */
function turnRules(record: EnvironmentRecord, releases: readonly ReleaseRecord[]): BrokenRule[] {
  const { service, environment, turn, quarantine, cleared } = record;
  const place = `${service} in ${environment}`;
  const holders = releases
    .map(({ head }) => head)
    .filter((head) => head.service === service && isHeldBy(head, environment) && !cleared.includes(head.release));
  const broken: BrokenRule[] = [];
  if (holders.length > 1) {
    broken.push({ rule: 1, sentence: `${place} is held by ${holders.map(({ release }) => release).join(' and ')}.` });
  }
  const holder = holders.at(0);
  if (turn?.holder !== holder?.release && holders.length < 2) {
    broken.push({
      rule: 1,
      sentence: `The turn of ${place} is ${turn?.holder ?? 'free'}, but ${holder?.release ?? 'no release'} holds it.`,
    });
  }
  if (holder !== undefined && isEnd(holder.status) && quarantine === undefined) {
    broken.push({ rule: 8, release: holder.release, sentence: `${place} was left unclean and is not quarantined.` });
  }
  return broken;
}

function isHeldBy(head: ReleaseHead, environment: string): boolean {
  const state = head.environments[environment];
  return state !== undefined && isHeld(state);
}

/**
 * Rule 5, where a person began the release: the same bytes have served where they are brought back, and have passed the environments
 * before the one that they are brought to, unless it is a hotfix.
 */
function originRules({ head }: ReleaseRecord, releases: readonly ReleaseRecord[]): BrokenRule[] {
  const { origin, release, service, artifact } = head;
  if (origin === undefined || origin.hotfix === true) return [];
  const same = releases.filter((one) => one.head.service === service && one.head.artifact.sha256 === artifact.sha256);
  const passed = (environment: string): boolean => same.some((one) => hasPassed(one.head, environment));
  const whole = releases.find((one) => one.head.service === service && one.head.origin === undefined)?.head.order ?? [];
  const begun = orderedEnvironments(head).filter(({ targets }) =>
    Object.values(targets).some((phase) => phase !== 'pending'),
  );
  return begun.flatMap(({ name: environment }) => {
    if (origin.kind === 'rollback') {
      const served = same.some((one) => one.head.release !== release && hasPassed(one.head, environment));
      return served
        ? []
        : [{ rule: 5, release, sentence: `It is brought back to ${environment}, where it has never proven itself.` }];
    }
    const skipped = whole.slice(0, Math.max(0, whole.indexOf(environment))).filter((name) => !passed(name));
    if (skipped.length === 0) return [];
    return [{ rule: 5, release, sentence: `${skipped.join(', ')} was passed over before ${environment}.` }];
  });
}

/** Rule 1: a fencing number is given once. */
function fenceRules(releases: readonly ReleaseRecord[]): BrokenRule[] {
  const taken = new Map<string, string>();
  return releases.flatMap(({ head, events }) =>
    events.flatMap((event) => {
      if (event.type !== 'turnTaken') return [];
      const name = `${head.service} ${event.environment} ${event.evidence.fence}`;
      const other = taken.get(name);
      taken.set(name, head.release);
      if (other === undefined) return [];
      return [
        {
          rule: 1,
          release: head.release,
          sentence: `Fencing number ${event.evidence.fence} was given to ${other} too.`,
        },
      ];
    }),
  );
}
