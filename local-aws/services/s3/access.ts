import type { Caller } from '../../kernel/principal.ts';
import type { Authorization } from '../../kernel/service.ts';
import { AwsError } from '../../kernel/errors.ts';
import { versionOf, type Bucket, type Buckets } from './store.ts';

type Context = Readonly<Record<string, string | readonly string[]>>;

/*
 * Bucket policies of the kind "deny unless aws:SecureTransport" must let the local endpoint pass although it is plain
 * HTTP on loopback: it stands for AWS's TLS endpoint. IAM's evaluation says `aws:SecureTransport: true` for every call.
 */

/** An action on a bucket, judged by identity and bucket policy. */
export function onBucket(bucket: Bucket, action: string, context: Context = {}): Authorization {
  return {
    action,
    resource: `arn:aws:s3:::${bucket.name}`,
    resourcePolicy: bucket.policy,
    resourceAccount: bucket.account,
    context: { 's3:ResourceAccount': bucket.account, ...context },
  };
}

/** An action on an object, judged by identity and bucket policy. */
export function onObject(
  bucket: Bucket,
  key: string | undefined,
  action: string,
  context: Context = {},
): Authorization {
  return { ...onBucket(bucket, action, context), resource: `arn:aws:s3:::${bucket.name}/${key ?? ''}` };
}

/** A read of an object, judged by the tags that it has, too. https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html */
export function onExisting(
  bucket: Bucket,
  key: string | undefined,
  versionId: string | undefined,
  action: string,
): Authorization {
  const tags = versionOf(bucket, key ?? '', versionId)?.tags ?? new Map<string, string>();
  const context = Object.fromEntries([...tags].map(([name, value]) => [`s3:ExistingObjectTag/${name}`, value]));
  return onObject(bucket, key, action, context);
}

/** An authorize function for operations on a bucket's own settings. */
export function bucketAction(buckets: Buckets, action: string) {
  return (
    input: { Bucket: string | undefined; ExpectedBucketOwner?: string | undefined },
    { caller }: { caller: Caller },
  ): Authorization => onBucket(buckets.get(input, caller), action);
}

/** What a missing key answers: only who may list the bucket is told that it is missing. */
export function missing(
  buckets: Buckets,
  bucket: Bucket,
  key: string | undefined,
  caller: Caller,
  code: string,
): AwsError {
  try {
    buckets.kernel.port.iam.authorize(caller, [onBucket(bucket, 's3:ListBucket')]);
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
  const message =
    code === 'NoSuchVersion' ? 'The specified version does not exist.' : 'The specified key does not exist.';
  return new AwsError(code, message, 404, { Key: key });
}
