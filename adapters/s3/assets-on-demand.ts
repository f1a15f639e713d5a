import type { AwsCredentialIdentity } from '@smithy/types';
import { assetBucketName } from '../../core/contract/names.ts';
import { onDemand } from '../on-demand.ts';
import type { Observability } from '../powertools/observability.ts';
import type { Assets } from './asset-bucket.ts';

/** @param settings region and credentials of the target */
export function assetsOnDemand(
  observe: Observability,
  settings: { readonly region: string; readonly credentials: AwsCredentialIdentity },
  account: string,
): Assets {
  const bucket = assetBucketName(account, settings.region);
  // Tasks that only wait, shift or bake use no object: they do not load the client.
  const objects = onDemand(async () => {
    const { openAssets } = await import('./assets.ts');
    return openAssets(observe, settings, { bucket, account });
  });
  return {
    bucket,
    url: (key) => `https://${bucket}.s3.${settings.region}.amazonaws.com/${key}`,
    has: async (key) => (await objects()).has(key),
    put: async (key, bytes, sha256) => (await objects()).put(key, bytes, sha256),
    text: async (key) => (await objects()).text(key),
    canRead: async (anyBucket, key) => (await objects()).canRead(anyBucket, key),
  };
}
