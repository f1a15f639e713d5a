import { measureBundles } from '../infra/measure-bundles.ts';
import { difference, dollars, type Readings } from '../local/aws/kernel/meters.ts';
import type { Observation } from '../local/aws/kernel/kernel.ts';
import { perform, type Report } from '../local/performance.ts';
import { findScenario } from '../local/scenarios/all.ts';
import type { Stage } from '../local/stage.ts';

// `npm run bench`: the budgets of the design, measured on the local AWS with the `promote` scenario, one line each. Counts are
// exact and are those of its second release: staging and production, canary, checks, one approval.

interface Line {
  readonly what: string;
  readonly measured: number;
  readonly budget: number;
  readonly unit: string;
}

const SECOND_RELEASE = 'orders/1.1.0.zip';

/** Counts what belongs to the release, and apart from it what only looks on. */
class Counter {
  private stage: Stage | undefined;
  private before: { readonly all: Readings; readonly onlookers: Readings } | undefined;
  private reconciled = 0;
  /** Engine time of the drop. */
  private droppedAt = 0;

  watch(stage: Stage): void {
    this.stage = stage;
    stage.aws.kernel.onObservation((observation) => {
      if (this.before !== undefined && isReconciling(observation)) this.reconciled += 1;
    });
  }

  dropped(key: string): void {
    if (key !== SECOND_RELEASE || this.stage === undefined) return;
    this.before = this.read(this.stage);
    this.droppedAt = this.stage.aws.clock.now();
  }

  lines(report: Report): Line[] {
    if (this.stage === undefined || this.before === undefined) throw new Error('The second release was never dropped.');
    const after = this.read(this.stage);
    const used = difference(after.all, this.before.all);
    const watching = difference(after.onlookers, this.before.onlookers);
    const own = used.invocations - watching.invocations - this.reconciled;
    return [
      { what: 'state transitions of a release', measured: used.stateTransitions, budget: 50, unit: '' },
      { what: 'state transitions that poll', measured: pollingTransitions(report), budget: 0, unit: '' },
      { what: 'invocations of a release', measured: own, budget: 30, unit: '' },
      {
        what: 'invocations of the reconciler meanwhile (all open releases share them)',
        measured: this.reconciled,
        budget: 20,
        unit: '',
      },
      { what: 'write units of a release', measured: used.writeUnits, budget: 300, unit: '' },
      {
        what: 'price of a release, onlookers and reconciler included',
        measured: dollars(used),
        budget: 0.002,
        unit: ' $',
      },
      { what: 'upload seen in the ledger', measured: this.seenAfter(report), budget: 2, unit: ' s' },
      { what: 'approval click to workflow moving', measured: movedAfterApproval(report), budget: 1, unit: ' s' },
    ];
  }

  private read(stage: Stage): { readonly all: Readings; readonly onlookers: Readings } {
    const { meters } = stage.aws;
    const { account } = stage;
    return { all: meters.read({ account }), onlookers: meters.read({ account, of: (name) => name === 'sluice-read' }) };
  }

  private seenAfter(report: Report): number {
    return (Date.parse(report.releases[1]?.startedAt ?? '') - this.droppedAt) / 1000;
  }
}

function isReconciling(observation: Observation): boolean {
  if (observation.kind !== 'call' || observation.operation !== 'Invoke') return false;
  return (
    JSON.stringify(observation.input).includes('reconcile') || payloadOf(observation.input).includes('"reconcile"')
  );
}

function payloadOf(input: unknown): string {
  const payload: unknown =
    typeof input === 'object' && input !== null && 'Payload' in input ? input.Payload : undefined;
  return payload instanceof Uint8Array
    ? Buffer.from(payload).toString('utf8')
    : typeof payload === 'string'
      ? payload
      : '';
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

async function releaseLines(): Promise<Line[]> {
  const counter = new Counter();
  const { stage, report, disappointments } = await perform({
    scenario: findScenario('promote'),
    pace: 'max',
    audience: { dropped: (key) => counter.dropped(key), transition: () => undefined, ended: () => undefined },
    onStage: (set) => counter.watch(set),
    tell: (line) => process.stderr.write(`${line}\n`),
  });
  const lines = counter.lines(report);
  await stage.close();
  if (disappointments.length > 0) throw new Error(disappointments.join(' '));
  return lines;
}

async function bundleLines(): Promise<Line[]> {
  const measures = await measureBundles('policy.json');
  return measures.flatMap(({ name, bytes, milliseconds }) => [
    { what: `bundle of ${name}`, measured: bytes / 1000, budget: 500, unit: ' KB' },
    { what: `time to load ${name}`, measured: milliseconds, budget: 150, unit: ' ms' },
  ]);
}

function show({ what, measured, budget, unit }: Line): string {
  const digits = unit === ' $' ? 5 : Number.isInteger(measured) ? 0 : 2;
  return `${measured <= budget ? 'within' : 'OVER  '}  ${what}: ${measured.toFixed(digits)}${unit}, budget ${budget}${unit}\n`;
}

for (const line of [...(await releaseLines()), ...(await bundleLines())]) process.stdout.write(show(line));
process.exit(0);
