import { randomUUID } from 'node:crypto';
import { DecryptCommand, GenerateDataKeyCommand } from '@aws-sdk/client-kms';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller } from '../../kernel/principal.ts';
import { addVersion, type Secret, type Value, type Version } from './store.ts';

// Under a key of the account, each version has a data key, which KMS makes and decrypts with the caller's leave.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html

/** Adds a version, encrypted as the secret is. @throws AwsError AccessDeniedException, EncryptionFailure, ResourceExistsException */
export async function addEncrypted(
  kernel: Kernel,
  secret: Secret,
  value: Value,
  caller: Caller,
  stages?: string[],
): Promise<Version> {
  const id = value.ClientRequestToken ?? randomUUID();
  const dataKey = secret.keyId === undefined ? undefined : await newDataKey(kernel, secret, id, secret.keyId, caller);
  const version = addVersion(kernel, secret, { ...value, ClientRequestToken: id }, stages);
  version.dataKey ??= dataKey;
  return version;
}

async function newDataKey(kernel: Kernel, secret: Secret, id: string, KeyId: string, caller: Caller) {
  const command = new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext: contextOf(secret, id) });
  const { CiphertextBlob } = await kernel.send(caller, command).catch(refused('EncryptionFailure'));
  return CiphertextBlob;
}

/** @throws AwsError AccessDeniedException, DecryptionFailure */
export async function unseal(kernel: Kernel, secret: Secret, version: Version, caller: Caller): Promise<void> {
  if (version.dataKey === undefined) return;
  const command = new DecryptCommand({
    CiphertextBlob: version.dataKey,
    EncryptionContext: contextOf(secret, version.id),
  });
  await kernel.send(caller, command).catch(refused('DecryptionFailure'));
}

function contextOf(secret: Secret, id: string): Record<string, string> {
  return { SecretARN: secret.arn, SecretVersionId: id };
}

function refused(failure: string): (problem: unknown) => never {
  return (problem) => {
    if (problem instanceof AwsError && problem.code.startsWith('AccessDenied'))
      throw new AwsError('AccessDeniedException', 'Access to KMS is not allowed');
    throw new AwsError(failure, 'Secrets Manager cannot use the KMS key: check that it is enabled.');
  };
}
