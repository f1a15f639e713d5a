import type { LiveItem } from './items.ts';
import { liveIndexKeys, liveKey } from './keys.ts';
import type { WriteIntent } from './write-intent.ts';

/** Says what serves in a target. The fence keeps anybody else from saying otherwise at the same time. */
export function recordLive(live: LiveItem): WriteIntent[] {
  const keys = { ...liveKey(live.service, live), ...liveIndexKeys(live.service, live.environment, live) };
  return [{ write: 'put', item: { ...keys, ...live } }];
}
