import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { replaceInFile, type PlayedRelease, type Theatre } from '../scenario-runner.ts';
import type { Scenario } from './scenario.ts';

// Production is three accounts in two regions, in waves of one, two and three targets. The third target fails.
const first = '333333333333/us-east-1';
const second = '333333333333/eu-west-1';
const third = '444444444444/us-east-1';
const staging = '222222222222/us-east-1';
const SETTING = '/orders/queue-url';
const last = ['444444444444/eu-west-1', '555555555555/us-east-1', '555555555555/eu-west-1'];

const everywhere = (versions: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  ...Object.fromEntries([first, second, third, ...last].map((target) => [target, '1.0.0'])),
  ...versions,
});

/** Everything goes back, side by side: traffic everywhere before the first stack. */
export const waves: Scenario = {
  name: 'waves',
  description:
    'production is 3 accounts in 2 regions, in three waves; the third target fails: everything is rolled back, side by side',
  ends: ['Succeeded', 'RolledBack'],
  live: { staging: '1.1.0', production: everywhere({}) },
  policy: 'waves.json',
  play: async (theatre) => {
    const { transitions } = await play(theatre);
    const back = targetsOf(transitions, 'rolledBack').sort();
    theatre.require(back.join() === [first, second, third].sort().join(), `all are rolled back: ${back.join(', ')}`);
    const begun = transitions.findLastIndex(({ type }) => type === 'rollbackStarted');
    const restored = transitions.findIndex(({ type }) => type === 'stackRestored');
    theatre.require(begun < restored, 'traffic begins to go back everywhere before the first stack is back');
  },
};

/** Only the wave that failed goes back. */
export const wavesWave: Scenario = {
  name: 'waves-wave',
  description: 'the same, where the policy rolls back the wave that failed: the first wave keeps version 2',
  ends: ['Succeeded', 'RolledBack'],
  live: { staging: '1.1.0', production: everywhere({ [first]: '1.1.0' }) },
  policy: 'waves-wave.json',
  play: async (theatre) => {
    const { transitions } = await play(theatre);
    expectKept(theatre, transitions, [first]);
  },
};

/** Good targets stay; the release dropped again deploys what is left. */
export const wavesStop: Scenario = {
  name: 'waves-stop',
  description:
    'the same, where the policy keeps good targets and stops; dropped again, the release changes only the others',
  ends: ['Succeeded', 'RolledBack', 'Succeeded'],
  live: {
    staging: '1.1.0',
    production: Object.fromEntries([first, second, third, ...last].map((target) => [target, '1.1.0'])),
  },
  policy: 'waves-stop.json',
  play: async (theatre) => {
    const setting = requireSetting(theatre);
    for (const target of [staging, first, second, ...last]) await setting.put(target);
    await theatre.releaseVersion('v1');
    const { key, bytes } = theatre.pack('v2', (folder) => setting.alter(folder));
    const stopped = await theatre.release(key, bytes);
    expectKept(theatre, stopped.transitions, [first, second]);
    await setting.put(third);
    const again = await theatre.release(key, bytes);
    const moved = targetsOf(again.transitions, 'shiftStarted').filter((target) => movesIn(again, target));
    theatre.require(
      moved.sort().join() === [third, ...last].sort().join(),
      `dropped again, traffic moves only where it failed or never began: ${moved.join(', ')}`,
    );
  },
};

/** Version 2 answers badly to those who come by the alias, in the third target alone. */
function badInThird(folder: string): void {
  const [account, region] = third.split('/');
  const bad = `if (event.ping && /:${region}:${account}:.*:live$/.test(context.invokedFunctionArn)) return { ok: false };`;
  replaceInFile(folder, 'orders/index.js', 'async (event) => {', `async (event, context) => {\n  ${bad}\n`);
}

async function play(theatre: Theatre): Promise<PlayedRelease> {
  await theatre.releaseVersion('v1');
  return theatre.releaseVersion('v2', badInThird);
}

/** Did an alias of the target have to move? */
function movesIn({ transitions }: PlayedRelease, target: string): boolean {
  const started = transitions.find((one) => one.type === 'shiftStarted' && one.target === target);
  return started?.evidence !== undefined && 'moves' in started.evidence;
}

function targetsOf(transitions: PlayedRelease['transitions'], type: string): string[] {
  return transitions.flatMap((one) =>
    one.type === type && one.environment === 'production' ? [one.target ?? ''] : [],
  );
}

function expectKept(theatre: Theatre, transitions: PlayedRelease['transitions'], kept: readonly string[]): void {
  const settled = targetsOf(transitions, 'settled').sort();
  theatre.require(settled.join() === [...kept].sort().join(), `kept and settled: ${settled.join(', ')}`);
  const ended = JSON.stringify(transitions.at(-1)?.evidence);
  theatre.require(
    kept.every((target) => ended.includes(`production ${target}`)),
    `the end names what is kept: ${ended}`,
  );
}

/** Version 2 requires a parameter that the third target does not have yet. */
function requireSetting(theatre: Theatre): { put(target: string): Promise<void>; alter(folder: string): void } {
  return {
    put: async (target) => {
      const [account = '', region = ''] = target.split('/');
      const ssm = theatre.stage.aws.client(SSMClient, { account, region });
      await ssm.send(new PutParameterCommand({ Name: SETTING, Type: 'String', Value: 'https://queue.example.com' }));
    },
    alter: (folder) =>
      replaceInFile(
        folder,
        'release.json',
        '"template": "template.yaml",',
        `"template": "template.yaml",\n  "requires": [{ "parameter": "${SETTING}" }],`,
      ),
  };
}
