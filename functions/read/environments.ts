import { describeEnvironment, type EnvironmentDocument } from '../../core/contract/api/documents.ts';
import { NotInLedger, RequestInvalid } from '../../core/contract/errors.ts';
import { interventionItem } from '../../core/ledger/items.ts';
import { environmentPartition, interventionPrefix } from '../../core/ledger/keys.ts';
import { environmentName, serviceName } from '../../core/values/identifiers.ts';
import { parseItem } from '../../engine/ledger/read.ts';
import { readQueue } from '../../engine/turn/pass-on.ts';
import type { ReadServices } from './services.ts';

/** Most interventions that are shown; the ledger keeps all. */
const SHOWN = 20;

/** Which release has the turn of an environment, and what blocks it. @throws RequestInvalid, NotInLedger */
export async function findEnvironment(
  { ledger }: ReadServices,
  { service, environment }: { readonly service: string; readonly environment: string },
): Promise<EnvironmentDocument> {
  if (!serviceName.safeParse(service).success || !environmentName.safeParse(environment).success)
    throw new RequestInvalid('Name an environment as <service>/<environment>, such as "orders/production".');
  const place = { service, environment };
  const [queue, done] = await Promise.all([
    readQueue(ledger, place),
    ledger.query(environmentPartition(service, environment), {
      prefix: interventionPrefix,
      newestFirst: true,
      limit: SHOWN,
    }),
  ]);
  const { turn, hold, quarantine, waiters } = queue;
  const known = [turn, hold, quarantine, ...waiters, ...done.items].some((item) => item !== undefined);
  if (!known) throw new NotInLedger(`${service} has no release in ${environment} yet.`, { environment });
  return describeEnvironment(
    place,
    queue,
    done.items.map((item) => parseItem(interventionItem, item)),
  );
}
