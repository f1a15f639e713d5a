import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type * as z from 'zod';

/** How a command ended. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const SLUICE = resolve('cli/bin/sluice.mjs');
/** Finds no configuration of the machine that runs the tests. */
const HOME = '/nonexistent';

/** Runs `sluice` as a user would, with these environment variables and no others of AWS's. */
export async function sluice(environment: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [SLUICE, ...args], {
    env: { PATH: process.env['PATH'], HOME, AWS_EC2_METADATA_DISABLED: 'true', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const code = await new Promise<number | null>((done, failed) => {
    child.once('error', failed);
    child.once('close', done);
  });
  const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8');
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** The one document that a command with `--json` printed. @throws Error when it failed or printed anything else */
export function documentOf<T>(schema: z.ZodType<T>, { code, stdout, stderr }: Ran): T {
  if (code !== 0) throw new Error(`The command ended with ${code}: ${stderr}`);
  const document: unknown = JSON.parse(stdout);
  return schema.parse(document);
}
