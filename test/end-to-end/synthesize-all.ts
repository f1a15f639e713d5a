import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bundleFunctions } from '../../infra/bundling/bundle.ts';

/**
 * Synthesizes the real stacks by each policy, into a folder in `folder` by the policy's name. Bundles the functions once: for each policy it would
 * be the same code. Shares the policies between two processes.
 * @param policies files, by name
 * @throws Error with what the first that fails has printed
 */
export async function synthesizeAll(folder: string, policies: ReadonlyMap<string, string>): Promise<void> {
  const bundles = JSON.stringify(await bundleFunctions('policy.json'));
  const choices = [...policies].map(([name, policy]) => `${name}=${policy}`);
  const script = new URL('synthesize-policies.ts', import.meta.url).pathname;
  const run = promisify(execFile);
  const halves = [0, 1].map((half) => choices.filter((_, index) => index % 2 === half));
  await Promise.all(
    halves.map(async (half) => {
      if (half.length === 0) return;
      await run(process.execPath, ['--no-warnings', '--import', 'tsx', script, folder, bundles, ...half]);
    }),
  );
}
