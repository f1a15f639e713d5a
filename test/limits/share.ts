import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** How much of the largest release is played: all of it by `npm run test:limits`, a twentieth by `npm test`. */
    readonly share: number;
  }
}

/** So many of the most that there may be. */
export function shareOf(most: number): number {
  return Math.ceil(most * inject('share'));
}
