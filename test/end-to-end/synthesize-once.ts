import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesizeAll } from './synthesize-all.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder that `cdk synth` filled. */
    readonly synthesized: string;
    /** The same, with `test/end-to-end/policy.json` as the policy: many services, and environments that ask for nobody. */
    readonly synthesizedForMany: string;
    /** The same, with `test/end-to-end/crash-matrix/policy.json`. */
    readonly synthesizedForMatrix: string;
    /** The same, with `test/end-to-end/execution-policy.json`: a target of each `execution`. */
    readonly synthesizedForExecution: string;
    /** Of how many services ten artifacts each are dropped at once. */
    readonly artifactServices: number;
  }
}

/** Synthesizes the real stacks once for all end-to-end tests: with the sample's policy, and with those of the tests. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-e2e-'));
  const policies = new Map([
    ['sample', 'policy.json'],
    ['many', 'test/end-to-end/policy.json'],
    ['matrix', 'test/end-to-end/crash-matrix/policy.json'],
    ['execution', 'test/end-to-end/execution-policy.json'],
  ]);
  await synthesizeAll(folder, policies);
  const of = (name: string): string => join(folder, name);
  project.provide('synthesized', of('sample'));
  project.provide('synthesizedForMany', of('many'));
  project.provide('synthesizedForMatrix', of('matrix'));
  project.provide('synthesizedForExecution', of('execution'));
  return () => rmSync(folder, { recursive: true, force: true });
}
