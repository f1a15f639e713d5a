import { headItem, type WaitItem, waitItem } from '../../core/ledger/items.ts';
import { type Key, openMessages, openReleases, openWaits } from '../../core/ledger/keys.ts';
import { type MessageItem, messageItem } from '../../core/notify/outbox.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import type { Ledger, StoredItem } from '../../adapters/dynamodb/ledger.ts';
import { parseItem } from '../../engine/ledger/read.ts';

/** The waits that are open: found by the index, read from the table. */
export async function openWaitsOf(ledger: Ledger): Promise<WaitItem[]> {
  const items = await ledger.getAll(await openKeys(ledger, openWaits));
  return items.map((item) => parseItem(waitItem, item));
}

/** The releases that have not ended, as far as the index knows. */
export async function openReleasesOf(ledger: Ledger): Promise<ReleaseHead[]> {
  const items = await ledger.getAll(await openKeys(ledger, openReleases));
  return items.map((item) => parseItem(headItem, item));
}

/** The messages that not everybody has yet. */
export async function openMessagesOf(ledger: Ledger): Promise<MessageItem[]> {
  const items = await ledger.getAll(await openKeys(ledger, openMessages));
  return items.map((item) => parseItem(messageItem, item));
}

/** Is anything open? */
export async function hasOpenWork(ledger: Ledger): Promise<boolean> {
  const first = await Promise.all(
    [openReleases, openWaits, openMessages].map((partition) => ledger.queryIndex('open', partition, { limit: 1 })),
  );
  return first.some(({ items }) => items.length > 0);
}

async function openKeys(ledger: Ledger, partition: string): Promise<Key[]> {
  const keys: Key[] = [];
  let start: StoredItem | undefined;
  do {
    const page = await ledger.queryIndex('open', partition, { start });
    keys.push(...page.items);
    start = page.next;
  } while (start !== undefined);
  return keys;
}
