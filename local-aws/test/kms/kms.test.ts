import { createPublicKey, verify } from 'node:crypto';
import {
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetPublicKeyCommand,
  KMSClient,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
  VerifyCommand,
} from '@aws-sdk/client-kms';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';

const account = '111111111111';
let aws: LocalAws;
let client: KMSClient;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0 });
  client = aws.client(KMSClient, { account, region: 'us-east-1' });
});
afterAll(() => aws.close());

describe('signing keys', () => {
  it('sign what their public key verifies, by alias', async () => {
    const { KeyMetadata } = await client.send(
      new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }),
    );
    const KeyId = 'alias/link';
    await client.send(new CreateAliasCommand({ AliasName: KeyId, TargetKeyId: KeyMetadata?.KeyId }));
    const Message = Buffer.from('approval');
    const SigningAlgorithm = 'ECDSA_SHA_256';
    const { Signature = new Uint8Array() } = await client.send(new SignCommand({ KeyId, Message, SigningAlgorithm }));
    const { PublicKey = new Uint8Array() } = await client.send(new GetPublicKeyCommand({ KeyId }));
    const key = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
    expect(verify('sha256', Message, key, Signature)).toBe(true);
    const check = { KeyId, SigningAlgorithm, Signature } as const;
    expect((await client.send(new VerifyCommand({ ...check, Message }))).SignatureValid).toBe(true);
    await expect(client.send(new VerifyCommand({ ...check, Message: Buffer.from('another') }))).rejects.toMatchObject({
      name: 'KMSInvalidSignatureException',
    });
  });

  it('may be RSA', async () => {
    const { KeyMetadata } = await client.send(new CreateKeyCommand({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }));
    const use = {
      KeyId: KeyMetadata?.KeyId,
      Message: Buffer.from('m'),
      SigningAlgorithm: 'RSASSA_PSS_SHA_512',
    } as const;
    const { Signature } = await client.send(new SignCommand(use));
    expect((await client.send(new VerifyCommand({ ...use, Signature }))).SignatureValid).toBe(true);
  });
});

describe('symmetric keys', () => {
  it('encrypt under a context', async () => {
    const { KeyMetadata } = await client.send(new CreateKeyCommand({}));
    const { CiphertextBlob } = await client.send(
      new EncryptCommand({
        KeyId: KeyMetadata?.Arn,
        Plaintext: Buffer.from('secret'),
        EncryptionContext: { a: '1', b: '2' },
      }),
    );
    const { Plaintext } = await client.send(
      new DecryptCommand({ CiphertextBlob, EncryptionContext: { b: '2', a: '1' } }),
    );
    expect(Buffer.from(Plaintext ?? []).toString()).toBe('secret');
    await expect(client.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
    });
  });

  it('are used only by whom their policy lets in, also through S3', async () => {
    const { KeyMetadata } = await client.send(new CreateKeyCommand({}));
    const s3 = new S3Client({
      endpoint: aws.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: aws.administrator(account),
    });
    const object = { Bucket: 'encrypted', Key: 'key' };
    await s3.send(new CreateBucketCommand({ Bucket: object.Bucket }));
    await s3.send(
      new PutObjectCommand({
        ...object,
        Body: 'x',
        ServerSideEncryption: 'aws:kms',
        SSEKMSKeyId: KeyMetadata?.Arn,
      }),
    );
    await s3.send(new GetObjectCommand(object));
    const Principal = { AWS: `arn:aws:iam::${account}:user/administrator` };
    const Statement = [{ Effect: 'Allow', Principal, Action: ['kms:PutKeyPolicy', 'kms:DescribeKey'], Resource: '*' }];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await client.send(new PutKeyPolicyCommand({ KeyId: KeyMetadata?.KeyId, Policy }));
    await expect(
      client.send(new GenerateDataKeyCommand({ KeyId: KeyMetadata?.KeyId, KeySpec: 'AES_256' })),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(s3.send(new GetObjectCommand(object))).rejects.toThrow(/kms:Decrypt/);
  });

  it('go away after their window, unusable meanwhile', async () => {
    const { KeyMetadata } = await client.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata?.KeyId;
    await client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    await expect(client.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }))).rejects.toMatchObject({
      name: 'KMSInvalidStateException',
    });
    await aws.clock.advance(7 * 24 * 60 * 60 * 1000 + 1);
    await expect(client.send(new DescribeKeyCommand({ KeyId }))).rejects.toMatchObject({ name: 'NotFoundException' });
  });
});

it('refuses by name what is not implemented', async () => {
  await expect(client.send(new CreateKeyCommand({ MultiRegion: true }))).rejects.toThrow(/MultiRegion/);
  await expect(client.send(new CreateKeyCommand({ CustomKeyStoreId: 'cks-1' }))).rejects.toThrow(/CustomKeyStoreId/);
  const grant = new CreateGrantCommand({ KeyId: 'k', GranteePrincipal: 'p', Operations: ['Sign'] });
  await expect(client.send(grant)).rejects.toThrow(/CreateGrant/);
});
