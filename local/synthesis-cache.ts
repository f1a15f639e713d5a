import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';

/** What the stacks are made of, beside the policy and the version of Node.js. */
const sources = [
  ...['infra', 'core', 'adapters', 'engine', 'functions', 'statemachines'],
  ...['cdk.json', 'package-lock.json', 'tsconfig.json'],
];

/** How many syntheses are kept: the newest. */
const KEPT = 5;

/**
 * The output of `cdk synth` for the sources as they are, made by `make` where it is not there yet.
 * @param root of the repository
 * @param policyFile by its path from the root
 * @param make fills the folder that it is given
 * @returns the folder; nobody may change what is in it
 */
export async function cachedSynthesis(
  root: string,
  policyFile: string,
  make: (into: string) => Promise<unknown>,
): Promise<{ readonly folder: string; readonly made: boolean }> {
  const cache = path.join(root, 'node_modules/.cache/sluice-synthesis');
  const folder = path.join(cache, digestOf(root, policyFile));
  if (existsSync(folder)) {
    const now = new Date();
    utimesSync(folder, now, now);
    return { folder, made: false };
  }
  mkdirSync(cache, { recursive: true });
  const unfinished = `${folder}.${process.pid}`;
  try {
    await make(unfinished);
    // In one step; where another process was quicker, its folder is as good.
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  forgetOld(cache);
  return { folder, made: true };
}

function digestOf(root: string, policyFile: string): string {
  const hash = createHash('sha256')
    .update(process.version)
    .update(readFileSync(path.resolve(root, policyFile)));
  for (const source of sources.flatMap((name) => filesBelow(root, name)))
    hash.update(`\0${source}\0`).update(readFileSync(path.join(root, source)));
  return hash.digest('hex').slice(0, 32);
}

function filesBelow(root: string, name: string): string[] {
  if (statSync(path.join(root, name)).isFile()) return [name];
  return readdirSync(path.join(root, name), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .toSorted();
}

function forgetOld(cache: string): void {
  const age = (name: string): number => statSync(path.join(cache, name)).mtimeMs;
  const finished = readdirSync(cache).filter((name) => !name.includes('.'));
  for (const name of finished.toSorted((one, other) => age(other) - age(one)).slice(KEPT))
    rmSync(path.join(cache, name), { recursive: true, force: true });
}
