import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
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
  }
}

/** Synthesizes the real stacks once for all end-to-end tests: with the sample's policy, and with that of the tests. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-e2e-'));
  const [synthesized, synthesizedForMany] = [join(folder, 'sample'), join(folder, 'many')];
  for (const out of [synthesized, synthesizedForMany]) mkdirSync(out);
  await Promise.all([
    synthesize(synthesized),
    synthesize(synthesizedForMany, undefined, { 'sluice:policy': 'test/end-to-end/policy.json' }),
  ]);
  project.provide('synthesized', synthesized);
  project.provide('synthesizedForMany', synthesizedForMany);
  return () => rmSync(folder, { recursive: true, force: true });
}
