/**
 * Map (inline) and Parallel: flows side by side, each with a thread and a scope of its own.
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
 */
import { setMaxListeners } from 'node:events';
import { Aborted, dataLimitExceeded, StateFailure } from './failures.ts';
import type { Flow, MapState, ParallelState, State } from './grammar.ts';
import type { Host } from './host.ts';
import { byteLength, PAYLOAD_LIMIT, type Json } from './json.ts';
import { eventOf, Scope, type Thread, type Visit } from './visit.ts';
import { argumentsOf, concurrencyOf, itemInput, itemsOf } from './work-fields.ts';

type RunFlow = (host: Host, flow: Flow, input: Json, thread: Thread) => Promise<Json>;

/** Inline iterations side by side: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MOST_SIDE_BY_SIDE = 40;

/** Runs the branches of a Parallel state once. @throws StateFailure of the first branch that failed */
export async function runParallel(visit: Visit, state: ParallelState, runFlow: RunFlow): Promise<Json> {
  const input = await argumentsOf(visit, state);
  const started = visit.record('ParallelStateStarted');
  const group = new Group(visit);
  const results: Json[] = [];
  await group.run(state.branches.length, (index) => {
    const branch = state.branches[index];
    if (branch === undefined) throw new RangeError(`No branch ${index}`);
    const thread = group.thread(index, started);
    return {
      work: async () => {
        results[index] = await runFlow(visit.host, branch, input, thread);
      },
      onSuccess: () => {
        visit.thread.last = thread.last;
      },
    };
  });
  return finished(visit, 'ParallelStateSucceeded', results);
}

/** Runs the iterations of a Map state once. @throws StateFailure of the first iteration that failed */
export async function runMap(visit: Visit, state: MapState, runFlow: RunFlow): Promise<Json> {
  const items = await itemsOf(visit, state);
  const wished = await concurrencyOf(visit, state);
  const limit = wished === 0 ? MOST_SIDE_BY_SIDE : Math.min(wished, MOST_SIDE_BY_SIDE);
  const started = visit.record('MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
  const group = new Group(visit);
  const results: Json[] = [];
  let before = started;
  await group.run(
    items.length,
    (index) => {
      const value = items[index] ?? null;
      const map = { Item: { Index: index, Value: value } };
      const details = { index, name: visit.name };
      const thread = group.thread(
        index,
        visit.note('MapIterationStarted', { mapIterationStartedEventDetails: details }, before),
        map,
      );
      return {
        work: async () => {
          const input = await itemInput(visit, state, value, map);
          results[index] = await runFlow(visit.host, state.processor, input, thread);
        },
        onSuccess: () => {
          before = thread.last;
          visit.thread.last = visit.note(
            'MapIterationSucceeded',
            { mapIterationSucceededEventDetails: details },
            thread.last,
          );
        },
      };
    },
    limit,
  );
  return finished(visit, 'MapStateSucceeded', results);
}

function finished(visit: Visit, event: 'MapStateSucceeded' | 'ParallelStateSucceeded', results: readonly Json[]): Json {
  if (byteLength(results) > PAYLOAD_LIMIT) throw dataLimitExceeded(visit.name);
  visit.note(event);
  return results;
}

interface Branch {
  readonly work: () => Promise<void>;
  readonly onSuccess: () => void;
}

/** Branches of one attempt at a Map or Parallel state: the first failure aborts the others. */
class Group {
  private readonly controller = new AbortController();
  private readonly signal: AbortSignal;
  private readonly live = new Map<number, Thread>();

  constructor(private readonly visit: Visit) {
    this.signal = AbortSignal.any([visit.thread.signal, this.controller.signal]);
    setMaxListeners(0, this.signal);
  }

  thread(index: number, last: number, map = this.visit.thread.map): Thread {
    const scope = new Scope(this.visit.thread.scope);
    const thread: Thread = { scope, signal: this.signal, last, ...(map === undefined ? {} : { map }) };
    this.live.set(index, thread);
    return thread;
  }

  /** Starts `limit` branches, then one more whenever one ends; resolves when all have succeeded. */
  async run(count: number, start: (index: number) => Branch, limit = Number.POSITIVE_INFINITY): Promise<void> {
    if (count === 0) return;
    const waiting = Array.from({ length: count }, (_, index) => index);
    let succeeded = 0;
    await this.visit.host.join(
      () =>
        new Promise<void>((resolve, reject) => {
          const launch = (index: number, branch: Branch): void => {
            const ended = (): void => {
              if (this.signal.aborted) return;
              this.live.delete(index);
              branch.onSuccess();
              succeeded += 1;
              const next = waiting.shift();
              if (next !== undefined) launch(next, start(next));
              else if (succeeded === count) resolve();
            };
            const failed = (error: unknown): void => {
              if (!this.signal.aborted) reject(this.abortOthers(index, error));
            };
            this.visit.host.work(branch.work).then(ended).catch(failed);
          };
          const cutOff = (): void => reject(new Aborted());
          this.visit.thread.signal.addEventListener('abort', cutOff, { signal: this.controller.signal });
          // All that start together are recorded as started before any of them goes on.
          const first = waiting.splice(0, limit).map((index) => [index, start(index)] as const);
          for (const [index, branch] of first) launch(index, branch);
        }),
    );
    this.controller.abort();
  }

  private abortOthers(failed: number, error: unknown): Error {
    const last = this.live.get(failed)?.last ?? this.visit.thread.last;
    if (error instanceof StateFailure)
      for (const [index, thread] of [...this.live].sort(([one], [other]) => one - other))
        this.recordAbort(index, index === failed, thread.current, last);
    this.visit.thread.last = last;
    this.controller.abort();
    return error instanceof Error ? error : new Error(String(error));
  }

  /** A Task that failed its branch is recorded as aborted too; so AWS does it. */
  private recordAbort(index: number, failed: boolean, current: State | undefined, last: number): void {
    const details = { index, name: this.visit.name };
    if (this.visit.thread.current?.Type === 'Map') {
      if (failed) this.visit.note('MapIterationFailed', { mapIterationFailedEventDetails: details }, last);
      else this.visit.note('MapIterationAborted', { mapIterationAbortedEventDetails: details }, last);
    }
    if (current === undefined) return;
    const cutOff = current.Type === 'Wait' || current.Type === 'Map' || current.Type === 'Parallel';
    if (current.Type === 'Task' || (!failed && cutOff)) this.visit.note(eventOf(current, 'Aborted'), {}, last);
  }
}
