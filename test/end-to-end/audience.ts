import type { Audience } from '../../local/theatre.ts';

/** Nobody looks on. */
export const emptyHouse: Audience = { dropped: () => undefined, transition: () => undefined, ended: () => undefined };
