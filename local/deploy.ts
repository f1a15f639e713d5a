import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  type Capability,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { zipSync } from 'fflate';
import { readdirSync, statSync } from 'node:fs';
import * as z from 'zod';
import type { LocalAws } from 'local-aws';
import { bootstrap, bootstrapBucket, executionRole } from './bootstrap.ts';

/** A stack in the output of `cdk synth`. */
export interface SynthesizedStack {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly directory: string;
  readonly templateFile: string;
  readonly assetManifest: string | undefined;
}

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      environment: z.string().optional(),
      properties: z
        .object({ templateFile: z.string().optional(), stackName: z.string().optional(), file: z.string().optional() })
        .optional(),
      dependencies: z.array(z.string()).optional(),
    }),
  ),
});

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string(), packaging: z.enum(['file', 'zip']) }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/**
 * Synthesizes the CDK app into a folder, in a process of its own like the CDK CLI; needs no credentials. `context` overrides that of
 * `cdk.json`, as `--context` does; `log` is told how far it is.
 */
export async function synthesize(
  into: string,
  context: Readonly<Record<string, string>>,
  log: (line: string) => void,
): Promise<void> {
  const environment = { CDK_OUTDIR: into, CDK_CONTEXT_JSON: JSON.stringify(context) };
  await run(process.execPath, ['--import', 'tsx', 'infra/app.ts'], environment, log);
}

/** The stacks in a folder that `cdk synth` filled. */
export function readStacks(directory: string): readonly SynthesizedStack[] {
  const manifest = manifestSchema.parse(readJson(join(directory, 'manifest.json')));
  return Object.entries(manifest.artifacts).flatMap(([name, artifact]) => {
    if (artifact.type !== 'aws:cloudformation:stack' || artifact.properties?.templateFile === undefined) return [];
    const [, account = '', region = ''] = /^aws:\/\/(\d+)\/([a-z0-9-]+)$/.exec(artifact.environment ?? '') ?? [];
    const assets = artifact.dependencies?.find((id) => manifest.artifacts[id]?.type === 'cdk:asset-manifest');
    return [
      {
        name: artifact.properties.stackName ?? name,
        account,
        region,
        directory,
        templateFile: artifact.properties.templateFile,
        assetManifest: assets === undefined ? undefined : manifest.artifacts[assets]?.properties?.file,
      },
    ];
  });
}

/** Bootstraps every account and region of the stacks, then deploys the engine, and the targets after it. */
export async function deployAll(
  aws: LocalAws,
  stacks: readonly SynthesizedStack[],
  log: (line: string) => void,
): Promise<void> {
  const accountRegions = new Map(stacks.map((stack) => [`${stack.account}/${stack.region}`, stack]));
  await Promise.all([...accountRegions.values()].map(({ account, region }) => bootstrap(aws, account, region)));
  const engine = stacks.filter(({ name }) => name === 'ReleaseEngine');
  const targets = stacks.filter(({ name }) => name !== 'ReleaseEngine');
  for (const group of [engine, targets]) {
    await Promise.all(
      group.map(async (stack) => {
        log(`deploying ${stack.name} in ${stack.account} ${stack.region}`);
        await deploy(aws, stack);
        log(`deployed ${stack.name} in ${stack.account} ${stack.region}`);
      }),
    );
  }
}

