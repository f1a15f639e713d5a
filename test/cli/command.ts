import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import type * as z from 'zod';

/** How a command ended. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const INSTALLED = 'cli/bin/sluice.mjs';
/** What the command reads of its own package, besides `package.json`. */
const SCHEMA = 'release.schema.json';
/** Where what is imported by a package's name is found. */
const CACHE = resolve('node_modules/.cache/sluice-command');
/** Finds no configuration of the machine that runs the tests. */
const HOME = '/nonexistent';
const KEPT = { PATH: process.env['PATH'] ?? '', HOME, AWS_EC2_METADATA_DISABLED: 'true' };

/** Runs `sluice` as a user would, with these environment variables and no others of AWS's. */
export function sluiceAsInstalled(environment: Environment, ...args: readonly string[]): Promise<Ran> {
  return run(resolve(INSTALLED), { ...KEPT, ...environment }, args);
}

/** The same, of the same source, compiled once: to compile it at each start takes more than half of its processor time. */
export async function sluice(environment: Environment, ...args: readonly string[]): Promise<Ran> {
  compiled ??= compile();
  // The installed command sets it itself.
  const quiet = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  return run(await compiled, { ...KEPT, ...quiet, ...environment }, args);
}

type Environment = Readonly<Record<string, string>>;

let compiled: Promise<string> | undefined;

/** Compiles the command by esbuild, as tsx does. @returns its file, which others that run the same source may have written */
async function compile(): Promise<string> {
  const how = { bundle: true, packages: 'external', platform: 'node', format: 'esm' } as const;
  const { outputFiles } = await build({ ...how, entryPoints: ['cli/main.ts'], outfile: 'main.mjs', write: false });
  const code = outputFiles.map(({ text }) => text).join('');
  const [own, schema] = [readFileSync('package.json'), readFileSync(SCHEMA)];
  const folder = join(CACHE, createHash('sha256').update(code).update(own).update(schema).digest('hex'));
  const file = join(folder, 'cli', 'main.mjs');
  if (existsSync(file)) return file;
  mkdirSync(join(folder, 'cli'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), own);
  writeFileSync(join(folder, SCHEMA), schema);
  // In one step: another process may be about to run it.
  writeFileSync(`${file}.${process.pid}`, code);
  renameSync(`${file}.${process.pid}`, file);
  return file;
}

async function run(file: string, environment: Environment, args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [file, ...args], {
    env: environment,
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
