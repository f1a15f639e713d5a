import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesize } from '../../local/deploy.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder that `cdk synth` filled. */
    readonly synthesized: string;
    /** The same, with `test/end-to-end/policy.json` as the policy: many services, and environments that ask for nobody. */
    readonly synthesizedForMany: string;
    /** The same, with `test/end-to-end/crash-matrix/policy.json`. */
    readonly synthesizedForMatrix: string;
    /** For scenarios with a policy of their own, by its name. */
    readonly synthesizedBy: Readonly<Record<string, string>>;
  }
}

const POLICIES = new URL('../../local/scenarios/policies/', import.meta.url).pathname;

/** Synthesizes the real stacks once for all end-to-end tests: with the sample's policy, and with that of the tests. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-e2e-'));
  const out = async (name: string, policy?: string): Promise<string> => {
    const directory = join(folder, name);
    mkdirSync(directory);
    await synthesize(directory, undefined, policy === undefined ? {} : { 'sluice:policy': policy });
    return directory;
  };
  const policies = readdirSync(POLICIES);
  const [synthesized, synthesizedForMany, synthesizedForMatrix, ...others] = await Promise.all([
    out('sample'),
    out('many', 'test/end-to-end/policy.json'),
    out('matrix', 'test/end-to-end/crash-matrix/policy.json'),
    ...policies.map((name) => out(name, join(POLICIES, name))),
  ]);
  project.provide('synthesized', synthesized);
  project.provide('synthesizedForMany', synthesizedForMany);
  project.provide('synthesizedForMatrix', synthesizedForMatrix);
  project.provide('synthesizedBy', Object.fromEntries(policies.map((name, index) => [name, others[index] ?? ''])));
  return () => rmSync(folder, { recursive: true, force: true });
}
