import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { PackedArtifact } from '../../cli/pack/pack.ts';
import { difference, type Readings } from '../../local-aws/kernel/meters.ts';
import { synthesize } from '../../local/deploy.ts';
import { setStage, type Stage } from '../../local/sandbox.ts';
import { type PlayedRelease, Theatre } from '../../local/scenario-runner.ts';
import { packTiny } from '../../test/end-to-end/tiny-service.ts';
import { measureAlarm } from './alarm-to-rollback.ts';
import { describeInvocation } from './invocations.ts';
import { measureFiftyTargets } from './fifty-targets.ts';
import { showLine, type Line } from './budget-line.ts';

// `npm run bench:progressive`: what a release costs however long its rollout takes, and in an environment of fifty targets; how
// soon a red alarm leads to a rollback. `-- --only long|wide|alarm` plays one of them.

const region = 'us-east-1';
const policy = {
  services: { rolling: { environments: ['production'] } },
  environments: { production: { waves: [{ targets: [{ account: '333333333333', region }] }] } },
};

const quiet = { dropped: () => undefined, transition: () => undefined, ended: () => undefined };
const tell = (text: string): void => void process.stderr.write(`${text}\n`);
const print = (line: Line): void => void process.stdout.write(showLine(line));

/** A stage with a policy of its own. */
async function withStage(document: object, play: (stage: Stage, theatre: Theatre) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  try {
    const [file, synthesized] = [join(folder, 'policy.json'), join(folder, 'synthesized')];
    writeFileSync(file, JSON.stringify(document));
    mkdirSync(synthesized);
    await synthesize(synthesized, undefined, { 'sluice:policy': file });
    const stage = await setStage({ pace: 'max', synthesized, tell });
    try {
      await play(stage, new Theatre(stage, quiet));
    } finally {
      await stage.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Cost {
  readonly played: PlayedRelease;
  readonly transitions: number;
  /** Without onlookers, the reconciler's ticks, and the slices of synthetic traffic. */
  readonly invocations: number;
  readonly ticks: number;
  readonly slices: number;
}

/** Plays a release and counts what it took. */
async function costOf(stage: Stage, theatre: Theatre, { key, bytes }: PackedArtifact): Promise<Cost> {
  const read = (): Readings => stage.aws.meters.read({ account: stage.account });
  const counts = { own: 0, ticks: 0, slices: 0 };
  const stop = stage.aws.kernel.onObservation((observation) => {
    const invocation = describeInvocation(observation);
    if (invocation === undefined || invocation.name === 'sluice-read') return;
    if (invocation.occasion === 'reconcile') counts.ticks += 1;
    else if (invocation.occasion.includes('watchShift')) counts.slices += 1;
    else counts.own += 1;
  });
  const before = read();
  const played = await theatre.release(key, bytes);
  stop();
  const { stateTransitions } = difference(read(), before);
  return { played, transitions: stateTransitions, invocations: counts.own, ticks: counts.ticks, slices: counts.slices };
}

const traffic = [
  {
    invoke: 'Function',
    phases: [{ seconds: 1, perSecond: 5 }],
    ensure: { errorPercent: 1, minimumSamples: 1 },
  },
];

async function measureLong(): Promise<void> {
  await withStage(policy, async (stage, theatre) => {
    const release = (version: string, rollout: string): PackedArtifact =>
      packTiny({
        ...{ service: 'rolling', version },
        answer: `{ ok: '${version}' }`,
        manifest: { rollout: { production: rollout }, checks: { traffic } },
      });
    await costOf(stage, theatre, release('1.0.0', 'AllAtOnce'));
    const minutes = await costOf(stage, theatre, release('1.1.0', 'Linear10PercentEvery1Minute'));
    const hours = await costOf(stage, theatre, release('1.2.0', 'Linear4PercentEvery25Minutes'));
    for (const [what, { played, transitions, invocations, ticks, slices }] of [
      ['a linear rollout of 9 minutes', minutes],
      ['a linear rollout of 10 hours', hours],
    ] as const) {
      const took = (Date.parse(played.release.endedAt ?? '') - Date.parse(played.release.startedAt)) / 60_000;
      tell(
        `${what}: ${played.release.status} after ${took.toFixed(1)} minutes; ${ticks} ticks of the reconciler, ${slices} slices of traffic`,
      );
      print({ what: `state transitions of ${what}`, measured: transitions, budget: 50, unit: '' });
      print({ what: `invocations of ${what}, but for ticks and slices`, measured: invocations, budget: 30, unit: '' });
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
  await withStage(policy, async (stage, theatre) => print(await measureAlarm(stage, theatre, 'rolling')));
if (isChosen('long')) await measureLong();
if (isChosen('wide')) for (const line of await measureFiftyTargets(tell)) print(line);
process.exit(0);
