import type * as z from 'zod';
import { headItem, type WaitItem, waitItem } from '../../core/ledger/items.ts';
import { type Key, openMessages, openReleases, openWaits } from '../../core/ledger/keys.ts';
import { type MessageItem, messageItem } from '../../core/notify/outbox.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import type { Ledger, StoredItem } from '../../adapters/dynamodb/ledger.ts';
import { parseItem } from '../../engine/ledger/read.ts';

/** Told of an item that cannot be read, which may be another engine's; the others are read all the same. */
type OnUnreadable = (problem: unknown) => void;

const giveUp: OnUnreadable = (problem) => {
  throw problem;
};

/** The waits that are open: found by the index, read from the table. */
export async function openWaitsOf(ledger: Ledger, onUnreadable = giveUp): Promise<WaitItem[]> {
  return readEach(waitItem, await ledger.getAll(await openKeys(ledger, openWaits)), onUnreadable);
}

/** The releases that have not ended, as far as the index knows. */
export async function openReleasesOf(ledger: Ledger, onUnreadable = giveUp): Promise<ReleaseHead[]> {
  return readEach(headItem, await ledger.getAll(await openKeys(ledger, openReleases)), onUnreadable);
}

/** The messages that not everybody has yet. */
export async function openMessagesOf(ledger: Ledger, onUnreadable = giveUp): Promise<MessageItem[]> {
  return readEach(messageItem, await ledger.getAll(await openKeys(ledger, openMessages)), onUnreadable);
}

function readEach<T>(schema: z.ZodType<T>, items: readonly StoredItem[], onUnreadable: OnUnreadable): T[] {
  return items.flatMap((item) => {
    try {
      return [parseItem(schema, item)];
    } catch (problem) {
      onUnreadable(problem);
      return [];
    }
  });
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
