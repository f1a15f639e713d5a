import { setTimeout as wait } from 'node:timers/promises';

const FIRST_MILLISECONDS = 1_000;
const MOST_MILLISECONDS = 30_000;
const GROWTH = 1.4;

/** Waits between two looks at something: longer each time that nothing has changed, so that whoever waits for days costs little. */
export function growingPauses(
  first = FIRST_MILLISECONDS,
  pause: (milliseconds: number) => Promise<unknown> = wait,
): (changed: boolean) => Promise<void> {
  let next = first;
  return async (changed) => {
    if (changed) next = first;
    await pause(Math.round(next));
    next = Math.min(next * GROWTH, MOST_MILLISECONDS);
  };
}
