import { versionItem } from '../../core/ledger/items.ts';
import { uploadScanKey, versionKey } from '../../core/ledger/keys.ts';
import { decideScan, isAwaited, scanItem, type UploadedObject } from '../../core/reconcile/lost-uploads.ts';
import { parseArtifactKey, nameUnreadable } from '../../core/values/release-id.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { parseReadable, readItem } from '../../engine/ledger/read.ts';
import type { WakeServices } from './services.ts';

/** Pages of 1,000 objects that one run reads; the next run goes on. */
const PAGES = 2;

/**
 * Finds objects of the last days that the ledger does not know, because the function that receives them died each time, and has
 * them received.
 */
export async function findLostUploads(services: WakeServices, invocation: InvocationContext): Promise<void> {
  const { ledger, uploads } = services;
  const before = await readItem(ledger, uploadScanKey, scanItem);
  let scan = decideScan(before, invocation.now());
  for (let page = 0; scan !== undefined && page < PAGES; page += 1) {
    const { objects, next } = await uploads.list(scan.marker);
    await receiveLost(objects, services, invocation);
    const now = invocation.now();
    await ledger.write([
      { write: 'put', item: { ...uploadScanKey, ...(next === undefined ? { endedAt: now } : { marker: next }) } },
    ]);
    scan = next === undefined ? undefined : { marker: next };
  }
}

async function receiveLost(
  objects: readonly UploadedObject[],
  { ledger, uploads }: WakeServices,
  invocation: InvocationContext,
): Promise<void> {
  const named = objects
    .filter((object) => isAwaited(object, invocation.now()))
    .map((object) => {
      const { service, version } = parseArtifactKey(object.key) ?? nameUnreadable(object.key, object.versionId);
      return { object, key: versionKey(service, version) };
    });
  if (named.length === 0) return;
  const keys = new Map(named.map(({ key }) => [`${key.pk} ${key.sk}`, key]));
  const rows = await ledger.getAll([...keys.values()]);
  const known = new Set(parseReadable(versionItem, rows, invocation).flatMap(({ arrivals }) => Object.keys(arrivals)));
  for (const { object } of named) {
    if (known.has(object.versionId)) continue;
    invocation.log.warn('An object was never received', { ...object });
    await uploads.receive(object);
  }
}
