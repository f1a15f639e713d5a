import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allTransitions } from '../../cli/follow.ts';
import { table } from '../../cli/output.ts';
import type { TransitionDocument } from '../../core/contract/api/documents.ts';
import { formatReleaseId } from '../../core/values/release-id.ts';
import type { Target } from '../../core/values/identifiers.ts';
import { difference, type Readings } from 'local-aws/meters';
import { synthesize } from '../../local/deploy.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import { ENGINE, startSandbox, type Sandbox } from '../../local/sandbox.ts';
import { packTiny, type TinyRelease } from '../../test/end-to-end/tiny-service.ts';
import { describeInvocation } from './invocations.ts';
import type { BudgetLine } from './budget-line.ts';

const ACCOUNTS = 25;
const REGIONS = ['us-east-1', 'eu-west-1'];
const FIRST_WAVE = 10;
const choices = ['rollBackAll', 'rollBackWave', 'stop'] as const;
type Choice = (typeof choices)[number];

const targets: readonly Target[] = Array.from({ length: ACCOUNTS }, (_, index) => `4000000000${10 + index}`).flatMap(
  (account) => REGIONS.map((region) => ({ account, region })),
);
/** A target of the second wave. */
const failing = targets[30] ?? { account: '', region: '' };

/** An environment of one target, and for each choice of `onFailure` one of fifty; every environment has a service of its own. */
const policy = {
  services: Object.fromEntries(
    (['single', ...choices] as const).map((name) => [serviceOf(name), { environments: [serviceOf(name)] }]),
  ),
  environments: {
    single: { waves: [{ targets: targets.slice(0, 1) }] },
    ...Object.fromEntries(
      choices.map((onFailure) => [
        serviceOf(onFailure),
        { onFailure, waves: [{ targets: targets.slice(0, FIRST_WAVE) }, { targets: targets.slice(FIRST_WAVE) }] },
      ]),
    ),
  },
};

function serviceOf(choice: Choice | 'single'): string {
  return choice.toLowerCase();
}

/** A release that has ended, with its usage. */
interface MeasuredRelease {
  readonly what: string;
  readonly used: Pick<Readings, 'stateTransitions' | 'invocations'>;
  readonly transitions: readonly TransitionDocument[];
  /** Real seconds, and seconds of the engine's time. */
  readonly took: { readonly here: number; readonly there: number };
}

