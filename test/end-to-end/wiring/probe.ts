import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { LocalAws } from 'local-aws';
import { engineRoleName, type FunctionName } from '../../../core/contract/names.ts';
import { ENGINE, startSandbox, type Sandbox } from '../../../local/sandbox.ts';
import { connectSlack } from '../../../local/slack/connect.ts';
import type { SlackStandIn } from '../../../local/slack/stand-in.ts';
import { connectIssuer, type IssuerAccess } from '../sign-in/signing-in.ts';
import { wiringPolicy } from './executions.ts';
import { adoptedStack } from './probe/adoption.ts';
import { cancelled } from './probe/cancelled.ts';
import { toldToOthers } from './probe/others.ts';
import { planned } from './probe/planned.ts';
import { routes } from './probe/routes.ts';
import {
  alarms,
  failedInvocations,
  ownAlarms,
  startedByReconciler,
  undeliverableEvents,
} from './probe/dead-letters.ts';
import {
  alarmAlreadyFiring,
  badForUsers,
  brokenHook,
  stoppedDuringApproval,
  stoppedDuringDeployment,
  stuckRollback,
  superseded,
  failedRollback,
  artifactDeleted,
} from './probe/faults.ts';
import {
  brokenChange,
  brokenCode,
  compared,
  declined,
  firstFails,
  firstVersion,
  rejected,
  retried,
  sameAgain,
  secondVersion,
} from './probe/releases.ts';
import { signedIn } from './probe/signed-in.ts';
import { inSlack } from './probe/slack.ts';
import { badForSyntheticTraffic, goodForSyntheticTraffic, lateSlice } from './probe/slices.ts';
import { type Others, ProbeHarness } from './probe/harness.ts';
import { Watchdog, type WatchdogOptions } from './watchdog.ts';

/** A step of the probe: it checks one promise of the product, in a sandbox in which the steps before it have run. */
export interface ProbeStep {
  readonly name: string;
  /** Steps that have to run before it. */
  readonly needs: readonly string[];
  readonly run: (harness: ProbeHarness) => Promise<void>;
}

const live = ['first version'];

/** How fast engine time passes while anything is at work: on a busy machine, too, a function answers in time. */
const BUSY_RATE = 0.1;

/** Everything the product promises today, cheap steps first. */
export const probeSteps: readonly ProbeStep[] = [
  { name: 'routes', needs: [], run: routes },
  { name: 'signed in', needs: [], run: signedIn },
  { name: 'rejected', needs: [], run: rejected },
  { name: 'told to others', needs: [], run: toldToOthers },
  { name: 'alarms', needs: [], run: alarms },
  { name: 'own alarms', needs: [], run: ownAlarms },
  { name: 'failed invocations', needs: [], run: failedInvocations },
  { name: 'started by the reconciler', needs: [], run: startedByReconciler },
  { name: 'undeliverable events', needs: [], run: undeliverableEvents },
  { name: 'artifact deleted', needs: [], run: artifactDeleted },
  { name: 'adopted stack', needs: [], run: adoptedStack },
  { name: 'planned', needs: [], run: planned },
  { name: 'first fails', needs: [], run: firstFails },
  { name: 'first version', needs: [], run: firstVersion },
  { name: 'compared', needs: ['artifact deleted', 'first version'], run: compared },
  { name: 'same again', needs: live, run: sameAgain },
  { name: 'second version', needs: live, run: secondVersion },
  { name: 'good for synthetic traffic', needs: ['second version'], run: goodForSyntheticTraffic },
  { name: 'broken code', needs: live, run: brokenCode },
  { name: 'broken change', needs: live, run: brokenChange },
  { name: 'stuck rollback', needs: ['second version'], run: stuckRollback },
  { name: 'bad for users', needs: live, run: badForUsers },
  { name: 'bad for synthetic traffic', needs: live, run: badForSyntheticTraffic },
  { name: 'late slice', needs: live, run: lateSlice },
  { name: 'alarm already firing', needs: ['second version'], run: alarmAlreadyFiring },
  { name: 'declined', needs: live, run: declined },
  { name: 'retried', needs: ['declined'], run: retried },
  { name: 'cancelled', needs: live, run: cancelled },
  { name: 'stopped during approval', needs: live, run: stoppedDuringApproval },
  // Before an environment is quarantined.
  { name: 'in Slack', needs: live, run: inSlack },
  { name: 'superseded', needs: ['second version'], run: superseded },
  { name: 'broken hook', needs: ['second version'], run: brokenHook },
  { name: 'failed rollback', needs: ['superseded'], run: failedRollback },
  { name: 'stopped during deployment', needs: live, run: stoppedDuringDeployment },
];

interface Ended {
  readonly seconds: number;
  /** What was refused first, of what should not be. */
  readonly refusal?: string;
}
/** How a probe ended. */
export type Verdict =
  | ({ readonly outcome: 'passed' } & Ended)
  | ({ readonly outcome: 'failed'; readonly step: string; readonly reason: string } & Ended);

