import {
  constants,
  createCipheriv,
  createDecipheriv,
  generateKeyPair,
  randomBytes,
  sign as nodeSign,
  verify as nodeVerify,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import type { Key, KeySpec, Material } from './store.ts';

const newPair = promisify(generateKeyPair);

export async function newMaterial(spec: KeySpec): Promise<Material> {
  if (spec === 'SYMMETRIC_DEFAULT') return { kind: 'symmetric', secret: randomBytes(32) };
  const { privateKey, publicKey } =
    spec === 'ECC_NIST_P256'
      ? await newPair('ec', { namedCurve: 'prime256v1' })
      : await newPair('rsa', { modulusLength: Number(spec.slice('RSA_'.length)) });
  return { kind: 'pair', privateKey, publicKey };
}

/** The signing algorithms of a key. https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html */
export function signingAlgorithms(spec: KeySpec) {
  if (spec === 'SYMMETRIC_DEFAULT') return [];
  if (spec === 'ECC_NIST_P256') return ['ECDSA_SHA_256' as const];
  return [
    'RSASSA_PSS_SHA_256' as const,
    'RSASSA_PSS_SHA_384' as const,
    'RSASSA_PSS_SHA_512' as const,
    'RSASSA_PKCS1_V1_5_SHA_256' as const,
    'RSASSA_PKCS1_V1_5_SHA_384' as const,
    'RSASSA_PKCS1_V1_5_SHA_512' as const,
  ];
}

interface SignInput {
  readonly Message: Uint8Array | undefined;
  readonly MessageType?: string | undefined;
  readonly SigningAlgorithm: string | undefined;
}

export function sign(key: Key, input: SignInput): Buffer {
  const { digest, options } = signing(key, input);
  return nodeSign(digest, messageOf(input), { key: pairOf(key).privateKey, ...options });
}

export function verify(key: Key, input: SignInput, signature: Uint8Array): boolean {
  const { digest, options } = signing(key, input);
  return nodeVerify(digest, messageOf(input), { key: pairOf(key).publicKey, ...options }, signature);
}

function messageOf({ Message = new Uint8Array(), MessageType }: SignInput): Uint8Array {
  // Node signs messages, not digests made elsewhere.
  if (MessageType !== undefined && MessageType !== 'RAW')
    throw new NotImplemented(`the MessageType ${MessageType} of kms`);
  if (Message.length === 0 || Message.length > 4096)
    throw new AwsError(
      'ValidationException',
      "Value at 'message' failed to satisfy constraint: Member must have length between 1 and 4096",
    );
  return Message;
}

function signing(key: Key, { SigningAlgorithm = '' }: SignInput) {
  if (key.usage !== 'SIGN_VERIFY')
    throw new AwsError('InvalidKeyUsageException', `${key.arn} key usage is ${key.usage} which is not valid for Sign.`);
  if (!signingAlgorithms(key.spec).some((algorithm) => algorithm === SigningAlgorithm))
    throw new AwsError(
      'InvalidKeyUsageException',
      `Algorithm ${SigningAlgorithm} and key spec ${key.spec} are incompatible.`,
    );
  const pss = SigningAlgorithm.startsWith('RSASSA_PSS');
  return {
    digest: `sha${SigningAlgorithm.slice(-3)}`,
    options: pss
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : key.spec === 'ECC_NIST_P256'
        ? { dsaEncoding: 'der' as const }
        : { padding: constants.RSA_PKCS1_PADDING },
  };
}

export function pairOf(key: Key): { privateKey: KeyObject; publicKey: KeyObject } {
  if (key.material.kind === 'pair') return key.material;
  throw new AwsError('UnsupportedOperationException', `${key.arn} is a symmetric key.`);
}

type Context = Record<string, string> | undefined;

/** AES-256-GCM; the key's id stands before nonce, tag and ciphertext, the encryption context is authenticated. */
export function encrypt(key: Key, plaintext: Uint8Array, context: Context): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', secretOf(key), nonce).setAAD(canonical(context));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const id = Buffer.from(key.arn);
  return Buffer.concat([Buffer.from([id.length]), id, nonce, cipher.getAuthTag(), body]);
}

/** The ARN of the key that made a ciphertext. @throws AwsError InvalidCiphertextException */
export function keyOfCiphertext(blob: Uint8Array): string {
  const arn = Buffer.from(blob.subarray(1, 1 + (blob[0] ?? 0))).toString();
  if (!arn.startsWith('arn:aws:kms:')) throw new AwsError('InvalidCiphertextException', '');
  return arn;
}

export function decrypt(key: Key, blob: Uint8Array, context: Context): Buffer {
  const start = 1 + (blob[0] ?? 0);
  const decipher = createDecipheriv('aes-256-gcm', secretOf(key), blob.subarray(start, start + 12))
    .setAAD(canonical(context))
    .setAuthTag(blob.subarray(start + 12, start + 28));
  try {
    return Buffer.concat([decipher.update(blob.subarray(start + 28)), decipher.final()]);
  } catch {
    throw new AwsError('InvalidCiphertextException', '');
  }
}

function canonical(context: Context): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context ?? {}).sort(([one], [other]) => (one < other ? -1 : 1))));
}

function secretOf(key: Key): Buffer {
  if (key.material.kind === 'symmetric') return key.material.secret;
  throw new AwsError(
    'InvalidKeyUsageException',
    `${key.arn} key usage is ${key.usage} which is not valid for this operation.`,
  );
}
