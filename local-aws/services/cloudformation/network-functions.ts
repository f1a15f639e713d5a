import { NotImplemented } from '../../kernel/errors.ts';
import { validationError } from './errors.ts';

/**
 * The availability zones of a region. Which there are, AWS tells; every region has three here.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getavailabilityzones.html
 */
export function availabilityZones(region: string): readonly string[] {
  return ['a', 'b', 'c'].map((letter) => `${region}${letter}`);
}

/**
 * Address blocks inside of another.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html
 * @param count how many, 1 to 256
 * @param bits of an address in each: 8 gives blocks of 256 addresses
 * @throws AwsError ValidationError; NotImplemented for IPv6
 */
export function addressBlocks(block: string, count: number, bits: number): readonly string[] {
  if (block.includes(':')) throw new NotImplemented('Fn::Cidr of IPv6');
  const [address = '', mask = ''] = block.split('/');
  const parts = address.split('.').map(Number);
  const size = Number(mask);
  const whole = parts.length === 4 && parts.every((part) => Number.isInteger(part) && part >= 0 && part <= 255);
  if (!whole || mask === '' || !(size >= 0 && size <= 32))
    throw validationError(`Template error: ${block} is not a valid CIDR block.`);
  const within = Number.isInteger(count) && count >= 1 && count <= 256 && Number.isInteger(bits) && bits >= 1;
  if (!within || bits > 32 - size || count > 2 ** (32 - size - bits))
    throw validationError(`Template error: Fn::Cidr cannot make ${count} blocks with ${bits} bits of ${block}`);
  const start = parts.reduce((number, part) => number * 256 + part, 0);
  const first = start - (start % 2 ** (32 - size));
  return Array.from({ length: count }, (_, at) => `${dotted(first + at * 2 ** bits)}/${32 - bits}`);
}

function dotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
