import { assetBucketParameter, assetKey, assetUri } from '../../core/template/asset-bucket.ts';

/** How a property says where an object lies: by members of these names, or by `s3://bucket/key`. */
export type LocationForm = 'uri' | { readonly bucket: string; readonly key: string; readonly version?: string };

/** Members by which a template names an object. */
export const PAIRS = [
  ['S3Bucket', 'S3Key'],
  ['Bucket', 'Key'],
  ['BucketName', 'ObjectKey'],
] as const;

/** Where an asset lies in each target, as the property wants it. @param sha256 of the asset, in hex */
export function assetLocation(form: LocationForm, sha256: string): unknown {
  const key = assetKey(sha256);
  return form === 'uri' ? assetUri(key) : { [form.bucket]: { Ref: assetBucketParameter }, [form.key]: key };
}

const s3Address = /^s3:\/\/(?<bucket>[^/?#]+)\/(?<key>[^?#]+)(?:\?(?<query>[^#]*))?/;

/** Is the text the address of an object, not a path? */
export function isS3Address(text: string): boolean {
  return s3Address.test(text);
}

/** `s3://bucket/key?versionId=1` as the property wants it: CloudFormation's own resources take no such text. */
export function s3Location(form: LocationForm, text: string): unknown {
  const parts = s3Address.exec(text)?.groups;
  if (form === 'uri' || parts === undefined) return text;
  const version = new URLSearchParams(parts['query'] ?? '').get('versionId');
  const versioned = version === null || form.version === undefined ? {} : { [form.version]: version };
  return { [form.bucket]: parts['bucket'], [form.key]: parts['key'], ...versioned };
}
