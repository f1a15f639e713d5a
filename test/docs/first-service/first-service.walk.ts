import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { startLocalAws, type LocalAws } from 'local-aws';
import { onApprovalRequest, type ApprovalRequest } from '../../../local/approval-requests.ts';
import { bootstrap } from '../../../local/bootstrap.ts';
import { samTransforms } from '../../../local/sam.ts';
import { tarballOf } from '../../cli/installed.ts';
import { judgeOf } from './judges.ts';
import { stepsOf, type Step } from './page.ts';
import { Walk } from './walk.ts';

// `npm run test:first-service`: somebody who has only docs/first-service.md. The second part's AWS is the local AWS, with nothing in it.

const REGION = 'us-east-1';
/** By profile. */
const ACCOUNTS = { tooling: '111111111111', staging: '222222222222', production: '333333333333' };
const steps = stepsOf(readFileSync('docs/first-service.md', 'utf8'));
const policyAt = steps.findIndex((step) => step.kind === 'file' && step.path === 'policy.json');

let walk: Walk;
/** Where npm finds the command. */
let tarball = '';
beforeAll(async () => {
  walk = new Walk();
  tarball = await tarballOf(mkdtempSync(path.join(walk.folder, 'tarball-')));
});
afterAll(() => walk.close());

const nameOf = (step: Step): string => (step.kind === 'command' ? step.line : `${step.kind} ${step.path}`);
const named = (some: readonly Step[]): [string, Step][] => some.map((step) => [nameOf(step), step]);

function edit(step: Step): boolean {
  if (step.kind === 'file') walk.save(step.path, step.text);
  if (step.kind === 'change') walk.change(step.path, step.from, step.to);
  return step.kind !== 'command';
}

describe('on your machine', () => {
  const ofLocal = steps.slice(0, policyAt);

  it.each(named(ofLocal))('%s', async (line, step) => {
    if (edit(step)) return;
    const { how, prints } = judgeOf(line);
    if (how === 'start') {
      walk.start(line);
      await walk.hears(prints);
      walk.environment = exportedBy(await walk.hears(/it is released again[^]*Ctrl-C ends it\./));
      return;
    }
    if (walk.isUp) await walk.hears(/hello-0\.2\.0-a1: Succeeded/);
    expect(await walk.run(line)).toMatch(prints);
  });

  it('ends by Ctrl-C, with traffic that has moved by canary', async () => {
    expect(await walk.hears(/Canary10Percent5Minutes/)).toMatch(/shifted/);
    expect(await walk.interrupt()).toBe(130);
    walk.environment = {};
  });
});

describe('on AWS', () => {
  let aws: LocalAws;
  const asked = new Map<string, ApprovalRequest>();

  beforeAll(async () => {
    aws = await startLocalAws({ pace: 'max', transforms: samTransforms });
    onApprovalRequest(aws, (request) => asked.set(request.release, request));
    await createApprover(aws);
    const file = path.join(walk.folder, 'aws-config');
    writeFileSync(file, profilesOf(aws));
    walk.environment = { AWS_CONFIG_FILE: file, AWS_ENDPOINT_URL: aws.endpoint, AWS_REGION: REGION };
  });
  afterAll(() => aws.close());

  it.each(named(steps.slice(policyAt)))('%s', async (line, step) => {
    if (edit(step)) {
      // Its API is on a loopback address, where no check may go on AWS.
      const checks = '"checks": { "allowAddresses": ["127.0.0.0/8"] }';
      if (nameOf(step) === 'file policy.json') walk.change('policy.json', '\n  "people"', `\n  ${checks},\n  "people"`);
      return;
    }
    const { how, prints } = judgeOf(line);
    if (how === 'bootstrap') {
      const [, account = '', region = '', profile = ''] = /aws:\/\/(\d+)\/(\S+) --profile (\S+)$/.exec(line) ?? [];
      expect(ACCOUNTS).toHaveProperty(profile, account);
      return bootstrap(aws, account, region);
    }
    const release = /\bhello-\S+-a1\b/.exec(line)?.[0] ?? '';
    if (how === 'approval') await expect.poll(() => asked.has(release), { timeout: 120_000 }).toBe(true);
    expect(await walk.run(line)).toMatch(prints);
    // Its time stood still for the person who read.
    if (how === 'approval') asked.get(release)?.decidedElsewhere();
  });

  it.each(shellSteps())('docs/ci/github-actions.yaml: %s', async (_, { run, env }) => {
    const [global, temporary] = ['global', 'runner'].map((name) => path.join(walk.folder, name));
    if (global === undefined || temporary === undefined) throw new Error('No folders.');
    mkdirSync(temporary, { recursive: true });
    // What was committed; without it nothing would have to move.
    if (run.startsWith('npm install')) walk.change('../hello/src/index.js', 'Hello, AWS', 'Hello, pipeline');
    const before = walk.environment;
    walk.environment = {
      ...before,
      ...{ AWS_PROFILE: 'tooling', npm_config_prefix: global, RUNNER_TEMP: temporary, CI: 'true' },
      PATH: `${path.join(global, 'bin')}:${process.env['PATH'] ?? ''}`,
      ...filledIn(env),
    };
    const follows = run.includes('--watch');
    const running = walk.run(`set -e; ${run}`);
    if (follows) {
      await expect.poll(() => asked.has('hello-1.0.7-a1'), { timeout: 120_000 }).toBe(true);
      await asked.get('hello-1.0.7-a1')?.decide('approve', 'As the pipeline waits');
    }
    expect(await running).toMatch(follows ? /Canary10Percent5Minutes[^]*Succeeded/ : /^/);
    walk.environment = before;
  });
});

