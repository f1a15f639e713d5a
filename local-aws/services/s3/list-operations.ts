import { ListObjectsV2Command, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { Caller } from '../../kernel/principal.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { onBucket } from './access.ts';
import type { Bucket, Buckets, ObjectVersion } from './store.ts';

interface ListInput {
  readonly Bucket: string | undefined;
  readonly Prefix?: string | undefined;
  readonly Delimiter?: string | undefined;
  readonly MaxKeys?: number | undefined;
}

/** ListObjectsV2 and ListObjectVersions. Keys come in the order of their UTF-8 bytes. */
export function listOperations(buckets: Buckets): AnyOperation[] {
  const authorizeList =
    (action: string) =>
    (input: ListInput, { caller }: { caller: Caller }) =>
      onBucket(buckets.get(input, caller), action, {
        's3:prefix': input.Prefix ?? '',
        's3:delimiter': input.Delimiter ?? '',
        's3:max-keys': String(input.MaxKeys ?? 1000),
      });
  return [
    operation({
      command: ListObjectsV2Command,
      accepts: [
        'Bucket',
        'Prefix',
        'Delimiter',
        'MaxKeys',
        'StartAfter',
        'ContinuationToken',
        'EncodingType',
        'FetchOwner',
        'ExpectedBucketOwner',
      ],
      authorize: authorizeList('s3:ListBucket'),
      handle: async (input, { caller }) => {
        const bucket = buckets.get(input, caller);
        const after =
          input.ContinuationToken === undefined
            ? input.StartAfter
            : Buffer.from(input.ContinuationToken, 'base64url').toString();
        const newest = keysOf(bucket).flatMap((key) => {
          const version = bucket.objects.get(key)?.[0];
          return version === undefined || version.deleteMarker ? [] : [version];
        });
        const page = paginate(newest, input, (version) => after === undefined || order(version.key, after) > 0, after);
        const encode = encoder(input.EncodingType);
        return {
          ...echo(bucket, input, encode),
          KeyCount: page.entries.length + page.prefixes.length,
          Contents: page.entries.map((version) => ({
            ...entry(version, encode),
            ...(input.FetchOwner === true ? { Owner: { ID: bucket.account } } : {}),
          })),
          CommonPrefixes: page.prefixes.map((Prefix) => ({ Prefix: encode(Prefix) })),
          IsTruncated: page.last !== undefined,
          ...(input.StartAfter === undefined ? {} : { StartAfter: encode(input.StartAfter) }),
          ...(input.ContinuationToken === undefined ? {} : { ContinuationToken: input.ContinuationToken }),
          ...(page.last === undefined
            ? {}
            : { NextContinuationToken: Buffer.from(page.last.name).toString('base64url') }),
        };
      },
    }),
    operation({
      command: ListObjectVersionsCommand,
      accepts: [
        'Bucket',
        'Prefix',
        'Delimiter',
        'MaxKeys',
        'KeyMarker',
        'VersionIdMarker',
        'EncodingType',
        'ExpectedBucketOwner',
      ],
      authorize: authorizeList('s3:ListBucketVersions'),
      handle: async (input, { caller }) => {
        const bucket = buckets.get(input, caller);
        const versions = keysOf(bucket).flatMap((key) => bucket.objects.get(key) ?? []);
        const marker = versions.findIndex(
          ({ key, versionId }) => key === input.KeyMarker && versionId === input.VersionIdMarker,
        );
        const beyond = (version: ObjectVersion, index: number): boolean =>
          input.KeyMarker === undefined || (marker === -1 ? order(version.key, input.KeyMarker) > 0 : index > marker);
        const page = paginate(versions, input, beyond, marker === -1 ? input.KeyMarker : undefined);
        const encode = encoder(input.EncodingType);
        const shown = (version: ObjectVersion) => ({
          Key: encode(version.key),
          VersionId: version.versionId,
          IsLatest: bucket.objects.get(version.key)?.[0] === version,
          LastModified: version.lastModified,
          Owner: { ID: bucket.account },
        });
        return {
          ...echo(bucket, input, encode),
          Versions: page.entries
            .filter(({ deleteMarker }) => !deleteMarker)
            .map((version) => ({ ...entry(version, encode), ...shown(version) })),
          DeleteMarkers: page.entries.filter(({ deleteMarker }) => deleteMarker).map(shown),
          CommonPrefixes: page.prefixes.map((Prefix) => ({ Prefix: encode(Prefix) })),
          IsTruncated: page.last !== undefined,
          ...(input.KeyMarker === undefined ? {} : { KeyMarker: encode(input.KeyMarker) }),
          ...(page.last === undefined ? {} : { NextKeyMarker: encode(page.last.name) }),
          ...(page.last?.versionId === undefined ? {} : { NextVersionIdMarker: page.last.versionId }),
        };
      },
    }),
  ];
}

function echo(
  bucket: Bucket,
  input: ListInput & { EncodingType?: 'url' | undefined },
  encode: (text: string) => string,
) {
  return {
    Name: bucket.name,
    Prefix: encode(input.Prefix ?? ''),
    MaxKeys: input.MaxKeys ?? 1000,
    ...(input.Delimiter === undefined ? {} : { Delimiter: encode(input.Delimiter) }),
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
  };
}

function entry(version: ObjectVersion, encode: (text: string) => string) {
  return {
    Key: encode(version.key),
    Size: version.body.length,
    ETag: `"${version.etag}"`,
    LastModified: version.lastModified,
    StorageClass: 'STANDARD' as const,
  };
}

/** Clients that ask for it get keys percent-encoded, slashes left alone. */
function encoder(type: string | undefined): (text: string) => string {
  return type === 'url' ? (text) => encodeURIComponent(text).replaceAll('%2F', '/') : (text) => text;
}

function keysOf(bucket: Bucket): string[] {
  return [...bucket.objects.keys()].sort(order);
}

function order(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

interface Page {
  readonly entries: ObjectVersion[];
  readonly prefixes: string[];
  /** Where the next page begins, when there is one. */
  readonly last: { readonly name: string; readonly versionId?: string } | undefined;
}

function paginate(
  versions: readonly ObjectVersion[],
  { Prefix = '', Delimiter = '', MaxKeys = 1000 }: ListInput,
  beyond: (version: ObjectVersion, index: number) => boolean,
  after: string | undefined,
): Page {
  const entries: ObjectVersion[] = [];
  const prefixes = new Set<string>();
  let last: Page['last'];
  for (const [index, version] of versions.entries()) {
    if (!version.key.startsWith(Prefix) || !beyond(version, index)) continue;
    const end = Delimiter === '' ? -1 : version.key.indexOf(Delimiter, Prefix.length);
    const group = end === -1 ? undefined : version.key.slice(0, end + Delimiter.length);
    // A page that ended with a common prefix has told of every key under it.
    if (group !== undefined && (prefixes.has(group) || after === group)) continue;
    if (entries.length + prefixes.size >= Math.min(MaxKeys, 1000)) return { entries, prefixes: [...prefixes], last };
    if (group === undefined) {
      entries.push(version);
      last = { name: version.key, versionId: version.versionId };
    } else {
      prefixes.add(group);
      last = { name: group };
    }
  }
  return { entries, prefixes: [...prefixes], last: undefined };
}
