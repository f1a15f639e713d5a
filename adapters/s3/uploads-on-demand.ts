import type { ListMarker, UploadedObject } from '../../core/reconcile/lost-uploads.ts';
import { onDemand } from '../on-demand.ts';
import type { Observability } from '../powertools/observability.ts';

/** What was dropped into the release bucket. */
export interface Uploads {
  /** A page of the bucket. */
  list(
    marker: ListMarker | undefined,
  ): Promise<{ readonly objects: readonly UploadedObject[]; readonly next: ListMarker | undefined }>;
  /** Has an object received, as its event would. */
  receive(object: UploadedObject): Promise<void>;
}

/** The clients are loaded at the first use. @param receiveArn ARN of the function `receive` */
export function uploadsOnDemand(observe: Observability, bucket: string, receiveArn: string): Uploads {
  const list = onDemand(async () => (await import('./uploads.ts')).openUploadList(observe, bucket));
  const invoke = onDemand(async () => (await import('../lambda/later.ts')).invokeLater(observe, receiveArn));
  return {
    list: async (marker) => (await list())(marker),
    receive: async ({ key, versionId }) => {
      const detail = { bucket: { name: bucket }, object: { key, 'version-id': versionId } };
      await (
        await invoke()
      )({ 'detail-type': 'Object Created', detail });
    },
  };
}
