import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { LocalAws } from '../../../local-aws/aws.ts';
import { startSandbox, type Sandbox } from '../../../local/sandbox.ts';
import { adopted } from './probe/adoption.ts';
import { doors } from './probe/routes.ts';
import { alarms, failedInvocations, startedLater, undeliverable } from './probe/dead-letters.ts';
import {
  alreadyRinging,
  badForUsers,
  brokenHook,
  stopped,
  stoppedInFlight,
  stuckRollback,
  superseded,
  unclean,
  vanished,
} from './probe/faults.ts';
import {
  brokenChange,
  brokenCode,
  declined,
  firstFails,
  firstVersion,
  rejected,
  secondVersion,
} from './probe/releases.ts';
import { badForSyntheticTraffic, lateSlice } from './probe/slices.ts';
import { Scene } from './probe/harness.ts';
import { Watch } from './watchdog.ts';

/** A part of the probe: a promise of the product, kept in a sandbox where the parts before have been played. */
export interface Act {
  readonly name: string;
  /** Parts without which it makes no sense. */
  readonly needs: readonly string[];
  readonly play: (scene: Scene) => Promise<void>;
}

const live = ['first version'];

/** Everything the product promises today, cheap parts first. */
export const acts: readonly Act[] = [
  { name: 'doors', needs: [], play: doors },
  { name: 'rejected', needs: [], play: rejected },
  { name: 'alarms', needs: [], play: alarms },
  { name: 'failed invocations', needs: [], play: failedInvocations },
  { name: 'started later', needs: [], play: startedLater },
  { name: 'undeliverable', needs: [], play: undeliverable },
  { name: 'vanished', needs: [], play: vanished },
  { name: 'adopted', needs: [], play: adopted },
  { name: 'first fails', needs: [], play: firstFails },
  { name: 'first version', needs: [], play: firstVersion },
  { name: 'second version', needs: live, play: secondVersion },
  { name: 'broken code', needs: live, play: brokenCode },
  { name: 'broken change', needs: live, play: brokenChange },
  { name: 'stuck rollback', needs: ['second version'], play: stuckRollback },
  { name: 'bad for users', needs: live, play: badForUsers },
  { name: 'bad for synthetic traffic', needs: live, play: badForSyntheticTraffic },
  { name: 'late slice', needs: live, play: lateSlice },
  { name: 'already ringing', needs: ['second version'], play: alreadyRinging },
  { name: 'declined', needs: live, play: declined },
  { name: 'stopped', needs: live, play: stopped },
  { name: 'superseded', needs: ['second version'], play: superseded },
  { name: 'broken hook', needs: ['second version'], play: brokenHook },
  { name: 'unclean', needs: ['superseded'], play: unclean },
  { name: 'stopped in flight', needs: live, play: stoppedInFlight },
];

/** How a probe ended. */
export type Verdict =
  | { readonly outcome: 'passed'; readonly seconds: number }
  | { readonly outcome: 'failed'; readonly act: string; readonly reason: string; readonly seconds: number };

export interface ProbeOptions {
  /** Folder that `cdk synth` filled. */
  readonly synthesized: string;
  /** Names of the parts to be played; all unless said. */
  readonly only?: ReadonlySet<string>;
  /** Given the local AWS before anything is deployed into it. */
  readonly onStart?: (aws: LocalAws) => void;
  /** Told of each part before it is played. */
  readonly onAct?: (name: string) => void;
  /** Told when everything has been played, while the sandbox still stands. */
  readonly onEnd?: (sandbox: Sandbox) => Promise<void>;
}

/** Plays the probe on a fresh local AWS, up to the first thing that is not as it should be. */
export async function playProbe({ synthesized, only, onStart, onAct, onEnd }: ProbeOptions): Promise<Verdict> {
  const began = performance.now();
  let act = 'deployment';
  let sandbox: Sandbox | undefined;
  let watch: Watch | undefined;
  const seconds = (): number => Math.round((performance.now() - began) / 100) / 10;
  try {
    sandbox = await startSandbox({
      pace: 'max',
      synthesized,
      ...(onStart === undefined ? {} : { onAwsStarted: onStart }),
    });
    await prepareTargets(sandbox);
    watch = new Watch(sandbox.aws);
    const scene = await watch.during(() => openScene(sandbox, watch));
    for (const one of chosen(only)) {
      act = one.name;
      onAct?.(act);
      watch.begin();
      await watch.during(() => one.play(scene));
    }
    await onEnd?.(sandbox);
    return { outcome: 'passed', seconds: seconds() };
  } catch (error) {
    return {
      outcome: 'failed',
      act,
      reason: error instanceof Error ? error.message : String(error),
      seconds: seconds(),
    };
  } finally {
    watch?.close();
    await sandbox?.close();
  }
}

function openScene(sandbox: Sandbox | undefined, watch: Watch | undefined): Promise<Scene> {
  if (sandbox === undefined || watch === undefined) throw new Error('The sandbox is not set.');
  return Scene.open(sandbox, watch);
}

/** The parts that were asked for, and those they need, in the probe's order. */
function chosen(only: ReadonlySet<string> | undefined): readonly Act[] {
  if (only === undefined) return acts;
  const wanted = new Set<string>();
  const want = (name: string): void => {
    wanted.add(name);
    for (const need of acts.find((one) => one.name === name)?.needs ?? []) want(need);
  };
  for (const name of only) want(name);
  return acts.filter(({ name }) => wanted.has(name));
}

/** What the service's team keeps in each account: its manifest requires it. */
async function prepareTargets({ aws }: Sandbox): Promise<void> {
  for (const account of ['222222222222', '333333333333']) {
    const where = { account, region: 'us-east-1' };
    const secrets = aws.client(SecretsManagerClient, where);
    await secrets.send(new CreateSecretCommand({ Name: 'orders/db', SecretString: 'secret' }));
    const parameters = aws.client(SSMClient, where);
    await parameters.send(new PutParameterCommand({ Name: '/orders/queue', Type: 'String', Value: 'queue' }));
  }
}