/** Uploads a stack's assets and creates or updates it by a change set, as the CDK CLI does. @throws Error with the first failing resource's reason */
export async function deploy(aws: LocalAws, stack: SynthesizedStack): Promise<Stack> {
  await publishAssets(aws, stack);
  const cloudformation = aws.client(CloudFormationClient, stack);
  const key = await publishTemplate(aws, stack);
  const exists = await describe(cloudformation, stack.name);
  const ChangeSetName = `deploy-${Date.now()}`;
  const capabilities: Capability[] = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'];
  await cloudformation.send(
    new CreateChangeSetCommand({
      StackName: stack.name,
      ChangeSetName,
      ChangeSetType: exists === undefined ? 'CREATE' : 'UPDATE',
      TemplateURL: `https://s3.${stack.region}.amazonaws.com/${bootstrapBucket(stack.account, stack.region)}/${key}`,
      Capabilities: capabilities,
      RoleARN: executionRole(stack.account, stack.region),
    }),
  );
  await poll(async () => {
    const { Status, StatusReason } = await cloudformation.send(
      new DescribeChangeSetCommand({ StackName: stack.name, ChangeSetName }),
    );
    if (Status === 'FAILED')
      throw new Error(`${stack.name} in ${stack.account} ${stack.region}: ${StatusReason ?? 'the change set failed'}`);
    return Status === 'CREATE_COMPLETE';
  });
  await cloudformation.send(new ExecuteChangeSetCommand({ StackName: stack.name, ChangeSetName }));
  let last: Stack | undefined;
  await poll(async () => {
    last = await describe(cloudformation, stack.name);
    return !(last?.StackStatus ?? 'IN_PROGRESS').endsWith('IN_PROGRESS');
  });
  if (last?.StackStatus !== 'CREATE_COMPLETE' && last?.StackStatus !== 'UPDATE_COMPLETE') {
    throw new Error(
      `${stack.name} in ${stack.account} ${stack.region} ended ${last?.StackStatus ?? 'missing'}: ${await firstFailure(cloudformation, stack.name)}`,
    );
  }
  return last;
}

async function publishAssets(aws: LocalAws, stack: SynthesizedStack): Promise<void> {
  if (stack.assetManifest === undefined) return;
  const { files } = assetsSchema.parse(readJson(join(stack.directory, stack.assetManifest)));
  const s3 = aws.client(S3Client, stack);
  const Bucket = bootstrapBucket(stack.account, stack.region);
  for (const { source, destinations } of Object.values(files)) {
    if (source.path === stack.templateFile) continue;
    const path = join(stack.directory, source.path);
    const Body = source.packaging === 'zip' ? zipFolder(path) : readFileSync(path);
    for (const { objectKey } of Object.values(destinations))
      await s3.send(new PutObjectCommand({ Bucket, Key: objectKey, Body }));
  }
}

async function publishTemplate(aws: LocalAws, stack: SynthesizedStack): Promise<string> {
  const Key = `templates/${stack.templateFile}`;
  await aws.client(S3Client, stack).send(
    new PutObjectCommand({
      Bucket: bootstrapBucket(stack.account, stack.region),
      Key,
      Body: readFileSync(join(stack.directory, stack.templateFile)),
    }),
  );
  return Key;
}

function zipFolder(directory: string): Uint8Array {
  const files: Record<string, Uint8Array> = {};
  for (const entry of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    if (statSync(join(directory, entry)).isFile()) files[entry] = readFileSync(join(directory, entry));
  }
  // Stored as they are: to make them smaller takes longer than to carry them to an AWS on the same machine.
  return zipSync(files, { level: 0 });
}

async function describe(cloudformation: CloudFormationClient, StackName: string): Promise<Stack | undefined> {
  try {
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
    return Stacks?.[0];
  } catch (error) {
    if (error instanceof Error && error.message.includes('does not exist')) return undefined;
    throw error;
  }
}

async function firstFailure(cloudformation: CloudFormationClient, StackName: string): Promise<string> {
  const { StackEvents = [] } = await cloudformation.send(new DescribeStackEventsCommand({ StackName }));
  const failed = StackEvents.filter(({ ResourceStatus }) => ResourceStatus?.endsWith('FAILED')).at(-1);
  return failed === undefined ? 'no reason given' : `${failed.LogicalResourceId}: ${failed.ResourceStatusReason}`;
}

/** Repeats a check, with growing pauses, until it is true. */
async function poll(isDone: () => Promise<boolean>): Promise<void> {
  for (let wait = 20; !(await isDone()); wait = Math.min(wait * 1.5, 250)) {
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

function readJson(path: string): unknown {
  const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return parsed;
}

/** @param log told of each line that the command writes to standard error, at once */
async function run(
  command: string,
  args: readonly string[],
  environment: Record<string, string>,
  log: (line: string) => void,
): Promise<void> {
  const child = spawn(command, args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = (): boolean => child.kill();
  process.once('exit', stop);
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
  createInterface(child.stderr).on('line', log);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  process.removeListener('exit', stop);
  if (code !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${Buffer.concat(output).toString('utf8')}`);
}
