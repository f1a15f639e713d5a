import { servedItem } from '../../core/ledger/items.ts';
import { liveInEnvironment, servedPartition, servicePartition } from '../../core/ledger/keys.ts';
import { liveRow } from '../../core/ledger/live-row.ts';
import { type ServedSpan, spansOf } from '../../core/overview/history.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import { parseItem } from '../../engine/ledger/read.ts';
import type { ReadServices } from './services.ts';

/** Targets that a page shows the history of. */
const TARGETS = 12;
/** Changes of what serves that are shown of each. */
const CHANGES = 60;

/** What served in one target, newest first. */
export interface ServedTarget {
  /** `<account>/<region>` */
  readonly target: string;
  readonly spans: readonly ServedSpan[];
}

/** What serves and served in the targets of an environment in which something is live: the first few of them. */
export async function readServed(
  { ledger }: ReadServices,
  { service, environment }: { readonly service: string; readonly environment: string },
): Promise<ServedTarget[]> {
  const { items } = await ledger.query(servicePartition(service), {
    prefix: liveInEnvironment(environment),
    limit: TARGETS,
  });
  return Promise.all(
    items
      .map((item) => parseItem(liveRow, item))
      .map(async ({ account, region }) => {
        const partition = servedPartition(service, { environment, account, region });
        const changes = await ledger.query(partition, { newestFirst: true, limit: CHANGES });
        return {
          target: nameTarget({ account, region }),
          spans: spansOf(changes.items.map((item) => parseItem(servedItem, item))),
        };
      }),
  );
}
