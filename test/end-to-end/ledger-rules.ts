import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { approvalItem, headItem, interventionItem, quarantineItem, turnItem } from '../../core/ledger/items.ts';
import {
  eventPrefix,
  interventionPrefix,
  openMessages,
  openReleases,
  openWaits,
  undigested,
  uploadScanKey,
  waiterPrefix,
} from '../../core/ledger/keys.ts';
import { ledgerTableName } from '../../core/contract/names.ts';
import { releaseEventSchema } from '../../core/release/events.ts';
import type { EnvironmentRecord, ReleaseRecord } from '../../core/release/rules.ts';
import { isEnd } from '../../core/release/status.ts';
import type { StoredItem } from '../../adapters/dynamodb/ledger.ts';
import { parseItem } from '../../engine/ledger/read.ts';
import { ENGINE, type Sandbox } from '../../local/sandbox.ts';

/** Everything the ledger says, sorted. */
export interface WholeLedger {
  readonly items: readonly StoredItem[];
  readonly releases: readonly ReleaseRecord[];
  readonly environments: readonly EnvironmentRecord[];
}

/** Reads the whole table, as its administrator; or what it has of the releases of one service, where that is named. */
export async function readWholeLedger({ aws }: Pick<Sandbox, 'aws'>, service?: string): Promise<WholeLedger> {
  const client = DynamoDBDocumentClient.from(aws.client(DynamoDBClient, ENGINE));
  const items: StoredItem[] = [];
  let start: StoredItem | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: ledgerTableName,
        ConsistentRead: true,
        ...(service === undefined ? {} : onlyOf(service)),
        ...(start === undefined ? {} : { ExclusiveStartKey: { ...start } }),
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  client.destroy();
  const partitions = [...groupBy(items, ({ pk }) => String(pk))];
  return {
    items,
    releases: partitions.filter(([pk]) => pk.startsWith('release#')).map(([, own]) => releaseOf(own)),
    environments: partitions.filter(([pk]) => pk.startsWith('environment#')).map(([pk, own]) => environmentOf(pk, own)),
  };
}

/**
 * What the ledger has, but for what goes on by itself: the rows that the reconciler keeps of its own work are left out, and of a message is
 * only that it is there, however far people were told. Equal before and after, where nothing was decided, asked for or announced.
 */
export async function readRowsAtRest(sandbox: Pick<Sandbox, 'aws'>, service?: string): Promise<readonly StoredItem[]> {
  const { items } = await readWholeLedger(sandbox, service);
  return items
    .filter(({ pk }) => pk !== uploadScanKey.pk)
    .map((item) => (String(item['sk']).startsWith('message#') ? { pk: item['pk'], sk: item['sk'] } : item));
}

/** Releases, environments, and pointers to waits. */
function onlyOf(service: string) {
  return {
    FilterExpression:
      'begins_with(pk, :release) OR begins_with(pk, :environment) OR pk = :service OR begins_with(#release, :id)',
    ExpressionAttributeNames: { '#release': 'release' },
    ExpressionAttributeValues: {
      ':release': `release#${service}-`,
      ':environment': `environment#${service}#`,
      ':service': `service#${service}`,
      ':id': `${service}-`,
    },
  };
}

/** What nobody needs any more once every release has ended, and is there all the same. */
export function leftovers({ items, releases }: WholeLedger): string[] {
  const ended = new Set(releases.filter(({ head }) => isEnd(head.status)).map(({ head }) => `release#${head.release}`));
  return items.flatMap((item) => {
    const [pk, sk, open] = [String(item['pk']), String(item['sk']), item['gsi3pk']];
    const isLeft =
      (ended.has(pk) && (open === openReleases || open === openWaits || open === openMessages)) ||
      pk.startsWith('correlation#') ||
      (sk.startsWith(waiterPrefix) && ended.has(`release#${sk.slice(waiterPrefix.length)}`));
    return isLeft ? [`${pk} / ${sk}`] : [];
  });
}

/** What no digest lists yet, or the digest that is being written: nothing, once the reconciler is at rest. */
export function leftUndigested({ items }: WholeLedger): string[] {
  return items.flatMap(({ pk, sk, gsi3pk }) => (gsi3pk === undigested ? [`${String(pk)} / ${String(sk)}`] : []));
}

function releaseOf(items: readonly StoredItem[]): ReleaseRecord {
  const head = items.find(({ sk }) => sk === 'head');
  if (head === undefined) throw new Error(`A release without a head: ${String(items[0]?.['pk'])}`);
  return {
    head: parseItem(headItem, head),
    events: startingWith(items, eventPrefix)
      .sort((a, b) => (String(a['sk']) < String(b['sk']) ? -1 : 1))
      .map((item) => parseItem(releaseEventSchema, item)),
    approvals: startingWith(items, 'approval#').map((item) => parseItem(approvalItem, item)),
  };
}

function environmentOf(pk: string, items: readonly StoredItem[]): EnvironmentRecord {
  const [, service = '', environment = ''] = pk.split('#');
  const turn = items.find(({ sk }) => sk === 'turn');
  const quarantine = items.find(({ sk }) => sk === 'quarantine');
  return {
    service,
    environment,
    turn: turn === undefined ? undefined : parseItem(turnItem, turn),
    quarantine: quarantine === undefined ? undefined : parseItem(quarantineItem, quarantine),
    cleared: startingWith(items, interventionPrefix).flatMap(
      (item) => parseItem(interventionItem, item).quarantine?.release ?? [],
    ),
  };
}

function startingWith(items: readonly StoredItem[], prefix: string): StoredItem[] {
  return items.filter(({ sk }) => String(sk).startsWith(prefix));
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
