import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';

/** Signs approval links with a key that never leaves KMS, and checks them with its public half. */
export interface LinkKey {
  /** The id that goes into the link, so that keys can rotate. */
  readonly keyId: string;
  /** ECDSA P-256 over SHA-256 of the text, base64url of the DER signature. */
  sign(text: string): Promise<string>;
  verify(text: string, signature: string): Promise<boolean>;
}

/** @param key ARN of an asymmetric KMS key, ECC_NIST_P256, SIGN_VERIFY. */
export function createLinkKey(client: KMSClient, key: string): LinkKey {
  let publicKey: Promise<Buffer> | undefined;
  const fetchPublicKey = async (): Promise<Buffer> => {
    const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: key }));
    if (PublicKey === undefined) throw new Error(`KMS key ${key} has no public key.`);
    return Buffer.from(PublicKey);
  };
  return {
    keyId: key.slice(key.lastIndexOf('/') + 1),
    sign: async (text) => {
      const { Signature } = await client.send(
        new SignCommand({
          KeyId: key,
          Message: digestOf(text),
          MessageType: 'DIGEST',
          SigningAlgorithm: 'ECDSA_SHA_256',
        }),
      );
      if (Signature === undefined) throw new Error(`KMS key ${key} gave no signature.`);
      return Buffer.from(Signature).toString('base64url');
    },
    verify: async (text, signature) => {
      publicKey ??= fetchPublicKey();
      const der = await publicKey.catch((problem: unknown) => {
        publicKey = undefined; // a failed fetch is not kept for the life of the process
        throw problem;
      });
      return verify(
        'sha256',
        Buffer.from(text),
        createPublicKey({ key: der, format: 'der', type: 'spki' }),
        Buffer.from(signature, 'base64url'),
      );
    },
  };
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** 256 random bits, base64url: what one-time links and session cookies carry. Only its digest is kept. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** The digest under which a secret is kept, lower-case hex SHA-256. */
export function digestOfSecret(secret: string): string {
  return digestOf(secret).toString('hex');
}
