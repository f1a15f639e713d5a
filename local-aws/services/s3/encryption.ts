import { DecryptCommand, GenerateDataKeyCommand } from '@aws-sdk/client-kms';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';
import type { Bucket, Buckets, Encryption } from './store.ts';

interface Wanted {
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
}

/**
 * How a new object is encrypted: as the request says, else as the bucket does by default. With a customer's KMS key the
 * caller needs `kms:GenerateDataKey` on it, as in AWS; AWS's own key (`aws/s3`) serves everybody in the account.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
export async function encryptionFor(
  buckets: Buckets,
  bucket: Bucket,
  key: string,
  wanted: Wanted,
  caller: Caller,
): Promise<Encryption> {
  const [rule] = bucket.encryption;
  const byDefault = rule?.ApplyServerSideEncryptionByDefault;
  const algorithm = wanted.ServerSideEncryption ?? byDefault?.SSEAlgorithm ?? 'AES256';
  if (algorithm === 'AES256') return { ServerSideEncryption: 'AES256' };
  if (algorithm !== 'aws:kms') throw new NotImplemented(`the server-side encryption ${algorithm} in s3`);
  const keyId =
    wanted.SSEKMSKeyId ?? (wanted.ServerSideEncryption === undefined ? byDefault?.KMSMasterKeyID : undefined);
  const bucketKey = wanted.BucketKeyEnabled ?? rule?.BucketKeyEnabled ?? false;
  const encryption = { ServerSideEncryption: 'aws:kms' as const, ...(bucketKey ? { BucketKeyEnabled: true } : {}) };
  if (keyId === undefined || keyId === 'alias/aws/s3') return encryption;
  const { CiphertextBlob, KeyId } = await buckets.kernel.send(
    caller,
    new GenerateDataKeyCommand({
      KeyId: keyId,
      KeySpec: 'AES_256',
      EncryptionContext: contextOf(bucket, key, bucketKey),
    }),
  );
  if (CiphertextBlob === undefined || KeyId === undefined) throw new AwsError('InternalError', 'KMS gave no key.', 500);
  return { ...encryption, SSEKMSKeyId: KeyId, dataKey: CiphertextBlob };
}

/** Reading what a customer's key encrypts takes `kms:Decrypt` on it. */
export async function decrypt(
  buckets: Buckets,
  bucket: Bucket,
  key: string,
  encryption: Encryption,
  caller: Caller,
): Promise<void> {
  if (encryption.dataKey === undefined) return;
  await buckets.kernel.send(
    caller,
    new DecryptCommand({
      CiphertextBlob: encryption.dataKey,
      EncryptionContext: contextOf(bucket, key, encryption.BucketKeyEnabled === true),
    }),
  );
}

function contextOf(bucket: Bucket, key: string, bucketKey: boolean): Record<string, string> {
  const arn = `arn:aws:s3:::${bucket.name}`;
  return { 'aws:s3:arn': bucketKey ? arn : `${arn}/${key}` };
}

/** The headers that tell a reader how an object is encrypted. */
export function encryptionHeaders({ ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled }: Encryption) {
  return { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled };
}
