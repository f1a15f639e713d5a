import { LedgerConflict } from '../../core/contract/errors.ts';
import { recordEvents } from '../../core/ledger/record.ts';
import type { WriteIntent } from '../../core/ledger/write-intent.ts';
import type { EventDraft } from '../../core/release/events.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import type { InvocationContext } from '../handler/handler.ts';
import { readHead } from './read.ts';

/** What a decision writes; nothing when there is nothing to do. */
export interface ReleaseUpdate<T> {
  readonly result: T;
  /** Transitions to append. */
  readonly events?: readonly EventDraft[];
  readonly writes?: readonly WriteIntent[];
}

/** What the shell needs to decide and write. */
export interface WriteContext {
  readonly ledger: Ledger;
  readonly invocation: InvocationContext;
}

const attempts = 16;

/**
 * Reads, decides, writes; when another write came in between, or the same was done already, reads and decides again. The
 * decision must recognise what is done already, so that it is idempotent.
 * @returns the result and the head that the ledger has now
 */
export async function updateRelease<T>(
  { ledger, invocation }: WriteContext,
  release: string,
  decide: (head: ReleaseHead) => ReleaseUpdate<T> | Promise<ReleaseUpdate<T>>,
): Promise<{ readonly result: T; readonly head: ReleaseHead }> {
  return retryOnConflict(invocation, async () => {
    const head = await readHead(ledger, release);
    const { result, events = [], writes = [] } = await decide(head);
    const recording = events.length === 0 ? { head, writes: [] } : recordEvents(head, events);
    const all = [...recording.writes, ...writes];
    if (all.length > 0 && (await ledger.write(all)) === 'already') return undefined;
    return { result, head: recording.head };
  });
}

/** Repeats work that lost a race (`LedgerConflict`, or `undefined`), a little later each time. @throws LedgerConflict after the last attempt */
export async function retryOnConflict<T>(
  invocation: InvocationContext,
  work: () => Promise<T | undefined>,
): Promise<T> {
  let conflict: LedgerConflict | undefined;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (attempt > 0) await invocation.pause(invocation.random() * Math.min(1000, 20 * 2 ** attempt));
    try {
      const result = await work();
      if (result !== undefined) return result;
    } catch (problem) {
      if (!(problem instanceof LedgerConflict)) throw problem;
      conflict = problem;
    }
  }
  throw conflict ?? new LedgerConflict('The ledger kept changing: try again.');
}
