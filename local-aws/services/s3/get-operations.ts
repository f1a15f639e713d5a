import {
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type GetObjectCommandInput,
  type GetObjectCommandOutput,
  type HeadObjectCommandInput,
} from '@aws-sdk/client-s3';
import { AwsError } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { missing, onExisting } from './access.ts';
import { decrypt, encryptionHeaders } from './encryption.ts';
import { versionOf, type Bucket, type Buckets, type ObjectVersion } from './store.ts';
import { preconditionFailed } from './writing.ts';

const READ = ['Bucket', 'Key', 'VersionId', 'Range', 'IfMatch', 'IfNoneMatch', 'ChecksumMode', 'ExpectedBucketOwner'];

/** GetObject, HeadObject, GetObjectAttributes. */
export function getOperations(buckets: Buckets): AnyOperation[] {
  const authorizeRead = (
    input: { Bucket: string | undefined; Key: string | undefined; VersionId?: string | undefined },
    { caller }: { caller: Caller },
  ) => {
    const action = input.VersionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
    return onExisting(buckets.get(input, caller), input.Key, input.VersionId, action);
  };
  return [
    operation({
      command: GetObjectCommand,
      accepts: READ,
      authorize: authorizeRead,
      handle: async (input, { caller }) => {
        const bucket = buckets.get(input, caller);
        const version = find(buckets, bucket, input, caller, 'NoSuchKey');
        await decrypt(buckets, bucket, version.key, version.encryption, caller);
        const range = rangeOf(input.Range, version.body.length);
        const body = range === undefined ? version.body : version.body.subarray(range.first, range.last + 1);
        return { ...answer(version, input, range), Body: readable(body) };
      },
    }),
    operation({
      command: HeadObjectCommand,
      accepts: READ,
      authorize: authorizeRead,
      handle: async (input, { caller }) => {
        const bucket = buckets.get(input, caller);
        const version = find(buckets, bucket, input, caller, 'NotFound');
        await decrypt(buckets, bucket, version.key, version.encryption, caller);
        const range = rangeOf(input.Range, version.body.length);
        const length = range === undefined ? version.body.length : range.last - range.first + 1;
        // Where there is a body, the wire itself says how long it is.
        return { ...answer(version, input, range), ContentLength: length };
      },
    }),
    operation({
      command: GetObjectAttributesCommand,
      accepts: ['Bucket', 'Key', 'VersionId', 'ObjectAttributes', 'ExpectedBucketOwner'],
      authorize: (input, { caller }) => {
        const bucket = buckets.get(input, caller);
        const version = input.VersionId === undefined ? '' : 'Version';
        return ['s3:GetObject', `s3:GetObject${version}Attributes`].map((action) =>
          onExisting(bucket, input.Key, input.VersionId, action === 's3:GetObject' ? `${action}${version}` : action),
        );
      },
      handle: async (input, { caller }) => {
        const bucket = buckets.get(input, caller);
        const version = find(buckets, bucket, input, caller, 'NoSuchKey');
        await decrypt(buckets, bucket, version.key, version.encryption, caller);
        const wanted = new Set<string>(input.ObjectAttributes);
        return {
          LastModified: version.lastModified,
          ...(version.versionId === 'null' ? {} : { VersionId: version.versionId }),
          ...(wanted.has('ETag') ? { ETag: version.etag } : {}),
          ...(wanted.has('Checksum') ? { Checksum: { ...version.checksums, ChecksumType: version.checksumType } } : {}),
          ...(wanted.has('ObjectParts') && version.parts !== undefined
            ? { ObjectParts: { TotalPartsCount: version.parts } }
            : {}),
          ...(wanted.has('StorageClass') ? { StorageClass: 'STANDARD' as const } : {}),
          ...(wanted.has('ObjectSize') ? { ObjectSize: version.body.length } : {}),
        };
      },
    }),
  ];
}

interface ReadInput {
  readonly Key: string | undefined;
  readonly VersionId?: string | undefined;
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}

function find(buckets: Buckets, bucket: Bucket, input: ReadInput, caller: Caller, absent: string): ObjectVersion {
  const version = versionOf(bucket, input.Key ?? '', input.VersionId);
  if (version === undefined)
    throw missing(
      buckets,
      bucket,
      input.Key,
      caller,
      input.VersionId === undefined || absent === 'NotFound' ? absent : 'NoSuchVersion',
    );
  if (version.deleteMarker) {
    if (input.VersionId === undefined) throw missing(buckets, bucket, input.Key, caller, absent);
    throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
  }
  if (input.IfMatch !== undefined && input.IfMatch !== '*' && input.IfMatch.replaceAll('"', '') !== version.etag)
    throw preconditionFailed('If-Match');
  if (input.IfNoneMatch !== undefined && input.IfNoneMatch.replaceAll('"', '') === version.etag)
    throw new AwsError('NotModified', 'Not Modified', 304);
  return version;
}

interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** `bytes=1-2`, `bytes=1-` or `bytes=-2`. Undefined when no or no valid range is asked for. @throws AwsError InvalidRange */
function rangeOf(range: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? '');
  if (match === null) return undefined;
  const [, from = '', to = ''] = match;
  if (from === '' && to === '') return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < first) return undefined;
  if (first >= size || (from === '' && Number(to) === 0))
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416, {
      RangeRequested: range,
      ActualObjectSize: size,
    });
  return { first, last };
}

function answer(
  version: ObjectVersion,
  input: Pick<GetObjectCommandInput & HeadObjectCommandInput, 'ChecksumMode'>,
  range: ByteRange | undefined,
) {
  const { mode, until, legalHold } = version.retention;
  const size = version.body.length;
  return {
    ...version.headers,
    AcceptRanges: 'bytes',
    LastModified: version.lastModified,
    ETag: `"${version.etag}"`,
    ...encryptionHeaders(version.encryption),
    ...(range === undefined ? {} : { ContentRange: `bytes ${range.first}-${range.last}/${size}` }),
    ...(version.versionId === 'null' ? {} : { VersionId: version.versionId }),
    // A checksum is of the whole object: a part of it is given without.
    ...(input.ChecksumMode === 'ENABLED' && range === undefined
      ? { ...version.checksums, ChecksumType: version.checksumType }
      : {}),
    ...(version.tags.size > 0 ? { TagCount: version.tags.size } : {}),
    ...(mode === undefined ? {} : { ObjectLockMode: mode, ObjectLockRetainUntilDate: until }),
    ...(legalHold ? { ObjectLockLegalHoldStatus: 'ON' as const } : {}),
  };
}

/** Bytes that answer the wire as bytes, and a caller inside as the SDK's stream does. */
function readable(bytes: Buffer): NonNullable<GetObjectCommandOutput['Body']> {
  const copy = Buffer.from(bytes);
  const body = Object.assign(copy, {
    transformToByteArray: async () => new Uint8Array(copy),
    transformToString: async (encoding?: string) =>
      Buffer.isEncoding(encoding ?? 'utf8')
        ? copy.toString(encoding === 'base64' ? 'base64' : 'utf8')
        : copy.toString(),
    transformToWebStream: () => new Blob([new Uint8Array(copy)]).stream(),
  });
  // oxlint-disable-next-line typescript/consistent-type-assertions, typescript/no-explicit-any, typescript/no-unsafe-return -- the wire writes bytes; inside, only the transform functions are used
  return body as any;
}
