import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** How many of a property's values are drawn: all of them by `npm run test:properties`, a fifth by `npm test`, which draws the same each time. */
    readonly drawn: number;
  }
}

/** So many of the values that a property is to be tried with. */
export function runs(most: number): { readonly numRuns: number } {
  return { numRuns: Math.ceil(most * inject('drawn')) };
}
