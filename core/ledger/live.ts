import type { LiveItem } from './items.ts';
import { liveIndexKeys, liveKey } from './keys.ts';
import type { WriteIntent } from './write-intent.ts';

/** Records what is live in a target. The fence excludes any other writer. */
export function recordLive(live: LiveItem): WriteIntent[] {
  const keys = { ...liveKey(live.service, live), ...liveIndexKeys(live.service, live.environment, live) };
  return [{ write: 'put', item: { ...keys, ...live } }];
}
