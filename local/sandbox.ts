import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import * as z from 'zod';
import { Engine } from '../cli/engine.ts';
import { releaseBucketName } from '../core/contract/names.ts';
import { startLocalAws, type LocalAws } from '../local-aws/aws.ts';
import type { Pace } from '../local-aws/kernel/clock.ts';
import { deployAll, synthesize } from './deploy.ts';

/** The sample's tooling account, from `cdk.json`. */
export const ENGINE = { account: '111111111111', region: 'us-east-1' } as const;

/** A local AWS with the engine and its targets deployed, before anything was released. */
export interface Stage {
  readonly aws: LocalAws;
  readonly engine: Engine;
  /** The engine's account. */
  readonly account: string;
  /** The release bucket. */
  readonly bucket: string;
  /** Environment variables by which the AWS CLI and `sluice` find it. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * Starts the local AWS and deploys the real synthesized stacks into it. `synthesized` names a folder that `cdk synth` filled;
 * without it the app is synthesized first.
 */
export async function setStage(options: {
  readonly pace: Pace;
  readonly port?: number;
  readonly synthesized?: string;
  /** The policy to synthesize with, by its path in the repository; that of `cdk.json` when left out. */
  readonly policy?: string;
  readonly tell?: (line: string) => void;
  /** Given the local AWS before anything is deployed into it. */
  readonly onStart?: (aws: LocalAws) => void;
  /** Draws the version that serves a request of an alias with weights. */
  readonly random?: () => number;
  /** Engine milliseconds for each real one while anything is busy; 1 when left out. */
  readonly busyRate?: number;
  /** What time it is at first, milliseconds since the epoch; this machine's when left out. */
  readonly begin?: number;
}): Promise<Stage> {
  const tell = options.tell ?? (() => undefined);
  const temporary = mkdtempSync(join(tmpdir(), 'sluice-'));
  // Deployments wait for nothing that a person wants to watch.
  const { port, random, busyRate, begin } = options;
  const aws = await startLocalAws({
    pace: 'max',
    ...(port === undefined ? {} : { port }),
    ...(random === undefined ? {} : { random }),
    ...(busyRate === undefined ? {} : { busyRate }),
    ...(begin === undefined ? {} : { begin }),
  });
  options.onStart?.(aws);
  try {
    const context = options.policy === undefined ? {} : { 'sluice:policy': options.policy };
    const stacks = await synthesize(temporary, options.synthesized, context);
    tell(`synthesized ${stacks.length} stacks`);
    await deployAll(aws, stacks, tell);
    await verifySender(aws);
  } catch (error) {
    await aws.close();
    throw error;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
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
    environment: {
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_REGION: ENGINE.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    },
    close: () => aws.close(),
  };
}

/** What a person does once by hand (docs/deploying.md): lets SES verify the address that the engine's e-mails come from. */
async function verifySender(aws: LocalAws): Promise<void> {
  const { context } = z
    .object({ context: z.object({ 'sluice:sender': z.email() }) })
    .parse(JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8')));
  const ses = aws.client(SESv2Client, ENGINE);
  await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: context['sluice:sender'] }));
}
