import type { ObservedRelease } from '../scenario-runner.ts';

/** Engine seconds from the first transition of one type to the first of another; NaN where there is none. */
export function secondsBetweenTransitions({ transitions }: ObservedRelease, from: string, to: string): number {
  const at = (type: string): number => Date.parse(transitions.find((one) => one.type === type)?.at ?? '');
  return (at(to) - at(from)) / 1000;
}
