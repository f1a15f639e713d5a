import * as z from 'zod';
import { accountId, environmentName, instant, regionName, serviceName } from '../values/identifiers.ts';
import { liveItem, type LiveItem } from './items.ts';

/** In place of what is live, once nothing serves any more: where a service has served stays known, and with which turn that ended. */
const vacantItem = z.object({
  service: serviceName,
  environment: environmentName,
  account: accountId,
  region: regionName,
  vacant: z.literal(true),
  since: instant,
  fence: z.int().exactOptional(),
});
export type VacantItem = z.infer<typeof vacantItem>;

/** `service#<name> / live#<env>#<account>#<region>`: what serves, or that nothing does any more. */
export const liveRow = z.union([vacantItem, liveItem]);
export type LiveRow = z.infer<typeof liveRow>;

/** The same, as most read it: what serves, or undefined where nothing does any more. */
export const servingRow = liveRow.transform((row): LiveItem | undefined => ('vacant' in row ? undefined : row));
