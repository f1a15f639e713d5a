import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesize } from '../../local/deploy.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder that `cdk synth` filled. */
    readonly synthesized: string;
  }
}

/** Synthesizes the real stacks once for all end-to-end tests. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = join(mkdtempSync(join(tmpdir(), 'sluice-e2e-')), 'cdk.out');
  mkdirSync(folder);
  await synthesize(folder);
  project.provide('synthesized', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
