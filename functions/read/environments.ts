import { describeEnvironment, type EnvironmentDocument } from '../../core/contract/api/documents.ts';
import { NotInLedger, RequestInvalid } from '../../core/contract/errors.ts';
import {
  blockItem,
  type BlockItem,
  holdItem,
  interventionItem,
  quarantineItem,
  waiterItem,
} from '../../core/ledger/items.ts';
import {
  blockKey,
  blockPrefix,
  environmentPartition,
  holdKey,
  interventionPrefix,
  quarantineKey,
  waiterPrefix,
} from '../../core/ledger/keys.ts';
import type { Queue } from '../../core/turn/queue.ts';
import { environmentName, serviceName } from '../../core/values/identifiers.ts';
import { parseItem, readAll, readItem, readTurn } from '../../engine/ledger/read.ts';
import type { ReadServices } from './services.ts';

/** Most interventions, and most blocked versions, that are shown; the ledger keeps all. */
const SHOWN = 20;

/** An environment of a service. */
interface Place {
  readonly service: string;
  readonly environment: string;
}

/** Which release has the turn of an environment, and what blocks it. @throws RequestInvalid, NotInLedger */
export async function findEnvironment(
  { ledger }: ReadServices,
  { service, environment }: Place,
): Promise<EnvironmentDocument> {
  requirePlace({ service, environment });
  const place = { service, environment };
  const [queue, done] = await Promise.all([
    readShown(ledger, place),
    ledger.query(environmentPartition(service, environment), {
      prefix: interventionPrefix,
      newestFirst: true,
      limit: SHOWN,
    }),
  ]);
  const { turn, hold, quarantine, waiters } = queue;
  const known = [turn, hold, quarantine, ...waiters, ...done.items].some((item) => item !== undefined);
  if (!known)
    throw new NotInLedger(`There is no environment ${environment} of ${service}, or no release came to it yet.`, {
      environment,
    });
  return describeEnvironment(
    place,
    queue,
    done.items.map((item) => parseItem(interventionItem, item)),
  );
}

/** @throws RequestInvalid where it is no name of a service and an environment */
export function requirePlace({ service, environment }: Place): void {
  if (serviceName.safeParse(service).success && environmentName.safeParse(environment).success) return;
  throw new RequestInvalid('Name an environment as <service>/<environment>, such as "orders/production".');
}

/** What decides who is next, as far as it is shown: of blocked versions, which only become more, the first few and those that wait. */
async function readShown(ledger: ReadServices['ledger'], { service, environment }: Place): Promise<Queue> {
  const partition = environmentPartition(service, environment);
  const [turn, hold, quarantine, waiting, first] = await Promise.all([
    readTurn(ledger, service, environment),
    readItem(ledger, holdKey(service, environment), holdItem),
    readItem(ledger, quarantineKey(service, environment), quarantineItem),
    readAll(ledger, partition, waiterPrefix),
    ledger.query(partition, { prefix: blockPrefix, limit: SHOWN }),
  ]);
  const waiters = waiting.map((item) => parseItem(waiterItem, item));
  const blocked = new Map(first.items.map((item) => parseItem(blockItem, item)).map((one) => [one.version, one]));
  const others = waiters.flatMap(({ version }) => (version === undefined || blocked.has(version) ? [] : version));
  for (const one of await blockedAmong(ledger, { service, environment }, others)) blocked.set(one.version, one);
  return { turn, hold, quarantine, waiters, blocked: [...blocked.values()] };
}

/** Which of these versions are blocked in an environment. */
export async function blockedAmong(
  ledger: ReadServices['ledger'],
  { service, environment }: Place,
  versions: readonly string[],
): Promise<BlockItem[]> {
  const keys = [...new Set(versions)].map((version) => blockKey(service, environment, version));
  return (await ledger.getAll(keys)).map((item) => parseItem(blockItem, item));
}
