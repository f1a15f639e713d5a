import { difference, dollars, type Readings } from 'local-aws/meters';
import { runScenario, type ScenarioReport } from '../../local/run-scenario.ts';
import { findScenario } from '../../local/scenarios/all.ts';
import type { Sandbox } from '../../local/sandbox.ts';
import { describeInvocation } from './invocations.ts';
import { type Invocation, type ReleaseFigures } from './release-figures.ts';
import type { BudgetLine } from './budget-line.ts';

const SECOND_RELEASE = 'orders/1.1.0.zip';
/** The function that serves readers of the ledger; its invocations are no part of a release. */
const READ_FUNCTION = 'sluice-read';

/** Counts from the time at which the second release is dropped. */
class ReleaseCounter {
  private sandbox: Sandbox | undefined;
  private before: { readonly all: Readings; readonly onlookers: Readings } | undefined;
  private readonly invocations: Invocation[] = [];
  /** Engine time at which S3 received the artifact: before the request arrives, time may jump. */
  private droppedAt: number | undefined;

  observe(sandbox: Sandbox): void {
    this.sandbox = sandbox;
    sandbox.aws.kernel.onObservation((observation) => {
      if (this.before === undefined) return;
      if (observation.kind === 'call' && observation.operation === 'PutObject')
        this.droppedAt ??= sandbox.aws.clock.now();
      const invocation = describeInvocation(observation);
      if (invocation !== undefined && invocation.name !== READ_FUNCTION) this.invocations.push(invocation);
    });
  }

  onDropped(key: string): void {
    if (key !== SECOND_RELEASE || this.sandbox === undefined) return;
    this.before = read(this.sandbox);
  }

  figures(report: ScenarioReport): ReleaseFigures {
    if (this.sandbox === undefined || this.before === undefined || this.droppedAt === undefined)
      throw new Error('The second release was never dropped.');
    const after = read(this.sandbox);
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

function read({ aws, account }: Sandbox): { readonly all: Readings; readonly onlookers: Readings } {
  return {
    all: aws.meters.read({ account }),
    onlookers: aws.meters.read({ account, of: (name) => name === READ_FUNCTION }),
  };
}

/** Runs `promote`, on the stacks in `synthesized` if given, and calls `use` with the figures before it closes the sandbox. */
export async function measureRelease(
  log: (line: string) => void,
  use: (sandbox: Sandbox, figures: ReleaseFigures) => void | Promise<void>,
  synthesized?: string,
): Promise<void> {
  const counter = new ReleaseCounter();
  const { sandbox, report } = await runScenario({
    scenario: findScenario('promote'),
    pace: 'max',
    listener: { dropped: (key) => counter.onDropped(key), transition: () => undefined, ended: () => undefined },
    onSandboxStarted: (started) => counter.observe(started),
    log,
    ...(synthesized === undefined ? {} : { synthesized }),
  });
  try {
    const ends = report.releases.map(({ id, status }) => `${id} ${status}`);
    if (ends.some((end) => !end.endsWith(' Succeeded')))
      throw new Error(`Every release should succeed: ${ends.join(', ')}.`);
    await use(sandbox, counter.figures(report));
  } finally {
    await sandbox.close();
  }
}

/** The budgets of one release. */
export function releaseLines({ report, all, own, reconciled, seenAfter }: ReleaseFigures): BudgetLine[] {
  return [
    { what: 'state transitions of a release', measured: own.stateTransitions, budget: 40, unit: '' },
    { what: 'state transitions that poll', measured: pollingTransitions(report), budget: 0, unit: '' },
    { what: 'invocations of a release', measured: own.invocations, unit: '' },
    {
      what: 'invocations of the reconciler meanwhile (all open releases share them)',
      measured: reconciled,
      unit: '',
    },
    { what: 'read units of a release', measured: all.readUnits, unit: '' },
    { what: 'write units of a release', measured: all.writeUnits, unit: '' },
    {
      what: 'price of a release, readers and reconciler included',
      measured: dollars(all),
      budget: 0.002,
      unit: ' $',
    },
    { what: 'upload seen in the ledger', measured: seenAfter, budget: 2, unit: ' s' },
    { what: 'approval click to workflow moving', measured: movedAfterApproval(report), budget: 1, unit: ' s' },
  ];
}

/** What the price is made of: the functions' time is that of this machine, all else is counted. */
export function formatPrice({ all }: ReleaseFigures): string {
  const counted = dollars({ ...all, gigabyteSeconds: 0 });
  const time = dollars(all) - counted;
  return `of the price, $${counted.toFixed(5)} is counted, and $${time.toFixed(5)} the functions' time, which is longer on a busy machine`;
}

/** Counts repeated transitions of a target: a state that polls would write the same type more than once. */
function pollingTransitions({ releases }: ScenarioReport): number {
  const seen = new Map<string, number>();
  for (const { type, environment = '', target = '' } of releases[1]?.transitions ?? []) {
    const key = [type, environment, target].join(' ');
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  return [...seen.values()].reduce((sum, times) => sum + times - 1, 0);
}

function movedAfterApproval({ releases }: ScenarioReport): number {
  const transitions = releases[1]?.transitions ?? [];
  const approved = transitions.findIndex(({ type }) => type === 'approved');
  const [from, to] = [transitions[approved]?.at, transitions[approved + 1]?.at];
  return (Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000;
}
