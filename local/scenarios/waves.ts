import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { replaceInFile, type ObservedRelease, type ScenarioRunner } from '../scenario-runner.ts';
import type { Scenario } from './scenario.ts';

// Production is three accounts in two regions, in waves of one, two and three targets. The third target fails.
const first = '333333333333/us-east-1';
const second = '333333333333/eu-west-1';
const third = '444444444444/us-east-1';
const staging = '222222222222/us-east-1';
const REQUIRED_PARAMETER = '/orders/queue-url';
const last = ['444444444444/eu-west-1', '555555555555/us-east-1', '555555555555/eu-west-1'];

const inProduction = (versions: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  ...Object.fromEntries([first, second, third, ...last].map((target) => [target, '1.0.0'])),
  ...versions,
});

/** Every target is rolled back, side by side: traffic everywhere before the first stack. */
export const waves: Scenario = {
  name: 'waves',
  description:
    'production is 3 accounts in 2 regions, in three waves; the third target fails: everything is rolled back, side by side',
  expectedEnds: ['Succeeded', 'RolledBack'],
  expectedLive: { staging: '1.1.0', production: inProduction({}) },
  policy: 'waves.json',
  run: async (runner) => {
    const { transitions } = await releaseWithFailingTarget(runner);
    const back = targetsOf(transitions, 'rolledBack').sort();
    runner.expect(back.join() === [first, second, third].sort().join(), `all are rolled back: ${back.join(', ')}`);
    const begun = transitions.findLastIndex(({ type }) => type === 'rollbackStarted');
    const restored = transitions.findIndex(({ type }) => type === 'stackRestored');
    runner.expect(begun < restored, 'traffic is being restored everywhere before the first stack is restored');
  },
};

/** Only the wave that failed is rolled back. */
export const wavesWave: Scenario = {
  name: 'waves-wave',
  description: 'the same, where the policy rolls back the wave that failed: the first wave keeps version 2',
  expectedEnds: ['Succeeded', 'RolledBack'],
  expectedLive: { staging: '1.1.0', production: inProduction({ [first]: '1.1.0' }) },
  policy: 'waves-wave.json',
  run: async (runner) => {
    const { transitions } = await releaseWithFailingTarget(runner);
    expectKept(runner, transitions, [first]);
  },
};

/** Good targets are kept; the same artifact dropped again deploys the others. */
export const wavesStop: Scenario = {
  name: 'waves-stop',
  description:
    'the same, where the policy keeps good targets and stops; the same artifact dropped again changes only the others',
  expectedEnds: ['Succeeded', 'RolledBack', 'Succeeded'],
  expectedLive: {
    staging: '1.1.0',
    production: Object.fromEntries([first, second, third, ...last].map((target) => [target, '1.1.0'])),
  },
  policy: 'waves-stop.json',
  run: async (runner) => {
    const setting = requiredParameter(runner);
    for (const target of [staging, first, second, ...last]) await setting.put(target);
    await runner.releaseVersion('v1');
    const { key, bytes } = runner.pack('v2', (folder) => setting.alter(folder));
    const stopped = await runner.release(key, bytes);
    expectKept(runner, stopped.transitions, [first, second]);
    await setting.put(third);
    const again = await runner.release(key, bytes);
    const moved = targetsOf(again.transitions, 'shiftStarted').filter((target) => movesIn(again, target));
    runner.expect(
      moved.sort().join() === [third, ...last].sort().join(),
      `dropped again, traffic shifts only where it failed or never began: ${moved.join(', ')}`,
    );
  },
};

/** Version 2 gives bad answers, but only through the alias, and only in the third target. */
function badInThird(folder: string): void {
  const [account, region] = third.split('/');
  const bad = `if (event.ping && /:${region}:${account}:.*:live$/.test(context.invokedFunctionArn)) return { ok: false };`;
  replaceInFile(folder, 'orders/index.js', 'async (event) => {', `async (event, context) => {\n  ${bad}\n`);
}

async function releaseWithFailingTarget(runner: ScenarioRunner): Promise<ObservedRelease> {
  await runner.releaseVersion('v1');
  return runner.releaseVersion('v2', badInThird);
}

/** Whether traffic of an alias of the target was shifted. */
function movesIn({ transitions }: ObservedRelease, target: string): boolean {
  const started = transitions.find((one) => one.type === 'shiftStarted' && one.target === target);
  return started?.evidence !== undefined && 'moves' in started.evidence;
}

function targetsOf(transitions: ObservedRelease['transitions'], type: string): string[] {
  return transitions.flatMap((one) =>
    one.type === type && one.environment === 'production' ? [one.target ?? ''] : [],
  );
}

function expectKept(
  runner: ScenarioRunner,
  transitions: ObservedRelease['transitions'],
  kept: readonly string[],
): void {
  const settled = targetsOf(transitions, 'settled').sort();
  runner.expect(settled.join() === [...kept].sort().join(), `settled targets: ${settled.join(', ')}`);
  const ended = JSON.stringify(transitions.at(-1)?.evidence);
  runner.expect(
    kept.every((target) => ended.includes(`production ${target}`)),
    `the end names the kept targets: ${ended}`,
  );
}

/** Version 2 requires a parameter that the third target does not have yet. */
function requiredParameter(runner: ScenarioRunner): {
  put(target: string): Promise<void>;
  alter(folder: string): void;
} {
  return {
    put: async (target) => {
      const [account = '', region = ''] = target.split('/');
      const ssm = runner.sandbox.aws.client(SSMClient, { account, region });
      await ssm.send(
        new PutParameterCommand({ Name: REQUIRED_PARAMETER, Type: 'String', Value: 'https://queue.example.com' }),
      );
    },
    alter: (folder) =>
      replaceInFile(
        folder,
        'release.json',
        '"template": "template.yaml",',
        `"template": "template.yaml",\n  "requires": [{ "parameter": "${REQUIRED_PARAMETER}" }],`,
      ),
  };
}
