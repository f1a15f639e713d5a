import { difference, dollars, type Readings } from '../../local-aws/kernel/meters.ts';
import { perform, type Report } from '../../local/run-scenario.ts';
import { findScenario } from '../../local/scenarios/all.ts';
import type { Stage } from '../../local/sandbox.ts';
import { describeInvocation, type Invocation } from './invocations.ts';
import type { Line } from './budget-line.ts';

const SECOND_RELEASE = 'orders/1.1.0.zip';
/** The function that whoever looks on asks; its invocations are no part of a release. */
const ONLOOKERS = 'sluice-read';

/** What the second release of the `promote` scenario took: staging and production, canary, checks, one approval. */
export interface Figures {
  readonly report: Report;
  /** All that the engine's account used meanwhile. */
  readonly all: Readings;
  /** The same without the invocations of onlookers and of the reconciler. */
  readonly own: Readings;
  readonly reconciled: number;
  /** Invocations in their order, those of onlookers left out. */
  readonly invocations: readonly Invocation[];
  /** Seconds of engine time from the drop to the release's first transition. */
  readonly seenAfter: number;
}

/** Counts from the drop of the second release on. */
class Counter {
  private stage: Stage | undefined;
  private before: { readonly all: Readings; readonly onlookers: Readings } | undefined;
  private readonly invocations: Invocation[] = [];
  /** Engine time of the drop: when S3 had it. Until the request is on its way, time may jump. */
  private droppedAt: number | undefined;

  watch(stage: Stage): void {
    this.stage = stage;
    stage.aws.kernel.onObservation((observation) => {
      if (this.before === undefined) return;
      if (observation.kind === 'call' && observation.operation === 'PutObject')
        this.droppedAt ??= stage.aws.clock.now();
      const invocation = describeInvocation(observation);
      if (invocation !== undefined && invocation.name !== ONLOOKERS) this.invocations.push(invocation);
    });
  }

  dropped(key: string): void {
    if (key !== SECOND_RELEASE || this.stage === undefined) return;
    this.before = read(this.stage);
  }

  figures(report: Report): Figures {
    if (this.stage === undefined || this.before === undefined || this.droppedAt === undefined)
      throw new Error('The second release was never dropped.');
    const after = read(this.stage);
    const all = difference(after.all, this.before.all);
    const watching = difference(after.onlookers, this.before.onlookers);
    const reconciled = this.invocations.filter(({ occasion }) => occasion === 'reconcile').length;
    return {
      report,
      all,
      own: { ...all, invocations: all.invocations - watching.invocations - reconciled },
      reconciled,
      invocations: this.invocations,
      seenAfter: (Date.parse(report.releases[1]?.startedAt ?? '') - this.droppedAt) / 1000,
    };
  }
}

function read({ aws, account }: Stage): { readonly all: Readings; readonly onlookers: Readings } {
  return {
    all: aws.meters.read({ account }),
    onlookers: aws.meters.read({ account, of: (name) => name === ONLOOKERS }),
  };
}

/** Plays `promote`, on the stacks in `synthesized` if given, and tells what its second release took; the stage closes after. */
export async function measureRelease(
  tell: (line: string) => void,
  use: (stage: Stage, figures: Figures) => void | Promise<void>,
  synthesized?: string,
): Promise<void> {
  const counter = new Counter();
  const { stage, report } = await perform({
    scenario: findScenario('promote'),
    pace: 'max',
    audience: { dropped: (key) => counter.dropped(key), transition: () => undefined, ended: () => undefined },
    onStage: (set) => counter.watch(set),
    tell,
    ...(synthesized === undefined ? {} : { synthesized }),
  });
  try {
    const ends = report.releases.map(({ id, status }) => `${id} ${status}`);
    if (ends.some((end) => !end.endsWith(' Succeeded'))) throw new Error(`Not what is measured: ${ends.join(', ')}.`);
    await use(stage, counter.figures(report));
  } finally {
    await stage.close();
  }
}

/** The budgets of one release. */
export function releaseLines({ report, all, own, reconciled, seenAfter }: Figures): Line[] {
  return [
    { what: 'state transitions of a release', measured: own.stateTransitions, budget: 50, unit: '' },
    { what: 'state transitions that poll', measured: pollingTransitions(report), budget: 0, unit: '' },
    { what: 'invocations of a release', measured: own.invocations, budget: 30, unit: '' },
    {
      what: 'invocations of the reconciler meanwhile (all open releases share them)',
      measured: reconciled,
      budget: 20,
      unit: '',
    },
    { what: 'write units of a release', measured: all.writeUnits, budget: 300, unit: '' },
    {
      what: 'price of a release, onlookers and reconciler included',
      measured: dollars(all),
      budget: 0.002,
      unit: ' $',
    },
    { what: 'upload seen in the ledger', measured: seenAfter, budget: 2, unit: ' s' },
    { what: 'approval click to workflow moving', measured: movedAfterApproval(report), budget: 1, unit: ' s' },
  ];
}

/** A state that is entered again and again for the same target polls; here no event type repeats for a target. */
function pollingTransitions({ releases }: Report): number {
  const seen = new Map<string, number>();
  for (const { type, environment = '', target = '' } of releases[1]?.transitions ?? []) {
    const key = [type, environment, target].join(' ');
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  return [...seen.values()].reduce((sum, times) => sum + times - 1, 0);
}

function movedAfterApproval({ releases }: Report): number {
  const transitions = releases[1]?.transitions ?? [];
  const approved = transitions.findIndex(({ type }) => type === 'approved');
  const [from, to] = [transitions[approved]?.at, transitions[approved + 1]?.at];
  return (Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000;
}
