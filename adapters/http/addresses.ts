import { lookup as resolve } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';

/** The check would have reached an address that the policy does not let checks reach. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

/** Whether checks may reach an address. */
export type MayReach = (address: string) => boolean;

/** A `lookup` for sockets that returns only permitted addresses, so that the address that was judged is the one connected to. */
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
