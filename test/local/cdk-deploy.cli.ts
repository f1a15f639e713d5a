import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from 'local-aws';
import { bootstrap } from '../../local/bootstrap.ts';

const REGION = 'us-east-1';

/** `cdk deploy` itself, pointed at the local AWS by the standard environment; only `cdk bootstrap`'s work stands ready. */
describe('cdk deploy', () => {
  let aws: LocalAws;
  const out = mkdtempSync(join(tmpdir(), 'sluice-cdk-'));

  beforeAll(async () => {
    aws = await startLocalAws({ pace: 'max' });
    for (const account of ['111111111111', '222222222222']) await bootstrap(aws, account, REGION);
  });
  afterAll(async () => {
    await aws.close();
    rmSync(out, { recursive: true, force: true });
  });

  const cdk = (account: string, ...args: string[]): Promise<{ code: number; output: string }> =>
    new Promise((resolve) => {
      const { accessKeyId, secretAccessKey } = aws.administrator(account);
      const env = {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        AWS_ENDPOINT_URL: aws.endpoint,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_REGION: REGION,
        CI: 'true',
      };
      // Synthesized once; after that the assembly is deployed as it is.
      const where = args[0] === 'synth' ? ['--quiet', '--output', out] : ['--app', out];
      const command = ['cdk', ...args, '--require-approval', 'never', '--no-notices', ...where];
      execFile('npx', command, { env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : 1, output: stdout + stderr });
      });
    });

  const status = async (account: string, StackName: string): Promise<string | undefined> => {
    const cloudformation = aws.client(CloudFormationClient, { account, region: REGION });
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
    return Stacks?.[0]?.StackStatus;
  };

  it('deploys the engine and a target', async () => {
    expect((await cdk('111111111111', 'synth')).code).toBe(0);
    const engine = await cdk('111111111111', 'deploy', 'ReleaseEngine');
    expect(engine.output).toContain('✅  ReleaseEngine');
    expect(await status('111111111111', 'ReleaseEngine')).toBe('CREATE_COMPLETE');
    const name = 'ReleaseTarget-222222222222-us-east-1';
    const target = await cdk('222222222222', 'deploy', name);
    expect(target.output).toContain(`✅  ${name}`);
    expect(await status('222222222222', name)).toBe('CREATE_COMPLETE');
  });

  it('finds nothing to do the second time', async () => {
    const again = await cdk('111111111111', 'deploy', 'ReleaseEngine');
    expect(again.output).toContain('✅  ReleaseEngine (no changes)');
  });
});
