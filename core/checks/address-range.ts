import { isIP } from 'node:net';

/** A network in CIDR notation. */
export interface AddressRange {
  readonly network: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** Reads `10.0.0.0/8` or `fd00::/8`; undefined for anything else. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const match = /^(?<network>[0-9a-fA-F.:]+)\/(?<prefix>[0-9]{1,3})$/.exec(text);
  const { network = '', prefix = '' } = match?.groups ?? {};
  const version = isIP(network);
  if (version === 0 || Number(prefix) > (version === 4 ? 32 : 128)) return undefined;
  return { network, prefix: Number(prefix), family: version === 4 ? 'ipv4' : 'ipv6' };
}

/** Is the text a network in CIDR notation? */
export function isAddressRange(text: string): boolean {
  return parseAddressRange(text) !== undefined;
}
