import { setTimeout as wait } from 'node:timers/promises';
import { recordedSentence } from 'local-aws/recorded';
import { type ScenarioListener, ScenarioRunner } from '../scenario-runner.ts';
import type { Sandbox } from '../sandbox.ts';
import { FolderLooks } from './look-at-folder.ts';
import type { Rehearsal } from './rehearsal.ts';

/** Between two looks at the folder, in milliseconds. */
const EACH = 1_000;

/**
 * Releases the folder again whenever its manifest has a version that was not released yet, for as long as the process lives. Each is judged
 * first: what keeps it from being released is told once for each save.
 */
export async function followFolder(
  rehearsal: Rehearsal,
  sandbox: Sandbox,
  { listener, log }: { readonly listener: ScenarioListener; readonly log: (line: string) => void },
): Promise<never> {
  const runner = new ScenarioRunner(sandbox, listener);
  const looks = new FolderLooks(rehearsal);
  for (;;) {
    await wait(EACH);
    const { obstacles, release } = looks.look();
    if (obstacles !== undefined) log(obstacles);
    if (release === undefined) continue;
    const { key, bytes } = rehearsal.pack();
    sandbox.aws.clock.setPace(sandbox.pace);
    await runner.release(key, bytes);
    sandbox.aws.clock.setPace('real');
    const recorded = recordedSentence(sandbox.aws.recorded().map(({ type }) => type));
    if (recorded !== '') log(recorded);
    log(next(rehearsal));
  }
}

/** What to do to see the next release. */
export function next({ folder }: Pick<Rehearsal, 'folder'>): string {
  return `Change the code, and the version in ${folder}/release.json: it is released again, from the version that is live.`;
}
