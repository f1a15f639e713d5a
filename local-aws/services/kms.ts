/**
 * KMS: keys for signing (ECC_NIST_P256, RSA) and for encryption (SYMMETRIC_DEFAULT), key policies, aliases, tags.
 * https://docs.aws.amazon.com/kms/latest/APIReference/
 */
import { randomBytes } from 'node:crypto';
import {
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GetPublicKeyCommand,
  SignCommand,
  VerifyCommand,
} from '@aws-sdk/client-kms';
import { AwsError } from '../kernel/errors.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Caller } from '../kernel/principal.ts';
import { operation, type AnyOperation, type Service } from '../kernel/service.ts';
import { decrypt, encrypt, keyOfCiphertext, pairOf, sign, signingAlgorithms, verify } from './kms/cryptography.ts';
import { keyOperations } from './kms/key-operations.ts';
import { Keys, onKey } from './kms/store.ts';

export function createKms(kernel: Kernel): { services: Service[] } {
  const keys = new Keys(kernel);
  return {
    services: [
      {
        signingName: 'kms',
        documentation:
          'Keys, policies, aliases, Sign, Verify, Encrypt, Decrypt, GenerateDataKey, on node:crypto. ' +
          'https://docs.aws.amazon.com/kms/latest/APIReference/',
        operations: [...keyOperations(keys), ...signingOperations(keys), ...encryptionOperations(keys)],
        tagsOf: (arn) => keys.tagsOf(arn),
      },
    ],
  };
}

interface KeyUse {
  readonly KeyId?: string | undefined;
  readonly SigningAlgorithm?: string | undefined;
  readonly MessageType?: string | undefined;
  readonly EncryptionContext?: Record<string, string> | undefined;
}

/** The use of a key, with the condition keys that key policies ask about. */
function use(keys: Keys, action: string) {
  return (input: KeyUse, { caller }: { caller: Caller }) =>
    onKey(keys.get(input.KeyId, caller), action, {
      ...(input.KeyId?.startsWith('alias/') === true ? { 'kms:RequestAlias': input.KeyId } : {}),
      ...(input.SigningAlgorithm === undefined ? {} : { 'kms:SigningAlgorithm': input.SigningAlgorithm }),
      ...(input.MessageType === undefined ? {} : { 'kms:MessageType': input.MessageType }),
      ...Object.fromEntries(
        Object.entries(input.EncryptionContext ?? {}).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]),
      ),
    });
}

function signingOperations(keys: Keys): AnyOperation[] {
  return [
    operation({
      command: SignCommand,
      accepts: ['KeyId', 'Message', 'MessageType', 'SigningAlgorithm'],
      authorize: use(keys, 'Sign'),
      handle: async (input, { caller }) => {
        const key = keys.usable(input.KeyId, caller);
        return { KeyId: key.arn, Signature: sign(key, input), SigningAlgorithm: input.SigningAlgorithm };
      },
    }),
    operation({
      command: VerifyCommand,
      accepts: ['KeyId', 'Message', 'MessageType', 'SigningAlgorithm', 'Signature'],
      authorize: use(keys, 'Verify'),
      handle: async (input, { caller }) => {
        const key = keys.usable(input.KeyId, caller);
        if (!verify(key, input, input.Signature ?? new Uint8Array()))
          throw new AwsError('KMSInvalidSignatureException', '');
        return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: input.SigningAlgorithm };
      },
    }),
    operation({
      command: GetPublicKeyCommand,
      accepts: ['KeyId'],
      authorize: use(keys, 'GetPublicKey'),
      handle: async (input, { caller }) => {
        const key = keys.usable(input.KeyId, caller);
        return {
          KeyId: key.arn,
          PublicKey: pairOf(key).publicKey.export({ type: 'spki', format: 'der' }),
          CustomerMasterKeySpec: key.spec,
          KeySpec: key.spec,
          KeyUsage: key.usage,
          SigningAlgorithms: signingAlgorithms(key.spec),
        };
      },
    }),
  ];
}

function encryptionOperations(keys: Keys): AnyOperation[] {
  const dataKey = (input: { NumberOfBytes?: number | undefined; KeySpec?: string | undefined }) =>
    randomBytes(input.NumberOfBytes ?? (input.KeySpec === 'AES_128' ? 16 : 32));
  return [
    operation({
      command: EncryptCommand,
      accepts: ['KeyId', 'Plaintext', 'EncryptionContext', 'EncryptionAlgorithm'],
      authorize: use(keys, 'Encrypt'),
      handle: async (input, { caller }) => {
        const key = keys.usable(input.KeyId, caller);
        const CiphertextBlob = encrypt(key, input.Plaintext ?? new Uint8Array(), input.EncryptionContext);
        return { KeyId: key.arn, CiphertextBlob, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' as const };
      },
    }),
    operation({
      command: DecryptCommand,
      accepts: ['KeyId', 'CiphertextBlob', 'EncryptionContext', 'EncryptionAlgorithm'],
      authorize: (input, call) =>
        use(keys, 'Decrypt')({ ...input, KeyId: keyOfCiphertext(input.CiphertextBlob ?? new Uint8Array()) }, call),
      handle: async (input, { caller }) => {
        const blob = input.CiphertextBlob ?? new Uint8Array();
        const key = keys.usable(keyOfCiphertext(blob), caller);
        if (input.KeyId !== undefined && keys.get(input.KeyId, caller) !== key)
          throw new AwsError(
            'IncorrectKeyException',
            'The key ID in the request does not identify a CMK that can perform this operation.',
          );
        const Plaintext = decrypt(key, blob, input.EncryptionContext);
        return { KeyId: key.arn, Plaintext, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' as const };
      },
    }),
    operation({
      command: GenerateDataKeyCommand,
      accepts: ['KeyId', 'KeySpec', 'NumberOfBytes', 'EncryptionContext'],
      authorize: use(keys, 'GenerateDataKey'),
      handle: async (input, { caller }) => {
        const key = keys.usable(input.KeyId, caller);
        const Plaintext = dataKey(input);
        return { KeyId: key.arn, Plaintext, CiphertextBlob: encrypt(key, Plaintext, input.EncryptionContext) };
      },
    }),
    operation({
      command: GenerateDataKeyWithoutPlaintextCommand,
      accepts: ['KeyId', 'KeySpec', 'NumberOfBytes', 'EncryptionContext'],
      authorize: use(keys, 'GenerateDataKeyWithoutPlaintext'),
      handle: async (input, { caller }) => {
        const key = keys.usable(input.KeyId, caller);
        return { KeyId: key.arn, CiphertextBlob: encrypt(key, dataKey(input), input.EncryptionContext) };
      },
    }),
  ];
}
