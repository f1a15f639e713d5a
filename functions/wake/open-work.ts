import type * as z from 'zod';
import { headItem, publishedItem, type WaitItem, waitItem } from '../../core/ledger/items.ts';
import { type Key, openMessages, openReleases, openWaits, publishedKey, undigested } from '../../core/ledger/keys.ts';
import { isBehind } from '../../core/notify/publishing.ts';
import { type MessageItem, messageItem } from '../../core/notify/outbox.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import type { Ledger, StoredItem } from '../../adapters/dynamodb/ledger.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { parseReadable } from '../../engine/ledger/read.ts';

type Log = Pick<InvocationContext, 'log'>;

/** The waits that are open: found by the index, read from the table. */
export function openWaitsOf(ledger: Ledger, invocation: Log): Promise<WaitItem[]> {
  return openItems(ledger, openWaits, waitItem, invocation);
}

/** The releases that have not ended, as far as the index knows. */
export function openReleasesOf(ledger: Ledger, invocation: Log): Promise<ReleaseHead[]> {
  return openItems(ledger, openReleases, headItem, invocation);
}

/** The messages that not everybody has yet. */
export function openMessagesOf(ledger: Ledger, invocation: Log): Promise<MessageItem[]> {
  return openItems(ledger, openMessages, messageItem, invocation);
}

/** Those of open releases whose transitions the event bus does not have yet, without a message about that; none where there is no bus. */
export async function releasesBehind(
  { ledger, events }: { readonly ledger: Ledger; readonly events: boolean },
  releases: readonly ReleaseHead[],
  messages: readonly MessageItem[],
  invocation: Log,
): Promise<ReleaseHead[]> {
  const told = events ? releases.filter((head) => head.events !== undefined) : [];
  const items = await ledger.getAll(told.map(({ release }) => publishedKey(release)));
  const published = new Map(parseReadable(publishedItem, items, invocation).map((item) => [item.release, item]));
  return told.filter((head) => isBehind(head, published.get(head.release), messages));
}

/** Is there a release that has ended and that no digest lists yet? */
export async function hasUndigested(ledger: Ledger): Promise<boolean> {
  return (await ledger.queryIndex('open', undigested, { limit: 1 })).items.length > 0;
}

/** Is anything open? */
export async function hasOpenWork(ledger: Ledger): Promise<boolean> {
  const first = await Promise.all(
    [openReleases, openWaits, openMessages, undigested].map((partition) =>
      ledger.queryIndex('open', partition, { limit: 1 }),
    ),
  );
  return first.some(({ items }) => items.length > 0);
}

async function openItems<T>(ledger: Ledger, partition: string, schema: z.ZodType<T>, invocation: Log): Promise<T[]> {
  return parseReadable(schema, await ledger.getAll(await openKeys(ledger, partition)), invocation);
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