export interface ProbeOptions extends WatchdogOptions {
  /** Folder that `cdk synth` filled. */
  readonly synthesized: string;
  /** The OpenID provider, where the stacks' policy names one. */
  readonly issuer?: IssuerAccess;
  /** Names of the steps to run, besides those they need; all when left out. */
  readonly only?: ReadonlySet<string>;
  /** Called with the local AWS before anything is deployed into it. */
  readonly onStart?: (aws: LocalAws) => void;
  /** Called before each step. */
  readonly onStep?: (name: string) => void;
  /** Called after the last step, before the sandbox closes. */
  readonly onEnd?: (sandbox: Sandbox) => Promise<void>;
}

/** Runs the probe in a new sandbox, up to the first failure. */
export async function runProbe(options: ProbeOptions): Promise<Verdict> {
  const { synthesized, issuer, only, onStart, onStep, onEnd } = options;
  const began = performance.now();
  let step = 'deployment';
  let sandbox: Sandbox | undefined;
  let watchdog: Watchdog | undefined;
  let slack: SlackStandIn | undefined;
  const ended = (): Ended => ({
    seconds: Math.round((performance.now() - began) / 100) / 10,
    ...(watchdog?.refusal === undefined ? {} : { refusal: watchdog.refusal }),
  });
  try {
    sandbox = await startSandbox({
      pace: 'max',
      busyRate: BUSY_RATE,
      synthesized,
      ...(onStart === undefined ? {} : { onAwsStarted: onStart }),
    });
    await prepareTargets(sandbox);
    slack = await startSlack(sandbox);
    await connectTo(issuer, sandbox);
    watchdog = new Watchdog(sandbox.aws, options);
    const harness = await watchdog.during(() => openHarness(sandbox, watchdog, { slack, issuer }));
    for (const one of chosen(only)) {
      step = one.name;
      onStep?.(step);
      watchdog.begin();
      await watchdog.during(() => one.run(harness));
    }
    await onEnd?.(sandbox);
    return { outcome: 'passed', ...ended() };
  } catch (error) {
    return { outcome: 'failed', step, reason: error instanceof Error ? error.message : String(error), ...ended() };
  } finally {
    watchdog?.close();
    await slack?.close();
    await sandbox?.close();
  }
}

function openHarness(
  sandbox: Sandbox | undefined,
  watchdog: Watchdog | undefined,
  others: Others,
): Promise<ProbeHarness> {
  if (sandbox === undefined || watchdog === undefined) throw new Error('The sandbox has not been started.');
  return ProbeHarness.open(sandbox, watchdog, others);
}

/** Where the stacks have Slack, they were synthesized by the policy of `npm run test:wiring`. */
async function startSlack(sandbox: Sandbox): Promise<SlackStandIn | undefined> {
  return (await has(sandbox, 'interact')) ? connectSlack(sandbox, wiringPolicy) : undefined;
}

/** @throws Error where only the stacks have an OpenID provider, or only the probe */
async function connectTo(issuer: IssuerAccess | undefined, sandbox: Sandbox): Promise<void> {
  if ((await has(sandbox, 'sign-in')) !== (issuer !== undefined))
    throw new Error('The stacks and the probe have to have the same OpenID provider.');
  if (issuer !== undefined) await connectIssuer(sandbox, issuer);
}

async function has({ aws }: Sandbox, name: FunctionName): Promise<boolean> {
  const { Functions = [] } = await aws.client(LambdaClient, ENGINE).send(new ListFunctionsCommand({}));
  return Functions.some(({ FunctionName }) => FunctionName === engineRoleName(name));
}

/** The chosen steps and those they need, in the probe's order. */
function chosen(only: ReadonlySet<string> | undefined): readonly ProbeStep[] {
  if (only === undefined) return probeSteps;
  const wanted = new Set<string>();
  const want = (name: string): void => {
    wanted.add(name);
    for (const need of probeSteps.find((one) => one.name === name)?.needs ?? []) want(need);
  };
  for (const name of only) want(name);
  return probeSteps.filter(({ name }) => wanted.has(name));
}

/** Creates the secret and the parameter that the service's manifest requires in each account, and the secret of its checks. */
async function prepareTargets({ aws }: Sandbox): Promise<void> {
  for (const [environment, account] of [
    ['staging', '222222222222'],
    ['production', '333333333333'],
  ] as const) {
    const where = { account, region: 'us-east-1' };
    const secrets = aws.client(SecretsManagerClient, where);
    await secrets.send(new CreateSecretCommand({ Name: 'orders/db', SecretString: 'secret' }));
    const { KeyMetadata } = await aws.client(KMSClient, where).send(new CreateKeyCommand({}));
    const KmsKeyId = KeyMetadata?.KeyId;
    const Name = `sluice-orders-${environment}/smoke`;
    await secrets.send(new CreateSecretCommand({ Name, SecretString: '{"token":"t0ken"}', KmsKeyId }));
    const parameters = aws.client(SSMClient, where);
    await parameters.send(new PutParameterCommand({ Name: '/orders/queue', Type: 'String', Value: 'queue' }));
  }
}
