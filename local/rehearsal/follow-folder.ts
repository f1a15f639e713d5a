import { setTimeout as wait } from 'node:timers/promises';
import { recordedSentence } from 'local-aws/recorded';
import { describeReport } from '../../cli/check/describe.ts';
import { type ScenarioListener, ScenarioRunner } from '../scenario-runner.ts';
import type { Sandbox } from '../sandbox.ts';
import type { Rehearsal } from './rehearsal.ts';

/** Between two looks at the folder, in milliseconds. */
const EACH = 1_000;

/**
 * Releases the folder again whenever its manifest has a version that was not released yet, for as long as the process lives. Each is judged
 * first: what keeps it from being released is told once.
 */
export async function followFolder(
  rehearsal: Rehearsal,
  sandbox: Sandbox,
  { listener, log }: { readonly listener: ScenarioListener; readonly log: (line: string) => void },
): Promise<never> {
  const runner = new ScenarioRunner(sandbox, listener);
  let told = '';
  const seen = new Set([rehearsal.version()]);
  for (;;) {
    await wait(EACH);
    const version = rehearsal.version();
    if (version === undefined || seen.has(version)) continue;
    const report = rehearsal.check();
    const obstacles = report.ready ? '' : describeReport(report);
    if (obstacles !== told && obstacles !== '') log(obstacles);
    told = obstacles;
    if (!report.ready) continue;
    seen.add(version);
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
