import { headItem, type WaitItem, waitItem } from '../../core/ledger/items.ts';
import { type Key, openNotices, openReleases, openWaits } from '../../core/ledger/keys.ts';
import { type NoticeItem, noticeItem } from '../../core/notify/notices.ts';
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

/** The notices that are not yet fully delivered. */
export async function openNoticesOf(ledger: Ledger): Promise<NoticeItem[]> {
  const items = await ledger.getAll(await openKeys(ledger, openNotices));
  return items.map((item) => parseItem(noticeItem, item));
}

/** Is anything open? */
export async function hasOpenWork(ledger: Ledger): Promise<boolean> {
  const first = await Promise.all(
    [openReleases, openWaits, openNotices].map((partition) => ledger.queryIndex('open', partition, { limit: 1 })),
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
