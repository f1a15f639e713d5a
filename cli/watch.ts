import { describeCounts, type MeasuredSlice, recordedObject } from '../core/checks/evidence.ts';
import { evidencePage } from '../core/contract/api/evidence.ts';
import {
  liveList,
  type LiveDocument,
  type ReleaseDocument,
  type TransitionDocument,
} from '../core/contract/api/documents.ts';
import { isEnd } from '../core/release/status.ts';
import { drawBoard, placeOf } from './board.ts';
import type { Engine } from './engine.ts';
import { CommandError, exitCode, exitCodeOfEnd } from './exit-codes.ts';
import { followRelease, oneRelease } from './follow.ts';
import { everyPage } from './pages.ts';
import { growingPauses } from './pauses.ts';
import { growTimeline } from './progress.ts';
import type { Output } from './output.ts';

/** How often a release is looked for that was dropped a moment ago: its object's event takes a moment. */
const LOOKS = 5;

/**
 * Follows a release to its end: its transitions line by line and, on a terminal, below them a board of where it is, drawn anew in its
 * place. @throws CommandError where it does not end Succeeded, with the exit code of its end
 */
export async function watchRelease(
  engine: Engine,
  id: string,
  output: Output,
  describe: (release: ReleaseDocument) => string,
): Promise<void> {
  const found = await appeared(engine, id);
  const timeline = growTimeline(output.progress, () => engine.now(), output.paint);
  const verdicts = new Map<string, string>();
  const onTransition = (transition: TransitionDocument, startedAt: string): void => {
    const { environment = '', target = '', evidence } = transition;
    const counts = recordedObject(evidence)?.counts;
    if (counts !== undefined) verdicts.set(placeOf(environment, target), describeCounts(counts));
    timeline.transition(transition, startedAt);
  };
  const look = async (release: ReleaseDocument): Promise<void> => {
    if (!timeline.draws) return;
    const [live, slices] = await Promise.all([
      isShifting(release) ? liveOf(engine, release.service) : [],
      slicesOf(engine, release),
    ]);
    timeline.board((now, columns) => drawBoard({ release, live, slices, verdicts, now, columns, paint: output.paint }));
  };
  await look(found);
  const release = await followRelease(engine, id, onTransition, growingPauses(), look).finally(timeline.rest);
  output.result(release, describe);
  requireSuccess(release);
}

/** @throws CommandError where the release has not succeeded, with the exit code that says how it stands */
export function requireSuccess({ id, status }: Pick<ReleaseDocument, 'id' | 'status'>): void {
  if (!isEnd(status))
    throw new CommandError(`${id} has not ended: it is ${status}.`, exitCode.underWay, {
      code: 'cli.release-under-way',
      status,
    });
  if (status === 'Succeeded') return;
  throw new CommandError(`${id} ended ${status}.`, exitCodeOfEnd[status], { code: 'cli.release-ended', status });
}

function isShifting({ environments }: ReleaseDocument): boolean {
  return environments.some(({ targets }) => targets.some(({ phase }) => phase === 'shifting'));
}

function liveOf(engine: Engine, service: string): Promise<LiveDocument[]> {
  return everyPage(engine, liveList, '/v1/live', { service }, (page) => page.live);
}

/** What was measured so far where users are moved, by place. A series has a digest of its own: what has not changed is not read again. */
async function slicesOf(
  engine: Engine,
  { id, environments }: ReleaseDocument,
): Promise<ReadonlyMap<string, readonly MeasuredSlice[]>> {
  const named = environments.flatMap(({ name, targets }) =>
    targets.flatMap(({ account, region, series }) =>
      series === undefined ? [] : { place: placeOf(name, `${account}/${region}`), series },
    ),
  );
  const read = named.map(async ({ place, series }): Promise<[string, readonly MeasuredSlice[]]> => {
    const page = await engine.call(evidencePage, 'GET', `/v1/releases/${encodeURIComponent(id)}/evidence/${series}`);
    return [place, page.kind === 'series' ? page.slices : []];
  });
  return new Map(await Promise.all(read));
}

async function appeared(engine: Engine, id: string): Promise<ReleaseDocument> {
  const pause = growingPauses();
  for (let look = 1; ; look += 1) {
    try {
      return await oneRelease(engine, id);
    } catch (error) {
      if (look === LOOKS || !(error instanceof CommandError && error.exitCode === exitCode.notFound)) throw error;
    }
    await pause(false);
  }
}