interface ShellStep {
  readonly run: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The steps of the workflow for GitHub Actions that run in a shell, by name, with the variables of their job. */
function shellSteps(): [string, ShellStep][] {
  const env = z.record(z.string(), z.string()).default({});
  const step = z.looseObject({ name: z.string().default(''), run: z.string().optional(), env });
  const workflow = z.object({ jobs: z.object({ release: z.object({ env, steps: z.array(step) }) }) });
  const { env: ofJob, steps: all } = workflow.parse(parse(readFileSync('docs/ci/github-actions.yaml', 'utf8'))).jobs
    .release;
  return all.flatMap(({ name, run, env: own }): [string, ShellStep][] =>
    run === undefined ? [] : [[name, { run, env: { ...ofJob, ...own, SERVICE: '../hello' } }]],
  );
}

/** GitHub's expressions, as it would fill them in. @throws Error for one that has no value here */
function filledIn(env: Readonly<Record<string, string>>): Record<string, string> {
  const values: Readonly<Record<string, string>> = {
    'vars.SLUICE_PACKAGE': tarball,
    'github.run_number': '7',
    'github.server_url': 'https://github.com',
    'github.repository': 'your-organisation/hello',
    'github.sha': '5f0c1d2e7a9b4c3d8e6f7a1b2c3d4e5f6a7b8c9d',
    'github.event.head_commit.author.email': 'you@example.com',
    'github.event.head_commit.timestamp': '2026-11-27T09:00:00+00:00',
  };
  const fill = (text: string): string =>
    text.replace(/\$\{\{ (\S+) \}\}/g, (_, name: string) => {
      const value = values[name];
      if (value === undefined) throw new Error(`Nothing says what ${name} is.`);
      return value;
    });
  return Object.fromEntries(Object.entries(env).map(([name, text]) => [name, fill(text)]));
}

/** What the lines for another terminal that `npm start` prints set. */
function exportedBy(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^ {2}export (.*)$/gm)].flatMap(([, assignments = '']) =>
      [...assignments.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
    ),
  );
}

/** The role of the page's policy. */
async function createApprover(aws: LocalAws): Promise<void> {
  const account = '111111111111';
  const iam = aws.client(IAMClient, { account, region: REGION });
  const allowing = (...statements: object[]): string =>
    JSON.stringify({ Version: '2012-10-17', Statement: statements.map((one) => ({ Effect: 'Allow', ...one })) });
  const trust = allowing({ Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' });
  const RoleName = 'release-manager';
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  // As docs/cli.md says what an identity needs.
  const ask = ['GET/v1/*', 'POST/v1/releases/*'].map((route) => ({
    Action: 'execute-api:Invoke',
    Resource: `arn:aws:execute-api:${REGION}:${account}:*/$default/${route}`,
  }));
  const find = {
    Action: 'ssm:GetParameter',
    Resource: `arn:aws:ssm:${REGION}:${account}:parameter/sluice/engine`,
  };
  const PolicyDocument = allowing(find, ...ask);
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'decide', PolicyDocument }));
}

function profilesOf(aws: LocalAws): string {
  const administrators = Object.entries(ACCOUNTS).flatMap(([name, account]) => {
    const { accessKeyId, secretAccessKey } = aws.administrator(account);
    const keys = [`aws_access_key_id = ${accessKeyId}`, `aws_secret_access_key = ${secretAccessKey}`];
    return [`[profile ${name}]`, ...keys, `region = ${REGION}`];
  });
  const approver = ['role_arn = arn:aws:iam::111111111111:role/release-manager', 'source_profile = tooling'];
  return [...administrators, '[profile approver]', ...approver, `region = ${REGION}`, ''].join('\n');
}
