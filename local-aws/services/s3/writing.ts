import { createHash, randomBytes } from 'node:crypto';
import type { ObjectLockConfiguration } from '@aws-sdk/client-s3';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';
import type { Authorization } from '../../kernel/service.ts';
import { onObject } from './access.ts';
import { type Checksums, givenChecksums } from './checksums.ts';
import {
  addVersion,
  versionOf,
  type Bucket,
  type Buckets,
  type Encryption,
  type ObjectHeaders,
  type ObjectVersion,
  type Retention,
} from './store.ts';

/** Members of a write that are kept with the object. */
export const HEADER_MEMBERS = [
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'ContentType',
  'Metadata',
];
export const ENCRYPTION_MEMBERS = ['ServerSideEncryption', 'SSEKMSKeyId', 'BucketKeyEnabled'];
export const LOCK_MEMBERS = ['ObjectLockMode', 'ObjectLockRetainUntilDate', 'ObjectLockLegalHoldStatus'];

export function headersOf(input: ObjectHeaders): ObjectHeaders {
  const { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, Metadata } = input;
  return {
    CacheControl,
    ContentDisposition,
    ContentEncoding: ContentEncoding === '' ? undefined : ContentEncoding,
    ContentLanguage,
    ContentType: ContentType ?? 'binary/octet-stream',
    Metadata,
  };
}

/** A request's body. The wire gives bytes; callers inside may give text. */
export function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body);
  throw new NotImplemented(`a body of this kind (${Object.prototype.toString.call(body)}) in s3`);
}

interface PutInput {
  readonly Key?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly Tagging?: string | undefined;
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
}

/** What a write asks of IAM, with the condition keys that policies about uploads use. */
export function putAuthorizations(bucket: Bucket, input: PutInput): Authorization[] {
  const context = Object.fromEntries(
    [
      ['s3:x-amz-server-side-encryption', input.ServerSideEncryption],
      ['s3:x-amz-server-side-encryption-aws-kms-key-id', input.SSEKMSKeyId],
      ['s3:if-none-match', input.IfNoneMatch],
    ].flatMap(([name, value]) => (name === undefined || value === undefined ? [] : [[name, value]])),
  );
  const actions = ['s3:PutObject'];
  if (input.Tagging !== undefined) actions.push('s3:PutObjectTagging');
  if (input.ObjectLockMode !== undefined) actions.push('s3:PutObjectRetention');
  if (input.ObjectLockLegalHoldStatus !== undefined) actions.push('s3:PutObjectLegalHold');
  return actions.map((action) => onObject(bucket, input.Key, action, context));
}

/** Conditional writes. @throws AwsError PreconditionFailed */
export function checkWrite(
  bucket: Bucket,
  key: string,
  input: { IfNoneMatch?: string | undefined; IfMatch?: string | undefined },
): void {
  const current = versionOf(bucket, key, undefined);
  const exists = current !== undefined && !current.deleteMarker;
  if (input.IfNoneMatch !== undefined) {
    if (input.IfNoneMatch !== '*') throw new NotImplemented('If-None-Match other than * in a write to s3');
    if (exists) throw preconditionFailed('If-None-Match');
  }
  if (input.IfMatch === undefined) return;
  if (!exists) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });
  if (current.etag !== input.IfMatch.replaceAll('"', '')) throw preconditionFailed('If-Match');
}

export function preconditionFailed(condition: string): AwsError {
  return new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
    Condition: condition,
  });
}

export function versionIdFor(bucket: Bucket): string {
  return bucket.versioning === 'Enabled' ? randomBytes(24).toString('base64url') : 'null';
}

export interface NewObject {
  readonly key: string;
  readonly body: Buffer;
  readonly headers: ObjectHeaders;
  readonly checksums: Checksums;
  readonly checksumType?: 'FULL_OBJECT' | 'COMPOSITE';
  readonly encryption: Encryption;
  readonly retention: Retention;
  readonly tags?: ReadonlyMap<string, string>;
  /** Of a multipart upload. */
  readonly etag?: string;
  readonly parts?: number;
}

export function store(buckets: Buckets, bucket: Bucket, fresh: NewObject): ObjectVersion {
  const now = buckets.kernel.clock.date();
  const md5 = createHash('md5').update(fresh.body);
  // Under a KMS key the ETag is no MD5 of the content.
  if (fresh.encryption.ServerSideEncryption !== 'AES256') md5.update(randomBytes(8));
  const version: ObjectVersion = {
    key: fresh.key,
    versionId: versionIdFor(bucket),
    deleteMarker: false,
    body: fresh.body,
    etag: fresh.etag ?? md5.digest('hex'),
    lastModified: now,
    sequencer: buckets.sequencer(),
    headers: fresh.headers,
    checksums: fresh.checksums,
    checksumType: fresh.checksumType ?? 'FULL_OBJECT',
    encryption: fresh.encryption,
    retention: fresh.retention,
    tags: fresh.tags ?? new Map(),
    parts: fresh.parts,
  };
  addVersion(bucket, version);
  return version;
}

type DigestInput = Parameters<typeof givenChecksums>[0] & { readonly ContentMD5?: string | undefined };

interface LockInput {
  readonly ObjectLockMode?: 'GOVERNANCE' | 'COMPLIANCE' | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly ObjectLockLegalHoldStatus?: 'ON' | 'OFF' | undefined;
}

/**
 * The retention of what is written: the one that the write asks for, or the bucket's default; a legal hold is beside it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-configure.html
 * @throws AwsError InvalidRequest, InvalidArgument
 */
export function retentionOf(bucket: Bucket, input: LockInput, now: Date): Retention {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: hold } = input;
  const asked = mode !== undefined || until !== undefined;
  if ((asked || hold !== undefined) && bucket.objectLock === undefined)
    throw new AwsError('InvalidRequest', 'Bucket is missing Object Lock Configuration');
  if ((mode === undefined) !== (until === undefined))
    throw new AwsError(
      'InvalidArgument',
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
    );
  if (until !== undefined && until <= now)
    throw new AwsError('InvalidArgument', 'The retain until date must be in the future!');
  return { ...(asked ? { mode, until } : defaultRetention(bucket.objectLock, now)), legalHold: hold === 'ON' };
}

function defaultRetention(lock: ObjectLockConfiguration | undefined, now: Date): Pick<Retention, 'mode' | 'until'> {
  const rule = lock?.Rule?.DefaultRetention;
  if (rule === undefined) return { mode: undefined, until: undefined };
  const until = new Date(now);
  until.setUTCDate(until.getUTCDate() + (rule.Days ?? 0));
  until.setUTCFullYear(until.getUTCFullYear() + (rule.Years ?? 0));
  return { mode: rule.Mode, until };
}

/**
 * What is locked is written with a digest of its bytes, whether the write asks for the lock or the bucket's default does.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html (Content-MD5)
 * @throws AwsError InvalidRequest
 */
export function requireDigest({ mode, legalHold }: Retention, input: DigestInput, request: 'Object' | 'Part'): void {
  if (mode === undefined && !legalHold) return;
  if (input.ContentMD5 !== undefined || Object.keys(givenChecksums(input)).length > 0) return;
  throw new AwsError(
    'InvalidRequest',
    `Content-MD5 OR x-amz-checksum- HTTP header is required for Put ${request} requests with Object Lock parameters`,
  );
}

/** Tags given as a query string in a header. */
export function tagsOf(tagging: string | undefined): Map<string, string> {
  return new Map(new URLSearchParams(tagging ?? ''));
}

export function requester(caller: Caller): string {
  return caller.principal.arn;
}
