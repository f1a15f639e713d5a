import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../../kernel/errors.ts';

/**
 * Checksums that S3 verifies, stores and gives back, by the member that carries them; each is base64.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
const ALGORITHMS = {
  ChecksumCRC32: (bytes: Uint8Array) => number32(crc32(bytes)),
  ChecksumCRC32C: (bytes: Uint8Array) => number32(crc32c(bytes)),
  ChecksumCRC64NVME: (bytes: Uint8Array) => crc64nvme(bytes),
  ChecksumSHA1: (bytes: Uint8Array) => createHash('sha1').update(bytes).digest(),
  ChecksumSHA256: (bytes: Uint8Array) => createHash('sha256').update(bytes).digest(),
} as const;

export type ChecksumMember = keyof typeof ALGORITHMS;
export type Checksums = { [member in ChecksumMember]?: string };

export const CHECKSUM_MEMBERS: readonly ChecksumMember[] = [
  'ChecksumCRC32',
  'ChecksumCRC32C',
  'ChecksumCRC64NVME',
  'ChecksumSHA1',
  'ChecksumSHA256',
];

/** The member that carries an algorithm's checksum, e.g. `SHA256` → `ChecksumSHA256`; undefined when not implemented. */
export function memberOf(algorithm: string | undefined): ChecksumMember | undefined {
  return CHECKSUM_MEMBERS.find((member) => member === `Checksum${algorithm ?? ''}`);
}

export function checksum(member: ChecksumMember, bytes: Uint8Array): string {
  return ALGORITHMS[member](bytes).toString('base64');
}

type Given = { readonly [member in ChecksumMember]?: string | undefined };

/** The checksums a request carries. */
export function givenChecksums(input: Given): Checksums {
  const found: Checksums = {};
  for (const member of CHECKSUM_MEMBERS) {
    const value = input[member];
    if (value !== undefined) found[member] = value;
  }
  return found;
}

/**
 * Verifies what a request says of its body and gives what to store: those checksums, or the one of the algorithm it
 * names, or S3's own default, CRC-64/NVME. @throws AwsError BadDigest, InvalidDigest
 */
export function verified(
  bytes: Uint8Array,
  input: Given & { readonly ContentMD5?: string | undefined; readonly ChecksumAlgorithm?: string | undefined },
): Checksums {
  if (input.ContentMD5 !== undefined) verifyMd5(bytes, input.ContentMD5);
  const stored = givenChecksums(input);
  for (const member of CHECKSUM_MEMBERS) {
    const claimed = stored[member];
    if (claimed !== undefined && claimed !== checksum(member, bytes))
      throw new AwsError(
        'BadDigest',
        `The ${member.replace('Checksum', '')} you specified did not match the calculated checksum.`,
      );
  }
  if (Object.keys(stored).length > 0) return stored;
  const member = memberOf(input.ChecksumAlgorithm) ?? 'ChecksumCRC64NVME';
  return { [member]: checksum(member, bytes) };
}

function verifyMd5(bytes: Uint8Array, claimed: string): void {
  if (Buffer.from(claimed, 'base64').length !== 16)
    throw new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.');
  if (createHash('md5').update(bytes).digest('base64') !== claimed)
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
}

function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** Table of a reflected CRC whose polynomial is `high`·2³² + `low`. */
function table(high: number, low: number): { high: Int32Array; low: Int32Array } {
  const highs = new Int32Array(256);
  const lows = new Int32Array(256);
  for (let index = 0; index < 256; index++) {
    let h = 0;
    let l = index;
    for (let bit = 0; bit < 8; bit++) {
      const odd = (l & 1) === 1;
      l = (l >>> 1) | (h << 31);
      h = h >>> 1;
      if (odd) {
        h ^= high;
        l ^= low;
      }
    }
    highs[index] = h;
    lows[index] = l;
  }
  return { high: highs, low: lows };
}

const CRC32C = table(0, 0x82f63b78);
const CRC64NVME = table(0x9a6c9329, 0xac4bc9b5);

function crc32c(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC32C.low[(crc ^ byte) & 0xff] ?? 0);
  return ~crc;
}

function crc64nvme(bytes: Uint8Array): Buffer {
  let high = -1;
  let low = -1;
  for (const byte of bytes) {
    const index = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (CRC64NVME.low[index] ?? 0);
    high = (high >>> 8) ^ (CRC64NVME.high[index] ?? 0);
  }
  return Buffer.concat([number32(~high), number32(~low)]);
}
