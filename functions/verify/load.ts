import { performance } from 'node:perf_hooks';

/** One request that was sent: its result, and how long it took. */
export interface Timed<T> {
  readonly result: T;
  /** From the intended start of the request to its end, so that a queue before the service counts, too. */
  readonly milliseconds: number;
}

/**
 * Sends requests at their intended times whether or not earlier ones have been answered (an open loop): a service that
 * slows down does not slow the load down, and its slowness is measured in full.
 * @param offsets milliseconds after the beginning, ascending
 * @param send sends the request of this number, from 0; returns failures as results
 */
export async function drive<T>(
  offsets: readonly number[],
  send: (index: number) => Promise<T>,
  pause: (milliseconds: number) => Promise<void>,
): Promise<Timed<T>[]> {
  const begin = performance.now();
  const one = async (index: number, intended: number): Promise<Timed<T>> => {
    const result = await send(index);
    return { result, milliseconds: performance.now() - intended };
  };
  const running: Promise<Timed<T>>[] = [];
  for (const [index, offset] of offsets.entries()) {
    const wait = begin + offset - performance.now();
    if (wait > 0) await pause(wait);
    running.push(one(index, begin + offset));
  }
  return Promise.all(running);
}
