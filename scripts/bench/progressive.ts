import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { PackedArtifact } from '../../cli/pack/pack.ts';
import { difference, type Readings } from 'local-aws/meters';
import { synthesize } from '../../local/deploy.ts';
import { startSandbox, type Sandbox } from '../../local/sandbox.ts';
import { type ObservedRelease, ScenarioRunner } from '../../local/scenario-runner.ts';
import { packTiny } from '../../test/end-to-end/tiny-service.ts';
import { measureAlarmToRollback } from './alarm-to-rollback.ts';
import { describeInvocation } from './invocations.ts';
import { measureFiftyTargets } from './fifty-targets.ts';
import { formatBudgetLine, type BudgetLine } from './budget-line.ts';

// `npm run bench:progressive`: measures what a release costs when its rollout takes hours and when an environment has fifty
// targets, and how soon an alarm leads to a rollback. `-- --only long|wide|alarm` measures one of them.

const region = 'us-east-1';
const policy = {
  services: { rolling: { environments: ['production'] } },
  environments: { production: { waves: [{ targets: [{ account: '333333333333', region }] }] } },
};

const silentListener = { dropped: () => undefined, transition: () => undefined, ended: () => undefined };
const log = (text: string): void => void process.stderr.write(`${text}\n`);
const print = (line: BudgetLine): void => void process.stdout.write(formatBudgetLine(line));

/** Calls `measure` with a sandbox that has this policy. */
async function withSandbox(
  document: object,
  measure: (sandbox: Sandbox, runner: ScenarioRunner) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  try {
    const [file, synthesized] = [join(folder, 'policy.json'), join(folder, 'synthesized')];
    writeFileSync(file, JSON.stringify(document));
    mkdirSync(synthesized);
    await synthesize(synthesized, { 'sluice:policy': file }, () => undefined);
    const sandbox = await startSandbox({ pace: 'max', synthesized, log });
    try {
      await measure(sandbox, new ScenarioRunner(sandbox, silentListener));
    } finally {
      await sandbox.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface ReleaseCost {
  readonly observed: ObservedRelease;
  readonly transitions: number;
  /** Without those of the function that serves readers, the reconciler's ticks, and the slices of synthetic traffic. */
  readonly invocations: number;
  readonly ticks: number;
  readonly slices: number;
}

/** Runs a release and counts what it takes. */
async function measureCost(
  sandbox: Sandbox,
  runner: ScenarioRunner,
  { key, bytes }: PackedArtifact,
): Promise<ReleaseCost> {
  const read = (): Readings => sandbox.aws.meters.read({ account: sandbox.account });
  const counts = { own: 0, ticks: 0, slices: 0 };
  const stop = sandbox.aws.kernel.onObservation((observation) => {
    const invocation = describeInvocation(observation);
    if (invocation === undefined || invocation.name === 'sluice-read') return;
    if (invocation.occasion === 'reconcile') counts.ticks += 1;
    else if (invocation.occasion.includes('driveSlice')) counts.slices += 1;
    else counts.own += 1;
  });
  const before = read();
  const played = await runner.release(key, bytes);
  stop();
  const { stateTransitions } = difference(read(), before);
  return {
    observed: played,
    transitions: stateTransitions,
    invocations: counts.own,
    ticks: counts.ticks,
    slices: counts.slices,
  };
}

const traffic = [
  {
    invoke: 'Function',
    phases: [{ seconds: 1, perSecond: 5 }],
    ensure: { errorPercent: 1, minimumSamples: 1 },
  },
];

async function measureLongRollouts(): Promise<void> {
  await withSandbox(policy, async (sandbox, runner) => {
    const release = (version: string, rollout: string): PackedArtifact =>
      packTiny({
        ...{ service: 'rolling', version },
        answer: `{ ok: '${version}' }`,
        manifest: { rollout: { production: rollout }, checks: { traffic } },
      });
    await measureCost(sandbox, runner, release('1.0.0', 'AllAtOnce'));
    const minutes = await measureCost(sandbox, runner, release('1.1.0', 'Linear10PercentEvery1Minute'));
    const hours = await measureCost(sandbox, runner, release('1.2.0', 'Linear4PercentEvery25Minutes'));
    for (const [what, { observed: played, transitions, invocations, ticks, slices }] of [
      ['a linear rollout of 9 minutes', minutes],
      ['a linear rollout of 10 hours', hours],
    ] as const) {
      const took = (Date.parse(played.release.endedAt ?? '') - Date.parse(played.release.startedAt)) / 60_000;
      log(
        `${what}: ${played.release.status} after ${took.toFixed(1)} minutes; ${ticks} ticks of the reconciler, ${slices} slices of traffic`,
      );
      print({ what: `state transitions of ${what}`, measured: transitions, budget: 50, unit: '' });
      print({ what: `invocations of ${what}, but for ticks and slices`, measured: invocations, unit: '' });
      print({ what: `slices of synthetic traffic in ${what}`, measured: slices, budget: 30, unit: '' });
    }
    print({
      what: 'state transitions that ten hours take more than minutes',
      measured: hours.transitions - minutes.transitions,
      budget: 0,
      unit: '',
    });
  });
}

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const isChosen = (name: string): boolean => ['', name].includes(values.only);
if (isChosen('alarm'))
  await withSandbox(policy, async (sandbox, runner) => print(await measureAlarmToRollback(sandbox, runner, 'rolling')));
if (isChosen('long')) await measureLongRollouts();
if (isChosen('wide')) for (const line of await measureFiftyTargets(log)) print(line);
process.exit(0);
