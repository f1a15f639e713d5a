import { lookup as resolve } from 'node:dns';
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net';
import { parseAddressRange } from '../../core/checks/address-range.ts';

/** The check would have reached an address that the policy does not let checks reach. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

// What is not the public internet: https://www.iana.org/assignments/iana-ipv4-special-registry and its IPv6 sister.
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
  '224.0.0.0/3',
  '::/127',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
];

/** Says whether checks may reach an address. */
export type MayReach = (address: string) => boolean;

/** @param allowed CIDRs that may be reached although they are not public, as the policy lists them */
export function addressRules(allowed: readonly string[]): MayReach {
  const refused = blockList(special);
  const exempt = blockList(allowed);
  return (address) => {
    const plain = unmapped(address);
    const family = isIPv4(plain) ? 'ipv4' : 'ipv6';
    return exempt.check(plain, family) || !refused.check(plain, family);
  };
}

/** A `lookup` for sockets that hands out only addresses that may be reached, so that what was checked is what is connected to. */
export function guardedLookup(mayReach: MayReach): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (problem, found) => {
      if (problem !== null) return callback(problem, '');
      const reachable = found.filter(({ address }) => mayReach(address));
      const [first] = reachable;
      if (first === undefined) return callback(refusal(hostname), '');
      if (options.all === true) callback(null, reachable);
      else callback(null, first.address, first.family);
    });
  };
}

/** A host written as an address is connected to without a lookup, so it is judged here. @throws AddressRefused */
export function refuseLiteral(url: URL, mayReach: MayReach): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !mayReach(host)) throw refusal(host);
}

function refusal(host: string): AddressRefused {
  return new AddressRefused(
    `${host} is not a public address, and the policy's checks.allowAddresses does not list it.`,
  );
}

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const parsed = parseAddressRange(range);
    if (parsed === undefined) throw new RangeError(`${range} is no network in CIDR notation.`);
    list.addSubnet(parsed.network, parsed.prefix, parsed.family);
  }
  return list;
}

// ::ffff:10.0.0.1 and ::ffff:a00:1 are 10.0.0.1.
function unmapped(address: string): string {
  const dotted = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (dotted?.[1] !== undefined) return dotted[1];
  const hex = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address);
  if (hex?.[1] === undefined || hex[2] === undefined) return address;
  const [high, low] = [parseInt(hex[1], 16), parseInt(hex[2], 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
