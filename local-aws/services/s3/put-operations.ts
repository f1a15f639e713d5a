import { CopyObjectCommand, PutObjectCommand, type CopyObjectCommandInput } from '@aws-sdk/client-s3';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import { operation, type AnyOperation, type Call } from '../../kernel/service.ts';
import { missing, onExisting } from './access.ts';
import { CHECKSUM_MEMBERS, memberOf, verified } from './checksums.ts';
import { decrypt, encryptionFor, encryptionHeaders } from './encryption.ts';
import { notify } from './notifications/notify.ts';
import { versionOf, type Buckets } from './store.ts';
import {
  bytesOf,
  checkWrite,
  ENCRYPTION_MEMBERS,
  HEADER_MEMBERS,
  headersOf,
  LOCK_MEMBERS,
  preconditionFailed,
  putAuthorizations,
  requireDigest,
  retentionOf,
  store,
  tagsOf,
} from './writing.ts';

/** PutObject and CopyObject. */
export function putOperations(buckets: Buckets): AnyOperation[] {
  return [
    operation({
      command: PutObjectCommand,
      accepts: [
        'Bucket',
        'Key',
        'Body',
        'ContentLength',
        'ContentMD5',
        'ChecksumAlgorithm',
        'IfMatch',
        'IfNoneMatch',
        'Tagging',
        'ExpectedBucketOwner',
        ...CHECKSUM_MEMBERS,
        ...HEADER_MEMBERS,
        ...ENCRYPTION_MEMBERS,
        ...LOCK_MEMBERS,
      ],
      authorize: (input, { caller }) => putAuthorizations(buckets.get(input, caller), input),
      handle: async (input, { caller, requestId }) => {
        const bucket = buckets.get(input, caller);
        const key = input.Key ?? '';
        refuseAlgorithm(input.ChecksumAlgorithm);
        const body = bytesOf(input.Body);
        const checksums = verified(body, input);
        const encryption = await encryptionFor(buckets, bucket, key, input, caller);
        checkWrite(bucket, key, input);
        const retention = retentionOf(bucket, input, buckets.kernel.clock.date());
        requireDigest(retention, input, 'Object');
        const version = store(buckets, bucket, {
          key,
          body,
          headers: headersOf(input),
          checksums,
          encryption,
          tags: tagsOf(input.Tagging),
          retention,
        });
        notify(buckets, bucket, version, caller, requestId, { type: 'Object Created', reason: 'PutObject' });
        return {
          ETag: `"${version.etag}"`,
          ...checksums,
          ChecksumType: 'FULL_OBJECT' as const,
          ...encryptionHeaders(encryption),
          ...(version.versionId === 'null' ? {} : { VersionId: version.versionId }),
        };
      },
    }),
    operation({
      command: CopyObjectCommand,
      accepts: [
        'Bucket',
        'Key',
        'CopySource',
        'CopySourceIfMatch',
        'MetadataDirective',
        'TaggingDirective',
        'Tagging',
        'ChecksumAlgorithm',
        'IfMatch',
        'IfNoneMatch',
        'ExpectedBucketOwner',
        'ExpectedSourceBucketOwner',
        ...HEADER_MEMBERS,
        ...ENCRYPTION_MEMBERS,
        ...LOCK_MEMBERS,
      ],
      authorize: (input, { caller }) => {
        const { bucket, key, versionId } = sourceOf(buckets, input);
        return [
          onExisting(bucket, key, versionId, versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion'),
          ...putAuthorizations(buckets.get(input, caller), input),
        ];
      },
      handle: async (input, call) => copy(buckets, input, call),
    }),
  ];
}

export function refuseAlgorithm(algorithm: string | undefined): void {
  if (algorithm !== undefined && memberOf(algorithm) === undefined)
    throw new NotImplemented(`the checksum algorithm ${algorithm} in s3`);
}

/** `bucket/key?versionId=…`, percent-encoded, with or without a leading slash. */
function sourceOf(buckets: Buckets, input: CopyObjectCommandInput) {
  const [path = '', query = ''] = (input.CopySource ?? '').replace(/^\//, '').split('?');
  const decoded = decodeURIComponent(path);
  const slash = decoded.indexOf('/');
  const name = decoded.slice(0, slash);
  const bucket = buckets.find(name);
  if (bucket === undefined)
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name });
  if (input.ExpectedSourceBucketOwner !== undefined && input.ExpectedSourceBucketOwner !== bucket.account)
    throw new AwsError('AccessDenied', 'Access Denied', 403);
  return {
    bucket,
    key: decoded.slice(slash + 1),
    versionId: new URLSearchParams(query).get('versionId') ?? undefined,
  };
}

async function copy(buckets: Buckets, input: CopyObjectCommandInput, { caller, requestId }: Call) {
  const source = sourceOf(buckets, input);
  const bucket = buckets.get(input, caller);
  const key = input.Key ?? '';
  refuseAlgorithm(input.ChecksumAlgorithm);
  const original = versionOf(source.bucket, source.key, source.versionId);
  if (original === undefined || original.deleteMarker)
    throw missing(
      buckets,
      source.bucket,
      source.key,
      caller,
      source.versionId === undefined ? 'NoSuchKey' : 'NoSuchVersion',
    );
  if (input.CopySourceIfMatch !== undefined && input.CopySourceIfMatch.replaceAll('"', '') !== original.etag)
    throw preconditionFailed('x-amz-copy-source-If-Match');
  await decrypt(buckets, source.bucket, source.key, original.encryption, caller);
  const encryption = await encryptionFor(buckets, bucket, key, input, caller);
  checkWrite(bucket, key, input);
  const retention = retentionOf(bucket, input, buckets.kernel.clock.date());
  const version = store(buckets, bucket, {
    key,
    body: original.body,
    headers: input.MetadataDirective === 'REPLACE' ? headersOf(input) : original.headers,
    checksums: input.ChecksumAlgorithm === undefined ? original.checksums : verified(original.body, input),
    encryption,
    tags: input.TaggingDirective === 'REPLACE' ? tagsOf(input.Tagging) : original.tags,
    retention,
  });
  notify(buckets, bucket, version, caller, requestId, { type: 'Object Created', reason: 'CopyObject' });
  return {
    CopyObjectResult: { ETag: `"${version.etag}"`, LastModified: version.lastModified, ...version.checksums },
    ...encryptionHeaders(encryption),
    ...(version.versionId === 'null' ? {} : { VersionId: version.versionId }),
    ...(original.versionId === 'null' ? {} : { CopySourceVersionId: original.versionId }),
  };
}
