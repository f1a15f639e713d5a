import { createHash, randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  UploadPartCommand,
  type CompleteMultipartUploadCommandInput,
} from '@aws-sdk/client-s3';
import { AwsError } from '../../kernel/errors.ts';
import { operation, type AnyOperation, type Call } from '../../kernel/service.ts';
import { onObject } from './access.ts';
import { CHECKSUM_MEMBERS, checksum, givenChecksums, memberOf, verified, type Checksums } from './checksums.ts';
import { encryptionFor, encryptionHeaders } from './encryption.ts';
import { notify } from './notifications/notify.ts';
import { refuseAlgorithm } from './put-operations.ts';
import type { Bucket, Buckets, Upload } from './store.ts';
import {
  bytesOf,
  checkWrite,
  ENCRYPTION_MEMBERS,
  HEADER_MEMBERS,
  headersOf,
  putAuthorizations,
  requester,
  requireDigest,
  retentionOf,
  store,
  tagsOf,
} from './writing.ts';

/** Every part but the last is at least this large. */
const LEAST_PART_BYTES = 5 * 1024 * 1024;

/** Multipart uploads. https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html */
export function multipartOperations(buckets: Buckets): AnyOperation[] {
  const part = ['Bucket', 'Key', 'UploadId', 'ExpectedBucketOwner'];
  return [
    operation({
      command: CreateMultipartUploadCommand,
      accepts: [
        'Bucket',
        'Key',
        'ChecksumAlgorithm',
        'ChecksumType',
        'Tagging',
        'ExpectedBucketOwner',
        ...HEADER_MEMBERS,
        ...ENCRYPTION_MEMBERS,
      ],
      authorize: (input, { caller }) => putAuthorizations(buckets.get(input, caller), input),
      handle: async (input, { caller }) => {
        const bucket = buckets.get(input, caller);
        refuseAlgorithm(input.ChecksumAlgorithm);
        const key = input.Key ?? '';
        const encryption = await encryptionFor(buckets, bucket, key, input, caller);
        const upload: Upload = {
          id: randomBytes(32).toString('base64url'),
          key,
          headers: headersOf(input),
          encryption,
          initiator: requester(caller),
          algorithm: input.ChecksumAlgorithm,
          checksumType: input.ChecksumType,
          tags: tagsOf(input.Tagging),
          parts: new Map(),
        };
        bucket.uploads.set(upload.id, upload);
        return {
          Bucket: bucket.name,
          Key: key,
          UploadId: upload.id,
          ...encryptionHeaders(encryption),
          ...(input.ChecksumAlgorithm === undefined ? {} : { ChecksumAlgorithm: input.ChecksumAlgorithm }),
          ...(input.ChecksumType === undefined ? {} : { ChecksumType: input.ChecksumType }),
        };
      },
    }),
    operation({
      command: UploadPartCommand,
      accepts: [...part, 'PartNumber', 'Body', 'ContentLength', 'ContentMD5', 'ChecksumAlgorithm', ...CHECKSUM_MEMBERS],
      authorize: (input, { caller }) => onObject(buckets.get(input, caller), input.Key, 's3:PutObject'),
      handle: async (input, { caller }) => {
        const bucket = buckets.get(input, caller);
        const upload = uploadOf(bucket, input);
        refuseAlgorithm(input.ChecksumAlgorithm);
        requireDigest(retentionOf(bucket, {}, buckets.kernel.clock.date()), input, 'Part');
        const number = input.PartNumber ?? 0;
        if (number < 1 || number > 10_000)
          throw new AwsError('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
        const body = bytesOf(input.Body);
        const algorithm = input.ChecksumAlgorithm ?? upload.algorithm;
        const checksums = verified(body, { ...input, ChecksumAlgorithm: algorithm });
        const etag = createHash('md5').update(body).digest('hex');
        upload.parts.set(number, { body, etag, checksums, at: buckets.kernel.clock.date() });
        return { ETag: `"${etag}"`, ...checksums, ...encryptionHeaders(upload.encryption) };
      },
    }),
    operation({
      command: CompleteMultipartUploadCommand,
      accepts: [
        ...part,
        'MultipartUpload',
        'IfMatch',
        'IfNoneMatch',
        'ChecksumType',
        'MpuObjectSize',
        ...CHECKSUM_MEMBERS,
      ],
      authorize: (input, { caller }) => putAuthorizations(buckets.get(input, caller), input),
      handle: async (input, call) => complete(buckets, input, call),
    }),
    operation({
      command: AbortMultipartUploadCommand,
      accepts: part,
      authorize: (input, { caller }) => onObject(buckets.get(input, caller), input.Key, 's3:AbortMultipartUpload'),
      handle: async (input, { caller }) => {
        const bucket = buckets.get(input, caller);
        bucket.uploads.delete(uploadOf(bucket, input).id);
        return {};
      },
    }),
    operation({
      command: ListPartsCommand,
      accepts: [...part, 'MaxParts', 'PartNumberMarker'],
      authorize: (input, { caller }) => onObject(buckets.get(input, caller), input.Key, 's3:ListMultipartUploadParts'),
      handle: async (input, { caller }) => {
        const bucket = buckets.get(input, caller);
        const upload = uploadOf(bucket, input);
        const after = Number(input.PartNumberMarker ?? 0);
        const most = Math.min(input.MaxParts ?? 1000, 1000);
        const left = [...upload.parts].filter(([number]) => number > after).sort(([one], [other]) => one - other);
        const page = left.slice(0, most);
        return {
          Bucket: bucket.name,
          Key: upload.key,
          UploadId: upload.id,
          MaxParts: most,
          IsTruncated: left.length > most,
          ...(left.length > most ? { NextPartNumberMarker: String(page.at(-1)?.[0] ?? 0) } : {}),
          Initiator: { ID: upload.initiator },
          Owner: { ID: bucket.account },
          StorageClass: 'STANDARD' as const,
          Parts: page.map(([PartNumber, { body, etag, checksums, at }]) => ({
            PartNumber,
            LastModified: at,
            ETag: `"${etag}"`,
            Size: body.length,
            ...checksums,
          })),
        };
      },
    }),
  ];
}

function uploadOf(bucket: Bucket, input: { Key: string | undefined; UploadId: string | undefined }): Upload {
  const upload = bucket.uploads.get(input.UploadId ?? '');
  if (upload === undefined || upload.key !== input.Key)
    throw new AwsError(
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      404,
      { UploadId: input.UploadId },
    );
  return upload;
}

async function complete(buckets: Buckets, input: CompleteMultipartUploadCommandInput, { caller, requestId }: Call) {
  const bucket = buckets.get(input, caller);
  const upload = uploadOf(bucket, input);
  const parts = chosenParts(upload, input);
  const body = Buffer.concat(parts.map((part) => part.body));
  if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== body.length)
    throw new AwsError('InvalidRequest', 'The object size you specified did not match what was uploaded.');
  checkWrite(bucket, upload.key, input);
  const digests = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, 'hex')));
  const { checksums, type } = checksumsOf(upload, input, parts, body);
  const version = store(buckets, bucket, {
    key: upload.key,
    body,
    headers: upload.headers,
    encryption: upload.encryption,
    tags: upload.tags,
    etag: `${createHash('md5').update(digests).digest('hex')}-${parts.length}`,
    parts: parts.length,
    checksums,
    checksumType: type,
    retention: retentionOf(bucket, {}, buckets.kernel.clock.date()),
  });
  bucket.uploads.delete(upload.id);
  notify(buckets, bucket, version, caller, requestId, { type: 'Object Created', reason: 'CompleteMultipartUpload' });
  return {
    Location: `https://${bucket.name}.s3.${bucket.region}.amazonaws.com/${encodeURIComponent(upload.key)}`,
    Bucket: bucket.name,
    Key: upload.key,
    ETag: `"${version.etag}"`,
    ...checksums,
    ChecksumType: type,
    ...encryptionHeaders(upload.encryption),
    ...(version.versionId === 'null' ? {} : { VersionId: version.versionId }),
  };
}

