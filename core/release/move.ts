import type { ReleaseHead } from './head.ts';

/** A head after an event, before the event has its place in the chain. */
export interface Move {
  readonly head: ReleaseHead;
  readonly from: string;
  readonly to: string;
}

/** A move, or the sentence why there is none. */
export type MoveOrRefusal = Move | string;
