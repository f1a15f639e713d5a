import { BlockList, isIP } from 'node:net';
import { parseAddressRange } from './address-range.ts';

/**
 * Which addresses an HTTP check may reach. A check's URL comes from a service's stack: without this rule it could make the
 * engine fetch its own network's secrets. Judge the resolved address, and connect to exactly that one.
 * Ranges: https://www.iana.org/assignments/iana-ipv4-special-registry and …-ipv6-special-registry.
 */
const special = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::1/128',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
  // Only 2000::/3 is allocated as global unicast; the rest is special or reserved.
  '::/3',
  '4000::/2',
  '8000::/1',
];

const specialList = listOf(special);

/** The unspecified address and loopback of IPv6, which look as if they carried an IPv4 address. */
const ownOfIpv6 = listOf(['::/128', '::1/128']);

/** IPv6 forms that carry an IPv4 address: where its 32 bits begin, in 16-bit groups. */
const carriers = [
  { range: listOf(['::ffff:0:0/96']), group: 6 },
  { range: listOf(['::ffff:0:0:0/96']), group: 6 },
  { range: listOf(['::/96']), group: 6 },
  { range: listOf(['64:ff9b::/96']), group: 6 },
  { range: listOf(['2002::/16']), group: 1 },
];

/** May a check connect to this address? `allowed` are CIDRs that the policy permits although they are private. */
export function mayReach(address: string, allowed: readonly string[]): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  const inner = family === 6 ? carriedAddress(address) : undefined;
  if (inner !== undefined) return mayReach(inner, allowed);
  return contains(listOf(allowed), address) || !contains(specialList, address);
}

function carriedAddress(address: string): string | undefined {
  const groups = expand(address);
  const carrier = carriers.find(({ range }) => contains(range, address));
  // ISATAP (RFC 5214) carries an IPv4 address behind any prefix.
  const isatap = groups[5] === 0x5efe && (groups[4] === 0 || groups[4] === 0x200);
  const at = carrier?.group ?? (isatap ? 6 : undefined);
  if (at === undefined || contains(ownOfIpv6, address)) return undefined;
  const [high = 0, low = 0] = groups.slice(at, at + 2);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** The eight 16-bit groups of an IPv6 address. */
function expand(address: string): number[] {
  const [plain = ''] = address.split('%');
  const url = new URL(`http://[${plain}]/`).hostname.slice(1, -1);
  const [left = '', right] = url.split('::');
  const parse = (text: string): number[] => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)));
  const [head, tail] = [parse(left), parse(right ?? '')];
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** By family: for an IPv4 address, Node's `BlockList` also matches ranges of its IPv4-mapped IPv6 form. */
type Ranges = Readonly<Record<'ipv4' | 'ipv6', BlockList>>;

function contains(ranges: Ranges, address: string): boolean {
  const [plain = ''] = address.split('%');
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
  return ranges[family].check(plain, family);
}

function listOf(texts: readonly string[]): Ranges {
  const ranges = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const text of texts) {
    const range = parseAddressRange(text);
    if (range === undefined) throw new RangeError(`${text} is no network`);
    ranges[range.family].addSubnet(range.network, range.prefix, range.family);
  }
  return ranges;
}