type Part = Upload['parts'] extends Map<number, infer P> ? P : never;

function chosenParts(upload: Upload, input: CompleteMultipartUploadCommandInput): Part[] {
  const chosen = input.MultipartUpload?.Parts ?? [];
  if (chosen.length === 0) throw new AwsError('MalformedXML', 'You must specify at least one part');
  return chosen.map(({ PartNumber = 0, ETag = '' }, index) => {
    if (index > 0 && PartNumber <= (chosen[index - 1]?.PartNumber ?? 0))
      throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order.');
    const part = upload.parts.get(PartNumber);
    if (part === undefined || part.etag !== ETag.replaceAll('"', ''))
      throw new AwsError(
        'InvalidPart',
        'One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part’s entity tag.',
      );
    if (index < chosen.length - 1 && part.body.length < LEAST_PART_BYTES)
      throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    return part;
  });
}

/** Of the whole object, or composed of its parts' checksums (`…-<parts>`), which only the SHA algorithms must be. */
function checksumsOf(
  upload: Upload,
  input: CompleteMultipartUploadCommandInput,
  parts: readonly Part[],
  body: Buffer,
): { checksums: Checksums; type: 'FULL_OBJECT' | 'COMPOSITE' } {
  const member = memberOf(upload.algorithm) ?? 'ChecksumCRC64NVME';
  const byDefault = member === 'ChecksumCRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
  const type = input.ChecksumType ?? upload.checksumType ?? byDefault;
  const value =
    type === 'FULL_OBJECT'
      ? checksum(member, body)
      : `${checksum(member, Buffer.concat(parts.map((part) => Buffer.from(part.checksums[member] ?? checksum(member, part.body), 'base64'))))}-${parts.length}`;
  const claimed = givenChecksums(input)[member];
  if (claimed !== undefined && claimed !== value && `${claimed}-${parts.length}` !== value)
    throw new AwsError(
      'BadDigest',
      `The ${member.replace('Checksum', '')} you specified did not match the calculated checksum.`,
    );
  return { checksums: { [member]: value }, type };
}
