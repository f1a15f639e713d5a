import * as z from 'zod';

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

/** Name of an asset in the artifact, whatever it is, and its key in the bucket of a target. */
export function assetKey(sha256: string): string {
  return `assets/${sha256}.zip`;
}

const uriStart = `s3://\${${assetBucketParameter}}/`;
const uri = z.strictObject({ 'Fn::Sub': z.string().startsWith(uriStart) });

/** The address of an asset in the bucket of its target, for properties that take a text: `s3://bucket/key`. */
export function assetUri(key: string): { readonly 'Fn::Sub': string } {
  return { 'Fn::Sub': `${uriStart}${key}` };
}

/** The key that such an address names; undefined for any other value, and where it is not the name of an asset. */
export function keyOfAssetUri(value: unknown): string | undefined {
  const key = uri.safeParse(value).data?.['Fn::Sub'].slice(uriStart.length);
  return key !== undefined && /^assets\/[0-9a-f]{64}\.zip$/.test(key) ? key : undefined;
}
