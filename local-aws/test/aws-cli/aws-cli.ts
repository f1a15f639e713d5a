import { execFile, spawnSync } from 'node:child_process';
import * as z from 'zod';
import { startLocalAws, type LocalAws } from '../../aws.ts';

export const ACCOUNT = '111111111111';
export const REGION = 'us-east-1';

/** Is there an AWS CLI? Says so clearly where there is none. */
export function findAwsCli(): boolean {
  const found = spawnSync('aws', ['--version'], { encoding: 'utf8' });
  if (found.status === 0) return true;
  process.stdout.write('SKIPPED: there is no AWS CLI on this machine (Debian: apt-get install awscli).\n');
  return false;
}

/** The AWS CLI, pointed at a local AWS by the standard environment. */
export interface Cli {
  readonly aws: LocalAws;
  /** Runs `aws …` and parses what it prints. @throws Error with what it wrote on standard error */
  run(...args: string[]): Promise<Answer>;
  /** Runs `aws …`, which has to fail, and gives its standard error. */
  fail(...args: string[]): Promise<string>;
  close(): Promise<void>;
}

type Json = z.infer<ReturnType<typeof z.json>>;

/** A JSON answer, looked into by a path such as `Roles.0.RoleName`. */
class Answer {
  constructor(private readonly document: Json) {}

  at(path: string): Json | undefined {
    let value: Json | undefined = this.document;
    for (const step of path.split('.')) {
      if (typeof value !== 'object' || value === null) return undefined;
      value = new Map<string, Json>(Object.entries(value)).get(step);
    }
    return value;
  }

  text(path: string): string {
    const value = this.at(path);
    if (typeof value !== 'string') throw new Error(`There is no text at ${path} in ${JSON.stringify(this.document)}`);
    return value;
  }
}

export async function startCli(): Promise<Cli> {
  const aws = await startLocalAws({ pace: { times: 60 } });
  const { accessKeyId, secretAccessKey } = aws.administrator(ACCOUNT);
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_DEFAULT_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
  };
  const execute = (args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      // Older ones (Debian's is 2.9) take no notice of AWS_ENDPOINT_URL.
      const endpoint = ['--endpoint-url', aws.endpoint];
      execFile(
        'aws',
        [...args, ...endpoint, '--output', 'json'],
        { env, maxBuffer: 1 << 26 },
        (error, stdout, stderr) => {
          resolve({ code: error === null ? 0 : 1, stdout, stderr });
        },
      );
    });
  return {
    aws,
    run: async (...args) => {
      const { code, stdout, stderr } = await execute(args);
      if (code !== 0) throw new Error(`aws ${args.join(' ')}: ${stderr}`);
      return new Answer(stdout.trim() === '' ? null : parse(stdout));
    },
    fail: async (...args) => {
      const { code, stderr } = await execute(args);
      if (code === 0) throw new Error(`aws ${args.join(' ')} should have failed`);
      return stderr;
    },
    close: () => aws.close(),
  };
}

function parse(text: string): Json {
  return z.json().parse(JSON.parse(text));
}
