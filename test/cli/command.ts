import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type * as z from 'zod';
import { stage } from '../../cli/packaging/stage.ts';

/** How a command ended. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where what is staged is kept: files beside `node_modules` are not watched, linted or packed. */
const CACHE = resolve('node_modules/.cache/sluice-command');
/** What goes into the package. */
const SOURCES = ['cli', 'core', 'package-lock.json', 'release.schema.json', 'LICENSE'];
/** Finds no configuration of the machine that runs the tests. */
const HOME = '/nonexistent';
const KEPT = { PATH: process.env['PATH'] ?? '', HOME, AWS_EC2_METADATA_DISABLED: 'true' };

type Environment = Readonly<Record<string, string>>;

/** Runs `sluice` as it runs in this repository, from source, with these environment variables and no others of AWS's. */
export function sluiceFromSource(environment: Environment, ...args: readonly string[]): Promise<Ran> {
  return run(process.execPath, [resolve('cli/bin/sluice.mjs'), ...args], { ...KEPT, ...environment });
}

/** The same, as its package has it. */
export async function sluice(environment: Environment, ...args: readonly string[]): Promise<Ran> {
  return run(process.execPath, [join(await staged(), 'bin', 'sluice.mjs'), ...args], { ...KEPT, ...environment });
}

/** The folder of the package, made once for what its sources are now. */
export function staged(): Promise<string> {
  return (stagedOnce ??= stageInto(join(CACHE, digestOfSources())));
}

let stagedOnce: Promise<string> | undefined;

async function stageInto(folder: string): Promise<string> {
  if (existsSync(folder)) return folder;
  const own = `${folder}.${process.pid}`;
  await stage(own);
  try {
    // In one step: another process may be about to run it.
    renameSync(own, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(own, { recursive: true });
  }
  return folder;
}

function digestOfSources(): string {
  const hash = createHash('sha256');
  for (const source of SOURCES)
    for (const file of filesIn(source)) hash.update(`${file}\n`).update(readFileSync(file)).update('\n');
  return hash.digest('hex');
}

function filesIn(source: string): string[] {
  if (statSync(source).isFile()) return [source];
  return readdirSync(source)
    .filter((name) => name !== 'node_modules' && name !== 'dist' && name !== 'test')
    .sort()
    .flatMap((name) => filesIn(join(source, name)));
}

/** Runs a program. @param cwd its folder; that of the tests when left out */
export async function run(file: string, args: readonly string[], environment: Environment, cwd?: string): Promise<Ran> {
  const child = spawn(file, [...args], {
    env: environment,
    ...(cwd === undefined ? {} : { cwd }),
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
