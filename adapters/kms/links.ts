import { createPublicKey } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { keyIdOf } from '../../core/approval/link.ts';
import type { Observability } from '../powertools/observability.ts';

/** Signs approval links with a key that never leaves KMS, and returns its public half. */
export interface LinkKey {
  /** The id that goes into the link, so that keys can rotate. */
  readonly keyId: string;
  /** ECDSA P-256 over SHA-256 of the message; base64url of the DER signature. */
  sign(message: Uint8Array): Promise<string>;
  /** PEM of the public half of the key that a link names; kept for the life of the process. */
  publicKeyPem(keyId: string): Promise<string>;
}

/** @param key ARN of an asymmetric KMS key, ECC_NIST_P256, SIGN_VERIFY. */
function createLinkKey(client: KMSClient, key: string): LinkKey {
  const known = new Map<string, string>();
  return {
    keyId: keyIdOf(key),
    sign: async (message) => {
      const { Signature } = await client.send(
        new SignCommand({ KeyId: key, Message: message, MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' }),
      );
      if (Signature === undefined) throw new Error(`KMS key ${key} gave no signature.`);
      return Buffer.from(Signature).toString('base64url');
    },
    publicKeyPem: async (keyId) => {
      const pem = known.get(keyId) ?? (await fetchPublicKey(client, keyId === keyIdOf(key) ? key : keyId));
      known.set(keyId, pem);
      return pem;
    },
  };
}

async function fetchPublicKey(client: KMSClient, key: string): Promise<string> {
  const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: key }));
  if (PublicKey === undefined) throw new Error(`KMS key ${key} has no public key.`);
  const parsed = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
  return parsed.export({ type: 'spki', format: 'pem' }).toString();
}

/** The key of the engine's own account. @param key its ARN */
export function openLinkKey(observe: Observability, key: string): LinkKey {
  return createLinkKey(observe.client(new KMSClient({})), key);
}