/** Releases a small service to one target and to fifty, with success and with a failing target. */
export async function measureFiftyTargets(log: (line: string) => void): Promise<BudgetLine[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  try {
    const file = join(folder, 'policy.json');
    writeFileSync(file, JSON.stringify(policy));
    const synthesized = join(folder, 'synthesized');
    mkdirSync(synthesized);
    const began = performance.now();
    await synthesize(synthesized, { 'sluice:policy': file }, () => undefined);
    log(`synthesized ${targets.length} targets in ${secondsSince(began)} s`);
    const sandbox = await startSandbox({ pace: 'max', synthesized });
    log(`deployed the engine and ${targets.length} targets in ${secondsSince(began)} s`);
    try {
      return await measureReleases(sandbox, log);
    } finally {
      await sandbox.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureReleases(sandbox: Sandbox, log: (line: string) => void): Promise<BudgetLine[]> {
  const releases = new ReleaseMeter(sandbox, log);
  await releases.release('first release to one target', { service: 'single', version: '1.0.0' });
  const one = await releases.release('second release to one target', { service: 'single', version: '1.1.0' });
  await releases.release('first release to fifty', { service: serviceOf('rollBackAll'), version: '1.0.0' });
  const fifty = await releases.release('second release to fifty', {
    service: serviceOf('rollBackAll'),
    version: '1.1.0',
  });
  const endings: string[] = [];
  for (const choice of choices) endings.push(...(await failOneTarget(releases, choice)));
  log(releases.table());
  const each = (count: (run: MeasuredRelease) => number): number => (count(fifty) - count(one)) / (targets.length - 1);
  return [
    {
      what: 'state transitions of each of 49 further targets',
      measured: each(({ used }) => used.stateTransitions),
      budget: 12,
      unit: '',
    },
    {
      what: 'invocations of each of 49 further targets',
      measured: each(({ used }) => used.invocations),
      budget: 8,
      unit: '',
    },
    {
      what: `endings of a failing target among fifty that the policy did not choose`,
      measured: endings.length,
      budget: 0,
      unit: '',
    },
  ];
}

/** Lets one of fifty targets fail. @returns what did not end as the policy says, one sentence each */
async function failOneTarget(releases: ReleaseMeter, choice: Choice): Promise<string[]> {
  const service = serviceOf(choice);
  if (choice !== 'rollBackAll') await releases.release(`first release, ${choice}`, { service, version: '1.0.0' });
  const bad = `context.invokedFunctionArn.includes(":${failing.region}:${failing.account}:") && context.invokedFunctionArn.endsWith(":live")`;
  const manifest = { checks: { smoke: [{ invoke: 'Function', expect: { json: { ok: true } } }] } };
  const { transitions } = await releases.release(`one of fifty fails, ${choice}`, {
    ...{ service, version: '1.2.0', answer: `{ ok: !(${bad}) }`, manifest },
  });
  const count = (type: string): number => transitions.filter((one) => one.type === type).length;
  const second = targets.length - FIRST_WAVE;
  const wanted = { rollBackAll: targets.length, rollBackWave: second, stop: 1 }[choice];
  const found = [
    `ended ${transitions.at(-1)?.to ?? ''}, wanted RolledBack`,
    `${count('rolledBack')} rolled back, wanted ${wanted}`,
    `${count('settled')} settled, wanted ${targets.length - wanted}`,
  ];
  return found.filter((sentence) => {
    const [is, ought] = sentence.split(', wanted ');
    return !is?.split(' ').includes(ought ?? '');
  });
}

/** Runs releases one after the other, and measures each. */
class ReleaseMeter {
  private readonly recorder: TransitionRecorder;
  private readonly runs: MeasuredRelease[] = [];
  private reconciled = 0;

  constructor(
    private readonly sandbox: Sandbox,
    private readonly log: (line: string) => void,
  ) {
    this.recorder = new TransitionRecorder(sandbox.aws);
    sandbox.aws.kernel.onObservation((observation) => {
      if (describeInvocation(observation)?.occasion === 'reconcile') this.reconciled += 1;
    });
  }

  async release(what: string, release: TinyRelease): Promise<MeasuredRelease> {
    const { aws, engine } = this.sandbox;
    const { key, bytes } = packTiny(release);
    const [before, reconciled, began, from] = [this.read(), this.reconciled, performance.now(), aws.clock.now()];
    await engine.push(key, bytes);
    const id = formatReleaseId({ ...release, attempt: 1 });
    await this.recorder.waitFor(id, 'ended');
    const took = { here: secondsSince(began), there: Math.round((aws.clock.now() - from) / 1000) };
    await aws.clock.idle();
    const used = difference(this.read(), before);
    const own = { ...used, invocations: used.invocations - (this.reconciled - reconciled) };
    const run = { what, used: own, transitions: await allTransitions(engine, id), took };
    this.runs.push(run);
    this.log(`${what}: ${run.transitions.at(-1)?.to ?? ''} after ${took.here} s here`);
    return run;
  }

  table(): string {
    return table(
      ['release', 'state transitions', 'invocations', 'seconds', 'seconds here', 'end'],
      this.runs.map(({ what, used, took, transitions }) => [
        what,
        ...[used.stateTransitions, used.invocations, took.there, took.here].map(String),
        transitions.at(-1)?.to ?? '',
      ]),
    );
  }

  private read(): Readings {
    return this.sandbox.aws.meters.read({ account: ENGINE.account });
  }
}

function secondsSince(began: number): number {
  return Math.round((performance.now() - began) / 1000);
}
