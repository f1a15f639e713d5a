import { ReleaseHalted } from '../contract/errors.ts';
import type { TaskName } from '../contract/tasks.ts';
import type { WaitItem } from '../ledger/items.ts';
import { parseTarget } from '../values/identifiers.ts';
import type { ReleaseHead } from './head.ts';
import { isHalted } from './progress.ts';

/** Tasks that bring a halted release to its end. */
const goesOn: readonly TaskName[] = ['settle', 'restoreTraffic', 'restoreStack'];

/** Is it of no use any more to wait for this: has the release been halted, and is it not what undoes it? */
export function isInVain({ task }: Pick<WaitItem, 'task'>, head: ReleaseHead): boolean {
  return isHalted(head) && !goesOn.includes(task);
}

/** What a task is answered with that waits in vain, or that starts in a halted release. */
export function haltedError(
  { release, cancelled }: ReleaseHead,
  { environment, target }: { readonly environment?: string | undefined; readonly target?: string | undefined },
): ReleaseHalted {
  const what = cancelled === undefined ? 'was stopped' : 'was cancelled';
  return new ReleaseHalted(`The release ${what}: nothing new begins.`, {
    release,
    ...(environment === undefined ? {} : { environment }),
    ...(target === undefined ? {} : parseTarget(target)),
  });
}
