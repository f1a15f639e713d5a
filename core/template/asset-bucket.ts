/**
 * The template's parameter for the bucket of its target. Packing points every `S3Bucket`/`CodeUri` of local code to it, with
 * the entry's name in the artifact (`assets/<sha256>.zip`) as the key; the engine gives the value and copies the asset there.
 */
export const assetBucketParameter = 'SluiceAssetBucket';

/** Declaration that packing adds to a template. */
export const assetBucketDeclaration = {
  Type: 'String',
  Description: 'Bucket of the target that holds the code; set by the release engine.',
} as const;

/** Name of an asset in the artifact, and its key in the bucket of a target. */
export function assetKey(sha256: string): string {
  return `assets/${sha256}.zip`;
}
