import { describeLive } from '../contract/api/live.ts';
import type { ApprovalItem, LiveItem } from '../ledger/items.ts';
import { describeQuorum } from '../approval/quorum.ts';
import type { ReleaseHead } from '../release/head.ts';
import { orderedEnvironments } from '../release/progress.ts';
import { shownEnvironment } from '../release/shown.ts';
import { parseTarget } from '../values/identifiers.ts';
import { advanceIn } from './advance.ts';

/** How something stands, as a colour says it. */
type Tone = 'good' | 'busy' | 'bad' | 'quiet';

/** One target on a release's way. */
export interface JourneyTarget {
  readonly account: string;
  readonly region: string;
  /** `shifting`, in words. */
  readonly phase: string;
  readonly tone: Tone;
  /** Percent of the users on this release's version, while they are moved. */
  readonly percent?: number;
}

/** One environment on a release's way. */
export interface JourneyStop {
  readonly environment: string;
  readonly phase: string;
  readonly tone: Tone;
  readonly advance: number;
  readonly waves: readonly (readonly JourneyTarget[])[];
  /** What is asked of people here, and until when. */
  readonly asked?: { readonly approval: string; readonly told: string; readonly deadline: string };
  /** Since when it is baked or monitored. */
  readonly observedSince?: string;
}

/** A release's way through its environments, in order. @param live of its service; @param open approvals that wait for a decision */
export function journeyOf(
  head: ReleaseHead,
  live: readonly LiveItem[],
  open: readonly ApprovalItem[],
  now: string,
): JourneyStop[] {
  return orderedEnvironments(head).map((state) => {
    const { name, phase, targets } = shownEnvironment(head, state);
    const inWaves = state.waves ?? [Object.keys(targets)];
    const asked = open.find(({ environment }) => environment === name);
    return {
      environment: name,
      phase: environmentWords[phase] ?? inWords(phase),
      tone: toneOfEnvironment(phase, Object.values(targets)),
      advance: advanceIn(state),
      waves: inWaves.map((wave) =>
        // As the policy has them: the ledger keeps members of a map in no order.
        wave.flatMap((target) =>
          Object.entries(targets)
            .filter(([one]) => one === target)
            .map(([, at]) => targetOf(head, { name, target, phase: at }, live, now)),
        ),
      ),
      ...(asked === undefined
        ? {}
        : { asked: { approval: asked.approval, told: describeQuorum(asked), deadline: asked.deadline } }),
      ...(state.observedSince === undefined || (phase !== 'baking' && phase !== 'monitoring')
        ? {}
        : { observedSince: state.observedSince }),
    };
  });
}

function targetOf(
  { release }: ReleaseHead,
  { name, target, phase }: { readonly name: string; readonly target: string; readonly phase: string },
  live: readonly LiveItem[],
  now: string,
): JourneyTarget {
  const place = parseTarget(target);
  const served = live.find(
    ({ environment, account, region }) => environment === name && account === place.account && region === place.region,
  );
  const shares = served === undefined ? [] : describeLive(served, now).serves;
  const own = shares.find((one) => one.release === release);
  const percent = shares.length > 1 && own !== undefined ? own.percent : undefined;
  return { ...place, phase: inWords(phase), tone: toneOfTarget(phase), ...(percent === undefined ? {} : { percent }) };
}

/** `restoringStack` → `restoring stack`. */
export function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** What the ledger's words for an environment do not say by themselves. */
const environmentWords: Readonly<Record<string, string>> = {
  held: 'under way',
  undone: 'rolled back',
  queued: 'waits for its turn',
  approvalPending: 'waits for approval',
  waiting: 'not yet',
};

const bad = ['rollingBack', 'rolledBack', 'rollbackFailed', 'undone', 'declined', 'expired', 'unsettled'];
const good = ['checked', 'settling', 'settled', 'done', 'proven'];
const quiet = ['pending', 'waiting', 'notReached', 'superseded'];
const restoring = ['trafficRestored', 'recovering', 'recovered', 'restoringStack', 'stackRestored'];

function toneOfTarget(phase: string): Tone {
  if (bad.includes(phase) || restoring.includes(phase)) return 'bad';
  if (good.includes(phase)) return 'good';
  return quiet.includes(phase) ? 'quiet' : 'busy';
}

function toneOfEnvironment(phase: string, targets: readonly string[]): Tone {
  return targets.some((target) => toneOfTarget(target) === 'bad') ? 'bad' : toneOfTarget(phase);
}
