import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import * as z from 'zod';
import { Engine } from '../cli/engine.ts';
import { releaseBucketName } from '../core/contract/names.ts';
import { startLocalAws, type LocalAws } from 'local-aws';
import type { Pace } from 'local-aws/clock';
import { deployAll, readStacks, synthesize, type SynthesizedStack } from './deploy.ts';
import { samTransforms } from './sam.ts';
import { cachedSynthesis } from './synthesis-cache.ts';

/** The sample's tooling account, from `cdk.json`. */
export const ENGINE = { account: '111111111111', region: 'us-east-1' } as const;

/** A local AWS in which the engine and its targets are deployed and nothing has been released yet. */
export interface Sandbox {
  readonly aws: LocalAws;
  readonly engine: Engine;
  /** The engine's account. */
  readonly account: string;
  /** The release bucket. */
  readonly bucket: string;
  /** How the clock runs while everything waits. */
  readonly pace: Pace;
  /** Environment variables with which the AWS CLI and `sluice` use this AWS. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * Starts the local AWS and deploys the real synthesized stacks into it. `synthesized` names a folder that `cdk synth` filled;
 * without it the app is synthesized first.
 */
export async function startSandbox(options: {
  readonly pace: Pace;
  readonly port?: number;
  readonly synthesized?: string;
  /** The policy to synthesize with, by its path in the repository; that of `cdk.json` when left out. */
  readonly policy?: string;
  readonly log?: (line: string) => void;
  /** Called with the local AWS before anything is deployed into it. */
  readonly onAwsStarted?: (aws: LocalAws) => void;
  /** Chooses the version that serves a request to an alias with weights. */
  readonly random?: () => number;
  /** Engine milliseconds for each real one while anything is busy; 1 when left out. */
  readonly busyRate?: number;
  /** Refuse resource types that the local AWS only records. */
  readonly strict?: boolean;
  /** The time at the start, milliseconds since the epoch; this machine's when left out. */
  readonly startsAt?: number;
}): Promise<Sandbox> {
  const log = options.log ?? (() => undefined);
  // Time jumps while the stacks are deployed: no release is to be seen yet.
  const { port, random, busyRate, startsAt: begin, strict } = options;
  const aws = await startLocalAws({
    ...{ pace: 'max', transforms: samTransforms },
    ...(port === undefined ? {} : { port }),
    ...(random === undefined ? {} : { random }),
    ...(busyRate === undefined ? {} : { busyRate }),
    ...(begin === undefined ? {} : { begin }),
    ...(strict === undefined ? {} : { strict }),
  });
  options.onAwsStarted?.(aws);
  log(`functions run on Node.js ${aws.nodeVersion}`);
  try {
    const stacks = await stacksOf(options, log);
    await deployAll(aws, stacks, log);
    await verifySenderAddress(aws);
    await waitForReconciler(aws);
  } catch (error) {
    await aws.close();
    throw error;
  }
  aws.clock.setPace(options.pace);
  const { accessKeyId, secretAccessKey } = aws.administrator(ENGINE.account);
  const engine = await Engine.find({
    endpoint: aws.endpoint,
    region: ENGINE.region,
    credentials: { accessKeyId, secretAccessKey },
  });
  return {
    aws,
    engine,
    account: ENGINE.account,
    bucket: releaseBucketName(ENGINE.account, ENGINE.region),
    pace: options.pace,
    environment: {
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_REGION: ENGINE.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    },
    close: () => aws.close(),
  };
}

/** Reads the stacks that are synthesized already, or synthesizes those of the policy, unless they were before. */
async function stacksOf(
  { synthesized, policy }: { readonly synthesized?: string; readonly policy?: string },
  log: (line: string) => void,
): Promise<readonly SynthesizedStack[]> {
  if (synthesized !== undefined) return readStacks(synthesized);
  const root = fileURLToPath(new URL('..', import.meta.url));
  log('synthesizing the stacks of the engine and its targets (again only when sources or policy change)');
  const context = policy === undefined ? {} : { 'sluice:policy': policy };
  const { folder, made } = await cachedSynthesis(root, policy ?? 'policy.json', (into) =>
    synthesize(into, context, log),
  );
  const stacks = readStacks(folder);
  log(`${made ? 'synthesized' : 'found, synthesized before,'} ${stacks.length} stacks`);
  return stacks;
}

/** Verifies the sender address of the engine's e-mails in SES, which is a manual step on AWS (docs/deploying.md). */
async function verifySenderAddress(aws: LocalAws): Promise<void> {
  const { context } = z
    .object({ context: z.object({ 'sluice:sender': z.email() }) })
    .parse(JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8')));
  const ses = aws.client(SESv2Client, ENGINE);
  await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: context['sluice:sender'] }));
}

/** A deployment leaves the reconciler running until a run of it has found nothing open: nothing of that is to be seen. */
async function waitForReconciler(aws: LocalAws): Promise<void> {
  const { clock } = aws;
  const scheduler = aws.client(SchedulerClient, ENGINE);
  for (let look = 0; look < 10; look += 1) {
    const { State } = await scheduler.send(new GetScheduleCommand({ Name: 'sluice-reconciler' }));
    if (State === 'DISABLED') return clock.idle();
    await clock.sleep(30_000, 'the reconciler comes to rest');
  }
}
