import type { Audience } from '../../local/scenario-runner.ts';

/** Nobody looks on. */
export const emptyHouse: Audience = { dropped: () => undefined, transition: () => undefined, ended: () => undefined };
