import { inject } from 'vitest';
import { startSandbox, type Sandbox } from '../../local/sandbox.ts';
import { requireLetters } from './open-sandbox.ts';
import { DeadLetters } from './rules/dead-letters.ts';

/** Draws the version that serves a request of an alias with weights. */
export const draws = { next: Math.random };

let shared: Promise<Sandbox> | undefined;

/**
 * The sandbox of a file whose parts come into it one after the other, each with services of its own: to deploy the engine and to
 * start its functions takes longer than most of them. When a part closes it, the dead-letter queues of Sluice must have got nothing
 * but what that part asked for; who observes is forgotten, and so are faults. Whoever shares it closes it by `closeShared` at the end.
 * @param deadLetters the dead letters that a part asks for, by their text: one at least has to come, and no other may
 */
export async function enterSandbox({ deadLetters }: { readonly deadLetters?: RegExp } = {}): Promise<Sandbox> {
  shared ??= startSandbox({
    ...{ pace: 'max', synthesized: inject('synthesizedForMany') },
    random: () => draws.next(),
  });
  const sandbox = await shared;
  const { kernel, faults } = sandbox.aws;
  const forget = collectObservers(kernel);
  const letters = new DeadLetters(sandbox.aws);
  return {
    ...sandbox,
    close: async () => {
      try {
        requireLetters(await letters.take(), deadLetters);
      } finally {
        forget();
        faults.clear();
      }
    },
  };
}

/** Closes the sandbox that the parts of a file had together. */
export async function closeShared(): Promise<void> {
  const closing = shared;
  shared = undefined;
  await (await closing)?.close();
}

/** @returns what stops everybody who has begun to observe since */
function collectObservers(kernel: Sandbox['aws']['kernel']): () => void {
  const stops: (() => void)[] = [];
  const observe = kernel.onObservation.bind(kernel);
  kernel.onObservation = (observer) => {
    const stop = observe(observer);
    stops.push(stop);
    return stop;
  };
  return () => {
    kernel.onObservation = observe;
    for (const stop of stops) stop();
  };
}
