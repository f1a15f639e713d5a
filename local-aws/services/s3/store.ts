import type {
  BucketLoggingStatus,
  LifecycleRule,
  ObjectLockConfiguration,
  OwnershipControls,
  PublicAccessBlockConfiguration,
  ServerSideEncryption,
  ServerSideEncryptionRule,
} from '@aws-sdk/client-s3';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller, PolicyDocument } from '../../kernel/principal.ts';
import type { Checksums } from './checksums.ts';
import type { Destination } from './notifications/destinations.ts';

/** Headers that are kept with an object and given back. */
export interface ObjectHeaders {
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly ContentType?: string | undefined;
  readonly Metadata?: Record<string, string> | undefined;
}

/** How an object is encrypted at rest, as its headers say. Bodies themselves are kept in memory, in the clear. */
export interface Encryption {
  readonly ServerSideEncryption: ServerSideEncryption;
  readonly SSEKMSKeyId?: string;
  readonly BucketKeyEnabled?: boolean;
  /** The data key under the customer's key, which a reader must be allowed to decrypt. */
  readonly dataKey?: Uint8Array;
}

export interface Retention {
  mode: 'GOVERNANCE' | 'COMPLIANCE' | undefined;
  until: Date | undefined;
  legalHold: boolean;
}

/** One version of an object, or a delete marker. */
export interface ObjectVersion {
  readonly key: string;
  /** `null` in a bucket without versioning. */
  readonly versionId: string;
  readonly deleteMarker: boolean;
  readonly body: Buffer;
  /** Without quotes. */
  readonly etag: string;
  readonly lastModified: Date;
  readonly sequencer: string;
  readonly headers: ObjectHeaders;
  readonly checksums: Checksums;
  readonly checksumType: 'FULL_OBJECT' | 'COMPOSITE';
  readonly encryption: Encryption;
  readonly retention: Retention;
  readonly tags: ReadonlyMap<string, string>;
  readonly parts: number | undefined;
}

export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly headers: ObjectHeaders;
  readonly encryption: Encryption;
  readonly initiator: string;
  readonly algorithm: string | undefined;
  readonly checksumType: 'FULL_OBJECT' | 'COMPOSITE' | undefined;
  readonly tags: ReadonlyMap<string, string>;
  readonly parts: Map<number, { body: Buffer; etag: string; checksums: Checksums; at: Date }>;
}

export interface Bucket {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly createdAt: Date;
  versioning: 'Enabled' | 'Suspended' | undefined;
  encryption: ServerSideEncryptionRule[];
  policyText: string | undefined;
  policy: PolicyDocument | undefined;
  publicAccess: PublicAccessBlockConfiguration | undefined;
  eventBridge: boolean;
  /** Who else is told of its objects. */
  destinations: readonly Destination[];
  lifecycle: LifecycleRule[] | undefined;
  ownership: OwnershipControls | undefined;
  tags: Map<string, string>;
  logging: BucketLoggingStatus['LoggingEnabled'];
  objectLock: ObjectLockConfiguration | undefined;
  /** Versions of each key, newest first. */
  readonly objects: Map<string, ObjectVersion[]>;
  readonly uploads: Map<string, Upload>;
}

/** Every bucket of every account: their names are one namespace. */
export class Buckets {
  private readonly buckets = new Map<string, Bucket>();
  private sequence = 0;

  constructor(readonly kernel: Kernel) {}

  add(bucket: Bucket): void {
    this.buckets.set(bucket.name, bucket);
  }

  delete(name: string): void {
    this.buckets.delete(name);
  }

  find(name: string | undefined): Bucket | undefined {
    return this.buckets.get(name ?? '');
  }

  ofAccount(account: string): Bucket[] {
    return [...this.buckets.values()].filter((bucket) => bucket.account === account);
  }

  /**
   * The bucket a request names, in the region it is sent to.
   * @throws AwsError NoSuchBucket, PermanentRedirect, AccessDenied (another owner than expected)
   */
  get(input: { Bucket: string | undefined; ExpectedBucketOwner?: string | undefined }, caller: Caller): Bucket {
    const bucket = this.find(input.Bucket);
    if (bucket === undefined)
      throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: input.Bucket });
    if (bucket.region !== caller.region)
      throw new AwsError(
        'PermanentRedirect',
        'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
        301,
        { Bucket: bucket.name, Endpoint: `${bucket.name}.s3.${bucket.region}.amazonaws.com` },
      );
    if (input.ExpectedBucketOwner !== undefined && input.ExpectedBucketOwner !== bucket.account)
      throw new AwsError('AccessDenied', 'Access Denied', 403);
    return bucket;
  }

  /** Grows with every change, as the `sequencer` of S3's events does. */
  sequencer(): string {
    return `00${(this.kernel.clock.now() * 4096 + (this.sequence++ % 4096)).toString(16).toUpperCase().padStart(16, '0')}`;
  }
}

/** The version a read is for: the newest, or the one named. Undefined when there is none. */
export function versionOf(bucket: Bucket, key: string, versionId: string | undefined): ObjectVersion | undefined {
  const versions = bucket.objects.get(key);
  return versionId === undefined ? versions?.[0] : versions?.find((version) => version.versionId === versionId);
}

/** Puts a version before the older ones; without versioning it replaces the `null` version. */
export function addVersion(bucket: Bucket, version: ObjectVersion): void {
  const older = (bucket.objects.get(version.key) ?? []).filter(
    ({ versionId }) => version.versionId !== 'null' || versionId !== 'null',
  );
  bucket.objects.set(version.key, [version, ...older]);
}

export function removeVersion(bucket: Bucket, version: ObjectVersion): void {
  const left = (bucket.objects.get(version.key) ?? []).filter((other) => other !== version);
  if (left.length === 0) bucket.objects.delete(version.key);
  else bucket.objects.set(version.key, left);
}
