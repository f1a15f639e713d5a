import type { Closure } from '../../core/turn/windows/closure.ts';
import type { Windows } from '../../core/turn/windows/windows-schema.ts';
import type { Queue } from '../../core/turn/queue.ts';
import type { WaiterItem } from '../../core/ledger/items.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { kindOf, type ReleaseKind } from '../../core/release/kind.ts';
import { environmentOf } from '../../core/release/plan.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { readPlan } from '../ledger/read.ts';

/** The windows that count for a release in an environment, from its plan; undefined where none do, or a person let it in. */
export async function windowsOf(
  ledger: Ledger,
  head: ReleaseHead,
  environment: string,
): Promise<WaiterItem['windows']> {
  const state = head.environments[environment];
  if (state?.windows !== true || state.windowOverriddenAt !== undefined) return undefined;
  const { windows } = environmentOf(await readPlan(ledger, head.release), environment);
  return windows === undefined ? undefined : { ...windows, kind: kindOf(head) };
}

/** The window that keeps a release now. What reads crons and zones is loaded only where there are windows. */
export async function closureAt(
  windows: (Windows & { readonly kind: ReleaseKind }) | undefined,
  now: string,
): Promise<Closure | undefined> {
  if (windows === undefined) return undefined;
  const { whenOpen } = await import('../../core/turn/windows/when-open.ts');
  const opening = whenOpen(windows, now, windows.kind);
  return opening.open ? undefined : opening.closed;
}

/** The queue with the windows as they are now, instead of as they were when somebody looked last. */
export async function lookAtWindows(queue: Queue, now: string): Promise<Queue> {
  const waiters = await Promise.all(
    queue.waiters.map(async (waiter) => {
      const bare = { ...waiter };
      delete bare.closed;
      return withClosure(bare, await closureAt(waiter.windows, now));
    }),
  );
  return { ...queue, waiters };
}

/** A waiter and the window that keeps it. */
export function withClosure(waiter: WaiterItem, closed: Closure | undefined): WaiterItem {
  return closed === undefined ? waiter : { ...waiter, closed };
}
